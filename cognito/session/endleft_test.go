package session_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// A promptStore is a store whose calls end with their context.
type promptStore struct{ *watchedStore }

func (s promptStore) Find(ctx context.Context, id string) ([]byte, bool, error) {
	if err := s.wait(ctx); err != nil {
		return nil, false, err
	}
	return s.watchedStore.Find(ctx, id)
}

func (s promptStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if err := s.wait(ctx); err != nil {
		return err
	}
	return s.watchedStore.Commit(ctx, id, sealed, expiry)
}

func (s promptStore) Delete(ctx context.Context, id string) error {
	if err := s.wait(ctx); err != nil {
		return err
	}
	return s.watchedStore.Delete(ctx, id)
}

func (s promptStore) wait(ctx context.Context) error {
	time.Sleep(time.Millisecond)
	return ctx.Err()
}

// TestO2_VisitorLeaves: a visitor who closes the tab at any moment of a logout
// is signed out, and the refresh token is revoked. The same holds for the
// session that a sign-in replaces.
func TestO2_VisitorLeaves(t *testing.T) {
	for _, path := range []string{"/logout", "/login"} {
		for _, kept := range []string{"store", "sign-outs"} {
			t.Run(path+" with "+kept, func(t *testing.T) {
				for moment := range 12 {
					synctest.Test(t, func(t *testing.T) { leaveAt(t, path, kept == "store", time.Duration(moment)*time.Millisecond) })
				}
			})
		}
	}
}

func leaveAt(t *testing.T, path string, inStore bool, moment time.Duration) {
	store := promptStore{newWatchedStore()}
	keep := func(c *session.Config) {
		if inStore {
			c.Store = store
		} else {
			c.SignOuts = store
		}
	}
	app, a := revokingApp(t, keep)
	other, _ := revokingApp(t, keep)
	b := signedIn(t, app)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(moment, cancel)
	r := b.request("POST", path).WithContext(ctx)
	serve(app, r)
	time.Sleep(time.Second)
	here, there := b.clone().get("/account"), b.clone().at(other).get("/account")
	a.mu.Lock()
	revoked := len(a.revoked)
	a.mu.Unlock()
	if path == "/login" && revoked == 0 { // the sign-in had not come to it
		here.wantStatus(t, "GET /account here, before the end", 200)
		there.wantStatus(t, "GET /account elsewhere, before the end", 200)
		return
	}
	here.wantStatus(t, "GET /account here", 302)
	there.wantStatus(t, "GET /account elsewhere", 302)
	a.want(t, path, "refresh-0001")
}
