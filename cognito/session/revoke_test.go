package session_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// A revokingAuthority is one that revokes, too.
type revokingAuthority struct {
	*authority
	revoked []string // the refresh tokens to revoke, as they came in
	fails   int      // how many of the next revocations fail
}

func (a *revokingAuthority) Revoke(_ context.Context, token cognito.RefreshToken) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.revoked = append(a.revoked, name(token))
	if a.fails > 0 {
		a.fails--
		return errors.New("away")
	}
	return nil
}

func (a *revokingAuthority) want(t *testing.T, what string, want ...string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.Equal(a.revoked, want) {
		t.Errorf("%s: revoked = %v, want %v", what, a.revoked, want)
	}
}

// revokingApp is an app whose Refresher revokes.
func revokingApp(t *testing.T, edit func(*session.Config)) (*app, *revokingAuthority) {
	a := &revokingAuthority{authority: &authority{}}
	return newApp(t, a.authority, func(c *session.Config) { edit(c); c.Refresher = a }), a
}

// TestO5_StartRevokes: a sign-in revokes the refresh token of the session that
// it replaces.
func TestO5_StartRevokes(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app, a := revokingApp(t, edit)
		b := signedIn(t, app)
		a.want(t, "the first sign-in")
		b.get("/login")
		a.want(t, "the second sign-in", "refresh-0001")
		b.get("/account").want(t, "GET /account after it", 200, "jane access-00002")
	})
}

// TestO5_NewestIsRevoked: where the browser does not have the newest tokens of
// the session, they are revoked all the same.
func TestO5_NewestIsRevoked(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app, a := revokingApp(t, edit)
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		serve(app, b.request("GET", "/account")).want(t, "GET /account whose answer gets lost", 200, "jane access-00002")
		b.get("/logout").wantStatus(t, "GET /logout", 200)
		a.want(t, "the logout", "refresh-0002")
	})
}

// TestO5_EverywhereRevokes: a browser that signs out everywhere takes its own
// refresh token along, with the same care, where no store knows that token.
func TestO5_EverywhereRevokes(t *testing.T) {
	inBubble(t, "sign-outs", func(t *testing.T) {
		app, a := revokingApp(t, func(c *session.Config) { c.SignOuts = session.NewMemoryStore(nil) })
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		serve(app, b.request("GET", "/account")).want(t, "GET /account whose answer gets lost", 200, "jane access-00002")
		if err := app.EndAll(t.Context(), jane()); err != nil {
			t.Fatal(err)
		}
		a.set(func(*authority) { a.fails = 1 })
		b.get("/logout").wantStatus(t, "GET /logout", 200)
		a.want(t, "the logout", "refresh-0002")
		time.Sleep(time.Hour)
		a.want(t, "an hour later", "refresh-0002", "refresh-0002")
	})
}

// TestO2_EndedWhileRefreshed: a session that ends while its tokens are refreshed,
// or because of that, leaves no refresh token that works.
func TestO2_EndedWhileRefreshed(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app, a := revokingApp(t, edit)
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		a.during = func(context.Context, int) {
			b.clone().get("/logout").wantStatus(t, "GET /logout during a refresh", 200)
		}
		b.get("/account").wantStatus(t, "GET /account", 302)
		a.want(t, "a logout during a refresh", "refresh-0001", "refresh-0002")
	})
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app, a := revokingApp(t, func(c *session.Config) {
			edit(c)
			c.OnRefresh = func(context.Context, *cognito.Identity, cognito.Tokens) error { return session.ErrNoSession }
		})
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		b.get("/account").wantStatus(t, "GET /account", 302)
		a.want(t, "an end by OnRefresh", "refresh-0002")
	})
}

// TestO3_FoundLaterRevokes: a session that a sign-out everywhere has not found
// ends when it is used. Its refresh token is revoked then.
func TestO3_FoundLaterRevokes(t *testing.T) {
	for what, later := range map[string]time.Duration{"when its use is noted": 6 * time.Minute, "when its tokens are due": 56 * time.Minute} {
		inBubble(t, what, func(t *testing.T) {
			store := newWatchedStore()
			app, a := revokingApp(t, in(store))
			b := signedIn(t, app)
			if err := store.Delete(t.Context(), session.IndexID(jane())); err != nil { // as a write by another process without a Locker does
				t.Fatal(err)
			}
			if err := app.EndAll(t.Context(), jane()); err != nil {
				t.Fatal(err)
			}
			a.want(t, "EndAll, which does not find the session")
			time.Sleep(later)
			b.get("/account").wantStatus(t, "GET /account", 302)
			a.want(t, "the next request", "refresh-0001")
			wantCalls(t, a.authority)
		})
	}
}

// TestO5_TriedAgain: a revocation that fails is tried once more later, at a
// logout and at a sign-in, and then no more.
func TestO5_TriedAgain(t *testing.T) {
	for _, path := range []string{"/logout", "/login"} {
		for _, fails := range []int{1, 2} {
			inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
				app, a := revokingApp(t, edit)
				b := signedIn(t, app)
				a.set(func(*authority) { a.fails = fails })
				b.get(path).wantStatus(t, "GET "+path+" while Revoke fails", 200)
				a.want(t, path, "refresh-0001")
				time.Sleep(time.Hour)
				a.want(t, path+" an hour later", "refresh-0001", "refresh-0001")
			})
		}
	}
}

// TestO5_SameTokenStays: a session that starts again with the refresh token
// it had keeps it.
func TestO5_SameTokenStays(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app, a := revokingApp(t, edit)
		b := signedIn(t, app)
		s, err := b.session(app.Manager)
		if err != nil {
			t.Fatal(err)
		}
		tokens, err := s.Tokens(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Start(discard{map[string][]string{}}, b.request("GET", "/"), jane(), tokens); err != nil {
			t.Fatal(err)
		}
		a.want(t, "Start with the same tokens")
	})
}
