package session_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// wantProblem fails the test unless r is a JSON problem (RFC 9457) with the
// status, the code and the login URL.
func wantProblem(t *testing.T, what string, r reply, status int, code, loginURL string) {
	t.Helper()
	var p struct {
		Status   int
		Title    string
		Code     string
		LoginURL string `json:"login_url"`
	}
	if err := json.Unmarshal([]byte(r.body), &p); err != nil || r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s = %d %q of type %q, want a JSON problem", what, r.status, r.body, r.header.Get("Content-Type"))
		return
	}
	if r.status != status || p.Status != status || p.Code != code || p.LoginURL != loginURL || p.Title == "" {
		t.Errorf("%s = %d %+v, want %d, code %q, login_url %q and a title", what, r.status, p, status, code, loginURL)
	}
	if loc := r.header.Get("Location"); loc != "" {
		t.Errorf("%s leads to %s, want no redirect", what, loc)
	}
}

func TestL3_OnlyNavigationsAreSentToTheLogin(t *testing.T) {
	app := newApp(t, nil, nil)
	b := newBrowser(t, app)
	tests := []struct {
		name     string
		method   string
		header   []string
		redirect bool
		page     bool // and not a JSON problem
	}{
		{name: "navigation", redirect: true},
		{name: "navigation of an old browser", header: []string{"Sec-Fetch-Mode", "", "Sec-Fetch-Dest", ""}, redirect: true},
		{name: "navigation through a service worker", header: []string{"Sec-Fetch-Dest", "empty"}, redirect: true},
		{name: "navigation through a service worker, Firefox", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty"}, redirect: true},
		{name: "fetch", header: []string{"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Accept", "*/*"}},
		{name: "fetch of an old browser", header: []string{"Sec-Fetch-Mode", "", "Sec-Fetch-Dest", "", "Accept", "application/json"}},
		{name: "XMLHttpRequest", header: []string{"Sec-Fetch-Mode", "", "Sec-Fetch-Dest", "", "X-Requested-With", "XMLHttpRequest"}},
		{name: "image", header: []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"}},
		{name: "script", header: []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script"}},
		{name: "iframe", header: []string{"Sec-Fetch-Dest", "iframe"}, page: true},
		{name: "prefetch", header: []string{"Sec-Purpose", "prefetch"}},
		{name: "prerender", header: []string{"Sec-Purpose", "prefetch;prerender"}},
		{name: "WebSocket", header: []string{"Upgrade", "websocket", "Connection", "Upgrade", "Sec-Fetch-Mode", "websocket", "Sec-Fetch-Dest", "empty"}},
		{name: "POST of a form", method: "POST", page: true},
		{name: "POST of a form through a service worker", method: "POST", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty"}, page: true},
		{name: "POST of a script", method: "POST", header: []string{"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Accept", "*/*"}},
		{name: "PUT", method: "PUT", page: true},
		{name: "HEAD", method: "HEAD", redirect: true},
		{name: "program", header: []string{"Sec-Fetch-Mode", "", "Sec-Fetch-Dest", "", "Accept", ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			method := tt.method
			if method == "" {
				method = "GET"
			}
			r := serve(app, b.request(method, "/account?tab=2&q=a%20b", tt.header...))
			want := "/auth/login?return_to=" + url.QueryEscape("/account?tab=2&q=a%20b")
			if tt.page {
				wantSignInPage(t, method+" /account", r, want)
				return
			}
			if !tt.redirect {
				wantProblem(t, method+" /account", r, 401, "sign_in_required", "/auth/login")
				return
			}
			if got := r.header.Get("Location"); r.status != 302 || got != want {
				t.Errorf("%s /account = %d to %q, want 302 to %q", method, r.status, got, want)
			}
			if r.body != "" {
				t.Errorf("the redirect has the body %q, want none (C7)", r.body)
			}
		})
	}
}

// wantSignInPage fails the test unless r is a page that leads to the login.
func wantSignInPage(t *testing.T, what string, r reply, login string) {
	t.Helper()
	link := `href="` + strings.ReplaceAll(login, "&", "&amp;") + `"`
	if r.status != 401 || r.header.Get("Content-Type") != "text/html; charset=utf-8" || r.header.Get("WWW-Authenticate") == "" || r.header.Get("Location") != "" {
		t.Errorf("%s = %d %v, want 401 with a page and no redirect", what, r.status, r.header)
	}
	if !strings.Contains(r.body, "Please sign in") || !strings.Contains(r.body, link) {
		t.Errorf("%s: the page has no %s: %s", what, link, r.body)
	}
}

// TestL3_FormAfterTheSession: a form that is sent after the session has ended
// leads back to the page that has the form. That page must be one of this site.
func TestL3_FormAfterTheSession(t *testing.T) {
	app := newApp(t, nil, nil)
	b := newBrowser(t, app)
	for _, tt := range []struct{ referer, back string }{
		{baseURL + "/edit?id=7", "/edit?id=7"},
		{"https://evil.example/edit", "/account"},
		{"http" + strings.TrimPrefix(baseURL, "https") + "/edit", "/account"},
		{"", "/account"},
	} {
		r := serve(app, b.request("POST", "/account", "Referer", tt.referer))
		wantSignInPage(t, "POST /account from "+tt.referer, r, "/auth/login?return_to="+url.QueryEscape(tt.back))
	}
}

// TestL3_Frame: in a frame of another page, the link leaves the frame: Cognito
// cannot be shown there.
func TestL3_Frame(t *testing.T) {
	app := newApp(t, nil, nil)
	r := serve(app, newBrowser(t, app).request("GET", "/account", "Sec-Fetch-Dest", "iframe", "Referer", baseURL+"/portal"))
	wantSignInPage(t, "a frame", r, "/auth/login?return_to=%2Fportal")
	if csp := r.header.Get("Content-Security-Policy"); !strings.Contains(r.body, `target="_top"`) || strings.Contains(csp, "frame-ancestors") {
		t.Errorf("a frame gets a page with the policy %q, want one that a frame shows, and links that leave it: %s", csp, r.body)
	}
}

// TestL4_ReturnTo: the page asked for, as the browser wrote it; nothing where
// that is too long.
func TestL4_ReturnTo(t *testing.T) {
	app := newApp(t, nil, func(c *session.Config) { c.LoginPath = "/sign-in" })
	h := app.Require(http.HandlerFunc(whoAmI))
	b := newBrowser(t, h)
	tests := []struct {
		name, target, want string
	}{
		{name: "path", target: "/a", want: "/a"},
		{name: "query", target: "/a?b=c&d=%26", want: "/a?b=c&d=%26"},
		{name: "escaped path", target: "/caf%C3%A9/a%2Fb", want: "/caf%C3%A9/a%2Fb"},
		{name: "absolute form", target: "http://app.example.com/a?b", want: "/a?b"},
		{name: "another host in absolute form", target: "https://evil.example/a", want: "/a"},
		{name: "1,024 bytes", target: "/" + strings.Repeat("a", 1023), want: "/" + strings.Repeat("a", 1023)},
		{name: "1,025 bytes", target: "/" + strings.Repeat("a", 1024)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := "/sign-in"
			if tt.want != "" {
				want += "?return_to=" + url.QueryEscape(tt.want)
			}
			if got := b.get(tt.target).header.Get("Location"); got != want {
				t.Errorf("GET %.40s leads to %.80q, want %.80q", tt.target, got, want)
			}
		})
	}
	t.Run("behind StripPrefix", func(t *testing.T) {
		b := newBrowser(t, http.StripPrefix("/app", h))
		if got, want := b.get("/app/a?b").header.Get("Location"), "/sign-in?return_to=%2Fapp%2Fa%3Fb"; got != want {
			t.Errorf("GET /app/a?b leads to %q, want %q", got, want)
		}
	})
}

// TestS1_BelowAPath: an app whose BaseURL has a path has its cookies, its login
// and its first page there. That holds whether its requests have the path or
// have lost it.
func TestS1_BelowAPath(t *testing.T) {
	app := newApp(t, nil, func(c *session.Config) { c.BaseURL += "/app" })
	h := app.Require(http.HandlerFunc(whoAmI))
	for name, mount := range map[string]struct {
		page string
		h    http.Handler
	}{
		"mounted below":         {"/app/account", h},
		"behind StripPrefix":    {"/app/account", http.StripPrefix("/app", h)},
		"the proxy took it off": {"/account", h},
	} {
		b := newBrowser(t, mount.h)
		if got := b.get(mount.page).header.Get("Location"); got != "/app/auth/login?return_to=%2Fapp%2Faccount" {
			t.Errorf("%s: GET %s leads to %s", name, mount.page, got)
		}
		if r := serve(mount.h, b.request("POST", mount.page)); !strings.Contains(r.body, `href="/app/auth/login?return_to=%2Fapp%2Faccount"`) || !strings.Contains(r.body, `href="/app/">Home<`) {
			t.Errorf("%s: POST %s = %s", name, mount.page, r.body)
		}
	}
	for _, path := range []string{"/auth/login", "/app/auth/login"} {
		if r := serve(h, newBrowser(t, h).request("GET", path)); r.status != http.StatusInternalServerError {
			t.Errorf("GET %s behind Require = %d, want 500: it would go round in circles", path, r.status)
		}
	}
	rec := httptest.NewRecorder()
	app.ServeHTTP(rec, httptest.NewRequest("GET", "/login", nil))
	cookies := rec.Result().Cookies()
	signedIn := httptest.NewRequest("GET", "/logout", nil)
	for _, c := range cookies {
		signedIn.AddCookie(c)
	}
	out := httptest.NewRecorder()
	app.ServeHTTP(out, signedIn)
	for _, c := range append(cookies, out.Result().Cookies()...) {
		if !strings.HasPrefix(c.Name, "__Secure-session_app") || c.Path != "/app" || !c.Secure {
			t.Errorf("a cookie below a path is %v", c)
		}
	}
	if len(cookies) < 2 || len(out.Result().Cookies()) != len(cookies) {
		t.Errorf("%d cookies are set and %d removed, want all of them", len(cookies), len(out.Result().Cookies()))
	}
}

func TestL5_LoginURLIgnoresHost(t *testing.T) {
	app := newApp(t, nil, nil)
	r := newBrowser(t, app).request("GET", "/account", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http")
	r.Host = "evil.example"
	if got := serve(app, r).header.Get("Location"); got != "/auth/login?return_to=%2Faccount" {
		t.Errorf("GET /account with another Host leads to %q, want a path", got)
	}
}

// A guarded app has a page per policy.
func guarded(t *testing.T, edit func(*session.Config)) *app {
	app := newApp(t, nil, edit)
	policies := map[string][]cognito.Policy{
		"/any":           {cognito.AnyGroup("editors", "admins")},
		"/all":           {cognito.AllGroups("admins", "editors")},
		"/unchecked":     {cognito.Satisfies("asked", func(context.Context, *cognito.Identity) (bool, error) { return true, errors.New("hunter2 is down") })},
		"/predicate":     {cognito.Satisfies("is John", func(_ context.Context, id *cognito.Identity) (bool, error) { return id.Subject == "john", nil })},
		"/both":          {cognito.AnyGroup("admins"), cognito.AnyGroup("editors")},
		"/recent":        {cognito.SignedInWithin(10 * time.Minute)},
		"/recent-admins": {cognito.AnyGroup("editors"), cognito.SignedInWithin(10 * time.Minute)},
		"/empty":         {{}},
		"/no-groups":     {cognito.AnyGroup()},
		"/ok-then-empty": {cognito.AnyGroup("admins"), cognito.AnyGroup("")},
	}
	for path, p := range policies {
		app.Handle(path, app.Require(http.HandlerFunc(whoAmI), p...))
	}
	return app
}

// TestL3_Policies: 403 for those who may not, 500 for all where the policy is
// a mistake, and never a redirect, which would be a loop.
func TestL3_Policies(t *testing.T) {
	tests := []struct {
		path   string
		status int
		code   string
		login  bool
	}{
		{path: "/any", status: 200},
		{path: "/all", status: 403, code: "forbidden"},
		{path: "/predicate", status: 403, code: "forbidden"},
		{path: "/both", status: 403, code: "forbidden"},
		{path: "/unchecked", status: 503, code: "policy_unchecked"},
		{path: "/recent", status: 403, code: "stale_sign_in", login: true},
		{path: "/recent-admins", status: 403, code: "forbidden"},
		{path: "/empty", status: 500, code: "policy_error"},
		{path: "/no-groups", status: 500, code: "policy_error"},
		{path: "/ok-then-empty", status: 500, code: "policy_error"},
	}
	synctest.Test(t, func(t *testing.T) {
		app := guarded(t, nil)
		if got := strings.Count(app.log.String(), "this policy refuses every request"); got != 3 {
			t.Errorf("Require logged %d mistaken policies, want 3", got)
		}
		b := signedIn(t, app)
		b.get("/recent").wantStatus(t, "GET /recent right after the sign-in", 200)
		time.Sleep(10*time.Minute + time.Second)
		for _, tt := range tests {
			page, call := b.get(tt.path), b.fetch(tt.path)
			post := serve(app, b.request("POST", tt.path))
			if tt.status == 200 {
				page.wantStatus(t, "GET "+tt.path, 200)
				call.wantStatus(t, "fetch "+tt.path, 200)
				continue
			}
			page.wantStatus(t, "GET "+tt.path, tt.status)
			if got := page.header.Get("Content-Type"); got != "text/html; charset=utf-8" || page.header.Get("Location") != "" {
				t.Errorf("GET %s: Content-Type %q, Location %q, want a page and no redirect", tt.path, got, page.header.Get("Location"))
			}
			link := `href="/auth/login?return_to=` + url.QueryEscape(tt.path) + `&amp;prompt=login"`
			if got := strings.Contains(page.body, link); got != tt.login {
				t.Errorf("GET %s has a link to sign in again: %v, want %v: %s", tt.path, got, tt.login, page.body)
			}
			loginURL := ""
			if tt.login {
				loginURL = "/auth/login?prompt=login"
			}
			wantProblem(t, "fetch "+tt.path, call, tt.status, tt.code, loginURL)
			if link := `href="/auth/login?return_to=` + url.QueryEscape(tt.path) + `&amp;prompt=login"`; post.status != tt.status || post.header.Get("Content-Type") != "text/html; charset=utf-8" || strings.Contains(post.body, link) != tt.login {
				t.Errorf("POST %s by a form = %d %s, want %d with a page", tt.path, post.status, post.body, tt.status)
			}
		}
		newBrowser(t, app).get("/all").wantStatus(t, "GET /all by a stranger", 302)
		newBrowser(t, app).get("/empty").wantStatus(t, "GET /empty by a stranger", 302)
	})
}

// TestRefused: an app's own page answers navigations, and problems stay as
// they are.
func TestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []session.Refusal
		store := newWatchedStore()
		app := guarded(t, func(c *session.Config) {
			c.Store = store
			c.Refused = func(w http.ResponseWriter, r *http.Request, why session.Refusal) {
				got = append(got, why)
				if known := cognito.FromContext(r.Context()) != nil; known != (why.Status != 503 && why.Status != 401) {
					t.Errorf("Refused for %s: somebody is signed in: %v", why.Code, known)
				}
				w.WriteHeader(why.Status)
				title, text := why.Text()
				_, _ = io.WriteString(w, title+text)
			}
		})
		b := signedIn(t, app)
		time.Sleep(11 * time.Minute)
		for _, path := range []string{"/all", "/recent", "/empty"} {
			if r := b.get(path); r.body == "" || r.header.Get("Cache-Control") != "no-store" {
				t.Errorf("GET %s = %d %q, Cache-Control %q, want the app's page with our headers", path, r.status, r.body, r.header.Get("Cache-Control"))
			}
			b.fetch(path)
		}
		store.fail("find")
		if r := b.get("/all"); r.header.Get("Retry-After") == "" {
			t.Error("GET /all while the store is down has no Retry-After")
		}
		b.fetch("/all")
		serve(app, newBrowser(t, app).request("POST", "/all"))
		want := []session.Refusal{
			{Status: 403, Code: "forbidden"},
			{Status: 403, Code: "stale_sign_in", LoginURL: "/auth/login?return_to=%2Frecent&prompt=login"},
			{Status: 500, Code: "policy_error"},
			{Status: 503, Code: "store_unavailable"},
			{Status: 401, Code: "sign_in_required", LoginURL: "/auth/login?return_to=%2Fall"},
		}
		if len(got) != len(want) {
			t.Fatalf("Refused was told %+v, want %+v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("Refused was told %+v, want %+v", got[i], want[i])
			}
		}
	})
}

// TestC3_RefusalTexts: each code has a text, and the page shows neither code
// nor cause.
func TestC3_RefusalTexts(t *testing.T) {
	for _, code := range []string{"sign_in_required", "cross_origin", "forbidden", "stale_sign_in", "policy_error", "refresh_unavailable", "store_unavailable"} {
		why := session.Refusal{Status: 403, Code: cognito.RefusalCode(code)}
		title, text := why.Text()
		if title == "" || text == "" {
			t.Errorf("Text(%s) = %q, %q, want something to say", code, title, text)
		}
		rec := httptest.NewRecorder()
		why.Write(rec, httptest.NewRequest("GET", "/", nil))
		if body := rec.Body.String(); rec.Code != 403 || !strings.Contains(body, "<h1>"+title+"</h1>") || strings.Contains(body, code) {
			t.Errorf("Write(%s) = %d %s", code, rec.Code, body)
		}
	}
}

// TestS7_Headers: what depends on a session is not cached, unless the handler
// says otherwise, and redirects to the login are 302.
func TestS7_Headers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &authority{}
		app := newApp(t, a, nil)
		app.Handle("/own", app.Require(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "private, max-age=60")
			w.Header().Set("Vary", "Accept-Language")
		})))
		app.Handle("/admins", app.Require(http.HandlerFunc(whoAmI), cognito.AnyGroup("editors")))
		vary := func(r reply) string { return strings.Join(r.header["Vary"], ", ") }
		check := func(what string, r reply, status int) {
			t.Helper()
			if r.status != status || r.header.Get("Cache-Control") != "no-store" || vary(r) != "Cookie" {
				t.Errorf("%s = %d, Cache-Control %q, Vary %q, want %d, no-store, Cookie", what, r.status, r.header.Get("Cache-Control"), vary(r), status)
			}
		}
		stranger := newBrowser(t, app)
		check("GET /account by a stranger", stranger.get("/account"), 302)
		check("fetch /account by a stranger", stranger.fetch("/account"), 401)
		check("GET /open by a stranger", stranger.get("/open"), 200)
		b := newBrowser(t, app)
		check("GET /login", b.get("/login"), 200)
		check("GET /account", b.get("/account"), 200)
		check("GET /open", b.get("/open"), 200)
		check("GET /admins", b.get("/admins"), 403)
		check("fetch /admins", b.fetch("/admins"), 403)
		if r := b.get("/own"); r.header.Get("Cache-Control") != "private, max-age=60" || vary(r) != "Accept-Language" {
			t.Errorf("GET /own: Cache-Control %q, Vary %q, want the handler's own", r.header.Get("Cache-Control"), vary(r))
		}
		time.Sleep(10 * time.Minute)
		check("GET /account, use noted", b.get("/account"), 200)
		time.Sleep(46 * time.Minute)
		a.set(func(a *authority) { a.err = errDown })
		check("GET /account, refresh failing", b.get("/account"), 200)
		time.Sleep(time.Hour)
		check("GET /account, tokens over", b.get("/account"), 503)
		check("GET /open, tokens over", b.get("/open"), 200)
		a.set(func(a *authority) { a.err = nil })
		time.Sleep(2 * time.Minute)
		check("GET /account, refreshed", b.get("/account"), 200)
		a.set(func(a *authority) { a.err = cognito.ErrInvalidGrant })
		ended := b.clone()
		time.Sleep(time.Hour)
		check("GET /account, session ended", b.get("/account"), 302)
		check("GET /open, session ended", ended.get("/open"), 200)
		check("GET /logout", b.get("/logout"), 200)
	})
}

// TestS7_CurrentHeaders: whoever calls Current and answers for themselves has
// the headers too, also where the session has just ended and cookies are
// cleared.
func TestS7_CurrentHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{}, nil)
		app.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
			if _, err := app.Current(w, r); err != nil {
				w.WriteHeader(401)
			}
		})
		b := signedIn(t, app)
		app.authority.set(func(a *authority) { a.err = cognito.ErrInvalidGrant })
		time.Sleep(56 * time.Minute)
		r := b.get("/me")
		if r.status != 401 || len(r.cookies) == 0 || r.header.Get("Cache-Control") != "no-store" || r.header.Get("Vary") != "Cookie" {
			t.Errorf("GET /me = %d, %d cookies, Cache-Control %q, Vary %q, want 401, cookies cleared, no-store, Cookie", r.status, len(r.cookies), r.header.Get("Cache-Control"), r.header.Get("Vary"))
		}
	})
}

// TestS7_VaryIsKept: a Vary from outside stays, and Cookie is named once.
func TestS7_VaryIsKept(t *testing.T) {
	app := newApp(t, nil, nil)
	inner := app.Require(app.Optional(http.HandlerFunc(whoAmI)))
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept-Encoding")
		inner.ServeHTTP(w, r)
	})
	b := signedIn(t, app)
	b.h = h
	if got := strings.Join(b.get("/").header["Vary"], ", "); got != "Accept-Encoding, Cookie" {
		t.Errorf("Vary = %q, want %q", got, "Accept-Encoding, Cookie")
	}
}

// TestC7_Bodies: every answer of ours that has a body forbids sniffing and has
// a policy.
func TestC7_Bodies(t *testing.T) {
	app := guarded(t, nil)
	b, stranger := signedIn(t, app), newBrowser(t, app)
	for what, r := range map[string]reply{
		"401": stranger.fetch("/account"), "302": stranger.get("/account"), "403": b.get("/all"), "403 problem": b.fetch("/all"),
		"500": b.get("/empty"), "500 problem": b.fetch("/empty"),
	} {
		if r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q, want no-store", what, r.header.Get("Cache-Control"))
		}
		if r.body == "" {
			continue
		}
		if r.header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(r.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: X-Content-Type-Options %q, Content-Security-Policy %q", what, r.header.Get("X-Content-Type-Options"), r.header.Get("Content-Security-Policy"))
		}
	}
}

// TestS6_WriterIsPassedThrough: the handler gets the very ResponseWriter.
func TestS6_WriterIsPassedThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{}, nil)
		b := signedIn(t, app)
		for _, after := range []time.Duration{0, 10 * time.Minute, 46 * time.Minute} { // as it is, noted, refreshed
			time.Sleep(after)
			for what, wrap := range map[string]func(http.Handler) http.Handler{
				"Require":  func(h http.Handler) http.Handler { return app.Require(h, cognito.AnyGroup("admins")) },
				"Optional": app.Optional,
			} {
				rec := httptest.NewRecorder()
				called := false
				wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					if called = true; w != http.ResponseWriter(rec) {
						t.Errorf("%s handed on a %T, want the server's own ResponseWriter", what, w)
					}
				})).ServeHTTP(rec, b.request("GET", "/"))
				if !called {
					t.Errorf("%s did not call the handler: %d", what, rec.Code)
				}
			}
		}
	})
}

// TestS6_Streaming sends events through Require over a real connection: each
// arrives while the handler still runs.
func TestS6_Streaming(t *testing.T) {
	app := newApp(t, nil, func(c *session.Config) { c.BaseURL = "http://127.0.0.1" })
	next := make(chan struct{})
	app.Handle("/events", app.Require(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		rc := http.NewResponseController(w)
		for _, event := range []string{"data: one\n", "data: two\n"} {
			_, _ = io.WriteString(w, event)
			if err := errors.Join(rc.Flush(), rc.SetWriteDeadline(time.Now().Add(time.Minute)), rc.SetReadDeadline(time.Now().Add(time.Minute))); err != nil {
				t.Errorf("ResponseController = %v", err)
			}
			<-next
		}
	})))
	app.Handle("/hijack", app.Require(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("Hijack = %v", err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(rw, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello\n")
		_ = rw.Flush()
	})))
	server := httptest.NewServer(app)
	defer server.Close()
	b := signedIn(t, app)
	open := func(path string, header ...string) *bufio.Reader {
		t.Helper()
		r := b.request("GET", server.URL+path, header...)
		r.RequestURI = ""
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		if res.StatusCode != 200 && res.StatusCode != 101 {
			t.Fatalf("GET %s = %d", path, res.StatusCode)
		}
		return bufio.NewReader(res.Body)
	}
	events := open("/events")
	for _, want := range []string{"data: one\n", "data: two\n"} {
		if got, err := events.ReadString('\n'); err != nil || got != want {
			t.Errorf("event = %q, %v, want %q before the handler returns", got, err, want)
		}
		next <- struct{}{}
	}
	if got, err := open("/hijack", "Connection", "Upgrade", "Upgrade", "echo", "Sec-Fetch-Mode", "websocket").ReadString('\n'); err != nil || got != "hello\n" {
		t.Errorf("hijacked connection said %q, %v, want hello", got, err)
	}
}

// TestRequiring: the middleware is Require in another form.
func TestRequiring(t *testing.T) {
	p := newApp(t, nil, nil)
	p.Handle("/page", p.Requiring()(http.HandlerFunc(whoAmI)))
	p.Handle("/admin", p.Requiring(cognito.AnyGroup("admins"), cognito.AnyGroup("editors"))(http.HandlerFunc(whoAmI)))
	newBrowser(t, p).get("/page").wantStatus(t, "GET /page of a guest", 302)
	b := signedIn(t, p)
	b.get("/page").want(t, "GET /page", 200, "jane access-00001")
	b.get("/admin").wantStatus(t, "GET /admin of one who is no editor", 403)
}
