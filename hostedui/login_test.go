package hostedui_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/thorough"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A problem is the JSON a program gets.
type problem struct {
	Status   int
	Title    string
	Detail   string
	Code     string
	LoginURL string `json:"login_url"`
}

// wantProblem fails the test unless rec is a JSON problem of that code.
func wantProblem(t *testing.T, call string, rec *httptest.ResponseRecorder, status int, code string) problem {
	t.Helper()
	var p problem
	err := json.Unmarshal(rec.Body.Bytes(), &p)
	if err != nil || rec.Code != status || p.Status != status || p.Code != code || p.Title == "" || rec.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s = %d %s %q, want the problem %s with status %d", call, rec.Code, rec.Header().Get("Content-Type"), rec.Body, code, status)
	}
	return p
}

func TestL3_OnlyNavigationStartsALogin(t *testing.T) {
	w := newWorld(t)
	html := []string{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}
	plus := func(list []string, more ...string) []string { return append(append([]string(nil), list...), more...) }
	tests := []struct {
		name   string
		method string
		header []string
		starts bool
		page   bool // and not a JSON problem
	}{
		{"navigation", "GET", navigation, true, false},
		{"navigation from another site", "GET", plus(navigation, "Sec-Fetch-Site", "cross-site"), true, false},
		{"navigation of a browser without fetch metadata", "GET", html, true, false},
		{"fetch", "GET", fetched, false, false},
		{"fetch that accepts HTML", "GET", plus(html, "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"), false, false},
		{"fetch no-cors", "GET", []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "empty"}, false, false},
		{"fetch same-origin mode", "GET", []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty"}, false, false},
		{"image", "GET", []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image", "Accept", "image/avif,*/*"}, false, false},
		{"script", "GET", []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script"}, false, false},
		{"iframe", "GET", []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe", "Accept", "text/html"}, false, true},
		{"frame", "GET", []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "frame", "Accept", "text/html"}, false, true},
		{"object", "GET", []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "object", "Accept", "text/html"}, false, true},
		{"prefetch", "GET", plus(navigation, "Sec-Purpose", "prefetch"), false, false},
		{"prerender", "GET", plus(navigation, "Sec-Purpose", "prefetch;prerender"), false, false},
		{"prefetch of old browsers", "GET", plus(html, "Purpose", "prefetch"), false, false},
		{"prefetch of Firefox", "GET", plus(html, "X-Moz", "prefetch"), false, false},
		{"preview of Safari", "GET", plus(html, "X-Purpose", "preview"), false, false},
		{"WebSocket", "GET", []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-Fetch-Mode", "websocket", "Sec-Fetch-Dest", "empty"}, false, false},
		{"WebSocket of old browsers", "GET", plus(html, "Connection", "Upgrade", "Upgrade", "websocket"), false, false},
		{"XMLHttpRequest of old browsers", "GET", plus(html, "X-Requested-With", "XMLHttpRequest"), false, false},
		{"program", "GET", []string{"Accept", "*/*"}, false, false},
		{"program without Accept", "GET", nil, false, false},
		{"program that asks for JSON", "GET", []string{"Accept", "application/json"}, false, false},
		{"form", "POST", navigation, false, true},
		{"HEAD", "HEAD", navigation, true, false},
		{"navigation through a service worker", "GET", plus(html, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "empty"), true, false},
		{"navigation through a service worker, Firefox", "GET", plus(html, "Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty"), true, false},
		{"OPTIONS", "OPTIONS", navigation, false, true},
		{"PUT", "PUT", navigation, false, true},
	}
	for _, path := range []string{"/auth/login", "/auth/signup", "/auth/forgot-password"} {
		for _, tt := range tests {
			call := tt.name + ": " + tt.method + " " + path
			rec := w.serve(tt.method, path+"?return_to=/account", tt.header...)
			if tt.page {
				if rec.Code != http.StatusUnauthorized || !strings.Contains(rec.Body.String(), `href="/auth/login?return_to=%2Faccount"`) || rec.Header().Get("WWW-Authenticate") == "" || rec.Header().Get("Set-Cookie") != "" {
					t.Errorf("%s = %d %v %s, want 401 with a page that leads to the login", call, rec.Code, rec.Header(), rec.Body)
				}
				continue
			}
			if !tt.starts {
				if p := wantProblem(t, call, rec, http.StatusUnauthorized, "sign_in_required"); p.LoginURL != "/auth/login" {
					t.Errorf("%s: login_url = %q, want /auth/login", call, p.LoginURL)
				}
				if rec.Header().Get("Set-Cookie") != "" || rec.Header().Get("Location") != "" || rec.Header().Get("WWW-Authenticate") == "" {
					t.Errorf("%s: headers %v, want a challenge, and neither cookie nor redirect", call, rec.Header())
				}
				continue
			}
			if rec.Code != http.StatusFound || !strings.HasPrefix(rec.Header().Get("Location"), w.pool.URL()) || len(setCookies(rec.Header())) != 2 {
				t.Errorf("%s = %d %v, want 302 to the pool with the cookies of the attempt and its page", call, rec.Code, rec.Header())
			}
		}
	}
}

// goodPaths lead back, whole; hostilePaths to the default page.
var (
	goodPaths    = []string{"/account", "/account?tab=2&x=%2F", "/account/caf%C3%A9", "/account/a/../b?q=https://example.com/", "/account/" + strings.Repeat("a", 800-len("/account/"))} // longer paths do not fit beside five logins (L2)
	hostilePaths = []string{
		"", "account", "https://evil.example/", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "javascript:alert(1)",
		"/%2Fevil.example", "/%2f%2fevil.example", "/%5Cevil.example", "/%252Fevil.example", "/..//evil.example", "/%2e%2e//evil.example", "/a/..//evil.example",
		"/\tevil", "/a\r\nSet-Cookie: x=1", "/a%0d%0aSet-Cookie:x", "/a%00", "/\u00a0", "/a#fragment", "/a b", " /a", "/%zz", "/%ff",
		"/auth", "/auth/", "/auth/login", "/auth/logout", "/auth/callback?code=x&state=y", "/AUTH/login", "/x/../auth/login", "/%61uth/login", "/./auth/me",
		"/" + strings.Repeat("a", web.MaxReturnPath),
	}
)

// TestL4_ReturnPath follows each path through a whole login.
func TestL4_ReturnPath(t *testing.T) {
	for turn, page := range []string{"", "/home?from=login"} {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.DefaultPage = page }))
		b := w.signedIn() // with the pool too: from now on no form comes up
		if page == "" {
			page = "/"
		}
		check := func(path, want string) {
			t.Helper()
			login := b.begin("/auth/login?" + url.Values{"return_to": {path}}.Encode())
			sent := slices.Sorted(maps.Keys(login.Query()))
			want8 := []string{"client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "response_type", "scope", "state"}
			if !slices.Equal(sent, want8) || !random32.MatchString(login.Query().Get("state")) {
				t.Errorf("return_to=%q: the URL of the Hosted UI has the parameters %q, want %q and a random state", path, sent, want8)
			}
			callback := b.do("GET", login.String()).location()
			u, err := url.Parse(callback)
			if err != nil || u.Path != "/auth/callback" || len(u.Query()) != 2 || !u.Query().Has("code") || !u.Query().Has("state") {
				t.Errorf("return_to=%q: the callback is %q, want code and state alone", path, callback)
			}
			if p := b.do("GET", callback); p.status != http.StatusSeeOther || p.location() != want {
				t.Errorf("return_to=%q ends with %v, want 303 to %s", path, p, want)
			}
		}
		for _, path := range thorough.Sample(goodPaths, 2, turn) {
			check(path, path)
		}
		for _, path := range thorough.Sample(hostilePaths, 2, turn) {
			check(path, page)
		}
	}
}

// TestL4_SealedPathIsCheckedAgain: a path that an older release, or one with
// another Prefix, has sealed is held to the rules of this one.
func TestL4_SealedPathIsCheckedAgain(t *testing.T) {
	w := newWorld(t)
	box, err := seal.NewBox([][]byte{w.config.SessionKeys[0]}, "login attempt")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/account": "/account", "//evil.example": "/", "/auth/logout": "/", "https://evil.example": "/", "": "/"} {
		b := w.newBrowser()
		callback := b.callback("/auth/login", "jane")
		for name, value := range b.attempts() {
			sealed, _ := seal.Decode(value)
			plain, _, err := box.Open(t.Context(), sealed, w.boundTo(name))
			if err != nil {
				t.Fatalf("the test cannot open the attempt: %v", err)
			}
			plain = append(plain[:1+4+32], path...)
			u, _ := url.Parse(base)
			b.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: seal.Encode(box.Seal(plain, w.boundTo(name))), Path: "/", Secure: true}})
		}
		if p := b.do("GET", callback); p.status != http.StatusSeeOther || p.location() != want {
			t.Errorf("callback with the sealed path %q = %v, want 303 to %s", path, p, want)
		}
	}
}

// TestL4_FromTheProtectedPage: the page that was asked for is the one that
// the login ends on.
func TestL4_FromTheProtectedPage(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/account", "/account?tab=2&q=%26", "/account/x%20y?"} {
		if p := w.newBrowser().signIn(path, "jane"); p.path() != path || p.body != "user jane" {
			t.Errorf("sign-in from %s ends on %v %q", path, p, p.body)
		}
	}
}

// TestL4_Retry: a failed login can be tried again with the same goal.
func TestL4_Retry(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	callback := b.callback("/account?tab=2", "jane")
	w.wire.on(tokenPath, respond(500, "text/html", "<h1>Internal Server Error</h1>"))
	p := b.open(callback)
	const link = `href="/auth/login?return_to=%2Faccount%3Ftab%3D2"`
	if !p.shows(http.StatusBadGateway, "cognito_failed") || !strings.Contains(p.body, link) {
		t.Fatalf("callback with a failing exchange = %v\n%s\nwant the page cognito_failed with %s", p, p.body, link)
	}
	w.wire.on(tokenPath, nil)
	if p := b.open("/auth/login?return_to=%2Faccount%3Ftab%3D2"); p.path() != "/account?tab=2" || p.body != "user jane" {
		t.Errorf("the login again ends on %v %q", p, p.body)
	}
}

// TestL5_HeadersDecideNothing: whatever Host and forwarding headers say, URLs
// and cookies follow from the configuration.
func TestL5_HeadersDecideNothing(t *testing.T) {
	headers := map[string][]string{
		"none":              nil,
		"X-Forwarded-Host":  {"X-Forwarded-Host", "evil.example", "X-Forwarded-Port", "444", "X-Forwarded-Prefix", "/evil"},
		"X-Forwarded-Proto": {"X-Forwarded-Proto", "http", "X-Forwarded-Ssl", "off", "X-Scheme", "http"},
		"to https":          {"X-Forwarded-Proto", "https", "X-Forwarded-Ssl", "on", "X-Scheme", "https", "Front-End-Https", "on"},
		"Forwarded":         {"Forwarded", `host="evil.example";proto=http;for=192.0.2.1`},
		"X-Original-URL":    {"X-Original-URL", "/evil", "X-Rewrite-URL", "/evil"},
	}
	targets := []string{base, "http://app.example.com", "https://evil.example", "http://evil.example:8080", "https://app.example.com.evil.example"}
	for _, baseURL := range []string{base, "http://localhost:8080"} {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.BaseURL = baseURL }))
		secure := baseURL == base
		for _, target := range targets {
			for name, header := range headers {
				call := baseURL + ": " + name + " at " + target
				rec := w.serve("GET", target+"/auth/login?return_to=/account", append(append([]string(nil), navigation...), header...)...)
				location, cookies := rec.Header().Get("Location"), setCookies(rec.Header())
				if got := param(t, location, "redirect_uri"); got != baseURL+"/auth/callback" {
					t.Errorf("%s: redirect_uri = %q", call, got)
				}
				if !strings.HasPrefix(location, w.pool.URL()+"/oauth2/authorize?") {
					t.Errorf("%s: the login leads to %s", call, location)
				}
				if len(cookies) != 2 {
					t.Errorf("%s: cookies %v, want the attempt and its page", call, cookies)
				}
				for _, c := range cookies {
					if c.Secure != secure || c.Domain != "" || c.Path != "/" || strings.HasPrefix(c.Name, "__Host-") != secure {
						t.Errorf("%s: cookie %v", call, c)
					}
				}
				rec = w.serve("POST", target+"/auth/logout", append([]string{"Sec-Fetch-Site", "same-origin", "Origin", baseURL, "Accept", "*/*"}, header...)...)
				var told struct {
					LogoutURL string `json:"logout_url"`
				}
				_ = json.Unmarshal(rec.Body.Bytes(), &told)
				if got := told.LogoutURL; param(t, got, "logout_uri") != baseURL+"/auth/signed-out" || !strings.HasPrefix(got, w.pool.URL()+"/logout?") {
					t.Errorf("%s: the logout leads to %s", call, got)
				}
				rec = w.serve("GET", target+"/account", append(append([]string(nil), navigation...), header...)...)
				if got := rec.Header().Get("Location"); got != "/auth/login?return_to=%2Faccount" {
					t.Errorf("%s: a protected page leads to %s", call, got)
				}
			}
		}
	}
}

// TestL5_HostDuringTheFlow: a whole login with hostile headers ends where it
// should, with the cookies it should.
func TestL5_HostDuringTheFlow(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	p := b.do("GET", callback, "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http", "Forwarded", "host=evil.example;proto=http")
	if p.status != http.StatusSeeOther || p.location() != "/account" {
		t.Errorf("callback = %v, want 303 to /account", p)
	}
	set := 0
	for _, c := range setCookies(p.header) {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("the callback sets %q", c)
		}
		if c.MaxAge > 0 {
			set++
		}
	}
	if set < 2 {
		t.Errorf("the callback sets %d cookies, want those of a session", set)
	}
}

func TestL6_VisitorsChoice(t *testing.T) {
	app := []hostedui.LoginOption{hostedui.LoginHint("from-the-app"), hostedui.Language("de"), hostedui.Prompt("select_account")}
	tests := []struct {
		name    string
		options []hostedui.LoginOption
		query   string
		want    url.Values // of these parameters; others must be absent
	}{
		{"nothing", nil, "", nil},
		{"allowed provider", nil, "identity_provider=Google", url.Values{"identity_provider": {"Google"}}},
		{"other provider", nil, "identity_provider=Facebook", nil},
		{"other case", nil, "identity_provider=google", nil},
		{"empty provider", nil, "identity_provider=", nil},
		{"allowed language", nil, "lang=fr", url.Values{"lang": {"fr"}}},
		{"other language", nil, "lang=ja", nil},
		{"hostile language", nil, "lang=fr%26prompt%3Dnone", nil},
		{"prompt=login", nil, "prompt=login", url.Values{"prompt": {"login"}}},
		{"prompt=none", nil, "prompt=none", nil},
		{"prompt=login and more", nil, "prompt=login+consent", nil},
		{"what only the app may say", nil, "login_hint=x&idp_identifier=x&resource=https://evil.example&scope=admin&audience=x", nil},
		{"the app's options stay", app, "login_hint=x", url.Values{"login_hint": {"from-the-app"}, "lang": {"de"}, "prompt": {"select_account"}}},
		{"the visitor's choice goes first", app, "lang=fr&prompt=login", url.Values{"login_hint": {"from-the-app"}, "lang": {"fr"}, "prompt": {"login"}}},
		{"refused values do not displace", app, "lang=ja&prompt=none", url.Values{"login_hint": {"from-the-app"}, "lang": {"de"}, "prompt": {"select_account"}}},
	}
	for _, tt := range tests {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
			cfg.Providers, cfg.Languages = []string{"Google", "Corp"}, []string{"de", "fr"}
			cfg.LoginOptions = func(*http.Request) []hostedui.LoginOption { return tt.options }
		}))
		q := w.newBrowser().begin("/auth/login?" + tt.query).Query()
		for _, name := range []string{"identity_provider", "idp_identifier", "lang", "prompt", "login_hint", "resource", "audience"} {
			if got, want := strings.Join(q[name], " "), strings.Join(tt.want[name], " "); got != want {
				t.Errorf("%s: GET /auth/login?%s sends %s=%q, want %q", tt.name, tt.query, name, got, want)
			}
		}
		if got := q.Get("scope"); got != "openid email profile" {
			t.Errorf("%s: scope = %q", tt.name, got)
		}
	}
}

// TestL6_LoginOptionsSeeTheRequest: an app can choose by the request.
func TestL6_LoginOptionsSeeTheRequest(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.LoginOptions = func(r *http.Request) []hostedui.LoginOption {
			return []hostedui.LoginOption{hostedui.LoginHint(r.URL.Query().Get("email"))}
		}
	}))
	if got := w.newBrowser().begin("/auth/login?email=jane@example.com").Query().Get("login_hint"); got != "jane@example.com" {
		t.Errorf("login_hint = %q, want what LoginOptions read from the request", got)
	}
}

// TestL6_FreshSignIn: the page for a sign-in too long ago leads to a new one.
func TestL6_FreshSignIn(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	if p := b.open("/auth/login?prompt=login&return_to=/account"); !strings.HasPrefix(p.url, w.pool.URL()+"/login?") {
		t.Errorf("prompt=login ends at %v, want the sign-in page in spite of the page session", p)
	}
}
