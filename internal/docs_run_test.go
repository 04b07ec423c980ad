package internal_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestDocs_CommandsRun runs README's commands as they are, and waits for what
// they print first.
func TestDocs_CommandsRun(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{"http://localhost:8080/auth/callback"}, LogoutURLs: []string{"http://localhost:8080/auth/signed-out"},
	}))
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	cfg := pool.Config()
	settings := []string{
		"APP_URL=http://localhost:8080", "SESSION_KEYS=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
		"COGNITO_USER_POOL_ID=" + cfg.UserPoolID, "COGNITO_CLIENT_ID=" + cfg.ClientID, "COGNITO_DOMAIN=" + cfg.Domain,
		"COGNITO_ISSUER=" + cfg.Issuer, "COGNITO_ENDPOINT=" + cfg.Endpoint,
	}
	for _, tt := range []struct {
		command, says string
		port          string // that it listens on
		env           []string
	}{
		{"go run ./examples/hostedui", "Open http://localhost:8080", "localhost:8080", nil},
		{"go run ./cognito/cognitotest/cmd/cognito-emulator -user jane:Passw0rd! -group admins=jane", "READY", "127.0.0.1:9229", nil},
		{"go run ./cognito/cmd/cognito doctor", "client-id", "", settings},
	} {
		t.Run(tt.command, func(t *testing.T) {
			if commands[tt.command] != "TestDocs_CommandsRun" {
				t.Fatal("the command is not in the table")
			}
			if tt.port != "" {
				listens(t, tt.port)
			}
			args := strings.Fields(tt.command)[2:]
			run(t, program(t, strings.TrimPrefix(args[0], "./")), args[1:], tt.env, tt.says)
		})
	}
}

// listens skips the test where an address is in use.
func listens(t *testing.T, addr string) {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the command needs %s: %v", addr, err)
		}
		t.Skipf("the command needs %s, which is in use", addr)
	}
	_ = l.Close()
}

// run starts a program, waits until it has printed a text, and ends it.
func run(t *testing.T, program string, args, env []string, says string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), env...)
	output := &watched{text: says, found: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	select {
	case <-output.found:
	case <-ended:
	case <-time.After(time.Minute):
	}
	_ = cmd.Process.Kill()
	<-ended
	select {
	case <-output.found:
	default:
		t.Errorf("%s did not print %q but:\n%s", program, says, output.b.String())
	}
}

// A watched output tells when a text was written.
type watched struct {
	text  string
	found chan struct{}

	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := strings.Contains(w.b.String(), w.text)
	w.b.Write(p)
	if !before && strings.Contains(w.b.String(), w.text) {
		close(w.found)
	}
	return len(p), nil
}
