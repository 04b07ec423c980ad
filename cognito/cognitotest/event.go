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
	At     time.Time // by the pool's clock
	Method string    // "GET", "POST", …
	// Op is what was called: the path without /oauth2/ and slashes, such as
	// "token", "userInfo", "login", "discovery", "jwks". For a call of the API
	// it is the operation, such as "InitiateAuth", or "api" for an unknown one.
	// For an unknown path it is "".
	Op       string
	ClientID string     // app client, where the request named one
	Username string     // cognito:username, where the request was about a user
	Params   url.Values // query and form; passwords, secrets, codes and tokens are redacted
	Status   int        // of the answer; 0 if the connection was dropped
	Error    string     // why it was refused, in OAuth's words or Cognito's; "" if it was not
	// Ignored are parameters of an API call that have no effect. The operation
	// does not have them, such as "Schema.1.Size", or only keeps them, such as
	// "LambdaConfig".
	Ignored []string
	Fault   fault.Kind // what [Pool.Fault] had go wrong; "" if nothing
}

// Events returns what the pool was asked, oldest first: one event for each
// request, in the order in which they were answered. The log keeps the last
// nine thousand at least.
//
// With arguments, it returns only the events that agree with one of them in
// every field that is set there. An example is Op "token" and Status 400. Each
// of Params that is given must have those values. At counts only if it is set;
// Ignored never does.
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

// TakeEvents returns the events and empties the log. A test that counts from
// here ignores the result. A program that calls it again and again gets each
// event once.
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
