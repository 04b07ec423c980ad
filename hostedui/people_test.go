package hostedui_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestL3_PagesForPeople: wherever a person looks at a refusal, it is a page
// without a redirect, built in or the app's own. Cases are a form of a guest,
// of another site, of a user without rights and with the store down, and a
// frame.
func TestL3_PagesForPeople(t *testing.T) {
	for _, own := range []bool{false, true} {
		store := &faultyStore{Store: session.NewMemoryStore(nil)}
		w := newWorld(t, withConfig(func(c *hostedui.Config) {
			c.Session.Store = store
			if own {
				c.ErrorPage = func(rw http.ResponseWriter, _ *http.Request, e hostedui.PageError) {
					rw.Header().Set("Content-Type", "text/html")
					rw.WriteHeader(e.Status)
					_, _ = io.WriteString(rw, "own page: "+string(e.Code))
				}
			}
		}))
		guest, joe := w.newBrowser(), w.newBrowser()
		joe.signIn("/account", "joe")
		frame := []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe", "Accept", "text/html"}
		look := func(what string, b *browser, method, path string, header []string, status int, code string) {
			t.Helper()
			p := b.do(method, path, header...)
			if p.status != status || p.location() != "" || !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") {
				t.Errorf("%s = %v %s, want %d with a page", what, p, p.header.Get("Content-Type"), status)
			}
			if own && p.body != "own page: "+code {
				t.Errorf("%s = %q, want the app's own page for %s", what, p.body, code)
			}
		}
		look("a guest's form", guest, "POST", "/account/save", navigation, 401, "sign_in_required")
		look("another site's form", guest, "POST", "/account/paid", append([]string{"Origin", "https://pay.example", "Sec-Fetch-Site", "cross-site"}, navigation...), 403, "cross_origin")
		look("a form of somebody without rights", joe, "POST", "/admin", navigation, 403, "forbidden")
		look("a frame", guest, "GET", "/account", frame, 401, "sign_in_required")
		store.fail(errors.New("connection refused"))
		look("a form with the store down", joe, "POST", "/account/save", navigation, 503, "store_unavailable")
		look("a page with the store down", joe, "GET", "/account", navigation, 503, "store_unavailable")
	}
}

// TestL2_FinishedSignInClearsTheRest: four other logins were pending; the one
// that ends removes their cookies.
func TestL2_FinishedSignInClearsTheRest(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	for range 4 {
		b.begin("/auth/login?return_to=/account")
	}
	if n := len(b.attempts()); n != 4 {
		t.Fatalf("%d logins are pending, want 4", n)
	}
	if p := b.signIn("/account", "jane"); p.body != "user jane" {
		t.Fatalf("sign-in = %v", p)
	}
	if left := b.attempts(); len(left) != 0 {
		t.Errorf("after the sign-in %d attempts are left: %v", len(left), left)
	}
}
