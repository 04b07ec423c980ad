package session

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// A longLived refresher always has new tokens.
type longLived struct{}

func (longLived) Refresh(_ context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	old.Expiry = time.Now().Add(time.Hour)
	return old, who, nil
}

// TestE4_MarksAreSwept: what is remembered of sessions that ended, or were
// refreshed, goes again, so that a service that never restarts does not grow.
func TestE4_MarksAreSwept(t *testing.T) {
	tests := []struct {
		name string
		use  func(m *Manager, visit *httptest.ResponseRecorder)
	}{
		{name: "ended", use: func(m *Manager, visit *httptest.ResponseRecorder) {
			if err := m.End(httptest.NewRecorder(), again(visit)); err != nil {
				t.Errorf("End = %v", err)
			}
		}},
		{name: "refreshed", use: func(m *Manager, visit *httptest.ResponseRecorder) {
			time.Sleep(56 * time.Minute)
			if _, err := m.Current(httptest.NewRecorder(), again(visit)); err != nil {
				t.Errorf("Current = %v", err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newTestManager(t, Config{Refresher: longLived{}})
				most := 0
				for range 5000 {
					tt.use(m, start(t, m))
					most = max(most, len(m.renewals.latest)+len(m.renewals.ended))
					time.Sleep(10 * time.Second)
				}
				if most > 2*minSweep {
					t.Errorf("%d records at a time, want at most %d", most, 2*minSweep)
				}
			})
		})
	}
}

// TestC6_NoRefreshAfterEnd: a request that was let in just before the logout
// does not send the refresh token after it.
func TestC6_NoRefreshAfterEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refreshes := &counted{}
		m := newTestManager(t, Config{Refresher: refreshes})
		visit := start(t, m)
		time.Sleep(56 * time.Minute)
		s, err := m.FromRequest(again(visit))
		if err != nil {
			t.Fatal(err)
		}
		if err := m.End(httptest.NewRecorder(), again(visit)); err != nil {
			t.Fatal(err)
		}
		if _, err := m.renew(t.Context(), s); !errors.Is(err, ErrNoSession) || refreshes.n != 0 {
			t.Errorf("renew after End = %v with %d refreshes, want ErrNoSession with none", err, refreshes.n)
		}
	})
}

type counted struct {
	longLived
	n int
}

func (c *counted) Refresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	c.n++
	return c.longLived.Refresh(ctx, old, who)
}

// TestR2_UnsavedIsNotSwept: tokens that only this process has stay as long as
// the session can, however many others come and go.
func TestR2_UnsavedIsNotSwept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &commitFails{MemoryStore: NewMemoryStore(nil)}
		m := newTestManager(t, Config{Refresher: longLived{}, Options: Options{Store: store, IdleTimeout: 100 * time.Hour}})
		visit := start(t, m)
		s, err := m.FromRequest(again(visit))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(56 * time.Minute)
		store.fails.Store(true)
		if _, err := m.renew(t.Context(), s); !errors.Is(err, ErrStore) {
			t.Fatalf("renew = %v, want ErrStore", err)
		}
		time.Sleep(2 * time.Minute) // by then it is no longer tried unasked
		store.fails.Store(false)
		time.Sleep(10 * time.Hour)
		for range 3 * minSweep {
			_ = m.End(httptest.NewRecorder(), again(start(t, m)))
		}
		if last := m.renewals.latest[s.state.sid]; last == nil || last.unsaved == nil {
			t.Error("the tokens that could not be saved are gone")
		}
	})
}

type commitFails struct {
	*MemoryStore
	fails atomic.Bool
}

func (c *commitFails) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if c.fails.Load() {
		return errors.New("full")
	}
	return c.MemoryStore.Commit(ctx, id, sealed, expiry)
}

// again is the next request of a browser that got this answer.
func again(rec *httptest.ResponseRecorder) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	for _, k := range rec.Result().Cookies() {
		r.AddCookie(k)
	}
	return r
}

func newTestManager(t *testing.T, cfg Config) *Manager {
	t.Helper()
	cfg.Keys, cfg.BaseURL = []Key{NewKey()}, "https://app.example.com"
	cfg.Pool = cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "client1", Logger: slog.New(slog.DiscardHandler)}
	m, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func start(t *testing.T, m *Manager) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	err := m.Start(rec, httptest.NewRequest("GET", "/", nil), &cognito.Identity{Issuer: m.issuers[0], ClientID: m.clientID, Subject: "jane"},
		cognito.Tokens{Access: "a", Refresh: "r", Expiry: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return rec
}
