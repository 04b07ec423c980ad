package session_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestR1_Stream: a handler that runs for hours shares its session with other
// requests. Fresh uses the tokens that they have got, here or in another
// process, and never sends a refresh token that was used.
func TestR1_Stream(t *testing.T) {
	for _, where := range []int{0, 1} {
		synctest.Test(t, func(t *testing.T) {
			a := &authority{}
			apps, _ := processes(t, 2, a, nil)
			b := signedIn(t, apps[0])
			time.Sleep(56 * time.Minute)
			stream := current(t, apps[0], b) // its request has refreshed the tokens
			time.Sleep(56 * time.Minute)
			b.at(apps[where]).get("/account").want(t, "GET /account beside the stream", 200, "jane access-00003")
			for range 2 {
				time.Sleep(2 * time.Minute)
				got, err := stream.Fresh(t.Context())
				wantTokens(t, "Fresh", got, err, "access-00003")
			}
			time.Sleep(56 * time.Minute)
			got, err := stream.Fresh(t.Context())
			wantTokens(t, "Fresh, when they are due again", got, err, "access-00004")
			b.get("/account").want(t, "GET /account afterwards", 200, "jane access-00004")
			wantCalls(t, a, "refresh-0001", "refresh-0002", "refresh-0003")
		})
	}
}

// TestR4_StreamKeepsIdentity: a refresh that a stream makes keeps the identity
// of the refresh before it, and not that of its own request.
func TestR4_StreamKeepsIdentity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &authority{}
		apps, _ := processes(t, 1, a, nil)
		b := signedIn(t, apps[0])
		stream := current(t, apps[0], b)
		time.Sleep(56 * time.Minute)
		a.set(func(a *authority) {
			a.edit = func(_ *cognito.Tokens, id *cognito.Identity) { id.Groups = nil; a.edit = nil }
		})
		b.get("/account").wantStatus(t, "GET /account", 200) // the user is no admin any more
		time.Sleep(56 * time.Minute)
		if _, err := stream.Fresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s, err := b.session(apps[0].Manager); err != nil || len(s.Identity().Groups) != 0 {
			t.Errorf("the session after Fresh: %v, groups %v, want none", err, s.Identity().Groups)
		}
	})
}

// TestS11_Stream: a stream that polls does not count as use, whatever it
// refreshes. It leaves the time of the last use as other requests wrote it.
func TestS11_Stream(t *testing.T) {
	for _, used := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			app := newApp(t, &authority{}, func(c *session.Config) {
				c.Store, c.IdleTimeout = session.NewMemoryStore(nil), 100*time.Minute
			})
			b := signedIn(t, app)
			open := app.Polling(app.Require(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				time.Sleep(50 * time.Minute)
				if used {
					b.get("/account").wantStatus(t, "GET /account", 200)
				}
				for range 9 {
					time.Sleep(5 * time.Minute)
					if _, err := session.FromContext(r.Context()).Fresh(r.Context()); err != nil {
						t.Errorf("Fresh = %v", err)
					}
				}
				time.Sleep(20 * time.Minute)
			})))
			serve(open, b.request("GET", "/stream"))
			want := 302 // it was not used for 115 minutes
			if used {
				want = 200
			}
			b.get("/account").wantStatus(t, "GET /account after the stream", want)
		})
	}
}

// TestS5_Stream: a stream gets no new tokens once its session is too old, or
// was not used for too long.
func TestS5_Stream(t *testing.T) {
	for name, edit := range map[string]func(*session.Config){
		"absolute": func(c *session.Config) { c.AbsoluteTimeout = 100 * time.Minute },
		"idle":     func(c *session.Config) { c.IdleTimeout = 100 * time.Minute },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &authority{}
				app := newApp(t, a, func(c *session.Config) { c.Store = session.NewMemoryStore(nil); edit(c) })
				b := signedIn(t, app)
				serve(app.Polling(app.Require(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					s := session.FromContext(r.Context())
					time.Sleep(56 * time.Minute)
					got, err := s.Fresh(r.Context())
					wantTokens(t, "Fresh after 56 minutes", got, err, "access-00002")
					time.Sleep(56 * time.Minute)
					_, err = s.Fresh(r.Context())
					wantNoSession(t, "Fresh after 112 minutes", err)
				}))), b.request("GET", "/stream"))
				wantCalls(t, a, "refresh-0001")
			})
		})
	}
}

// TestS11_Joined: a request that uses the session counts as use, although a
// polling request has begun the refresh that it waits for.
func TestS11_Joined(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{during: takes(time.Second)}, func(c *session.Config) { edit(c); c.IdleTimeout = time.Hour })
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		go serve(app.Polling(app.Require(http.HandlerFunc(whoAmI))), b.request("GET", "/news"))
		time.Sleep(500 * time.Millisecond)
		b.get("/account").want(t, "GET /account", 200, "jane access-00002")
		time.Sleep(10 * time.Minute)
		b.get("/account").wantStatus(t, "GET /account ten minutes later", 200)
	})
}

// TestO3_Stream: a stream gets no tokens of a session that was ended with
// others, although another request has refreshed them.
func TestO3_Stream(t *testing.T) {
	for name, end := range map[string]func(*app) error{
		"everyone": func(app *app) error { return app.EndEveryone(t.Context()) },
		"event":    func(app *app) error { return app.EndBefore(t.Context(), jane(), time.Now(), "disabled") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				apps, _ := processes(t, 2, &authority{}, nil)
				b := signedIn(t, apps[0])
				stream := current(t, apps[0], b)
				time.Sleep(56 * time.Minute)
				b.get("/account").want(t, "GET /account", 200, "jane access-00002")
				if err := end(apps[1]); err != nil {
					t.Fatal(err)
				}
				time.Sleep(5 * time.Minute)
				_, err := stream.Fresh(t.Context())
				wantNoSession(t, "Fresh", err)
			})
		})
	}
}
