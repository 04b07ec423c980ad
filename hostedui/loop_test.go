package hostedui_test

import (
	"net/http"
	"strings"
	"testing"

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
}
