package hostedui_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// losing passes on all answers of a handler, without the cookies of one name.
type losing struct {
	h    http.Handler
	name string
}

func (l losing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.h.ServeHTTP(&losingWriter{w, l.name}, r)
}

type losingWriter struct {
	http.ResponseWriter
	name string
}

func (w *losingWriter) WriteHeader(status int) {
	h := w.Header()
	h["Set-Cookie"] = slices.DeleteFunc(h["Set-Cookie"], func(line string) bool { return strings.HasPrefix(line, w.name+"=") })
	w.ResponseWriter.WriteHeader(status)
}

// TestL9_CookieLost: a browser or a proxy that drops one cookie of the session
// ends on a page, and a log line has the likely causes.
func TestL9_CookieLost(t *testing.T) {
	for _, name := range []string{sessionCookie, sessionCookie + "-1"} {
		w := newWorld(t)
		b := &browser{w, w.pool.Browser(losing{w, name}, base)}
		if p := b.signIn("/account", "jane"); !p.shows(http.StatusInternalServerError, "session_failed") || p.path() != "/account" {
			t.Errorf("without %s: GET /account = %v %s; want a page", name, p, p.body)
		}
		if n := w.wire.count(tokenPath); n > 2 {
			t.Errorf("without %s: %d sign-ins, want two at most", name, n)
		}
		if n := strings.Count(w.log.String(), "cookies are blocked in part"); n != 1 {
			t.Errorf("without %s: the log names the causes %d times, want once: %s", name, n, w.log)
		}
	}
}
