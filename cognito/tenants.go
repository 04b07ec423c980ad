package cognito

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/flight"
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
	// file. It has to decide by key alone, for its answer serves other requests
	// too. ctx is the context of one of them, detached, with a deadline of
	// Timeout. Resolve has to return by then. Where Key is nil, key comes from
	// a token that is not verified yet: look it up, and build nothing from it.
	// Resolve returns [ErrNoTenant] for a key it does not know; after any other
	// error, or a panic, callers are told [ErrKeysUnavailable], since the token
	// may be good. Required.
	Resolve func(ctx context.Context, key string) (Config, error)

	// Max is how many tenants are kept, with their keys: the one that was
	// not asked for the longest time goes first. Zero means 1,000.
	Max int

	// MaxAge is when a tenant that is kept is resolved again, in the
	// background, so that one that has left or moved goes. Zero means 15
	// minutes. [Tenants.Forget] is at once.
	MaxAge time.Duration

	// Timeout bounds a call of Resolve. Zero means 10 seconds.
	Timeout time.Duration

	// InsecureAnyIssuer takes issuers that are not AWS's, as emulators have
	// them. Resolve then has to know them. If it copied a token's iss into
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

	// tenantPause is how long Resolve is not asked again for a key that it did
	// not know, and for a tenant that is kept after a failure.
	tenantPause = 10 * time.Second

	// maxUnknown bounds the keys that are remembered to name no tenant. It is
	// more than can be found in tenantPause.
	maxUnknown = 4096

	// Calls of Resolve at a time, and those under way or waiting for their turn.
	// Of both, keys that were not turned away before get a part alone, so that
	// junk does not take it all.
	maxResolving    = 16
	maxResolvingNew = 12
	maxFlights      = 1000
	maxFlightsNew   = 64
)

// Tenants verifies the tokens of user pools that are found while the program
// runs, with the calls of a [Verifier]. It keeps a bounded number of them;
// callers that need the same one share one call of Resolve, and each leaves
// when its own context ends.
//
// Junk tokens cannot shut it. A tenant that is kept is served whatever comes. A
// token whose signature is too short for an RSA key never causes a call of
// Resolve. For keys that are not kept there are at most 16 calls at a time and
// 225 a second. A key that finds no place gets [ErrKeysUnavailable] and comes
// first when it is asked for again. It is safe for concurrent use.
type Tenants struct {
	cfg    TenantsConfig
	cache  *tokenCache
	turns  chan struct{} // one in it for each call of Resolve under way
	firsts chan struct{} // the same for keys that were not turned away before
	now    func() time.Time
	logger *slog.Logger

	observer *observe.Observer // never nil

	mu       sync.Mutex // guards the rest; never held across Resolve
	tenants  map[string]*tenant
	flights  map[string]*resolving
	new      int    // flights of keys that were not turned away before
	uses     uint64 // counts, to tell what was used last
	unknown  unknownTenants
	admitted admission
}

// A tenant is one that is kept.
type tenant struct {
	v        *poolVerifier
	resolved time.Time // when
	tried    time.Time // when the last try to resolve it again ended
	used     uint64
}

// A resolving is a call of Resolve under way, or waiting for its turn. Once it
// has ended v and err are there.
type resolving struct {
	flight *flight.Flight
	v      *poolVerifier
	err    error
	first  bool // the key was not turned away before
	void   bool // the tenant was forgotten meanwhile
}

// NewTenants returns Tenants that resolve nobody before the first token.
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
	return &Tenants{
		cfg:      cfg,
		cache:    newTokenCache(cfg.TokenCache),
		turns:    make(chan struct{}, maxResolving),
		firsts:   make(chan struct{}, maxResolvingNew),
		now:      shared.Now,
		logger:   shared.Logger,
		observer: shared.Observer,
		unknown:  unknownTenants{most: maxUnknown, until: map[string]time.Time{}},
		admitted: newAdmission(),
		tenants:  map[string]*tenant{},
		flights:  map[string]*resolving{},
	}, nil
}

// VerifyID is [Verifier.VerifyID] by the pool of the tenant. A check may be
// "tenant" as well.
func (t *Tenants) VerifyID(ctx context.Context, token IDToken, opts ...IDOption) (*IDClaims, error) {
	return verifyID(ctx, token, t, opts)
}

// VerifyAccess is [Verifier.VerifyAccess] by the pool of the tenant. A check
// may be "tenant" as well.
func (t *Tenants) VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error) {
	return verifyAccess(ctx, token, t, t.cache)
}

// Forget drops what is kept of a tenant, its keys included, and what a call
// of Resolve under way may bring: the next token resolves it again.
func (t *Tenants) Forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f := t.flights[key]; f != nil {
		f.void = true
		delete(t.flights, key)
	}
	t.unknown.forget(key)
	t.drop(key)
}

// drop is Forget for a tenant that is kept. t.mu is held.
func (t *Tenants) drop(key string) {
	if kept := t.tenants[key]; kept != nil {
		delete(t.tenants, key)
		if t.cache != nil {
			t.cache.retain(kept.v, nil)
		}
	}
}

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
	v, err := t.verifier(ctx, key, signed)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(v.issuers, issuer) {
		return nil, otherIssuer(issuer, v.issuers)
	}
	return v, nil
}

// verifier returns what is kept, or waits until ctx ends for what Resolve
// brings.
func (t *Tenants) verifier(ctx context.Context, key string, signed bool) (*poolVerifier, error) {
	v, f, err := t.lookup(ctx, key, signed)
	if v != nil || err != nil {
		return v, err
	}
	if err := f.flight.Wait(ctx); err != nil {
		return nil, &VerifyError{Check: CheckTenant, Err: fmt.Errorf("%w: %w", ErrKeysUnavailable, err)}
	}
	return f.v, f.err
}

// lookup returns the verifier, or the call to wait for, or why there is
// neither.
func (t *Tenants) lookup(ctx context.Context, key string, signed bool) (*poolVerifier, *resolving, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	f := t.flights[key]
	if kept := t.tenants[key]; kept != nil {
		t.uses++
		kept.used = t.uses
		if f == nil && now.Sub(kept.resolved) >= t.cfg.MaxAge && now.Sub(kept.tried) >= tenantPause {
			t.start(ctx, key, false)
		}
		return kept.v, nil, nil
	}
	switch {
	case !signed:
		return nil, nil, CheckSignature.Failed("the signature is shorter than those of the keys that count")
	case f != nil:
		return nil, f, nil
	case t.unknown.has(key, now):
		return nil, nil, foreignIssuer()
	}
	return t.enter(ctx, key, now)
}

// enter begins a call for a key that is not kept, if there is a place. t.mu is
// held.
func (t *Tenants) enter(ctx context.Context, key string, now time.Time) (*poolVerifier, *resolving, error) {
	lane := t.admitted.lane(key, now)
	full := len(t.flights) >= maxFlights || lane == 0 && t.new >= maxFlightsNew
	if full || !t.admitted.admit(lane, now) {
		t.admitted.turnAway(key)
		return nil, nil, &VerifyError{Check: CheckTenant, Err: fmt.Errorf("%w: %w", ErrKeysUnavailable, errBusy)}
	}
	return nil, t.start(ctx, key, lane == 0), nil
}

// errBusy is why Resolve is not asked for a key.
var errBusy = errors.New("too many tokens of unknown tenants: try again")

// start begins a call, detached from the request that caused it. t.mu is held.
func (t *Tenants) start(ctx context.Context, key string, first bool) *resolving {
	f := &resolving{first: first}
	t.flights[key] = f
	if first {
		t.new++
	}
	ctx = context.WithoutCancel(ctx)
	f.flight = flight.Start(func() {
		v, err := t.turn(ctx, key, first)
		t.settle(key, f, v, err)
	})
	return f
}

// turn waits for a turn and asks Resolve.
func (t *Tenants) turn(ctx context.Context, key string, first bool) (*poolVerifier, error) {
	if first {
		t.firsts <- struct{}{}
		defer func() { <-t.firsts }()
	}
	t.turns <- struct{}{}
	cfg, err := t.resolve(ctx, key)
	<-t.turns
	var v *poolVerifier
	if err == nil {
		v, err = t.verifierFor(cfg)
	}
	if err != nil && !errors.Is(err, ErrNoTenant) {
		t.logger.WarnContext(ctx, "cognito: a tenant could not be resolved", "op", "tenant", "tenant", hosts.Clip(key), "err", err)
	}
	return v, err
}

func (t *Tenants) resolve(ctx context.Context, key string) (cfg Config, err error) {
	defer func() { // no request's server would catch it here
		if v := recover(); v != nil {
			err = fmt.Errorf("panic in Resolve: %v", v)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, t.cfg.Timeout)
	defer cancel()
	return t.cfg.Resolve(ctx, key)
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

// settle ends a flight: it keeps what Resolve has brought, or remembers that
// there is no such tenant, or leaves what there was.
func (t *Tenants) settle(key string, f *resolving, v *poolVerifier, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f.first {
		t.new--
	}
	now := t.now()
	kept := t.tenants[key]
	switch {
	case err == nil:
		f.v = v
	case errors.Is(err, ErrNoTenant):
		f.err = foreignIssuer()
	default: // its text may quote the token's iss: it is in the log
		f.err = &VerifyError{Check: CheckTenant, Err: ErrKeysUnavailable}
	}
	if f.void { // forgotten: those who waited get the answer, later ones do not
		return
	}
	delete(t.flights, key)
	switch {
	case err == nil:
		if kept != nil {
			v.keys.inherit(kept.v.keys)
		}
		t.drop(key)
		t.makeRoom()
		t.uses++
		t.tenants[key] = &tenant{v: v, resolved: now, tried: now, used: t.uses}
	case errors.Is(err, ErrNoTenant):
		t.drop(key)
		t.unknown.add(key, now)
	case kept != nil:
		kept.tried = now
	}
}

// makeRoom drops the tenant that was used the longest time ago, if there are
// as many as may be. t.mu is held.
func (t *Tenants) makeRoom() {
	if len(t.tenants) < t.cfg.Max {
		return
	}
	var oldest string
	var first *tenant
	for key, kept := range t.tenants {
		if first == nil || kept.used < first.used {
			oldest, first = key, kept
		}
	}
	t.drop(oldest)
}
