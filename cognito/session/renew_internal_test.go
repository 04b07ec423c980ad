package session

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/thorough"
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
				for range thorough.Or(minSweep+500, 5000) {
					tt.use(m, start(t, m))
					most = max(most, len(m.renewals.latest)+len(m.renewals.ended))
					time.Sleep(10 * time.Second)
				}
				if most > minSweep+1 {
					t.Errorf("%d records at a time, want at most %d", most, minSweep+1)
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
		for range thorough.Or(minSweep+50, 3*minSweep) {
			_ = m.End(httptest.NewRecorder(), again(start(t, m)))
		}
		if last := m.renewals.latest[s.state.sid]; last == nil || last.unsaved == nil {
			t.Error("the tokens that could not be saved are gone")
		}
	})
}

// TestR8_HeldSealed: no refresh token stays readable in what a process keeps of
// its refreshes. That holds for those held for browsers, saved to a store, and
// not saved yet.
func TestR8_HeldSealed(t *testing.T) {
	for name, store := range map[string]*commitFails{"cookies": nil, "store": {MemoryStore: NewMemoryStore(nil)}, "unsaved": {MemoryStore: NewMemoryStore(nil)}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := Config{Refresher: newSecrets{}, Options: Options{IdleTimeout: 100 * time.Hour}}
				if store != nil {
					cfg.Store = store
				}
				m := newTestManager(t, cfg)
				var visits []*httptest.ResponseRecorder
				for range 10 {
					visits = append(visits, start(t, m))
				}
				time.Sleep(56 * time.Minute)
				if name == "unsaved" {
					store.fails.Store(true)
				}
				for _, visit := range visits {
					s, err := m.Current(httptest.NewRecorder(), again(visit))
					if err != nil {
						t.Fatalf("Current = %v", err)
					}
					if tokens, err := s.Tokens(t.Context()); err != nil || tokens.Refresh == "" {
						t.Fatalf("Tokens = %v, %v, want some", tokens, err)
					}
				}
				for _, at := range []time.Duration{0, 2 * time.Minute, 20 * time.Minute} {
					time.Sleep(at)
					if n, where := searchKept(m, "secret-refresh-token"); where != "" || n != len(visits) && name != "store" {
						t.Errorf("%d refreshes are kept, and a refresh token can be read in %q, want %d and none", n, where, len(visits))
					}
				}
				if name == "unsaved" {
					store.fails.Store(false)
				}
				for _, visit := range visits { // with the cookies from before
					s, err := m.Current(httptest.NewRecorder(), again(visit))
					if err != nil {
						t.Fatalf("Current with the old cookies = %v", err)
					}
					if tokens, err := s.Tokens(t.Context()); err != nil || tokens.Refresh != "secret-refresh-token" {
						t.Fatalf("Tokens = %v, want the refreshed ones", err)
					}
				}
				if _, where := searchKept(m, "secret-refresh-token"); where != "" {
					t.Errorf("a refresh token can be read in %s after it was used", where)
				}
			})
		})
	}
}

// newSecrets gives tokens that can be found.
type newSecrets struct{}

func (newSecrets) Refresh(_ context.Context, _ cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	return cognito.Tokens{Access: "access", Refresh: "secret-refresh-token", Expiry: time.Now().Add(time.Hour)}, who, nil
}

// searchKept returns how many refreshes a Manager keeps, and where in them a
// text is.
func searchKept(m *Manager, text string) (n int, where string) {
	synctest.Wait()
	m.renewals.mu.Lock()
	defer m.renewals.mu.Unlock()
	return len(m.renewals.latest), findText(reflect.ValueOf(m.renewals), text, "renewals", map[unsafe.Pointer]bool{})
}

// findText names where below v a text is, or "".
func findText(v reflect.Value, text, path string, seen map[unsafe.Pointer]bool) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.UnsafePointer()] || v.Type() == reflect.TypeFor[*Manager]() {
			return ""
		}
		seen[v.UnsafePointer()] = true
		return findText(v.Elem(), text, path, seen)
	case reflect.Interface:
		return findText(v.Elem(), text, path, seen)
	case reflect.Struct:
		for i := range v.NumField() {
			if where := findText(v.Field(i), text, path+"."+v.Type().Field(i).Name, seen); where != "" {
				return where
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if where := findText(it.Value(), text, path+"[…]", seen); where != "" {
				return where
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && bytes.Contains(v.Bytes(), []byte(text)) {
			return path
		}
		for i := range v.Len() {
			if where := findText(v.Index(i), text, path+"[…]", seen); where != "" {
				return where
			}
		}
	case reflect.String:
		if strings.Contains(v.String(), text) {
			return path
		}
	}
	return ""
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

// forRequest is the next request of a browser that got this answer.
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
