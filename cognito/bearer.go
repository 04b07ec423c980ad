package cognito

import (
	"context"
	"errors"
	"net/http"

	"github.com/seed75762126/cognito-go/internal/bearer"
	"github.com/seed75762126/cognito-go/internal/challenge"
	"github.com/seed75762126/cognito-go/internal/isnil"
)

// A TokenVerifier verifies access tokens, as [Verifier] does. If the token is
// refused, the error is a [VerifyError]. After [ErrKeysUnavailable], or any
// other error, it is not known whether the token is good: the caller should try
// again. Its methods may run concurrently.
type TokenVerifier interface {
	VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error)
}

var (
	_ TokenVerifier = (*Verifier)(nil)
	_ TokenVerifier = (*Tenants)(nil)
)

// Bearer finds the user by the access token in a request (RFC 6750). It is an
// [Authenticator]: use it in a [Guard] to protect an API.
type Bearer struct {
	// Verifier verifies the tokens. Required.
	Verifier TokenVerifier

	// Realm is the name of the API in the WWW-Authenticate header of a
	// refusal. Empty means no realm.
	Realm string

	// TokenFrom is called if a request has no token in its Authorization
	// header. It returns the token from another place, or "". For example, a
	// WebSocket of a browser can send a token only as a subprotocol. Nil means
	// that only the header counts. Do not take tokens from URLs, which end up
	// in logs and browser histories (RFC 6750 section 5.3). For tokens in
	// cookies use package session.
	TokenFrom func(*http.Request) AccessToken
}

// RequireToken passes a request on to h only if it has a valid access token
// and its user satisfies every policy. It is [Guard.Require] with a [Bearer].
// For more settings, make a Guard yourself.
func RequireToken(v TokenVerifier, h http.Handler, policies ...Policy) http.Handler {
	return Guard{Authenticator: Bearer{Verifier: v}}.Require(h, policies...)
}

var errNoVerifier = errors.New("cognito: Bearer has no Verifier")

// Authenticate implements [Authenticator].
func (b Bearer) Authenticate(r *http.Request) (*Identity, error) {
	token, err := b.Token(r)
	switch {
	case err != nil:
		return nil, err
	case isnil.Value(b.Verifier):
		return nil, errNoVerifier
	}
	claims, err := b.Verifier.VerifyAccess(r.Context(), token)
	switch {
	case err != nil:
		return nil, err
	case claims == nil:
		return nil, errors.New("cognito: the TokenVerifier returned neither claims nor an error")
	}
	return claims.Identity(), nil
}

// Token returns the access token of a request without verifying it. Use it in a
// handler behind a [Guard] to call another API as the user. The error is
// [ErrNoCredentials] if there is no token, or if the credentials are not of the
// scheme Bearer. It is [ErrMalformed] if there are two, or if no token follows
// the word Bearer.
func (b Bearer) Token(r *http.Request) (AccessToken, error) {
	token, err := bearer.Parse(r.Header["Authorization"])
	if errors.Is(err, ErrNoCredentials) && b.TokenFrom != nil {
		if token := b.TokenFrom(r); token != "" {
			return token, nil
		}
	}
	return AccessToken(token), err
}

// Challenge returns the WWW-Authenticate challenge of b's refusals: see
// [Authenticator].
func (b Bearer) Challenge() string {
	if b.Realm == "" {
		return "Bearer"
	}
	return "Bearer realm=" + challenge.Quote(b.Realm)
}
