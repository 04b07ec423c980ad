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

// CheckAccess asks Cognito's userInfo endpoint whether Cognito still accepts an
// access token. session.Options.Recheck uses it. The error is
// [cognito.ErrInvalidGrant] if Cognito refuses the token: it was revoked, or
// the user was disabled, deleted or signed out everywhere. It is
// [errors.ErrUnsupported] for a token without the scope openid. Any other error
// says nothing about the token.
//
// Cognito also refuses an expired token in this way, so call CheckAccess
// before the token expires.
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
