package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// emulate is what the test binary is told to do when it runs as a second
// process.
const emulate = "HOSTEDUI_TEST_EMULATE_FOR"

func TestMain(m *testing.M) {
	if app := os.Getenv(emulate); app != "" {
		os.Exit(runEmulator(app))
	}
	os.Exit(m.Run())
}

// runEmulator is a user pool in a process of its own: it writes its settings
// and serves until its standard input ends.
func runEmulator(app string) int {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		Secret:       "a-secret-of-the-app-client-0123456789",
		CallbackURLs: []string{app + "/auth/callback"},
		LogoutURLs:   []string{app + "/auth/signed-out"},
	}))
	_, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", Password: demoPassword, EmailVerified: true})
	if err == nil {
		err = pool.Start("127.0.0.1:0")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	c := pool.Config()
	fmt.Printf("COGNITO_USER_POOL_ID=%s\nCOGNITO_CLIENT_ID=%s\nCOGNITO_CLIENT_SECRET=%s\nCOGNITO_DOMAIN=%s\nCOGNITO_ISSUER=%s\nREADY\n",
		c.UserPoolID, c.ClientID, string(c.ClientSecret), c.Domain, c.Issuer)
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// process starts the test binary or the example with an environment, and
// returns what it writes. It ends with the test.
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
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = output.Close()
	})
	return bufio.NewScanner(output)
}

// TestRealPool: the example serves a pool that it knows from its environment
// alone. The pool runs in another process, on another port.
func TestRealPool(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	_ = listener.Close() // the example takes it
	app := "http://" + addr

	settings := []string{"APP_URL=" + app, "SESSION_KEYS=" + base64.StdEncoding.EncodeToString(session.NewKey())}
	emulator := process(t, exec.Command(os.Args[0]), emulate+"="+app)
	for emulator.Scan() && emulator.Text() != "READY" {
		settings = append(settings, emulator.Text())
	}
	if len(settings) != 7 {
		t.Fatalf("the emulator wrote %d settings, want 5", len(settings)-2)
	}

	binary := filepath.Join(t.TempDir(), "hostedui")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	example := exec.Command(binary, "-addr", addr)
	log := process(t, example, settings...)
	for log.Scan() && !strings.Contains(log.Text(), "Open "+app) {
	}

	res, err := cognitotest.SignIn(cognitotest.NewBrowser(), app+"/account", "jane", demoPassword)
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
