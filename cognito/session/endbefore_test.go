package session_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// issuing gives the access tokens of sign-ins the time at which Cognito has
// issued them, as real ones have.
func issuing(t *cognito.Tokens, at time.Time) {
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"kid":"k","alg":"RS256"}`))
	claims := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"iat":%d}`, at.Unix()))
	t.Access = cognito.AccessToken(header + "." + claims + "." + strings.Repeat("A", 342))
}

// slowSignIn is /slow of an app: its tokens were issued some seconds ago, as by
// a hook that takes time.
func slowSignIn(p *app, seconds int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tokens := p.authority.issue()
		issuing(&tokens, time.Now().Add(-time.Duration(seconds)*time.Second))
		if err := p.Start(w, r, jane(), tokens); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
}

// TestO6_EndBefore: an event ends the sessions that began before it, in all
// processes. Those of other users and later ones go on, also when it comes
// late, twice or after a newer one.
func TestO6_EndBefore(t *testing.T) {
	inFleets(t, func(t *testing.T, place string, a *revokingAuthority, fleet []*app) {
		for _, p := range fleet {
			p.Handle("/at-once", slowSignIn(p, 0))
			p.Handle("/slow", slowSignIn(p, 10))
		}
		signIn := func(n int, path string) *browser {
			b := newBrowser(t, fleet[n])
			b.get(path)
			return b
		}
		wantAll := func(what string, b *browser, status int) {
			t.Helper()
			for n := range fleet {
				b.h = fleet[n]
				b.clone().get("/account").wantStatus(t, fmt.Sprint(what, ", process ", n), status)
			}
		}
		end := func(n int, at time.Time, event string) {
			t.Helper()
			if err := fleet[n].EndBefore(t.Context(), jane(), at, event); err != nil {
				t.Errorf("EndBefore: %v", err)
			}
		}
		old, copied, joe := signIn(0, "/at-once"), signIn(1, "/at-once"), signIn(0, "/login?user=joe")
		time.Sleep(time.Minute)
		event := time.Now()
		wantAll("before the event arrives", old, 200)
		time.Sleep(time.Minute) // on its way
		between := signIn(1, "/at-once")
		end(0, event, "one")
		wantAll("a session from before", old, 302)
		wantAll("another one", copied, 302)
		wantAll("a sign-in after the event and before it arrived", between, 200)
		wantAll("another user", joe, 200)
		if n := strings.Count(fleet[0].log.String(), "cause=event"); place == "sign-outs" && n != 1 || place == "store" && n != 2 {
			t.Errorf("the log tells %d times of an end by an event:\n%s", n, fleet[0].log)
		}

		later := signIn(0, "/at-once")
		end(1, event, "one") // twice
		end(0, event.Add(-time.Hour), "an old one")
		wantAll("a later session, when the event comes again", later, 200)
		wantAll("the one between", between, 200)
		if slices.Sort(a.revoked); place == "store" && !slices.Equal(a.revoked, []string{"refresh-0001", "refresh-0002"}) {
			t.Errorf("revoked %v, want the tokens of both sessions", a.revoked)
		}

		// All within one second of Cognito's clock.
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
		mine := signIn(0, "/at-once")
		end(0, time.Now(), "two")
		wantAll("in the event's second, before it arrived", mine, 302)
		again := signIn(1, "/at-once")
		wantAll("in the event's second, after it arrived", again, 200)
		end(1, time.Now(), "two")
		wantAll("when it comes again", again, 200)
		end(1, time.Now(), "three")
		wantAll("when another one of that second comes", again, 302)

		// Tokens that are older than the event become no session.
		b := newBrowser(t, fleet[0])
		if got := b.get("/slow"); got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "while the sign-in was under way") {
			t.Errorf("a sign-in with tokens from before the event: %d %s", got.status, got.body)
		}
		wantAll("a sign-in with tokens from before the event", b, 302)
	})
}

// TestO6_EndBeforeFails: an outage of the store leaves nothing half done that
// the next delivery of the event does not finish.
func TestO6_EndBeforeFails(t *testing.T) {
	for _, mode := range []string{"store", "sign-outs"} {
		inBubble(t, mode, func(t *testing.T) {
			store := newWatchedStore()
			p := newApp(t, &authority{}, func(c *session.Config) {
				if mode == "store" {
					c.Store = store
				} else {
					c.SignOuts = store
				}
			})
			b := signedIn(t, p)
			time.Sleep(time.Second)
			for _, op := range []string{"find", "delete", "commit"} {
				if op == "delete" && mode == "sign-outs" { // nothing is deleted there
					continue
				}
				store.fail(op)
				err := p.EndBefore(t.Context(), jane(), time.Now(), "event")
				if !errors.Is(err, session.ErrStore) {
					t.Errorf("EndBefore while %s fails = %v, want ErrStore", op, err)
				}
				store.fail()
			}
			if err := p.EndBefore(t.Context(), jane(), time.Now(), "event"); err != nil {
				t.Errorf("EndBefore = %v", err)
			}
			b.get("/account").wantStatus(t, "after the next delivery", 302)
		})
	}
	p := newApp(t, &authority{}, nil)
	if err := p.EndBefore(t.Context(), jane(), time.Now(), "event"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("EndBefore in cookie mode = %v, want ErrUnsupported", err)
	}
	if err := p.EndEveryone(t.Context()); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("EndEveryone in cookie mode = %v, want ErrUnsupported", err)
	}
}

// TestO7_EndEveryone: all sessions of the app end, here at once and elsewhere
// within three seconds; those that begin later, and another app's, go on.
func TestO7_EndEveryone(t *testing.T) {
	inFleets(t, func(t *testing.T, _ string, _ *revokingAuthority, fleet []*app) {
		at := func(b *browser, n int) reply { b.h = fleet[n]; return b.clone().get("/account") }
		mine, joe := signedIn(t, fleet[0]), newBrowser(t, fleet[1])
		joe.get("/login?user=joe")
		for n := range fleet {
			at(mine, n).wantStatus(t, "before", 200)
			at(joe, n).wantStatus(t, "joe before", 200)
		}
		first := mine
		for round := range 2 {
			if err := fleet[0].EndEveryone(t.Context()); err != nil {
				t.Fatal(err)
			}
			at(mine, 0).wantStatus(t, "in this process", 302)
			at(joe, 0).wantStatus(t, "joe in this process", 302)
			later := signedIn(t, fleet[1])
			at(later, 0).wantStatus(t, "a later sign-in at once", 200)
			time.Sleep(3 * time.Second)
			for n := range fleet {
				at(mine, n).wantStatus(t, fmt.Sprint("three seconds later, process ", n), 302)
				at(joe, n).wantStatus(t, fmt.Sprint("joe three seconds later, process ", n), 302)
				at(later, n).wantStatus(t, fmt.Sprint("a later sign-in, process ", n, ", round ", round), 200)
			}
			mine, joe = later, signedIn(t, fleet[0])
		}
		time.Sleep(time.Hour) // a refresh
		at(first, 0).wantStatus(t, "the first session after an hour", 302)
		at(joe, 0).wantStatus(t, "a session from after the last round, after an hour", 200)
	})
}

// TestO7_EndEveryoneAfterIdleTime: a process that was idle refuses every request
// of those that come together, also while it reads the store.
func TestO7_EndEveryoneAfterIdleTime(t *testing.T) {
	for _, mode := range []string{"store", "sign-outs"} {
		inBubble(t, mode, func(t *testing.T) {
			store := newWatchedStore()
			store.slow = true
			edit := in(store)
			if mode == "sign-outs" {
				edit = func(c *session.Config) { c.SignOuts = store }
			}
			app, idle := newApp(t, nil, edit), newApp(t, nil, edit)
			b := signedIn(t, app)
			b.h = idle
			b.get("/account").wantStatus(t, "before", 200)
			time.Sleep(time.Hour)
			if err := app.EndEveryone(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			var all sync.WaitGroup
			for n := range 3 {
				all.Go(func() {
					b.clone().get("/account").wantStatus(t, fmt.Sprint("an hour later, request ", n, " of three"), 302)
				})
			}
			all.Wait()
		})
	}
}

// TestO7_EndEveryoneConcurrently: under load nobody who signed in before is
// served after the time, and nobody is refused who signed in later.
func TestO7_EndEveryoneConcurrently(t *testing.T) {
	inFleets(t, func(t *testing.T, _ string, _ *revokingAuthority, fleet []*app) {
		var mu sync.Mutex
		var ended time.Time
		var load sync.WaitGroup
		for n := range thorough.Or(4, 8) {
			load.Go(func() {
				b := signedIn(t, fleet[n%2])
				began := time.Now()
				for range 100 {
					mu.Lock()
					over := ended
					mu.Unlock()
					b.h = fleet[(n+1)%2]
					asked := time.Now()
					switch got := b.get("/account").status; {
					case !over.IsZero() && began.Before(over) && asked.Sub(over) > 3*time.Second && got == 200:
						t.Errorf("served %v after the end", asked.Sub(over))
					case !over.IsZero() && began.After(over) && got != 200:
						t.Errorf("a later session gets %d", got)
					case got != 200:
						b, began = signedIn(t, fleet[n%2]), time.Now()
					}
					time.Sleep(100 * time.Millisecond)
				}
			})
		}
		time.Sleep(2 * time.Second)
		if err := fleet[1].EndEveryone(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		mu.Lock()
		ended = time.Now()
		mu.Unlock()
		load.Wait()
	})
}
