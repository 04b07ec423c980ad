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
	// Pool is the user pool and the app client. It needs no Domain. If it has
	// a ClientSecret, each call that needs the secret sends it, as a hash or
	// as it is.
	Pool cognito.Config

	// HTTPClient makes the calls to the user-pool API. Nil means
	// Pool.HTTPClient. Its redirect policy is not used.
	HTTPClient *http.Client

	// SDK is an SDK client of your own. Set it for operations that need AWS
	// credentials, or for the SDK's own middleware and logging. Its region,
	// endpoint and credentials are used, and its HTTP client unless
	// Config.HTTPClient is set. Its settings for retries and time limits are
	// not used: this package has its own, limits the size of answers and
	// refuses redirects. Nil means a client that signs nothing, with the
	// region of the pool and Pool.Endpoint.
	SDK *cip.Client

	// RelyingPartyID is the RelyingPartyId of the pool's WebAuthnConfiguration.
	// [Credentials.HideAccount] needs it for sign-ins with a passkey.
	RelyingPartyID string

	// PasskeySignInAge is the greatest age of a sign-in that may add a
	// passkey. It stops somebody who finds an open browser from adding a
	// passkey of their own. Zero means ten minutes; negative means no limit.
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
