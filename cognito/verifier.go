package cognito

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/seed75762126/cognito-go/cognito/internal/tokencache"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// A Verifier checks the ID and access tokens of one user pool, or of several
// that are known at the start. A token's iss only selects one of the configured
// issuers; no URL is made from it. Each pool has its own keys, app clients and
// resources, and they do not count for other pools. A Verifier is safe for
// concurrent use; create one and share it.
//
// For pools that are found while the program runs, see [Tenants].
type Verifier struct {
	pools    []*poolVerifier
	byIssuer map[string]*poolVerifier
	issuers  []string    // the keys of byIssuer, in the order of the pools
	cache    *tokenCache // nil for none
	last     lastHeader
}

// NewVerifier returns a Verifier for the pool of cfg, and for the pools of
// more. Two configurations with the same issuer are an error: put several app
// clients of one pool into one Config, as ClientID and OtherClientIDs. The
// pools share one cache of verified tokens. Its size is the sum of their
// TokenCache settings.
//
// NewVerifier reports every problem at once. It makes no network call: keys
// are fetched when the first token is verified.
func NewVerifier(cfg Config, more ...Config) (*Verifier, error) {
	v := &Verifier{byIssuer: map[string]*poolVerifier{}}
	var errs []error
	remember := 0
	for _, c := range append([]Config{cfg}, more...) {
		err := v.add(c)
		if err != nil && len(more) > 0 {
			err = fmt.Errorf("user pool %q: %w", hosts.Clip(c.UserPoolID), err)
		}
		errs = append(errs, err)
		remember += c.TokenCache
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	v.cache = tokencache.New[*verified](remember)
	for _, p := range v.pools {
		p.share(v.cache)
	}
	return v, nil
}

func (v *Verifier) add(cfg Config) error {
	p, err := newPoolVerifier(cfg)
	if err != nil {
		return err
	}
	for _, iss := range p.issuers {
		if v.byIssuer[iss] != nil {
			return &ConfigError{Field: "UserPoolID", Err: fmt.Errorf("another configuration has the issuer %s: name further app clients of a pool in OtherClientIDs", iss)}
		}
	}
	for _, iss := range p.issuers {
		v.byIssuer[iss] = p
		v.issuers = append(v.issuers, iss)
	}
	v.pools = append(v.pools, p)
	return nil
}

// Warm fetches the keys of each pool that has none yet, so that the first
// request need not wait for them. It returns when this is done or has failed. A
// failure is logged and does no harm: the next token causes another fetch. Call
// Warm in a goroutine if the server should start at once.
func (v *Verifier) Warm(ctx context.Context) {
	var all sync.WaitGroup
	for _, p := range v.pools {
		all.Go(func() { p.keys.Warm(ctx) })
	}
	all.Wait()
}

// VerifyID verifies an ID token in full: form and RS256 signature, iss, aud,
// token_use, exp, iat, nbf and sub, and what the options add. The error is a
// [VerifyError]. [errors.Is] finds [ErrExpired] or [ErrKeysUnavailable] in it
// if that is the reason.
func (v *Verifier) VerifyID(ctx context.Context, token IDToken, opts ...IDOption) (*IDClaims, error) {
	return verifyID(ctx, token, v, opts)
}

// VerifyAccess verifies an access token in full: form and RS256 signature,
// iss, client_id, token_use, exp, iat, nbf and sub, and aud if it has one.
// Errors are as with [Verifier.VerifyID].
func (v *Verifier) VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error) {
	return verifyAccess(ctx, token, v, v.cache)
}

func (v *Verifier) lastHeader() *lastHeader { return &v.last }

// choose implements chooser. It is called before the signature is checked, so
// that another pool's token never costs a key fetch.
func (v *Verifier) choose(_ context.Context, issuer string, _ bool) (*poolVerifier, error) {
	if p := v.byIssuer[issuer]; p != nil {
		return p, nil
	}
	return nil, otherIssuer(issuer, v.issuers)
}
