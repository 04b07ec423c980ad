package session_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// TestR8_LostAnswers: one process with sessions in cookies needs no grace
// period. A tenth of its answers get lost, other sessions end meanwhile, and
// nobody is signed out.
func TestR8_LostAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{size: 200}, nil)
		dice := rand.New(rand.NewPCG(1, 2))
		lostRefreshes := 0
		for range 10 {
			b, lost := signedIn(t, app), false
			for range thorough.Or(30, 200) {
				time.Sleep(time.Duration(1+dice.IntN(150)) * time.Minute)
				if lost {
					signedIn(t, app).get("/logout") // which has the process forget what is over
				}
				answer := serve(app, b.request("GET", "/account"))
				if answer.status != 200 {
					t.Fatalf("GET /account = %d %s, want 200", answer.status, answer.body)
				}
				if lost = dice.IntN(10) == 0; !lost {
					b.take(answer)
				} else if len(answer.cookies) > 1 {
					lostRefreshes++
				}
			}
		}
		if lostRefreshes < thorough.Or(5, 15) {
			t.Errorf("%d answers with new tokens were lost, want more for this test to tell something", lostRefreshes)
		}
		sent := map[string]bool{}
		for _, token := range app.authority.calls() {
			if sent[token] {
				t.Errorf("%s was sent twice", token)
			}
			sent[token] = true
		}
	})
}

// TestR8_LostBeforeAnOutage: tokens that the browser does not have serve it
// while Cognito does not answer, and are refreshed once it does.
func TestR8_LostBeforeAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{}, nil)
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		serve(app, b.request("GET", "/account")).want(t, "GET /account whose answer gets lost", 200, "jane access-00002")
		app.authority.set(func(a *authority) { a.err = errors.New("away") })
		time.Sleep(56 * time.Minute)
		b.get("/account").want(t, "GET /account in an outage", 200, "jane access-00002")
		time.Sleep(10 * time.Minute)
		b.get("/account").wantStatus(t, "GET /account when those tokens have ended", 503)
		app.authority.set(func(a *authority) { a.err = nil })
		time.Sleep(2 * time.Minute)
		b.get("/account").want(t, "GET /account after the outage", 200, "jane access-00003")
		calls := app.authority.calls()
		if last := calls[len(calls)-1]; last != "refresh-0002" {
			t.Errorf("the last refresh token sent = %s, want refresh-0002", last)
		}
	})
}

// TestR8_LostAndIdle: a session whose new cookies were lost counts as used when
// it comes back.
func TestR8_LostAndIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{}, func(c *session.Config) { c.IdleTimeout = 30 * time.Minute })
		b := signedIn(t, app)
		time.Sleep(29 * time.Minute)
		b.get("/account")
		time.Sleep(25 * time.Minute)
		b.get("/account").want(t, "GET /account before it is due", 200, "jane access-00001")
		time.Sleep(time.Minute)
		serve(app, b.request("GET", "/account")).want(t, "GET /account whose answer gets lost", 200, "jane access-00002")
		for range 2 {
			time.Sleep(26 * time.Minute)
			b.get("/account").want(t, "GET /account within the idle time", 200, "jane access-00002")
		}
	})
}

// TestR8_LetGo: the process lets go of tokens once the browser has them, and
// of those that have waited longest when there are too many.
func TestR8_LetGo(t *testing.T) {
	thorough.Only(t)
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{size: 40}, nil)
		var browsers []*browser
		for range session.MaxHeld + 10 {
			browsers = append(browsers, signedIn(t, app))
		}
		time.Sleep(56 * time.Minute)
		for _, b := range browsers {
			serve(app, b.request("GET", "/account")).wantStatus(t, "GET /account whose answer gets lost", 200)
			time.Sleep(time.Millisecond)
		}
		if got := session.Held(app.Manager); got != session.MaxHeld {
			t.Errorf("%d sessions are held, want %d", got, session.MaxHeld)
		}
		time.Sleep(2 * time.Minute)
		for i, b := range browsers[10:] {
			b.get("/account").wantStatus(t, fmt.Sprint("GET /account of held session ", i), 200)
			b.get("/account").wantStatus(t, "GET /account with the new cookies", 200)
		}
		if got := session.Held(app.Manager); got != 0 {
			t.Errorf("%d sessions are held when all browsers have their cookies, want none", got)
		}
		if got := browsers[0].get("/account"); got.status != 302 {
			t.Errorf("GET /account of the session that has waited longest = %d, want a redirect to the login", got.status)
		}
	})
}
