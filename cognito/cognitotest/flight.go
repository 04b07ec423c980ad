package cognitotest

import (
	"sync"
	"time"
)

// flightCookie ties a browser to the sign-ins that it has under way at
// external providers.
const flightCookie = "csrf-state"

// A flight is a sign-in that is at an external provider. It is single use.
type flight struct {
	provider *Provider
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
	user   ProviderUser
	fail   failure
}

type flightStore struct {
	mu      sync.Mutex // guards byState
	byState map[string]flight
}

// begin returns the state under which a flight is found again.
func (s *flightStore) begin(f flight, now time.Time) (state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byState == nil {
		s.byState = make(map[string]flight)
	}
	for state, old := range s.byState {
		if !now.Before(old.expires) {
			delete(s.byState, state)
		}
	}
	state = randomID()
	s.byState[state] = f
	return state
}

// find returns the flight of a browser.
func (s *flightStore) find(state, browser string, now time.Time) (flight, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.byState[state]
	if !ok || f.browser != browser || !now.Before(f.expires) {
		return flight{}, false
	}
	return f, true
}

// land notes how a flight ended and returns the ticket for the way back.
func (s *flightStore) land(state string, l landing) (ticket string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.byState[state]
	if !ok {
		return ""
	}
	l.ticket = newUUID()
	f.landing = l
	s.byState[state] = f
	return l.ticket
}

// take is find for the last time.
func (s *flightStore) take(state, browser string, now time.Time) (flight, bool) {
	f, ok := s.find(state, browser, now)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, still := s.byState[state]; !ok || !still {
		return flight{}, false
	}
	delete(s.byState, state)
	return f, true
}
