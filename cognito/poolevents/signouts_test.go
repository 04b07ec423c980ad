package poolevents_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/poolevents"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A shakyStore fails while it is told to.
type shakyStore struct {
	*session.MemoryStore
	fails atomic.Bool
}

var errAway = errors.New("the store is away")

func (s *shakyStore) Find(ctx context.Context, id string) ([]byte, bool, error) {
	if s.fails.Load() {
		return nil, false, errAway
	}
	return s.MemoryStore.Find(ctx, id)
}

func (s *shakyStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if s.fails.Load() {
		return errAway
	}
	return s.MemoryStore.Commit(ctx, id, sealed, expiry)
}

// TestO6_StoreAway: while the store is away an event is to be sent again, and a
// token can be neither taken nor refused.
func TestO6_StoreAway(t *testing.T) {
	for _, place := range []string{"store", "cookies"} {
		t.Run(place, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &shakyStore{MemoryStore: session.NewMemoryStore(nil)}
				w := newWorld(t, place, store)
				jane := w.signIn(t, 0, "jane", password)
				time.Sleep(time.Minute)
				w.take()
				if err := w.pool.DisableUser("jane"); err != nil {
					t.Fatal(err)
				}
				event := w.take()[0]
				store.fails.Store(true)
				if rec := post(w.apps[0], secret, event); rec.Code != 503 || rec.Header().Get("Retry-After") == "" {
					t.Errorf("delivery while the store is away: %d, want 503 with Retry-After", rec.Code)
				}
				req := httptest.NewRequest("GET", baseURL+"/api", nil)
				req.Header.Set("Authorization", "Bearer "+string(jane.token))
				rec := httptest.NewRecorder()
				if w.apps[0].ServeHTTP(rec, req); rec.Code != 503 {
					t.Errorf("a token while the store is away: %d, want 503", rec.Code)
				}
				store.fails.Store(false)
				jane.want(t, "before the event comes again", true)
				w.deliver(t, 1, event)
				jane.want(t, "after the event", false)
			})
		})
	}
}

// TestO6_OneSignIn: RevokeToken ends the tokens of one sign-in, where it is known
// which.
func TestO6_OneSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "store", session.NewMemoryStore(nil))
		phone, tablet := w.signIn(t, 0, "jane", password), w.signIn(t, 0, "jane", password)
		tokens := w.pool.Tokens("jane")
		phone.token = tokens.Access
		time.Sleep(time.Minute)
		verifier, err := cognito.NewVerifier(w.pool.Config())
		if err != nil {
			t.Fatal(err)
		}
		claims, err := verifier.VerifyAccess(t.Context(), phone.token)
		if err != nil {
			t.Fatal(err)
		}
		w.take()
		w.call(t, "RevokeToken", map[string]any{"ClientId": w.pool.Config().ClientID, "Token": string(tokens.Refresh)})
		w.deliver(t, 0, w.take()...) // does not say which sign-in
		phone.want(t, "after an event that does not name the sign-in", true)
		e := poolevents.Event{
			ID: "1", Name: "RevokeToken", Time: time.Now(), UserPoolID: w.pool.Config().UserPoolID, Subject: claims.Subject, OriginJTI: claims.OriginJWTID,
		}
		if err := w.apps[0].tokens.End(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		phone.wantToken(t, "the sign-in that has ended", false)
		tablet.want(t, "the other one", true)
		e.OriginJTI = ""
		if err := w.apps[0].tokens.End(t.Context(), e); !errors.Is(err, poolevents.ErrMalformed) {
			t.Errorf("End without OriginJTI = %v, want ErrMalformed", err)
		}
	})
}

// TestO6_EventTime: an event whose time cannot be right is an error. Without a
// time it would end nothing, and with a later one also the sign-ins to come.
func TestO6_EventTime(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	list, err := poolevents.NewSignOuts(poolevents.SignOutsConfig{Store: session.NewMemoryStore(func() time.Time { return now }), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	claims := &cognito.RegisteredClaims{Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7", Subject: "jane", IssuedAt: now.Add(time.Second)}
	for _, name := range []string{"AdminDisableUser", "AdminSetUserPassword", "ConfirmForgotPassword", "GlobalSignOut"} {
		for _, at := range []time.Time{{}, time.Unix(0, 0), now.Add(6 * time.Minute), now.AddDate(40_000, 0, 0)} {
			e := poolevents.Event{ID: "1", Name: name, Time: at, UserPoolID: "eu-west-1_aB3dE5gH7", Subject: "jane"}
			if err := list.End(t.Context(), e); !errors.Is(err, poolevents.ErrMalformed) {
				t.Errorf("End(%s at %v) = %v, want ErrMalformed", name, at, err)
			}
		}
	}
	if err := list.Check(t.Context(), claims); err != nil {
		t.Errorf("Check = %v, though no event was added", err)
	}
	revoked := poolevents.Event{ID: "1", Name: "RevokeToken", UserPoolID: "eu-west-1_aB3dE5gH7", Subject: "jane", OriginJTI: "one"}
	if err := list.End(t.Context(), revoked); err != nil {
		t.Errorf("End(RevokeToken without a time) = %v", err)
	}
	claims.OriginJWTID = "one"
	if err := list.Check(t.Context(), claims); err == nil {
		t.Error("Check after RevokeToken = nil, want a refusal")
	}
}

// TestO6_EntriesExpire: the list forgets a user when no token from before can be
// there.
func TestO6_EntriesExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := session.NewMemoryStore(nil)
		list, err := poolevents.NewSignOuts(poolevents.SignOutsConfig{Store: store, RefreshTokenLife: 48 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for _, test := range []struct {
			name string
			life time.Duration
		}{{"AdminDisableUser", 24 * time.Hour}, {"AdminSetUserPassword", 72 * time.Hour}} {
			claims := &cognito.RegisteredClaims{Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7", Subject: test.name, IssuedAt: began, AuthTime: began.Add(-time.Minute)}
			if err := list.End(t.Context(), poolevents.Event{ID: "1", Name: test.name, Time: time.Now(), UserPoolID: "eu-west-1_aB3dE5gH7", Subject: test.name}); err != nil {
				t.Fatal(err)
			}
			claims.IssuedAt = time.Now()
			time.Sleep(test.life)
			if err := list.Check(t.Context(), claims); cognito.CodeOf(err) != cognito.InvalidToken {
				t.Errorf("%s: Check after %v = %v, want it refused", test.name, test.life, err)
			}
			time.Sleep(time.Hour)
			if err := list.Check(t.Context(), claims); err != nil {
				t.Errorf("%s: Check after %v and an hour = %v, want it forgotten", test.name, test.life, err)
			}
		}
	})
}

// TestO6_Guard: a Guard finds its Observer behind the list, and a client's own
// token is not looked up.
func TestO6_Guard(t *testing.T) {
	store := &shakyStore{MemoryStore: session.NewMemoryStore(nil)}
	w := newWorld(t, "store", store)
	pool := w.pool.Config()
	var told []string
	pool.Observer = &observe.Observer{Refusal: func(_ context.Context, e observe.Refusal) { told = append(told, string(e.Code)) }}
	verifier, err := cognito.NewVerifier(pool)
	if err != nil {
		t.Fatal(err)
	}
	h := cognito.Guard{
		Authenticator: cognito.Bearer{Verifier: w.apps[0].tokens.Verifier(verifier)},
		Logger:        slog.New(slog.NewTextHandler(io.Discard, nil)),
	}.Require(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if len(told) != 1 || told[0] != "credentials_required" {
		t.Errorf("the Observer is told of %v", told)
	}
	store.fails.Store(true)
	machine := &machineVerifier{}
	if _, err := w.apps[0].tokens.Verifier(machine).VerifyAccess(t.Context(), "token"); err != nil {
		t.Errorf("a client's own token while the store is away: %v", err)
	}
}

type machineVerifier struct{}

func (machineVerifier) VerifyAccess(context.Context, cognito.AccessToken) (*cognito.AccessClaims, error) {
	return &cognito.AccessClaims{RegisteredClaims: cognito.RegisteredClaims{Subject: "client"}, ClientID: "client"}, nil
}

// TestO6_UnderLoad: two processes serve, and events come in any order and
// several times. Nobody is served who has ended, and nobody is refused who
// signed in later. It is for the race detector.
func TestO6_UnderLoad(t *testing.T) {
	inPlaces(t, func(t *testing.T, w *world) {
		rounds := thorough.Or(3, 6)
		var joe sync.WaitGroup
		var over atomic.Bool
		other := w.signIn(t, 1, "joe", password)
		joe.Go(func() {
			for !over.Load() {
				other.want(t, "another user", true)
				time.Sleep(100 * time.Millisecond)
			}
		})
		var events [][]byte
		for range rounds {
			jane := w.signIn(t, 0, "jane", password)
			time.Sleep(3 * time.Second)
			w.take()
			if err := w.pool.SignOutUser("jane"); err != nil {
				t.Fatal(err)
			}
			events = append(events, w.take()...)
			var deliveries sync.WaitGroup
			for n := range 8 { // of all events so far, in any order, the new one among them
				deliveries.Go(func() {
					for _, i := range rand.Perm(len(events)) {
						w.deliver(t, n%2, events[i])
					}
				})
			}
			deliveries.Wait()
			jane.want(t, "after the events", false)
			time.Sleep(3 * time.Second)
		}
		later := w.signIn(t, 1, "jane", password)
		for i := range events {
			w.deliver(t, i%2, events[i])
		}
		later.want(t, "the last sign-in", true)
		over.Store(true)
		joe.Wait()
	})
}

// TestConfig: what is wrong is told at once.
func TestConfig(t *testing.T) {
	_, err := poolevents.New(poolevents.Config{Authorization: []cognito.Secret{"short"}, Sessions: []*session.Manager{nil}})
	for _, field := range []string{"UserPoolID", "Authorization", "Sessions"} {
		if !hasField(err, field) {
			t.Errorf("New = %v, want a problem of %s", err, field)
		}
	}
	if _, err := poolevents.NewSignOuts(poolevents.SignOutsConfig{RefreshTokenLife: -1}); !hasField(err, "SignOutsConfig.Store") || !hasField(err, "SignOutsConfig.RefreshTokenLife") {
		t.Errorf("NewSignOuts = %v", err)
	}
}

func hasField(err error, field string) bool {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		e, ok := errors.AsType[*cognito.ConfigError](err)
		return ok && e.Field == field
	}
	for _, one := range joined.Unwrap() {
		if hasField(one, field) {
			return true
		}
	}
	return false
}
