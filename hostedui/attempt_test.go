package hostedui_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/seal"
)

var random32 = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

func TestL1_AttemptsAreRandom(t *testing.T) {
	const attempts = 10_000
	seen := map[string]bool{}
	for range attempts {
		a := hostedui.NewAttempt()
		for _, v := range []string{a.State, a.Nonce, a.CodeVerifier} {
			raw, err := base64.RawURLEncoding.Strict().DecodeString(v)
			if !random32.MatchString(v) || err != nil || len(raw) != 32 {
				t.Fatalf("NewAttempt gave the value %q, want 32 bytes in base64url without padding", v)
			}
			seen[v] = true
		}
		if a.ReturnPath != "" {
			t.Fatalf("NewAttempt gave the return path %q, want none", a.ReturnPath)
		}
	}
	if len(seen) != 3*attempts {
		t.Errorf("%d attempts have %d values, want %d different ones", attempts, len(seen), 3*attempts)
	}
}

// TestL1_ExchangeNeedsAWholeAttempt: an empty nonce or verifier would turn
// the check off, so nothing is sent for one.
func TestL1_ExchangeNeedsAWholeAttempt(t *testing.T) {
	w := newWorld(t)
	edits := map[string]func(*hostedui.Attempt){
		"zero":           func(a *hostedui.Attempt) { *a = hostedui.Attempt{} },
		"no nonce":       func(a *hostedui.Attempt) { a.Nonce = "" },
		"short nonce":    func(a *hostedui.Attempt) { a.Nonce = a.Nonce[:42] },
		"no verifier":    func(a *hostedui.Attempt) { a.CodeVerifier = "" },
		"short verifier": func(a *hostedui.Attempt) { a.CodeVerifier = a.CodeVerifier[:42] },
	}
	for name, edit := range edits {
		a := hostedui.NewAttempt()
		edit(&a)
		login, err := w.client.Exchange(t.Context(), "code", a)
		wantError(t, "Exchange("+name+")", err, "exchange", "bad_attempt")
		if login != nil {
			t.Errorf("Exchange(%s) returned a login beside the error", name)
		}
	}
	if n := w.wire.count(tokenPath); n != 0 {
		t.Errorf("%d token requests, want none", n)
	}
}

func TestE1_AttemptPrintsRedacted(t *testing.T) {
	a := hostedui.NewAttempt()
	var text, object bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("m", "a", a, "p", &a)
	slog.New(slog.NewJSONHandler(&object, nil)).Info("m", "a", a, "p", &a)
	places := []string{text.String(), object.String(), fmt.Sprint(a), fmt.Sprint(&a), fmt.Sprint([]hostedui.Attempt{a}), fmt.Sprint(struct{ A hostedui.Attempt }{a})}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		places = append(places, fmt.Sprintf(verb, a))
	}
	for _, got := range places {
		for _, secret := range []string{a.State, a.Nonce, a.CodeVerifier, fmt.Sprintf("%x", a.CodeVerifier)} {
			if strings.Contains(got, secret) {
				t.Errorf("an Attempt prints as %q", got)
			}
		}
		if !strings.Contains(got, "[redacted]") {
			t.Errorf("an Attempt prints as %q, want %s in it", got, "[redacted]")
		}
	}
}

// setCookies are the cookies an answer sets.
func setCookies(header http.Header) []*http.Cookie {
	return (&http.Response{Header: header}).Cookies()
}

func TestL2_OneSealedCookie(t *testing.T) {
	tests := []struct {
		baseURL, name string
		secure        bool
	}{
		{"https://app.example.com", "__Host-session-login-", true},
		{"HTTPS://app.example.com/", "__Host-session-login-", true},
		{"http://localhost:8080", "cognito_session_8080-login-", false},
		{"http://127.0.0.1:8080", "cognito_session_8080-login-", false},
		{"http://[::1]:8080", "cognito_session_8080-login-", false},
	}
	for _, tt := range tests {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.BaseURL = tt.baseURL }))
		rec := w.serve("GET", "/auth/login?return_to=/account%3Ftab%3D2", navigation...)
		cookies := setCookies(rec.Header()) // the attempt and the page that it leads to
		if len(cookies) != 2 || cookies[1].Name != strings.TrimSuffix(tt.name, "login-")+"pages" {
			t.Fatalf("%s: GET /auth/login sets the cookies %v, want 2", tt.baseURL, cookies)
		}
		c := cookies[0]
		slot, named := strings.CutPrefix(c.Name, tt.name)
		if !named || len(slot) != 1 || slot[0] < '0' || slot[0] > '4' {
			t.Errorf("%s: the cookie is named %q, want %s and one of 0 to 4", tt.baseURL, c.Name, tt.name)
		}
		if c.Secure != tt.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 600 || !c.Expires.IsZero() || c.Partitioned {
			t.Errorf("%s: the cookie has the attributes %q", tt.baseURL, rec.Header().Get("Set-Cookie"))
		}
		if n := len(c.String()); n > 4096 {
			t.Errorf("%s: the cookie has %d bytes", tt.baseURL, n)
		}
		plain, err := base64.RawURLEncoding.DecodeString(c.Value)
		if err != nil {
			t.Errorf("%s: the cookie's value is no base64url: %v", tt.baseURL, err)
		}
		state := param(t, rec.Header().Get("Location"), "state")
		raw, _ := base64.RawURLEncoding.DecodeString(state)
		for _, readable := range [][]byte{raw, []byte(state), []byte("/account")} {
			if bytes.Contains(plain, readable) || strings.Contains(c.Value, string(readable)) {
				t.Errorf("%s: the cookie can be read: it contains %q", tt.baseURL, readable)
			}
		}
		if tt.baseURL == "HTTPS://app.example.com/" && param(t, rec.Header().Get("Location"), "redirect_uri") != "https://app.example.com/auth/callback" {
			t.Errorf("redirect_uri follows from an unclean BaseURL: %s", rec.Header().Get("Location"))
		}
	}
}

// TestL2_TenMinutes: the attempt ends after ten minutes, by the time that is
// sealed in it as well as by the cookie's.
func TestL2_TenMinutes(t *testing.T) {
	for _, tt := range []struct {
		wait time.Duration
		good bool
	}{
		{10*time.Minute - time.Second, true},
		{10 * time.Minute, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Pool.Now = nil }))
			b := w.newBrowser()
			state := b.begin("/auth/login?return_to=/account").Query().Get("state")
			forever := b.copy() // keeps cookies past their Max-Age
			time.Sleep(tt.wait)
			if got := len(b.attempts()) == 1; got != tt.good {
				t.Errorf("after %v the cookie is there: %t, want %t", tt.wait, got, tt.good)
			}
			forever.do("GET", "/auth/callback?code=x&state="+state)
			known := w.wire.count(tokenPath) == 1 // the page that it leads to is known all day
			if known != tt.good {
				t.Errorf("after %v the attempt is known: %t, want %t", tt.wait, known, tt.good)
			}
		})
	}
}

func TestL2_FiveAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Pool.Now = nil }))
		b := w.newBrowser()
		var states []string
		for range 20 {
			states = append(states, b.begin("/auth/login?return_to=/account").Query().Get("state"))
			if n := len(b.attempts()); n != min(5, len(states)) {
				t.Fatalf("after %d logins the browser has %d attempts, want %d", len(states), n, min(5, len(states)))
			}
			time.Sleep(time.Second)
		}
		for i, state := range states {
			c := b.copy()
			known := c.do("GET", "/auth/callback?error=access_denied&state="+state).location() == "" && len(c.attempts()) == 4
			if want := i >= 15; known != want {
				t.Errorf("attempt %d of 20 is known: %t, want %t: the oldest go", i+1, known, want)
			}
		}
	})
}

// TestL2_TwentyTabs: tabs that wait at the sign-in page all end well, and the
// request header stays short.
func TestL2_TwentyTabs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Pool.Now = nil }))
		b := w.newBrowser()
		var callbacks []string
		for i := range 20 {
			callbacks = append(callbacks, b.callback(fmt.Sprintf("/account/%d", i), "jane"))
			time.Sleep(time.Second)
		}
		size := 0
		for name, value := range b.cookies() {
			size += len(name) + len("=") + len(value) + len("; ")
		}
		if size > 2048 {
			t.Errorf("twenty open tabs make a Cookie header of %d bytes", size)
		}
		for i, callback := range slices.Backward(callbacks) {
			p := b.open(callback)
			want := fmt.Sprintf("/account/%d", i)
			if p.path() != want || p.body != "user jane" {
				t.Errorf("tab %d ends with %v %q, want %s with jane signed in", i+1, p, p.body, want)
			}
		}
		if n := w.wire.count(tokenPath); n != 1 {
			t.Errorf("%d token requests, want 1: jane is signed in after the first", n)
		}
	})
}

// TestL2_NoServerMemory: a login that one process began, another one with the
// same keys can finish, and a store sees nothing of it until then.
func TestL2_NoServerMemory(t *testing.T) {
	var store *session.MemoryStore
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		store = session.NewMemoryStore(cfg.Pool.Now)
		cfg.Session.Store = store
	}))
	for range 20 {
		w.newBrowser().begin("/auth/login")
	}
	b := w.newBrowser()
	callback := b.callback("/auth/login", "jane")
	if n := store.Len(); n != 0 {
		t.Errorf("21 logins that were begun left %d records in the store, want none", n)
	}
	other := w.newClient()
	browser := &browser{w, w.pool.Browser(other, base)}
	browser.Jar = b.Jar
	if p := browser.do("GET", callback); p.status != http.StatusSeeOther || p.location() != "/" || !browser.hasSession() {
		t.Errorf("the callback at another process = %v, want a session", p)
	}
}

// TestS3_AttemptKeys: a new key in front does not end the logins under way; a
// key that is gone does.
func TestS3_AttemptKeys(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	old := w.config.SessionKeys[0]
	for _, tt := range []struct {
		name string
		keys []session.Key
		want string
	}{
		{"new key in front", []session.Key{session.NewKey(), old}, "/account"},
		{"old key gone", []session.Key{session.NewKey()}, "/auth/login?restart=1"},
	} {
		w.config.SessionKeys = tt.keys
		c := b.copy()
		c.Client.Transport = w.pool.Browser(w.newClient(), base).Transport
		if p := c.do("GET", callback); p.status != http.StatusSeeOther || p.location() != tt.want {
			t.Errorf("%s: callback = %v, want 303 to %s", tt.name, p, tt.want)
		}
	}
}

// TestS2_AttemptCookies: an attempt that was changed, moved to another slot,
// or sealed for another purpose is none, and does no harm.
func TestS2_AttemptCookies(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	state := b.begin("/auth/login?return_to=/account").Query().Get("state")
	var name, value string
	for name, value = range b.attempts() {
	}
	flip := func(i int) string {
		raw, _ := base64.RawURLEncoding.DecodeString(value)
		raw[i] ^= 1
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	slot := name[len(name)-1:]
	another := attemptCookie + string('0'+('9'-slot[0])%5)
	if another == name {
		another = attemptCookie + "4"
	}
	raw, _ := base64.RawURLEncoding.DecodeString(value)
	ring := [][]byte{w.config.SessionKeys[0]}
	reseal := func(purpose, name string) string {
		box, err := seal.NewBox(ring, "login attempt")
		if err != nil {
			t.Fatal(err)
		}
		plain, _, err := box.Open(t.Context(), raw, w.boundTo(attemptCookie+slot))
		if err != nil {
			t.Fatalf("the test cannot open the attempt: %v", err)
		}
		if box, err = seal.NewBox(ring, purpose); err != nil {
			t.Fatal(err)
		}
		return seal.Encode(box.Seal(plain, w.boundTo(name)))
	}
	tests := []struct {
		name, cookie, value string
		known               bool
	}{
		{"as set", name, value, true},
		{"sealed the same way", name, reseal("login attempt", name), true},
		{"first bit", name, flip(0), false},
		{"last bit", name, flip(len(raw) - 1), false},
		{"cut", name, value[:len(value)-4], false},
		{"longer", name, value + "AAAA", false},
		{"padded", name, value + "=", false},
		{"empty", name, "", false},
		{"other slot", another, value, false},
		{"slot that is none", attemptCookie + "5", value, false},
		{"other purpose", name, reseal("session identity", name), false},
		{"without prefix", strings.TrimPrefix(name, "__Host-"), value, false},
	}
	for _, tt := range tests {
		rec := w.serve("GET", "/auth/callback?error=access_denied&state="+state, append(slices.Clone(navigation), "Cookie", tt.cookie+"="+tt.value)...)
		known := strings.Contains(rec.Body.String(), "return_to=%2Faccount")
		if known != tt.known || rec.Code != http.StatusForbidden {
			t.Errorf("%s: the attempt is known: %t (status %d), want %t and 403", tt.name, known, rec.Code, tt.known)
		}
	}
}

// TestL2_CookieNames: apps on one host that set CookieName do not mix.
func TestL2_CookieNames(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Session.CookieName = "shop" }))
	b := w.newBrowser()
	b.begin("/auth/login")
	for name := range maps.Keys(b.cookies()) {
		if !strings.HasPrefix(name, "__Host-shop-login-") {
			t.Errorf("with CookieName shop the attempt's cookie is %s", name)
		}
	}
	if p := b.signIn("/account", "jane"); p.body != "user jane" {
		t.Errorf("sign-in with CookieName shop = %v", p)
	}
}

// An Attempt can be kept by an app that does without the Client's endpoints.
func TestAttemptJSON(t *testing.T) {
	a := hostedui.NewAttempt()
	a.ReturnPath = "/account"
	doc, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var b hostedui.Attempt
	if err := json.Unmarshal(doc, &b); err != nil || b != a {
		t.Errorf("an Attempt through JSON = %t, %v, want the same", b == a, err)
	}
}
