package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// inFleets runs a test with two processes that share a store: one of sessions,
// and one of sign-outs alone.
func inFleets(t *testing.T, test func(t *testing.T, place string, a *revokingAuthority, fleet []*app)) {
	for _, place := range []string{"store", "sign-outs"} {
		inBubble(t, place, func(t *testing.T) {
			shared := session.NewMemoryStore(nil)
			a := &revokingAuthority{authority: &authority{}}
			var fleet []*app
			for range 2 {
				p := newApp(t, a.authority, func(c *session.Config) {
					c.Refresher = a
					if place == "store" {
						c.Store = shared
					} else {
						c.SignOuts = shared
					}
				})
				p.Handle("/end-others", p.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if err := p.EndOthers(w, r); err != nil {
						http.Error(w, err.Error(), http.StatusServiceUnavailable)
					}
				})))
				fleet = append(fleet, p)
			}
			test(t, place, a, fleet)
		})
	}
}

// TestO3_EndOthersOfAnEndedSession: a session that ends while its request runs
// can no longer end others, and does not come back by trying. The sender of a
// slow request chooses how long it runs.
func TestO3_EndOthersOfAnEndedSession(t *testing.T) {
	for what, end := range map[string]func(p *app, s *session.Session) error{
		"EndAll": func(p *app, s *session.Session) error { return p.EndAll(context.Background(), s.Identity()) },
		"EndSession": func(p *app, s *session.Session) error {
			return p.EndSession(context.Background(), s.Identity(), s.ID())
		},
	} {
		inFleets(t, func(t *testing.T, _ string, _ *revokingAuthority, fleet []*app) {
			stolen, mine := signedIn(t, fleet[0]), newBrowser(t, fleet[1])
			fleet[0].Handle("/slow", fleet[0].Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if err := end(fleet[1], session.FromContext(r.Context())); err != nil {
					t.Error(err)
				}
				mine.get("/login")
				wantNoSession(t, "EndOthers after "+what, fleet[0].EndOthers(w, r))
			})))
			stolen.clone().get("/slow")
			for n := range fleet {
				stolen.h, mine.h = fleet[n], fleet[n]
				stolen.clone().get("/account").wantStatus(t, fmt.Sprint(what, ": the session that has ended, in process ", n), 302)
				mine.get("/account").wantStatus(t, fmt.Sprint(what, ": a later session of the user, in process ", n), 200)
			}
		})
	}
}

// TestO3_EndOthers: all other sessions of the user are over in all processes on
// their next request. The one that asked goes on in all of them: with its
// cookies from before, with those of the answer, and after refreshes. Another
// user's session goes on too.
func TestO3_EndOthers(t *testing.T) {
	inFleets(t, func(t *testing.T, _ string, _ *revokingAuthority, fleet []*app) {
		at := func(b *browser, n int) reply { b.h = fleet[n]; return b.get("/account") }
		mine := signedIn(t, fleet[0])
		others := []*browser{signedIn(t, fleet[0]), signedIn(t, fleet[1])}
		joe := newBrowser(t, fleet[1])
		joe.get("/login?user=joe")
		time.Sleep(time.Minute)
		before := mine.clone()
		mine.get("/end-others").wantStatus(t, "EndOthers", 200)
		for n := range fleet {
			at(mine, n).wantStatus(t, fmt.Sprint("mine in process ", n), 200)
			at(before, n).wantStatus(t, fmt.Sprint("mine with the cookies from before in process ", n), 200)
			at(joe, n).wantStatus(t, fmt.Sprint("joe in process ", n), 200)
			for i, b := range others {
				at(b.clone(), n).wantStatus(t, fmt.Sprint("other ", i, " in process ", n), 302)
			}
		}
		for hour := range 3 { // each is refreshed
			time.Sleep(time.Hour)
			for n := range fleet {
				at(mine, n).wantStatus(t, fmt.Sprint("mine after hour ", hour, " in process ", n), 200)
				at(others[0].clone(), n).wantStatus(t, fmt.Sprint("another after hour ", hour), 302)
			}
		}

		// A later sign-in is not among the others, until it asks itself.
		later := signedIn(t, fleet[1])
		at(later, 0).wantStatus(t, "a later sign-in", 200)
		at(mine, 1).wantStatus(t, "mine beside a later sign-in", 200)
		later.h = fleet[1]
		later.get("/end-others").wantStatus(t, "EndOthers of the later one", 200)
		for n := range fleet {
			at(later, n).wantStatus(t, fmt.Sprint("the later one in process ", n), 200)
			at(mine.clone(), n).wantStatus(t, fmt.Sprint("the first one in process ", n), 302)
		}

		// The kept one can be ended like any other.
		if err := fleet[0].EndAll(t.Context(), jane()); err != nil {
			t.Fatal(err)
		}
		for n := range fleet {
			at(later.clone(), n).wantStatus(t, fmt.Sprint("the kept one after EndAll in process ", n), 302)
		}
	})
}

// TestO3_KeptThenEnded: a session that has ended the others is ended by its own
// sign-out, and by EndSession before and after.
func TestO3_KeptThenEnded(t *testing.T) {
	inFleets(t, func(t *testing.T, _ string, _ *revokingAuthority, fleet []*app) {
		for name, end := range map[string]func(b *browser, id string){
			"End": func(b *browser, _ string) { b.get("/logout") },
			"EndSession": func(_ *browser, id string) {
				if err := fleet[1].EndSession(t.Context(), jane(), id); err != nil {
					t.Error(err)
				}
			},
		} {
			b := signedIn(t, fleet[0])
			s, err := b.session(fleet[0].Manager)
			if err != nil {
				t.Fatal(err)
			}
			b.get("/end-others").wantStatus(t, "EndOthers", 200)
			copied := b.clone()
			end(b, s.ID())
			for n, p := range fleet {
				copied.h = p
				copied.clone().get("/account").wantStatus(t, fmt.Sprint(name, ": GET /account in process ", n), 302)
			}
		}

		// It is ended while it is in the middle of ending the others.
		b := signedIn(t, fleet[0])
		s, err := b.session(fleet[0].Manager)
		if err != nil {
			t.Fatal(err)
		}
		fleet[0].Handle("/race", fleet[0].Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := fleet[1].EndSession(r.Context(), jane(), s.ID()); err != nil {
				t.Error(err)
			}
			_ = fleet[0].EndOthers(w, r)
		})))
		b.get("/race")
		for n, p := range fleet {
			b.h = p
			b.clone().get("/account").wantStatus(t, fmt.Sprint("ended meanwhile: GET /account in process ", n), 302)
		}
	})
}

// TestO5_EndOthersRevokes: with a store, Cognito forgets the refresh tokens of
// the other sessions, and of those alone.
func TestO5_EndOthersRevokes(t *testing.T) {
	inFleets(t, func(t *testing.T, place string, a *revokingAuthority, fleet []*app) {
		signedIn(t, fleet[1]) // refresh-0001
		mine := signedIn(t, fleet[0])
		mine.get("/end-others").wantStatus(t, "EndOthers", 200)
		if place == "store" {
			a.want(t, "EndOthers", "refresh-0001")
		} else { // only the browsers have them
			a.want(t, "EndOthers")
		}
	})
}

// TestO3_EndOthersErrors: without a place to note it nothing ends, and the
// error names the remedy. A guest has no others. A store that takes no write
// still loses the sessions.
func TestO3_EndOthersErrors(t *testing.T) {
	plain := newApp(t, nil, nil)
	var err error
	plain.Handle("/end-others", plain.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { err = plain.EndOthers(w, r) })))
	b := signedIn(t, plain)
	b.get("/end-others")
	if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "SignOuts or a Store") {
		t.Errorf("EndOthers without either = %v, want ErrUnsupported that names SignOuts and Store", err)
	}
	b.get("/account").wantStatus(t, "GET /account after it", 200)

	memory := session.NewMemoryStore(nil)
	full := &commitsRefused{Store: memory}
	stored := newApp(t, nil, in(full))
	stored.HandleFunc("/end-others", func(w http.ResponseWriter, r *http.Request) { err = stored.EndOthers(w, r) })
	newBrowser(t, stored).get("/end-others")
	wantNoSession(t, "EndOthers of a guest", err)
	mine, other := signedIn(t, stored), signedIn(t, stored)
	full.refuse = true
	mine.get("/end-others")
	if !errors.Is(err, session.ErrStore) {
		t.Errorf("EndOthers with a full store = %v, want ErrStore", err)
	}
	other.get("/account").wantStatus(t, "the other session with a full store", 302)
	mine.get("/account").wantStatus(t, "the session that asked", 200)
}

type commitsRefused struct {
	session.Store
	refuse bool
}

func (s *commitsRefused) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if s.refuse {
		return errors.New("full")
	}
	return s.Store.Commit(ctx, id, sealed, expiry)
}
