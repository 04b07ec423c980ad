package session_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// A hookedStore is how one process sees a store: its hook may fail any call,
// or do something first.
type hookedStore struct {
	next session.Store
	mu   sync.Mutex // guards hook, and is held while that runs
	hook func(op, id string) error
}

func (s *hookedStore) set(hook func(op, id string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

func (s *hookedStore) call(op, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook == nil {
		return nil
	}
	return s.hook(op, id)
}

func (s *hookedStore) Find(ctx context.Context, id string) ([]byte, bool, error) {
	if err := s.call("find", id); err != nil {
		return nil, false, err
	}
	return s.next.Find(ctx, id)
}

func (s *hookedStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if err := s.call("commit", id); err != nil {
		return err
	}
	return s.next.Commit(ctx, id, sealed, expiry)
}

func (s *hookedStore) Delete(ctx context.Context, id string) error {
	if err := s.call("delete", id); err != nil {
		return err
	}
	return s.next.Delete(ctx, id)
}

// hookedApps are processes with a common store, each with a hook of its own.
func hookedApps(t *testing.T, a *authority, n int) (apps []*app, views []*hookedStore) {
	common := session.NewMemoryStore(nil)
	for range n {
		view := &hookedStore{next: common}
		apps, views = append(apps, newApp(t, a, in(view))), append(views, view)
	}
	return apps, views
}

// TestS8_MarkUnreadable: the mark of ended sessions cannot be read after a
// refresh was saved. The session does not end for that, and does not come back
// if it was ended in between.
func TestS8_MarkUnreadable(t *testing.T) {
	for name, ended := range map[string]bool{"goes on": false, "was ended": true} {
		inBubble(t, name, func(t *testing.T) {
			apps, views := hookedApps(t, &authority{}, 2)
			b := signedIn(t, apps[0])
			time.Sleep(61 * time.Minute)
			commits, failed := 0, false
			views[0].set(func(op, _ string) error {
				switch {
				case op == "commit":
					if commits++; commits == 1 && ended {
						b.clone().at(apps[1]).get("/logout").wantStatus(t, "GET /logout in the other process", 200)
					}
				case op == "find" && commits == 2 && !failed:
					failed = true
					return errDown
				}
				return nil
			})
			b.get("/account").wantStatus(t, "GET /account, whose mark cannot be read", 503)
			if !failed {
				t.Fatal("the mark was not read")
			}
			time.Sleep(5 * time.Second)
			want := map[bool]int{false: 200, true: 302}[ended]
			for i, app := range apps {
				b.clone().at(app).get("/account").wantStatus(t, []string{"GET /account", "GET /account in the other process"}[i], want)
			}
		})
	}
}

// TestR6_UnsavedIsOutdated: new tokens that a process could not save are given
// up where another process has refreshed the session twice since.
func TestR6_UnsavedIsOutdated(t *testing.T) {
	inBubble(t, "store", func(t *testing.T) {
		a := &authority{grace: true}
		apps, views := hookedApps(t, a, 2)
		b := signedIn(t, apps[0])
		other := b.clone().at(apps[1])
		time.Sleep(56 * time.Minute)
		views[0].set(func(op, _ string) error {
			if op == "commit" {
				return errDown
			}
			return nil
		})
		b.get("/account").want(t, "GET /account while nothing can be saved", 200, "jane access-00001")
		views[0].set(func(string, string) error { return errDown })
		time.Sleep(2 * time.Second)
		other.get("/account").want(t, "GET /account in the other process", 200, "jane access-00003")
		time.Sleep(56 * time.Minute)
		other.get("/account").want(t, "GET /account in the other process later", 200, "jane access-00004")
		views[0].set(nil)
		time.Sleep(56 * time.Minute)
		b.get("/account").want(t, "GET /account when the store is back", 200, "jane access-00005")
		wantCalls(t, a, "refresh-0001", "refresh-0001", "refresh-0003", "refresh-0004")
	})
}

// TestS2a_HalfWritten: another process has saved new tokens and not yet the
// identity that goes with them. The old identity is not used with them.
func TestS2a_HalfWritten(t *testing.T) {
	inBubble(t, "store", func(t *testing.T) {
		a := &authority{edit: func(_ *cognito.Tokens, id *cognito.Identity) { id.Groups = nil }}
		apps, views := hookedApps(t, a, 2)
		for _, app := range apps {
			app.Handle("/admin", app.Require(http.HandlerFunc(whoAmI), cognito.AnyGroup("admins")))
		}
		b := signedIn(t, apps[0])
		other := b.clone().at(apps[1])
		other.get("/admin").wantStatus(t, "GET /admin before the refresh", 200)
		time.Sleep(61 * time.Minute)
		commits := 0
		views[0].set(func(op, _ string) error {
			if op == "commit" {
				if commits++; commits > 1 {
					return errDown
				}
			}
			return nil
		})
		b.get("/admin").wantStatus(t, "GET /admin while the identity cannot be saved", 503)
		other.get("/admin").wantStatus(t, "GET /admin in the other process", 403)
		time.Sleep(2 * time.Minute) // the first process gives up
	})
}

// TestS8_EndHalfDeleted: a logout of a session of which only the tokens are
// left fails while the store cannot be read, and deletes them later.
func TestS8_EndHalfDeleted(t *testing.T) {
	inBubble(t, "store", func(t *testing.T) {
		apps, views := hookedApps(t, &authority{}, 1)
		var commits []string
		views[0].set(func(op, id string) error {
			if op == "commit" {
				commits = append(commits, id)
			}
			return nil
		})
		b := signedIn(t, apps[0])
		tokens, identity := commits[len(commits)-2], commits[len(commits)-1]
		if err := views[0].next.Delete(t.Context(), identity); err != nil {
			t.Fatal(err)
		}
		finds := 0
		views[0].set(func(op, _ string) error {
			if op == "find" {
				if finds++; finds > 1 {
					return errDown
				}
			}
			return nil
		})
		b.clone().get("/logout").wantStatus(t, "GET /logout while the store cannot be read", 503)
		views[0].set(nil)
		b.get("/logout").wantStatus(t, "GET /logout", 200)
		if _, found, err := views[0].next.Find(t.Context(), tokens); found || err != nil {
			t.Errorf("the tokens are there after the logout: %v, %v", found, err)
		}
	})
}

// TestE3_IdentityCannotBeKept: an identity that cannot be written is an error of
// the sign-in, and leaves nothing behind.
func TestE3_IdentityCannotBeKept(t *testing.T) {
	inModes(t, func(t *testing.T, store *watchedStore, edit func(*session.Config)) {
		a := &authority{}
		p := newApp(t, a, edit)
		p.HandleFunc("/strange", func(w http.ResponseWriter, r *http.Request) {
			id := jane()
			id.AuthTime = time.Date(200000, 1, 1, 0, 0, 0, 0, time.UTC)
			if err := p.Start(w, r, id, a.issue()); err == nil || errors.Is(err, session.ErrStore) {
				t.Errorf("Start = %v, want an error that is not the store's", err)
			}
		})
		b := newBrowser(t, p)
		if got := b.get("/strange"); len(got.cookies) != 0 {
			t.Errorf("Start set %d cookies, want none", len(got.cookies))
		}
		if store != nil && len(store.dump()) != 0 {
			t.Errorf("%d records of the session are left, want none", len(store.dump()))
		}
	})
}
