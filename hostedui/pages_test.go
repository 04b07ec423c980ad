package hostedui_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestErrorPage: an app's own page gets what the built-in one shows, and
// programs get JSON all the same.
func TestErrorPage(t *testing.T) {
	const title = "ErrorPage of the app"
	page := func(rw http.ResponseWriter, r *http.Request, e hostedui.PageError) {
		if got := rw.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control = %q before ErrorPage", e.Code, got)
		}
		doc, _ := json.Marshal(e)
		rw.Header().Set("X-Page", title)
		rw.WriteHeader(e.Status)
		_, _ = rw.Write(doc)
	}
	store := &faultyStore{Store: session.NewMemoryStore(nil)}
	onLogin := error(nil)
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.ErrorPage = page
		cfg.Session.Store = store
		cfg.OnLogin = func(context.Context, *hostedui.Login) error { return onLogin }
	}))
	seen := map[string]bool{}
	want := func(what string, p *pageAnswer, status int, code, retry string) {
		t.Helper()
		var e hostedui.PageError
		if err := json.Unmarshal([]byte(p.body), &e); err != nil || p.header.Get("X-Page") != title {
			t.Errorf("%s = %v %q, want ErrorPage's answer", what, p, p.body)
			return
		}
		if p.status != status || e.Status != status || string(e.Code) != code || e.RetryURL != retry {
			t.Errorf("%s: ErrorPage got %+v, want the status %d, the code %s and to try again at %q", what, e, status, code, retry)
		}
		for _, text := range []string{e.Title, e.Text} {
			if text == "" || strings.ContainsAny(text, "<>%{}") || strings.TrimSpace(text) != text {
				t.Errorf("%s: ErrorPage got the text %q", what, text)
			}
		}
		seen[code] = true
	}

	b := w.newBrowser()
	want("nothing", b.open("/auth/nothing"), 404, "not_found", "")
	want("POST signed-out", b.do("POST", "/auth/signed-out"), 405, "method_not_allowed", "")
	want("malformed callback", b.open("/auth/callback?state=x&state=y"), 400, "bad_callback", "")
	want("logout from elsewhere", b.do("POST", "/auth/logout", "Origin", "https://evil.example"), 403, "cross_origin", "/auth/logout")
	want("without cookies", b.open("/auth/login?restart=1"), 400, "cookies_blocked", "/auth/login")
	for code, wantCode := range map[string]string{"access_denied": "access_denied", "login_required": "login_required", "x": "login_failed", "server_error": "cognito_failed"} {
		state := b.begin("/auth/login?return_to=/account%3Fx=1").Query().Get("state")
		status := map[string]int{"access_denied": 403, "login_required": 401, "login_failed": 400, "cognito_failed": 400}[wantCode]
		want(code, b.open("/auth/callback?error="+code+"&error_description=evil&state="+state), status, wantCode, "/auth/login?return_to=%2Faccount%3Fx%3D1")
	}
	b.do("GET", "/auth/callback?state=x&code=y")
	want("second stray callback", b.open("/auth/callback?state=x&code=y"), 400, "login_expired", "/auth/login")

	onLogin = cognito.Refuse("Only staff may sign in here.")
	refused := w.newBrowser().signIn("/account", "joe")
	want("refused", refused, 403, "refused", w.client.LogoutURL())
	if !strings.Contains(refused.body, "Only staff may sign in here.") {
		t.Errorf("refused: ErrorPage got %s, want the app's own text", refused.body)
	}
	onLogin = errors.New("no database")
	failed := w.newBrowser().signIn("/account", "joe")
	want("failed", failed, 500, "session_failed", "/auth/login?return_to=%2Faccount")
	if strings.Contains(failed.body, "database") {
		t.Errorf("failed: ErrorPage got %s, want nothing of the cause", failed.body)
	}
	onLogin = nil

	b = w.newBrowser()
	b.signIn("/account", "joe")
	want("forbidden", b.open("/admin"), 403, "forbidden", "")
	w.mux.Handle("/fresh", w.client.Protect(http.HandlerFunc(w.who), cognito.SignedInWithin(time.Minute)))
	w.mux.Handle("/nonsense", w.client.Protect(http.HandlerFunc(w.who), cognito.AnyGroup()))
	w.pool.Advance(2 * time.Minute)
	want("stale", b.open("/fresh"), 403, "stale_sign_in", "/auth/login?return_to=%2Ffresh&prompt=login")
	want("policy without groups", b.open("/nonsense"), 500, "policy_error", "")
	w.wire.on(tokenPath, respond(500, "text/html", "oops"))
	w.pool.Advance(time.Hour)
	want("pool down", b.open("/account"), 503, "refresh_unavailable", "")
	store.fail(errors.New("connection refused"))
	want("store down", b.open("/account"), 503, "store_unavailable", "")
	want("store down at logout", b.do("POST", "/auth/logout"), 503, "store_unavailable", "/auth/logout")

	// Every code that the documentation names has been seen.
	for _, code := range []string{
		"login_expired", "login_failed", "login_required", "access_denied", "cognito_failed", "cookies_blocked", "refused", "session_failed", "store_unavailable",
		"refresh_unavailable", "bad_callback", "cross_origin", "forbidden", "stale_sign_in", "policy_error", "not_found", "method_not_allowed",
	} {
		if !seen[code] {
			t.Errorf("no error had the code %s", code)
		}
	}

	for _, path := range []string{"/auth/nothing", "/auth/login", "/auth/me", "/account"} {
		rec := w.serve("GET", path, append(slices.Clone(fetched), "Cookie", sessionCookie+"="+b.cookies()[sessionCookie])...)
		if rec.Header().Get("X-Page") != "" || rec.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("fetch of %s = %v, want a JSON problem", path, rec.Header())
		}
	}
}

type pageAnswer = page

// TestBuiltInPages: each says what happened and what to do next.
func TestBuiltInPages(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.DefaultPage = "/public" }))
	b := w.newBrowser()
	state := b.begin("/auth/login?return_to=/account").Query().Get("state")
	pages := map[string]*page{
		"There is no such page":                b.open("/auth/nothing"),
		"This link does not work":              b.open("/auth/callback?state=x&state=y"),
		"The sign-in was not completed":        b.open("/auth/callback?error=access_denied&state=" + state),
		"The sign-in did not work":             b.open("/auth/callback?error=x"),
		"Your browser did not keep our cookie": b.open("/auth/login?restart=1"),
		"You are not signed out":               b.do("POST", "/auth/logout", "Origin", "https://evil.example"),
	}
	for title, p := range pages {
		if !strings.Contains(p.body, "<h1>"+title+"</h1>") || !strings.Contains(p.body, "<title>"+title+"</title>") || !strings.Contains(p.body, `<a class="button" href="/public">Home</a>`) {
			t.Errorf("want the page %q with a way home, got %v %s", title, p, p.body)
		}
		for _, part := range []string{`<html lang="en">`, `name="viewport"`, `name="robots" content="noindex"`} {
			if !strings.Contains(p.body, part) {
				t.Errorf("the page %q lacks %s", title, part)
			}
		}
	}
	if p := pages["The sign-in was not completed"]; !strings.Contains(p.body, `<a class="button primary" href="/auth/login?return_to=%2Faccount">Try again</a>`) {
		t.Errorf("the page lacks a button to try again: %s", p.body)
	}
}

// A page for a refused user escapes what the app says, and leads to another
// account by way of the pool's logout.
func TestOnLogin_Refuse(t *testing.T) {
	for name, refuse := range map[string]error{
		"directly": cognito.Refuse(`Only <b>staff</b> & friends`),
		"wrapped":  errors.Join(errors.New("checking"), cognito.Refuse(`Only <b>staff</b> & friends`)),
	} {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
			cfg.OnLogin = func(_ context.Context, l *hostedui.Login) error {
				if l.Identity.Username == "joe" {
					return refuse
				}
				return nil
			}
		}))
		b := w.newBrowser()
		p := b.signIn("/account", "joe")
		if !p.shows(http.StatusForbidden, "refused") || !strings.Contains(p.body, "Only &lt;b&gt;staff&lt;/b&gt; &amp; friends") || b.hasSession() {
			t.Errorf("%s: sign-in of joe = %v %s, want the app's text, escaped", name, p, p.body)
		}
		link := strings.ReplaceAll(w.client.LogoutURL(), "&", "&amp;")
		if !strings.Contains(p.body, `href="`+link+`">Use another account</a>`) {
			t.Errorf("%s: the page lacks a way to use another account: %s", name, p.body)
		}
		if !errors.Is(w.lastError(), refuse) {
			t.Errorf("%s: OnError was told %v", name, w.lastError())
		}
		if p := b.open(w.client.LogoutURL()); p.path() != "/auth/signed-out" {
			t.Errorf("%s: the link ends on %v", name, p)
		}
		if p := b.signIn("/account", "jane"); p.body != "user jane" {
			t.Errorf("%s: sign-in of jane = %v", name, p)
		}
	}
}

func TestOnLogin_RefuseWithoutText(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.OnLogin = func(context.Context, *hostedui.Login) error { return cognito.Refuse("") }
	}))
	if p := w.newBrowser().signIn("/account", "joe"); !p.shows(http.StatusForbidden, "refused") || !strings.Contains(p.body, "this app is not open to it") {
		t.Errorf("sign-in = %v %s, want the text of our own", p, p.body)
	}
}

// TestOnLogin_RefusedKeepsTheSession: a user who is refused ends nobody's
// session.
func TestOnLogin_RefusedKeepsTheSession(t *testing.T) {
	for name, refuse := range map[string]error{"refused": cognito.Refuse("No."), "failed": io.ErrUnexpectedEOF} {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
			cfg.OnLogin = func(_ context.Context, l *hostedui.Login) error {
				if l.Identity.Username == "joe" {
					return refuse
				}
				return nil
			}
		}))
		b := w.signedIn()
		if p := b.signIn("/auth/login?"+url.Values{"prompt": {"login"}}.Encode(), "joe"); p.status < 400 {
			t.Errorf("%s: sign-in of joe = %v", name, p)
		}
		if !errors.Is(w.lastError(), refuse) {
			t.Errorf("%s: OnError was told %v", name, w.lastError())
		}
		if p := b.open("/account"); p.body != "user jane" || w.wire.count(revokePath) != 1 { // joe's
			t.Errorf("%s: afterwards GET /account = %v %q", name, p, p.body)
		}
	}
}
