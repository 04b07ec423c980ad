package cognito

import (
	"context"
	"errors"
	"net/http"

	"github.com/seed75762126/cognito-go/internal/bearer"
	"github.com/seed75762126/cognito-go/internal/challenge"
	"github.com/seed75762126/cognito-go/internal/isnil"
)

// A TokenVerifier verifies access tokens, as [Verifier] does. Its error is a
// [VerifyError] where the token is refused. With [ErrKeysUnavailable], or any
// other error, it is not known whether the token is good: the caller should try
// again. Its methods may run concurrently.
type TokenVerifier interface {
	VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error)
}

var (
	_ TokenVerifier = (*Verifier)(nil)
	_ TokenVerifier = (*Tenants)(nil)
)

// Bearer finds the user by the access token a request carries (RFC 6750). It
// is an [Authenticator]: a [Guard] with one protects an API.
type Bearer struct {
	// Verifier verifies the tokens. Required.
	Verifier TokenVerifier

	// Realm names the API in the challenge of a refusal. Empty leaves
	// it out.
	Realm string

	// TokenFrom returns the token of a request that has none in its
	// Authorization header, or "". It is for a browser's WebSocket, for
	// example, which can only name subprotocols. Nil means that only the header
	// counts. A token in a URL ends up in logs and browser histories (RFC 6750
	// section 5.3); one in a cookie needs what package session does.
	TokenFrom func(*http.Request) AccessToken
}

// RequireToken lets only requests with a valid access token, whose user
// satisfies every policy, through to h. It is [Guard.Require] with a [Bearer]:
// use a Guard for its further settings.
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

// Token returns the access token that a request carries, unverified: what a
// handler behind a [Guard] needs to call another API as the user. The error is
// [ErrNoCredentials] where there are none, or credentials of another scheme. It
// is [ErrMalformed] where there is more than one, or where no token follows the
// word Bearer.
func (b Bearer) Token(r *http.Request) (AccessToken, error) {
	token, err := bearer.Parse(r.Header["Authorization"])
	if errors.Is(err, ErrNoCredentials) && b.TokenFrom != nil {
		if token := b.TokenFrom(r); token != "" {
			return token, nil
		}
	}
	return AccessToken(token), err
}

// Challenge is the WWW-Authenticate challenge of b's refusals: see
// [Authenticator].
func (b Bearer) Challenge() string {
	if b.Realm == "" {
		return "Bearer"
	}
	return "Bearer realm=" + challenge.Quote(b.Realm)
}
