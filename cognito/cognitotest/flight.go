package cognitotest

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/failure"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// flightCookie ties a browser to the sign-ins that it has under way at
// external providers.
const flightCookie = "csrf-state"

// A flight is a sign-in that is at an external provider. It is single use.
type flight struct {
	provider *federation.Provider
	query    string // the authorization request that it is for
	browser  string // value of the browser's flightCookie
	asked    asked
	landing  landing
	expires  time.Time
}

// asked is what the pool asks the provider for.
type asked struct {
	prompt    string // of OAuth, without "none"
	loginHint string
}

// A landing is how a flight ends at the provider: with a user, or badly.
type landing struct {
	ticket string // code or assertion id that the browser brings; "" while the user has not decided
	user   federation.User
	fail   failure.Failure
}

type flightStore struct{ byState expiring.Map[string, flight] }

// begin returns the state under which a flight is found again.
func (s *flightStore) begin(f flight, now time.Time) (state string) {
	state = random.ID()
	s.byState.Put(state, f, f.expires, now)
	return state
}

// find returns the flight of a browser.
func (s *flightStore) find(state, browser string, now time.Time) (flight, bool) {
	f, ok := s.byState.Get(state, now)
	if !ok || f.browser != browser {
		return flight{}, false
	}
	return f, true
}

// land notes how a flight ended and returns the ticket for the way back.
func (s *flightStore) land(state string, l landing, now time.Time) (ticket string) {
	s.byState.Update(state, now, func(f flight, ok bool) (flight, time.Time) {
		if ok {
			l.ticket = random.UUID()
			ticket, f.landing = l.ticket, l
		}
		return f, f.expires
	})
	return ticket
}

// take is find for the last time.
func (s *flightStore) take(state, browser string, now time.Time) (flight, bool) {
	if _, ok := s.find(state, browser, now); !ok {
		return flight{}, false
	}
	return s.byState.Take(state, now)
}
