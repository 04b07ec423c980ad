package hostedui_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

func silent(cfg *hostedui.Config) { cfg.SilentSignIn = true }

// atCognito is a browser that is signed in at Cognito and not at the app.
func (w *world) atCognito(user string) *browser {
	w.t.Helper()
	signedIn := w.newBrowser()
	signedIn.signIn("/account", user)
	b := w.newBrowser()
	pool, _ := url.Parse(w.pool.URL())
	b.Jar.SetCookies(pool, signedIn.Jar.Cookies(pool))
	return b
}

// counting counts the requests of a browser by host.
type counting struct {
	http.RoundTripper
	byHost map[string]int
}

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.byHost[r.URL.Host]++
	return c.RoundTripper.RoundTrip(r)
}

func (b *browser) count() map[string]int {
	counter := counting{b.Transport, map[string]int{}}
	b.Transport = counter
	return counter.byHost
}

// TestSilent_SignedInAtCognito: a public page signs in a visitor whom Cognito
// knows, and no page of Cognito is shown.
func TestSilent_SignedInAtCognito(t *testing.T) {
	w := newWorld(t, withConfig(silent))
	b := w.atCognito("jane")
	if p := b.open("/public?b=1&a=%20x"); p.body != "user jane" || p.path() != "/public?b=1&a=%20x" {
		t.Errorf("GET /public = %v %q, want the page as jane", p, p.body)
	}
	if !b.hasSession() {
		t.Error("there is no session")
	}
}

// TestSilent_Guest: a guest stays a guest, on the page that they asked for, and
// goes to Cognito once an hour at most.
func TestSilent_Guest(t *testing.T) {
	w := newWorld(t, withConfig(silent))
	b := w.newBrowser()
	pool, _ := url.Parse(w.pool.URL())
	seen := b.count()
	for visit, path := range []string{"/public?x=1", "/public", "/"} {
		if p := b.open(path); p.status != 200 || p.body != "guest" || p.path() != path {
			t.Errorf("visit %d: GET %s = %v %q, want the page as a guest", visit, path, p, p.body)
		}
		if seen[pool.Host] != 1 {
			t.Errorf("visit %d: the browser was at Cognito %d times, want once", visit, seen[pool.Host])
		}
	}
	if b.hasSession() || len(w.errs) > 0 || strings.Contains(w.log.String(), "level=WARN") {
		t.Errorf("a guest has a session (%t), or there were errors %v:\n%s", b.hasSession(), w.errs, w.log)
	}
	// The jar knows no clock of the pool's: a browser drops the mark after an hour.
	u, _ := url.Parse(base)
	for _, c := range b.Jar.Cookies(u) {
		if strings.HasSuffix(c.Name, "-silent") {
			b.Jar.SetCookies(u, []*http.Cookie{{Name: c.Name, Path: "/", Secure: true, MaxAge: -1}})
		}
	}
	if p := b.open("/public"); p.body != "guest" || seen[pool.Host] != 2 {
		t.Errorf("an hour later: GET /public = %v %q, and the browser was at Cognito %d times, want twice", p, p.body, seen[pool.Host])
	}
}

// TestSilent_Mark: the mark lasts an hour, and has the attributes of S1.
func TestSilent_Mark(t *testing.T) {
	w := newWorld(t, withConfig(silent))
	rec := w.serve("GET", "/public", navigation...)
	cookies := rec.Result().Cookies()
	if rec.Code != http.StatusSeeOther || len(cookies) != 1 || rec.Header().Get("Cache-Control") != "no-store" || rec.Header().Get("Vary") != "Cookie" {
		t.Fatalf("GET /public = %d with %v, want a redirect with one cookie", rec.Code, rec.Header())
	}
	if c := cookies[0]; c.MaxAge != 3600 || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || !strings.HasPrefix(c.Name, "__Host-") {
		t.Errorf("the mark is %+v", c)
	}
}

// TestSilent_NotAsked: nothing is tried where SilentSignIn is off. Nothing is
// tried for anything but a page, for a request that does not say, and for a
// signed-in user.
func TestSilent_NotAsked(t *testing.T) {
	off := newWorld(t)
	if rec := off.serve("GET", "/public", navigation...); rec.Code != 200 || rec.Body.String() != "guest" {
		t.Errorf("turned off: GET /public = %d %q", rec.Code, rec.Body)
	}
	w := newWorld(t, withConfig(silent))
	for name, header := range map[string][]string{
		"no header":      {"Accept", "text/html"},
		"fetch":          fetched,
		"frame":          {"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe", "Accept", "text/html"},
		"service worker": {"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "empty", "Accept", "text/html"},
		"prefetch":       append([]string{"Sec-Purpose", "prefetch"}, navigation...),
	} {
		if rec := w.serve("GET", "/public", header...); rec.Code != 200 || rec.Body.String() != "guest" {
			t.Errorf("%s: GET /public = %d %q, want the page", name, rec.Code, rec.Body)
		}
	}
	for _, method := range []string{"POST", "HEAD"} {
		if rec := w.serve(method, "/public", append([]string{"Sec-Fetch-Site", "same-origin"}, navigation...)...); rec.Code != 200 {
			t.Errorf("%s /public = %d, want the page", method, rec.Code)
		}
	}
	b := w.signedIn()
	pool, _ := url.Parse(w.pool.URL())
	seen := b.count()
	if p := b.open("/public"); p.body != "user jane" || seen[pool.Host] != 0 {
		t.Errorf("signed in: GET /public = %v %q by way of Cognito %d times", p, p.body, seen[pool.Host])
	}
}

// TestSilent_CookiesBlocked: a browser that keeps no cookies gets the page after
// one redirect, and does not go round in circles.
func TestSilent_CookiesBlocked(t *testing.T) {
	w := newWorld(t, withConfig(silent))
	b := w.newBrowser()
	b.Jar = nil
	pool, _ := url.Parse(w.pool.URL())
	seen := b.count()
	if p := b.open("/public?x=1"); p.status != 200 || p.body != "guest" || seen[pool.Host] != 0 {
		t.Errorf("GET /public = %v %q by way of Cognito %d times, want the page", p, p.body, seen[pool.Host])
	}
}

// TestSilent_AttemptLost: where the cookie of the attempt is gone, Cognito's
// answer still leads to a page of the app.
func TestSilent_AttemptLost(t *testing.T) {
	w := newWorld(t, withConfig(silent))
	b := w.newBrowser()
	b.do("GET", b.do("GET", "/public").location()) // is sent to Cognito
	jar, _ := cookiejar.New(nil)
	u, _ := url.Parse(base)
	for _, c := range b.Jar.Cookies(u) {
		if strings.HasSuffix(c.Name, "-silent") {
			jar.SetCookies(u, []*http.Cookie{{Name: c.Name, Value: c.Value, Path: "/", Secure: true}})
		}
	}
	b.Jar = jar
	for _, code := range []string{"login_required", "interaction_required", "consent_required", "account_selection_required"} {
		if p := b.open("/auth/callback?error=" + code + "&state=x"); p.status != 200 || p.body != "guest" {
			t.Errorf("callback with %s = %v %q, want the default page as a guest", code, p, p.body)
		}
	}
}

// TestSilent_Failures: a visitor who did not ask to sign in sees no error page.
// What went wrong is logged, and told to OnError.
func TestSilent_Failures(t *testing.T) {
	for name, tt := range map[string]struct {
		edit func(w *world)
		says string
	}{
		"the app refuses":    {func(w *world) {}, "Only staff"},
		"the exchange fails": {func(w *world) { w.wire.on(tokenPath, respond(500, "text/html", "oops")) }, "exchange"},
		"the code is used":   {func(w *world) { w.wire.on(tokenPath, respond(400, "application/json", `{"error":"invalid_grant"}`)) }, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			refuse := false
			w := newWorld(t, withConfig(silent), withConfig(func(cfg *hostedui.Config) {
				cfg.OnLogin = func(context.Context, *hostedui.Login) error {
					if refuse {
						return cognito.Refuse("Only staff may sign in here.")
					}
					return nil
				}
			}))
			b := w.atCognito("jane")
			refuse = true
			tt.edit(w)
			if p := b.open("/public"); p.status != 200 || p.body != "guest" || p.path() != "/public" || b.hasSession() {
				t.Errorf("GET /public = %v %q, want the page as a guest", p, p.body)
			}
			if err := w.lastError(); !strings.Contains(err.Error(), tt.says) {
				t.Errorf("OnError was told %v, want it to say %s", err, tt.says)
			}
			if !strings.Contains(w.log.String(), "level=WARN") {
				t.Error("nothing was logged")
			}
		})
	}
}

// TestSilent_AfterLogout: a visitor who has signed out is not signed in again
// behind their back. That holds even where a script signed out and Cognito was
// not told.
func TestSilent_AfterLogout(t *testing.T) {
	w := newWorld(t, withConfig(silent))
	b := w.signedIn()
	if p := b.do("POST", "/auth/logout", append([]string{"Origin", base}, fetched...)...); p.status != 200 {
		t.Fatalf("logout by a script = %v", p)
	}
	if p := b.open("/public"); p.body != "guest" {
		t.Errorf("after the logout: GET /public = %v %q, want a guest", p, p.body)
	}
}

// TestSilent_Options: the app's own options apply, except those that would show
// a page or keep users of other providers out.
func TestSilent_Options(t *testing.T) {
	w := newWorld(t, withConfig(silent), withConfig(func(cfg *hostedui.Config) {
		cfg.LoginOptions = func(*http.Request) []hostedui.LoginOption {
			return []hostedui.LoginOption{hostedui.Language("de"), hostedui.IdentityProvider("COGNITO"), hostedui.SignUpPage(), hostedui.Prompt("login")}
		}
	}))
	b := w.newBrowser()
	u, err := url.Parse(b.do("GET", b.do("GET", "/public").location()).location())
	if err != nil || u.Path != "/oauth2/authorize" || u.Query().Get("prompt") != "none" || u.Query().Get("lang") != "de" || u.Query().Has("identity_provider") {
		t.Errorf("the browser is sent to %v", u)
	}
}

// TestSilent_LoginAfterwards: a guest signs in as ever.
func TestSilent_LoginAfterwards(t *testing.T) {
	w := newWorld(t, withConfig(silent))
	b := w.newBrowser()
	b.open("/public")
	if p := b.signIn("/account", "jane"); p.body != "user jane" {
		t.Errorf("sign-in = %v %q", p, p.body)
	}
	w.pool.Advance(time.Minute)
	if p := b.open("/public"); p.body != "user jane" {
		t.Errorf("GET /public = %v %q", p, p.body)
	}
}

// TestL4_SilentStaysHere: no path makes the detour of a silent sign-in lead to
// another site, or back to another page than the visitor asked for.
func TestL4_SilentStaysHere(t *testing.T) {
	w := newWorld(t, withConfig(silent))
	app := w.client.Optional(http.HandlerFunc(w.who)) // around all pages: no router has cleaned the path
	ask := func(target string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		u, err := url.ParseRequestURI(target) // as a server does
		if err != nil {
			t.Fatal(err)
		}
		r.URL, r.RequestURI, r.Host = u, target, strings.TrimPrefix(base, "https://")
		for i := 0; i < len(navigation); i += 2 {
			r.Header.Set(navigation[i], navigation[i+1])
		}
		rec := httptest.NewRecorder()
		app.ServeHTTP(rec, r)
		return rec
	}
	if rec := ask("/page?x=1"); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/page?x=1&silent_sign_in=1" {
		t.Fatalf("GET /page = %d to %q, want the detour", rec.Code, rec.Header().Get("Location"))
	}
	for _, target := range []string{
		"//evil.example", "//evil.example/x?y=1", "///evil.example", `/\evil.example`, "/%2fevil.example", "/%5cevil.example", "/a/..//evil.example",
		"/page?x=%0a", "/page?x=%zz", "/page?x=" + strings.Repeat("y", 1024), "/auth/login?x=1",
	} {
		if rec := ask(target); rec.Code != http.StatusOK || rec.Body.String() != "guest" || rec.Header().Get("Location") != "" {
			t.Errorf("GET %.40s = %d %q, to %.40q; want the page as a guest", target, rec.Code, rec.Body, rec.Header().Get("Location"))
		}
	}
}
