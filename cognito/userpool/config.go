package userpool

import (
	"cmp"
	"net/http"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// Config configures a [Client]. Only Pool is required.
type Config struct {
	// Pool is the user pool and the app client. It needs no Domain. If it has a
	// ClientSecret, the calls that need the secret send it, or a hash of it.
	Pool cognito.Config

	// HTTPClient makes the calls to the user-pool API. Nil means
	// Pool.HTTPClient. No call follows a redirect.
	HTTPClient *http.Client

	// SDK is your own SDK client. Set it for operations that need AWS
	// credentials, or to use middleware and logging of the SDK. Its region,
	// endpoint and credentials are used, and its HTTP client unless
	// Config.HTTPClient is set. Its retries and time limits are not used:
	// this package has its own, limits the size of answers and refuses
	// redirects. Nil means a client without AWS credentials, with the region
	// of the pool and Pool.Endpoint.
	SDK *cip.Client

	// RelyingPartyID is the RelyingPartyId of the pool's WebAuthnConfiguration.
	// [Credentials.HideAccount] needs it for sign-ins with a passkey.
	RelyingPartyID string

	// PasskeySignInAge limits who may add a passkey: the user must have
	// signed in within this time. So another person who finds an open browser
	// cannot add a passkey. Zero means ten minutes; negative means no limit.
	PasskeySignInAge time.Duration
}

const defaultPasskeySignInAge = 10 * time.Minute

func (c Config) passkeySignInAge() time.Duration {
	return cmp.Or(c.PasskeySignInAge, defaultPasskeySignInAge)
}

// validate adds what [cognito.Config.Validate] does not report.
func (c Config) validate(errs *problems.List) {
	if c.SDK == nil {
		return
	}
	o := c.SDK.Options()
	switch {
	case o.Region == "":
		errs.Add("SDK", "it has no region: set aws.Config.Region")
	case c.Pool.Region() != "" && o.Region != c.Pool.Region():
		errs.Add("SDK", "it calls region %s, and the user pool is in %s", o.Region, c.Pool.Region())
	}
}

func newProblems() *problems.List {
	return problems.New((&cognito.ConfigError{Package: "userpool"}).At)
}
