package main

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// linesOf are the lines for the shell of a page in docs, without comments.
func linesOf(t *testing.T, page string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile("../../../docs/" + page)
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "\n```sh\n")[1:]
	if len(blocks) == 0 {
		t.Fatalf("%s has no lines for the shell", page)
	}
	for _, block := range blocks {
		code, _, _ := strings.Cut(block, "\n```")
		for line := range strings.Lines(code) {
			line, _, _ = strings.Cut(line, "#")
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// arguments are those of a line that runs the program.
func arguments(line string) ([]string, bool) {
	for _, program := range []string{"cognito ", "go run ./cognito/cmd/cognito "} {
		if rest, ok := strings.CutPrefix(line, program); ok {
			return strings.Fields(rest), true
		}
	}
	return nil, false
}

// TestDocs_Setup runs the lines of docs/setup.md in their order, in an account
// of the emulator's. Those that follow the first plan find what it has made.
func TestDocs_Setup(t *testing.T) {
	const user = "jane@example.com"
	lines, server := linesOf(t, "setup.md"), emulator(t)
	t.Chdir(t.TempDir())
	free, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	local := "http://" + free.Addr().String()
	_ = free.Close()
	opened := browse(t, user)
	for _, line := range lines {
		if target, ok := strings.CutPrefix(line, "go install github.com/seed75762126/cognito-go/"); ok {
			if target != "cognito/cmd/cognito@latest" {
				t.Errorf("%s installs another program", line)
			}
			continue
		}
		args, ok := arguments(line)
		if !ok {
			t.Errorf("%q is not a line that this test can run", line)
			continue
		}
		switch {
		case strings.Contains(line, "-import"): // a pool of the emulator's, in place of the reader's
			pool, _ := call(t, server, "CreateUserPool", map[string]any{"PoolName": "old"})["UserPool"].(map[string]any)
			client, _ := call(t, server, "CreateUserPoolClient", map[string]any{"UserPoolId": pool["Id"], "ClientName": "web"})["UserPoolClient"].(map[string]any)
			if name := args[len(args)-1]; name != "eu-west-1_aB3dE5gH7/7exampleclientid0a1b2c3d" {
				t.Errorf("%s imports %s", line, name)
			}
			args[len(args)-1] = pool["Id"].(string) + "/" + client["ClientId"].(string)
			args = append(args, "-emulator")
		case args[0] == "setup":
			args = append(args, "-emulator", "-local", local)
		case args[0] == "doctor" && args[1] == "login":
			env := secretFile(t, ".env")
			pool := env["COGNITO_USER_POOL_ID"]
			call(t, server, "AdminCreateUser", map[string]any{"UserPoolId": pool, "Username": user, "MessageAction": "SUPPRESS"})
			call(t, server, "AdminSetUserPassword", map[string]any{"UserPoolId": pool, "Username": user, "Password": password, "Permanent": true})
			args = append(args, "-callback", local+"/auth/callback")
		}
		code, out, errs := start(t, "", args...)
		if code != exitOK {
			t.Errorf("%s: exit code %d\n%s%s", line, code, out, errs)
		}
		_, err := os.Stat(".env")
		if applied := strings.Contains(line, "-apply"); applied && err != nil {
			t.Errorf("%s wrote no .env: %v", line, err)
		} else if args[0] == "setup" && !applied && !strings.Contains(line, "-import") && err == nil {
			t.Errorf("%s wrote .env, and should only print its plan", line)
		}
	}
	if *opened != 1 {
		t.Errorf("the browser was opened %d times, want once, for doctor login", *opened)
	}
}

// TestDocs_SetupPolicy: the resource in docs/setup.md is that of the role which
// setup makes.
func TestDocs_SetupPolicy(t *testing.T) {
	text, err := os.ReadFile("../../../docs/setup.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "arn:aws:s3:::")
	resource, _, ok := strings.Cut(rest, "\n")
	if !ok {
		t.Fatal("docs/setup.md has no resource")
	}
	code, out, errs := start(t, "", "setup", "-app", app, "-bucket", "shop-files", "-region", "eu-west-1", "-o", "cloudformation")
	if code != exitOK || !strings.Contains(out, "arn:aws:s3:::"+resource) {
		t.Errorf("exit code %d %s: the role has not the resource arn:aws:s3:::%s in\n%s", code, errs, resource, out)
	}
}

// TestDocs_Doctor runs the lines of docs/doctor.md: a pool alone, and an app
// whose endpoints are at paths of its own.
func TestDocs_Doctor(t *testing.T) {
	lines := linesOf(t, "doctor.md")
	for _, line := range lines {
		args, ok := arguments(line)
		if !ok {
			t.Errorf("%q is not a line that this test can run", line)
			continue
		}
		running := httptest.NewUnstartedServer(nil)
		url := "http://" + running.Listener.Addr().String()
		for i, arg := range args {
			args[i] = strings.Replace(arg, "https://app.example.com", url, 1)
		}
		client := right()
		if strings.Contains(line, "-url") {
			client = cognitotest.AppClient{CallbackURLs: []string{url + "/callback"}, LogoutURLs: []string{url + "/sign-in/signed-out"}}
		}
		cfg := settings(t, client).Config()
		cfg.Logger = slog.New(slog.DiscardHandler)
		ui, err := hostedui.New(hostedui.Config{
			Pool: cfg, BaseURL: url, SessionKeys: []session.Key{session.NewKey()},
			Prefix: "/sign-in/", Paths: hostedui.Paths{Callback: "/callback"},
		})
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.Handle("/sign-in/", ui)
		mux.Handle("/callback", ui)
		running.Config.Handler = mux
		running.Start()
		t.Cleanup(running.Close)
		if code, out, errs := start(t, "", args...); code != exitOK || !strings.Contains(out, "0 fail, 0 unknown") {
			t.Errorf("%s: exit code %d\n%s%s", line, code, out, errs)
		}
	}
	if len(lines) < 2 {
		t.Errorf("docs/doctor.md has %d lines for the shell", len(lines))
	}
}
