package session_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// updatable is a watchedStore that never creates a record with Update.
type updatable struct {
	*watchedStore
	before func() // runs first in Update, if set
}

func (u *updatable) Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (bool, error) {
	if u.before != nil {
		u.before()
	}
	if _, found := u.dump()[id]; !found {
		return false, nil
	}
	return true, u.Commit(ctx, id, sealed, expiry)
}

// TestO2_EndUnread: a session that cannot be read, but deleted, is deleted.
func TestO2_EndUnread(t *testing.T) {
	store := newWatchedStore()
	app, other := newApp(t, nil, in(store)), newApp(t, nil, in(store))
	b := signedIn(t, app)
	kept := b.clone()
	store.fail("find")
	b.get("/logout").wantStatus(t, "GET /logout while nothing can be read", 200)
	if len(b.jar) != 0 {
		t.Errorf("cookies are left: %v", b.names())
	}
	store.fail()
	for _, h := range []http.Handler{app, other} {
		kept.at(h).get("/account").wantStatus(t, "GET /account of a copy", 302)
	}
}

// TestO3_StoreFull: a store that takes no writes still deletes. A logout works,
// and "sign out everywhere" ends every session that it knows and reports the
// rest.
func TestO3_StoreFull(t *testing.T) {
	full := errors.New("full")
	locks := newLocker()
	store := newWatchedStore()
	app := newApp(t, nil, func(c *session.Config) { c.Store, c.Locker = &updatable{watchedStore: store}, locks })
	var browsers []*browser
	for range 4 {
		browsers = append(browsers, signedIn(t, app))
	}
	store.fail("commit")
	locks.mu.Lock()
	locks.err = full // the lock of a full Redis cannot be taken
	locks.mu.Unlock()
	one := browsers[0].clone()
	browsers[0].get("/logout").wantStatus(t, "GET /logout while the store is full", 200)
	one.get("/account").wantStatus(t, "GET /account after the logout", 302)
	if err := app.EndAll(t.Context(), jane()); !errors.Is(err, session.ErrStore) || !errors.Is(err, full) {
		t.Errorf("EndAll while the store is full = %v, want ErrStore: the sign-out could not be noted", err)
	}
	for _, b := range browsers {
		b.clone().get("/account").wantStatus(t, "GET /account after EndAll", 302)
	}
	store.fail()
	locks.mu.Lock()
	locks.err = nil
	locks.mu.Unlock()
	other := newApp(t, nil, in(store))
	for _, b := range browsers {
		b.at(other).get("/account").wantStatus(t, "GET /account in another process, when there is room", 302)
	}
}

// TestO2_EndedWhileWritten: with an Updater no write brings back a session
// that another process ends while it runs, even without the mark.
func TestO2_EndedWhileWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		u := &updatable{watchedStore: store}
		app := newApp(t, &authority{}, in(u))
		b := signedIn(t, app)
		kept := b.clone()
		time.Sleep(56 * time.Minute)
		u.before = func() { // at the first write of the refresh another process ends the session
			u.before = nil
			for id := range store.dump() {
				_ = store.Delete(context.Background(), id)
			}
		}
		b.get("/account")
		kept.get("/account").wantStatus(t, "GET /account of a copy", 302)
	})
}

// halfRead is a store that finds the first record of a request, which says who
// is signed in, and while it fails none after it.
type halfRead struct {
	*watchedStore
	fails bool
	finds atomic.Int32 // of this request
}

func (h *halfRead) Find(ctx context.Context, id string) ([]byte, bool, error) {
	if h.finds.Add(1) > 1 && h.fails {
		return nil, false, errDown
	}
	return h.watchedStore.Find(ctx, id)
}

// TestR2_StoreFailsForAWhile: a refresh that fails by the lock or by a read of
// the store waits half a second for its next try. It does not matter how long
// that went on. Only Cognito's own failures have it wait longer.
func TestR2_StoreFailsForAWhile(t *testing.T) {
	for _, what := range []string{"lock", "find"} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				locks, store := newLocker(), &halfRead{watchedStore: newWatchedStore()}
				a := &authority{}
				app := newApp(t, a, func(c *session.Config) { c.Store, c.Locker = store, locks })
				b := signedIn(t, app)
				time.Sleep(61 * time.Minute) // nobody can be served with the old tokens
				fail := func(err error) {
					locks.mu.Lock()
					defer locks.mu.Unlock()
					locks.err = err
				}
				if what == "lock" {
					fail(errors.New("READONLY"))
				} else {
					store.fails = true
				}
				for range 170 { // 17 s
					store.finds.Store(0)
					b.get("/account").wantStatus(t, "GET /account while it fails", 503)
					time.Sleep(100 * time.Millisecond)
				}
				fail(nil)
				store.fails = false
				time.Sleep(500 * time.Millisecond)
				b.get("/account").want(t, "GET /account half a second later", 200, "jane access-00002")
				wantCalls(t, a, "refresh-0001")
			})
		})
	}
}

// TestS8_EndedInAnOutage: a session that has ended with all others of its user
// is over, also while the store cannot delete it. A page for everybody shows
// its visitor as a guest, and does not send them to the login.
func TestS8_EndedInAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		app, other := newApp(t, nil, in(store)), newApp(t, nil, in(store))
		b := signedIn(t, app)
		store.fail("delete")
		if err := app.EndAll(t.Context(), jane()); !errors.Is(err, session.ErrStore) {
			t.Fatalf("EndAll while nothing can be deleted = %v, want ErrStore", err)
		}
		time.Sleep(6 * time.Minute) // the next request counts as use, and asks
		b.h = other
		b.get("/open").want(t, "GET /open", 200, "guest")
		if len(b.jar) != 0 {
			t.Errorf("cookies are left: %v", b.names())
		}
	})
}
