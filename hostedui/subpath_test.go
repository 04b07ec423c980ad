package hostedui_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// mountings are the three ways in which an app below a path gets its requests.
// Each has the pages of routes, whose patterns are below the path.
var mountings = map[string]func(path string, routes map[string]http.Handler) http.Handler{
	"below the path": func(path string, routes map[string]http.Handler) http.Handler {
		mux := http.NewServeMux()
		for pattern, h := range routes {
			mux.Handle(path+pattern, h)
		}
		return mux
	},
	"behind StripPrefix": func(path string, routes map[string]http.Handler) http.Handler {
		inner := http.NewServeMux()
		for pattern, h := range routes {
			inner.Handle(pattern, h)
		}
		mux := http.NewServeMux()
		mux.Handle(path+"/", http.StripPrefix(path, inner))
		return mux
	},
	"behind a proxy that takes it off": func(path string, routes map[string]http.Handler) http.Handler {
		inner := http.NewServeMux()
		for pattern, h := range routes {
			inner.Handle(pattern, h)
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rest, has := strings.CutPrefix(r.RequestURI, path+"/")
			if !has {
				http.NotFound(w, r)
				return
			}
			arrived, err := http.NewRequestWithContext(r.Context(), r.Method, "/"+rest, r.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			arrived.Header, arrived.Host, arrived.RequestURI = r.Header, "10.0.0.7:8080", "/"+rest
			inner.ServeHTTP(w, arrived)
		})
	},
}

// below makes a world whose app is at base, and a browser for it.
func below(t *testing.T, base, path string, mount func(string, map[string]http.Handler) http.Handler) (*world, *subBrowser) {
	w := newWorld(t, withApp(func(a *cognitotest.AppClient) {
		a.CallbackURLs, a.LogoutURLs = []string{base + "/auth/callback"}, []string{base + "/auth/signed-out"}
	}), withConfig(func(c *hostedui.Config) { c.BaseURL = base + "/" })) // a slash at the end does no harm
	app := mount(path, map[string]http.Handler{
		"/auth/":     w.client,
		"/account":   w.client.Protect(http.HandlerFunc(w.who)),
		"/account/":  w.client.Protect(http.HandlerFunc(w.who)),
		"/fresh":     w.client.Protect(http.HandlerFunc(w.who), cognito.SignedInWithin(5*time.Minute)),
		"/admin":     w.client.Protect(http.HandlerFunc(w.who), cognito.AnyGroup("nobody")),
		"/{$}":       w.client.Optional(http.HandlerFunc(w.who)),
		"/auth-page": w.client.Optional(http.HandlerFunc(w.who)),
	})
	s := &subBrowser{t: t, base: base, origin: strings.TrimSuffix(base, path), seen: map[string]string{}}
	s.browser = &browser{w, w.pool.Browser(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		app.ServeHTTP(rw, r)
		for _, line := range rw.Header()["Set-Cookie"] {
			c, err := http.ParseSetCookie(line)
			if err != nil {
				t.Errorf("Set-Cookie: %s: %v", line, err)
				continue
			}
			s.seen[c.Name] = c.Path
		}
	}), base)}
	return w, s
}

// A subBrowser is a browser whose paths are those of the site's root.
type subBrowser struct {
	t            *testing.T
	base, origin string
	seen         map[string]string // every cookie that was set, and its Path
	*browser
}

func (b *subBrowser) ask(method, path string, header ...string) *page {
	b.t.Helper()
	return b.do(method, b.origin+path, header...)
}

// TestS1_BelowAPath: an app whose BaseURL has a path signs users in and out in
// each way of mounting it. Every path that the browser sees begins with it.
func TestS1_BelowAPath(t *testing.T) {
	for turn, at := range []struct{ origin, path, cookie string }{
		{"https://example.com", "/app", "__Secure-session_app"},
		{"https://example.com", "/apps/shop", "__Secure-session_apps_shop"},
		{"http://localhost:8080", "/app", "cognito_session_8080_app"},
	} {
		for _, name := range thorough.Sample(slices.Sorted(maps.Keys(mountings)), 2, turn) {
			mount := mountings[name]
			t.Run(at.origin+at.path+" "+name, func(t *testing.T) {
				w, b := below(t, at.origin+at.path, at.path, mount)
				b.guest(at.path)
				b.signsIn(w, at.path)
				b.staysSignedIn(w, at.path)
				b.signsOut(w, at.path)
				for cookie, path := range b.seen {
					if path != at.path || !strings.HasPrefix(cookie, at.cookie) {
						t.Errorf("the cookie %s has Path=%s, want %s… with %s", cookie, path, at.cookie, at.path)
					}
				}
				for name := range b.cookiesAt("/") {
					t.Errorf("the cookie %s is sent to other apps of the host", name)
				}
				if strings.Contains(w.log.String(), "op=mount") {
					t.Errorf("the log complains of the mounting: %s", w.log)
				}
			})
		}
	}
}

// guest is what a visitor sees who is not signed in.
func (b *subBrowser) guest(path string) {
	b.t.Helper()
	if p := b.ask("GET", path+"/account/orders?id=7"); p.status != http.StatusFound || p.location() != path+"/auth/login?return_to="+url.QueryEscape(path+"/account/orders?id=7") {
		b.t.Errorf("GET %s/account/orders?id=7 = %v", path, p)
	}
	for _, ask := range []string{"/account", "/auth/me", "/auth/login"} {
		if p := b.ask("GET", path+ask, fetched...); p.status != http.StatusUnauthorized || !strings.Contains(p.body, `"login_url":"`+path+`/auth/login"`) {
			b.t.Errorf("fetch of %s = %v %s, want the login's URL", ask, p, p.body)
		}
	}
	form := append([]string{"Referer", b.base + "/account/form?step=2"}, navigation...)
	if p := b.ask("POST", path+"/account/save", form...); p.status != http.StatusUnauthorized || !strings.Contains(p.body, `href="`+path+"/auth/login?return_to="+url.QueryEscape(path+"/account/form?step=2")+`"`) {
		b.t.Errorf("a form without a session = %v %s", p, p.body)
	}
	foreign := append([]string{"Origin", "https://pay.example"}, navigation...)
	if p := b.ask("POST", path+"/account/paid", foreign...); p.status != http.StatusForbidden || !strings.Contains(p.body, `href="`+path+`/account/paid"`) || !strings.Contains(p.body, `href="`+path+`/"`) {
		b.t.Errorf("a payment page's POST = %v %s", p, p.body)
	}
	if p := b.ask("GET", path+"/auth/callback?error=access_denied"); !strings.Contains(p.body, `href="`+path+`/auth/login"`) {
		b.t.Errorf("a refused login = %v %s, want a link to try again", p, p.body)
	}
	if p := b.ask("GET", path+"/auth/nothing"); p.status != http.StatusNotFound || !strings.Contains(p.body, `href="`+path+`/"`) {
		b.t.Errorf("GET /auth/nothing = %v", p)
	}
}

func (b *subBrowser) signsIn(w *world, path string) {
	b.t.Helper()
	for page, end := range map[string]string{
		"/account/orders?id=7": "/account/orders?id=7",
		"/auth/login":          "/",
		"/auth/login?return_to=" + path + "/auth/logout": "/",
		"/auth/login?return_to=" + path + "/auth-page":   "/auth-page",
	} {
		if p := b.signInAt(b.base+page, "jane"); p.body != "user jane" || p.url != b.base+end {
			b.t.Errorf("the sign-in from %s ends on %v %s, want %s", page, p, p.body, end)
		}
	}
	if got := param(b.t, w.wire.all(tokenPath)[0].url+"?"+w.wire.all(tokenPath)[0].body, "redirect_uri"); got != b.base+"/auth/callback" {
		b.t.Errorf("redirect_uri = %s", got)
	}
}

func (b *subBrowser) staysSignedIn(w *world, path string) {
	b.t.Helper()
	w.pool.Advance(10 * time.Minute)
	stale := path + "/auth/login?return_to=" + url.QueryEscape(path+"/fresh") + "&amp;prompt=login"
	if p := b.ask("GET", path+"/fresh"); p.status != http.StatusForbidden || !strings.Contains(p.body, `href="`+stale+`"`) {
		b.t.Errorf("GET /fresh = %v %s, want a link to %s", p, p.body, stale)
	}
	before := w.wire.count(tokenPath)
	w.pool.Advance(time.Hour)
	for range 3 {
		if p := b.ask("GET", path+"/account"); p.body != "user jane" {
			b.t.Errorf("GET /account an hour later = %v", p)
		}
	}
	if n := w.wire.count(tokenPath) - before; n != 1 {
		b.t.Errorf("%d refreshes, want 1", n)
	}
	if p := b.ask("GET", path+"/auth/me", fetched...); p.status != http.StatusOK {
		b.t.Errorf("me = %v", p)
	}
	if p := b.ask("GET", path+"/admin"); p.status != http.StatusForbidden || !strings.Contains(p.body, `href="`+path+`/"`) {
		b.t.Errorf("GET /admin = %v", p)
	}
}

func (b *subBrowser) signsOut(w *world, path string) {
	b.t.Helper()
	if p := b.ask("GET", path+"/auth/logout"); !strings.Contains(p.body, `action="`+path+`/auth/logout"`) || !strings.Contains(p.body, `href="`+path+`/"`) {
		b.t.Errorf("GET /auth/logout = %v %s", p, p.body)
	}
	out := b.ask("POST", path+"/auth/logout")
	if got := param(b.t, out.location(), "logout_uri"); out.status != http.StatusSeeOther || got != b.base+"/auth/signed-out" {
		b.t.Errorf("POST /auth/logout = %v, want logout_uri %s/auth/signed-out", out, b.base)
	}
	p := b.open(out.location())
	if p.url != b.base+"/auth/signed-out" || !strings.Contains(p.body, `href="`+path+`/auth/login"`) || !strings.Contains(p.body, `href="`+path+`/"`) || p.header.Get("Link") != "<"+path+"/auth/forget>; rel=preload; as=image" {
		b.t.Errorf("the logout ends on %v %s", p, p.body)
	}
	for name := range b.cookiesAt(path) {
		if !strings.HasSuffix(name, "-pages") { // where other tabs' logins lead
			b.t.Errorf("the cookie %s is left", name)
		}
	}
	if p := b.ask("GET", path+"/account"); p.status != http.StatusFound {
		b.t.Errorf("GET /account = %v, want the login", p)
	}
}

// TestS1_BelowAPathElse: the rest that knows the browser's paths, in each way of
// mounting the app: silent sign-in, the passkey page and an error page's links.
// A page whose own path repeats the app's is found unless a proxy takes it off.
func TestS1_BelowAPathElse(t *testing.T) {
	const base = "https://example.com/app"
	for name, mount := range mountings {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, withApp(func(a *cognitotest.AppClient) { a.CallbackURLs = []string{base + "/auth/callback"} }),
				withConfig(func(c *hostedui.Config) {
					c.BaseURL, c.SilentSignIn, c.DefaultPage = base, true, "/home"
					c.Brand.LogoURL = "/logo.svg"
				}))
			seen := ""
			open := w.client.Optional(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				seen = r.RequestURI
				w.who(rw, r)
			}))
			app := mount("/app", map[string]http.Handler{
				"/auth/": w.client, "/home": open, "/news": open, "/app/news": open, "/account": w.client.Protect(http.HandlerFunc(w.who)),
			})
			newBrowser := func() *subBrowser {
				return &subBrowser{t: t, base: base, origin: "https://example.com", browser: &browser{w, w.pool.Browser(app, base)}}
			}
			pages := []string{"/news", "/news?x=1&y=%2F"}
			taken := name == "behind a proxy that takes it off"
			if !taken {
				pages = append(pages, "/app/news", "/app/news?x=1")
			}
			for _, page := range pages {
				before := w.pool.Events()
				p := newBrowser().open(base + page)
				want := "/app" + page
				if taken {
					want = page
				}
				if p.body != "guest" || p.url != base+page || seen != want {
					t.Errorf("GET %s as a guest ends on %v %q, and the handler sees %s, want %s", page, p, p.body, seen, want)
				}
				if len(w.pool.Events()) == len(before) {
					t.Errorf("GET %s asked Cognito nothing", page)
				}
			}
			b := newBrowser()
			b.signInAt(base+"/account", "jane")
			if p := b.ask("GET", "/app/auth/passkey?return_to=/app/account"); p.location() != w.client.PasskeyURL() {
				t.Errorf("GET passkey = %v", p)
			}
			if p := b.ask("GET", "/app/auth/callback"); p.location() != "/app/account" {
				t.Errorf("the return from the passkey page leads to %s", p.location())
			}
			if p := newBrowser().ask("GET", "/app/auth/nothing"); !strings.Contains(p.body, `href="/app/home"`) || !strings.Contains(p.body, `src="https://example.com/app/logo.svg"`) {
				t.Errorf("an error page has other links: %s", p.body)
			}
		})
	}
}

// cookiesAt are the cookies that the browser sends to a path.
func (b *subBrowser) cookiesAt(path string) map[string]string {
	u, _ := url.Parse(b.origin + path)
	all := map[string]string{}
	for _, c := range b.Jar.Cookies(u) {
		all[c.Name] = c.Value
	}
	return all
}

// TestL2_AppsOnOneHost: apps at the root of a host, below a path and below that
// path's own paths keep their sessions and pending logins apart.
func TestL2_AppsOnOneHost(t *testing.T) {
	for _, origin := range []string{"https://example.com", "http://localhost:8080"} {
		paths := []string{"", "/app", "/app/admin"}
		w := newWorld(t, withApp(func(a *cognitotest.AppClient) {
			a.CallbackURLs = nil
			for _, path := range paths {
				a.CallbackURLs = append(a.CallbackURLs, origin+path+"/auth/callback")
			}
		}))
		host := http.NewServeMux()
		for _, path := range paths {
			cfg := w.config
			cfg.BaseURL = origin + path
			client, err := hostedui.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			host.Handle(path+"/auth/", client)
			host.Handle(path+"/account", client.Protect(http.HandlerFunc(w.who)))
		}
		b := &browser{w, w.pool.Browser(host, origin)}
		for _, path := range paths {
			for range 5 { // every place of a pending login is taken
				b.do("GET", origin+path+"/auth/login")
			}
		}
		for i, path := range paths {
			user := []string{"jane", "joe", "jane"}[i]
			b.do("GET", w.client.LogoutURL()) // of Cognito's own session
			if p := b.signInAt(origin+path+"/account", user); p.body != "user "+user {
				t.Errorf("%s%s: the sign-in of %s = %v %s", origin, path, user, p, p.body)
			}
		}
		for i, path := range paths {
			user := []string{"jane", "joe", "jane"}[i]
			if p := b.do("GET", origin+path+"/account"); p.body != "user "+user {
				t.Errorf("%s%s: the page of %s = %v %s", origin, path, user, p, p.body)
			}
		}
	}
}
