package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// O3 in both modes: two processes that share a store, or sign-outs.
func fleets(t *testing.T, test func(t *testing.T, apps []*app, store *watchedStore, lock *locker)) {
	for _, mode := range []string{"store", "store, locker", "cookies with sign-outs", "cookies with sign-outs, locker"} {
		t.Run(mode, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, lock, a := newWatchedStore(), newLocker(), &authority{}
				apps := make([]*app, 2)
				for i := range apps {
					apps[i] = newApp(t, a, func(c *session.Config) {
						if strings.HasPrefix(mode, "store") {
							c.Store = store
						} else {
							c.SignOuts = store
						}
						if strings.HasSuffix(mode, "locker") {
							c.Locker = lock
						}
					})
				}
				test(t, apps, store, lock)
			})
		})
	}
}

// TestO3_Everywhere: all sessions of the user end at once, in every process,
// and nobody else's. A sign-in right afterwards is good.
func TestO3_Everywhere(t *testing.T) {
	fleets(t, func(t *testing.T, apps []*app, store *watchedStore, _ *locker) {
		var hers []*browser
		for i := range 6 {
			hers = append(hers, signedIn(t, apps[i%2]))
		}
		his := newBrowser(t, apps[0])
		his.get("/login?user=john")
		if err := apps[0].EndAll(t.Context(), jane()); err != nil {
			t.Fatalf("EndAll = %v", err)
		}
		again := signedIn(t, apps[1])
		for _, app := range apps {
			for i, b := range hers {
				b.clone().at(app).get("/account").wantStatus(t, fmt.Sprint("GET /account, session ", i), 302)
			}
			his.at(app).get("/account").wantStatus(t, "GET /account of another user", 200)
			again.at(app).get("/account").wantStatus(t, "GET /account of a later sign-in", 200)
		}
		for range 30 { // and stays so, through refreshes
			time.Sleep(20 * time.Minute)
			again.get("/account").wantStatus(t, "GET /account of a later sign-in", 200)
			hers[0].clone().get("/account").wantStatus(t, "GET /account of one that ended", 302)
		}
		if err := apps[1].EndAll(t.Context(), jane()); err != nil {
			t.Fatalf("EndAll again = %v", err)
		}
		again.at(apps[0]).get("/account").wantStatus(t, "GET /account after the second EndAll", 302)
	})
}

// TestO3_LogoutInAllProcesses: End in one process is known to the others.
func TestO3_LogoutInAllProcesses(t *testing.T) {
	fleets(t, func(t *testing.T, apps []*app, _ *watchedStore, _ *locker) {
		b, other := signedIn(t, apps[0]), signedIn(t, apps[0])
		thief := b.clone()
		thief.hoax = true
		b.get("/logout").wantStatus(t, "GET /logout", 200)
		pause := thorough.Or(3*time.Hour, time.Hour)
		for range 30 * time.Hour / pause {
			for _, app := range apps {
				thief.clone().at(app).get("/account").wantStatus(t, "GET /account with kept cookies", 302)
			}
			other.get("/account").wantStatus(t, "GET /account of another session", 200)
			time.Sleep(pause)
			signedIn(t, apps[1]).get("/logout") // which may drop what is known of sessions that are over
		}
	})
}

// TestO3_EndSession ends one session, and only a user's own.
func TestO3_EndSession(t *testing.T) {
	fleets(t, func(t *testing.T, apps []*app, _ *watchedStore, _ *locker) {
		one, two := signedIn(t, apps[0]), signedIn(t, apps[0])
		s, err := one.session(apps[0].Manager)
		if err != nil {
			t.Fatal(err)
		}
		john := jane()
		john.Subject = "john"
		for _, wrong := range []struct {
			who *cognito.Identity
			id  string
		}{{john, s.ID()}, {jane(), "nonsense"}, {jane(), ""}, {jane(), s.ID() + "A"}} {
			if err := apps[1].EndSession(t.Context(), wrong.who, wrong.id); err != nil {
				t.Errorf("EndSession(%s, %q) = %v, want nil", wrong.who.Subject, wrong.id, err)
			}
		}
		one.at(apps[0]).get("/account").wantStatus(t, "GET /account before the end", 200)
		if err := apps[1].EndSession(t.Context(), jane(), s.ID()); err != nil {
			t.Fatalf("EndSession = %v", err)
		}
		for _, app := range apps {
			one.clone().at(app).get("/account").wantStatus(t, "GET /account of the session that was ended", 302)
			two.at(app).get("/account").wantStatus(t, "GET /account of the other session", 200)
		}
	})
}

// TestS8_SignOuts: while sign-outs cannot be read nobody is known to be signed
// in, nor out.
func TestS8_SignOuts(t *testing.T) {
	fleets(t, func(t *testing.T, apps []*app, store *watchedStore, _ *locker) {
		b := signedIn(t, apps[0])
		store.fail("find")
		wantProblem(t, "fetch /account", b.fetch("/account"), 503, "store_unavailable", "")
		if err := apps[0].EndAll(t.Context(), jane()); !errors.Is(err, session.ErrStore) {
			t.Errorf("EndAll = %v, want ErrStore", err)
		}
		store.fail("commit", "delete")
		b.get("/logout").wantStatus(t, "GET /logout", 503)
		store.fail()
		b.get("/account").wantStatus(t, "GET /account when the store is back", 200)
	})
}

// TestO3_List: sessions with their times and, if the app wants it, where they
// are from.
func TestO3_List(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := session.NewMemoryStore(nil)
		app := newApp(t, &authority{}, func(c *session.Config) {
			c.Store = store
			c.Address = func(r *http.Request) string { return r.Header.Get("X-Test-Address") }
		})
		agents := []struct{ header, want string }{
			{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Windows"},
			{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15", "Safari on Mac"},
			{"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36", "Chrome on Android"},
			{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0", "Edge on Windows"},
			{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/128.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"},
			{"", ""},
			{strings.Repeat("x", 10000), ""},
		}
		var browsers []*browser
		began := time.Now()
		for i, a := range agents {
			b := newBrowser(t, app)
			b.get("/login", "User-Agent", a.header, "X-Test-Address", fmt.Sprint("192.0.2.", i, strings.Repeat(" ", 100)))
			browsers = append(browsers, b)
			time.Sleep(10 * time.Minute)
		}
		browsers[0].get("/account") // the one used last
		list, err := app.Sessions(t.Context(), jane())
		if err != nil || len(list) != len(agents) {
			t.Fatalf("Sessions = %d, %v, want %d", len(list), err, len(agents))
		}
		order := []int{0, 6, 5, 4, 3, 2, 1}
		for i, n := range order {
			got := list[i]
			s, err := browsers[n].session(app.Manager)
			if err != nil {
				t.Fatal(err)
			}
			seen := began.Add(time.Duration(n) * 10 * time.Minute)
			started := seen
			if n == 0 {
				seen = time.Now()
			}
			if got.ID != s.ID() || got.UserAgent != agents[n].want || !got.Started.Equal(started) || !got.LastSeen.Equal(seen) ||
				len(got.Address) != 64 || !strings.HasPrefix(got.Address, fmt.Sprint("192.0.2.", n, " ")) {
				t.Errorf("Sessions[%d] = %+v, want session %d: %q from %v, seen %v", i, got, n, agents[n].want, started, seen)
			}
		}
		browsers[1].get("/logout")
		time.Sleep(24*time.Hour - time.Minute) // all but the first are idle too long
		if list, err = app.Sessions(t.Context(), jane()); err != nil || len(list) != 1 || list[0].ID != sessionID(t, browsers[0], app) {
			t.Errorf("Sessions a day later = %v, %v, want the one that was used", list, err)
		}
		nobody := jane()
		nobody.Subject = "nobody"
		if list, err = app.Sessions(t.Context(), nobody); err != nil || len(list) != 0 {
			t.Errorf("Sessions(nobody) = %v, %v, want none", list, err)
		}
	})
}

func sessionID(t *testing.T, b *browser, app *app) string {
	t.Helper()
	s, err := b.session(app.Manager)
	if err != nil {
		t.Fatal(err)
	}
	return s.ID()
}

// TestE2_NoListInCookies: what cookies cannot do is an error that says what to
// configure.
func TestE2_NoListInCookies(t *testing.T) {
	app := newApp(t, nil, nil)
	_, listing := app.Sessions(t.Context(), jane())
	for what, err := range map[string]error{
		"Sessions": listing, "EndAll": app.EndAll(t.Context(), jane()), "EndSession": app.EndSession(t.Context(), jane(), sessionID(t, signedIn(t, app), app)),
	} {
		if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "configure") {
			t.Errorf("%s in cookie mode = %v, want errors.ErrUnsupported and a remedy", what, err)
		}
	}
}

// TestMaxSessions: the next sign-in ends the session used longest ago, and
// those that have ended do not count.
func TestMaxSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{}, func(c *session.Config) { c.Store, c.MaxSessions = newWatchedStore(), 3 })
		var b []*browser
		for range 3 {
			b = append(b, signedIn(t, app))
			time.Sleep(10 * time.Minute)
		}
		b[0].get("/account").wantStatus(t, "GET /account", 200)
		b = append(b, signedIn(t, app))
		for i, want := range []int{200, 302, 200, 200} {
			b[i].clone().get("/account").wantStatus(t, fmt.Sprint("GET /account of session ", i), want)
		}
		b[2].get("/logout")
		signedIn(t, app)
		for i, want := range []int{200, 302, 302, 200} {
			b[i].clone().get("/account").wantStatus(t, fmt.Sprint("GET /account of session ", i, " after a logout"), want)
		}
		if list, err := app.Sessions(t.Context(), jane()); err != nil || len(list) != 3 {
			t.Errorf("Sessions = %d, %v, want 3", len(list), err)
		}
	})
}

// TestMaxSessionsLowered: where the limit was lowered, the next sign-in ends as
// many sessions as it takes, those that were used longest ago.
func TestMaxSessionsLowered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		before := newApp(t, &authority{}, in(store))
		var b []*browser
		for range 5 {
			b = append(b, signedIn(t, before))
			time.Sleep(10 * time.Minute)
		}
		b[1].get("/account").wantStatus(t, "GET /account", 200)
		after := newApp(t, &authority{}, func(c *session.Config) { c.Store, c.MaxSessions = store, 3 })
		signedIn(t, after)
		for i, want := range []int{302, 200, 302, 302, 200} {
			b[i].get("/account").wantStatus(t, fmt.Sprint("GET /account of session ", i), want)
		}
	})
}

// TestO3_SignInsTogether: several sessions start at the same time, in several
// processes with a Locker or in one. None is forgotten when the user signs out
// everywhere.
func TestO3_SignInsTogether(t *testing.T) {
	for _, n := range []int{1, 3} {
		t.Run(fmt.Sprint(n, " processes"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var lock session.Locker
				if n > 1 {
					lock = newLocker()
				}
				apps, store := processes(t, n, &authority{}, lock)
				store.slow = true
				browsers := make([]*browser, 30)
				var wg sync.WaitGroup
				for i := range browsers {
					wg.Go(func() { browsers[i] = signedIn(t, apps[i%n]) })
				}
				wg.Wait()
				if list, err := apps[0].Sessions(t.Context(), jane()); err != nil || len(list) != len(browsers) {
					t.Errorf("Sessions = %d, %v, want %d", len(list), err, len(browsers))
				}
				if err := apps[0].EndAll(t.Context(), jane()); err != nil {
					t.Fatal(err)
				}
				for i, b := range browsers {
					b.get("/account").wantStatus(t, fmt.Sprint("GET /account of session ", i), 302)
				}
			})
		})
	}
}

// TestO3_DuringSignIn: a sign-out everywhere, at any moment of a sign-in, ends
// it or comes before it. There is no moment in between, where the session is
// good and not listed.
func TestO3_DuringSignIn(t *testing.T) {
	for n := 1; ; n++ {
		ops := 0
		synctest.Test(t, func(t *testing.T) {
			apps, store := processes(t, 2, &authority{}, newLocker())
			store.watchAll(func() {
				if ops++; ops == n {
					store.watchAll(nil)
					if err := apps[1].EndAll(t.Context(), jane()); err != nil {
						t.Errorf("EndAll at call %d = %v", n, err)
					}
				}
			})
			b := signedIn(t, apps[0])
			store.watchAll(nil)
			status := b.clone().at(apps[1]).get("/account").status
			list, err := apps[1].Sessions(t.Context(), jane())
			if err != nil || (status == 200) != (len(list) == 1) {
				t.Errorf("EndAll at call %d: GET /account = %d with %d sessions listed (%v)", n, status, len(list), err)
			}
			time.Sleep(6 * time.Minute) // when its use is noted
			if got := b.clone().at(apps[1]).get("/account").status; got != status {
				t.Errorf("EndAll at call %d: GET /account = %d, and %d later", n, status, got)
			}
		})
		if ops < n {
			return
		}
	}
}

// TestO3_LostEntry: a session that its user's index has lost, as processes
// without a Locker may do, is not signed out. It enters itself again. If the
// user has signed out everywhere in between, it ends then.
func TestO3_LostEntry(t *testing.T) {
	for _, everywhere := range []bool{false, true} {
		t.Run(fmt.Sprint("everywhere ", everywhere), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newWatchedStore()
				app := newApp(t, &authority{}, in(store))
				b := signedIn(t, app)
				if err := store.Delete(t.Context(), session.IndexID(jane())); err != nil {
					t.Fatal(err)
				}
				want := 200
				if everywhere {
					want = 302
					if err := app.EndAll(t.Context(), jane()); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(6 * time.Minute)
				b.get("/account").wantStatus(t, "GET /account", want)
				list, err := app.Sessions(t.Context(), jane())
				if err != nil || (len(list) == 1) != (want == 200) {
					t.Errorf("Sessions = %d, %v", len(list), err)
				}
				if want == 302 && len(store.dump()) != 0 {
					t.Errorf("%d records left, want none", len(store.dump()))
				}
			})
		})
	}
}

// TestO3_LostEntryRefresh is the same where the next thing is a refresh.
func TestO3_LostEntryRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		app := newApp(t, &authority{}, in(store))
		b := signedIn(t, app)
		if err := errors.Join(store.Delete(t.Context(), session.IndexID(jane())), app.EndAll(t.Context(), jane())); err != nil {
			t.Fatal(err)
		}
		time.Sleep(56 * time.Minute)
		b.get("/account").wantStatus(t, "GET /account", 302)
		wantCalls(t, app.authority)
	})
}

// TestC6_EndDuringRefreshAtAnyCall: a logout in another process at any moment
// of a refresh leaves nothing behind.
func TestC6_EndDuringRefreshAtAnyCall(t *testing.T) {
	for n := 1; ; n++ {
		ops := 0
		synctest.Test(t, func(t *testing.T) {
			apps, store := processes(t, 2, &authority{}, nil)
			b := signedIn(t, apps[0])
			kept := b.clone()
			time.Sleep(56 * time.Minute)
			store.watchAll(func() {
				if ops++; ops == n {
					store.watchAll(nil)
					b.clone().at(apps[1]).get("/logout").wantStatus(t, "GET /logout", 200)
				}
			})
			b.get("/account")
			store.watchAll(nil)
			if ops < n {
				return
			}
			if got := store.dump(); len(got) != 0 {
				t.Errorf("logout at call %d: %d records left, want none", n, len(got))
			}
			for _, app := range apps {
				kept.clone().at(app).get("/account").wantStatus(t, fmt.Sprint("GET /account after a logout at call ", n), 302)
			}
		})
		if ops < n {
			return
		}
	}
}

// revoking is an authority that revokes.
type revoking struct {
	*authority
	revoked []string
	err     error
	hangs   bool
}

func (r *revoking) Revoke(ctx context.Context, token cognito.RefreshToken) error {
	r.mu.Lock()
	r.revoked = append(r.revoked, name(token))
	r.mu.Unlock()
	if r.hangs {
		<-ctx.Done()
	}
	return r.err
}

// TestO3_Revokes: the refresh tokens of sessions that were ended elsewhere are
// revoked; a failure changes nothing and delays little.
func TestO3_Revokes(t *testing.T) {
	for _, outcome := range []string{"works", "fails", "hangs"} {
		t.Run(outcome, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &revoking{authority: &authority{}, hangs: outcome == "hangs"}
				if outcome == "fails" {
					r.err = errDown
				}
				app := newApp(t, r.authority, func(c *session.Config) { c.Store, c.Refresher = newWatchedStore(), r })
				for range 20 {
					signedIn(t, app)
				}
				began := time.Now()
				if err := app.EndAll(t.Context(), jane()); err != nil {
					t.Errorf("EndAll = %v, want nil", err)
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("EndAll took %v, want 2s at most", took)
				}
				slices.Sort(r.revoked)
				if got := len(slices.Compact(r.revoked)); got != 20 && outcome != "hangs" {
					t.Errorf("%d refresh tokens revoked, want 20", got)
				}
			})
		})
	}
}

// TestO3_RevokesNothing: a session without a refresh token has none to revoke.
func TestO3_RevokesNothing(t *testing.T) {
	r := &revoking{authority: &authority{}}
	app := newApp(t, r.authority, func(c *session.Config) { c.Store, c.Refresher = session.NewMemoryStore(nil), r })
	app.HandleFunc("/brief", func(w http.ResponseWriter, req *http.Request) {
		tokens := r.issue()
		tokens.Refresh = ""
		if err := app.Start(w, req, jane(), tokens); err != nil {
			t.Errorf("Start = %v", err)
		}
	})
	newBrowser(t, app).get("/brief")
	if err := app.EndAll(t.Context(), jane()); err != nil || len(r.revoked) > 0 {
		t.Errorf("EndAll = %v and revoked %q, want nothing", err, r.revoked)
	}
}

// TestUserOfTwoIssuers: a pool's two issuers are one pool.
func TestO3_TwoIssuers(t *testing.T) {
	app := newApp(t, nil, in(session.NewMemoryStore(nil)))
	b := signedIn(t, app)
	who := &cognito.Identity{Issuer: "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7", Subject: "jane"}
	if err := app.EndAll(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	b.get("/account").wantStatus(t, "GET /account", 302)
}
