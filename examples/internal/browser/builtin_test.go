package browser_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
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

	other string // a page of another site, with forms that lead to the app
	store *failing

	mu    sync.Mutex // guards paths
	paths []string   // that the browser has asked for
}

// A failing store can be away.
type failing struct {
	*session.MemoryStore
	away atomic.Bool
}

func (s *failing) Find(ctx context.Context, id string) ([]byte, bool, error) {
	if s.away.Load() {
		return nil, false, errors.New("the store is away")
	}
	return s.MemoryStore.Find(ctx, id)
}

func (s *failing) Delete(ctx context.Context, id string) error {
	if s.away.Load() {
		return errors.New("the store is away")
	}
	return s.MemoryStore.Delete(ctx, id)
}

// page is HTML with a form for each path, whose button has an id.
func page(forms map[string]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,">`))
		for id, path := range forms {
			_, _ = fmt.Fprintf(w, `<form method="post" action="%s"><button id="%s">Save</button></form>`, path, id)
		}
	})
}

func newBuiltin(t *testing.T, brand hostedui.Brand) *builtin {
	a := &builtin{t: t, b: browser.New(t), store: &failing{MemoryStore: session.NewMemoryStore(nil)}}
	mux := http.NewServeMux()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.paths = append(a.paths, r.URL.Path)
		a.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	a.url = server.URL
	other := httptest.NewServer(page(map[string]string{"out": a.url + "/auth/logout", "save": a.url + "/account"}))
	t.Cleanup(other.Close)
	a.other = other.URL
	a.pool = cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{a.url + "/auth/callback"},
		LogoutURLs:   []string{a.url + "/auth/signed-out"},
	}))
	if err := a.pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.pool.Close() })
	for _, name := range []string{"jane", "joe", "kim"} {
		if _, err := a.pool.AddUser(cognitotest.User{Username: name, Password: password}); err != nil {
			t.Fatal(err)
		}
	}
	pool := a.pool.Config()
	pool.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(hostedui.Config{
		Pool: pool, BaseURL: a.url, SessionKeys: []session.Key{session.NewKey()}, Brand: brand,
		Session: session.Options{Store: a.store},
		OnLogin: func(_ context.Context, login *hostedui.Login) error {
			switch login.Identity.Username {
			case "joe":
				return cognito.Refuse("Only the people of Acme may sign in here. Your account is not one of theirs.")
			case "kim":
				return errors.New("the database is away")
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool)
	if err != nil {
		t.Fatal(err)
	}
	own := page(map[string]string{"save": "/account", "out": "/auth/logout", "wrong": "/auth/callback"})
	unknown := cognito.Satisfies("paid", func(context.Context, *cognito.Identity) (bool, error) {
		return false, errors.New("the database is away")
	})
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(own))
	mux.Handle("/admin", client.Protect(own, cognito.AnyGroup("admins")))
	mux.Handle("/fresh", client.Protect(own, cognito.SignedInWithin(time.Nanosecond)))
	mux.Handle("/mistake", client.Protect(own, cognito.AnyGroup()))
	mux.Handle("/unknown", client.Protect(own, unknown))
	for path, err := range map[string]error{"/unmapped": errors.New("the table is missing"), "/closed": cognito.Refuse("Your trial has ended. Ask your manager for a licence.")} {
		guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}, MapUser: func(*http.Request, *cognito.Identity) error { return err }}
		mux.Handle(path, client.Sessions().RequireSessionOrToken(guard, own))
	}
	mux.Handle("/{$}", own)
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
	if brand != "" {
		if got := a.b.Eval(`const i = document.querySelector(".brand img"); i.alt + " " + (i.naturalWidth > 0)`); got != brand+" true" {
			a.t.Errorf("%s: the logo is %q, want %q and seen", name, got, brand)
		}
	}
	a.b.Look(name)
}

// again clicks on "Try again", which leads to the app's page.
func (a *builtin) again(name string) {
	a.t.Helper()
	a.b.Click("a.primary")
	if got := a.b.Eval(`document.querySelector("h1")?.innerText ?? document.querySelector("#save")?.id`); got != "save" {
		a.t.Errorf("%s: after Try again, %s says %q, want the app's page", name, a.b.URL(), got)
	}
}

func (a *builtin) signIn(user, path string) {
	a.b.Open(a.url + path)
	a.b.Fill("#username", user)
	a.b.Fill("#password", password)
	a.b.Click("main form button")
}

// TestBrowser_BuiltInPages opens every page of the library's own, plain and
// with a brand.
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
	a.b.Click("#save")
	shows("sign-in-required", "Please sign in")
	a.b.Open(a.url + "/")
	a.b.Click("#wrong")
	shows("wrong-method", "This page cannot be used that way")
	a.b.Open(a.url + "/auth/callback?code=x&state=y") // begins again, once
	open("/auth/callback?code=x&state=y", "login-expired", "This sign-in has expired")
	open("/auth/callback?error=login_required", "login-required", "Please sign in")
	a.signIn("kim", "/account")
	shows("session-failed", "The app could not finish your sign-in")
	a.b.Open(a.url + "/auth/logout")
	a.b.Click("button.primary")

	a.signIn("joe", "/account")
	shows("refused", "You cannot sign in here")
	a.b.Click("a.primary")
	shows("signed-out-after-refusal", "You are signed out")

	a.signIn("jane", "/account")
	open("/admin", "forbidden", "This page is not open to you")
	open("/fresh", "stale-sign-in", "Please sign in again")
	open("/mistake", "policy-mistake", "This page is closed by mistake")
	open("/unknown", "policy-unchecked", "Please try again in a moment")
	open("/unmapped", "guard-mistake", "This page is closed by mistake")
	open("/closed", "guard-refused", "This page is not open to you")
	a.b.Open(a.other)
	a.b.Click("#save")
	shows("cross-origin", "Please go on from here")
	a.b.Open(a.other)
	a.b.Click("#out")
	shows("cross-origin-sign-out", "You are not signed out")
	a.b.Open(a.url + "/")
	a.store.away.Store(true)
	a.b.Click("#out")
	shows("not-signed-out", "You are not signed out yet")
	open("/account", "store-away", "Please try again in a moment")
	open("/auth/callback?code=x&state=y", "callback-store-away", "Please try again in a moment")
	a.store.away.Store(false)
	a.again(prefix + "-callback-store-away")
	a.pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable, Times: 20})
	a.pool.Advance(61 * time.Minute)
	open("/account", "cognito-away", "Please try again in a moment")
	a.pool.ClearFaults()
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
