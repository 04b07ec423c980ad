package hostedui_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

const everywhere = "/auth/logout-everywhere"

var ownForm = []string{"Sec-Fetch-Site", "same-origin", "Origin", base}

// withSignOuts keeps the sessions in cookies, and who has signed out in a
// store.
func withSignOuts(s *setup) {
	withConfig(func(cfg *hostedui.Config) { cfg.Session.SignOuts = session.NewMemoryStore(cfg.Pool.Now) })(s)
}

// TestO3_Everywhere: the user's sessions end in all browsers, and nobody
// else's.
func TestO3_Everywhere(t *testing.T) {
	modes := []struct {
		name    string
		option  option
		revoked int // refresh tokens: in cookie mode the app has no other's
	}{
		{"store", withStore, 3},
		{"cookies with SignOuts", withSignOuts, 1},
	}
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			w := newWorld(t, mode.option)
			here, there, again := w.signedIn(), w.signedIn(), w.signedIn()
			other := w.newBrowser()
			if p := other.signIn("/account", "joe"); p.body != "user joe" {
				t.Fatalf("sign-in of joe = %v %q", p, p.body)
			}
			p := here.do("POST", everywhere, ownForm...)
			if p.status != http.StatusSeeOther || p.location() != w.client.LogoutURL() || here.hasSession() {
				t.Errorf("POST %s = %v, want 303 to %s and no session", everywhere, p, w.client.LogoutURL())
			}
			for name, b := range map[string]*browser{"another browser": there, "a third": again} {
				if p := b.do("GET", "/account"); p.status != http.StatusFound {
					t.Errorf("%s of the user: GET /account = %v, want 302 to the login", name, p)
				}
			}
			if p := other.do("GET", "/account"); p.body != "user joe" {
				t.Errorf("another user: GET /account = %v %q, want their page", p, p.body)
			}
			if n := len(w.pool.Events(cognitotest.Event{Op: "revoke", Status: http.StatusOK})); n != mode.revoked {
				t.Errorf("%d refresh tokens were revoked, want %d", n, mode.revoked)
			}
		})
	}
}

// TestO1_EverywhereGuard: as with a logout, only a form of this site's.
func TestO1_EverywhereGuard(t *testing.T) {
	w := newWorld(t, withStore)
	b := w.signedIn()
	if p := b.do("GET", everywhere, navigation...); p.status != http.StatusOK || !strings.Contains(p.body, `action="`+everywhere+`"`) {
		t.Errorf("GET %s = %v, want a page with its form", everywhere, p)
	}
	if p := b.do("POST", everywhere, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); !p.shows(http.StatusForbidden, "cross_origin") {
		t.Errorf("POST %s from another site = %v, want 403 cross_origin", everywhere, p)
	}
	if p := b.do("GET", "/account"); p.body != "user jane" {
		t.Errorf("afterwards GET /account = %v %q, want the page", p, p.body)
	}
}

// TestO3_EverywhereFails: nobody is told that they are signed out who may not
// be.
func TestO3_EverywhereFails(t *testing.T) {
	w := newWorld(t) // sessions in cookies, which only their browsers have
	b := w.signedIn()
	if p := b.do("POST", everywhere, ownForm...); !p.shows(http.StatusNotFound, "not_found") || !b.hasSession() {
		t.Errorf("POST %s with cookies alone = %v, signed in: %v, want 404 not_found and a session", everywhere, p, b.hasSession())
	}
	if log := w.log.String(); !strings.Contains(log, "configure SignOuts or a Store") {
		t.Errorf("the log is\n%s\nwant what to configure", log)
	}

	store := &faultyStore{Store: session.NewMemoryStore(nil)}
	w = newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Session.Store = store }))
	b = w.signedIn()
	store.fail(errors.New("connection refused"))
	if p := b.do("POST", everywhere, ownForm...); !p.shows(http.StatusServiceUnavailable, "store_unavailable") || !b.hasSession() {
		t.Errorf("POST %s with the store down = %v, signed in: %v, want 503 store_unavailable and a session", everywhere, p, b.hasSession())
	}

	w = newWorld(t, withStore)
	if p := w.newBrowser().do("POST", everywhere, ownForm...); p.status != http.StatusOK || !strings.Contains(p.body, `action="`+everywhere+`?confirm=`) {
		t.Errorf("POST %s of a guest = %v, want a page that asks", everywhere, p)
	}
}
