package cognito

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/keycache"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/jws"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// Config describes a user pool and this service's app client. Every package of
// the module takes the same Config. All URLs are computed from the pool id and
// the domain, so making a Config fetches nothing. A Config is a plain value
// and may be copied.
type Config struct {
	// UserPoolID is the pool's id, such as "eu-west-1_aB3dE5gH7". The region
	// is read from it. Required.
	UserPoolID string

	// ClientID is the id of the app client this service signs users in with.
	// Required.
	ClientID string

	// ClientSecret is the app client's secret; empty for a public client.
	ClientSecret Secret

	// ClientSecretSource is a function that returns the secret. Set it instead
	// of ClientSecret if the secret can change while the program runs: see
	// "Change the client secret" in docs/operations.md. Package secretfile has
	// such a function for a secret in a file. ClientSecretSource is called when
	// the secret is first needed, and again when Cognito refuses the secret.
	// The refused call is repeated once with the new secret. Each client that
	// uses this Config calls it at most three times without a pause, and then
	// once in five seconds. If it fails, the old secret stays and a line in the
	// log says so. Timeout limits each call.
	ClientSecretSource func(ctx context.Context) (Secret, error)

	// OtherClientIDs are the ids of other app clients of the pool whose
	// tokens the [Verifier] accepts too. An example is the app client of a
	// mobile app that calls this API.
	OtherClientIDs []string

	// Domain is the user-pool domain that serves the Hosted UI (managed
	// login): a prefix ("my-app"), a host ("auth.example.com") or a URL
	// ("https://auth.example.com"). Empty means that the pool has none.
	Domain string

	// Issuer replaces the issuer computed from the pool id. Use it with an
	// emulator; a pool on AWS never needs it.
	Issuer string

	// Endpoint replaces the URL of the user-pool API, for emulators and VPC
	// endpoints.
	Endpoint string

	// EmulatorHost names the host of an emulator, without port, such as
	// "cognito" for an emulator in a container with that name. Domain, Issuer,
	// Endpoint and KeysURL may then use plain http for this host, as they may
	// for loopback hosts. Leave it empty for a pool on AWS: hosts of AWS are
	// refused.
	EmulatorHost string

	// IdentityPoolID is the identity pool that issues AWS credentials. Only
	// package identitypool needs it.
	IdentityPoolID string

	// ReplicaRegions lists the other regions whose issuer is accepted too.
	// You need it only with multi-Region replication and the original form of
	// the issuer. Then iss names the region that issued the token.
	ReplicaRegions []string

	// Resources are the resource servers (RFC 8707) this service accepts access
	// tokens for. Cognito puts aud into an access token only when the login
	// asked for a resource. Such a token is refused unless its aud is listed
	// here.
	Resources []string

	// ForResource is the URL of this service if it is one single resource
	// (RFC 8707), such as "https://api.example.com". The [Verifier] then
	// accepts an access token only if its aud is this URL and nothing else; a
	// token without aud is refused too. You need not list the URL in
	// Resources. Empty means that a token needs no aud.
	ForResource string

	// JWKS is the JSON of the pool's JWKS document, which has its signing
	// keys. If it is set, keys are never fetched, so tokens with a new key of
	// the pool are refused. Nil means that the keys are fetched from the
	// issuer when first needed.
	JWKS []byte

	// KeysURL replaces the URL of the pool's JWKS document, for mirrors and for
	// VPC endpoints without private DNS. An example is
	// "https://vpce-1a2b-3c4d.cognito-idp.eu-west-1.vpce.amazonaws.com/<pool
	// id>/.well-known/jwks.json". Empty means the usual path below the issuer.
	// If that URL does not answer, or does not have the key of a token, the
	// URLs of the ReplicaRegions are tried.
	KeysURL string

	// KeyCache keeps the pool's signing keys for the next process. A process
	// that starts while Cognito cannot be reached then verifies tokens with
	// kept keys, if they are 24 hours old at most. Anybody who can write to
	// the cache can forge tokens: see package keycache. Nil means that no
	// keys are kept.
	KeyCache keycache.Cache

	// TokenCache is how many verified access tokens a [Verifier] remembers.
	// Verifying a remembered token takes a hash instead of an RSA operation.
	// Expiry and the other claims are checked on every use. An entry is
	// dropped when the pool withdraws its key. An entry takes about two
	// kilobytes. Zero means that no token is remembered.
	TokenCache int

	// HTTPClient makes the calls to Cognito. Its CheckRedirect is not used:
	// no call follows a redirect. Nil means [http.DefaultTransport].
	HTTPClient *http.Client

	// Timeout limits each call to Cognito. Zero means 10 seconds.
	Timeout time.Duration

	// ClockSkew is how far this machine's clock may be from Cognito's when exp,
	// nbf and iat are checked. RFC 7519 section 4.1.4 allows "some small
	// leeway". Zero means one minute; negative means none; more than five
	// minutes is refused.
	ClockSkew time.Duration

	// Logger receives messages for operators (docs/logging.md). Nil means
	// [slog.Default].
	Logger *slog.Logger

	// Observer is told what the packages do, for metrics and traces. Nil
	// means no observer.
	Observer *observe.Observer

	// Now is the clock. Nil means [time.Now].
	Now func() time.Time
}

const (
	defaultTimeout   = 10 * time.Second
	defaultClockSkew = time.Minute
	maxClockSkew     = 5 * time.Minute
)

// WithDefaults returns c with every optional setting that has a default
// filled in: HTTPClient, Timeout, ClockSkew, Logger, Observer and Now. A
// negative ClockSkew becomes a nanosecond, which means no skew.
func (c Config) WithDefaults() Config {
	if c.HTTPClient == nil {
		c.HTTPClient = &http.Client{}
	}
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	switch {
	case c.ClockSkew == 0:
		c.ClockSkew = defaultClockSkew
	case c.ClockSkew < 0:
		c.ClockSkew = 1
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Observer == nil {
		c.Observer = &observe.Observer{}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// A ConfigError is one problem of a configuration. Every constructor of the
// module returns all problems as ConfigErrors, combined with [errors.Join].
type ConfigError struct {
	Package string // package whose constructor returned it; "" for package cognito
	Field   string // the field, or the environment variable it was read from
	Err     error  // what is wrong and what to do
}

func (e *ConfigError) Error() string {
	return cmp.Or(e.Package, "cognito") + ": " + e.Field + ": " + e.Err.Error()
}

// Unwrap returns e.Err.
func (e *ConfigError) Unwrap() error { return e.Err }

// At returns an error of the same package about a field.
func (e *ConfigError) At(field string, err error) error {
	return &ConfigError{Package: e.Package, Field: field, Err: err}
}

// Validate reports every problem of c at once: an [errors.Join] of
// [ConfigError] values, or nil. It makes no network call.
func (c Config) Validate() error {
	return c.validate(new(ConfigError).At)
}

// validate is Validate with the errors that at makes.
func (c *Config) validate(at func(field string, err error) error) error {
	errs := problems.New(at)
	region, err := hosts.ParsePoolID(c.UserPoolID)
	errs.Check("UserPoolID", err)
	errs.Check("ClientID", checkClientID(c.ClientID))
	if c.ClientSecretSource != nil && c.ClientSecret != "" {
		errs.Check("ClientSecretSource", errors.New("there is a ClientSecret as well: set one of the two"))
	}
	for _, id := range c.OtherClientIDs {
		errs.Check("OtherClientIDs", checkClientID(id))
	}
	plain, err := c.plainHost()
	errs.Check("EmulatorHost", err)
	if c.Domain != "" {
		_, err := hosts.ParseDomain(c.Domain, region, plain)
		if !errors.Is(err, hosts.ErrNoRegion) { // then UserPoolID is the problem
			errs.Check("Domain", err)
		}
	}
	if c.Issuer != "" {
		_, err := hosts.ParseBaseURL(c.Issuer, plain)
		errs.Check("Issuer", err)
	}
	if c.Endpoint != "" {
		_, err := hosts.ParseBaseURL(c.Endpoint, plain)
		errs.Check("Endpoint", err)
	}
	if c.KeysURL != "" {
		_, err := hosts.ParseBaseURL(c.KeysURL, plain)
		errs.Check("KeysURL", err)
	}
	if c.IdentityPoolID != "" && !hosts.IsIdentityPoolID(c.IdentityPoolID) {
		errs.Check("IdentityPoolID", fmt.Errorf("%q is not an identity pool id: it looks like eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab", hosts.Clip(c.IdentityPoolID)))
	}
	for _, r := range c.ReplicaRegions {
		if !hosts.IsRegion(r) {
			errs.Check("ReplicaRegions", fmt.Errorf("%q is not an AWS region: write it like eu-west-1", hosts.Clip(r)))
		}
	}
	for _, r := range c.Resources {
		if r == "" {
			errs.Check("Resources", errors.New("an empty resource: remove it, or name the resource server's URL"))
		}
	}
	if c.ForResource != "" {
		errs.Check("ForResource", checkResource(c.ForResource))
	}
	if c.JWKS != nil {
		_, err := jws.ParseKeys(c.JWKS)
		errs.Check("JWKS", err)
	}
	if c.TokenCache < 0 {
		errs.Check("TokenCache", fmt.Errorf("%d is not a number of tokens: zero means none", c.TokenCache))
	}
	if c.ClockSkew > maxClockSkew {
		errs.Check("ClockSkew", fmt.Errorf("%v is more than %v: set this machine's clock instead", c.ClockSkew, maxClockSkew))
	}
	return errs.Err()
}

// plainHost is the host beside the loopback ones that may use plain http, or "".
func (c *Config) plainHost() (string, error) {
	if c.EmulatorHost == "" {
		return "", nil
	}
	return hosts.ParseEmulatorHost(c.EmulatorHost)
}

func checkClientID(id string) error {
	switch {
	case id == "":
		return errors.New("missing: it is in the user pool under App clients and has about 26 characters")
	case !hosts.IsClientID(id):
		return fmt.Errorf("%q is not an app-client id: 1 to 128 letters and digits", hosts.Clip(id))
	}
	return nil
}
