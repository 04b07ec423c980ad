package hostedui_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestL9_LoginBehindProtect: Protect around the login itself, or around the
// callback, or "/" protected and the Client not mounted.
func TestL9_LoginBehindProtect(t *testing.T) {
	for name, mount := range map[string]func(mux *http.ServeMux, c *hostedui.Client) http.Handler{
		"around everything": func(mux *http.ServeMux, c *hostedui.Client) http.Handler {
			mux.Handle("/auth/", c)
			return c.Protect(mux)
		},
		"not mounted": func(mux *http.ServeMux, c *hostedui.Client) http.Handler {
			mux.Handle("/", c.Protect(http.NotFoundHandler()))
			return mux
		},
		"around the callback": func(mux *http.ServeMux, c *hostedui.Client) http.Handler {
			mux.Handle("/auth/login", c)
			mux.Handle("/", c.Protect(http.NotFoundHandler()))
			return mux
		},
	} {
		w := newWorld(t)
		b := &browser{w, w.pool.Browser(mount(http.NewServeMux(), w.client), base)}
		var p *page
		if name == "around the callback" {
			p = b.signIn("/account", "jane")
		} else {
			p = b.open("/account")
		}
		if p.status != http.StatusInternalServerError || !strings.Contains(p.body, "<h1>") || !strings.Contains(w.log.String(), "mount the") {
			t.Errorf("%s: GET /account = %v, log %s; want a page, and a log line that names the cause", name, p, w.log)
		}
	}
}

// TestE2_CookieThatDoesNotOpen is logged as what it is.
func TestE2_CookieThatDoesNotOpen(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	w.config.SessionKeys = []session.Key{session.NewKey()}
	b.restarted()
	b.Client.Transport = w.pool.Browser(w.newClient(), base).Transport
	p := b.do("GET", callback)
	if !p.shows(http.StatusBadRequest, "login_expired") || !strings.Contains(w.log.String(), "sealed with other SESSION_KEYS") {
		t.Errorf("callback = %v, log %s; want the likely causes there", p, w.log)
	}
	wantError(t, "callback", w.lastError(), "callback", "unreadable_cookie")
}

// TestL9_SessionNotAccepted: pages with other keys than the login end the
// second sign-in with a page and a log line, and "Try again" does the same.
func TestL9_SessionNotAccepted(t *testing.T) {
	w := newWorld(t)
	w.config.SessionKeys = []session.Key{session.NewKey()}
	pages := w.newClient() // as another process
	mux := http.NewServeMux()
	mux.Handle("/auth/", w.client)
	mux.Handle("/", pages.Protect(http.HandlerFunc(w.who)))
	b := &browser{w, w.pool.Browser(mux, base)}
	for range 2 {
		p := b.signIn("/account", "jane")
		if !p.shows(http.StatusInternalServerError, "session_failed") || p.path() != "/account" || !strings.Contains(p.body, "/auth/login?return_to=%2Faccount") {
			t.Fatalf("GET /account = %v %s; want a page that leads back", p, p.body)
		}
	}
	if n := w.wire.count(tokenPath); n > 4 {
		t.Errorf("%d sign-ins, want two each time at most", n)
	}
	if n := strings.Count(w.log.String(), "other SESSION_KEYS"); n != 2 {
		t.Errorf("the log names the causes %d times, want once each time: %s", n, w.log)
	}
}

// TestL9_OptionalAccepts: a page that everybody may see accepts the session as
// well, so sign-ins after it are no loop.
func TestL9_OptionalAccepts(t *testing.T) {
	w := newWorld(t)
	b := w.signedIn()
	for range 3 {
		if p := b.signIn("/auth/login?return_to=/public", "jane"); p.body != "user jane" || p.path() != "/public" {
			t.Fatalf("the sign-in ends on %v %s", p, p.body)
		}
		if b.cookies()[sessionCookie+"-renewed"] != "" {
			t.Error("the mark stays after a page accepted the session")
		}
	}
}

// TestL9_HonestSignIns: signing in again and again is no loop, also
// while the session before is good, or after it has ended.
func TestL9_HonestSignIns(t *testing.T) {
	for mode, options := range map[string][]option{"cookies": nil, "store": {withStore}} {
		w := newWorld(t, options...)
		b := w.signedIn()
		for n := range 4 {
			if p := b.signIn("/auth/login?return_to=/account", "jane"); p.status != http.StatusOK || p.body != "user jane" {
				t.Fatalf("%s: sign-in %d = %v", mode, n, p)
			}
			if b.cookies()[sessionCookie+"-renewed"] != "" {
				t.Errorf("%s: the mark stays after a page accepted the session", mode)
			}
		}
		w.pool.Advance(25 * time.Hour) // idle for too long; the cookie is still sent
		if p := b.signIn("/account", "jane"); p.body != "user jane" {
			t.Errorf("%s: sign-in after the session ended = %v", mode, p)
		}
	}
}
