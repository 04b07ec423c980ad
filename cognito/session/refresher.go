package session

import (
	"context"

	"github.com/seed75762126/cognito-go/cognito"
)

// A Refresher gets new tokens with a session's refresh token. hostedui.Client
// and userpool.Client are Refreshers.
//
// If it also has the method
//
//	Revoke(ctx context.Context, token cognito.RefreshToken) error
//
// the Manager calls it with the refresh tokens of sessions that end. Both
// clients have this method.
//
// If it also has the method
//
//	CheckAccess(ctx context.Context, token cognito.AccessToken, who *cognito.Identity) error
//
// the Manager calls it to ask whether Cognito still accepts an access token:
// see Options.Recheck. The error is [cognito.ErrInvalidGrant] only if Cognito
// refuses the token. Both clients have this method.
type Refresher interface {
	// Refresh returns new tokens and the identity they describe, both verified
	// in full. The new identity has the issuer, subject and app client of who.
	// The new ID token has no nonce, or old.Nonce. If the new tokens have no
	// refresh token, the old one stays. The error is [cognito.ErrInvalidGrant]
	// only if Cognito refuses the refresh token; every other error counts as an
	// outage. If the error has a method RetryAfter() time.Duration, as the
	// errors of this module do, the Manager does not call Cognito for that
	// time. The longest such pause is five minutes.
	//
	// ctx does not end when the visitor leaves.
	Refresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error)
}
