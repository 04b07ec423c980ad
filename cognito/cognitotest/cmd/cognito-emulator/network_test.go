package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// With a certificate of its own the program speaks https, and the next run has
// the same certificate.
func TestTLSSelfSigned(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	var last string
	for range 2 {
		p := start(t, "-tls-self-signed", dir, "-user", "jane:Correct-horse-1")
		path := p.settings["COGNITO_EMULATOR_CERT"]
		if !filepath.IsAbs(path) || !strings.HasPrefix(p.url(), "https://127.0.0.1:") || p.settings["COGNITO_EMULATOR_HOST"] != "" {
			t.Fatalf("settings = %v, want https and the path of the certificate", p.settings)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if last != "" && string(text) != last {
			t.Error("the second run has another certificate")
		}
		last = string(text)
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(text)
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
		defer transport.CloseIdleConnections()
		client := &http.Client{Transport: transport}
		for _, base := range []string{p.url(), strings.Replace(p.url(), "127.0.0.1", "localhost", 1)} {
			resp, err := client.Get(base + "/eu-west-1_Emulator1/.well-known/openid-configuration")
			if err != nil {
				t.Fatal(err)
			}
			if body := bodyOf(t, resp); !strings.Contains(body, `"token_endpoint":"`+p.url()+`/oauth2/token"`) {
				t.Errorf("discovery = %s, want the https URL of the program", body)
			}
		}
		if resp, err := new(http.Client).Get(p.url() + "/health"); err == nil {
			resp.Body.Close()
			t.Error("a client that was not told to trust the certificate gets an answer")
		}
		p.stop()
	}
	key, err := os.Stat(filepath.Join(dir, "key.pem"))
	if err != nil || key.Mode().Perm() != 0o600 {
		t.Errorf("the key's file = %v, %v, want one that only its owner reads", key, err)
	}
}

// A pair that the user brings is used, and one that is not ours is not replaced.
func TestTLSPair(t *testing.T) {
	dir := t.TempDir()
	o := &options{url: "https://cognito.test:9229", allowHosts: list{"other.test"}}
	certFile, keyFile, err := selfSigned(dir, o.certNames("0.0.0.0"))
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "cognito.test", "other.test"} {
		if err := pair.Leaf.VerifyHostname(name); err != nil {
			t.Errorf("the certificate is not for %s: %v", name, err)
		}
	}
	p := start(t, "-tls-cert", certFile, "-tls-key", keyFile)
	if !strings.HasPrefix(p.url(), "https://") || p.settings["COGNITO_EMULATOR_CERT"] != "" {
		t.Errorf("settings = %v, want https and no certificate of ours", p.settings)
	}
	// Another name needs another certificate; what others made stays.
	if again, _, err := selfSigned(dir, []string{"new.test"}); err != nil || again != certFile {
		t.Errorf("selfSigned(another name) = %s, %v, want the same path", again, err)
	}
	if after, err := tls.LoadX509KeyPair(certFile, keyFile); err != nil || after.Leaf.VerifyHostname("new.test") != nil {
		t.Errorf("the new certificate = %v, want one for new.test", err)
	}
	theirs := t.TempDir()
	for _, name := range []string{"cert.pem", "key.pem"} {
		if err := os.WriteFile(filepath.Join(theirs, name), []byte("theirs"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := refuse(t, exitMistake, "-addr", "127.0.0.1:0", "-tls-self-signed", theirs); !strings.Contains(got, "-tls-self-signed: ") || !strings.Contains(got, "another folder") {
		t.Errorf("run(a folder with another certificate) says %q, want a refusal", got)
	}
	if text, err := os.ReadFile(filepath.Join(theirs, "cert.pem")); err != nil || string(text) != "theirs" {
		t.Errorf("the other certificate = %q, %v, want it unchanged", text, err)
	}
}

// Beyond loopback the settings name the URL that others use, and a client with
// these settings signs in through it.
func TestExposed(t *testing.T) {
	const base = "http://cognito.test:9229"
	p := start(t, "-addr", "0.0.0.0:0", "-insecure-expose", "-url", base, "-user", "jane:Correct-horse-1", "-allow-host", "index.test", "-auth-flow", "user_password_auth")
	p.setenv()
	cfg, err := cognito.ConfigFromEnv()
	if err != nil || cfg.EmulatorHost != "cognito.test" || cfg.DomainURL() != base || cfg.IssuerURL() != base+"/eu-west-1_Emulator1" {
		t.Fatalf("ConfigFromEnv = %+v, %v, want the URLs of %s", cfg, err, base)
	}
}

// The index page opens under allowed names alone: any other is a page elsewhere
// whose name was made to lead here.
func TestIndexHosts(t *testing.T) {
	pools := cognitotest.NewServer(cognitotest.NewPool())
	o := &options{allowHosts: list{"Index.test", "ported.test:9229", "[fd00::1]:9229"}}
	if err := o.checkHosts(); err != nil {
		t.Fatal(err)
	}
	h := withIndex(pools, o.allowedHosts("http://cognito.test:9229"), pools)
	for host, want := range map[string]int{
		"localhost:9229": 200, "127.0.0.1": 200, "[::1]:9229": 200, "cognito.test:9229": 200, "cognito.test": 200, "index.test:80": 200, "ported.test": 200, "ported.test:80": 200, "[fd00::1]:80": 200,
		"evil.test": 403, "cognito.test.evil.test": 403, "x.index.test": 403, "": 403, "192.168.1.5:9229": 403,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("GET / with Host %q = %d, want %d", host, w.Code, want)
		}
	}
}

func TestHealth(t *testing.T) {
	p := start(t)
	resp, err := http.Get(p.url() + "/health")
	if err != nil {
		t.Fatal(err)
	}
	if body := bodyOf(t, resp); resp.StatusCode != 200 || body != "{\"status\":\"ok\"}\n" {
		t.Errorf("GET /health = %d %q, want 200 and ok", resp.StatusCode, body)
	}
	if strings.Contains(p.stderr.String(), "/health") {
		t.Error("the log has a line for each look at /health")
	}
	resp, err = http.Post(p.url()+"/health", "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode == 200 {
		t.Error("POST /health = 200, want a refusal")
	}
}

// Each form of the settings says the same.
func TestOutputForms(t *testing.T) {
	settings := []envSetting{{"A", "1"}, {"B", ""}, {"SESSION_KEYS", "a+/="}}
	for form, want := range map[string]string{
		outputEnv:    "A=1\nB=\nSESSION_KEYS=a+/=\nREADY\n",
		outputDotenv: "A=\"1\"\nB=\"\"\nSESSION_KEYS=\"a+/=\"\n# READY\n",
		outputJSON:   `{"A":"1","B":"","SESSION_KEYS":"a+/="}` + "\n",
	} {
		var b strings.Builder
		if err := printSettings(&b, form, settings); err != nil || b.String() != want {
			t.Errorf("printSettings(%s) = %q, %v, want %q", form, b.String(), err, want)
		}
	}
	out, in := io.Pipe()
	done := make(chan int, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		done <- run(ctx, []string{"-addr", "127.0.0.1:0", "-o", "json", "-identity-pool"}, in, io.Discard)
	}()
	var got map[string]string
	if err := json.NewDecoder(out).Decode(&got); err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, out)
	if resp, err := http.Get(got["COGNITO_ENDPOINT"] + "/health"); err != nil || resp.StatusCode != 200 {
		t.Errorf("when the object is there, GET /health = %v, %v, want an answer", resp, err)
	} else {
		resp.Body.Close()
	}
	if got["COGNITO_IDENTITY_POOL_ID"] != "eu-west-1"+defaultIdentityPool || got["APP_URL"] != defaultApp {
		t.Errorf("settings = %v, want the identity pool and the app's URL", got)
	}
	cancel()
	if code := <-done; code != 0 {
		t.Errorf("run() = %d, want 0", code)
	}
}

// What the flags say of pool and app client is so.
func TestPoolFlags(t *testing.T) {
	p := start(t, "-user", "jane:Correct-horse-1", "-auth-flow", "USER_PASSWORD_AUTH", "-auth-flow", "ALLOW_USER_AUTH", "-first-factor", "PASSWORD", "-first-factor", "EMAIL_OTP",
		"-mfa", "optional", "-mfa-factor", "totp", "-mfa-factor", "email", "-auto-verify", "email", "-immutable", "custom:tenant", "-custom-domain", "auth.example.com",
		"-identity-pool", "-app-url", "http://localhost:3000/shop")
	if got, want := p.settings["APP_URL"], "http://localhost:3000/shop"; got != want {
		t.Errorf("APP_URL = %q, want %q", got, want)
	}
	idp := func(op, body string) string {
		t.Helper()
		_, text := callAPI(t, p, op, body)
		return text
	}
	client := p.settings["COGNITO_CLIENT_ID"]
	if got := idp("InitiateAuth", `{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"`+client+`","AuthParameters":{"USERNAME":"jane","PASSWORD":"Correct-horse-1"}}`); !strings.Contains(got, "AccessToken") {
		t.Errorf("InitiateAuth = %s, want tokens", got)
	}
	got := idp("DescribeUserPoolClient", `{"UserPoolId":"eu-west-1_Emulator1","ClientId":"`+client+`"}`)
	for _, want := range []string{`"ALLOW_USER_AUTH"`, `"ALLOW_USER_PASSWORD_AUTH"`, `"ALLOW_REFRESH_TOKEN_AUTH"`, `"http://localhost:3000/shop/auth/callback"`, `"http://localhost:3000/shop/auth/signed-out"`} {
		if !strings.Contains(got, want) {
			t.Errorf("DescribeUserPoolClient = %s, want %s in it", got, want)
		}
	}
	got = idp("DescribeUserPool", `{"UserPoolId":"eu-west-1_Emulator1"}`)
	for _, want := range []string{`"MfaConfiguration":"OPTIONAL"`, `"CustomDomain":"auth.example.com"`, `"AutoVerifiedAttributes":["email"]`, `"EMAIL_OTP"`} {
		if !strings.Contains(got, want) {
			t.Errorf("DescribeUserPool = %s, want %s in it", got, want)
		}
	}
}

// An address that this machine does not have is a mistake; one that another
// program has is not.
func TestListenErrors(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	refuse(t, exitFailed, "-addr", taken.Addr().String())
	refuse(t, exitMistake, "-addr", "192.0.2.1:0", "-insecure-expose")
}
