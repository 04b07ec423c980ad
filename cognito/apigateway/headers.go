package apigateway

import (
	"maps"
	"net/http"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
)

// CheckGateway is the Check of the [cognito.VerifyError] for a request that has
// not come through the gateway.
const CheckGateway cognito.Check = "gateway"

// Headers is a [cognito.Authenticator] for an HTTP backend to which API Gateway
// sends claims in header fields. It is safe for concurrent use.
type Headers struct {
	gateway *Gateway
	names   map[string]string // claim → header field
	behind  func(*http.Request) bool
}

var _ cognito.Authenticator = (*Headers)(nil)

// mapped are the claims that may come in a header. Each access token has them,
// except that a machine's has no username.
var mapped = []string{"iss", "sub", "token_use", "client_id", "exp", "iat", "auth_time", "jti", "scope", "username"}

// Headers returns an Authenticator for an HTTP backend. API Gateway sends it
// the claims of access tokens in header fields. The argument names has the
// header field of each claim, such as "sub": "X-Claim-Sub". It must have at
// least iss, sub, token_use, client_id and exp. In API Gateway, map each field
// from $context.authorizer.claims, with overwrite.
//
// Anybody who can reach the backend can send any header. So pass a function of
// yours as the argument behind. It must report whether a request has come
// through the gateway. It can check a client certificate, or a secret that the
// gateway adds. If it returns false, the request is refused.
//
// If names has a claim that some access tokens lack, such as cognito:groups,
// Headers returns an error. For a token without the claim, the gateway would
// not overwrite the header that the caller has sent. To use such claims, verify
// the token itself.
func (g *Gateway) Headers(names map[string]string, behind func(*http.Request) bool) (*Headers, error) {
	errs := newProblems()
	if behind == nil {
		errs.Add("behind", "missing: without it anybody's headers would count")
	}
	for _, claim := range []string{"iss", "sub", "token_use", "client_id", "exp"} {
		if names[claim] == "" {
			errs.Add("names", "no header field for the claim %s, which is checked", claim)
		}
	}
	fields := map[string]string{}
	taken := map[string]bool{}
	for _, claim := range slices.Sorted(maps.Keys(names)) {
		field := http.CanonicalHeaderKey(names[claim])
		switch {
		case !slices.Contains(mapped, claim):
			errs.Add("names", "not every access token has %.80q: a caller could send the header instead", claim)
		case taken[field]:
			errs.Add("names", "%.80q is the field of two claims", field)
		}
		fields[claim], taken[field] = field, true
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return &Headers{gateway: g, names: fields, behind: behind}, nil
}

// Authenticate implements [cognito.Authenticator].
func (h *Headers) Authenticate(r *http.Request) (*cognito.Identity, error) {
	claims := map[string]string{}
	for claim, field := range h.names {
		switch values := r.Header[field]; {
		case len(values) > 1:
			return nil, cognito.ErrMalformed
		case len(values) == 1 && values[0] != "":
			claims[claim] = values[0]
		}
	}
	switch {
	case len(claims) == 0:
		return nil, cognito.ErrNoCredentials
	case !h.behind(r):
		return nil, CheckGateway.Failed("the request has not come through the gateway")
	}
	if claims["sub"] == claims["client_id"] { // a machine has no username: this one is the caller's
		delete(claims, "username")
	}
	return h.gateway.FromClaims(claims)
}

// Challenge returns the WWW-Authenticate challenge of refusals. It is Bearer,
// because the gateway accepts bearer tokens.
func (h *Headers) Challenge() string { return "Bearer" }
