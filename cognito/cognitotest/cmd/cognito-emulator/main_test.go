package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/hostedui"
)

// asProgram has the test binary be the program, for tests of signals.
const asProgram = "COGNITO_EMULATOR_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// A program is a run of the emulator in this process.
type program struct {
	t        *testing.T
	settings map[string]string
	stdout   *output
	stderr   *output
	end      context.CancelFunc
	code     chan int
}

// An output is what a program has written so far.
type output struct {
	mu   sync.Mutex // guards b
	b    bytes.Buffer
	more *sync.Cond
	also io.Writer // gets the same, unless nil
}

func newOutput() *output {
	o := new(output)
	o.more = sync.NewCond(&o.mu)
	return o
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.more.Broadcast()
	if o.also != nil {
		if n, err := o.also.Write(p); err != nil {
			return n, err
		}
	}
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// waitFor returns the first line with that prefix, once it is there.
func (o *output) waitFor(prefix string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		for line := range strings.Lines(o.b.String()) {
			if strings.HasPrefix(line, prefix) && strings.HasSuffix(line, "\n") {
				return strings.TrimSuffix(line, "\n")
			}
		}
		o.more.Wait()
	}
}

// start runs the emulator on a free port until the test ends.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	return startTo(t, nil, args...)
}

// startTo is start for a program whose standard output goes to a file too.
func startTo(t *testing.T, file io.Writer, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{t: t, settings: make(map[string]string), stdout: newOutput(), stderr: newOutput(), end: cancel, code: make(chan int, 1)}
	p.stdout.also = file
	ready := make(chan struct{})
	go func() {
		p.stdout.waitFor("READY")
		close(ready)
	}()
	go func() {
		p.code <- run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), p.stdout, p.stderr)
	}()
	select {
	case <-ready:
	case code := <-p.code:
		io.WriteString(p.stdout, "READY\n") // lets the goroutine above end
		t.Fatalf("run(%q) = %d before READY: %s", args, code, p.stderr)
	}
	t.Cleanup(func() { p.stop() })
	for line := range strings.Lines(p.stdout.String()) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "CODE") {
			p.settings[name] = value
		}
	}
	return p
}

// stop ends the program and returns its exit code; what was stopped already
// has 0.
func (p *program) stop() int {
	p.t.Helper()
	p.end()
	code := <-p.code
	p.code <- 0
	if code != 0 {
		p.t.Errorf("run() = %d after its context ended: %s", code, p.stderr)
	}
	return code
}

// url is where the program listens.
func (p *program) url() string { return p.settings["COGNITO_DOMAIN"] }

// setenv gives the settings to the environment of the test.
func (p *program) setenv() {
	for name, value := range p.settings {
		p.t.Setenv(name, value)
	}
}

// refuse runs the emulator with a mistake and returns what it says.
func refuse(t *testing.T, want int, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // what starts by mistake ends at once
	var stdout, stderr bytes.Buffer
	if got := run(ctx, args, &stdout, &stderr); got != want {
		t.Errorf("run(%q) = %d, want %d; it says %q", args, got, want, stderr.String())
	}
	if strings.Contains(stdout.String(), "READY") {
		t.Errorf("run(%q) was READY, want a refusal", args)
	}
	return stderr.String()
}

// The output is NAME=value lines and READY, and nothing else; the libraries
// read it back.
func TestSettings(t *testing.T) {
	p := start(t, "-pool-id", "us-east-1_Tried", "-client-id", "web", "-client-secret", "s3cret")
	p.setenv()
	cfg, err := cognito.ConfigFromEnv()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(p.stdout.String()), "\n")
	if len(lines) != 11 || lines[10] != "READY" {
		t.Errorf("stdout = %q, want ten settings and READY", lines)
	}
	want := cognito.Config{
		UserPoolID: "us-east-1_Tried", ClientID: "web", ClientSecret: "s3cret",
		Domain: p.url(), Issuer: p.url() + "/us-east-1_Tried", Endpoint: p.url(),
	}
	if fmt.Sprintf("%v", cfg) != fmt.Sprintf("%v", want) || cfg.ClientSecret != want.ClientSecret {
		t.Errorf("ConfigFromEnv() = %+v, want %+v", cfg, want)
	}
	if u, err := url.Parse(p.url()); err != nil || u.Hostname() != "127.0.0.1" || u.Port() == "0" {
		t.Errorf("COGNITO_DOMAIN = %q, want a loopback URL with a real port", p.url())
	}
}

func TestSettingsOfAPublicClientClearTheSecret(t *testing.T) {
	p := start(t)
	if value, there := p.settings["COGNITO_CLIENT_SECRET"]; !there || value != "" {
		t.Errorf("COGNITO_CLIENT_SECRET = %q, %v, want an empty one", value, there)
	}
	if got := p.settings["COGNITO_CLIENT_ID"]; got != defaultClientID || len(got) != 26 {
		t.Errorf("COGNITO_CLIENT_ID = %q, want %q of 26 characters", got, defaultClientID)
	}
}

// An app with package hostedui, configured from the environment alone, signs
// a user in on the running program, and out again.
func TestSignIn(t *testing.T) {
	for _, secret := range []string{"", "s3cret"} {
		var app http.Handler
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { app.ServeHTTP(w, r) }))
		defer server.Close()
		p := start(t, "-callback", server.URL+"/auth/callback", "-logout", server.URL+"/auth/signed-out", "-client-secret", secret,
			"-user", "jane:Correct:horse-1", "-group", "admins=jane", "-group", "readers=jane")
		p.setenv()
		cfg, err := hostedui.ConfigFromEnv()
		if err != nil {
			t.Fatal(err)
		}
		client, err := hostedui.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.Handle("/auth/", client)
		mux.Handle("/account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := cognito.FromContext(r.Context())
			fmt.Fprintf(w, "%s <%s> %v %v", id.Username, id.Email, id.EmailVerified, id.Groups)
		})))
		app = mux

		browser := cognitotest.NewBrowser()
		if resp := signIn(t, browser, server.URL+"/account", "jane", "a guess"); resp.Request.URL.Path != "/login" {
			t.Errorf("a guess for a password leads to %s, want /login", resp.Request.URL.Path)
		}
		resp := signIn(t, browser, server.URL+"/account", "jane", "Correct:horse-1")
		if got, want := bodyOf(t, resp), "jane <jane@example.com> true [admins readers]"; got != want {
			t.Errorf("with secret %q, GET /account = %q, want %q", secret, got, want)
		}
	}
}

// signIn fills in the sign-in page that startURL leads to.
func signIn(t *testing.T, browser *http.Client, startURL, username, password string) *http.Response {
	t.Helper()
	resp, err := browser.Get(startURL)
	if err == nil {
		resp, err = cognitotest.Submit(browser, resp, "username", username, "password", password)
	}
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func bodyOf(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestFlagMistakes(t *testing.T) {
	config := writeFile(t, `{"pools": [{"id": "eu-west-1_A", "clients": [{"id": "web"}]}]}`)
	tests := []struct {
		args []string
		code int
		says []string
	}{
		{[]string{"-nonsense"}, exitMistake, []string{"-nonsense", "Usage"}},
		{[]string{"extra"}, exitMistake, []string{`"extra" is no flag`}},
		{[]string{"-pool-id", "eu"}, exitMistake, []string{"-pool-id: ", "eu-west-1_aB3dE5gH7"}},
		{[]string{"-client-id", "a b"}, exitMistake, []string{"-client-id: ", "letters and digits"}},
		{[]string{"-client-id", ""}, exitMistake, []string{"-client-id: ", "missing"}},
		{[]string{"-client-secret", "has space"}, exitMistake, []string{"-client-secret: ", "letters, digits"}},
		{[]string{"-callback", "/relative"}, exitMistake, []string{"-callback, -logout, -app-url or -auth-flow: ", `"/relative" is not an absolute URL`}},
		{[]string{"-callback", ""}, exitMistake, []string{"-callback", "empty"}},
		{[]string{"-user", "jane"}, exitMistake, []string{"-user jane: ", "name:password"}},
		{[]string{"-user", ":secret-word"}, exitMistake, []string{"-user", "name:password"}},
		{[]string{"-user", "jane:a", "-user", "Jane:b"}, exitMistake, []string{"-user Jane: ", "User already exists"}},
		{[]string{"-group", "admins"}, exitMistake, []string{"-group admins: ", "name=user"}},
		{[]string{"-user", "jane", "-group", "x"}, exitMistake, []string{"-user jane", "-group x"}},
		{[]string{"-group", "admins=jane", "-addr", "127.0.0.1:0"}, exitMistake, []string{"-group admins=jane: ", "-user jane:password"}},
		{[]string{"-addr", "0.0.0.0:9229"}, exitMistake, []string{"-addr 0.0.0.0:9229: ", "loopback", "127.0.0.1:9229", "-insecure-expose"}},
		{[]string{"-addr", "127.0.0.1:99999"}, exitMistake, []string{"-addr 127.0.0.1:99999: "}},
		{[]string{"-addr", "0.0.0.0:0", "-insecure-expose"}, exitMistake, []string{"-url: missing", "http://cognito:9229"}},
		{[]string{"-addr", "127.0.0.1:0", "-url", "cognito:9229"}, exitMistake, []string{"-url: "}},
		{[]string{"-addr", "127.0.0.1:0", "-url", "http://cognito:9229/path"}, exitMistake, []string{"-url: ", "without a path"}},
		{[]string{"-app-url", "localhost:8080"}, exitMistake, []string{"-app-url: ", "http://localhost:8080"}},
		{[]string{"-app-url", "http://localhost:8080/?page=1"}, exitMistake, []string{"-app-url: ", "http://localhost:8080"}},
		{[]string{"-allow-host", "http://cognito.test"}, exitMistake, []string{"-allow-host http://cognito.test: ", "without a scheme"}},
		{[]string{"-allow-host", "cognito.test/"}, exitMistake, []string{"-allow-host cognito.test/: ", "without a scheme"}},
		{[]string{"-tls-cert", "a.pem"}, exitMistake, []string{"-tls-cert and -tls-key: ", "both"}},
		{[]string{"-tls-cert", config, "-tls-key", config}, exitMistake, []string{"-tls-cert: "}},
		{[]string{"-o", "yaml"}, exitMistake, []string{"-o yaml: ", "env, dotenv, json"}},
		{[]string{"-auth-flow", "SMOKE_SIGNALS"}, exitMistake, []string{"-auth-flow: ", "SMOKE_SIGNALS"}},
		{[]string{"-first-factor", "LUCK"}, exitMistake, []string{"-first-factor: ", "LUCK"}},
		{[]string{"-mfa", "SOMETIMES"}, exitMistake, []string{"-mfa: ", "SOMETIMES"}},
		{[]string{"-mfa", "ON", "-mfa-factor", "luck"}, exitMistake, []string{"-mfa-factor luck: ", "totp"}},
		{[]string{"-mfa-factor", "totp"}, exitMistake, []string{"-mfa-factor: ", "-mfa"}},
		{[]string{"-auto-verify", "name"}, exitMistake, []string{"-auto-verify: ", "email or phone_number"}},
		{[]string{"-immutable", "sub"}, exitMistake, []string{"-immutable: ", "sub"}},
		{[]string{"-custom-domain", "https://auth.example.com"}, exitMistake, []string{"-custom-domain: ", "not a host name"}},
		{[]string{"-config", config, "-identity-pool", "-auth-flow", "x"}, exitMistake, []string{"-identity-pool: write it into", "-auth-flow: write it"}},
		{[]string{"-addr", "9229"}, exitMistake, []string{"-addr 9229: ", "127.0.0.1:9229"}},
		{[]string{"-config", config, "-client-id", "a", "-logout", "b"}, exitMistake, []string{"-client-id: write it into the -config file", "-logout: write it"}},
		{[]string{"-config", config + "-none"}, exitMistake, []string{"-config: ", "no such file"}},
	}
	for _, tt := range tests {
		got := refuse(t, tt.code, tt.args...)
		for _, want := range tt.says {
			if !strings.Contains(got, want) {
				t.Errorf("run(%q) says %q, want %q in it", tt.args, got, want)
			}
		}
		if strings.Contains(got, "secret-word") {
			t.Errorf("run(%q) says %q, want no password in it", tt.args, got)
		}
	}
}

func TestHelp(t *testing.T) {
	got := refuse(t, 0, "-h")
	for _, name := range []string{"addr", "pool-id", "client-id", "client-secret", "callback", "logout", "user", "group", "codes", "config", "state", "o", "url", "insecure-expose", "allow-host",
		"tls-cert", "tls-key", "tls-self-signed", "app-url", "identity-pool", "custom-domain", "auto-verify", "immutable", "auth-flow", "first-factor", "mfa", "mfa-factor", "health-of"} {
		if !strings.Contains(got, "  -"+name) {
			t.Errorf("-h does not explain -%s", name)
		}
	}
}

func TestAddressInUse(t *testing.T) {
	p := start(t)
	addr := strings.TrimPrefix(p.url(), "http://")
	if got := refuse(t, exitFailed, "-addr", addr); !strings.Contains(got, "-addr "+addr) || !strings.Contains(got, "Port 0") {
		t.Errorf("run(address in use) says %q, want the address and what to do", got)
	}
}

// A signal lets the request under way finish, and the exit code is 0.
func TestGracefulStop(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(self, "-addr", "127.0.0.1:0")
		cmd.Env = append(os.Environ(), asProgram+"=1")
		stdout, stderr := newOutput(), newOutput()
		cmd.Stdout, cmd.Stderr = stdout, stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill() })
		stdout.waitFor("READY")
		addr := strings.TrimPrefix(stdout.waitFor("COGNITO_DOMAIN="), "COGNITO_DOMAIN=http://")
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST /oauth2/token HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", addr)
		answers := bufio.NewReader(conn)
		if resp, err := http.ReadResponse(answers, nil); err != nil || resp.StatusCode != http.StatusContinue {
			t.Fatalf("POST /oauth2/token = %v, %v, want 100 Continue first", resp, err)
		}
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		stderr.waitFor("stopping")
		io.WriteString(conn, "a=b&c")
		resp, err := http.ReadResponse(answers, nil)
		if err != nil || resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: the request under way = %v, %v, want its 400", sig, resp, err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: the program ended with %v, want exit code 0", sig, err)
		}
	}
}

// A person who signs up gets the code from standard output.
func TestCodes(t *testing.T) {
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "landed") }))
	defer callback.Close()
	p := start(t, "-codes", "-callback", callback.URL+"/cb")
	if got := signUp(t, p, callback.URL+"/cb", "new@example.com", "Correct-horse-1"); got == "" {
		t.Error("the sign-up gave no code for the app")
	}
	line := p.stdout.waitFor("CODE")
	if want := " to=new@example.com for=sign-up"; !strings.HasSuffix(line, want) {
		t.Errorf("stdout has %q, want it to end with %q", line, want)
	}
	if strings.Count(p.stdout.String(), "CODE ") != 1 {
		t.Errorf("stdout = %q, want one line CODE", p.stdout)
	}
	if code := strings.Fields(line)[1]; strings.Contains(p.stderr.String(), code) {
		t.Errorf("stderr has the code %s, want it on stdout alone", code)
	}
}

func TestNoCodesUnlessAsked(t *testing.T) {
	p := start(t)
	browser := cognitotest.NewBrowser()
	resp, err := browser.Get(p.url() + "/signup?" + authorizeQuery(p, defaultCallback))
	if err == nil {
		resp, err = cognitotest.Submit(browser, resp, "email", "new@example.com", "password", "Correct-horse-1")
	}
	if err != nil || resp.Request.URL.Path != "/confirm" {
		t.Fatalf("the sign-up led to %v, %v, want the page for the code", resp, err)
	}
	resp.Body.Close()
	p.stop()
	if strings.Contains(p.stdout.String(), "CODE") {
		t.Errorf("stdout = %q, want no code without -codes", p.stdout)
	}
}

// signUp makes an account on the pages, with the code that the program
// prints, and returns the authorization code that the app gets.
func signUp(t *testing.T, p *program, callback, email, password string) (code string) {
	t.Helper()
	browser := cognitotest.NewBrowser()
	resp, err := browser.Get(p.url() + "/signup?" + authorizeQuery(p, callback))
	if err == nil {
		resp, err = cognitotest.Submit(browser, resp, "email", email, "password", password)
	}
	if err == nil {
		resp, err = cognitotest.Submit(browser, resp, "code", strings.Fields(p.stdout.waitFor("CODE"))[1])
	}
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.Request.URL.Query().Get("code")
}

func authorizeQuery(p *program, callback string) string {
	return url.Values{
		"response_type": {"code"}, "client_id": {p.settings["COGNITO_CLIENT_ID"]}, "redirect_uri": {callback}, "scope": {"openid email"},
	}.Encode()
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "*.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func TestUserWithAnEmailForAName(t *testing.T) {
	u, err := parseUser("jane@example.org:secret:word")
	want := cognitotest.User{Username: "jane@example.org", Password: "secret:word", Email: "jane@example.org", EmailVerified: true}
	if err != nil || u.Username != want.Username || u.Email != want.Email || u.Password != want.Password || !u.EmailVerified || !slices.Equal(u.Groups, want.Groups) {
		t.Errorf("parseUser() = %+v, %v, want %+v", u, err, want)
	}
}
