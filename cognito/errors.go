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

// Errors that callers tell apart with [errors.Is].
var (
	// ErrExpired means that a token's exp has passed: the one refusal that a
	// refresh can cure.
	ErrExpired = errors.New("token expired")

	// ErrKeysUnavailable means that a token could not be checked because the
	// pool's keys could not be fetched. The token may be good: answer 503, not
	// 401.
	ErrKeysUnavailable = keyset.ErrUnavailable

	// ErrInvalidGrant means that Cognito no longer honours a code or refresh
	// token (RFC 6749 section 5.2, invalid_grant): the user has to sign in
	// again.
	ErrInvalidGrant = errors.New("the grant is used, revoked or expired")

	// ErrNoCredentials means that a request carries nothing that says who it
	// comes from.
	ErrNoCredentials = bearer.ErrNoCredentials

	// ErrMalformed means that what a request carries cannot be read, such as
	// a token given twice: the mistake is the client's.
	ErrMalformed = bearer.ErrMalformed

	// ErrNoTenant is what [TenantsConfig.Resolve] returns for a key it does
	// not know, wrapped or not.
	ErrNoTenant = tenancy.ErrNoTenant

	// ErrNotConfigured means that the environment names no pool at all: not
	// one COGNITO_ setting is there.
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

// Hint says what a developer can do about e, in Cognito's words. It is "" where
// nothing is known.
func (e *VerifyError) Hint() string {
	if errors.Is(e, jws.ErrRefreshToken) {
		return cause.Advice(cause.WrongToken)
	}
	c, _ := cause.Find(cause.Refusal{Op: cause.OpVerify, Code: string(e.Check)})
	return c.Advice
}

// A Check names what refused a token, often by the header member or claim that
// was looked at.
type Check string

// Failed returns the [VerifyError] of a check that failed, for an
// [Authenticator] of your own. Why says what was wrong, and never quotes the
// token.
func (c Check) Failed(why string) error { return &VerifyError{Check: c, Err: errors.New(why)} }

// The checks, in the order in which they are made.
const (
	CheckSize            Check = "size"      // longer than a token or a header may be
	CheckFormat          Check = "format"    // not three parts in strict base64url; a refresh token
	CheckHeader          Check = "header"    // a header that is not JSON, or has a dangerous member
	CheckAlgorithm       Check = "alg"       // not RS256
	CheckKeyID           Check = "kid"       // no key of the pool
	CheckType            Check = "typ"       // another kind of token
	CheckClaims          Check = "claims"    // a payload that is not JSON, has a name twice, or can be read in two ways
	CheckTenant          Check = "tenant"    // the tenant is unknown, or its lookup failed ([Tenants])
	CheckIssuer          Check = "iss"       // not of a configured user pool
	CheckKeys            Check = "keys"      // the pool's keys could not be fetched: the token may be good
	CheckSignature       Check = "signature" // does not belong to the token
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

	// CheckSignedOut is the check of package poolevents: Cognito has ended the
	// user's access since the token was issued.
	CheckSignedOut Check = "signed_out"
)
