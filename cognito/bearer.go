package cognito

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/isnil"
)

// A TokenVerifier verifies access tokens, as [Verifier] does. Its error is a
// [VerifyError] where the token is refused. With [ErrKeysUnavailable], or any
// other error, whether the token is good is not known: the caller is asked to
// try again. Its methods may run concurrently.
type TokenVerifier interface {
	VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error)
}

var (
	_ TokenVerifier = (*Verifier)(nil)
	_ TokenVerifier = (*Pools)(nil)
	_ TokenVerifier = (*Tenants)(nil)
)

// Bearer finds the user by the access token a request carries (RFC 6750). It
// is an [Authenticator]: a [Guard] with one protects an API.
type Bearer struct {
	// Verifier verifies the tokens. Required.
	Verifier TokenVerifier

	// Realm names the API in the challenge of a refusal. Empty means that
	// none is named.
	Realm string

	// TokenFrom returns the token of a request without a bearer token in its
	// Authorization header, or "": for a browser's WebSocket, say, which can
	// only name subprotocols. Nil means that only the header counts. A token
	// in a URL ends up in logs and browser histories (RFC 6750 section 5.3);
	// one in a cookie needs what package session does.
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
	token, err := ParseAuthorization(r.Header["Authorization"])
	if errors.Is(err, ErrNoCredentials) && b.TokenFrom != nil {
		if token = b.TokenFrom(r); token != "" {
			err = nil
		}
	}
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

// Challenge is the WWW-Authenticate challenge of b's refusals: see
// [Authenticator].
func (b Bearer) Challenge() string {
	if b.Realm == "" {
		return "Bearer"
	}
	return "Bearer realm=" + quotedString(b.Realm)
}

// ParseAuthorization returns the bearer token in the Authorization fields of a
// request: those of an [http.Header], or of gRPC metadata. The error is
// [ErrNoCredentials] where there is none, or one of another scheme, and
// [ErrMalformed] where there is more than one, or what follows the word Bearer
// (in any case) is not one space and a token.
func ParseAuthorization(fields []string) (AccessToken, error) {
	switch {
	case len(fields) == 0:
		return "", ErrNoCredentials
	case len(fields) > 1:
		return "", ErrMalformed
	}
	const scheme = "bearer"
	field := strings.Trim(fields[0], " \t") // as net/http does
	if len(field) < len(scheme) || !strings.EqualFold(field[:len(scheme)], scheme) {
		return "", ErrNoCredentials
	}
	rest := field[len(scheme):]
	if rest != "" && isTokenChar(rest[0]) { // a longer word
		return "", ErrNoCredentials
	}
	token := strings.TrimLeft(rest, " ") // RFC 9110 section 11.4: one or more
	if token == rest || !isToken68(token) {
		return "", ErrMalformed
	}
	return AccessToken(token), nil
}

// isTokenChar recognizes the characters of a scheme's name (RFC 9110 section
// 5.6.2, tchar).
func isTokenChar(c byte) bool {
	return strings.IndexByte(hosts.Letters+hosts.Digits+"!#$%&'*+-.^_`|~", c) >= 0
}

// isToken68 recognizes what may follow a scheme (RFC 6750 section 2.1,
// b64token).
func isToken68(s string) bool {
	s = strings.TrimRight(s, "=")
	return s != "" && strings.Trim(s, hosts.Letters+hosts.Digits+"-._~+/") == ""
}

// quotedString quotes s for a header (RFC 9110 section 5.6.4). What a header
// cannot carry is left out.
func quotedString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c < ' ' || c > '~':
			continue
		case c == '"' || c == '\\':
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	b.WriteByte('"')
	return b.String()
}
