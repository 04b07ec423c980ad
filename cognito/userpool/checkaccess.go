package userpool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/unverified"
)

// CheckAccess calls GetUser to find out whether Cognito still accepts an access
// token. session.Options.Recheck uses it. The error is
// [cognito.ErrInvalidGrant] if Cognito refuses the token: its user was
// disabled, deleted or signed out, or needs a new password. It is
// [errors.ErrUnsupported] for a token without the scope
// aws.cognito.signin.user.admin. Any other error says nothing about the token.
func (c *Client) CheckAccess(ctx context.Context, token cognito.AccessToken, _ *cognito.Identity) error {
	if !slices.Contains(strings.Fields(unverified.Text(string(token), "scope")), "aws.cognito.signin.user.admin") {
		return fmt.Errorf("userpool: the access token lacks the scope aws.cognito.signin.user.admin: %w", errors.ErrUnsupported)
	}
	_, err := c.GetUser(ctx, token)
	ends := []Reason{ReasonAccessTokenOver, ReasonUnknownUser, ReasonUserDisabled, ReasonResetRequired, ReasonNotConfirmed}
	if e, ok := errors.AsType[*Error](err); ok && slices.Contains(ends, e.Reason) {
		return fmt.Errorf("%w: %w", cognito.ErrInvalidGrant, err)
	}
	return err
}
