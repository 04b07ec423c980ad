package hostedui_test

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// me asks who is signed in, as a single-page app does.
func (b *browser) me(t *testing.T) (*page, map[string]any) {
	t.Helper()
	p := b.do("GET", "/auth/me", fetched...)
	var claims map[string]any
	if err := json.Unmarshal([]byte(p.body), &claims); err != nil {
		t.Fatalf("GET /auth/me = %v %q: %v", p, p.body, err)
	}
	return p, claims
}

func TestMe(t *testing.T) {
	tests := []struct {
		name   string
		claims []string
		want   []string // names, sorted
	}{
		{"default", nil, []string{"cognito:groups", "email", "email_verified", "name", "picture", "sub"}},
		{"configured", []string{"sub", "custom:plan"}, []string{"custom:plan", "sub"}},
		{"none", []string{}, nil},
		{"absent ones are left out", []string{"sub", "locale", "no_such"}, []string{"sub"}},
		{"other case is another claim", []string{"SUB", "Email"}, nil},
		{"those about the token are nobody's business", []string{"sub", "nonce", "at_hash", "jti", "origin_jti", "event_id", "exp", "iat", "aud", "token_use"}, []string{"sub"}},
	}
	for _, tt := range tests {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.MeClaims = tt.claims }))
		b := w.signedIn()
		p, got := b.me(t)
		if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, tt.want) {
			t.Errorf("%s: me = %q, want the claims %q", tt.name, names, tt.want)
		}
		h := p.header
		if p.status != http.StatusOK || h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-store" || !slices.Contains(h["Vary"], "Cookie") {
			t.Errorf("%s: me = %v %v", tt.name, p, h)
		}
		if tt.claims != nil {
			continue
		}
		if got["sub"] != w.last().id.Subject || got["email"] != "jane@example.com" || got["email_verified"] != true || got["name"] != "Jane Doe" || len(got["cognito:groups"].([]any)) != 1 {
			t.Errorf("%s: me = %v", tt.name, got)
		}
	}
}

// TestMe_Guest: 401 for programs and people alike, never a redirect.
func TestMe_Guest(t *testing.T) {
	w := newWorld(t)
	for name, header := range map[string][]string{"fetch": fetched, "navigation": navigation, "program": nil, "forged cookie": {"Cookie", sessionCookie + "=x"}} {
		rec := w.serve("GET", "/auth/me", header...)
		p := wantProblem(t, name+": me", rec, http.StatusUnauthorized, "sign_in_required")
		if p.LoginURL != "/auth/login" || rec.Header().Get("Location") != "" || rec.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: me = %v %v, want the login's URL and no redirect", name, p, rec.Header())
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		if rec := w.serve(method, "/auth/me"); rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s me = %d, want 405", method, rec.Code)
		}
	}
}

func TestMe_Refreshes(t *testing.T) {
	for _, options := range [][]option{{withRotation}, {withRotation, withStore}} {
		w := newWorld(t, options...)
		b := w.signedIn()
		w.pool.Advance(61 * time.Minute)
		if p, got := b.me(t); p.status != http.StatusOK || got["email"] != "jane@example.com" || len(w.refreshes()) != 1 {
			t.Errorf("me after the access token's end = %v after %d refreshes, want 200 after 1", p, len(w.refreshes()))
		}
		if p := b.open("/account"); p.body != "user jane" || len(w.refreshes()) != 1 {
			t.Errorf("GET /account then = %v after %d refreshes, want the tokens that me got", p, len(w.refreshes()))
		}
		if err := w.pool.SignOutUser("jane"); err != nil {
			t.Fatal(err)
		}
		w.pool.Advance(61 * time.Minute)
		if p, got := b.me(t); p.status != http.StatusUnauthorized || got["code"] != "sign_in_required" || len(b.cookies()) != 0 {
			t.Errorf("me after jane was signed out = %v, cookies %v, want 401 and none", p, b.cookies())
		}
	}
}

func TestMe_Outages(t *testing.T) {
	store := &faultyStore{Store: session.NewMemoryStore(nil)}
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Session.Store = store }))
	b := w.signedIn()
	store.fail(errors.New("connection refused"))
	if p, got := b.me(t); p.status != http.StatusServiceUnavailable || got["code"] != "store_unavailable" || p.header.Get("Retry-After") == "" || !b.hasSession() {
		t.Errorf("me without the store = %v %v, want 503", p, got)
	}
	store.fail(nil)
	w.wire.on(tokenPath, respond(500, "text/html", "oops"))
	w.pool.Advance(61 * time.Minute)
	if p, got := b.me(t); p.status != http.StatusServiceUnavailable || got["code"] != "refresh_unavailable" || p.header.Get("Retry-After") == "" || !b.hasSession() {
		t.Errorf("me without the pool = %v %v, want 503", p, got)
	}
	if !strings.Contains(w.log.String(), "op=me") {
		t.Errorf("the log does not tell of it: %s", w.log)
	}
}
