package hostedui

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/unverified"
)

// CheckAccess asks Cognito whether it still honours an access token, by the
// endpoint userInfo. session.Options.Recheck uses it. The error is
// [cognito.ErrInvalidGrant] if Cognito refuses the token: it was revoked, or the
// user was disabled, deleted or signed out everywhere. It is
// [errors.ErrUnsupported] for a token without the scope openid. Any other error
// tells nothing of the token.
//
// Cognito refuses a token that has ended in the same way, so ask in time.
func (p *Protocol) CheckAccess(ctx context.Context, token cognito.AccessToken, who *cognito.Identity) error {
	if !slices.Contains(strings.Fields(unverified.Text(string(token), "scope")), "openid") {
		return fmt.Errorf("hostedui: the access token lacks the scope openid: %w", errors.ErrUnsupported)
	}
	_, err := p.UserInfo(ctx, token, who.Subject)
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusUnauthorized && e.Code == cognito.CodeInvalidToken {
		return fmt.Errorf("%w: %w", cognito.ErrInvalidGrant, err)
	}
	return err
}

// What a session.Manager looks for in its Refresher.
var _ interface {
	CheckAccess(ctx context.Context, token cognito.AccessToken, who *cognito.Identity) error
} = (*Client)(nil)
