package attempts

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/failure"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// FlightCookie ties a browser to the sign-ins that it has under way at
// external providers.
const FlightCookie = "csrf-state"

// A Flight is a sign-in that is at an external provider. It is single use.
type Flight struct {
	Provider *federation.Provider
	Query    string // the authorization request that it is for
	Browser  string // value of the browser's FlightCookie
	Asked    Asked
	Landing  Landing
	Expires  time.Time
}

// Asked is what the pool asks the provider for.
type Asked struct {
	Prompt    string // of OAuth, without "none"
	LoginHint string
}

// A Landing is how a flight ends at the provider: with a user, or badly.
type Landing struct {
	Ticket string // code or assertion id that the browser brings; "" while the user has not decided
	User   federation.User
	Fail   failure.Failure
}

type Flights struct{ ByState expiring.Map[string, Flight] }

// Begin returns the state under which a flight is found again.
func (s *Flights) Begin(f Flight, now time.Time) (state string) {
	state = random.ID()
	s.ByState.Put(state, f, f.Expires, now)
	return state
}

// Find returns the flight of a browser.
func (s *Flights) Find(state, browser string, now time.Time) (Flight, bool) {
	f, ok := s.ByState.Get(state, now)
	if !ok || f.Browser != browser {
		return Flight{}, false
	}
	return f, true
}

// Land notes how a flight ended and returns the ticket for the way back.
func (s *Flights) Land(state string, l Landing, now time.Time) (ticket string) {
	s.ByState.Update(state, now, func(f Flight, ok bool) (Flight, time.Time) {
		if ok {
			l.Ticket = random.UUID()
			ticket, f.Landing = l.Ticket, l
		}
		return f, f.Expires
	})
	return ticket
}

// Take returns the flight of a browser and removes it.
func (s *Flights) Take(state, browser string, now time.Time) (Flight, bool) {
	if _, ok := s.Find(state, browser, now); !ok {
		return Flight{}, false
	}
	return s.ByState.Take(state, now)
}
