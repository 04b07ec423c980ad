package session_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// TestS2a_StaleIdentity: an identity from before a refresh, beside the tokens
// from after it, is refreshed before it is used.
func TestS2a_StaleIdentity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &authority{}
		p := newApp(t, a, nil)
		p.Handle("/admin", p.Require(http.HandlerFunc(whoAmI), cognito.AnyGroup("admins")))
		b := signedIn(t, p)
		before := b.clone()
		a.set(func(a *authority) {
			a.edit = func(_ *cognito.Tokens, id *cognito.Identity) { id.Groups = nil }
		})
		time.Sleep(56 * time.Minute)
		b.get("/admin").wantStatus(t, "GET /admin after the group was lost", 403)
		for range 3 {
			time.Sleep(5 * time.Minute) // the process has forgotten the refresh
			b.jar["__Host-session"] = before.jar["__Host-session"]
			b.get("/admin").wantStatus(t, "GET /admin with the identity from before", 403)
		}
	})
}

// TestS2a_Generations: a user who has lost a group is refused, whatever parts
// of ten generations of the session's cookies a browser sends together. That
// holds in another process too.
func TestS2a_Generations(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	places := map[string]func(*session.Config){"cookies": func(*session.Config) {}}
	stored, noted := session.NewMemoryStore(nil), session.NewMemoryStore(nil)
	places["store"] = func(c *session.Config) { c.Store = stored }
	places["sign-outs"] = func(c *session.Config) { c.SignOuts = noted }
	for place, edit := range places {
		t.Run(place, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &authority{grace: true}
				one, two := newApp(t, a, edit), newApp(t, a, edit)
				for _, p := range []*app{one, two} {
					p.Handle("/admin", p.Require(http.HandlerFunc(whoAmI), cognito.AnyGroup("admins")))
				}
				b := signedIn(t, one)
				var generations []*browser
				for n := range 10 {
					generations = append(generations, b.clone())
					if n == 4 {
						a.set(func(a *authority) {
							a.edit = func(_ *cognito.Tokens, id *cognito.Identity) { id.Groups = []string{"users"} }
						})
					}
					time.Sleep(61 * time.Minute)
					b.get("/account").wantStatus(t, "GET /account", 200)
				}
				for range thorough.Or(100, 300) {
					mixed := newBrowser(t, []*app{one, two}[random.IntN(2)])
					mixed.hoax = true
					var parts []string
					for _, name := range b.names() {
						n := random.IntN(len(generations))
						mixed.jar[name] = generations[n].jar[name]
						parts = append(parts, fmt.Sprint(strings.TrimPrefix(name, "__Host-session"), " of ", n))
					}
					if got := mixed.get("/admin"); got.status == 200 {
						t.Fatalf("GET /admin with %v = 200 %s, want no admin", parts, got.body)
					}
					time.Sleep(time.Duration(random.IntN(90)) * time.Second)
				}
				_ = maps.Clone(b.jar)
			})
		})
	}
}
