package cognitotest

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/internal/redact"
)

// An Event is one request that the pool answered.
type Event struct {
	At       time.Time  // by the pool's clock
	Method   string     // "GET", "POST", …
	Op       string     // what was called: the path without /oauth2/ and slashes, such as "token", "userInfo", "login"; "discovery", "jwks"; an operation of the API, such as "InitiateAuth", or "api" for an unknown one; "" for an unknown path
	ClientID string     // app client, where the request named one
	Username string     // cognito:username, where the request was about a user
	Params   url.Values // query and form; passwords, secrets, codes and tokens are redacted
	Status   int        // of the answer; 0 if the connection was dropped
	Error    string     // why it was refused, in OAuth's words or Cognito's; "" if it was not
	Ignored  []string   // parameters of a call of the API that its operation does not have, such as "Schema.1.Size"
	Fault    fault.Kind // what [Pool.Fault] had go wrong; "" if nothing
}

// maxEvents bounds the log of a pool that runs for days.
const maxEvents = 10_000

type eventLog struct {
	mu     sync.Mutex // guards events
	events []Event
}

func (l *eventLog) add(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.events) == maxEvents {
		l.events = slices.Clone(l.events[maxEvents/10:])
	}
	l.events = append(l.events, e)
}

// Events returns what the pool was asked, oldest first: one event for each
// request, in the order in which they were answered. The log keeps the last
// nine thousand at least.
func (p *Pool) Events() []Event {
	p.events.mu.Lock()
	defer p.events.mu.Unlock()
	events := slices.Clone(p.events.events)
	for i := range events {
		events[i].Params = maps.Clone(events[i].Params)
		events[i].Ignored = slices.Clone(events[i].Ignored)
	}
	return events
}

// EventsLike returns the events that agree with like in every field that is
// set there: Op "token" and Status 400, say. Of Params each one given must have
// those values. At counts only if it is set.
func (p *Pool) EventsLike(like Event) []Event {
	return slices.DeleteFunc(p.Events(), func(e Event) bool { return !e.like(like) })
}

// CountEvents is how many events [Pool.EventsLike] returns.
//
//	if n := pool.CountEvents(cognitotest.Event{Op: "token", Username: "jane"}); n != 1 {
//		t.Errorf("%d token requests for jane, want 1", n)
//	}
func (p *Pool) CountEvents(like Event) int { return len(p.EventsLike(like)) }

// ForgetEvents empties the log, so that a test counts from here.
func (p *Pool) ForgetEvents() {
	p.events.mu.Lock()
	defer p.events.mu.Unlock()
	p.events.events = nil
}

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

// redacted returns the parameters of query and form that may be logged.
func redacted(query, form url.Values) url.Values {
	all := make(url.Values)
	for _, values := range []url.Values{query, form} {
		for name, v := range values {
			if isSecret(name) {
				v = slices.Repeat([]string{redact.Text}, len(v))
			}
			all[name] = append(all[name], v...)
		}
	}
	return all
}

func isSecret(name string) bool {
	name = strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, "code_challenge"):
		return false
	case name == "samlresponse":
		return true
	}
	for _, word := range []string{"password", "secret", "token", "code", "verifier", "csrf", "assertion", "session", "answer", "credential", "signature"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
