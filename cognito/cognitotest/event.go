package cognitotest

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// An Event is one request that the pool answered.
type Event struct {
	At       time.Time  // by the pool's clock
	Method   string     // "GET", "POST", …
	Op       string     // what was called: the path without /oauth2/ and slashes, such as "token", "userInfo", "login"; "discovery", "jwks"; "" for an unknown path
	ClientID string     // app client, where the request named one
	Username string     // cognito:username, where the request was about a user
	Params   url.Values // query and form; passwords, secrets, codes and tokens are redacted
	Status   int        // of the answer
	Error    string     // why it was refused, in OAuth's words or Cognito's; "" if it was not
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
	}
	return events
}

// redact returns the parameters of query and form that may be logged.
func redact(query, form url.Values) url.Values {
	all := make(url.Values)
	for _, values := range []url.Values{query, form} {
		for name, v := range values {
			if isSecret(name) {
				v = slices.Repeat([]string{cognito.Redacted}, len(v))
			}
			all[name] = append(all[name], v...)
		}
	}
	return all
}

func isSecret(name string) bool {
	name = strings.ToLower(name)
	if strings.HasPrefix(name, "code_challenge") {
		return false
	}
	for _, word := range []string{"password", "secret", "token", "code", "verifier", "csrf", "assertion"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
