package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// closed returns what Close gave within limit, and how long it took.
func closed(t *testing.T, m *session.Manager, limit time.Duration) (time.Duration, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	began := time.Now()
	err := m.Close(ctx)
	return time.Since(began), err
}

// wantClosed fails the test unless Close ends without an error, after most at
// the latest.
func wantClosed(t *testing.T, m *session.Manager, least, most time.Duration) {
	t.Helper()
	if took, err := closed(t, m, time.Minute); err != nil || took < least || took > most {
		t.Errorf("Close = %v after %v, want nil after %v to %v", err, took, least, most)
	}
}

// TestR9_WaitsForRefresh: Close waits for refreshes under way, those in line
// among them, and their tokens are saved for the next process.
func TestR9_WaitsForRefresh(t *testing.T) {
	for _, lock := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			store := newWatchedStore()
			edit := func(c *session.Config) {
				c.Store, c.MaxRefreshes = store, 1
				if lock {
					c.Locker = newLocker()
				}
			}
			a := &authority{during: takes(5 * time.Second)}
			old, next := newApp(t, a, edit), newApp(t, a, edit)
			first, second := signedIn(t, old), signedIn(t, old)
			time.Sleep(56 * time.Minute)
			for _, b := range []*browser{first, second} {
				ctx, leave := context.WithCancel(t.Context())
				go serve(old, b.request("GET", "/account").WithContext(ctx)) // whose visitor leaves
				synctest.Wait()
				leave()
			}
			wantClosed(t, old.Manager, 10*time.Second, 11*time.Second)
			for _, b := range []*browser{first, second} {
				b.at(next).get("/account").wantStatus(t, "GET /account in the next process", 200)
			}
			wantCalls(t, a, "refresh-0001", "refresh-0002")
			wantClosed(t, old.Manager, 0, 0)
		})
	}
}

// TestR9_NoRefreshStarts: after Close a session that is due is served with its
// tokens while they are valid, and is not signed out after that.
func TestR9_NoRefreshStarts(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		a := &authority{}
		old, next := newApp(t, a, edit), newApp(t, a, edit)
		b := signedIn(t, old)
		wantClosed(t, old.Manager, 0, 0)
		time.Sleep(56 * time.Minute)
		b.get("/account").want(t, "GET /account, due", 200, "jane access-00001")
		time.Sleep(5 * time.Minute)
		b.get("/account").wantStatus(t, "GET /account, whose access token has ended", 503)
		wantCalls(t, a)
		b.at(next).get("/account").want(t, "GET /account in the next process", 200, "jane access-00002")
	})
}

// TestR9_ContextEnds: Close ends with its context and says what was left.
func TestR9_ContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &revokingAuthority{authority: &authority{during: takes(5 * time.Second)}, fails: 1}
		app := newApp(t, a.authority, func(c *session.Config) { c.Store, c.Refresher = newWatchedStore(), a })
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		go serve(app, b.request("GET", "/account"))
		synctest.Wait()
		gone := errors.New("gone")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, gone)
		defer cancel()
		began := time.Now()
		err := app.Close(ctx)
		if took := time.Since(began); !errors.Is(err, gone) || took != time.Second || !strings.Contains(err.Error(), "under way: 1,") {
			t.Errorf("Close = %v after %v, want the cause after 1s, and one refresh left", err, took)
		}
		wantClosed(t, app.Manager, 4*time.Second, 5*time.Second)
	})
}

// TestR9_SavesTokens: Close waits until the store works again and has the new
// tokens: also those that were given up, and those that are due again. A store
// that stays away is reported.
func TestR9_SavesTokens(t *testing.T) {
	for _, away := range []time.Duration{time.Second, 5 * time.Minute, 58 * time.Minute} {
		inBubble(t, away.String(), func(t *testing.T) {
			apps, store := processes(t, 2, &authority{}, newLocker())
			b := signedIn(t, apps[0])
			time.Sleep(56 * time.Minute)
			store.fail("commit")
			b.get("/account").want(t, "GET /account while commits fail", 200, "jane access-00001")
			time.Sleep(away)
			took, err := closed(t, apps[0].Manager, 3*time.Second)
			if !errors.Is(err, context.DeadlineExceeded) || took != 3*time.Second {
				t.Errorf("Close = %v after %v, want the end of its context after 3s", err, took)
			}
			time.AfterFunc(10*time.Second, func() { store.fail() })
			wantClosed(t, apps[0].Manager, 10*time.Second, 13*time.Second)
			b.at(apps[1]).get("/account").wantStatus(t, "GET /account in another process", 200)
			sent := []string{"refresh-0001"}
			if away > 50*time.Minute {
				sent = append(sent, "refresh-0002")
			}
			wantCalls(t, apps[0].authority, sent...)
		})
	}
}

// TestR9_EndedMeanwhile: Close does not wait for tokens of a session that has
// ended.
func TestR9_EndedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		apps, store := processes(t, 1, &authority{}, nil)
		b := signedIn(t, apps[0])
		time.Sleep(56 * time.Minute)
		store.fail("commit")
		b.get("/account").want(t, "GET /account while commits fail", 200, "jane access-00001")
		time.Sleep(5 * time.Minute)
		store.fail()
		b.get("/logout").wantStatus(t, "GET /logout", 200)
		wantClosed(t, apps[0].Manager, 0, 0)
	})
}

// TestR9_Revokes: revocations that wait for their second try are made at once,
// and so are those of a logout after Close.
func TestR9_Revokes(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app, a := revokingApp(t, edit)
		first, second := signedIn(t, app), signedIn(t, app)
		a.set(func(*authority) { a.fails = 1 })
		first.get("/logout").wantStatus(t, "GET /logout while Revoke fails", 200)
		a.want(t, "the logout", "refresh-0001")
		wantClosed(t, app.Manager, 0, 10*time.Millisecond)
		a.want(t, "Close", "refresh-0001", "refresh-0001")
		a.set(func(*authority) { a.fails = 1 })
		second.get("/logout").wantStatus(t, "GET /logout after Close", 200)
		wantClosed(t, app.Manager, 0, 10*time.Millisecond)
		a.want(t, "the logout after Close", "refresh-0001", "refresh-0001", "refresh-0002", "refresh-0002")
		time.Sleep(time.Hour)
		a.want(t, "an hour later", "refresh-0001", "refresh-0001", "refresh-0002", "refresh-0002")
	})
}

// TestR9_NeverOverwrites: Close does not save tokens that another process has
// replaced meanwhile.
func TestR9_NeverOverwrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		apps, store := processes(t, 2, &authority{grace: true}, newLocker())
		b := signedIn(t, apps[0])
		time.Sleep(56 * time.Minute)
		store.fail("commit")
		b.get("/account").want(t, "GET /account while commits fail", 200, "jane access-00001")
		time.Sleep(2 * time.Minute)
		store.fail()
		b.at(apps[1]).get("/account").want(t, "GET /account in another process", 200, "jane access-00003")
		wantClosed(t, apps[0].Manager, 0, 10*time.Millisecond)
		b.at(apps[1]).get("/account").want(t, "GET /account after Close", 200, "jane access-00003")
	})
}
