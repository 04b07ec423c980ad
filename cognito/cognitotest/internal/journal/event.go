// Package journal connects a pool with its tests. It has the pool's events, the
// messages that it has sent, and the faults that a test has set.
package journal

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

// maxEvents bounds the log of a pool that runs for days.
const maxEvents = 10_000

type Events struct {
	mu     sync.Mutex // guards events
	events []Event
}

func (l *Events) Add(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.events) == maxEvents {
		l.events = slices.Clone(l.events[maxEvents/10:])
	}
	l.events = append(l.events, e)
}

// Redacted returns the parameters of query and form that may be logged.
func Redacted(query, form url.Values) url.Values {
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

// RedactedError is the text of an error without the secrets of a form that it
// quotes. Cognito quotes codes that are of a wrong form.
func RedactedError(text string, form url.Values) string {
	for name, values := range form {
		for _, v := range values {
			if isSecret(name) {
				text = strings.ReplaceAll(text, "'"+v+"'", "'"+redact.Text+"'")
			}
		}
	}
	return text
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

// An Event has the fields of cognitotest.Event.
type Event struct {
	At       time.Time
	Method   string
	Op       string
	ClientID string
	Username string
	Params   url.Values
	Status   int
	Error    string
	Ignored  []string
	Fault    fault.Kind
}

// All returns copies of the events.
func (l *Events) All() []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := slices.Clone(l.events)
	for i := range events {
		events[i].Params = maps.Clone(events[i].Params)
		events[i].Ignored = slices.Clone(events[i].Ignored)
	}
	return events
}

// Take returns the events and forgets them.
func (l *Events) Take() []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.events
	l.events = nil
	return taken
}
