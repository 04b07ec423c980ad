package session

import (
	"context"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
)

// Why a session has ended: the values of observe.SessionEnd, and of the key
// "cause" in the log.
const (
	causeSignedOut   = observe.SignedOut
	causeReplaced    = observe.Replaced
	causeTooMany     = observe.TooMany
	causeRevoked     = observe.Revoked
	causeRefused     = observe.Refused
	causeApp         = observe.ByApp
	causeTooLarge    = observe.TooLarge
	causeEvent       = observe.ByEvent
	causeEveryone    = observe.Everyone
	causeNotHonoured = observe.NotHonoured
)

// ended tells the operator that a session has ended. Who may be nil. The sid
// is zero where it is unknown, or all sessions of the user have ended. Err says
// more, or is nil.
func (m *Manager) ended(ctx context.Context, cause observe.Cause, who *cognito.Identity, id sid, err error) {
	var name string
	if id != (sid{}) {
		name = observe.SessionHandle(id.String())
	}
	attributes := []any{"op", "end", "cause", cause, "client_id", m.clientID}
	if name != "" {
		attributes = append(attributes, "session", name)
	}
	if who != nil {
		attributes = append(attributes, "user", who, "provider", who.Provider())
	}
	if err != nil {
		attributes = append(attributes, "err", err)
	}
	m.logger.InfoContext(ctx, "session: ended", attributes...)
	if m.observer.SessionEnd != nil {
		m.observer.SessionEnd(ctx, observe.SessionEnd{Cause: cause, Session: name, UserHash: userHash(who)})
	}
}
