package cognitotest

import (
	"slices"
	"strings"
	"sync"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// maxMessages bounds the outbox of a pool that runs for days.
const maxMessages = 10_000

type messageLog struct {
	mu       sync.Mutex // guards messages
	messages []outbox.Message
}

func (o *messageLog) send(m outbox.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if m.Medium == "" {
		m.Medium = outbox.Email
	}
	if len(o.messages) == maxMessages {
		o.messages = slices.Clone(o.messages[maxMessages/10:])
	}
	o.messages = append(o.messages, m)
}

// Outbox returns the messages that the pool has sent, oldest first. It keeps
// the last nine thousand at least.
func (p *Pool) Outbox() []outbox.Message {
	p.outbox.mu.Lock()
	defer p.outbox.mu.Unlock()
	return slices.Clone(p.outbox.messages)
}

// LastCode returns the newest code sent to an e-mail address or phone number, or
// "" if there is none.
func (p *Pool) LastCode(destination string) string {
	for _, m := range slices.Backward(p.Outbox()) {
		if strings.EqualFold(m.To, destination) {
			return m.Code
		}
	}
	return ""
}

// LastLink returns the newest link sent to an e-mail address, or "" if there
// is none; see [WithVerificationLinks].
func (p *Pool) LastLink(destination string) string {
	for _, m := range slices.Backward(p.Outbox()) {
		if m.Link != "" && strings.EqualFold(m.To, destination) {
			return m.Link
		}
	}
	return ""
}
