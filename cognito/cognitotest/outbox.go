package cognitotest

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// A Message is a mail or a text message that Cognito would have sent.
type Message struct {
	To      string    // e-mail address or phone number
	Medium  string    // [MediumEmail] or [MediumSMS]
	Purpose string    // such as [PurposeSignUp]
	Code    string    // six digits, eight in a mail for [PurposeMFA] and [PurposeSignIn]; for [PurposeInvitation] the temporary password
	Link    string    // to confirm an account with, where the pool sends links; it holds the code
	Subject string    // of a mail
	Body    string    // as the user reads it
	At      time.Time // by the pool's clock
}

// The purposes of a [Message].
const (
	PurposeSignUp          = "sign-up"          // confirms an account; valid 24 hours
	PurposeForgotPassword  = "forgot-password"  // sets a new password; valid 1 hour
	PurposeVerifyAttribute = "verify-attribute" // verifies an e-mail or a phone number; valid 24 hours
	PurposeMFA             = "mfa"              // is a second factor; valid 3 minutes, through the API as long as [AppClient.AuthSessionValidity]
	PurposeSignIn          = "sign-in"          // is the first factor of USER_AUTH; valid as long as [AppClient.AuthSessionValidity]
	PurposeInvitation      = "invitation"       // tells a user whom an administrator made
)

// The mediums of a [Message], in Cognito's words.
const (
	MediumEmail = "EMAIL"
	MediumSMS   = "SMS"
)

// maxMessages bounds the outbox of a pool that runs for days.
const maxMessages = 10_000

type outbox struct {
	mu       sync.Mutex // guards messages
	messages []Message
}

func (o *outbox) send(m Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if m.Medium == "" {
		m.Medium = MediumEmail
	}
	if len(o.messages) == maxMessages {
		o.messages = slices.Clone(o.messages[maxMessages/10:])
	}
	o.messages = append(o.messages, m)
}

// Outbox returns the messages that the pool has sent, oldest first. It keeps
// the last nine thousand at least.
func (p *Pool) Outbox() []Message {
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
