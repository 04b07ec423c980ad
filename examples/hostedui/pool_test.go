package main

import (
	"bufio"
	"encoding/base64"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/checks/programs"
)

// build returns the path of a program of the repository, by its folder.
func build(t *testing.T, folder string) string {
	t.Helper()
	dir := t.TempDir()
	if err := programs.Build(dir, folder); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, filepath.Base(folder))
}

// process starts a program with no other COGNITO_ settings than those of env,
// and returns what it writes. It ends with the test.
func process(t *testing.T, cmd *exec.Cmd, env ...string) *bufio.Scanner {
	t.Helper()
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "COGNITO_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, env...)
	output, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = output.Close()
	})
	return bufio.NewScanner(output)
}

// TestRealPool: the example serves a pool that it knows from its environment
// alone: that of cognito-emulator, in another process and on another port.
func TestRealPool(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	_ = listener.Close() // the example takes it
	app := "http://" + addr

	emulator := process(t, exec.Command(build(t, "cognito/cognitotest/cmd/cognito-emulator"),
		"-addr", "127.0.0.1:0", "-client-secret", "aSecretOfTheAppClient0123456789",
		"-callback", app+"/auth/callback", "-logout", app+"/auth/signed-out", "-user", "jane:"+demoPassword))
	settings := []string{"APP_URL=" + app, "SESSION_KEYS=" + base64.StdEncoding.EncodeToString(session.NewKey())}
	for emulator.Scan() && emulator.Text() != "READY" {
		settings = append(settings, emulator.Text())
	}
	if emulator.Text() != "READY" {
		t.Fatalf("the emulator did not get ready: %q", settings[2:])
	}
	example := process(t, exec.Command(build(t, "examples/hostedui"), "-addr", addr), settings...)
	for example.Scan() && !strings.Contains(example.Text(), "Open "+app) {
	}

	browser := cognitotest.NewBrowser()
	res, err := browser.Get(app + "/account")
	if err != nil {
		t.Fatal(err)
	}
	res, err = cognitotest.Submit(browser, res, "username", "jane", "password", demoPassword)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 || !strings.Contains(string(page), "jane@example.com (verified)") {
		t.Errorf("GET /account = %d, %v, want the account page of jane:\n%s", res.StatusCode, err, page)
	}
	if strings.Contains(string(page), "Passw0rd") {
		t.Error("the page names the demo users on a pool that is configured")
	}
}
