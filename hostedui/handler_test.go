package hostedui_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestC7_EveryAnswer looks at the headers of everything the client writes:
// pages, problems, redirects and errors.
func TestC7_EveryAnswer(t *testing.T) {
	endpoints := []string{"login", "signup", "forgot-password", "callback", "logout", "logout-everywhere", "signed-out", "forget", "me", "nothing", "", "login/", "callback/x", "LOGIN"}
	methods := []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}
	statuses := map[int]int{}
	check := func(call string, rec *httptest.ResponseRecorder) {
		t.Helper()
		statuses[rec.Code]++
		checkHeaders(t, call, rec.Code, rec.Header(), rec.Body.String())
	}

	w := newWorld(t)
	b := w.signedIn()
	var cookie []string
	for name, value := range b.cookies() {
		cookie = append(cookie, name+"="+value)
	}
	signedIn := []string{"Cookie", strings.Join(cookie, "; ")}
	for _, endpoint := range endpoints {
		for _, method := range methods {
			if method == "POST" && strings.HasPrefix(endpoint, "logout") {
				continue // it would sign out for the rest
			}
			for _, header := range [][]string{navigation, fetched, nil} {
				for _, extra := range [][]string{nil, signedIn} {
					call := fmt.Sprint(method, " /auth/", endpoint, " ", header, " signed in: ", extra != nil)
					check(call, w.serve(method, "/auth/"+endpoint, append(slices.Clone(header), extra...)...))
				}
			}
		}
	}
	for name, query := range strayCallbacks {
		check("callback: "+name, w.serve("GET", "/auth/callback"+query, navigation...))
		check("callback, again: "+name, w.serve("GET", "/auth/callback"+query, append(slices.Clone(navigation), "Cookie", attemptCookie+"again=1")...))
		check("callback, signed in: "+name, w.serve("GET", "/auth/callback"+query, append(slices.Clone(navigation), signedIn...)...))
	}
	check("cookies blocked", w.serve("GET", "/auth/login?restart=1", navigation...))
	check("error", w.serve("GET", "/auth/callback?error=access_denied", navigation...))
	check("logout from elsewhere", w.serve("POST", "/auth/logout", "Sec-Fetch-Site", "cross-site"))
	check("logout", w.serve("POST", "/auth/logout", signedIn...))
	check("protected page of a guest", w.serve("GET", "/account", navigation...))
	check("fetch of a guest", w.serve("GET", "/account", fetched...))

	// With the store down.
	store := &faultyStore{Store: session.NewMemoryStore(nil)}
	w = newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Session.Store = store }))
	b = w.signedIn()
	signedIn = []string{"Cookie", sessionCookie + "=" + b.cookies()[sessionCookie]}
	store.fail(errors.New("connection refused"))
	for _, header := range [][]string{navigation, fetched} {
		for _, path := range []string{"/account", "/public", "/auth/me", "/auth/callback"} {
			check("store down: "+path, w.serve("GET", path, append(slices.Clone(header), signedIn...)...))
		}
	}
	check("store down: logout", w.serve("POST", "/auth/logout", signedIn...))

	// At the end of a login, well or not.
	for name, option := range map[string]option{
		"refused": withConfig(func(cfg *hostedui.Config) {
			cfg.OnLogin = func(context.Context, *hostedui.Login) error { return cognito.Refuse("No.") }
		}),
		"failed": withConfig(func(cfg *hostedui.Config) {
			cfg.OnLogin = func(context.Context, *hostedui.Login) error { return errors.New("no database") }
		}),
		"good": withConfig(func(*hostedui.Config) {}),
	} {
		w := newWorld(t, option)
		b := w.newBrowser()
		p := b.do("GET", b.callback("/account", "joe"))
		statuses[p.status]++
		checkHeaders(t, "callback, "+name, p.status, p.header, p.body)
		if name != "good" {
			continue
		}
		for _, header := range [][]string{navigation, fetched} { // joe is no admin
			p := b.do("GET", "/admin", header...)
			statuses[p.status]++
			checkHeaders(t, "forbidden page", p.status, p.header, p.body)
		}
	}
	for _, status := range []int{200, 204, 302, 303, 400, 401, 403, 404, 405, 500, 503} {
		if statuses[status] == 0 {
			t.Errorf("no answer had the status %d: the test has a gap", status)
		}
	}
}

var styleElement = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

// icon keeps a browser from asking the app for /favicon.ico.
var icon = regexp.MustCompile(`<link rel="icon" href="data:image/svg\+xml,[^":]+">\n`)

// checkHeaders is C7 for one answer.
func checkHeaders(t *testing.T, call string, status int, h http.Header, body string) {
	t.Helper()
	if got := h["Cache-Control"]; !slices.Equal(got, []string{"no-store"}) {
		t.Errorf("%s: %d with Cache-Control %q, want no-store", call, status, got)
	}
	if strings.HasPrefix(strings.Join(h["Set-Cookie"], ""), "_") && !slices.Contains(h["Vary"], "Cookie") {
		t.Errorf("%s: %d sets cookies with Vary %q, want Cookie (S7)", call, status, h["Vary"])
	}
	if status >= 300 && status < 400 {
		if status != 302 && status != 303 || body != "" || h.Get("Location") == "" {
			t.Errorf("%s: a redirect with status %d to %q and the body %q", call, status, h.Get("Location"), body)
		}
		return
	}
	if h.Get("Location") != "" {
		t.Errorf("%s: %d with a Location", call, status)
	}
	if body == "" {
		if status != http.StatusNoContent && !strings.HasPrefix(call, "store down: /public") {
			t.Errorf("%s: %d without a body", call, status)
		}
		return
	}
	policy := h.Get("Content-Security-Policy")
	if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Type") == "" || len(h["Content-Security-Policy"]) != 1 {
		t.Errorf("%s: %d with the headers %v", call, status, h)
	}
	body, hasIcon := icon.ReplaceAllString(body, ""), icon.MatchString(body)
	if hasIcon { // it is all that a policy with data: may be for
		policy = strings.Replace(strings.Replace(policy, "img-src 'self' data:;", "img-src 'self';", 1), " img-src data:;", "", 1)
	}
	if !strings.HasPrefix(policy, "default-src 'none'; ") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("%s: %d with the policy %q", call, status, policy)
	}
	for _, weak := range []string{"unsafe", "*", "data:", "script-src", "http:", "https: ", "blob:", "connect-src"} {
		if strings.Contains(policy, weak) {
			t.Errorf("%s: %d with the policy %q, which has %s", call, status, policy, weak)
		}
	}
	if !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		return
	}
	style := styleElement.FindStringSubmatch(body)
	if style == nil {
		t.Fatalf("%s: %d without a style sheet", call, status)
	}
	sum := sha256.Sum256([]byte(style[1]))
	if hash := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, hash) || !strings.Contains(policy, "base-uri 'none'") {
		t.Errorf("%s: the policy %q lacks %s", call, policy, hash)
	}
	for _, forbidden := range []string{"<script", "<img", "<iframe", "<link", " style=", " onclick", "javascript:"} {
		if strings.Contains(body, forbidden) {
			t.Errorf("%s: the page has %s, which its policy forbids", call, forbidden)
		}
	}
	if images := strings.Contains(policy, "img-src"); images != strings.Contains(body, "You are signed out<") {
		t.Errorf("%s: the policy allows images: %t", call, images)
	}
}

func TestNotFound(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/auth/", "/auth/nothing", "/auth/login/", "/auth/callback/x", "/auth/Login", "/elsewhere", "/login"} {
		if rec := w.serve("GET", path, navigation...); rec.Code != http.StatusNotFound || !strings.Contains(rec.Body.String(), "There is no such page") {
			t.Errorf("GET %s = %d, want 404 with a page", path, rec.Code)
		}
		wantProblem(t, "fetch of "+path, w.serve("GET", path, fetched...), http.StatusNotFound, "not_found")
	}
}

// TestPrefix: everything moves with Config.Prefix.
func TestPrefix(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Prefix = "/oauth/cognito/" }), func(s *setup) {
		s.app.CallbackURLs, s.app.LogoutURLs = []string{base + "/oauth/cognito/callback"}, []string{base + "/oauth/cognito/signed-out"}
	})
	if got := w.client.CallbackURL(); got != base+"/oauth/cognito/callback" {
		t.Errorf("CallbackURL = %s", got)
	}
	if got := w.client.SignedOutURL(); got != base+"/oauth/cognito/signed-out" {
		t.Errorf("SignedOutURL = %s", got)
	}
	b := w.newBrowser()
	if p := b.do("GET", "/account"); p.location() != "/oauth/cognito/login?return_to=%2Faccount" {
		t.Errorf("GET /account = %v", p)
	}
	if p := b.signIn("/account", "jane"); p.body != "user jane" {
		t.Errorf("sign-in = %v %q", p, p.body)
	}
	if p := b.do("GET", "/oauth/cognito/login?return_to=/oauth/cognito/logout"); p.status != http.StatusFound {
		t.Errorf("login = %v", p)
	}
	p := b.do("POST", "/oauth/cognito/logout")
	if p := b.open(p.location()); p.path() != "/oauth/cognito/signed-out" {
		t.Errorf("logout ends on %v", p)
	}
	if rec := w.serve("GET", "/auth/login", navigation...); rec.Code != http.StatusNotFound {
		t.Errorf("GET /auth/login = %d, want 404", rec.Code)
	}
}

// TestS6_NotWrapped: a handler behind the client gets the ResponseWriter of
// the server.
func TestS6_NotWrapped(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	var got []http.ResponseWriter
	h := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { got = append(got, rw) })
	var cookie []string
	for name, value := range b.cookies() {
		cookie = append(cookie, name+"="+value)
	}
	for name, handler := range map[string]http.Handler{"Protect": w.client.Protect(h), "Optional": w.client.Optional(h), "SignedOutPage": nil, "ErrorPage": nil} {
		path := "/account"
		if handler == nil {
			cfg := w.config
			cfg.SignedOutPage = h
			cfg.ErrorPage = func(rw http.ResponseWriter, r *http.Request, _ hostedui.PageError) { h(rw, r) }
			client, err := hostedui.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			handler = client
			path = map[string]string{"SignedOutPage": "/auth/signed-out", "ErrorPage": "/auth/nothing"}[name]
		}
		got = nil
		rec := httptest.NewRecorder()
		req := httptest.NewRequest("GET", path, nil)
		req.Header.Set("Cookie", strings.Join(cookie, "; "))
		req.Header.Set("Accept", "text/html")
		handler.ServeHTTP(rec, req)
		if len(got) != 1 || got[0] != http.ResponseWriter(rec) {
			t.Errorf("%s: the handler got %T, want the server's own ResponseWriter", name, got)
		}
	}
}

// Policies of Protect: granted, refused, and a sign-in too long ago that
// leads to a new one.
func TestProtect_Policies(t *testing.T) {
	w := newWorld(t)
	w.mux.Handle("/fresh", w.client.Protect(http.HandlerFunc(w.who), cognito.SignedInWithin(15*time.Minute)))
	b := w.signedIn()
	for path, user := range map[string]string{"/admin": "jane", "/fresh": "jane"} {
		if p := b.open(path); p.body != "user "+user {
			t.Errorf("GET %s = %v, want %s", path, p, user)
		}
	}
	joe := w.newBrowser()
	joe.signIn("/account", "joe")
	if p := joe.open("/admin"); !p.shows(http.StatusForbidden, "forbidden") {
		t.Errorf("GET /admin as joe = %v, want 403", p)
	}
	w.pool.Advance(20 * time.Minute)
	p := b.open("/fresh")
	const link = "/auth/login?return_to=%2Ffresh&amp;prompt=login"
	if !p.shows(http.StatusForbidden, "stale_sign_in") || !strings.Contains(p.body, `href="`+link+`">Sign in again<`) {
		t.Fatalf("GET /fresh 20 minutes after the sign-in = %v %s, want a link to %s", p, p.body, link)
	}
	if p := b.signIn(strings.ReplaceAll(link, "&amp;", "&"), "jane"); p.path() != "/fresh" || p.body != "user jane" {
		t.Errorf("the new sign-in ends on %v %q", p, p.body)
	}
}
