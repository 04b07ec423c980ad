package cognito

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"sync"
)

// tokenSum is the SHA-256 of a whole token, signature included.
type tokenSum [sha256.Size]byte

// verified is an access token that was. It never changes; callers get clones
// of its claims.
type verified struct {
	claims *AccessClaims
	proof
}

// verifyAgain is the verification of the same token without the signature:
// everything that time, a key's withdrawal or another request may change.
// Without claims and without an error the token has to be verified in full.
func (k *verified) verifyAgain(ctx context.Context, from chooser) (*AccessClaims, error) {
	v, err := from.choose(ctx, k.claims.Issuer, true)
	if err != nil {
		return nil, err
	}
	if v != k.by {
		return nil, nil
	}
	key, err := v.keys.key(ctx, k.kid, false)
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

const (
	tokenShards   = 16 // the parts a cache is split in, so that cores rarely wait for each other
	leastForSplit = 64 // entries below which one part is enough
	tokenSamples  = 8  // entries looked at for the one to forget
)

// A tokenCache remembers verified access tokens, a bounded number of them. It
// is safe for concurrent use.
type tokenCache struct{ shards []tokenShard }

type tokenShard struct {
	most int

	mu      sync.RWMutex // guards entries
	entries map[tokenSum]*verified
}

// newTokenCache returns a cache for that many tokens, or nil for none.
func newTokenCache(size int) *tokenCache {
	if size <= 0 {
		return nil
	}
	n := tokenShards
	if size < leastForSplit {
		n = 1
	}
	c := &tokenCache{shards: make([]tokenShard, n)}
	for i := range c.shards {
		c.shards[i].most = size / n
		if i < size%n {
			c.shards[i].most++
		}
		c.shards[i].entries = map[tokenSum]*verified{}
	}
	return c
}

func (c *tokenCache) shard(sum tokenSum) *tokenShard {
	return &c.shards[int(sum[0])%len(c.shards)]
}

// find returns the entry, or nil.
func (c *tokenCache) find(sum tokenSum) *verified {
	s := c.shard(sum)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.entries[sum]
}

// keep adds an entry, in place of another if there is no room: of a few, the
// one that expires first.
func (c *tokenCache) keep(sum tokenSum, k *verified) {
	s := c.shard(sum)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, again := s.entries[sum]; !again && len(s.entries) >= s.most {
		delete(s.entries, s.first())
	}
	s.entries[sum] = k
}

// first returns, of a few entries, the one that expires first. s.mu is held.
func (s *tokenShard) first() (sum tokenSum) {
	var first *verified
	seen := 0
	for other, k := range s.entries { // which begins anywhere
		if first == nil || k.claims.Expiry.Before(first.claims.Expiry) {
			sum, first = other, k
		}
		if seen++; seen == tokenSamples {
			break
		}
	}
	return sum
}

// drop forgets an entry, unless another has taken its place.
func (c *tokenCache) drop(sum tokenSum, k *verified) {
	s := c.shard(sum)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries[sum] == k {
		delete(s.entries, sum)
	}
}

// retain forgets the tokens of v whose key is not among those there are.
func (c *tokenCache) retain(v *poolVerifier, there map[string]*rsa.PublicKey) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for sum, k := range s.entries {
			if k.by == v && there[k.kid] != k.key {
				delete(s.entries, sum)
			}
		}
		s.mu.Unlock()
	}
}

// share makes v forget, of a cache that several verifiers may use, what its
// keys no longer vouch for.
func (v *poolVerifier) share(c *tokenCache) {
	if c != nil {
		v.keys.changed = func(k keys) { c.retain(v, k.byID) }
	}
}
