package cognitotest

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identitypool"
)

// An IdentityPool hands out AWS credentials to the users of the pool, and to
// guests where it is told to. Add one with [WithIdentityPool]. In memory, its
// API answers under the hosts of AWS, and so does the operation of STS that the
// basic flow needs. On a socket they answer at POST / of the pool's address.
// The credentials look like real ones and open nothing. [Pool.Credentials]
// tells a stand-in for an AWS service who has them.
type IdentityPool struct {
	// ID is the identity pool's id, such as
	// "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab". Empty means a
	// generated one in the pool's region.
	ID string

	// Guests lets visitors who have not signed in have credentials
	// (AllowUnauthenticatedIdentities).
	Guests bool

	// ClassicFlow allows the basic flow beside the enhanced one
	// (AllowClassicFlow): GetOpenIdToken, and then STS.
	ClassicFlow bool

	// AuthenticatedRole and UnauthenticatedRole are the ARNs of the roles of
	// users and of guests. Empty means made-up ones; "none" means that there
	// is none, which is a mistake that set-ups on AWS have.
	AuthenticatedRole, UnauthenticatedRole string

	// RoleMapping chooses roles by groups or by rules. The zero value gives
	// everybody the AuthenticatedRole.
	RoleMapping RoleMapping

	// ClientIDs are the app clients whose users count. Nil means all of the
	// pool's.
	ClientIDs []string

	// ServerSideTokenCheck refuses the ID tokens of users who are disabled,
	// deleted or signed out everywhere, which their signature cannot tell.
	ServerSideTokenCheck bool

	// DeveloperProvider is the name of the developer provider that
	// GetOpenIdTokenForDeveloperIdentity takes. Empty means none.
	DeveloperProvider string
}

// A RoleMapping chooses the role of a user.
type RoleMapping struct {
	// Type is "Token", for cognito:roles and cognito:preferred_role of the ID
	// token, or "Rules". Empty means that there is no choice.
	Type string

	// AmbiguousRoleResolution says what happens where the mapping chooses
	// none: "AuthenticatedRole", which is what empty means, or "Deny".
	AmbiguousRoleResolution string

	// Rules are looked at in turn; the first that matches chooses. There are
	// 25 at most.
	Rules []RoleRule
}

// A RoleRule chooses a role by a claim of the ID token.
type RoleRule struct {
	Claim     string // such as "custom:department"
	MatchType string // "Equals", "NotEqual", "StartsWith" or "Contains"
	Value     string
	RoleARN   string
}

// An AWSIdentity is the owner of credentials, for a stand-in of an AWS service.
type AWSIdentity struct {
	IdentityID      string
	RoleARN         string
	Subject         string // sub at the user pool; "" for guests and developer identities
	SecretAccessKey string // for the check of a signature
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
// STS has given. It reports false for those that are not known or have expired.
func (p *Pool) Credentials(accessKeyID string) (AWSIdentity, bool) {
	if p.core.Identities == nil {
		return AWSIdentity{}, false
	}
	owner, known := p.core.Identities.Credentials.Get(accessKeyID, p.Now())
	return AWSIdentity(owner), known
}
