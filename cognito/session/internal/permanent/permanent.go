// Package permanent distinguishes two kinds of failed refreshes: those that can
// never succeed, and those that fail because of an outage.
package permanent

import (
	"errors"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
)

// Is reports whether a refresh can never succeed: the refresh token is no
// longer honoured, or the new tokens are refused for what they are. Keys that
// cannot be fetched, and a clock that differs, are an outage.
func Is(err error) bool {
	if errors.Is(err, cognito.ErrInvalidGrant) {
		return true
	}
	refused, ok := errors.AsType[*cognito.VerifyError](err)
	return ok && !errors.Is(err, cognito.ErrKeysUnavailable) && !slices.Contains([]cognito.Check{cognito.CheckExpiry, cognito.CheckIssuedAt, cognito.CheckNotBefore}, refused.Check)
}
