package userpool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
)

// endsAccess are the reasons for which Cognito refuses an access token for good.
var endsAccess = []Reason{ReasonAccessTokenOver, ReasonUnknownUser, ReasonUserDisabled, ReasonResetRequired, ReasonNotConfirmed}

// CheckAccess asks Cognito whether it still honours an access token, by the
// operation GetUser. session.Options.Recheck uses it. The error is
// [cognito.ErrInvalidGrant] if Cognito refuses the token: it was revoked, or the
// user was disabled, deleted, signed out everywhere or has to choose a new
// password. It is [errors.ErrUnsupported] for a token without the scope
// aws.cognito.signin.user.admin. Any other error tells nothing of the token.
func (c *Client) CheckAccess(ctx context.Context, token cognito.AccessToken, _ *cognito.Identity) error {
	if !slices.Contains(strings.Fields(accessClaim(token, "scope")), "aws.cognito.signin.user.admin") {
		return fmt.Errorf("userpool: the access token lacks the scope aws.cognito.signin.user.admin: %w", errors.ErrUnsupported)
	}
	_, err := c.GetUser(ctx, token)
	if e, ok := errors.AsType[*Error](err); ok && slices.Contains(endsAccess, e.Reason) {
		return fmt.Errorf("%w: %w", cognito.ErrInvalidGrant, err)
	}
	return err
}

// What a session.Manager looks for in its Refresher.
var _ interface {
	CheckAccess(ctx context.Context, token cognito.AccessToken, who *cognito.Identity) error
} = (*Client)(nil)
