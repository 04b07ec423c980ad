package cognito

import (
	"errors"
	"fmt"

	"github.com/seed75762126/cognito-go/internal/cause"
	"github.com/seed75762126/cognito-go/internal/jws"
)

// Errors that callers tell apart with [errors.Is].
var (
	// ErrExpired means that a token's exp has passed: the one refusal that a
	// refresh can cure.
	ErrExpired = errors.New("token expired")

	// ErrKeysUnavailable means that a token could not be checked because the
	// pool's keys could not be had. The token may be good: answer 503, not
	// 401.
	ErrKeysUnavailable = errors.New("the user pool's signing keys are not available")

	// ErrInvalidGrant means that Cognito no longer honours a code or refresh
	// token (RFC 6749 section 5.2, invalid_grant): the user has to sign in
	// again.
	ErrInvalidGrant = errors.New("the grant is used, revoked or expired")
)

// A VerifyError says which check refused a token.
type VerifyError struct {
	// Check names the check, and stays the same between releases: "size",
	// "format", "header", "alg", "kid", "signature", "keys", "claims",
	// "iss", "sub", "token_use", "aud", "client_id", "exp", "iat", "nbf",
	// "auth_time", "nonce" or "at_hash"; "tenant" with [Tenants].
	Check string

	// Err is what was wrong. It never quotes the token.
	Err error
}

func (e *VerifyError) Error() string { return fmt.Sprintf("cognito: verify %s: %v", e.Check, e.Err) }

// Unwrap returns e.Err.
func (e *VerifyError) Unwrap() error { return e.Err }

// Hint says what a developer can do about e, in Cognito's words. It is "" where
// nothing is known.
func (e *VerifyError) Hint() string {
	if errors.Is(e, jws.ErrRefreshToken) {
		return cause.Advice(cause.WrongToken)
	}
	c, _ := cause.Find(cause.Refusal{Op: cause.OpVerify, Code: e.Check})
	return c.Advice
}

// refuse is a VerifyError. It makes two objects, which is not to be copied to
// each check.
//
//go:noinline
func refuse(check, why string) error { return &VerifyError{Check: check, Err: errors.New(why)} }
