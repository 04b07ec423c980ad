package cognitotest

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// Outbox returns the messages that the pool has sent, oldest first. It keeps at
// least the last nine thousand.
func (p *Pool) Outbox() []outbox.Message { return p.core.Outbox.All() }

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
