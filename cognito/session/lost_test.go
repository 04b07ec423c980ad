package session_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestR6_LeaseLostBetweenWrites: a lock that is lost between the two writes of
// a refresh stops the second one; both are made under the next lock.
func TestR6_LeaseLostBetweenWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lock, a := newLocker(), &authority{}
		apps, store := processes(t, 1, a, lock)
		b := signedIn(t, apps[0])
		time.Sleep(56 * time.Minute)
		before, commits := store.dump(), 0
		store.watch(func(op, _ string) {
			if op == "commit" {
				if commits++; commits == 2 {
					lock.lose()
				}
			}
		})
		b.get("/account").wantStatus(t, "GET /account while the lease is lost", 200)
		changed := 0
		for id, sealed := range store.dump() {
			if !bytes.Equal(before[id], sealed) {
				changed++
			}
		}
		if changed != 1 {
			t.Errorf("%d records changed, want the tokens alone", changed)
		}
		time.Sleep(5 * time.Second)
		store.watch(nil)
		b.at(newApp(t, a, in(store))).get("/account").want(t, "GET /account in another process", 200, "jane access-00002")
		wantCalls(t, a, "refresh-0001")
	})
}

// TestO3_LogoutLeavesTheList: a user's list does not grow with sessions that
// are over, and is gone with the last.
func TestO3_LogoutLeavesTheList(t *testing.T) {
	store := newWatchedStore()
	app := newApp(t, nil, in(store))
	size := func() int {
		sealed, _, err := store.Find(t.Context(), session.IndexID(jane()))
		if err != nil {
			t.Fatal(err)
		}
		return len(sealed)
	}
	b := signedIn(t, app)
	one := size()
	for range 5 {
		signedIn(t, app).get("/logout")
	}
	if got := size(); got != one {
		t.Errorf("the list has %d bytes after five sessions that are over, want %d as before them", got, one)
	}
	if b.get("/logout"); size() != 0 {
		t.Errorf("the list has %d bytes after the last logout, want none", size())
	}
}
