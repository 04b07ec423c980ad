package main

import (
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A driver is a tab of a real browser.
type driver interface {
	Open(url string) int64
	Fill(selector, text string)
	Click(selector string) int64
	URL() string
	Text() string
	Eval(script string) string
}

// TestBrowser_L3_Firefox runs in one Firefox what behaves otherwise there than in
// Chromium.
func TestBrowser_L3_Firefox(t *testing.T) {
	firefox := browser.NewFirefox(t)
	for name, walk := range map[string]func(*testing.T, driver){
		"form after the session":   walkFormAfterTheSession,
		"through a service worker": walkThroughAServiceWorker,
	} {
		t.Run(name, func(t *testing.T) { walk(t, firefox.For(t)) })
	}
}

// A site is an app with a form, a service worker and a page in a frame.
type site struct {
	t    *testing.T
	url  string
	pool *cognitotest.Pool
}

// everything is a service worker that answers all requests, as the first ones
// of many tutorials do.
const everything = `self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", e => e.waitUntil(clients.claim()));
self.addEventListener("fetch", e => e.respondWith(fetch(e.request)));`

func newSite(t *testing.T) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	s := &site{t: t, url: "http://localhost:" + port}
	s.pool = cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{s.url + "/auth/callback"},
		LogoutURLs:   []string{s.url + "/auth/signed-out"},
	}))
	if _, err := s.pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true, Password: demoPassword}); err != nil {
		t.Fatal(err)
	}
	if err := s.pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.pool.Close() })
	cfg := hostedui.Config{Pool: s.pool.Config(), BaseURL: s.url, SessionKeys: []session.Key{session.NewKey()}}
	cfg.Pool.Logger = slog.New(slog.DiscardHandler)
	cfg.Session.IdleTimeout = 10 * time.Minute
	cfg.LoginOptions = func(r *http.Request) []hostedui.LoginOption {
		if r.URL.Query().Has("silent") {
			return []hostedui.LoginOption{hostedui.Prompt("none")}
		}
		return nil
	}
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: siteRoutes(client)}}
	server.Start()
	t.Cleanup(server.Close)
	return s
}

func siteRoutes(client *hostedui.Client) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.HandleFunc("GET /sw.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, everything)
	})
	mux.HandleFunc("GET /{$}", page(`<p>Start</p>`))
	mux.HandleFunc("GET /portal", page(`<iframe src="/account"></iframe>`))
	mux.Handle("GET /account", client.Protect(page(`<p>Hello USER</p>
<form method="post" action="/note"><input name="text" value="milk"><button>Save</button></form>
<form id="out" method="post" action="/auth/logout"><button>Sign out</button></form>`)))
	mux.Handle("POST /note", client.Protect(page(`<p>USER noted it</p>`)))
	mux.Handle("/paid", client.Protect(page(`<p>USER has paid</p>`)))
	return mux
}

func page(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		email := "nobody"
		if id := cognito.FromContext(r.Context()); id != nil {
			email = id.Email
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><title>Site</title>%s", strings.ReplaceAll(body, "USER", html.EscapeString(email)))
	}
}

// signIn opens a page that wants a user, and signs jane in.
func (s *site) signIn(t *testing.T, b driver, path string) {
	t.Helper()
	b.Open(s.url + path)
	if !strings.HasPrefix(b.URL(), s.pool.URL()+"/login?") {
		t.Fatalf("GET %s as a guest leads to %s, want the Hosted UI; it shows:\n%s", path, b.URL(), b.Text())
	}
	b.Fill("#username", "jane")
	b.Fill("#password", demoPassword)
	b.Click(`form[action*="login"] button`)
	if got := b.URL(); got != s.url+path {
		t.Fatalf("the sign-in ends at %s, want %s; it shows:\n%s", got, path, b.Text())
	}
	shows(t, b, "jane@example.com")
}

func shows(t *testing.T, b driver, want string) {
	t.Helper()
	if got := b.Text(); !strings.Contains(got, want) {
		t.Fatalf("%s does not show %q but:\n%s", b.URL(), want, got)
	}
}

// TestBrowser_L3_ThroughAServiceWorker: a worker that answers all requests by
// fetching them breaks neither the sign-in nor the sign-out, nor the next one.
func TestBrowser_L3_ThroughAServiceWorker(t *testing.T) { walkThroughAServiceWorker(t, browser.New(t)) }

func walkThroughAServiceWorker(t *testing.T, b driver) {
	s := newSite(t)
	b.Open(s.url + "/")
	got := b.Eval(`(async () => {
		await navigator.serviceWorker.register("/sw.js");
		await navigator.serviceWorker.ready;
		for (let i = 0; i < 200 && !navigator.serviceWorker.controller; i++) await new Promise(r => setTimeout(r, 20));
		return navigator.serviceWorker.controller ? "controlled" : "not controlled";
	})()`)
	if got != "controlled" {
		t.Fatalf("the worker: %s", got)
	}
	for range 2 {
		s.signIn(t, b, "/account")
		b.Click("#out button")
		if got := b.URL(); got != s.url+"/auth/signed-out" {
			t.Fatalf("the sign-out ends at %s, want the signed-out page; it shows:\n%s", got, b.Text())
		}
	}
}

// TestBrowser_L3_FormAfterTheSession: a form sent after the session has ended
// gets a page, which leads to the login and back.
func TestBrowser_L3_FormAfterTheSession(t *testing.T) { walkFormAfterTheSession(t, browser.New(t)) }

func walkFormAfterTheSession(t *testing.T, b driver) {
	s := newSite(t)
	s.signIn(t, b, "/account")
	s.pool.Advance(31 * 24 * time.Hour) // longer than a session can last
	if status := b.Click(`form[action="/note"] button`); status != http.StatusUnauthorized {
		t.Errorf("the form = %d, want 401", status)
	}
	shows(t, b, "sign in")
	b.Click("main a.primary")
	if !strings.HasPrefix(b.URL(), s.pool.URL()+"/login?") {
		t.Fatalf("its button leads to %s, want the Hosted UI", b.URL())
	}
	b.Fill("#username", "jane")
	b.Fill("#password", demoPassword)
	b.Click(`form[action*="login"] button`)
	if got := b.URL(); got != s.url+"/account" {
		t.Errorf("the sign-in ends at %s, want the page that has the form", got)
	}
}

// TestBrowser_L3_PostFromAnotherSite: a payment page sends the visitor back
// with a POST, which carries no cookie of the session. The page offers to go
// on, and the session is there again.
func TestBrowser_L3_PostFromAnotherSite(t *testing.T) {
	s, b := newSite(t), browser.New(t)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>Payment</title><form method="post" action="%s/paid"><input name="order" value="1"><button>Back to the shop</button></form>`, s.url)
	})) // on 127.0.0.1, which is another site than localhost
	t.Cleanup(shop.Close)
	s.signIn(t, b, "/account")
	b.Open(shop.URL)
	b.Click("button")
	if got := b.URL(); got != s.url+"/paid" {
		t.Fatalf("the POST leads to %s", got)
	}
	if strings.Contains(b.Text(), "has paid") {
		t.Fatal("another site's POST was let through")
	}
	b.Click("main a.primary")
	if got := b.URL(); got != s.url+"/paid" {
		t.Errorf("going on leads to %s, want /paid", got)
	}
	shows(t, b, "jane@example.com has paid")
}

// TestBrowser_L3_Frame: a protected page in a frame shows a guest what to do;
// its link leaves the frame, since a login cannot be framed.
func TestBrowser_L3_Frame(t *testing.T) {
	s, b := newSite(t), browser.New(t)
	b.Open(s.url + "/portal")
	got := b.Eval(`(async () => {
		const frame = document.querySelector("iframe");
		for (let i = 0; i < 200 && !frame.contentDocument?.querySelector("main a"); i++) await new Promise(r => setTimeout(r, 20));
		return frame.contentDocument.body.innerText + "|" + frame.contentDocument.querySelector("main a.primary").target;
	})()`)
	if !strings.Contains(got, "sign in") || !strings.HasSuffix(got, "|_top") {
		t.Fatalf("the frame shows %q, want a page whose link leaves the frame", got)
	}
	b.Eval(`(document.querySelector("iframe").contentDocument.querySelector("main a.primary").click(), "")`)
	for i := 0; i < 100 && !strings.HasPrefix(b.URL(), s.pool.URL()+"/login?"); i++ {
		b.Eval(`new Promise(r => setTimeout(() => r(""), 20))`)
	}
	if !strings.HasPrefix(b.URL(), s.pool.URL()+"/login?") {
		t.Errorf("the link leads to %s, want the Hosted UI in the whole window", b.URL())
	}
}

// TestBrowser_L3_SilentSignIn: a login with prompt=none shows a guest the app's
// own page and no form of Cognito's. It signs in a user whom Cognito still
// knows without a question.
func TestBrowser_L3_SilentSignIn(t *testing.T) {
	s, b := newSite(t), browser.New(t)
	silent := s.url + "/auth/login?silent&return_to=/account"
	if status := b.Open(silent); status != http.StatusUnauthorized || !strings.HasPrefix(b.URL(), s.url+"/auth/callback?") {
		t.Errorf("as a guest it ends at %s with %d, want a page of the app with 401", b.URL(), status)
	}
	shows(t, b, "You are not signed in")
	s.signIn(t, b, "/account")
	s.pool.Advance(20 * time.Minute) // the app's session has ended, Cognito's has not
	if status := b.Open(silent); status != http.StatusOK || b.URL() != s.url+"/account" {
		t.Errorf("as a user of Cognito's it ends at %s with %d, want /account", b.URL(), status)
	}
	shows(t, b, "jane@example.com")
}

// TestBrowser_L2_AnyOfTwentyTabs: twenty tabs wait for a sign-in, and the visitor
// signs in on the first, the tenth or the last. Each leads to its own page. Without
// CI=true it is only the first, which has waited longest.
func TestBrowser_L2_AnyOfTwentyTabs(t *testing.T) {
	for _, chosen := range thorough.Or([]int{0}, []int{0, 9, 19}) {
		s, b := newSite(t), browser.New(t)
		var login string
		for i := range 20 {
			b.Open(fmt.Sprintf("%s/account?tab=%d", s.url, i))
			if i == chosen {
				login = b.URL()
			}
		}
		b.Open(login)
		b.Fill("#username", "jane")
		b.Fill("#password", demoPassword)
		if status := b.Click(`form[action*="login"] button`); status != http.StatusOK {
			t.Errorf("tab %d: the sign-in ends with %d: %s", chosen, status, b.Text())
		}
		if want := fmt.Sprintf("%s/account?tab=%d", s.url, chosen); b.URL() != want {
			t.Errorf("tab %d: the sign-in ends at %s, want %s", chosen, b.URL(), want)
		}
	}
}

// TestBrowser_L8_UnderAnAlias: the app is opened at 127.0.0.1, and lives at
// localhost. The sign-in ends on the page that was asked for, at localhost.
func TestBrowser_L8_UnderAnAlias(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	alias := strings.Replace(a.url, "localhost", "127.0.0.1", 1)
	b.Open(alias + "/account?tab=2")
	signIn(b, "jane@example.com", demoPassword)
	wantURL(t, b, a.url+"/account?tab=2")
	wantText(t, b, "jane@example.com")
	if b.Open(alias + "/account?again"); b.URL() != a.url+"/account?again" {
		t.Errorf("a user who is signed in at localhost opens 127.0.0.1 and ends at %s", b.URL())
	}
	b.Open(alias + "/auth/logout") // the session is not there
	b.Click(`form button`)
	wantText(t, b, "You are not signed out")
	b.Click(`a.primary`)
	wantURL(t, b, a.url+"/auth/logout")
	b.Click(`form button`)
	wantURL(t, b, a.url+"/auth/signed-out")
}

// TestBrowser_L8_FetchMetadataNeedsTLS: the guess behind a login over http.
// Chromium sends no Sec-Fetch headers over http to a host that is not loopback.
func TestBrowser_L8_FetchMetadataNeedsTLS(t *testing.T) {
	over := make(chan bool, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			over <- r.Header.Get("Sec-Fetch-Mode") == "" && strings.Contains(r.UserAgent(), "Chrome/")
		}
	}))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	b := browser.NewResolving(t, "MAP app.example.com 127.0.0.1")
	for host, want := range map[string]bool{"app.example.com": true, "127.0.0.1": false} {
		b.Open("http://" + host + ":" + port + "/")
		if got := <-over; got != want {
			t.Errorf("%s: without Sec-Fetch headers is %t, want %t", host, got, want)
		}
	}
}
