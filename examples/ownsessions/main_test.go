package main

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const base, password = "https://app.example.com", "Corr3ct-horse"

func newPool(t *testing.T) (*cognitotest.Pool, http.Handler) {
	t.Helper()
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", Password: password}); err != nil {
		t.Fatal(err)
	}
	a, err := newApp(config(pool.Config(), base))
	if err != nil {
		t.Fatal(err)
	}
	return pool, a.routes()
}

func text(t *testing.T, res *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestSignInAndOut: a user signs in to the app's own session, under a new id,
// and out of it and of Cognito.
func TestSignInAndOut(t *testing.T) {
	pool, app := newPool(t)
	b := pool.Browser(app, base)
	at, _ := url.Parse(base)
	res, err := b.Get(base + "/login") // the session that has the Attempt
	_ = text(t, res, err)
	before := b.Jar.Cookies(at)
	res, err = pool.SignIn(b, base+"/login", "jane", password)
	if got := text(t, res, err); !strings.Contains(got, "Hello jane@example.com") {
		t.Fatalf("after the sign-in: %s", got)
	}
	if after := b.Jar.Cookies(at); len(before) != 1 || len(after) != 1 || before[0].Value == after[0].Value {
		t.Errorf("cookies before the sign-in %v, after %v, want one with a new id", before, after)
	}

	req, _ := http.NewRequest("POST", base+"/logout", nil)
	req.Header.Set("Origin", "https://evil.example")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if res, err := b.Do(req); err != nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("another site's sign-out = %v, %v, want 403", res, err)
	}
	res, err = b.Post(base+"/logout", "", nil)
	if got := text(t, res, err); !strings.Contains(got, "Sign in") || res.Request.URL.Path != "/auth/signed-out" {
		t.Errorf("after the sign-out at %s: %s", res.Request.URL, got)
	}
	ops := map[string]int{}
	for _, e := range pool.Events() {
		ops[e.Op]++
	}
	if ops["revoke"] != 1 || ops["logout"] != 1 {
		t.Errorf("the pool saw %v, want one revocation and one logout", ops)
	}
}

// TestCallback: a callback of another browser's login exchanges nothing; an
// error shows our own words.
func TestCallback(t *testing.T) {
	pool, app := newPool(t)
	stranger := pool.Browser(app, base)
	for _, query := range []string{"?code=x&state=y", "?state=&code=x", "?error=invalid_request&error_description=<b>pay</b>", ""} {
		res, err := stranger.Get(base + "/auth/callback" + query)
		if got := text(t, res, err); res.StatusCode != http.StatusBadRequest || strings.Contains(got, "pay") {
			t.Errorf("callback%s = %d %s", query, res.StatusCode, got)
		}
	}
	for _, e := range pool.Events() {
		if e.Op == "token" {
			t.Error("a stranger's code was exchanged")
		}
	}
}

// TestC1_ForgedCallback: a callback that another site made up, or a HEAD of the
// right one, does not end the login that the visitor has begun.
func TestC1_ForgedCallback(t *testing.T) {
	pool, app := newPool(t)
	b := pool.Browser(app, base)
	follow := b.CheckRedirect
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := b.Get(base + "/login")
	_ = text(t, res, err)
	authorize, err := res.Location()
	if err != nil {
		t.Fatal(err)
	}
	b.CheckRedirect = follow
	if res, err := b.Get(base + "/auth/callback?code=x&state=y"); err != nil || res.StatusCode != http.StatusBadRequest {
		t.Errorf("forged callback = %v, %v, want 400", res, err)
	}
	if res, err := b.Head(base + "/auth/callback?code=x&state=" + authorize.Query().Get("state")); err != nil || res.StatusCode == http.StatusOK {
		t.Errorf("HEAD of the callback = %v, %v, want a refusal", res, err)
	}
	res, err = pool.SignIn(b, authorize.String(), "jane", password)
	if got := text(t, res, err); !strings.Contains(got, "Hello jane@example.com") {
		t.Errorf("after the sign-in: %s", got)
	}
	if n := len(pool.Events(cognitotest.Event{Op: "token"})); n != 1 {
		t.Errorf("%d token requests, want that of the login alone", n)
	}
}

// TestManyVisitors: visitors sign in at once, and look at the home page.
func TestManyVisitors(t *testing.T) {
	pool, app := newPool(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			b := pool.Browser(app, base)
			res, err := pool.SignIn(b, base+"/login", "jane", password)
			if err != nil {
				t.Error(err)
				return
			}
			_ = res.Body.Close()
			for range 20 {
				res, err := b.Get(base + "/")
				if err != nil {
					t.Error(err)
					return
				}
				_ = res.Body.Close()
			}
		})
	}
	all.Wait()
}

// TestDocs: docs/own-sessions.md quotes app.go and main.go.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/own-sessions.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("app.go")
	if err != nil {
		t.Fatal(err)
	}
	start, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	source = append(source, start...)
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("docs/own-sessions.md has no code")
	}
	for _, block := range blocks {
		code, _, _ := strings.Cut(block, "```")
		if !strings.Contains(string(source), code) {
			t.Errorf("neither app.go nor main.go has the code of docs/own-sessions.md:\n%s", code)
		}
	}
}
