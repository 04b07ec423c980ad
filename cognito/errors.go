package cognito

import (
	"errors"
	"fmt"

	"github.com/seed75762126/cognito-go/cognito/internal/keyset"
	"github.com/seed75762126/cognito-go/cognito/internal/tenancy"
	"github.com/seed75762126/cognito-go/internal/bearer"
	"github.com/seed75762126/cognito-go/internal/cause"
	"github.com/seed75762126/cognito-go/internal/jws"
)

// Errors to compare with [errors.Is].
var (
	// ErrExpired means that a token's exp has passed. A refresh helps after
	// this error, and after no other.
	ErrExpired = errors.New("token expired")

	// ErrKeysUnavailable means that a token could not be checked because the
	// pool's keys could not be fetched. The token may be good: answer 503, not
	// 401.
	ErrKeysUnavailable = keyset.ErrUnavailable

	// ErrInvalidGrant means that Cognito no longer accepts a code or refresh
	// token (RFC 6749 section 5.2, invalid_grant): the user has to sign in
	// again.
	ErrInvalidGrant = errors.New("the grant is used, revoked or expired")

	// ErrNoCredentials means that a request has no credentials, such as an
	// access token.
	ErrNoCredentials = bearer.ErrNoCredentials

	// ErrMalformed means that the credentials of a request cannot be read,
	// for example because it has two tokens. The mistake is the client's.
	ErrMalformed = bearer.ErrMalformed

	// ErrNoTenant is the error that your [TenantsConfig.Resolve] returns for
	// a key it does not know. It may be wrapped.
	ErrNoTenant = tenancy.ErrNoTenant

	// ErrNotConfigured means that no COGNITO_ variable is set in the
	// environment.
	ErrNotConfigured = errors.New("cognito: no COGNITO_ setting in the environment: set COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID")
)

// A VerifyError says which check refused a token.
type VerifyError struct {
	// Check names the check. It stays the same between releases.
	Check Check

	// Err is what was wrong. It never quotes the token.
	Err error
}

func (e *VerifyError) Error() string { return fmt.Sprintf("cognito: verify %s: %v", e.Check, e.Err) }

// Unwrap returns e.Err.
func (e *VerifyError) Unwrap() error { return e.Err }

// Hint returns advice for a developer about e, with Cognito's names of the
// settings. It is "" if there is no advice.
func (e *VerifyError) Hint() string {
	if errors.Is(e, jws.ErrRefreshToken) {
		return cause.Advice(cause.WrongToken)
	}
	c, _ := cause.Find(cause.Refusal{Op: cause.OpVerify, Code: string(e.Check)})
	return c.Advice
}

// A Check is the name of a check that a token has failed. Often it is the
// name of the claim or of the member of the header.
type Check string

// Failed returns a [VerifyError] for this check. Use it if you write an
// [Authenticator]. The argument why says what was wrong; do not quote the
// token in it.
func (c Check) Failed(why string) error { return &VerifyError{Check: c, Err: errors.New(why)} }

// The checks, roughly in the order in which they are made.
const (
	CheckSize            Check = "size"      // token or header too long
	CheckFormat          Check = "format"    // not three parts in strict base64url, such as a refresh token
	CheckHeader          Check = "header"    // a header that is not JSON, or has a dangerous member
	CheckAlgorithm       Check = "alg"       // not RS256
	CheckKeyID           Check = "kid"       // no key of the pool
	CheckType            Check = "typ"       // another kind of token
	CheckClaims          Check = "claims"    // payload not JSON, or ambiguous: a name appears twice
	CheckTenant          Check = "tenant"    // the tenant is unknown, or its lookup failed ([Tenants])
	CheckIssuer          Check = "iss"       // not of a configured user pool
	CheckKeys            Check = "keys"      // the pool's keys could not be fetched: the token may be good
	CheckSignature       Check = "signature" // signature does not fit the token
	CheckTokenUse        Check = "token_use" // an access token in place of an ID token, or the reverse
	CheckExpiry          Check = "exp"       // missing or passed
	CheckIssuedAt        Check = "iat"       // missing from an ID token, or in the future
	CheckNotBefore       Check = "nbf"       // in the future
	CheckAuthTime        Check = "auth_time" // not a time
	CheckSubject         Check = "sub"       // missing or too long
	CheckAudience        Check = "aud"       // another app client or resource
	CheckAuthorizedParty Check = "azp"       // issued to another app client than aud
	CheckClientID        Check = "client_id" // issued to another app client
	CheckNonce           Check = "nonce"     // of another login
	CheckAccessTokenHash Check = "at_hash"   // of another access token

	// CheckSignedOut is the check of package poolevents. It fails if Cognito
	// has ended the user's access since the token was issued.
	CheckSignedOut Check = "signed_out"
)
