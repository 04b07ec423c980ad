package cognitotest

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identitypool"
)

// An IdentityPool gives AWS credentials to the users of the pool, and to guests
// if Guests is set. Add one with [WithIdentityPool]. It answers the API of
// identity pools, and the operation of STS that the basic flow needs. In memory
// they are at the hosts of AWS; on a socket they are at POST / of the pool's
// address. The credentials look like real ones, but AWS does not accept them.
// If a test imitates an AWS service, [Pool.Credentials] returns the owner of
// the credentials.
type IdentityPool struct {
	// ID is the identity pool's id, such as
	// "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab". Empty means a
	// generated one in the pool's region.
	ID string

	// Guests gives credentials also to visitors who have not signed in
	// (AllowUnauthenticatedIdentities).
	Guests bool

	// ClassicFlow allows the basic flow in addition to the enhanced flow
	// (AllowClassicFlow): GetOpenIdToken, and then STS.
	ClassicFlow bool

	// AuthenticatedRole and UnauthenticatedRole are the ARNs of the roles of
	// users and of guests. Empty means a role with an invented name. "none"
	// means that there is no role, to test for this mistake in a set-up on AWS.
	AuthenticatedRole, UnauthenticatedRole string

	// RoleMapping chooses roles by groups or by rules. With the zero value
	// every user gets the AuthenticatedRole.
	RoleMapping RoleMapping

	// ClientIDs are the app clients whose ID tokens are accepted. Nil means all
	// app clients of the pool.
	ClientIDs []string

	// ServerSideTokenCheck refuses the ID tokens of users who are disabled,
	// deleted or signed out everywhere. Without it such tokens are accepted
	// until they expire.
	ServerSideTokenCheck bool

	// DeveloperProvider is the name of the developer provider that
	// GetOpenIdTokenForDeveloperIdentity takes. Empty means none.
	DeveloperProvider string
}

// A RoleMapping chooses the role of a user.
type RoleMapping struct {
	// Type is "Token" to use cognito:roles and cognito:preferred_role of the ID
	// token, or "Rules" to use Rules. Empty means that there is no mapping.
	Type string

	// AmbiguousRoleResolution says what happens if the mapping gives no role:
	// "AuthenticatedRole" or "Deny". Empty means "AuthenticatedRole".
	AmbiguousRoleResolution string

	// Rules are tried in this order; the first rule that matches gives the
	// role. 25 rules are allowed.
	Rules []RoleRule
}

// A RoleRule chooses a role by a claim of the ID token.
type RoleRule struct {
	Claim     string // such as "custom:department"
	MatchType string // "Equals", "NotEqual", "StartsWith" or "Contains"
	Value     string
	RoleARN   string
}

// An AWSIdentity is the owner of AWS credentials that the pool has issued.
type AWSIdentity struct {
	IdentityID      string
	RoleARN         string
	Subject         string // sub in the user pool; "" for guests and developer identities
	SecretAccessKey string // to check the signature of a request
	SessionToken    string
	Expires         time.Time
}

// WithIdentityPool adds an identity pool for the pool's users. [Pool.Config]
// names it.
func WithIdentityPool(ip IdentityPool) Option {
	facts := identitypool.Settings{
		ID: ip.ID, Guests: ip.Guests, ClassicFlow: ip.ClassicFlow, AuthenticatedRole: ip.AuthenticatedRole, UnauthenticatedRole: ip.UnauthenticatedRole,
		ClientIDs: ip.ClientIDs, ServerSideTokenCheck: ip.ServerSideTokenCheck, DeveloperProvider: ip.DeveloperProvider,
		RoleMapping: identitypool.RoleMapping{Type: ip.RoleMapping.Type, AmbiguousRoleResolution: ip.RoleMapping.AmbiguousRoleResolution},
	}
	for _, rule := range ip.RoleMapping.Rules {
		facts.RoleMapping.Rules = append(facts.RoleMapping.Rules, identitypool.RoleRule(rule))
	}
	return func(o *options) { o.Identities = &facts }
}

// Credentials returns the owner of an access key id that the identity pool or
// STS has issued. It reports false if the id is unknown or has expired.
func (p *Pool) Credentials(accessKeyID string) (AWSIdentity, bool) {
	if p.core.Identities == nil {
		return AWSIdentity{}, false
	}
	owner, known := p.core.Identities.Credentials.Get(accessKeyID, p.Now())
	return AWSIdentity(owner), known
}
