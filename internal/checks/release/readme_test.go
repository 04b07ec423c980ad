package release_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestReadme_AsPasted: in an empty folder with an empty module cache, README's
// line gets the module, and its program signs a user in and out.
func TestReadme_AsPasted(t *testing.T) {
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
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string) string {
		t.Helper()
		_, rest, _ := strings.Cut(string(readme), "\n```"+kind+"\n")
		code, _, found := strings.Cut(rest, "```")
		if !found {
			t.Fatalf("README.md has no block of %s", kind)
		}
		return code
	}
	env, _, version := packed(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(block("go")), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, env, dir, "go", "mod", "init", "example.com/newcomer")
	get := strings.Fields(block("sh"))
	get[len(get)-1] += "@" + version // the one that the proxy has
	run(t, env, dir, get[0], get[1:]...)
	run(t, env, dir, "go", "mod", "tidy")
	run(t, env, dir, "go", "build", "-o", "newcomer", ".")

	var output bytes.Buffer
	program := exec.Command(filepath.Join(dir, "newcomer"))
	program.Stdout, program.Stderr = &output, &output
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = program.Process.Kill()
		_ = program.Wait()
		if t.Failed() {
			t.Logf("the program wrote:\n%s", output.String())
		}
	}()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for range 3000 {
		if conn, err := net.Dial("tcp", "localhost:8080"); err == nil {
			_ = conn.Close()
			break
		}
		<-poll.C
	}
	browser := cognitotest.NewBrowser()
	page, err := browser.Get("http://localhost:8080/")
	if err != nil {
		t.Fatal(err)
	}
	page, err = cognitotest.Submit(browser, page, "username", "jane", "password", "Passw0rd!")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(page.Body)
	_ = page.Body.Close()
	if want := "Hello jane@example.com\n"; err != nil || string(body) != want {
		t.Errorf("signed in, GET / = %q, %v, want %q", body, err, want)
	}

	// The button that README shows, pressed on the app's own page.
	form := block("html")
	if !strings.Contains(form, `method="post" action="/auth/logout"`) {
		t.Fatalf("README's button is %s", form)
	}
	req, err := http.NewRequest(http.MethodPost, "http://localhost:8080/auth/logout", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "http://localhost:8080")
	req.Header.Set("Sec-Fetch-Mode", "navigate")
	page, err = browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = page.Body.Close()
	page, err = browser.Get("http://localhost:8080/")
	if err != nil {
		t.Fatal(err)
	}
	_ = page.Body.Close()
	if page.Request.URL.Path != "/login" {
		t.Errorf("signed out, GET / ends on %s, want the login", page.Request.URL)
	}
}
