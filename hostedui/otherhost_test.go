package hostedui_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// underHosts is the way of a browser that finds the app under every host but
// the pool's, as browsers do that.
type underHosts struct {
	pool    http.RoundTripper
	w       *world
	rewrite func(host string) string // a proxy's new Host header; nil passes it on
	logins  *int                     // how often the endpoint login was asked
}

const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"

// RoundTrip implements [http.RoundTripper].
func (u underHosts) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.String(), u.w.pool.URL()) {
		return u.pool.RoundTrip(r)
	}
	in := httptest.NewRequest(r.Method, strings.TrimPrefix(r.URL.RequestURI(), pathOf(u.w.config.BaseURL)), r.Body)
	in.Header, in.Host = r.Header.Clone(), r.URL.Host
	in.Header.Set("User-Agent", chrome)
	in.Header.Set("Accept", "text/html")
	if r.URL.Scheme == "https" || hosts.IsLoopback(r.URL.Hostname()) {
		in.Header.Set("Sec-Fetch-Mode", "navigate")
		in.Header.Set("Sec-Fetch-Dest", "document")
	}
	if r.Method == http.MethodPost {
		in.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
	}
	if u.rewrite != nil {
		in.Host = u.rewrite(in.Host)
	}
	if strings.HasSuffix(in.URL.Path, "/auth/login") {
		*u.logins++
	}
	rec := httptest.NewRecorder()
	u.w.ServeHTTP(rec, in)
	res := rec.Result()
	res.Request = r
	if r.URL.Scheme == "http" { // a browser takes no Secure cookie from there
		res.Header["Set-Cookie"] = slices.DeleteFunc(res.Header["Set-Cookie"], func(c string) bool { return strings.Contains(c, "; Secure") })
	}
	return res, nil
}

// newAliasBrowser is a browser that finds the app under any host.
func (w *world) newAliasBrowser(rewrite func(string) string) (b *browser, logins *int) {
	b, logins = w.newBrowser(), new(int)
	b.Transport = underHosts{b.Transport, w, rewrite, logins}
	return b, logins
}

// atBase is a world whose app is at a base URL.
func atBase(t *testing.T, baseURL string, options ...option) *world {
	t.Helper()
	return newWorld(t, append([]option{
		withApp(func(app *cognitotest.AppClient) {
			app.CallbackURLs, app.LogoutURLs = []string{baseURL + "/auth/callback"}, []string{baseURL + "/auth/signed-out"}
		}),
		withConfig(func(cfg *hostedui.Config) { cfg.BaseURL = baseURL }),
	}, options...)...)
}

func pathOf(baseURL string) string {
	u, _ := url.Parse(baseURL)
	return u.Path
}

// TestL8_UnderAnAlias: a login that began under another name of the app ends on
// the page that was asked for, under BaseURL.
func TestL8_UnderAnAlias(t *testing.T) {
	for baseURL, others := range map[string][]string{
		"https://www.example.com":     {"https://example.com", "https://old.example.com", "http://www.example.com", "https://www.example.com.", "https://WWW2.example.com:8443"},
		"https://example.com":         {"https://www.example.com", "http://example.com"},
		"http://localhost:8080":       {"http://127.0.0.1:8080", "http://[::1]:8080"},
		"http://127.0.0.1:8080":       {"http://localhost:8080"},
		"https://www.example.com/app": {"https://example.com", "http://www.example.com"},
	} {
		for _, alias := range others {
			w := atBase(t, baseURL)
			path := pathOf(baseURL) + "/account?tab=2&q=a%2Fb"
			b, logins := w.newAliasBrowser(nil)
			p := b.signInAt(alias+path, "jane")
			want := strings.TrimSuffix(baseURL, pathOf(baseURL)) + path
			if p.body != "user jane" || p.url != want || *logins != 2 {
				t.Errorf("%s opened at %s: it ends at %v %q after %d logins, want %s as jane after two", baseURL, alias, p, p.body, *logins, want)
			}
		}
	}
}

// TestL8_UnderAnAliasWithOptions: what the login was begun with is kept, too:
// the app's options, what the visitor chose, and the page to sign up.
func TestL8_UnderAnAliasWithOptions(t *testing.T) {
	w := atBase(t, "https://www.example.com", withConfig(func(cfg *hostedui.Config) {
		cfg.Languages = []string{"de"}
		cfg.LoginOptions = func(r *http.Request) []hostedui.LoginOption {
			return []hostedui.LoginOption{hostedui.LoginHint(r.URL.Query().Get("email"))}
		}
	}))
	for _, endpoint := range []string{"login", "signup"} {
		b, _ := w.newAliasBrowser(nil)
		moved := b.do("GET", "https://example.com/auth/"+endpoint+"?email=jane@example.com&lang=de&prompt=login&identity_provider=Evil&x=1")
		if !strings.HasPrefix(moved.location(), "https://www.example.com/auth/login?") || len(setCookies(moved.header)) > 0 {
			t.Fatalf("%s under the alias = %v with cookies %v, want a redirect to BaseURL without", endpoint, moved, setCookies(moved.header))
		}
		at := b.do("GET", moved.location()).location()
		if param(t, at, "lang") != "de" || param(t, at, "login_hint") != "jane@example.com" || param(t, at, "prompt") != "login" || strings.Contains(at, "Evil") {
			t.Errorf("%s: the login is %s", endpoint, at)
		}
		if isSignUp := strings.HasPrefix(at, w.pool.URL()+"/signup?"); isSignUp != (endpoint == "signup") {
			t.Errorf("%s: the login is %s", endpoint, at)
		}
	}
}

// TestL9_ProxyRewritesHost: where the app never sees the browser's host, a login
// takes one redirect more at most, and ends where it should.
func TestL9_ProxyRewritesHost(t *testing.T) {
	for host, logins := range map[string]int{"app:8080": 1, "10.0.0.7": 1, "localhost:3000": 1, "evil.example": 1, "backend.example.com": 2} {
		w := atBase(t, "https://www.example.com")
		b, got := w.newAliasBrowser(func(string) string { return host })
		if p := b.signInAt("https://www.example.com/account?x=1", "jane"); p.body != "user jane" || p.url != "https://www.example.com/account?x=1" || *got != logins {
			t.Errorf("Host %s: the login ends at %v %q after %d logins, want the page after %d", host, p, p.body, *got, logins)
		}
	}
}

// TestL9_AliasRedirectsBack: a proxy that sends BaseURL's host to the alias does
// not make a circle of it.
func TestL9_AliasRedirectsBack(t *testing.T) {
	w := atBase(t, "https://www.example.com")
	b, logins := w.newAliasBrowser(nil)
	b.Transport = toAlias{b.Transport}
	if p := b.signInAt("https://example.com/account?x=1", "jane"); p.body != "user jane" || p.url != "https://example.com/account?x=1" || *logins != 2 {
		t.Errorf("the login ends at %v %q after %d logins", p, p.body, *logins)
	}
}

// toAlias redirects every request for www.example.com to example.com.
type toAlias struct{ http.RoundTripper }

func (a toAlias) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "www.example.com" {
		return a.RoundTripper.RoundTrip(r)
	}
	to := *r.URL
	to.Host = "example.com"
	res := answer(r, http.StatusMovedPermanently, "text/html", "")
	res.Header.Set("Location", to.String())
	return res, nil
}

// TestL5_AliasLeadsToBaseURLAlone: whatever the Host header says, the browser
// is sent to BaseURL's login or to Cognito.
func TestL5_AliasLeadsToBaseURLAlone(t *testing.T) {
	w := atBase(t, "https://www.example.com")
	for _, host := range []string{"example.com", "evil.example.com", "evil.example.com:1@www.example.com", "example.com/evil", "evil.example.com\\", "www.example.com.evil.example", "", "[", "]:", ":80", "www.example.com:80:80"} {
		for _, to := range []string{"/account", "//evil.example", "https://evil.example/", "/auth/logout"} {
			r := httptest.NewRequest("GET", "/auth/login?return_to="+url.QueryEscape(to), nil)
			r.Host = host
			r.Header.Set("Accept", "text/html")
			rec := httptest.NewRecorder()
			w.client.ServeHTTP(rec, r)
			at := rec.Header().Get("Location")
			if !strings.HasPrefix(at, "https://www.example.com/auth/login?") && !strings.HasPrefix(at, w.pool.URL()+"/oauth2/authorize?") || strings.Contains(at, "evil") {
				t.Errorf("Host %q: the login for %s leads to %s", host, to, at)
			}
			if rec.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("Host %q: Cache-Control = %q", host, rec.Header().Get("Cache-Control"))
			}
		}
	}
}

// TestO1_LogoutUnderAnAlias: the session is at BaseURL's host. The page that
// refuses to sign out under an alias leads there, and not in a circle.
func TestO1_LogoutUnderAnAlias(t *testing.T) {
	w := atBase(t, "https://www.example.com")
	b, _ := w.newAliasBrowser(nil)
	b.signInAt("https://www.example.com/account", "jane")
	p := b.do("POST", "https://example.com/auth/logout")
	if !p.shows(http.StatusForbidden, "cross_origin") || !strings.Contains(p.body, `href="https://www.example.com/auth/logout"`) {
		t.Fatalf("a logout under the alias = %v\n%s\nwant a page that leads to BaseURL", p, p.body)
	}
	if p := b.do("POST", "https://www.example.com/auth/logout"); p.status != http.StatusSeeOther || !strings.HasPrefix(p.location(), w.pool.URL()+"/logout?") {
		t.Errorf("the logout there = %v", p)
	}
}

// TestSilent_UnderAnAlias: a guest who opens a public page under an alias sees
// that page, and no error. Under BaseURL a user of Cognito's is signed in.
func TestSilent_UnderAnAlias(t *testing.T) {
	w := atBase(t, "https://www.example.com", withConfig(silent))
	guest, _ := w.newAliasBrowser(nil)
	for visit := range 3 {
		if p := guest.open("https://example.com/public?x=1"); p.status != http.StatusOK || p.body != "guest" || p.url != "https://www.example.com/public?x=1&silent_sign_in=1" && p.url != "https://www.example.com/public?x=1" {
			t.Errorf("visit %d: a guest under the alias sees %v %q", visit, p, p.body)
		}
	}
	user, _ := w.newAliasBrowser(nil)
	user.signInAt("https://www.example.com/account", "jane")
	jar := user.Jar
	known, _ := w.newAliasBrowser(nil)
	pool, _ := url.Parse(w.pool.URL())
	known.Jar.SetCookies(pool, jar.Cookies(pool))
	known.open("https://example.com/public")
	if p := known.open("https://www.example.com/public"); p.body != "user jane" {
		t.Errorf("a user of Cognito's sees %v %q under BaseURL, want the page as jane", p, p.body)
	}
	rewritten, _ := w.newAliasBrowser(func(string) string { return "backend.example.com" })
	rewritten.Jar.SetCookies(pool, jar.Cookies(pool))
	if p := rewritten.open("https://www.example.com/public?x=1"); p.body != "user jane" || p.url != "https://www.example.com/public?x=1" {
		t.Errorf("behind a proxy that rewrites Host a user of Cognito's sees %v %q, want the page as jane", p, p.body)
	}
}
