package cognito

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// Pools verifies the tokens of several user pools that are known at the
// start, with the calls of a [Verifier]. A token's iss chooses among the
// configured issuers, by text alone; it never builds a URL. Keys, clients and
// resources are each pool's own: what one pool accepts counts for no other.
// It is safe for concurrent use.
//
// For pools that are found while the program runs, see [Tenants].
type Pools struct {
	byIssuer map[string]*Verifier
	issuers  []string // the keys of byIssuer, in the order of the pools
	list     []*Verifier
	cache    *tokenCache
}

// NewPools returns Pools for one or more configurations. Several app clients
// of one pool belong into one of them, as ClientID and OtherClientIDs: two
// configurations that share an issuer are an error. The pools share one cache
// of verified tokens, as large as their TokenCache settings together. Like
// [NewVerifier] it calls nobody, and it reports every problem at once.
func NewPools(cfgs ...Config) (*Pools, error) {
	if len(cfgs) == 0 {
		return nil, errors.New("cognito: NewPools needs at least one user pool")
	}
	p := &Pools{byIssuer: map[string]*Verifier{}}
	var errs []error
	remember := 0
	for _, cfg := range cfgs {
		if err := p.add(cfg); err != nil {
			errs = append(errs, fmt.Errorf("user pool %q: %w", hosts.Clip(cfg.UserPoolID), err))
		}
		remember += cfg.TokenCache
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	p.cache = newTokenCache(remember)
	for _, v := range p.list {
		v.share(p.cache)
	}
	return p, nil
}

func (p *Pools) add(cfg Config) error {
	v, err := NewVerifier(cfg)
	if err != nil {
		return err
	}
	for _, iss := range v.issuers {
		if p.byIssuer[iss] != nil {
			return &ConfigError{Field: "UserPoolID", Err: fmt.Errorf("another configuration has the issuer %s: name further app clients of a pool in OtherClientIDs", iss)}
		}
	}
	for _, iss := range v.issuers {
		p.byIssuer[iss] = v
		p.issuers = append(p.issuers, iss)
	}
	p.list = append(p.list, v)
	return nil
}

// choose implements chooser.
func (p *Pools) choose(_ context.Context, issuer string, _ bool) (*Verifier, error) {
	if v := p.byIssuer[issuer]; v != nil {
		return v, nil
	}
	return nil, otherIssuer(issuer, p.issuers)
}

// VerifyID is [Verifier.VerifyID] by the pool that the token names.
func (p *Pools) VerifyID(ctx context.Context, token IDToken, opts ...IDOption) (*IDClaims, error) {
	return verifyID(ctx, token, p, opts)
}

// VerifyAccess is [Verifier.VerifyAccess] by the pool that the token names.
func (p *Pools) VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error) {
	return verifyAccess(ctx, token, p, p.cache)
}

// Warm is [Verifier.Warm] for all pools at a time.
func (p *Pools) Warm(ctx context.Context) {
	var all sync.WaitGroup
	for _, v := range p.list {
		all.Go(func() { v.Warm(ctx) })
	}
	all.Wait()
}
