package cognito

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/internal/tenancy"
	"github.com/seed75762126/cognito-go/cognito/internal/tokencache"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// TenantsConfig says how [Tenants] finds the user pool of a request.
type TenantsConfig struct {
	// Key names the tenant a request is for, by what a middleware has put into
	// its context: the host or the path it came to. A token then has to be of
	// that tenant's pool. An error refuses the token with check "tenant". Nil
	// means that the token's iss is the key. Any tenant's token is then good
	// for any request, and the handler keeps tenants apart by the Issuer of the
	// identity.
	Key func(ctx context.Context) (string, error)

	// Resolve returns the pool of the tenant named key, from a database or a
	// file. It has to decide only by key, because its answer serves other
	// requests too. ctx is the context of one of them, detached, with a
	// deadline of Timeout. Resolve has to return by then. Where Key is nil, key
	// comes from a token that is not verified yet: look it up, and build
	// nothing from it. Resolve returns [ErrNoTenant] for a key it does not
	// know. After any other error, or a panic, callers get
	// [ErrKeysUnavailable], since the token may be good. Required.
	Resolve func(ctx context.Context, key string) (Config, error)

	// Max is how many tenants are kept, with their keys: the one that was
	// not asked for the longest time goes first. Zero means 1,000.
	Max int

	// MaxAge is when a tenant that is kept is resolved again, in the
	// background, so that a tenant that has left or moved is dropped. Zero
	// means 15 minutes. [Tenants.Forget] acts at once.
	MaxAge time.Duration

	// Timeout bounds a call of Resolve. Zero means 10 seconds.
	Timeout time.Duration

	// InsecureAnyIssuer accepts issuers outside of AWS, such as those of
	// emulators. Resolve then has to know them. If it copied a token's iss into
	// Config.Issuer, an attacker would choose where the keys are fetched, such
	// as the metadata service of the machine.
	InsecureAnyIssuer bool

	// TokenCache is [Config.TokenCache] for all tenants together; that of
	// their configurations is not used.
	TokenCache int

	// Logger, Observer and Now are as in [Config].
	Logger   *slog.Logger
	Observer *observe.Observer
	Now      func() time.Time
}

const (
	defaultTenants   = 1000
	defaultTenantAge = 15 * time.Minute

	// maxTenantKey bounds a key, in bytes, before anything is looked up.
	maxTenantKey = 512
)

// Tenants verifies the tokens of user pools that are found while the program
// runs, with the calls of a [Verifier]. It keeps a bounded number of them.
// Callers that need the same one share one call of Resolve, and each leaves
// when its own context ends.
//
// Junk tokens cannot block it. A tenant that is kept is always served. A token
// whose signature is too short for an RSA key never causes a call of Resolve.
// For keys that are not kept there are at most 16 calls at a time and 225 a
// second. A key beyond these limits gets [ErrKeysUnavailable] and comes first
// when it is asked for again. It is safe for concurrent use.
type Tenants struct {
	cfg   TenantsConfig
	cache *tokenCache // nil for none
	kept  *tenancy.Kept[*poolVerifier]

	observer *observe.Observer // never nil
}

// NewTenants returns Tenants. The first token causes the first call of Resolve.
func NewTenants(cfg TenantsConfig) (*Tenants, error) {
	errs := problems.New(func(field string, err error) error {
		return &ConfigError{Field: "TenantsConfig." + field, Err: err}
	})
	if cfg.Resolve == nil {
		errs.Add("Resolve", "missing: a function that returns the user pool of a tenant")
	}
	if cfg.Max < 0 {
		errs.Add("Max", "negative: zero means 1,000")
	}
	if cfg.TokenCache < 0 {
		errs.Add("TokenCache", "negative: zero means none")
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	if cfg.Max == 0 {
		cfg.Max = defaultTenants
	}
	if cfg.MaxAge <= 0 {
		cfg.MaxAge = defaultTenantAge
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	shared := Config{Logger: cfg.Logger, Observer: cfg.Observer, Now: cfg.Now}.WithDefaults()
	t := &Tenants{cfg: cfg, cache: tokencache.New[*verified](cfg.TokenCache), observer: shared.Observer}
	t.kept = tenancy.New(tenancy.Config[*poolVerifier]{
		Resolve: t.resolve,
		Timeout: cfg.Timeout,
		Replace: func(kept, with *poolVerifier) { with.keys.Inherit(kept.keys) },
		Drop:    func(v *poolVerifier) { v.retain(t.cache, nil) },
		Max:     cfg.Max,
		MaxAge:  cfg.MaxAge,
		Logger:  shared.Logger,
		Now:     shared.Now,
	})
	return t, nil
}

// VerifyID is [Verifier.VerifyID] by the pool of the tenant. The check that
// fails may also be "tenant".
func (t *Tenants) VerifyID(ctx context.Context, token IDToken, opts ...IDOption) (*IDClaims, error) {
	return verifyID(ctx, token, t, opts)
}

// VerifyAccess is [Verifier.VerifyAccess] by the pool of the tenant. The check
// that fails may also be "tenant".
func (t *Tenants) VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error) {
	return verifyAccess(ctx, token, t, t.cache)
}

// Forget drops what is kept of a tenant, its keys included. It also drops the
// result of a call of Resolve that is under way. The next token resolves the
// tenant again.
func (t *Tenants) Forget(key string) { t.kept.Forget(key) }

// choose implements chooser.
func (t *Tenants) choose(ctx context.Context, issuer string, signed bool) (*poolVerifier, error) {
	key := issuer
	if t.cfg.Key != nil {
		var err error
		if key, err = t.cfg.Key(ctx); err != nil {
			return nil, &VerifyError{Check: CheckTenant, Err: err}
		}
	}
	if len(key) > maxTenantKey || !t.cfg.InsecureAnyIssuer && !hosts.IsIssuer(issuer) {
		return nil, foreignIssuer()
	}
	v, err := t.kept.Find(ctx, key, signed)
	if err != nil {
		return nil, refusalOfTenant(err)
	}
	if !slices.Contains(v.issuers, issuer) {
		return nil, otherIssuer(issuer, v.issuers)
	}
	return v, nil
}

// refusalOfTenant says why there is no verifier.
func refusalOfTenant(err error) error {
	switch err {
	case tenancy.ErrUnsigned:
		return CheckSignature.Failed("the signature is shorter than those of the keys that count")
	case tenancy.ErrUnknown:
		return foreignIssuer()
	case tenancy.ErrFailed:
		return &VerifyError{Check: CheckTenant, Err: ErrKeysUnavailable}
	}
	return &VerifyError{Check: CheckTenant, Err: fmt.Errorf("%w: %w", ErrKeysUnavailable, err)}
}

// resolve asks Resolve for the pool of a tenant.
func (t *Tenants) resolve(ctx context.Context, key string) (*poolVerifier, error) {
	cfg, err := t.cfg.Resolve(ctx, key)
	if err != nil {
		return nil, err
	}
	return t.verifierFor(cfg)
}

func (t *Tenants) verifierFor(cfg Config) (*poolVerifier, error) {
	if iss := cfg.IssuerURL(); !t.cfg.InsecureAnyIssuer && !hosts.IsIssuer(iss) {
		return nil, &ConfigError{Field: "Issuer", Err: fmt.Errorf("%q is not an issuer of AWS: for an emulator, set TenantsConfig.InsecureAnyIssuer", hosts.Clip(iss))}
	}
	if cfg.Now == nil {
		cfg.Now = t.cfg.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = t.cfg.Logger
	}
	if cfg.Observer == nil {
		cfg.Observer = t.cfg.Observer
	}
	cfg.TokenCache = 0
	v, err := newPoolVerifier(cfg)
	if err != nil {
		return nil, err
	}
	v.share(t.cache)
	return v, nil
}
