package browser_test

import (
	"bufio"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/examples/internal/browser"
	"github.com/seed75762126/cognito-go/internal/checks/programs"
)

// A program runs until the test ends.
type program struct {
	t     *testing.T
	lines *bufio.Scanner
}

func start(t *testing.T, env []string, path string, args ...string) *program {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
	return &program{t, bufio.NewScanner(out)}
}

// until returns what the program prints, up to a line that begins with prefix
// after spaces.
func (p *program) until(prefix string) (lines []string) {
	p.t.Helper()
	for p.lines.Scan() {
		line := strings.TrimSpace(p.lines.Text())
		lines = append(lines, line)
		if strings.HasPrefix(line, prefix) {
			return lines
		}
	}
	p.t.Fatalf("the program ends without a line %q: %q", prefix, lines)
	return nil
}

// TestBrowser_Programs looks at the pages of the programs. It takes minutes to
// compile them for the first time, so only CI and -artifacts do.
func TestBrowser_Programs(t *testing.T) {
	if os.Getenv("CI") != "true" && !browser.KeepsPictures() {
		return
	}
	dir := t.TempDir()
	if err := programs.Build(dir, "cognito/cmd/cognito", "cognito/cognitotest/cmd/cognito-emulator"); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	app := "http://" + free.Addr().String()
	_ = free.Close()
	callback := strings.Replace(app, "127.0.0.1", "localhost", 1) + "/auth/callback"
	config := filepath.Join(dir, "emulator.json")
	if err := os.WriteFile(config, []byte(`{"pools": [{
		"id": "eu-west-1_Emulator1",
		"resourceServers": [{"identifier": "orders", "scopes": ["read", "write"]}],
		"clients": [
			{"id": "web", "callbackURLs": ["`+callback+`"], "logoutURLs": ["`+app+`/"]},
			{"id": "jobs", "secret": "another0secret", "flows": ["client_credentials"]}
		],
		"providers": [{"type": "Google", "users": [{"id": "1001", "email": "max@example.com", "name": "Max"}]}, {"type": "SAML", "name": "Corporate"}],
		"users": [
			{"username": "jane", "password": "`+password+`", "email": "jane@example.com", "emailVerified": true, "groups": ["admins"]},
			{"username": "joe", "password": "`+password+`", "email": "joe@example.com", "disabled": true}
		]
	}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	emulator := start(t, nil, filepath.Join(dir, "cognito-emulator"), "-addr", "127.0.0.1:0", "-config", config, "-o", "env")
	env, at := emulator.until("READY"), ""
	for _, line := range env {
		if value, ok := strings.CutPrefix(line, "COGNITO_ENDPOINT="); ok {
			at = value
		}
	}

	b := browser.New(t)
	b.Open(at + "/?refresh=off")
	b.Click(`a[href*="/signup?"]`)
	b.Fill("#email", "kim@example.com")
	b.Fill("#password", password)
	b.Click("main form button")
	b.Open(at + "/?refresh=off&settings=web#client-web")
	b.Look("emulator")

	login := start(t, env, filepath.Join(dir, "cognito"), "doctor", "login", "-no-browser", "-callback", callback)
	where := login.until("http")
	b.Open(app + "/elsewhere")
	b.Look("doctor login, elsewhere")
	b.Open(where[len(where)-1])
	b.Fill("#username", "jane")
	b.Fill("#password", password)
	b.Click("main form button")
	b.Await("You can close this page.")
	b.Look("doctor login")

	other := browser.NewResolving(t, "MAP other.example 127.0.0.1")
	other.Open(strings.Replace(at, "127.0.0.1", "other.example", 1) + "/")
	other.Look("emulator, another host")
}
