package browser_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
	"github.com/seed75762126/cognito-go/hostedui"
)

const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="140" height="40" viewBox="0 0 140 40"><circle cx="20" cy="20" r="18" fill="#c2410c"/><text x="48" y="27" font-family="system-ui" font-size="22" font-weight="700" fill="#c2410c">Acme</text></svg>`

// A builtin is an app with the library's own pages, in a browser.
type builtin struct {
	t    *testing.T
	b    *browser.Tab
	url  string
	pool *cognitotest.Pool

	mu    sync.Mutex // guards paths
	paths []string   // that the browser has asked for
}

func newBuiltin(t *testing.T, brand hostedui.Brand) *builtin {
	a := &builtin{t: t, b: browser.New(t)}
	mux := http.NewServeMux()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.paths = append(a.paths, r.URL.Path)
		a.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	a.url = server.URL
	a.pool = cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{a.url + "/auth/callback"},
		LogoutURLs:   []string{a.url + "/auth/signed-out"},
	}))
	if err := a.pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.pool.Close() })
	for _, name := range []string{"jane", "joe"} {
		if _, err := a.pool.AddUser(cognitotest.User{Username: name, Password: password}); err != nil {
			t.Fatal(err)
		}
	}
	client, err := hostedui.New(hostedui.Config{
		Pool: a.pool.Config(), BaseURL: a.url, SessionKeys: []session.Key{session.NewKey()}, Brand: brand,
		Session: session.Options{Store: session.NewMemoryStore(nil)},
		OnLogin: func(_ context.Context, login *hostedui.Login) error {
			if login.Identity.Username == "joe" {
				return cognito.Refuse("Only the people of Acme may sign in here. Your account is not one of theirs.")
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><form method="post" action="/account"><button>Save</button></form>`))
	})
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(page))
	mux.Handle("/admin", client.Protect(page, cognito.AnyGroup("admins")))
	mux.Handle("/fresh", client.Protect(page, cognito.SignedInWithin(time.Nanosecond)))
	mux.Handle("/{$}", page)
	mux.HandleFunc("/logo.svg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write([]byte(logo))
	})
	return a
}

// shows checks a page that is open, and keeps pictures of it.
func (a *builtin) shows(name, title, brand string) {
	a.t.Helper()
	if got := a.b.Eval(`document.querySelector("h1")?.innerText ?? document.body.innerText`); got != title {
		a.t.Errorf("%s: %s says %q, want %q", name, a.b.URL(), got, title)
	}
	if wide := a.b.Eval(`String(document.documentElement.scrollWidth > document.documentElement.clientWidth)`); wide != "false" {
		a.t.Errorf("%s: the page is wider than the window", name)
	}
	if brand != "" {
		if got := a.b.Eval(`const i = document.querySelector(".brand img"); i.alt + " " + (i.naturalWidth > 0)`); got != brand+" true" {
			a.t.Errorf("%s: the logo is %q, want %q and seen", name, got, brand)
		}
	}
	a.b.Pictures(a.t.ArtifactDir(), name)
}

func (a *builtin) signIn(user, path string) {
	a.b.Open(a.url + path)
	a.b.Fill("#username", user)
	a.b.Fill("#password", password)
	a.b.Click("main form button")
}

// TestBrowser_BuiltInPages opens every page of the library's own, plain and
// with a brand. With -artifacts it leaves pictures of each, on a desktop and on
// a phone, in light and in dark.
func TestBrowser_BuiltInPages(t *testing.T) {
	for name, brand := range map[string]hostedui.Brand{
		"plain": {},
		"brand": {Name: "Acme", LogoURL: "/logo.svg", Accent: "#c2410c"},
	} {
		t.Run(name, func(t *testing.T) { walkBuiltIn(newBuiltin(t, brand), name, brand.Name) })
	}
}

func walkBuiltIn(a *builtin, prefix, brand string) {
	shows := func(name, title string) {
		a.t.Helper()
		a.shows(prefix+"-"+name, title, brand)
	}
	open := func(path, name, title string) {
		a.t.Helper()
		a.b.Open(a.url + path)
		shows(name, title)
	}
	open("/auth/nothing", "not-found", "There is no such page")
	open("/auth/callback?state=x&state=y", "bad-callback", "This link does not work")
	open("/auth/callback?error=access_denied", "access-denied", "The sign-in was not completed")
	open("/auth/callback?error=invalid_scope", "login-failed", "The sign-in did not work")
	open("/auth/callback?error=server_error", "cognito-failed", "The sign-in service did not answer as it should")
	open("/auth/login?restart=1", "cookies-blocked", "Your browser did not keep our cookie")
	open("/auth/logout", "sign-out-guest", "Sign out?")
	open("/auth/signed-out", "signed-out", "You are signed out")
	a.b.Open(a.url + "/")
	a.b.Click("button")
	shows("sign-in-required", "Please sign in")

	a.signIn("joe", "/account")
	shows("refused", "You cannot sign in here")
	a.b.Click("a.primary")
	shows("signed-out-after-refusal", "You are signed out")

	a.signIn("jane", "/account")
	open("/admin", "forbidden", "This page is not open to you")
	open("/fresh", "stale-sign-in", "Please sign in once more")
	open("/auth/logout", "sign-out", "Sign out?")
	open("/auth/logout-everywhere", "sign-out-everywhere", "Sign out everywhere?")
	open("/auth/signed-out", "still-signed-in", "You are still signed in")
	a.b.Click("button.primary")
	shows("signed-out-in-the-end", "You are signed out")

	a.mu.Lock()
	defer a.mu.Unlock()
	for _, path := range a.paths {
		if strings.Contains(path, "favicon") {
			a.t.Error("the browser asked for an icon that the pages have")
			break
		}
	}
}
