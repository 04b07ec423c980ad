package internal_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// firstProgram is the first Go program in README.md.
func firstProgram(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "```go\n")
	program, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 || !strings.HasPrefix(program, "package main") {
		t.Fatal("README.md does not begin with a Go program")
	}
	return program
}

// TestReadme_ProgramIsShort: at most 13 lines from hostedui.New to
// ListenAndServe.
func TestReadme_ProgramIsShort(t *testing.T) {
	_, rest, _ := strings.Cut(firstProgram(t), "hostedui.New")
	body, _, ok := strings.Cut(rest, "ListenAndServe")
	if n := strings.Count(body, "\n") + 1; !ok || n > 13 {
		t.Errorf("README's program has %d lines from hostedui.New to ListenAndServe, want 13 at most", n)
	}
}

// TestReadme_ProgramSignsIn copies README's first program, as it is, into an
// empty module with a replace, builds and runs it, and signs a user in.
func TestReadme_ProgramSignsIn(t *testing.T) {
	for _, addr := range []string{"localhost:8080", "127.0.0.1:9229"} { // which the program listens on
		l, err := net.Listen("tcp", addr)
		if err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("README's program needs %s: %v", addr, err)
			}
			t.Skipf("README's program needs %s, which is in use", addr)
		}
		_ = l.Close()
	}
	program := buildProgram(t)
	var output bytes.Buffer
	program.Stdout, program.Stderr = &output, &output
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait()
		if t.Failed() {
			t.Logf("the program wrote:\n%s", output.String())
		}
	})
	waitFor(t, "localhost:8080")

	browser := cognitotest.NewBrowser()
	res, err := browser.Get("http://localhost:8080/")
	if err != nil {
		t.Fatal(err)
	}
	res, err = cognitotest.Submit(browser, res, "username", "jane", "password", "Passw0rd!")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if got, want := string(body), "Hello jane@example.com\n"; err != nil || got != want {
		t.Errorf("signed in, GET / = %q, %v, want %q", got, err, want)
	}
}

// buildProgram builds README's program in a module of its own. The quick form
// builds it as a package of this module, in a folder that only the go command
// sees. So Go keeps the linked program in its cache.
func buildProgram(t *testing.T) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	writeFile(t, source, firstProgram(t))
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if thorough.Enabled() || runtime.GOOS == "windows" { // which has no cp
		alone := []string{"GOWORK=off", "GOFLAGS=-mod=mod"}
		goCommand(t, dir, alone, "mod", "init", "example.com/newcomer")
		goCommand(t, dir, alone, "mod", "edit", "-require=github.com/seed75762126/cognito-go@v0.0.0", "-replace=github.com/seed75762126/cognito-go="+root)
		goCommand(t, dir, alone, "build", "-ldflags=-s -w", "-o", program, ".") // without what only a debugger reads
		return exec.Command(program)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, "newcomer", "main.go"): source}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	writeFile(t, file, string(overlay))
	goCommand(t, root, nil, "run", "-overlay", file, "-exec", "cp", "./newcomer", program)
	return exec.Command(program)
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func goCommand(t *testing.T, dir string, env []string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// waitFor returns once addr accepts connections.
func waitFor(t *testing.T, addr string) {
	t.Helper()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for range 2000 {
		if conn, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
			_ = conn.Close()
			return
		}
		<-poll.C
	}
	t.Fatalf("nothing listens on %s", addr)
}
