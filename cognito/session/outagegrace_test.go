package session_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// identityPage needs only the identity. It says how the session is served, and
// what each way to its tokens returns.
func identityPage(w http.ResponseWriter, r *http.Request) {
	s := session.FromContext(r.Context())
	if s == nil {
		_, _ = io.WriteString(w, "guest")
		return
	}
	_, tokens := s.Tokens(r.Context())
	_, fresh := s.Fresh(r.Context())
	_, source := session.TokenSource(r.Context()).Token()
	if s.Stale() {
		for name, err := range map[string]error{"Tokens": tokens, "Fresh": fresh, "TokenSource": source} {
			if !errors.Is(err, session.ErrRefresh) {
				http.Error(w, fmt.Sprintf("%s = %v", name, err), http.StatusTeapot)
				return
			}
		}
	} else if err := errors.Join(tokens, fresh, source); err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	_, _ = fmt.Fprintf(w, "%s stale %v", cognito.FromContext(r.Context()).Subject, s.Stale())
}

func newGraceApp(t testing.TB, a *authority, store session.Store, edit func(*session.Config)) *app {
	t.Helper()
	p := newApp(t, a, func(c *session.Config) {
		c.Store, c.OutageGrace = store, 4*time.Hour
		if edit != nil {
			edit(c)
		}
	})
	p.Handle("/identity", p.Require(http.HandlerFunc(identityPage)))
	p.Handle("/maybe", p.Optional(http.HandlerFunc(identityPage)))
	p.Handle("/recent", p.Require(http.HandlerFunc(identityPage), cognito.SignedInWithin(30*time.Minute)))
	return p
}

var errOutage = errors.New("no route to Cognito")

// TestR10_OutageGrace: pages are served for the grace after the access token has
// ended and no longer, with the identity and without tokens. The first refresh
// that succeeds ends that. Nobody is signed out.
func TestR10_OutageGrace(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &authority{}
				p := newGraceApp(t, a, mode.store(), nil)
				b := signedIn(t, p)
				want := func(target string, status int, body string) {
					t.Helper()
					got := b.get(target)
					if got.status != status || status == 200 && got.body != body {
						t.Errorf("after %v: GET %s = %d %q, want %d %q", a.lifetime(), target, got.status, got.body, status, body)
					}
					if status == 200 && !strings.Contains(got.header.Get("Cache-Control"), "no-store") {
						t.Errorf("GET %s may be cached: %v", target, got.header)
					}
				}
				a.set(func(a *authority) { a.err = errOutage })
				time.Sleep(59 * time.Minute)
				want("/identity", 200, "jane stale false")
				for range 47 { // to 4 hours and 54 minutes
					time.Sleep(5 * time.Minute)
					want("/identity", 200, "jane stale true")
				}
				want("/maybe", 200, "jane stale true")
				want("/recent", 403, "")
				want("/account", http.StatusTeapot, "") // it needs the token
				if !strings.Contains(p.log.String(), "served without tokens") {
					t.Error("the log does not tell of it")
				}
				time.Sleep(6*time.Minute - time.Second)
				want("/identity", 200, "jane stale true")
				time.Sleep(time.Second)
				want("/identity", 503, "")
				want("/maybe", 200, "guest")
				a.set(func(a *authority) { a.err = nil })
				time.Sleep(5 * time.Minute)
				want("/identity", 200, "jane stale false")
				want("/account", 200, "jane access-00002")
			})
		})
	}
}

// TestR10_NeverBeyond: a session that has ended has no grace, and neither has
// one that is refused, unused for its idle time, or too old. There is
// none while the process closes, and none by default.
func TestR10_NeverBeyond(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			for _, tt := range []struct {
				name   string
				edit   func(*session.Config)
				during func(t *testing.T, a *authority, p *app, b, thief *browser)
				status int
			}{
				{"by default", func(c *session.Config) { c.OutageGrace = 0 }, nil, 503},
				{"invalid_grant", nil, func(_ *testing.T, a *authority, _ *app, _, _ *browser) {
					a.set(func(a *authority) { a.err = fmt.Errorf("refresh: %w", cognito.ErrInvalidGrant) })
				}, 302},
				{"another user's tokens", nil, func(_ *testing.T, a *authority, _ *app, _, _ *browser) {
					a.set(func(a *authority) { a.err = &cognito.VerifyError{Check: cognito.CheckSubject, Err: errOutage} })
				}, 302},
				{"signed out", nil, func(t *testing.T, _ *authority, _ *app, b, thief *browser) {
					thief.jar = b.clone().jar
					if got := b.get("/logout"); got.status != 200 {
						t.Errorf("GET /logout = %d %s", got.status, got.body)
					}
					b.jar = thief.jar
				}, 302},
				{"idle", func(c *session.Config) { c.IdleTimeout = 2 * time.Hour }, func(*testing.T, *authority, *app, *browser, *browser) { time.Sleep(2 * time.Hour) }, 302},
				{"absolute", func(c *session.Config) { c.AbsoluteTimeout = 2 * time.Hour }, func(*testing.T, *authority, *app, *browser, *browser) { time.Sleep(59 * time.Minute) }, 302},
				{"closing", nil, func(t *testing.T, _ *authority, p *app, _, _ *browser) {
					if err := p.Close(t.Context()); err != nil {
						t.Errorf("Close = %v", err)
					}
				}, 503},
			} {
				synctest.Test(t, func(t *testing.T) {
					a := &authority{err: errOutage}
					p := newGraceApp(t, a, mode.store(), tt.edit)
					b := signedIn(t, p)
					time.Sleep(61 * time.Minute)
					if got := b.get("/identity"); tt.name != "by default" && (got.status != 200 || got.body != "jane stale true") {
						t.Errorf("%s: before: GET /identity = %d %q, want a stale session", tt.name, got.status, got.body)
					}
					if tt.during != nil {
						tt.during(t, a, p, b, newBrowser(t, p))
					}
					time.Sleep(time.Minute) // for the next try
					if got := b.get("/identity"); got.status != tt.status {
						t.Errorf("%s: GET /identity = %d %q, want %d", tt.name, got.status, got.body, tt.status)
					}
				})
			}
		})
	}
}

// TestR10_CopyAfterSignOut: somebody who has copied the cookies is not served in
// the grace by the process that the user signed out at, however late.
func TestR10_CopyAfterSignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &authority{err: errOutage}
		p := newGraceApp(t, a, nil, nil)
		b, other := signedIn(t, p), signedIn(t, p)
		thief := b.clone()
		thief.hoax = true
		if got := b.get("/logout"); got.status != 200 {
			t.Errorf("GET /logout = %d", got.status)
		}
		for range 10 {
			time.Sleep(30 * time.Minute)
			other.get("/identity") // a refresh that fails, after which the process tidies up
			if got := thief.get("/identity"); got.status == 200 {
				t.Fatalf("GET /identity with copied cookies = 200 %s", got.body)
			}
		}
	})
}

// TestR10_UnderLoad: many requests of stale sessions come together, with and
// without a store, for the race detector.
func TestR10_UnderLoad(t *testing.T) {
	for _, mode := range modes {
		synctest.Test(t, func(t *testing.T) {
			a := &authority{err: errOutage, during: takes(2 * time.Second)}
			p := newGraceApp(t, a, mode.store(), nil)
			b := signedIn(t, p)
			time.Sleep(2 * time.Hour)
			var all sync.WaitGroup
			for range thorough.Or(8, 20) {
				visitor := b.clone()
				all.Go(func() {
					for range 20 {
						if got := visitor.get("/identity"); got.status != 200 || got.body != "jane stale true" {
							t.Errorf("GET /identity = %d %q", got.status, got.body)
						}
						time.Sleep(time.Minute)
					}
				})
			}
			all.Wait()
			if got := len(a.calls()); got > 60 {
				t.Errorf("Cognito was asked %d times in 20 minutes of one session's outage", got)
			}
			if lines := strings.Count(p.log.String(), "served without tokens"); lines > 10*21 {
				t.Errorf("%d lines in the log in 20 minutes, want ten a minute at most", lines)
			}
		})
	}
}

// TestR10_Configuration: a grace is bounded.
func TestR10_Configuration(t *testing.T) {
	for grace, good := range map[time.Duration]bool{-1: false, 0: true, time.Minute: true, 24 * time.Hour: true, 24*time.Hour + 1: false} {
		cfg := session.Config{Pool: pool("client1"), Keys: []session.Key{key(1)}, BaseURL: baseURL}
		cfg.OutageGrace = grace
		_, err := session.New(cfg)
		problem, ok := errors.AsType[*cognito.ConfigError](err)
		if (err == nil) != good || err != nil && (!ok || problem.Field != "OutageGrace") {
			t.Errorf("New(OutageGrace %v) = %v, want it to be accepted: %v", grace, err, good)
		}
	}
}
