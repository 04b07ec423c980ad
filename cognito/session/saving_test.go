package session_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestR2_SavedWithoutBeingAsked: new tokens that could not be saved are saved
// as soon as the store works again, though nobody visits this process. With a
// grace period of zero, the visitor then comes to another process, which does
// not sign them out.
func TestR2_SavedWithoutBeingAsked(t *testing.T) {
	for _, lock := range []session.Locker{nil, newLocker()} {
		for _, outage := range []time.Duration{100 * time.Millisecond, time.Second, 10 * time.Second, 55 * time.Second} {
			t.Run(fmt.Sprintf("%v, lock %v", outage, lock != nil), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					if lock != nil {
						lock = newLocker()
					}
					apps, store := processes(t, 2, &authority{}, lock)
					b := signedIn(t, apps[0])
					time.Sleep(56 * time.Minute)
					store.fail("commit")
					b.get("/account").want(t, "GET /account while commits fail", 200, "jane access-00001")
					time.Sleep(outage)
					store.fail()
					b.at(apps[1]).get("/account").want(t, "GET /account in another process, which comes first", 200, "jane access-00002")
					time.Sleep(time.Minute)
					for _, app := range apps {
						b.at(app).get("/account").want(t, "GET /account later", 200, "jane access-00002")
					}
				})
			})
		}
	}
}

// TestR2_GivenUpOnce: what cannot be saved for a minute is reported once, and
// not tried again until the session is used.
func TestR2_GivenUpOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		app := newApp(t, &authority{life: 5 * time.Hour}, in(store))
		b := signedIn(t, app)
		time.Sleep(5*time.Hour - 4*time.Minute)
		store.fail("commit")
		b.get("/account").want(t, "GET /account", 200, "jane access-00001")
		time.Sleep(90 * time.Second)
		tries := store.count("commit")
		time.Sleep(time.Hour)
		if got := store.count("commit"); got != tries || tries < 50 {
			t.Errorf("%d commits in the first minute and a half, %d more in an hour, want some 60 and none", tries, got-tries)
		}
		for range 3 {
			b.get("/account").wantStatus(t, "GET /account", 503)
			time.Sleep(time.Minute)
		}
		log := app.log.String()
		if warned, failed := strings.Count(log, "could not be saved, which"), strings.Count(log, "could not be saved for a minute"); warned != 1 || failed != 1 {
			t.Errorf("reported %d times at first and %d times as given up, want once each:\n%s", warned, failed, log)
		}
		store.fail()
		b.get("/account").want(t, "GET /account once the store works", 200, "jane access-00002")
		wantCalls(t, app.authority, "refresh-0001")
	})
}

// TestObserver: each function is told, and what it is told.
func TestObserver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		told := map[string]int{}
		var longest time.Duration
		count := func(what string, took time.Duration, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				what += " failed"
			}
			told[what]++
			longest = max(longest, took)
		}
		store, a := newWatchedStore(), &authority{during: takes(3 * time.Second)}
		app := newApp(t, a, func(c *session.Config) {
			c.Store, c.Locker = store, newLocker()
			c.Pool.Observer = &observe.Observer{
				SessionStart: func(_ context.Context, e observe.SessionStart) { count("start", e.Took, e.Err) },
				Refresh:      func(_ context.Context, e observe.Refresh) { count("refresh", e.Took, e.Err) },
				LockWait:     func(_ context.Context, e observe.LockWait) { count("lock", e.Took, e.Err) },
				StoreCall:    func(_ context.Context, e observe.StoreCall) { count(string(e.Op), e.Took, e.Err) },
			}
		})
		b := signedIn(t, app)
		clear(told)
		b.get("/open") // reads who and, for the page, the tokens
		if told["find"] != 2 || len(told) != 1 {
			t.Errorf("a request that asks for its tokens is told as %v, want two finds", told)
		}
		time.Sleep(56 * time.Minute)
		together(b, 5, "/account")
		if told["refresh"] != 1 || told["lock"] == 0 || told["commit"] != 2 || longest != 3*time.Second {
			t.Errorf("a refresh is told as %v with %v for the longest, want one with 2 commits and 3s", told, longest)
		}
		store.fail("find", "commit", "delete")
		b.get("/account")
		b.get("/login")
		if told["find failed"] == 0 || told["start failed"] != 1 {
			t.Errorf("failures are told as %v", told)
		}
	})
}

// TestStoreReads: a request reads one record.
func TestStoreReads(t *testing.T) {
	for _, mode := range []string{"store", "cookies with sign-outs"} {
		t.Run(mode, func(t *testing.T) {
			store := newWatchedStore()
			app := newApp(t, &authority{}, func(c *session.Config) {
				if mode == "store" {
					c.Store = store
				} else {
					c.SignOuts = store
				}
			})
			page := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
			b := signedIn(t, app)
			before := store.count("find")
			for range 10 {
				if _, err := b.session(app.Manager); err != nil {
					t.Fatal(err)
				}
				serve(app.Require(page), b.request("GET", "/page")).wantStatus(t, "GET /page", 200)
			}
			if got := store.count("find") - before; got != 20 || store.count("delete") != 0 {
				t.Errorf("20 requests made %d finds and %d deletes, want 20 and none", got, store.count("delete"))
			}
		})
	}
}
