package main

import (
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
)

const firstSecret = "first0secret0000000000000000000000000000000000000051"

// A rotation is the app on a pool that it knows from its environment, with its
// session keys and its client secret in files.
type rotation struct {
	*shop
	client           string
	folder           string
	keyFile, keyText string
	secretFile       string
}

// openRotation serves the app. The test needs the AWS CLI.
func openRotation(t *testing.T, login string) *rotation {
	t.Helper()
	if _, err := exec.LookPath("aws"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the AWS CLI is not installed: apt-get install awscli")
		}
		t.Skip("the AWS CLI is not installed")
	}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	r := &rotation{shop: &shop{t: t, url: "http://localhost:" + port}, folder: t.TempDir()}
	if r.demo, err = newDemo(r.url, io.Discard); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.demo.Close() })
	pool := r.pool.AddClient(cognitotest.AppClient{
		Secret:       firstSecret,
		CallbackURLs: []string{r.url + "/auth/callback"}, LogoutURLs: []string{r.url + "/auth/signed-out"},
		ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	})
	r.client = pool.ClientID
	r.keyText = base64.StdEncoding.EncodeToString(session.NewKey())
	r.keyFile, r.secretFile = r.file("session-keys", r.keyText+"\n"), r.file("client-secret", firstSecret)
	clearEnv(t, "COGNITO_USER_POOL_ID", pool.UserPoolID, "COGNITO_CLIENT_ID", pool.ClientID, "COGNITO_DOMAIN", pool.Domain,
		"COGNITO_ISSUER", pool.Issuer, "COGNITO_ENDPOINT", pool.Endpoint, "COGNITO_EMULATOR_HOST", pool.EmulatorHost,
		"APP_URL", r.url, "SESSION_KEYS_FILE", r.keyFile, "COGNITO_CLIENT_SECRET_FILE", r.secretFile)
	cfg, err := fromEnv(flags{login: login})
	if err != nil {
		t.Fatal(err)
	}
	cfg.pool.Now = r.pool.Now
	if r.app, err = newApp(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.app.Close)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: r.app}}
	server.Start()
	t.Cleanup(server.Close)
	return r
}

// file makes a file of the app's.
func (r *rotation) file(name, text string) string {
	r.t.Helper()
	path := filepath.Join(r.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return path
}

func (r *rotation) read(path string) string {
	r.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// try runs rotate.sh and returns what it prints.
func (r *rotation) try(env []string, args ...string) (string, error) {
	command := exec.CommandContext(r.t.Context(), "./rotate.sh", args...)
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+r.cognito.url, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_MAX_ATTEMPTS=1", "WAIT=0")
	command.Env = append(command.Env, env...)
	out, err := command.CombinedOutput()
	return string(out), err
}

// rotate runs rotate.sh, and the app gets the time to see what it did.
func (r *rotation) rotate(args ...string) {
	r.t.Helper()
	if out, err := r.try(nil, args...); err != nil {
		r.t.Fatalf("rotate.sh %s: %v\n%s", args, err, out)
	}
	r.pool.Advance(3 * time.Minute)
}

// enter signs a user in with a browser of their own.
func (r *rotation) enter(user string) *http.Client {
	r.t.Helper()
	b := cognitotest.NewBrowser()
	res, err := b.Get(r.url + "/orders")
	if err != nil {
		r.t.Fatal(err)
	}
	if res, err = cognitotest.Submit(b, res, "username", user, "password", demoPassword); err != nil {
		r.t.Fatal(err)
	}
	_ = res.Body.Close()
	r.wantIn("after the sign-in of "+user, b)
	return b
}

// wantIn wants a browser to be signed in without a visit to any login page.
func (r *rotation) wantIn(when string, b *http.Client) {
	r.t.Helper()
	here := *b
	here.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := here.Get(r.url + "/orders")
	if err != nil {
		r.t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: GET /orders = %d to %q, want 200", when, res.StatusCode, res.Header.Get("Location"))
	}
}

// wantFiles wants the app's two files, for their user alone, and nothing else.
func (r *rotation) wantFiles() {
	r.t.Helper()
	var names []string
	list, err := os.ReadDir(r.folder)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, entry := range list {
		names = append(names, entry.Name())
		if info, err := entry.Info(); err != nil || info.Mode() != 0o600 {
			r.t.Errorf("%s has the mode %v, %v, want 0600", entry.Name(), info.Mode(), err)
		}
	}
	if !slices.Equal(names, []string{"client-secret", "session-keys"}) {
		r.t.Errorf("the folder has %q, want the two files alone", names)
	}
}

// TestRotate: rotate.sh changes the session keys and the client secret while
// the app runs. A user who was signed in stays so. Others sign in when the old
// key and the old secret are gone.
func TestRotate(t *testing.T) {
	for _, login := range []string{optionHosted, optionCustom} {
		t.Run(login, func(t *testing.T) {
			r := openRotation(t, login)
			jane := r.enter("jane@example.com")

			r.rotate("add", r.keyFile)
			keys := strings.Split(r.read(r.keyFile), ",")
			if len(keys) != 2 || keys[0] != r.keyText || keys[1] == r.keyText {
				t.Fatalf("add leaves %d keys, want the old one and then a new one", len(keys))
			}
			r.wantIn("with a new key at the end", jane)
			r.rotate("front", r.keyFile)
			if got := r.read(r.keyFile); got != keys[1]+","+keys[0] {
				t.Fatal("front does not put the new key first")
			}
			r.wantIn("with the new key in front", jane)
			r.pool.Advance(61 * time.Minute) // a refresh seals all of the session with it
			r.wantIn("after a refresh", jane)
			r.rotate("drop", r.keyFile)
			if got := r.read(r.keyFile); got != keys[1] {
				t.Fatal("drop does not leave the new key alone")
			}
			r.wantIn("without the old key", jane)

			r.rotate("secret", r.secretFile)
			if got := r.pool.ClientSecrets(r.client); len(got) != 1 || got[0] == firstSecret || string(got[0]) != r.read(r.secretFile) {
				t.Fatalf("the app client has %d secrets, want only the one in the file", len(got))
			}
			r.pool.Advance(61 * time.Minute)
			r.wantIn("after a refresh with the new secret", jane)
			r.enter("pat@example.com")
			r.wantFiles()
		})
	}
}

// TestRotate_Keys: keys does the first two steps, one after the other.
func TestRotate_Keys(t *testing.T) {
	r := openRotation(t, optionCustom)
	r.rotate("keys", r.keyFile)
	first, second, _ := strings.Cut(r.read(r.keyFile), ",")
	if _, err := session.ParseKeys(first); err != nil || first == r.keyText || second != r.keyText {
		t.Errorf("keys leaves another list than the new key and the old one: %v", err)
	}
	r.wantFiles()
}

// TestRotate_Two: of two runs at once, the later one is refused, so that no key
// is lost. (The second run begins when the first has read the keys.)
func TestRotate_Two(t *testing.T) {
	r := openRotation(t, optionCustom)
	between := t.TempDir()
	second := "#!/bin/sh\nPATH=${PATH#*:}\n./rotate.sh add \"$FILE\" >&2 && echo both >&2\nexec openssl \"$@\"\n"
	if err := os.WriteFile(filepath.Join(between, "openssl"), []byte(second), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := r.try([]string{"PATH=" + between + ":" + os.Getenv("PATH"), "FILE=" + r.keyFile}, "add", r.keyFile)
	if err != nil || !strings.Contains(out, "another rotate.sh works on "+r.keyFile) || strings.Contains(out, "both") {
		t.Errorf("rotate.sh add, twice at once: %v, want the second to be refused:\n%s", err, out)
	}
	if keys := strings.Split(r.read(r.keyFile), ","); len(keys) != 2 {
		t.Errorf("the file has %d keys, want the old one and a new one", len(keys))
	}
	r.wantFiles() // the lock has gone
	r.rotate("add", r.keyFile)
}

// TestRotate_Fails: where a step fails, the files and the app client are as
// before, and the script says what is wrong.
func TestRotate_Fails(t *testing.T) {
	r := openRotation(t, optionCustom)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(r.keyFile, link); err != nil {
		t.Fatal(err)
	}
	broken := t.TempDir() // has an mv that fails
	if err := os.WriteFile(filepath.Join(broken, "mv"), []byte("#!/bin/sh\necho no space left >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	noMove := []string{"PATH=" + broken + ":" + os.Getenv("PATH")}
	tests := []struct {
		name string
		env  []string
		args []string
		want string
	}{
		{"no step", nil, nil, "usage: rotate.sh"},
		{"an unknown step", nil, []string{"please", r.keyFile}, "usage: rotate.sh"},
		{"no file", nil, []string{"keys"}, "usage: rotate.sh"},
		{"a missing file", nil, []string{"keys", r.keyFile + "0"}, "there is no such file"},
		{"a link", nil, []string{"add", link}, "symbolic link"},
		{"one key", nil, []string{"front", r.keyFile}, "only one key"},
		{"no app client", []string{"COGNITO_CLIENT_ID="}, []string{"secret", r.secretFile}, "COGNITO_CLIENT_ID"},
		{"another app client", []string{"COGNITO_CLIENT_ID=7exampleclientid0a1b2c3d"}, []string{"secret", r.secretFile}, "ResourceNotFoundException"},
		{"keys that cannot be written", noMove, []string{"add", r.keyFile}, "no space left"},
		{"a secret that cannot be written", noMove, []string{"secret", r.secretFile}, "no space left"},
	}
	unchanged := func(t *testing.T, secrets ...cognito.Secret) {
		t.Helper()
		if r.read(r.keyFile) != r.keyText || r.read(r.secretFile) != firstSecret || !slices.Equal(r.pool.ClientSecrets(r.client), secrets) {
			t.Error("the files or the app client have changed")
		}
		r.wantFiles()
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := r.try(tt.env, tt.args...)
			if exit := new(exec.ExitError); !errors.As(err, &exit) || !strings.Contains(out, tt.want) {
				t.Errorf("rotate.sh %s = %v, want an error with %q:\n%s", tt.args, err, tt.want, out)
			}
			unchanged(t, firstSecret)
		})
	}
	t.Run("two secrets", func(t *testing.T) {
		const second = "second0secret000000000000000000000000000000000000051"
		if err := r.pool.AddClientSecret(r.client, second); err != nil {
			t.Fatal(err)
		}
		if out, err := r.try(nil, "secret", r.secretFile); err == nil || !strings.Contains(out, "two secrets") {
			t.Errorf("rotate.sh secret = %v, want a refusal:\n%s", err, out)
		}
		unchanged(t, firstSecret, second)
	})
}
