package identitypool

import (
	"strings"
	"time"

	ci "github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// Config configures a [Client]. Only Pool is required.
type Config struct {
	// Pool has the user pool whose users get credentials, and the identity pool
	// that issues them. Pool.IdentityPoolID is required here.
	Pool cognito.Config

	// Flow is [Enhanced] or [Basic]. Empty means Enhanced.
	Flow Flow

	// RoleARN and GuestRoleARN are the roles that users and guests assume in
	// the basic flow, where Cognito does not choose a role. In the enhanced
	// flow, use [WithRole].
	RoleARN, GuestRoleARN string

	// SessionDuration is how long credentials of the basic flow are valid: from
	// 15 minutes to 12 hours, if the role allows it. Zero means an hour. In the
	// enhanced flow it is always an hour.
	SessionDuration time.Duration

	// RenewBefore is the remaining lifetime at which credentials are renewed.
	// Zero means five minutes.
	RenewBefore time.Duration

	// MaxUsers is the number of users whose credentials are kept. If there are
	// more, the credentials that were not used for the longest time are
	// dropped. Zero means 10,000.
	MaxUsers int

	// LoginProvider is the name of the user pool in Cognito's parameter Logins.
	// Empty means "cognito-idp.<region>.amazonaws.com/<pool id>". If the
	// identity pool refuses this for a pool with the updated issuer,
	// "issuer-cognito-idp.…" is tried, because AWS does not document which name
	// is right.
	LoginProvider string

	// Endpoint and STSEndpoint replace the URLs of the identity pool's API and
	// of STS, for emulators and VPC endpoints. Empty means the URLs of AWS, or
	// Pool.Endpoint if Pool.Issuer is an emulator's.
	Endpoint, STSEndpoint string

	// SDK and STS are your own SDK clients, for example with middleware or
	// logging. Nil means clients without AWS credentials: these calls need
	// none.
	SDK *ci.Client
	STS *sts.Client
}

// A Flow is a way to get credentials from an identity pool.
type Flow string

// The two flows of identity pools.
const (
	Enhanced Flow = "enhanced" // GetId, GetCredentialsForIdentity
	Basic    Flow = "basic"    // GetId, GetOpenIdToken, then STS AssumeRoleWithWebIdentity
)

const (
	defaultRenewBefore = 5 * time.Minute
	defaultMaxUsers    = 10_000
	defaultDuration    = time.Hour
	minDuration        = 15 * time.Minute
	maxDuration        = 12 * time.Hour
)

// withDefaults returns c with what is not set filled in.
func (c Config) withDefaults() Config {
	set := func(s *string) {
		if *s == "" && c.Pool.Issuer != "" {
			*s = c.Pool.Endpoint
		}
	}
	set(&c.Endpoint)
	set(&c.STSEndpoint)
	c.Pool = c.Pool.WithDefaults()
	if c.Flow == "" {
		c.Flow = Enhanced
	}
	if c.SessionDuration == 0 {
		c.SessionDuration = defaultDuration
	}
	if c.RenewBefore == 0 {
		c.RenewBefore = defaultRenewBefore
	}
	if c.MaxUsers == 0 {
		c.MaxUsers = defaultMaxUsers
	}
	return c
}

// validate reports every problem of c at once.
func (c Config) validate() error {
	errs := problems.New((&cognito.ConfigError{Package: "identitypool"}).At)
	errs.Join(c.Pool.Validate())
	check := func(field string, ok bool, format string, args ...any) {
		if !ok {
			errs.Add(field, format, args...)
		}
	}
	check("Pool.IdentityPoolID", c.Pool.IdentityPoolID != "", "missing: it is on the identity pool's page and looks like eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab (COGNITO_IDENTITY_POOL_ID)")
	check("Flow", c.Flow == "" || c.Flow == Enhanced || c.Flow == Basic, "%q is neither %q nor %q", c.Flow, Enhanced, Basic)
	roles := c.RoleARN != "" || c.GuestRoleARN != ""
	check("RoleARN", c.Flow != Basic || roles, "the basic flow needs a role: set RoleARN for users, GuestRoleARN for guests, or both")
	check("RoleARN", c.Flow == Basic || !roles, "in the enhanced flow Cognito chooses the role; ask for one with WithRole")
	check("SessionDuration", c.SessionDuration == 0 || c.Flow == Basic, "it is one hour in the enhanced flow")
	check("SessionDuration", c.SessionDuration == 0 || c.SessionDuration >= minDuration && c.SessionDuration <= maxDuration, "%v: it must be 15 minutes to 12 hours", c.SessionDuration)
	check("RenewBefore", c.RenewBefore >= 0 && c.RenewBefore < minDuration, "%v: it must be 0 or more, and less than 15 minutes", c.RenewBefore)
	check("MaxUsers", c.MaxUsers >= 0, "%d: it cannot be negative", c.MaxUsers)
	for field, endpoint := range map[string]string{"Endpoint": c.Endpoint, "STSEndpoint": c.STSEndpoint} {
		if endpoint != "" {
			_, err := hosts.ParseBaseURL(endpoint, strings.ToLower(c.Pool.EmulatorHost))
			errs.Check(field, err)
		}
	}
	return errs.Err()
}
