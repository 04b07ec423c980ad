//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestSetup_ReadmeLines: the lines of README.md that lead from nothing to a
// signed-in page do so. Only the account is another one: the emulator's.
func TestSetup_ReadmeLines(t *testing.T) {
	const root = "../../.."
	text, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	const first = "go run ./cognito/cmd/cognito setup "
	_, rest, found := strings.Cut(string(text), "```sh\n"+first)
	lines, _, closed := strings.Cut(first+rest, "```")
	if n := strings.Count(lines, "\n"); !found || !closed || n > 5 {
		t.Fatalf("README.md has %d lines from nothing to a signed-in page, want at most 5", n)
	}
	emulator(t)
	free, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := fmt.Sprintf("localhost:%d", free.Addr().(*net.TCPAddr).Port)
	_ = free.Close()
	file := filepath.Join(t.TempDir(), "settings")
	lines = strings.NewReplacer(
		"localhost:8080", addr, "./.env", file, ".env", file, "-apply", "-apply -emulator -secrets "+file, "./examples/hostedui", "./examples/hostedui -addr "+addr,
	).Replace(lines)

	command := exec.CommandContext(t.Context(), "sh", "-e", "-c", lines)
	command.Dir = root
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	var before bytes.Buffer
	output, input := io.Pipe()
	command.Stdout, command.Stderr = input, input
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = input.CloseWithError(command.Wait())
	}()
	t.Cleanup(func() { // "go run" and the app that it started
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		<-ended
	})
	scanner := bufio.NewScanner(output)
	for scanner.Scan() && !strings.Contains(scanner.Text(), "Open http://"+addr) {
		before.WriteString(scanner.Text() + "\n")
	}
	if scanner.Err() != nil || !strings.Contains(scanner.Text(), "Open") {
		t.Fatalf("%v\n%s\n%s", scanner.Err(), lines, before.String())
	}
	go func() { _, _ = io.Copy(io.Discard, output) }()

	if code, out, errs := start(t, "", "doctor", "-env", file, "-url", "http://"+addr); code != exitOK || !strings.Contains(out, "ok      app-headers: ") || !strings.Contains(out, "0 warn, 0 fail, 0 unknown") {
		t.Errorf("doctor -url: exit code %d\n%s%s", code, out, errs)
	}
	s := secretFile(t, file)
	browser := cognitotest.NewBrowser()
	page, err := browser.Get("http://" + addr + "/account")
	if err != nil {
		t.Fatal(err)
	}
	page, err = cognitotest.Submit(browser, page, "username", s["COGNITO_TEST_USER"], "password", s["COGNITO_TEST_PASSWORD"])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = page.Body.Close() }()
	if body, err := io.ReadAll(page.Body); err != nil || !strings.Contains(string(body), s["COGNITO_TEST_USER"]) {
		t.Errorf("%v: the page does not name the user\n%s", err, body)
	}
}
