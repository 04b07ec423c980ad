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
// the module takes the same one. The pool id and the domain determine all
// URLs, so making a Config fetches nothing. A Config is a plain value and may
// be copied.
type Config struct {
	// UserPoolID is the pool's id, such as "eu-west-1_aB3dE5gH7". The region
	// is read from it. Required.
	UserPoolID string

	// ClientID is the id of the app client this service signs users in with.
	// Required.
	ClientID string

	// ClientSecret is the app client's secret; empty for a public client.
	ClientSecret Secret

	// ClientSecretSource returns the secret, instead of ClientSecret, so that
	// it can change while the program runs: see "Change the client secret" in
	// docs/operations.md. Package secretfile has one that reads a file. It is
	// asked when the secret is first needed, and again when Cognito refuses
	// the secret. The refused call is repeated once with the new secret.
	// Each client of a package asks by itself, in bursts of three and then
	// once in five seconds. If the source fails, the old secret stays and a
	// line in the log says so. Timeout bounds each ask.
	ClientSecretSource func(ctx context.Context) (Secret, error)

	// OtherClientIDs are other app clients of the pool whose tokens the
	// [Verifier] accepts, such as that of a mobile app that calls this API.
	OtherClientIDs []string

	// Domain is the user-pool domain that serves the Hosted UI (managed
	// login): a prefix ("my-app"), a host ("auth.example.com") or a URL
	// ("https://auth.example.com"). Empty means that the pool has none.
	Domain string

	// Issuer replaces the issuer computed from the pool id. It is for
	// emulators: a pool on AWS never needs it.
	Issuer string

	// Endpoint replaces the URL of the user-pool API, for emulators and VPC
	// endpoints.
	Endpoint string

	// EmulatorHost names the host of an emulator, without port, such as
	// "cognito" for one in a container of that name. Domain, Issuer, Endpoint
	// and KeysURL may then use plain http on it, as they may on loopback hosts.
	// Leave it empty for a pool on AWS: hosts of AWS are refused.
	EmulatorHost string

	// IdentityPoolID is the identity pool that issues AWS credentials. Only
	// package identitypool needs it.
	IdentityPoolID string

	// ReplicaRegions lists the other regions whose issuer is accepted too. It
	// is needed only with multi-Region replication and the original issuer
	// form: there iss names the region that issued the token.
	ReplicaRegions []string

	// Resources are the resource servers (RFC 8707) this service accepts access
	// tokens for. Cognito puts aud into an access token only when the login
	// asked for a resource. Such a token is refused unless its aud is listed
	// here.
	Resources []string

	// ForResource is the one resource that this service is (RFC 8707), such
	// as "https://api.example.com". With it the [Verifier] accepts only
	// access tokens whose aud is this URL and nothing else: one without aud
	// is refused, too. Resources need not list it. Empty demands no aud.
	ForResource string

	// JWKS fixes the pool's signing keys: the JSON of its JWKS document. Nil
	// means that they are fetched from the issuer when first needed. With
	// fixed keys nothing is ever fetched, and a rotated key is unknown.
	JWKS []byte

	// KeysURL replaces the URL of the pool's JWKS document, for mirrors and for
	// VPC endpoints without private DNS. An example is
	// "https://vpce-1a2b-3c4d.cognito-idp.eu-west-1.vpce.amazonaws.com/<pool
	// id>/.well-known/jwks.json". Empty means the usual path below the issuer.
	// If that does not answer, or lacks the key of a token, the issuers of
	// ReplicaRegions are asked.
	KeysURL string

	// KeyCache keeps the pool's signing keys for the next process. Then a
	// process that starts while Cognito is away verifies tokens, with keys
	// that are 24 hours old at most. Who can write to the cache can forge
	// tokens: see package keycache. Nil means that nothing is kept.
	KeyCache keycache.Cache

	// TokenCache is how many verified access tokens a [Verifier] remembers. A
	// remembered token costs a hash in place of an RSA operation. Expiry and
	// the other claims are checked on every use; an entry goes when its key is
	// withdrawn. An entry takes about two kilobytes. Zero means none.
	TokenCache int

	// HTTPClient makes the calls to Cognito. Its redirect policy is not used:
	// no call follows a redirect. Nil means [http.DefaultTransport].
	HTTPClient *http.Client

	// Timeout bounds each single call to Cognito. Zero means 10 seconds.
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
	// means that nothing is told.
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

// A ConfigError is one problem of a configuration, of this package or of
// another one of the module. Every constructor returns them, joined.
type ConfigError struct {
	Package string // whose constructor it is; "" for this package
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
// [ConfigError] values, or nil. It calls nobody.
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
