package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// An app is the example under test, on a pool of its own.
type app struct {
	url  string
	pool *cognitotest.Pool

	mu        sync.Mutex // guards callbacks
	callbacks []string   // URLs Cognito sent the browser back with
}

func (a *app) lastCallback(t *testing.T) string {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.callbacks) == 0 {
		t.Fatal("there was no callback yet")
	}
	return a.callbacks[len(a.callbacks)-1]
}

// startApp serves the example on loopback.
func startApp(t *testing.T) *app {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	a := &app{url: "http://localhost:" + port}
	a.pool = cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs:         []string{a.url + "/auth/callback"},
		LogoutURLs:           []string{a.url + "/auth/signed-out"},
		RefreshTokenRotation: true, // with no grace: the strictest setting there is
	}))
	for _, u := range []cognitotest.User{
		{Username: "jane", Email: "jane@example.com", Groups: []string{"admins"}},
		{Username: "joe", Email: "joe@example.com"},
	} {
		u.Password, u.EmailVerified = demoPassword, true
		if _, err := a.pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.pool.Close() })
	handler, err := newApp(hostedui.Config{Pool: a.pool.Config(), BaseURL: a.url, SessionKeys: []session.Key{session.NewKey()}}, true)
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/auth/callback" {
			a.mu.Lock()
			a.callbacks = append(a.callbacks, a.url+r.RequestURI)
			a.mu.Unlock()
		}
		switch r.URL.Path {
		case "/test/blank": // a page of the app that may fetch
			w.Header().Set("Content-Type", "text/html")
		case "/test/cookies": // what the browser sends
			_, _ = io.WriteString(w, r.Header.Get("Cookie"))
		default:
			handler.ServeHTTP(w, r)
		}
	})}}
	server.Start()
	t.Cleanup(server.Close)
	return a
}

// signIn fills in the Hosted UI's form, which b shows.
func signIn(b *browser.Tab, username, password string) int64 {
	b.Fill("#username", username)
	b.Fill("#password", password)
	return b.Click(`form[action*="login"] button`)
}

func wantURL(t *testing.T, b *browser.Tab, want string) {
	t.Helper()
	if got := b.URL(); got != want {
		t.Fatalf("the browser is at %s, want %s; it shows:\n%s", got, want, b.Text())
	}
}

func wantText(t *testing.T, b *browser.Tab, want string) {
	t.Helper()
	if !b.Has(want) {
		t.Fatalf("%s does not show %q but:\n%s", b.URL(), want, b.Text())
	}
}

func TestBrowser_SignUp(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Open(a.url + "/account")
	b.Click(`a[href*="signup"]`)
	b.Fill("#email", "kim@example.com")
	b.Fill("#password", "Corr3ct-horse")
	b.Click(`form[action*="signup"] button`)
	b.Fill("#code", "000000")
	b.Click(`form[action*="confirm"] button`)
	wantText(t, b, "Invalid verification code")
	b.Fill("#code", a.pool.LastCode("kim@example.com"))
	b.Click(`form[action*="confirm"] button`)
	wantURL(t, b, a.url+"/account")
	wantText(t, b, "kim@example.com (verified)")
}

func TestBrowser_SignInAndGroups(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	if status := b.Open(a.url + "/account?tab=2"); status != 200 || !strings.HasPrefix(b.URL(), a.pool.URL()+"/login?") {
		t.Fatalf("GET /account as a guest leads to %s, want the Hosted UI", b.URL())
	}
	signIn(b, "joe@example.com", "not the password")
	wantText(t, b, "Incorrect username or password.")
	signIn(b, "joe@example.com", demoPassword)
	wantURL(t, b, a.url+"/account?tab=2")
	wantText(t, b, "joe@example.com")

	if status := b.Open(a.url + "/admin"); status != http.StatusForbidden {
		t.Errorf("GET /admin as joe = %d, want 403", status)
	}
	wantURL(t, b, a.url+"/admin")
	wantText(t, b, "This page is not open to you")

	b.Open(a.url + "/account")
	b.Look("account")
	b.Click(`form[action="/auth/logout"] button`)
	wantURL(t, b, a.url+"/auth/signed-out")
	if status := b.Open(a.url + "/nothing"); status != http.StatusNotFound {
		t.Errorf("GET /nothing = %d, want 404", status)
	}
	wantText(t, b, "There is no such page")
	b.Look("missing")
	b.Open(a.url + "/")
	b.Look("home")
	b.Open(a.url + "/admin")
	signIn(b, "jane@example.com", demoPassword)
	wantURL(t, b, a.url+"/admin")
	wantText(t, b, "you are one")
	b.Look("admin")
	b.Open(a.url + "/")
	b.Look("home signed in")
}

func TestBrowser_TokensAreRefreshed(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Open(a.url + "/account")
	signIn(b, "jane@example.com", demoPassword)
	for hour := range 3 {
		a.pool.Advance(61 * time.Minute)
		if status := b.Open(a.url + "/account"); status != 200 {
			t.Fatalf("GET /account %d hours after the sign-in = %d, want 200", hour+1, status)
		}
		wantURL(t, b, a.url+"/account")
	}
	if n := count(a.pool, "token"); n != 4 {
		t.Errorf("%d token requests, want 1 for the code and 3 refreshes", n)
	}
	b.Open(a.url + "/test/blank")
	// Several requests at once with cookies whose access token has ended.
	a.pool.Advance(61 * time.Minute)
	statuses := b.Eval(`Promise.all([...Array(12)].map(() => fetch("/account"))).then(a => a.map(r => r.status).join())`)
	if statuses != strings.TrimSuffix(strings.Repeat("200,", 12), ",") {
		t.Errorf("12 fetches at once after the access token's end = %s, want 200 each", statuses)
	}
	if n := count(a.pool, "token"); n != 5 {
		t.Errorf("%d token requests, want one more for the 12 fetches", n)
	}
	if b.Open(a.url + "/account"); b.URL() != a.url+"/account" {
		t.Errorf("after the refreshes the browser is at %s, want it still signed in", b.URL())
	}
}

func TestBrowser_TwoTabs(t *testing.T) {
	a := startApp(t)
	one := browser.New(t)
	two := one.NewTab()
	one.Open(a.url + "/account")
	two.Open(a.url + "/admin")
	signIn(two, "jane@example.com", demoPassword)
	wantURL(t, two, a.url+"/admin")
	signIn(one, "jane@example.com", demoPassword)
	wantURL(t, one, a.url+"/account")
}

func TestBrowser_L2_TwentyAbandonedAttempts(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	attempts := thorough.Or(7, 20) // more than are kept
	wantFew := func() {
		b.Open(a.url + "/test/blank")
		sent := b.Eval(`fetch("/test/cookies").then(r => r.text())`)
		if n := strings.Count(sent, "login-"); n > 5 {
			t.Errorf("the browser has %d login cookies, want 5 at most", n)
		}
	}
	for range attempts {
		b.Open(a.url + "/account")
	}
	wantFew()
	b.Open(a.url + "/account?last")
	signIn(b, "jane@example.com", demoPassword)
	wantURL(t, b, a.url+"/account?last")
	for range attempts {
		b.Open(a.url + "/auth/login")
	}
	wantFew()
}

func TestBrowser_C2_BackToTheCallback(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Open(a.url + "/account")
	signIn(b, "jane@example.com", demoPassword)
	wantURL(t, b, a.url+"/account")
	tokens := count(a.pool, "token")

	callback := a.lastCallback(t)
	if status := b.Open(callback); status != 200 {
		t.Errorf("the callback again = %d, want 200", status)
	}
	wantURL(t, b, a.url+"/")
	wantText(t, b, "You are signed in")
	b.Back()
	if !strings.HasPrefix(b.URL(), a.url) {
		t.Errorf("Back leads to %s, want a page of the app", b.URL())
	}
	if n := count(a.pool, "token"); n != tokens {
		t.Errorf("the code was sent %d times more, want never again", n-tokens)
	}

	b.Open(a.url + "/account")
	b.Click(`form[action="/auth/logout"] button`)
	b.Open(callback) // signed out: starts over once, at the Hosted UI
	if !strings.HasPrefix(b.URL(), a.pool.URL()+"/login?") {
		t.Errorf("the callback after logout leads to %s, want the Hosted UI", b.URL())
	}
}

func TestBrowser_O2_LogoutLeavesNothing(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Open(a.url + "/account")
	signIn(b, "jane@example.com", demoPassword)
	wantText(t, b, "jane@example.com (verified)")
	b.Click(`form[action="/auth/logout"] button`)
	wantURL(t, b, a.url+"/auth/signed-out")
	wantText(t, b, "You are signed out")
	b.Back()
	if b.Has("(verified)") {
		t.Errorf("Back after the logout shows %s:\n%s", b.URL(), b.Text())
	}
	b.Open(a.url + "/account")
	if !strings.HasPrefix(b.URL(), a.pool.URL()+"/login?") {
		t.Errorf("GET /account after the logout leads to %s, want the Hosted UI with its form", b.URL())
	}
	if n := count(a.pool, "revoke"); n != 1 {
		t.Errorf("%d revocations, want 1", n)
	}
}

func TestBrowser_LogoutPage(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Open(a.url + "/account")
	signIn(b, "jane@example.com", demoPassword)
	b.Open(a.url + "/auth/logout")
	wantText(t, b, "Sign out?")
	b.Click(`form[action="/auth/logout"] button`)
	wantURL(t, b, a.url+"/auth/signed-out")
}

func TestBrowser_L3_FetchStartsNoLogin(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Open(a.url + "/test/blank")
	got := b.Eval(`fetch("/account").then(async r => r.status + " " + r.redirected + " " + (await r.json()).login_url)`)
	if want := "401 false /auth/login"; got != want {
		t.Errorf("fetch(/account) as a guest = %q, want %q", got, want)
	}
	got = b.Eval(`fetch("/auth/login").then(r => r.status + " " + r.headers.get("content-type"))`)
	if want := "401 application/problem+json"; got != want {
		t.Errorf("fetch(/auth/login) = %q, want %q", got, want)
	}
	if n := count(a.pool, "authorize"); n != 0 {
		t.Errorf("a fetch began %d logins, want none", n)
	}
}

// count is how many requests the pool has answered at an endpoint.
func count(pool *cognitotest.Pool, op string) int {
	n := 0
	for _, e := range pool.Events() {
		if e.Op == op {
			n++
		}
	}
	return n
}
