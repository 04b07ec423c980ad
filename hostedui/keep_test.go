package hostedui_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestS5_KeepMeSignedIn: OnLogin chooses per sign-in how long the session
// lasts, and whether its cookies end with the browser.
func TestS5_KeepMeSignedIn(t *testing.T) {
	for mode, options := range map[string][]option{"cookies": nil, "store": {withStore}} {
		w := newWorld(t, append(options, withConfig(func(cfg *hostedui.Config) {
			cfg.OnLogin = func(_ context.Context, login *hostedui.Login) error {
				if keep, err := login.Request.Cookie("keep"); err != nil || keep.Value != "yes" {
					login.Session = session.StartOptions{IdleTimeout: time.Hour, AbsoluteTimeout: 90 * time.Minute, UntilBrowserCloses: true}
				}
				return nil
			}
		}))...)
		u, _ := url.Parse(base)
		login := func(keep string) *browser {
			b := w.newBrowser()
			b.Jar.SetCookies(u, []*http.Cookie{{Name: "keep", Value: keep, Path: "/", Secure: true}})
			lasts := keep == "yes"
			set := 0
			for _, c := range setCookies(b.do("GET", b.callback("/account", "jane")).header) {
				if strings.HasPrefix(c.Name, sessionCookie) && !strings.Contains(c.Name, "-login-") && c.Value != "" {
					if set++; (c.MaxAge > 0) != lasts || !lasts && !c.Expires.IsZero() {
						t.Errorf("%s, keep=%s: cookie %s has Max-Age %d, Expires %v", mode, keep, c.Name, c.MaxAge, c.Expires)
					}
				}
			}
			if set == 0 {
				t.Fatalf("%s, keep=%s: the callback set no session", mode, keep)
			}
			return b
		}
		kept, short, busy := login("yes"), login("no"), login("no")
		want := func(when, name string, b *browser, status int) {
			t.Helper()
			if p := b.do("GET", "/account", navigation...); p.status != status {
				t.Errorf("%s, %s, %s: GET /account = %v, want %d", mode, name, when, p, status)
			}
		}
		w.pool.Advance(50 * time.Minute)
		want("after 50 minutes", "busy", busy, http.StatusOK)
		w.pool.Advance(11 * time.Minute)
		want("after 61 minutes", "kept", kept, http.StatusOK)
		want("after 61 minutes", "busy", busy, http.StatusOK)
		want("after 61 minutes", "not kept", short, http.StatusFound)
		w.pool.Advance(30 * time.Minute)
		want("after 91 minutes", "kept", kept, http.StatusOK)
		want("after 91 minutes", "busy", busy, http.StatusFound)
	}
}
