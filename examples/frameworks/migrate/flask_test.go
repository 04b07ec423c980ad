package migrate_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/frameworks/migrate/flask/beside"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestMigrate_Flask: a user who has signed in to the Flask app comes to the Go
// app beside it and sees no sign-in page. The reverse works too.
func TestMigrate_Flask(t *testing.T) {
	python := pythonWithFlask(t)
	var site http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { site.ServeHTTP(w, r) }))
	defer server.Close()

	const secret = "1exampleclientsecret0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o"
	forFlask := cognitotest.AppClient{ID: "flask", Secret: secret, CallbackURLs: []string{server.URL + "/callback"}}
	pool := newPool(t, cognitotest.AppClient{
		CallbackURLs: []string{server.URL + "/go/auth/callback"}, LogoutURLs: []string{server.URL + "/go/auth/signed-out"},
	}, cognitotest.WithClient(forFlask))
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer pool.Close()

	flask := startFlask(t, python, pool.Issuer(), server.URL, secret)
	whole, err := beside.New(hostedui.Config{
		Pool: pool.Config(), BaseURL: server.URL + "/go", SessionKeys: []session.Key{session.NewKey()},
	}, flask)
	if err != nil {
		t.Fatal(err)
	}

	site = whole
	pages := map[string]string{"/account": "Hello jane@example.com\n", "/go/account": "Hello from Go, jane@example.com\n"}
	for _, first := range []string{"/account", "/go/account"} {
		browser := cognitotest.NewBrowser()
		res, err := pool.SignIn(browser, server.URL+first, "jane", password)
		if err != nil {
			t.Fatal(err)
		}
		if body := read(t, res); body != pages[first] {
			t.Fatalf("%s says %q", res.Request.URL, body)
		}
		for page, want := range pages {
			res, err := browser.Get(server.URL + page)
			if err != nil {
				t.Fatal(err)
			}
			if body := read(t, res); body != want {
				t.Errorf("signed in at %s, %s says %q, want no sign-in page", first, page, body)
			}
		}
	}
}

// pythonWithFlask is a Python that has Flask and Authlib.
func pythonWithFlask(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"/usr/bin/python3", "python3"} { // the first is Debian's, which has Debian's modules
		if exec.Command(python, "-c", "import flask, authlib, requests").Run() == nil {
			return python
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("needs Python with flask, authlib and requests: apt install python3-flask python3-authlib python3-requests")
	}
	t.Skip("needs Python with flask, authlib and requests")
	return ""
}

// startFlask runs the Flask app, and returns its address once it answers.
func startFlask(t *testing.T, python, issuer, app, secret string) *url.URL {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close() // Flask listens there next
	_, port, _ := strings.Cut(address, ":")
	cmd := exec.Command(python, "flask/app.py")
	cmd.Env = append(os.Environ(), "no_proxy=127.0.0.1", "NO_PROXY=127.0.0.1", "PORT="+port, "APP_URL="+app, "SECRET_KEY="+secret,
		"COGNITO_ISSUER="+issuer, "COGNITO_CLIENT_ID=flask", "COGNITO_CLIENT_SECRET="+secret)
	var output strings.Builder
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(output.String())
		}
	})
	for range 300 {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return &url.URL{Scheme: "http", Host: address}
		}
		time.Sleep(100 * time.Millisecond) // of the other process
	}
	t.Fatal("Flask does not answer")
	return nil
}
