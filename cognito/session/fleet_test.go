package session_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// TestS3_RotateUnderLoad: a new key is rolled out over processes that serve
// visitors at the same time, first to open with, then to seal with. The old one
// is taken away once sessions were sealed with the new one. Only visitors who
// have not used their session since are asked to sign in.
func TestS3_RotateUnderLoad(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, store := &authority{}, mode.store()
				process := func(keys ...session.Key) *app {
					return newApp(t, a, func(c *session.Config) { c.Store, c.Keys = store, keys })
				}
				before, opens, seals, after := process(key(1)), process(key(1), key(2)), process(key(2), key(1)), process(key(2))
				var visitors []*browser
				for range thorough.Or(4, 10) {
					visitors = append(visitors, signedIn(t, before))
				}
				away := signedIn(t, before)
				visit := func(stage string, apps ...*app) {
					pause := thorough.Or(10*time.Minute, time.Minute)
					for turn := range int(2 * time.Hour / pause) { // each is refreshed twice
						var wg sync.WaitGroup
						for i, b := range visitors {
							b.h = apps[(i+turn)%len(apps)]
							wg.Go(func() { b.get("/account").wantStatus(t, fmt.Sprint(stage, ", turn ", turn), 200) })
						}
						wg.Wait()
						if t.Failed() {
							return
						}
						time.Sleep(pause)
					}
				}
				visit("before", before)
				visit("the new key opens here and there", before, opens)
				visit("the new key opens", opens)
				visit("the new key seals here and there", opens, seals)
				visit("the new key seals", seals)
				visit("the old key is gone here and there", seals, after)
				visit("the old key is gone", after)
				away.h = after
				got := away.get("/account")
				got.wantStatus(t, "GET /account of a session that the new key never sealed", 302)
				if err := after.EndAll(t.Context(), jane()); store != nil && err != nil {
					t.Errorf("EndAll = %v", err)
				}
				if store != nil {
					for i, b := range visitors {
						b.get("/account").wantStatus(t, fmt.Sprint("session ", i, " after EndAll"), 302)
					}
				}
			})
		})
	}
}

// TestR1_CookiesInProcesses: sessions in cookies, several processes, no lock.
// With a grace period each process gets new tokens for the old refresh token,
// and whichever cookies the browser ends up with are good. With a grace period
// of zero the process that comes second is refused, and the visitor has to
// sign in: what the documentation warns of.
func TestR1_CookiesInProcesses(t *testing.T) {
	for _, grace := range []bool{true, false} {
		t.Run(fmt.Sprint("grace ", grace), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &authority{grace: grace, during: takes(time.Second)}
				var apps []*app
				for range 3 {
					apps = append(apps, newApp(t, a, nil))
				}
				b := signedIn(t, apps[0])
				for round := range 5 {
					time.Sleep(56 * time.Minute)
					replies := make([][]reply, len(apps))
					var wg sync.WaitGroup
					for i, app := range apps {
						wg.Go(func() { replies[i] = together(b.at(app), 10, "/account") })
					}
					wg.Wait()
					refused := 0
					for _, r := range replies {
						for _, r := range r {
							if r.status != 200 {
								refused++
							}
						}
					}
					if want := map[bool]int{true: 0, false: 20}[grace]; refused != want {
						t.Errorf("round %d: %d requests refused, want %d", round, refused, want)
					}
					if !grace {
						return
					}
					b.take(replies[round%3][round])
					b.take(replies[(round+1)%3][round]) // the browser keeps what comes last
				}
			})
		})
	}
}

// TestR1_ThreeProcesses: 1,000 requests of one session that is due, in three
// processes with a store and a lock, make one token request. Refresh tokens
// work once. All are served with the new tokens, round after round.
func TestR1_ThreeProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &authority{size: 100, during: takes(300 * time.Millisecond)}
		apps, _ := processes(t, 3, a, newLocker())
		b := signedIn(t, apps[0])
		for round := range 3 {
			time.Sleep(56 * time.Minute)
			var wg sync.WaitGroup
			for i, app := range apps {
				wg.Go(func() {
					for _, r := range together(b.at(app), thorough.Or(100, 333)+i%2, "/account") {
						r.want(t, fmt.Sprint("GET /account in round ", round), 200, fmt.Sprintf("jane access-%05d", round+2))
					}
				})
			}
			wg.Wait()
			if n := len(a.calls()); n != round+1 {
				t.Fatalf("%d token requests after round %d, want one a round", n, round)
			}
		}
	})
}

// FuzzUserRecords: what is read from a store never panics, and is written back as
// it was.
func FuzzUserRecords(f *testing.F) {
	f.Add([]byte{1}, []byte{1, 0})
	f.Fuzz(func(t *testing.T, index, signOuts []byte) {
		if err := session.ReadBack(index, signOuts); err != nil {
			t.Error(err)
		}
	})
}
