package session

import (
	"context"

	"github.com/seed75762126/cognito-go/cognito"
)

// A Refresher trades a session's refresh token for new tokens.
// hostedui.Client and userpool.Client are Refreshers.
//
// If it also has the method
//
//	Revoke(ctx context.Context, token cognito.RefreshToken) error
//
// the Manager passes it the refresh tokens of sessions that end. Both of those
// have it.
//
// If it also has the method
//
//	CheckAccess(ctx context.Context, token cognito.AccessToken, who *cognito.Identity) error
//
// the Manager asks it whether Cognito still honours an access token: see
// Options.Recheck.
// The error is [cognito.ErrInvalidGrant] if, and only if, Cognito refuses it.
type Refresher interface {
	// Refresh returns new tokens and the identity they describe, both verified
	// in full. Issuer, subject and app client are those of who. The nonce is
	// absent, or is old.Nonce. An empty Refresh token in the answer means that
	// the old one stays. The error is [cognito.ErrInvalidGrant] if, and only
	// if, the refresh token is no longer honoured; anything else is taken for
	// an outage. If the error has a method RetryAfter() time.Duration, as those
	// of this module do, Cognito gets no call for that long. The longest such
	// pause is five minutes.
	//
	// ctx does not end when the visitor leaves.
	Refresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error)
}
