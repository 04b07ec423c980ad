package hostedui_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

func TestLogoutURLGolden(t *testing.T) {
	var b strings.Builder
	for _, tt := range []struct {
		name string
		edit func(*hostedui.Config)
	}{
		{"default", func(*hostedui.Config) {}},
		{"other prefix", func(cfg *hostedui.Config) { cfg.Prefix = "/oauth/cognito/" }},
		{"sign-out URL elsewhere", func(cfg *hostedui.Config) { cfg.SignedOutURL = "https://www.example.com/bye" }},
		{"loopback", func(cfg *hostedui.Config) { cfg.BaseURL = "http://localhost:8080" }},
		{"domain of one's own", func(cfg *hostedui.Config) { cfg.Pool.Domain = "auth.example.com" }},
	} {
		w := newWorld(t, withConfig(tt.edit))
		b.WriteString("# " + tt.name + "\n" + w.client.LogoutURL() + "\n")
	}
	golden(t, "logout_url.txt", b.String())
}

// TestO1_Guard: only a POST from this site signs out.
func TestO1_Guard(t *testing.T) {
	tests := []struct {
		name   string
		header []string
		ends   bool
	}{
		{"form of this site", []string{"Sec-Fetch-Site", "same-origin", "Origin", base}, true},
		{"form of this site, no referrer", []string{"Sec-Fetch-Site", "same-origin", "Origin", "null"}, false},
		{"typed by the user", []string{"Sec-Fetch-Site", "none"}, true},
		{"other site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, false},
		{"other site, no referrer", []string{"Sec-Fetch-Site", "cross-site", "Origin", "null"}, false},
		{"other site without Origin", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"sibling subdomain", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://blog.example.com"}, false},
		{"sibling subdomain without Origin", []string{"Sec-Fetch-Site", "same-site"}, false},
		{"other port", []string{"Sec-Fetch-Site", "same-site", "Origin", base + ":8443"}, false},
		{"the pool's domain", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://emulator.auth.eu-west-1.amazoncognito.com"}, false},
		{"unknown value", []string{"Sec-Fetch-Site", "elsewhere", "Origin", "https://evil.example"}, false},
		{"old browser, this site", []string{"Origin", base}, true},
		{"old browser, other site", []string{"Origin", "https://evil.example"}, false},
		{"old browser, sibling", []string{"Origin", "https://blog.example.com"}, false},
		{"old browser, suffix", []string{"Origin", "https://app.example.com.evil.example"}, false},
		{"old browser, no referrer", []string{"Origin", "null"}, false},
		{"other site through a service worker", []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "empty", "Accept", "text/html", "Origin", "https://evil.example"}, false},
		{"no browser", nil, true}, // which has no cookies that somebody else could use
	}
	for _, tt := range tests {
		w := newWorld(t)
		b := w.signedIn()
		var cookie []string
		for name, value := range b.cookies() {
			cookie = append(cookie, name+"="+value)
		}
		rec := w.serve("POST", base+"/auth/logout", append(slices.Clone(tt.header), "Cookie", strings.Join(cookie, "; "))...)
		if !tt.ends {
			if rec.Code != http.StatusForbidden || !strings.Contains(rec.Body.String(), "Reference: cross_origin<") || !strings.Contains(rec.Body.String(), `href="/auth/logout">Continue<`) || rec.Header().Get("Set-Cookie") != "" || w.wire.count(revokePath) != 0 {
				t.Errorf("%s: logout = %d %v, want 403 and nothing changed", tt.name, rec.Code, rec.Header())
			}
			if p := b.open("/account"); p.body != "user jane" {
				t.Errorf("%s: after the refused logout GET /account = %v", tt.name, p)
			}
			if !strings.Contains(w.log.String(), "op=logout") {
				t.Errorf("%s: the log does not tell of it: %s", tt.name, w.log)
			}
			continue
		}
		if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != w.client.LogoutURL() || w.wire.count(revokePath) != 1 {
			t.Errorf("%s: logout = %d %v, want 303 to the pool's logout", tt.name, rec.Code, rec.Header())
		}
		if p := b.do("GET", "/account"); p.status != http.StatusFound {
			t.Errorf("%s: after the logout GET /account = %v, want 302", tt.name, p)
		}
	}
}

// TestO1_GetAsks: a link or an image signs nobody out; GET shows a button.
func TestO1_GetAsks(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.DefaultPage = "/public" }))
	b := w.signedIn()
	before := b.cookies()
	for _, method := range []string{"GET", "HEAD"} {
		p := b.do(method, "/auth/logout", "Sec-Fetch-Site", "cross-site")
		if p.status != http.StatusOK || p.header.Get("Set-Cookie") != "" || !maps.Equal(before, b.cookies()) {
			t.Errorf("%s /auth/logout = %v, want a page and the session as it was", method, p)
		}
		if method == "HEAD" {
			continue
		}
		for _, part := range []string{`<form method="post" action="/auth/logout"><button`, "Sign out", `href="/public"`} {
			if !strings.Contains(p.body, part) {
				t.Errorf("GET /auth/logout lacks %s: %s", part, p.body)
			}
		}
		// The redirects that follow the form must be allowed, too.
		policy := p.header.Get("Content-Security-Policy")
		if want := "form-action 'self' " + w.pool.URL() + " " + base + ";"; !strings.Contains(policy, want) {
			t.Errorf("the policy of the page is %q, want %q in it", policy, want)
		}
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS"} {
		if p := b.do(method, "/auth/logout"); p.status != http.StatusMethodNotAllowed || p.header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s /auth/logout = %v, want 405", method, p)
		}
	}
	if p := b.open("/account"); p.body != "user jane" || w.wire.count(revokePath) != 0 {
		t.Errorf("afterwards GET /account = %v", p)
	}
}

// TestO1_Revocation: one that hangs delays the logout by two seconds, one
// that fails by nothing; both are logged.
func TestO1_Revocation(t *testing.T) {
	tests := map[string]struct {
		hook hook
		took time.Duration
	}{
		"hangs":      {hang, 2 * time.Second},
		"fails":      {respond(500, "text/html", "oops"), 0},
		"is refused": {respond(401, "application/json", `{"error":"invalid_client"}`), 0},
		"redirects":  {respond(307, "text/html", ""), 0},
		"no network": {func(*http.Request, func() (*http.Response, error)) (*http.Response, error) {
			return nil, errors.New("connection refused")
		}, 0},
	}
	for name, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			b := w.signedIn()
			w.wire.on(revokePath, tt.hook)
			began := time.Now()
			p := b.do("POST", "/auth/logout")
			if took := time.Since(began); took != tt.took {
				t.Errorf("a logout whose revocation %s took %v, want %v", name, took, tt.took)
			}
			if p.status != http.StatusSeeOther || p.location() != w.client.LogoutURL() || b.hasSession() {
				t.Errorf("a logout whose revocation %s = %v", name, p)
			}
			if n := w.wire.count(revokePath); n != 1 || !strings.Contains(w.log.String(), "was not revoked") {
				t.Errorf("a revocation that %s was tried %d times, log: %s", name, n, w.log)
			}
		})
	}
}

// TestO1_VisitorLeaves: closing the tab does not stop the revocation.
func TestO1_VisitorLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.signedIn()
		revoked := make(chan error, 1)
		w.wire.on(revokePath, func(r *http.Request, pass func() (*http.Response, error)) (*http.Response, error) {
			time.Sleep(time.Second)
			revoked <- r.Context().Err()
			return pass()
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, "POST", base+"/auth/logout", nil)
		if res, err := b.Do(req); err == nil {
			_ = res.Body.Close()
		}
		if err := <-revoked; err != nil {
			t.Errorf("the revocation of a visitor who left = %v", err)
		}
	})
}

// A leavingStore is a store whose calls end with their context. The visitor
// leaves at the call whose number it counts down to.
type leavingStore struct {
	session.Store
	calls int
	leave func()
}

func (s *leavingStore) begin(ctx context.Context) error {
	if s.calls--; s.calls == 0 {
		s.leave()
		time.Sleep(time.Millisecond)
	}
	return ctx.Err()
}

func (s *leavingStore) Find(ctx context.Context, id string) ([]byte, bool, error) {
	if err := s.begin(ctx); err != nil {
		return nil, false, err
	}
	return s.Store.Find(ctx, id)
}

func (s *leavingStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	return s.Store.Commit(ctx, id, sealed, expiry)
}

func (s *leavingStore) Delete(ctx context.Context, id string) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	return s.Store.Delete(ctx, id)
}

// TestO2_VisitorLeaves: a logout whose visitor leaves at any of its steps is
// carried out, here or everywhere, and the app hears of it.
func TestO2_VisitorLeaves(t *testing.T) {
	for _, path := range []string{"/auth/logout", "/auth/logout-everywhere"} {
		for moment := range 12 {
			synctest.Test(t, func(t *testing.T) {
				store := &leavingStore{Store: session.NewMemoryStore(nil)}
				told := 0
				w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
					cfg.Session.Store = store
					cfg.OnLogout = func(ctx context.Context, _ *cognito.Identity) {
						if told++; ctx.Err() != nil {
							t.Errorf("OnLogout is told with a context that has ended")
						}
					}
				}))
				b, other := w.signedIn(), w.signedIn()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				store.calls, store.leave = moment, cancel
				if moment == 0 {
					cancel()
				}
				req := httptest.NewRequestWithContext(ctx, "POST", base+path, nil)
				for name, value := range b.cookies() {
					req.AddCookie(&http.Cookie{Name: name, Value: value})
				}
				w.client.ServeHTTP(httptest.NewRecorder(), req)
				synctest.Wait()
				if p := b.do("GET", "/account"); p.status != http.StatusFound || told != 1 {
					t.Errorf("%s left at call %d: GET /account = %v, OnLogout was told %d times", path, moment, p, told)
				}
				if p := other.do("GET", "/account"); (p.status == http.StatusOK) != (path == "/auth/logout") {
					t.Errorf("%s left at call %d: GET /account in the other browser = %v", path, moment, p)
				}
			})
		}
	}
}

// TestO2_Order: first the session goes from the store, then its refresh token
// is revoked. Then the browser, which has lost every cookie of it, goes to the
// pool's logout.
func TestO2_Order(t *testing.T) {
	for _, mode := range []string{"cookies", "store"} {
		var steps []string
		memory := session.NewMemoryStore(nil)
		store := &faultyStore{Store: memory}
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
			if mode == "store" {
				cfg.Session.Store = store
			}
			cfg.OnLogout = func(_ context.Context, id *cognito.Identity) { steps = append(steps, "OnLogout "+id.Username) }
		}))
		b := w.signedIn()
		tokens, old := w.last().tokens, b.copy()
		b.begin("/auth/login") // another login under way stays
		store.deleted = func(string) { steps = append(steps, "delete") }
		w.wire.on(revokePath, func(_ *http.Request, pass func() (*http.Response, error)) (*http.Response, error) {
			steps = append(steps, "revoke")
			return pass()
		})
		before := b.cookies()
		p := b.do("POST", "/auth/logout")
		want := []string{"revoke", "OnLogout jane"}
		if mode == "store" {
			want = []string{"delete", "delete", "delete", "revoke", "OnLogout jane"} // two parts, the user's index
			if n := memory.Len(); n != 1 {
				t.Errorf("%d records are left in the store, want the mark that a session has ended", n)
			}
		}
		if !slices.Equal(steps, want) {
			t.Errorf("%s: logout did %q, want %q", mode, steps, want)
		}
		if p.status != http.StatusSeeOther || p.location() != w.client.LogoutURL() {
			t.Errorf("%s: logout = %v, want 303 to the pool's logout", mode, p)
		}
		u, _ := url.Parse(p.location())
		if q := u.Query(); len(q) != 2 || q.Get("client_id") != clientID || q.Get("logout_uri") != base+"/auth/signed-out" {
			t.Errorf("%s: the pool's logout gets %v, want client_id and logout_uri alone", mode, q)
		}
		cleared := map[string]bool{}
		for _, c := range setCookies(p.header) {
			if c.MaxAge >= 0 || c.Value != "" || !c.Secure || c.Path != "/" {
				t.Errorf("%s: logout sets %q", mode, c)
			}
			cleared[c.Name] = true
		}
		for name := range before {
			if strings.HasPrefix(name, attemptCookie) == cleared[name] {
				t.Errorf("%s: the cookie %s is cleared: %t", mode, name, cleared[name])
			}
		}
		if s := w.wire.all(revokePath); len(s) != 1 || s[0].form().Get("token") != string(tokens.Refresh) {
			t.Errorf("%s: the revoked token is another one", mode)
		}
		if _, _, err := w.client.Refresh(t.Context(), tokens, w.last().id); !errors.Is(err, cognito.ErrInvalidGrant) {
			t.Errorf("%s: the refresh token after the logout = %v, want ErrInvalidGrant", mode, err)
		}

		// The browser goes on to the pool and comes back.
		if p := b.open(p.location()); p.path() != "/auth/signed-out" || p.status != http.StatusOK || !strings.Contains(p.body, "You are signed out") {
			t.Errorf("%s: the logout ends on %v %s", mode, p, p.body)
		}
		// Back, with old cookies and new, shows no private page.
		for name, again := range map[string]*browser{"old": old, "new": b} {
			if p := again.do("GET", "/account"); p.status != http.StatusFound || strings.Contains(p.body, "jane") {
				t.Errorf("%s: GET /account with the %s cookies after the logout = %v %q", mode, name, p, p.body)
			}
		}
		// And the pool asks for a password again.
		if p := b.open("/account"); !strings.HasPrefix(p.url, w.pool.URL()+"/login?") {
			t.Errorf("%s: GET /account after the logout ends on %v, want the sign-in page", mode, p)
		}
	}
}

// TestO2_StoreDown: a session that cannot be deleted is not over, and the
// visitor is told.
func TestO2_StoreDown(t *testing.T) {
	store := &faultyStore{Store: session.NewMemoryStore(nil)}
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Session.Store = store }))
	b := w.signedIn()
	before := b.cookies()
	store.fail(errors.New("connection refused"))
	p := b.do("POST", "/auth/logout")
	if !p.shows(http.StatusServiceUnavailable, "store_unavailable") || p.header.Get("Retry-After") == "" || !maps.Equal(before, b.cookies()) || w.wire.count(revokePath) != 0 {
		t.Errorf("logout without the store = %v, %d revocations, want 503 and nothing changed", p, w.wire.count(revokePath))
	}
	if !strings.Contains(p.body, "You are not signed out") || !strings.Contains(p.body, `href="/auth/logout"`) {
		t.Errorf("the page does not say that the visitor is still signed in: %s", p.body)
	}
	if !errors.Is(w.lastError(), session.ErrStore) {
		t.Errorf("OnError was told %v, want ErrStore", w.lastError())
	}
	store.fail(nil)
	if p := b.open("/account"); p.body != "user jane" {
		t.Errorf("GET /account with the store back = %v", p)
	}
	if p := b.do("POST", "/auth/logout"); p.status != http.StatusSeeOther || b.hasSession() {
		t.Errorf("logout with the store back = %v", p)
	}
}

// TestO2_WithoutSession: a logout still ends the pool's session, which
// another tab or app may have left.
func TestO2_WithoutSession(t *testing.T) {
	loggedOut := false
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.OnLogout = func(context.Context, *cognito.Identity) { loggedOut = true }
	}))
	b := w.newBrowser()
	b.callback("/account", "jane") // the pool knows jane, the app does not
	p := b.do("POST", "/auth/logout", navigation...)
	form := regexp.MustCompile(`action="(/auth/logout[?]confirm=[^"]+)"`).FindStringSubmatch(p.body)
	if p.status != http.StatusOK || p.location() != "" || form == nil {
		t.Fatalf("logout without a session = %v %s, want a page that asks (O1)", p, p.body)
	}
	for _, forged := range []string{"/auth/logout", "/auth/logout?confirm=", "/auth/logout?confirm=x", form[1] + "x"} {
		if p := b.copy().do("POST", forged, navigation...); p.status != http.StatusOK || p.location() != "" {
			t.Errorf("POST %s = %v, want the page that asks", forged, p)
		}
	}
	if p := w.newBrowser().do("POST", form[1], navigation...); p.location() != "" {
		t.Errorf("POST %s by another browser = %v, want the page that asks", form[1], p)
	}
	p = b.do("POST", form[1], navigation...)
	if p.status != http.StatusSeeOther || p.location() != w.client.LogoutURL() || loggedOut || w.wire.count(revokePath) != 0 {
		t.Errorf("confirmed logout without a session = %v, OnLogout called: %t", p, loggedOut)
	}
	b.open(p.location())
	if p := b.open("/account"); !strings.HasPrefix(p.url, w.pool.URL()+"/login?") {
		t.Errorf("GET /account afterwards ends on %v, want the sign-in page", p)
	}
	for name := range b.cookies() {
		if strings.HasSuffix(name, "confirm") {
			t.Errorf("afterwards the browser still has the cookie %s", name)
		}
	}
}

// TestO4_Script: a script cannot follow to Cognito's logout. It is told where
// that is, and the app's session is gone.
func TestO4_Script(t *testing.T) {
	for name, header := range map[string][]string{
		"fetch":               {"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Sec-Fetch-Site", "same-origin", "Origin", base, "Accept", "*/*"},
		"fetch for JSON":      {"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Sec-Fetch-Site", "same-origin", "Origin", base, "Accept", "application/json"},
		"fetch, same-origin":  {"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty", "Sec-Fetch-Site", "same-origin", "Origin", base, "Accept", "*/*"},
		"old browser, fetch":  {"Sec-Fetch-Mode", "", "Sec-Fetch-Dest", "", "Sec-Fetch-Site", "", "Origin", base, "Accept", "*/*"},
		"old browser, axios":  {"Sec-Fetch-Mode", "", "Sec-Fetch-Dest", "", "Sec-Fetch-Site", "", "Origin", base, "Accept", "application/json, text/plain, */*"},
		"old browser, jQuery": {"Sec-Fetch-Mode", "", "Sec-Fetch-Dest", "", "Sec-Fetch-Site", "", "Origin", base, "Accept", "text/html, */*", "X-Requested-With", "XMLHttpRequest"},
	} {
		w := newWorld(t)
		b := w.signedIn()
		for range 2 { // the second has no session any more
			p := b.do("POST", "/auth/logout", header...)
			var got struct {
				LogoutURL string `json:"logout_url"`
			}
			if err := json.Unmarshal([]byte(p.body), &got); err != nil || p.status != http.StatusOK || got.LogoutURL != w.client.LogoutURL() || p.header.Get("Content-Type") != "application/json" {
				t.Errorf("%s: logout = %v %s, want 200 with the pool's logout", name, p, p.body)
			}
			checkHeaders(t, name, p.status, p.header, p.body)
		}
		if b.hasSession() || w.wire.count(revokePath) != 1 {
			t.Errorf("%s: after the logout the browser has a session: %t, revocations: %d, want none and one", name, b.hasSession(), w.wire.count(revokePath))
		}
		p := b.do("POST", "/auth/logout", append(slices.Clone(header), "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")...) // the last value counts
		if p.status != http.StatusForbidden || strings.Contains(p.body, "logout_url") || p.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s of another site: logout = %v %s, want a problem", name, p, p.body)
		}
	}
}

// TestO2_SignedOutPage has the browser forget what it keeps for Back.
func TestO2_SignedOutPage(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Prefix = "/oauth/" }), func(s *setup) {
		s.app.CallbackURLs, s.app.LogoutURLs = []string{base + "/oauth/callback"}, []string{base + "/oauth/signed-out"}
	})
	rec := w.serve("GET", "/oauth/signed-out", navigation...)
	if got := rec.Header().Get("Link"); got != "</oauth/forget>; rel=preload; as=image" {
		t.Errorf("Link = %q, want the preload of forget", got)
	}
	if got := rec.Header().Get("Content-Security-Policy"); !strings.Contains(got, "img-src 'self' data:;") {
		t.Errorf("the policy forbids that preload: %q", got)
	}
	for _, part := range []string{"You are signed out", `href="/oauth/login"`} {
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), part) {
			t.Errorf("GET signed-out = %d without %s: %s", rec.Code, part, rec.Body)
		}
	}
	for site, want := range map[string]string{"same-origin": `"cache"`, "same-site": "", "cross-site": "", "none": "", "": ""} {
		rec := w.serve("GET", "/oauth/forget", "Sec-Fetch-Site", site)
		if got := rec.Header().Get("Clear-Site-Data"); got != want || rec.Code != http.StatusNoContent {
			t.Errorf("forget for a %q request = %d, Clear-Site-Data %q, want 204 and %q", site, rec.Code, got, want)
		}
	}
}

// TestO2_StillSignedIn: the signed-out page does not say so to somebody who
// came there by another way.
func TestO2_StillSignedIn(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	p := b.open("/auth/signed-out")
	if strings.Contains(p.body, "You are signed out<") || !strings.Contains(p.body, "You are still signed in") || !strings.Contains(p.body, `<form method="post" action="/auth/logout">`) {
		t.Errorf("signed-out with a session = %v %s, want a page that says so, with a button", p, p.body)
	}
	if p := b.open("/account"); p.body != "user jane" {
		t.Errorf("GET /account afterwards = %v", p)
	}
}

func TestSignedOutPage(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.SignedOutPage = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Type", "text/plain")
			_, _ = rw.Write([]byte("Bye from " + r.URL.Path))
		})
	}))
	rec := w.serve("GET", "/auth/signed-out", navigation...)
	if rec.Body.String() != "Bye from /auth/signed-out" || rec.Header().Get("Link") == "" || rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("signed-out with a page of the app's = %q %v", rec.Body, rec.Header())
	}
	if rec := w.serve("POST", "/auth/signed-out"); rec.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST signed-out = %d, want 405", rec.Code)
	}
}
