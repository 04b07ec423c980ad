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
	// Key returns the name of the tenant that a request is for. It reads what
	// your middleware has put into the context, such as the request's host or
	// path. A token must then come from that tenant's pool. If Key returns an
	// error, the token is refused with the check "tenant". Nil means that the
	// token's iss is the key. Then a token of any tenant is accepted for any
	// request: the handler must separate tenants by the Issuer of the identity.
	Key func(ctx context.Context) (string, error)

	// Resolve returns the pool of the tenant named key, from a database or a
	// file. It must decide by key alone, because its answer is also used for
	// other requests. ctx has the values of one of these requests, but does not
	// end with that request. It ends after Timeout, and Resolve must return by
	// then. If Key is nil, key comes from a token that is not verified yet. Look
	// it up, and do not build a URL or a path from it. Resolve returns
	// [ErrNoTenant] for a key it does not know. After any other error, or a
	// panic, callers get [ErrKeysUnavailable], because the token may be good.
	// Required.
	Resolve func(ctx context.Context, key string) (Config, error)

	// Max is how many tenants are kept in memory, with their signing keys. If
	// there are more, the tenant that was not used for the longest time is
	// dropped. Zero means 1,000.
	Max int

	// MaxAge is the age at which a kept tenant is resolved again, in the
	// background. So a tenant that has left, or has another pool, is noticed.
	// Zero means 15 minutes. [Tenants.Forget] drops a tenant at once.
	MaxAge time.Duration

	// Timeout limits a call of Resolve. Zero means 10 seconds.
	Timeout time.Duration

	// InsecureAnyIssuer accepts issuers outside of AWS, such as those of
	// emulators. Set it only if Resolve looks issuers up in a list that you
	// control. If Resolve copied a token's iss into Config.Issuer, an attacker
	// would choose the server from which keys are fetched, such as the
	// machine's metadata service.
	InsecureAnyIssuer bool

	// TokenCache is [Config.TokenCache] for all tenants together. The
	// TokenCache of a tenant's own Config is not used.
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
// runs. It has the same methods as a [Verifier]. It keeps a limited number of
// pools in memory. Callers that need the same pool share one call of Resolve;
// each returns when its own context ends.
//
// Junk tokens cannot block it. A tenant in memory is always served. A token
// whose signature is too short for an RSA key never causes a call of Resolve.
// For tenants that are not in memory there are at most 16 calls of Resolve at
// the same time, and 225 a second. Beyond these limits the caller gets
// [ErrKeysUnavailable]; each new try has a better chance. Tenants is safe for
// concurrent use.
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

// VerifyID is [Verifier.VerifyID] for the pool of the tenant. The check that
// fails may also be "tenant".
func (t *Tenants) VerifyID(ctx context.Context, token IDToken, opts ...IDOption) (*IDClaims, error) {
	return verifyID(ctx, token, t, opts)
}

// VerifyAccess is [Verifier.VerifyAccess] for the pool of the tenant. The
// check that fails may also be "tenant".
func (t *Tenants) VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error) {
	return verifyAccess(ctx, token, t, t.cache)
}

// Forget drops a tenant from memory, with its signing keys. It also drops the
// result of a call of Resolve that is running. The next token resolves the
// tenant again.
func (t *Tenants) Forget(key string) { t.kept.Forget(key) }

// lastHeader is nil: each tenant has a header of its own.
func (t *Tenants) lastHeader() *lastHeader { return nil }

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
		return CheckSignature.Failed("the signature is too short for an RSA key of Cognito")
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
