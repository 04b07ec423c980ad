package cognito

import (
	"context"
	"crypto/rsa"
	"time"

	"github.com/seed75762126/cognito-go/cognito/internal/tokencache"
)

// A tokenCache remembers access tokens that were verified. Nil remembers none.
type tokenCache = tokencache.Cache[*verified]

// verified is an access token that was verified. It never changes; callers get
// clones of its claims.
type verified struct {
	claims *AccessClaims
	proof
}

// Expires implements [tokencache.Entry].
func (k *verified) Expires() time.Time { return k.claims.Expiry }

// verifyAgain verifies the same token again, without the signature. It checks
// everything that can change with time, with the withdrawal of a key or with
// another request. If it returns neither claims nor an error, the token must be
// verified in full.
func (k *verified) verifyAgain(ctx context.Context, from chooser) (*AccessClaims, error) {
	v, err := from.choose(ctx, k.claims.Issuer, true)
	if err != nil {
		return nil, err
	}
	if v != k.by {
		return nil, nil
	}
	key, err := v.key(ctx, k.kid, false)
	if err != nil {
		return nil, err
	}
	if key != k.key {
		return nil, nil
	}
	if err := v.checkAccess(k.claims); err != nil {
		return nil, err
	}
	return k.claims.clone(), nil
}

// clone shares nothing with c that can change.
func (c *AccessClaims) clone() *AccessClaims {
	d := *c
	texts := make([]string, 0, len(c.Groups)+len(c.Scopes)+len(c.Audience))
	for _, list := range []*[]string{&d.Groups, &d.Scopes, &d.Audience} {
		if from := len(texts); *list != nil {
			texts = append(texts, *list...)
			*list = texts[from:len(texts):len(texts)]
		}
	}
	return &d
}

// retain forgets the tokens of v whose key is not in the map there.
func (v *poolVerifier) retain(c *tokenCache, there map[string]*rsa.PublicKey) {
	if c != nil {
		c.DropIf(func(k *verified) bool { return k.by == v && there[k.kid] != k.key })
	}
}

// share makes v remove tokens whose keys were withdrawn from a cache. Several
// verifiers may share the cache.
func (v *poolVerifier) share(c *tokenCache) {
	if c != nil {
		v.keys.OnFetch(func(there map[string]*rsa.PublicKey) { v.retain(c, there) })
	}
}
