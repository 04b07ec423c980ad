package session

import (
	"context"

	"github.com/seed75762126/cognito-go/cognito"
)

// Why a session has ended: the values of Metrics.Ended, and of the key "cause"
// in the log.
const (
	causeSignedOut = "signed_out" // by the user, here or from another session
	causeReplaced  = "replaced"   // by the next sign-in in the same browser
	causeTooMany   = "too_many"   // the user has more than Options.MaxSessions
	causeRevoked   = "revoked"    // Cognito no longer honours the refresh token
	causeRefused   = "refused"    // the refreshed tokens can never be accepted
	causeApp       = "app"        // Config.OnRefresh said so
	causeTooLarge  = "too_large"  // the refreshed tokens do not fit into cookies
)

// ended tells the operator that a session has ended. Who may be nil, and so may
// err, which says more.
func (m *Manager) ended(ctx context.Context, cause string, who *cognito.Identity, err error) {
	attributes := []any{"op", "end", "cause", cause}
	if who != nil {
		attributes = append(attributes, "user", who)
	}
	if err != nil {
		attributes = append(attributes, "err", err)
	}
	m.logger.InfoContext(ctx, "session: ended", attributes...)
	if m.cfg.Metrics.Ended != nil {
		m.cfg.Metrics.Ended(ctx, cause)
	}
}
