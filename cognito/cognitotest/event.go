package cognitotest

import (
	"net/url"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/journal"
)

// An Event is one request that the pool answered.
type Event struct {
	At     time.Time // time by the pool's clock
	Method string    // "GET", "POST", …
	// Op is the endpoint: the path without /oauth2/ and slashes, such as
	// "token", "userInfo", "login", "discovery", "jwks". For a call of the
	// user-pool API it is the operation, such as "InitiateAuth", or "api" if
	// there is no such operation. For an unknown path it is "".
	Op       string
	ClientID string     // app client, if the request named one
	Username string     // cognito:username, if the request was about a user
	Params   url.Values // query and form; passwords, secrets, codes and tokens are redacted
	Status   int        // status of the answer; 0 if the connection was dropped
	Error    string     // OAuth's or Cognito's error; "" if the request was not refused
	// Ignored are the parameters of an API call that have no effect. Either the
	// operation does not have them, such as "Schema.1.Size", or the pool only
	// stores them, such as "LambdaConfig".
	Ignored []string
	Fault   fault.Kind // the fault that [Pool.Fault] caused, or ""
}

// Events returns one event for each request that the pool answered, in the
// order of the answers. The log keeps at least the last nine thousand.
//
// With arguments, Events returns only the events that match one of them. An
// event matches if every field that is set in the argument has the same value,
// such as Op "token" and Status 400. Each parameter in the argument's Params
// must have the given values. Ignored is not compared.
//
//	if n := len(pool.Events(cognitotest.Event{Op: "token", Username: "jane"})); n != 1 {
//		t.Errorf("%d token requests for jane, want 1", n)
//	}
func (p *Pool) Events(like ...Event) []Event {
	all := eventsOf(p.core.Events.All())
	if len(like) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(e Event) bool { return !slices.ContainsFunc(like, e.like) })
}

// TakeEvents returns the events and empties the log. A test can call it to
// start counting from zero. A program that calls it repeatedly gets each event
// once.
func (p *Pool) TakeEvents() []Event { return eventsOf(p.core.Events.Take()) }

func (e Event) like(want Event) bool {
	for name, values := range want.Params {
		if !slices.Equal(e.Params[name], values) {
			return false
		}
	}
	return (want.At.IsZero() || e.At.Equal(want.At)) &&
		(want.Status == 0 || e.Status == want.Status) &&
		agree(e.Method, want.Method) && agree(e.Op, want.Op) && agree(e.ClientID, want.ClientID) &&
		agree(e.Username, want.Username) && agree(e.Error, want.Error) && agree(e.Fault, want.Fault)
}

// agree reports whether got is what is wanted, where anything is.
func agree[T ~string](got, want T) bool { return want == "" || got == want }

func eventsOf(log []journal.Event) []Event {
	var all []Event
	for _, e := range log {
		all = append(all, Event(e))
	}
	return all
}
