package hostedui_test

import (
	"context"
	"errors"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// strayCallbacks belong to no attempt of any browser.
var strayCallbacks = map[string]string{
	"unknown state":  "?code=4f1d2c3b&state=" + attempt.State,
	"no state":       "?code=4f1d2c3b",
	"empty state":    "?code=4f1d2c3b&state=",
	"short state":    "?code=4f1d2c3b&state=x",
	"hostile state":  "?code=4f1d2c3b&state=%00%ff%22%3E%3Cscript%3E",
	"nothing":        "",
	"no code":        "?state=" + attempt.State,
	"hostile code":   "?code=%3Cscript%3E&state=" + attempt.State,
	"right iss":      "?code=4f1d2c3b&state=" + attempt.State + "&iss=https%3A%2F%2Fcognito-idp.eu-west-1.amazonaws.com%2Feu-west-1_Emulator1",
	"unknown params": "?code=4f1d2c3b&state=" + attempt.State + "&session_state=1&return_to=https://evil.example",
}

// TestC1_StrayWithoutSession: a callback that belongs to no attempt exchanges
// nothing, leaves the pending attempts as they are, and starts over once.
func TestC1_StrayWithoutSession(t *testing.T) {
	w := newWorld(t)
	for name, query := range strayCallbacks {
		b := w.newBrowser()
		b.begin("/auth/login")
		b.begin("/auth/login?return_to=/account")
		before := b.attempts()
		p := b.do("GET", "/auth/callback"+query)
		if p.status != http.StatusSeeOther || p.location() != "/auth/login?restart=1" {
			t.Errorf("%s: callback = %v, want 303 to the login", name, p)
		}
		if after := b.attempts(); !maps.Equal(before, after) {
			t.Errorf("%s: the callback changed the pending attempts from %v to %v", name, before, after)
		}
		if cookies := setCookies(p.header); len(cookies) != 1 || cookies[0].Name != attemptCookie+"again" || cookies[0].MaxAge != 60 ||
			!cookies[0].Secure || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || cookies[0].Path != "/" || cookies[0].Domain != "" {
			t.Errorf("%s: the callback sets %v, want the mark of a restart alone", name, cookies)
		}
		if p = b.open(p.location()); !strings.HasPrefix(p.url, w.pool.URL()+"/login?") {
			t.Errorf("%s: the restart ends at %v, want the sign-in page", name, p)
		}
	}
	if n := w.wire.count(tokenPath); n != 0 {
		t.Errorf("%d token requests, want none", n)
	}
}

// TestC1_StrayWithSession: whoever is signed in goes on to the app, and
// neither session nor attempts change by a byte.
func TestC1_StrayWithSession(t *testing.T) {
	for _, store := range []bool{false, true} {
		var options []option
		if store {
			options = append(options, withStore)
		}
		w := newWorld(t, append(options, withConfig(func(cfg *hostedui.Config) { cfg.DefaultPage = "/public" }))...)
		b := w.signedIn()
		b.begin("/auth/login")
		before, tokens, requests := b.cookies(), w.last().tokens, w.wire.count(tokenPath)
		for name, query := range strayCallbacks {
			p := b.do("GET", "/auth/callback"+query)
			if p.status != http.StatusSeeOther || p.location() != "/public" || p.header.Get("Set-Cookie") != "" {
				t.Errorf("%s: callback = %v, cookies %q, want 303 to the default page and no cookie", name, p, p.header["Set-Cookie"])
			}
			if after := b.cookies(); !maps.Equal(before, after) {
				t.Errorf("%s: the callback changed the cookies", name)
			}
		}
		if p := b.open("/account"); p.body != "user jane" || w.last().tokens != tokens {
			t.Errorf("after stray callbacks GET /account = %v %q with other tokens: %t, want the same session", p, p.body, w.last().tokens != tokens)
		}
		if n := w.wire.count(tokenPath) - requests; n != 0 || w.wire.count(revokePath) != 0 {
			t.Errorf("stray callbacks caused %d token requests and %d revocations, want none", n, w.wire.count(revokePath))
		}
	}
}

// TestC1_LoopGuard: one restart a minute, then a page.
func TestC1_LoopGuard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Pool.Now = nil }))
		b := w.newBrowser()
		stray := "/auth/callback" + strayCallbacks["unknown state"]
		if p := b.do("GET", stray); p.status != http.StatusSeeOther {
			t.Fatalf("first stray callback = %v, want 303", p)
		}
		for range 3 {
			p := b.do("GET", stray)
			if !p.shows(http.StatusBadRequest, "login_expired") || !strings.Contains(p.body, `href="/auth/login"`) {
				t.Errorf("another stray callback = %v %s, want a page that offers to sign in", p, p.body)
			}
		}
		wantError(t, "callback", w.lastError(), "callback", "unknown_state")
		time.Sleep(time.Minute)
		if p := b.do("GET", stray); p.status != http.StatusSeeOther {
			t.Errorf("a stray callback a minute later = %v, want 303", p)
		}
		if p := b.signIn("/account", "jane"); p.body != "user jane" {
			t.Errorf("sign-in after the restart = %v", p)
		}
		if _, marked := b.cookies()[attemptCookie+"again"]; marked {
			t.Error("the mark of the restart is still there after a sign-in")
		}
	})
}

// TestC1_FivePendingAttempts: a restart would push one out, so there is a
// page.
func TestC1_FivePendingAttempts(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	for range 5 {
		b.begin("/auth/login")
	}
	before := b.cookies()
	p := b.do("GET", "/auth/callback"+strayCallbacks["unknown state"])
	if !p.shows(http.StatusBadRequest, "login_expired") {
		t.Errorf("stray callback beside five attempts = %v, want a page", p)
	}
	if after := b.cookies(); !maps.Equal(before, after) || p.header.Get("Set-Cookie") != "" {
		t.Error("the stray callback changed the cookies")
	}
}

// TestC1_CookiesBlocked: where the browser keeps no cookies, no restart can
// help, and the pool would answer each at once.
func TestC1_CookiesBlocked(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	b.Jar = &forgetful{Jar: b.Jar.(*cookiejar.Jar), host: "app.example.com"}
	b.callback("/auth/login", "jane") // signed in with the pool
	p := b.open("/account")
	if !p.shows(http.StatusBadRequest, "cookies_blocked") || !strings.Contains(p.body, "cookies") || !strings.Contains(p.body, `href="/auth/login"`) {
		t.Errorf("a login without cookies ends at %v\n%s\nwant the page cookies_blocked", p, p.body)
	}
	wantError(t, "login", w.lastError(), "login", "cookies_blocked")
	if n := w.wire.count(tokenPath); n != 0 {
		t.Errorf("%d token requests, want none", n)
	}
	if rec := w.serve("GET", "/auth/login?restart=1", fetched...); rec.Code != http.StatusUnauthorized {
		t.Errorf("fetch of the restart = %d, want 401", rec.Code)
	}
}

// A forgetful jar keeps no cookies of one host.
type forgetful struct {
	*cookiejar.Jar
	host string
}

func (f *forgetful) SetCookies(u *url.URL, cookies []*http.Cookie) {
	if u.Host != f.host {
		f.Jar.SetCookies(u, cookies)
	}
}

// TestC1_ForeignCallback: a callback that another browser earned, with a code
// that is good, signs nobody in, and stays good for its owner.
func TestC1_ForeignCallback(t *testing.T) {
	w := newWorld(t)
	mallory := w.newBrowser()
	callback := mallory.callback("/account", "joe")

	guest := w.newBrowser()
	if p := guest.do("GET", callback); p.location() != "/auth/login?restart=1" || guest.hasSession() {
		t.Errorf("a guest at joe's callback = %v, session %t", p, guest.hasSession())
	}
	busy := w.newBrowser()
	own := busy.callback("/account?own", "jane")
	before := busy.attempts()
	if p := busy.do("GET", callback); p.location() != "/auth/login?restart=1" || busy.hasSession() || !maps.Equal(before, busy.attempts()) {
		t.Errorf("somebody with a login under way at joe's callback = %v", p)
	}
	jane := w.signedIn()
	cookies, requests := jane.cookies(), w.wire.count(tokenPath)
	if p := jane.do("GET", callback); p.location() != "/" || !maps.Equal(cookies, jane.cookies()) {
		t.Errorf("jane at joe's callback = %v, cookies changed: %t", p, !maps.Equal(cookies, jane.cookies()))
	}
	if n := w.wire.count(tokenPath); n != requests {
		t.Errorf("the foreign callback caused %d token requests", n-requests)
	}
	if p := busy.open(own); p.path() != "/account?own" || p.body != "user jane" {
		t.Errorf("jane's own login ends on %v %q", p, p.body)
	}
	if p := mallory.open(callback); p.path() != "/account" || p.body != "user joe" {
		t.Errorf("joe's own login ends on %v %q: the code was redeemed", p, p.body)
	}
}

func TestC1_Issuer(t *testing.T) {
	const original = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1"
	tests := []struct {
		iss   string
		right bool
	}{
		{original, true},
		{"https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1", true},
		{original + "/", false},
		{strings.ToUpper(original), false},
		{"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator2", false},
		{"https://cognito-idp.us-east-1.amazonaws.com/eu-west-1_Emulator1", false},
		{"http" + strings.TrimPrefix(original, "https"), false},
		{"https://evil.example", false},
		{"", false},
	}
	for _, tt := range tests {
		w := newWorld(t)
		b := w.newBrowser()
		callback := b.callback("/account", "jane")
		before := b.cookies()
		p := b.do("GET", callback+"&"+url.Values{"iss": {tt.iss}}.Encode())
		if tt.right {
			if p.location() != "/account" || !b.hasSession() {
				t.Errorf("iss=%q: callback = %v, want a session", tt.iss, p)
			}
			continue
		}
		if !p.shows(http.StatusBadRequest, "bad_callback") || !maps.Equal(before, b.cookies()) || w.wire.count(tokenPath) != 0 {
			t.Errorf("iss=%q: callback = %v, %d token requests, want the page bad_callback and nothing exchanged", tt.iss, p, w.wire.count(tokenPath))
		}
		wantError(t, "callback with iss "+tt.iss, w.lastError(), "callback", "wrong_issuer")
		if p := b.open(callback); p.body != "user jane" {
			t.Errorf("iss=%q: the real callback afterwards = %v", tt.iss, p)
		}
	}
}

// TestC1_Malformed: callbacks that no server sends change nothing.
func TestC1_Malformed(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	before := b.cookies()
	for name, target := range map[string]string{
		"state twice":   callback + "&state=x",
		"code twice":    callback + "&code=x",
		"error twice":   callback + "&error=x&error=y",
		"iss twice":     callback + "&iss=x&iss=y",
		"bad escape":    callback + "&x=%zz",
		"semicolon":     callback + ";x=1",
		"too long":      callback + "&x=" + strings.Repeat("a", 8<<10),
		"too many":      callback + strings.Repeat("&x=1", 2<<10),
		"state in body": strings.Replace(callback, "state=", "State=", 1) + "&state=x&state=y",
	} {
		p := b.do("GET", target)
		if !p.shows(http.StatusBadRequest, "bad_callback") || !maps.Equal(before, b.cookies()) {
			t.Errorf("%s: callback = %v, want the page bad_callback and the same cookies", name, p)
		}
	}
	for name, header := range map[string][]string{
		"fetch":    fetched,
		"iframe":   {"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"},
		"prefetch": append([]string{"Sec-Purpose", "prefetch"}, navigation...),
	} {
		if p := b.do("GET", callback, header...); p.status != http.StatusBadRequest || !maps.Equal(before, b.cookies()) {
			t.Errorf("%s: callback = %v, want 400 and the same cookies", name, p)
		}
	}
	if n := w.wire.count(tokenPath); n != 0 {
		t.Errorf("%d token requests, want none", n)
	}
	if p := b.open(callback); p.body != "user jane" {
		t.Errorf("the real callback afterwards = %v", p)
	}
}

// TestC1_StoreDown: while nobody knows who is signed in, nothing happens.
func TestC1_StoreDown(t *testing.T) {
	store := &faultyStore{Store: session.NewMemoryStore(nil)}
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Session.Store = store }))
	b := w.signedIn()
	before := b.cookies()
	store.fail(errors.New("connection refused"))
	p := b.do("GET", "/auth/callback"+strayCallbacks["unknown state"])
	if !p.shows(http.StatusServiceUnavailable, "store_unavailable") || p.header.Get("Retry-After") == "" || !maps.Equal(before, b.cookies()) {
		t.Errorf("stray callback without the store = %v, want 503 and the same cookies", p)
	}
}

// TestC2_Again: Back, refresh and bookmarks of a callback end well, and send
// no code a second time.
func TestC2_Again(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	early := b.copy() // has the attempt, as a browser that was closed and restored
	if p := b.open(callback); p.path() != "/account" {
		t.Fatalf("callback ends on %v", p)
	}
	for range 3 {
		if p := b.open(callback); p.path() != "/" || p.body != "user jane" {
			t.Errorf("the callback again ends on %v %q, want the app", p, p.body)
		}
	}
	// With the attempt's cookie but no session: starts over, to the same page.
	if p := early.do("GET", callback); p.status != http.StatusSeeOther || p.location() != "/auth/login?restart=1&return_to=%2Faccount" || len(early.attempts()) != 0 {
		t.Errorf("the callback with the cookies from before = %v, want 303 to the login and the attempt gone", p)
	}
	if p := early.open("/auth/login?restart=1&return_to=%2Faccount"); p.path() != "/account" || p.body != "user jane" {
		t.Errorf("the restart ends on %v %q, want the page that was asked for", p, p.body)
	}
	wantCodesOnce(t, w, 2)

	// After a logout the bookmark leads to the sign-in page.
	if p := b.do("POST", "/auth/logout"); p.status != http.StatusSeeOther {
		t.Fatalf("logout = %v", p)
	} else {
		b.open(p.location())
	}
	if p := b.open(callback); !strings.HasPrefix(p.url, w.pool.URL()+"/login?") {
		t.Errorf("the callback after a logout ends on %v, want the sign-in page", p)
	}
	wantCodesOnce(t, w, 2)
}

// wantCodesOnce fails the test unless there were n token requests with n
// codes.
func wantCodesOnce(t *testing.T, w *world, n int) {
	t.Helper()
	codes := map[string]bool{}
	all := w.wire.all(tokenPath)
	for _, s := range all {
		codes[s.form().Get("code")] = true
	}
	if len(all) != n || len(codes) != n {
		t.Errorf("%d token requests with %d codes, want %d with as many", len(all), len(codes), n)
	}
}

// TestC2_DoubleClick: the second click comes while the first is being
// answered.
func TestC2_DoubleClick(t *testing.T) {
	for _, firstArrives := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			b := w.newBrowser()
			callback := b.callback("/account?tab=2", "jane")
			release := make(chan struct{})
			w.wire.on(tokenPath, func(_ *http.Request, pass func() (*http.Response, error)) (*http.Response, error) {
				<-release
				return pass()
			})
			first := make(chan *page)
			clicked := b
			if !firstArrives { // the browser drops the answer to the first click
				clicked = b.copy()
			}
			go func() { first <- clicked.do("GET", callback) }()
			synctest.Wait()
			second := b.do("GET", callback)
			if second.status != http.StatusSeeOther || second.location() != "/auth/login?restart=1&return_to=%2Faccount%3Ftab%3D2" {
				t.Errorf("second click = %v, want 303 to the login, which leads back", second)
			}
			close(release)
			if p := <-first; p.location() != "/account?tab=2" || !clicked.hasSession() {
				t.Errorf("first click = %v, want 303 to the page that was asked for", p)
			}
			if p := b.open(second.location()); p.path() != "/account?tab=2" || p.body != "user jane" {
				t.Errorf("the second click ends on %v %q", p, p.body)
			}
			wantCodesOnce(t, w, 2)
		})
	}
}

// TestC2_DoubleClickWithSession: who is signed in already goes on at once to
// the page that the second click was for.
func TestC2_DoubleClickWithSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.signedIn()
		callback := b.callback("/auth/login?return_to=/account/again", "jane")
		release := make(chan struct{})
		w.wire.on(tokenPath, func(_ *http.Request, pass func() (*http.Response, error)) (*http.Response, error) {
			<-release
			return pass()
		})
		first := make(chan *page)
		go func() { first <- b.do("GET", callback) }()
		synctest.Wait()
		if p := b.do("GET", callback); p.status != http.StatusSeeOther || p.location() != "/account/again" {
			t.Errorf("second click = %v, want 303 to the page that was asked for", p)
		}
		close(release)
		if p := <-first; p.location() != "/account/again" {
			t.Errorf("first click = %v, want 303 to the page that was asked for", p)
		}
		if p := b.open("/account"); p.body != "user jane" {
			t.Errorf("afterwards GET /account = %v", p)
		}
		wantCodesOnce(t, w, 2)
	})
}

// TestC2_ManyClicks: of many requests at once with the same cookies, one
// sends the code.
func TestC2_ManyClicks(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	var wg sync.WaitGroup
	pages := make([]*page, 20)
	for i := range pages {
		c := b.copy()
		wg.Go(func() { pages[i] = c.do("GET", callback) })
	}
	wg.Wait()
	sessions := 0
	for _, p := range pages {
		if p.status != http.StatusSeeOther {
			t.Errorf("one of many clicks = %v, want 303", p)
		}
		for _, c := range setCookies(p.header) {
			if c.Name == sessionCookie {
				sessions++
			}
		}
	}
	if sessions != 1 {
		t.Errorf("%d of %d clicks started a session, want 1", sessions, len(pages))
	}
	wantCodesOnce(t, w, 1)
}

// TestC3_Errors: each error of Cognito's is a typed error for the log, and a
// text of ours for the visitor.
func TestC3_Errors(t *testing.T) {
	const description = `Call +1-555-0100 <script>alert("x")</script> & pay`
	tests := []struct {
		code   string
		status int
		page   string
		hint   string
	}{
		{"access_denied", 403, "access_denied", "cancelled"},
		{"login_required", 401, "login_required", "prompt=none"},
		{"server_error", 400, "cognito_failed", "Cognito itself"},
		{"temporarily_unavailable", 400, "cognito_failed", "Cognito itself"},
		{"invalid_request", 400, "login_failed", "AttributeMapping"},
		{"invalid_scope", 400, "login_failed", "AllowedOAuthScopes"},
		{"unauthorized_client", 400, "login_failed", "AllowedOAuthFlows"},
		{"unsupported_response_type", 400, "login_failed", "AllowedOAuthFlows"},
		{"interaction_required", 400, "login_failed", "prompt=none"},
		{`<img src=x onerror=alert(1)>`, 400, "login_failed", ""},
		{strings.Repeat("long", 500), 400, "login_failed", ""},
	}
	for _, tt := range tests {
		for _, withState := range []bool{true, false} {
			w := newWorld(t)
			b := w.newBrowser()
			q := url.Values{"error": {tt.code}, "error_description": {description}, "code": {"4f1d2c3b"}}
			attempts := 1
			if withState {
				q.Set("state", b.begin("/auth/login?return_to=/account").Query().Get("state"))
				attempts = 0
			} else {
				b.begin("/auth/login")
			}
			name := fmt.Sprintf("%.20s (state %t)", tt.code, withState)
			p := b.do("GET", "/auth/callback?"+q.Encode())
			if !p.shows(tt.status, tt.page) || b.hasSession() || len(b.attempts()) != attempts || w.wire.count(tokenPath) != 0 {
				t.Errorf("%s: callback = %v, %d attempts left, want the page %s with status %d and %d left", name, p, len(b.attempts()), tt.page, tt.status, attempts)
			}
			if back := strings.Contains(p.body, "return_to=%2Faccount"); back != withState {
				t.Errorf("%s: the page leads back to /account: %t, want %t", name, back, withState)
			}
			for _, foreign := range []string{"555", "script", "alert", "pay", description, html.EscapeString(description), url.QueryEscape(description)} {
				if strings.Contains(p.body, foreign) || strings.Contains(fmt.Sprint(p.header), foreign) {
					t.Errorf("%s: the answer contains %q of the description", name, foreign)
				}
			}
			if tt.code != tt.page && strings.Contains(p.body, html.EscapeString(tt.code)) {
				t.Errorf("%s: the page contains the code as it came", name)
			}
			var e *hostedui.Error
			if !errors.As(w.lastError(), &e) || e.Op != "callback" || string(e.Code) != tt.code[:min(len(tt.code), 500)] || e.Description != description {
				t.Errorf("%s: OnError was told %v, want code and description", name, w.lastError())
			}
			if hint := e.Hint(); !strings.Contains(hint, tt.hint) || (hint == "") != (tt.hint == "") {
				t.Errorf("%s: Hint = %q, want %q in it", name, hint, tt.hint)
			}
			for _, part := range []string{"+1-555-0100", fmt.Sprintf("%.100s", tt.code), "level=WARN", "op=callback", "code=" + tt.page} {
				if !strings.Contains(w.log.String(), part) {
					t.Errorf("%s: the log lacks %q: %s", name, part, w.log)
				}
			}
		}
	}
}

// TestC3_DescriptionIsOneLine: what anybody can write into a link cannot
// forge lines of the log or drive a terminal.
func TestC3_DescriptionIsOneLine(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("é", 5000)
	for _, raw := range []string{"a\r\nlevel=ERROR msg=forged", "a\x1b[2Jb", "a\u009b2Jb", "a\u0085b", "a\x00b", "\xff\xfe", long} {
		w.newBrowser().do("GET", "/auth/callback?"+url.Values{"error": {"x" + raw}, "error_description": {raw}}.Encode())
		var e *hostedui.Error
		if !errors.As(w.lastError(), &e) {
			t.Fatalf("OnError was told %v", w.lastError())
		}
		for _, text := range []string{string(e.Code), e.Description, e.Error()} {
			if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c >= 0x7f && c < 0xa0 || c == '\ufffd' }) || len(text) > 1200 {
				t.Errorf("%.20q: the error says %q", raw, text)
			}
		}
	}
	for line := range strings.Lines(w.log.String()) {
		if !strings.HasPrefix(line, "time=") {
			t.Errorf("a forged line in the log: %q", line)
		}
	}
}

// TestC3_EmptyCallback: an attempt that comes back with neither code nor
// error is over.
func TestC3_EmptyCallback(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	state := b.begin("/auth/login?return_to=/account").Query().Get("state")
	p := b.do("GET", "/auth/callback?state="+state)
	if !p.shows(http.StatusBadRequest, "bad_callback") || len(b.attempts()) != 0 || !strings.Contains(p.body, "return_to=%2Faccount") {
		t.Errorf("callback without code = %v, want the page bad_callback", p)
	}
	wantError(t, "callback", w.lastError(), "callback", "no_code")
}

// TestC4_Verified: whatever is wrong with the tokens, there is no session.
func TestC4_Verified(t *testing.T) {
	other := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: clientID}))
	if err := other.RotateKeys(); err != nil {
		t.Fatal(err)
	}
	if _, err := other.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	set := func(name string, value any) func(*world, map[string]any) {
		return func(w *world, a map[string]any) {
			a["id_token"] = w.resign("id", a["id_token"].(string), func(c map[string]any) { c[name] = value })
		}
	}
	without := func(name string) func(*world, map[string]any) {
		return func(w *world, a map[string]any) {
			a["id_token"] = w.resign("id", a["id_token"].(string), func(c map[string]any) { delete(c, name) })
		}
	}
	setAccess := func(name string, value any) func(*world, map[string]any) {
		return func(w *world, a map[string]any) {
			a["access_token"] = w.resign("access", a["access_token"].(string), func(c map[string]any) { c[name] = value })
			without("at_hash")(w, a)
		}
	}
	payload := func(token any) string { return strings.Split(token.(string), ".")[1] }
	header := func(token any) string { return strings.Split(token.(string), ".")[0] }
	tests := []struct {
		name  string
		edit  func(w *world, answer map[string]any)
		check string // "" means accepted; "bad_answer" is no check
	}{
		{"as issued", func(*world, map[string]any) {}, ""},
		{"signed anew", set("x", 1), ""},
		{"no at_hash", without("at_hash"), ""},
		{"audience as a list of one", set("aud", []string{clientID}), ""},
		{"other nonce", set("nonce", attempt.Nonce), "nonce"},
		{"no nonce", without("nonce"), "nonce"},
		{"empty nonce", set("nonce", ""), "nonce"},
		{"nonce of another type", set("nonce", 1), "nonce"},
		{"other audience", set("aud", "6mallory"), "aud"},
		{"one audience more", set("aud", []string{clientID, "6mallory"}), "aud"},
		{"no audience", without("aud"), "aud"},
		{"other at_hash", set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "at_hash"},
		{"at_hash of another type", set("at_hash", 1), "at_hash"},
		{"expired", set("exp", time.Now().Add(-2*time.Minute).Unix()), "exp"},
		{"no exp", without("exp"), "exp"},
		{"issued in the future", set("iat", time.Now().Add(time.Hour).Unix()), "iat"},
		{"not valid yet", set("nbf", time.Now().Add(3*time.Minute).Unix()), "nbf"},
		{"other issuer", set("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator2"), "iss"},
		{"no issuer", without("iss"), "iss"},
		{"no sub", without("sub"), "sub"},
		{"other user than the access token", set("sub", "00000000-0000-4000-8000-000000000000"), "sub"},
		{"access token's use", set("token_use", "access"), "token_use"},
		{"no use", without("token_use"), "token_use"},
		{"access token as ID token", func(_ *world, a map[string]any) { a["id_token"] = a["access_token"] }, "token_use"},
		{"ID token as access token", func(w *world, a map[string]any) {
			without("at_hash")(w, a)
			a["access_token"] = a["id_token"]
		}, "token_use"},
		{"access token of another user", setAccess("sub", "00000000-0000-4000-8000-000000000000"), "sub"},
		{"access token of another client", setAccess("client_id", "6mallory"), "client_id"},
		{"access token expired", setAccess("exp", time.Now().Add(-2*time.Minute).Unix()), "exp"},
		{"access token for a resource", setAccess("aud", "https://api.example.com"), "aud"},
		{"other key under the same kid", func(w *world, a map[string]any) {
			a["id_token"] = other.Sign("id", headerFor(w.pool.KeyID("id")), string(mustDecode(t, payload(a["id_token"]))))
		}, "signature"},
		{"other key", func(w *world, a map[string]any) {
			a["id_token"] = other.Sign("id", headerFor(other.KeyID("id")), string(mustDecode(t, payload(a["id_token"]))))
		}, "kid"},
		{"other pool's token", func(_ *world, a map[string]any) { a["id_token"] = string(other.IDToken("jane")) }, "kid"},
		{"no signature", func(_ *world, a map[string]any) {
			a["id_token"] = header(a["id_token"]) + "." + payload(a["id_token"]) + "."
		}, "signature"},
		{"alg none", func(_ *world, a map[string]any) {
			a["id_token"] = "eyJhbGciOiJub25lIn0." + payload(a["id_token"]) + "."
		}, "alg"},
		{"alg HS256", func(w *world, a map[string]any) {
			a["id_token"] = w.pool.Sign("id", `{"kid":"`+w.pool.KeyID("id")+`","alg":"HS256"}`, string(mustDecode(t, payload(a["id_token"]))))
		}, "alg"},
		{"a claim twice", func(w *world, a map[string]any) {
			doc := string(mustDecode(t, payload(a["id_token"])))
			a["id_token"] = w.pool.Sign("id", headerFor(w.pool.KeyID("id")), `{"sub":"x",`+doc[1:])
		}, "claims"},
		{"refresh token as ID token", func(_ *world, a map[string]any) { a["id_token"] = a["refresh_token"] }, "format"},
		{"garbage as ID token", func(_ *world, a map[string]any) { a["id_token"] = "garbage" }, "format"},
		{"no ID token", func(_ *world, a map[string]any) { delete(a, "id_token") }, "bad_answer"},
		{"empty ID token", func(_ *world, a map[string]any) { a["id_token"] = "" }, "bad_answer"},
		{"ID token of another type", func(_ *world, a map[string]any) { a["id_token"] = []string{"x"} }, "bad_answer"},
		{"no access token", func(_ *world, a map[string]any) { delete(a, "access_token") }, "bad_answer"},
		{"garbage as access token", func(w *world, a map[string]any) { a["access_token"] = "garbage"; without("at_hash")(w, a) }, "format"},
	}
	for _, tt := range tests {
		logins := 0
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
			cfg.OnLogin = func(_ context.Context, login *hostedui.Login) error { logins++; return nil }
		}))
		b := w.newBrowser()
		callback := b.callback("/account", "jane")
		w.tamper(func(a map[string]any) { tt.edit(w, a) })
		p := b.do("GET", callback)
		if tt.check == "" {
			if p.location() != "/account" || !b.hasSession() || logins != 1 {
				t.Errorf("%s: callback = %v, want a session", tt.name, p)
			}
			continue
		}
		if !p.shows(http.StatusBadGateway, "cognito_failed") || b.hasSession() || logins != 0 || len(b.attempts()) != 0 {
			t.Errorf("%s: callback = %v, session %t, OnLogin called %d times, want the page cognito_failed alone", tt.name, p, b.hasSession(), logins)
		}
		for _, c := range setCookies(p.header) {
			if c.MaxAge >= 0 {
				t.Errorf("%s: the callback sets the cookie %s", tt.name, c.Name)
			}
		}
		if tt.check == "bad_answer" {
			wantError(t, tt.name+": callback", w.lastError(), "exchange", "bad_answer")
		} else {
			wantCheck(t, tt.name+": callback", w.lastError(), tt.check)
		}
		if n := w.wire.count(tokenPath); n != 1 {
			t.Errorf("%s: %d token requests, want 1", tt.name, n)
		}
	}
}

// failures are the ways in which a call to Cognito goes wrong.
var failures = []struct {
	name string
	hook hook
	code string
}{
	{"invalid_grant", respond(400, "application/json;charset=UTF-8", `{"error":"invalid_grant"}`), "invalid_grant"},
	{"invalid_client", respond(400, "application/json", `{"error":"invalid_client","error_description":"invalid_client_secret"}`), "invalid_client"},
	{"invalid_client as 401", respond(401, "application/json", `{"error":"invalid_client"}`), "invalid_client"},
	{"error with status 200", respond(200, "application/json", `{"error":"invalid_request"}`), "invalid_request"},
	{"500 HTML", respond(500, "text/html", "<h1>Internal Server Error</h1>"), "bad_answer"},
	{"500 JSON", respond(500, "application/json", `{"message":"oops"}`), "bad_answer"},
	{"503 empty", respond(503, "", ""), "bad_answer"},
	{"429", respond(429, "application/json", `{"message":"Too Many Requests"}`), "bad_answer"},
	{"403 HTML", respond(403, "text/html", "<h1>Forbidden</h1>"), "bad_answer"},
	{"200 HTML", respond(200, "text/html", "<h1>Welcome</h1>"), "bad_answer"},
	{"200 garbage", respond(200, "application/json", "\x00\xff{"), "bad_answer"},
	{"200 empty", respond(200, "application/json", ""), "bad_answer"},
	{"200 empty object", respond(200, "application/json", "{}"), "bad_answer"},
	{"200 array", respond(200, "application/json", "[]"), "bad_answer"},
	{"200 cut", respond(200, "application/json", `{"access_token":"eyJ`), "bad_answer"},
	{"302", respond(302, "text/html", ""), "bad_answer"},
	{"connection refused", func(*http.Request, func() (*http.Response, error)) (*http.Response, error) {
		return nil, errors.New("connection refused")
	}, "unreachable"},
	{"connection lost after the request", func(_ *http.Request, pass func() (*http.Response, error)) (*http.Response, error) {
		if res, err := pass(); err == nil {
			_ = res.Body.Close()
		}
		return nil, errors.New("connection reset by peer")
	}, "unreachable"},
}

// TestC5_OneExchange: a code is sent once, whatever comes of it.
func TestC5_OneExchange(t *testing.T) {
	for _, tt := range failures {
		w := newWorld(t)
		b := w.newBrowser()
		callback := b.callback("/account", "jane")
		w.wire.on(tokenPath, tt.hook)
		early := b.copy()
		p := b.do("GET", callback)
		status, code := http.StatusBadGateway, "cognito_failed"
		if tt.code == "invalid_grant" { // the login begins again, once (C2)
			if p.location() != "/auth/login?restart=1&return_to=%2Faccount" || b.hasSession() || len(b.attempts()) != 0 {
				t.Errorf("%s: callback = %v, want the login to begin again", tt.name, p)
			}
			early = w.newBrowser()
			callback = early.callback("/account", "jane")
			early.restarted()
			p = early.do("GET", callback)
			status, code = http.StatusBadRequest, "login_expired"
			if !p.shows(status, code) || w.wire.count(tokenPath) != 2 {
				t.Errorf("%s a moment later: callback = %v, want the page %s", tt.name, p, code)
			}
			continue
		}
		if !p.shows(status, code) || !strings.Contains(p.body, `href="/auth/login?return_to=%2Faccount"`) || b.hasSession() || len(b.attempts()) != 0 {
			t.Errorf("%s: callback = %v, want the page %s and the attempt gone", tt.name, p, code)
		}
		wantError(t, tt.name+": callback", w.lastError(), "exchange", tt.code)
		for _, again := range []*browser{b, early} {
			if p := again.do("GET", callback); p.status != http.StatusSeeOther {
				t.Errorf("%s: the callback again = %v, want 303", tt.name, p)
			}
		}
		wantCodesOnce(t, w, 1)
	}
}

func TestC5_Timeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.newBrowser()
		callback := b.callback("/account", "jane")
		w.wire.on(tokenPath, hang)
		began := time.Now()
		p := b.do("GET", callback)
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("a hanging exchange took %v, want 10s", took)
		}
		if !p.shows(http.StatusBadGateway, "cognito_failed") || b.hasSession() {
			t.Errorf("callback = %v, want the page cognito_failed", p)
		}
		e := wantError(t, "callback", w.lastError(), "exchange", "unreachable")
		var timeout interface{ Timeout() bool }
		if !errors.As(e, &timeout) || !timeout.Timeout() {
			t.Errorf("the error = %v, want a timeout", e)
		}
		wantCodesOnce(t, w, 1)
	})
}

// TestC5_OtherMethods: HEAD, which mail scanners send, POST and the rest
// exchange nothing and use nothing up.
func TestC5_OtherMethods(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	before := b.cookies()
	for _, method := range []string{"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		p := b.do(method, callback)
		if p.status != http.StatusMethodNotAllowed || p.header.Get("Allow") != "GET" || !maps.Equal(before, b.cookies()) {
			t.Errorf("%s callback = %v, Allow %q, want 405 with GET and the same cookies", method, p, p.header.Get("Allow"))
		}
	}
	if n := w.wire.count(tokenPath); n != 0 {
		t.Errorf("%d token requests, want none", n)
	}
	if p := b.open(callback); p.body != "user jane" {
		t.Errorf("GET callback afterwards = %v", p)
	}
}

// TestC6_NewSession: each login gets a new session, and ends the one before,
// whoever's it was, with its refresh token.
func TestC6_NewSession(t *testing.T) {
	for _, mode := range []string{"cookies", "store"} {
		for _, second := range []string{"jane", "joe"} {
			name := mode + ", then " + second
			var options []option
			var store *session.MemoryStore
			if mode == "store" {
				options = append(options, withConfig(func(cfg *hostedui.Config) {
					store = session.NewMemoryStore(cfg.Pool.Now)
					cfg.Session.Store = store
				}))
			}
			w := newWorld(t, options...)
			b := w.signedIn()
			first, old := w.last(), b.copy()
			if n := w.wire.count(revokePath); n != 0 {
				t.Errorf("%s: the first login revoked %d tokens", name, n)
			}
			if p := b.signIn("/auth/login?prompt=login&return_to=/account", second); p.body != "user "+second {
				t.Fatalf("%s: the second login ends on %v %q", name, p, p.body)
			}
			if b.cookies()[sessionCookie] == old.cookies()[sessionCookie] {
				t.Errorf("%s: the session's cookie is the same", name)
			}
			if w.last().tokens.Refresh == first.tokens.Refresh {
				t.Errorf("%s: the second session has the first one's tokens", name)
			}
			if p := old.do("GET", "/account"); p.status != http.StatusFound {
				t.Errorf("%s: the first session's cookies = %v, want 302 to the login", name, p)
			}
			if _, _, err := w.client.Refresh(t.Context(), first.tokens, first.id); !errors.Is(err, cognito.ErrInvalidGrant) {
				t.Errorf("%s: the first session's refresh token = %v, want ErrInvalidGrant", name, err)
			}
			if p := b.open("/account"); p.body != "user "+second {
				t.Errorf("%s: the second session afterwards = %v", name, p)
			}
			if store != nil && store.Len() != 4 { // two parts, the user's index, and a mark that the first one has ended
				t.Errorf("%s: %d records in the store, want those of one session and a mark", name, store.Len())
			}
		}
	}
}

// TestC6_ForeignIDIsNotAdopted: a session id that somebody planted in the
// browser does not become the visitor's.
func TestC6_ForeignIDIsNotAdopted(t *testing.T) {
	for _, options := range [][]option{nil, {withStore}} {
		w := newWorld(t, options...)
		b := w.newBrowser()
		u, _ := url.Parse(base)
		planted := attempt.State
		b.Jar.SetCookies(u, []*http.Cookie{{Name: sessionCookie, Value: planted, Path: "/", Secure: true}, {Name: sessionCookie + "-1", Value: "1.1.x." + planted, Path: "/", Secure: true}})
		if p := b.signIn("/account", "jane"); p.body != "user jane" {
			t.Fatalf("sign-in = %v", p)
		}
		if got := b.cookies()[sessionCookie]; got == planted || got == "" {
			t.Errorf("the session's cookie = %q, want a new one", got)
		}
		rec := w.serve("GET", "/account", append(slices.Clone(navigation), "Cookie", sessionCookie+"="+planted)...)
		if rec.Code != http.StatusFound {
			t.Errorf("the planted id = %d, want 302 to the login", rec.Code)
		}
	}
}

// TestC6_FailedLoginKeepsTheSession: a login that fails ends nothing.
func TestC6_FailedLoginKeepsTheSession(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	callback := b.callback("/auth/login?return_to=/account", "jane")
	w.wire.on(tokenPath, respond(500, "text/html", "oops"))
	if p := b.do("GET", callback); !p.shows(http.StatusBadGateway, "cognito_failed") {
		t.Fatalf("callback = %v", p)
	}
	if p := b.open("/account"); p.body != "user jane" || w.wire.count(revokePath) != 0 {
		t.Errorf("after a failed login GET /account = %v, %d revocations, want the session as it was", p, w.wire.count(revokePath))
	}
}

// TestC6_RevocationThatHangs delays a login by two seconds at most.
func TestC6_RevocationThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		b := w.signedIn()
		callback := b.callback("/auth/login?return_to=/account", "jane")
		w.wire.on(revokePath, hang)
		began := time.Now()
		if p := b.do("GET", callback); p.location() != "/account" || time.Since(began) > 2*time.Second {
			t.Errorf("a login beside a hanging revocation = %v after %v, want 303 after 2s at most", p, time.Since(began))
		}
		if !strings.Contains(w.log.String(), "was not revoked") {
			t.Errorf("the log does not tell of the revocation: %s", w.log)
		}
	})
}

// S4: tokens that do not fit are an error at the login, which names the
// remedy, and no session.
func TestS4_TooLargeAtLogin(t *testing.T) {
	w := newWorld(t)
	for i := range 200 {
		if err := w.pool.AddUserToGroup("jane", fmt.Sprintf("department-of-large-things-%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	b := w.newBrowser()
	p := b.signIn("/account", "jane")
	if !p.shows(http.StatusInternalServerError, "session_failed") || b.hasSession() {
		t.Errorf("sign-in with large tokens = %v, want the page session_failed", p)
	}
	if err := w.lastError(); !errors.Is(err, session.ErrTooLarge) || !strings.Contains(w.log.String(), "configure a Store") {
		t.Errorf("OnError was told %v, want ErrTooLarge with its remedy in the log", err)
	}
	if n := w.wire.count(revokePath); n != 1 {
		t.Errorf("%d revocations, want one, of the refresh token that no session keeps", n)
	}
}

// S8: with the store down at a login, there is no half session.
func TestS8_StoreDownAtLogin(t *testing.T) {
	store := &faultyStore{Store: session.NewMemoryStore(nil)}
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Session.Store = store }))
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	store.fail(errors.New("connection refused"))
	p := b.do("GET", callback)
	if !p.shows(http.StatusServiceUnavailable, "store_unavailable") || p.header.Get("Retry-After") == "" || b.hasSession() || !strings.Contains(p.body, "return_to=%2Faccount") {
		t.Errorf("callback without the store = %v, want 503 that offers to try again", p)
	}
	if !errors.Is(w.lastError(), session.ErrStore) {
		t.Errorf("OnError was told %v, want ErrStore", w.lastError())
	}
	if n := w.wire.count(revokePath); n != 1 {
		t.Errorf("%d revocations, want one, of the refresh token that no session keeps", n)
	}
	store.fail(nil)
	if p := b.open("/auth/login?return_to=/account"); p.body != "user jane" {
		t.Errorf("the login again = %v", p)
	}
}
