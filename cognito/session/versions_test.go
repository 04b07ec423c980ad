package session_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A newerStore is a store as a later release writes it: each record has a field
// more than this release knows.
type newerStore struct {
	session.Store
	manager *session.Manager
}

func (s *newerStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	return s.Store.Commit(ctx, id, session.WithUnknownField(s.manager, id, sealed), expiry)
}

// TestS12_TwoReleases: a release that writes fields which the other does not
// know, and this one, serve the same sessions side by side. Nobody is signed
// out, in cookies, with sign-outs noted, and in a store.
func TestS12_TwoReleases(t *testing.T) {
	for _, place := range []string{"cookies", "sign-outs", "store"} {
		inBubble(t, place, func(t *testing.T) {
			shared := session.NewMemoryStore(nil)
			a := &authority{grace: true}
			edit := func(store session.Store) func(*session.Config) {
				return func(c *session.Config) {
					switch place {
					case "sign-outs":
						c.SignOuts = store
					case "store":
						c.Store = store
					}
				}
			}
			later := &newerStore{Store: shared}
			old, next := newApp(t, a, edit(shared)), newApp(t, a, edit(later))
			later.manager = next.Manager
			rewrite := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if place != "store" {
					session.CookiesWithUnknownField(next.Manager, w.Header())
				}
			})
			fleet := []http.Handler{old, rewrite}
			var wg sync.WaitGroup
			for n := range thorough.Or(6, 20) {
				wg.Go(func() {
					b := signedIn(t, fleet[n%2])
					for hour := range 6 {
						for step := range 4 {
							time.Sleep(17*time.Minute + time.Duration(n)*time.Second)
							b.h = fleet[(hour+step+n)%2]
							b.get("/account").wantStatus(t, fmt.Sprint("GET /account in hour ", hour), 200)
						}
					}
					b.h = fleet[(n+1)%2]
					b.get("/logout").wantStatus(t, "GET /logout", 200)
					b.get("/account").wantStatus(t, "GET /account after it", 302)
				})
			}
			wg.Wait()
			if place == "store" {
				b := signedIn(t, rewrite)
				list, err := old.Sessions(t.Context(), jane())
				if err != nil || len(list) != 1 {
					t.Errorf("Sessions = %v, %v, want the one that the other release started", list, err)
				}
				if err := old.EndAll(t.Context(), jane()); err != nil {
					t.Error(err)
				}
				b.get("/account").wantStatus(t, "GET /account after EndAll of the other release", 302)
			}
		})
	}
}
