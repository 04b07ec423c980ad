package journal

import (
	"slices"
	"sync"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// maxMessages bounds the outbox of a pool that runs for days.
const maxMessages = 10_000

type Messages struct {
	mu       sync.Mutex // guards messages
	messages []outbox.Message
}

func (o *Messages) Send(m outbox.Message) {
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

// All returns the messages, oldest first.
func (o *Messages) All() []outbox.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.messages)
}
