package cognito

import (
	"crypto/rsa"
	"crypto/sha256"
	"math/big"
	"strconv"
	"testing"
	"time"
)

func (c *tokenCache) len() (n int) {
	for i := range c.shards {
		n += len(c.shards[i].entries)
	}
	return n
}

func sumOf(i int) tokenSum { return sha256.Sum256([]byte(strconv.Itoa(i))) }

func entry(by *poolVerifier, key *rsa.PublicKey, expiry int64) *verified {
	return &verified{
		claims: &AccessClaims{RegisteredClaims: RegisteredClaims{Expiry: time.Unix(expiry, 0)}},
		proof:  proof{by: by, kid: "k", key: key},
	}
}

// TestTokenCacheIsBounded: never more entries than its size, whatever comes,
// and all of them where they fit.
func TestTokenCacheIsBounded(t *testing.T) {
	for _, size := range []int{1, 2, 63, 64, 65, 1000} {
		c := newTokenCache(size)
		for i := range 5000 {
			c.keep(sumOf(i), entry(nil, nil, 1))
			c.keep(sumOf(i), entry(nil, nil, 1))
			if n := c.len(); n > size || n < min(i+1, size)/2 {
				t.Fatalf("a cache of %d has %d entries after %d tokens", size, n, i+1)
			}
			if c.find(sumOf(i)) == nil {
				t.Fatalf("a cache of %d does not know the last token", size)
			}
		}
		if n := c.len(); n != size {
			t.Errorf("a cache of %d is full with %d entries", size, n)
		}
	}
	for _, size := range []int{0, -1} {
		if newTokenCache(size) != nil {
			t.Errorf("newTokenCache(%d) != nil, want none", size)
		}
	}
}

// TestTokenCacheForgetsWhatExpires: of a few entries the one that expires
// first makes room.
func TestTokenCacheForgetsWhatExpires(t *testing.T) {
	c := newTokenCache(tokenSamples)
	for i := range tokenSamples {
		c.keep(sumOf(i), entry(nil, nil, int64(100+i)))
	}
	for i := range tokenSamples {
		c.keep(sumOf(1000+i), entry(nil, nil, 1000))
		for j := range tokenSamples {
			if there := c.find(sumOf(j)) != nil; there != (j > i) {
				t.Errorf("after %d more: entry %d is there: %v, want %v", i+1, j, there, j > i)
			}
		}
	}
}

// TestTokenCacheForgetsWithdrawnKeys: entries go with their key, at once and
// whether or not the token comes again; another verifier's stay.
func TestTokenCacheForgetsWithdrawnKeys(t *testing.T) {
	c := newTokenCache(1000)
	a, b := new(poolVerifier), new(poolVerifier)
	old, fresh := new(rsa.PublicKey), new(rsa.PublicKey)
	for i, e := range []*verified{entry(a, old, 1), entry(a, fresh, 1), entry(b, old, 1)} {
		c.keep(sumOf(i), e)
	}
	c.retain(a, map[string]*rsa.PublicKey{"k": fresh})
	for i, want := range []bool{false, true, true} {
		if got := c.find(sumOf(i)) != nil; got != want {
			t.Errorf("entry %d is there: %v, want %v", i, got, want)
		}
	}
	c.drop(sumOf(1), entry(a, fresh, 1)) // another of the same token
	if c.find(sumOf(1)) == nil {
		t.Error("drop(an entry that was replaced) forgot the new one")
	}
}

// TestKeysThatStayAreTheSame: a fetch that brings the keys there are leaves
// what the cache rests on.
func TestKeysThatStayAreTheSame(t *testing.T) {
	s := &keySet{now: time.Now}
	key := func(n int64) *rsa.PublicKey { return &rsa.PublicKey{N: big.NewInt(n), E: 3} }
	fetch := func(byID map[string]*rsa.PublicKey) { s.settle(byID, nil, s.begun) }
	a, b := key(15), key(21)
	fetch(map[string]*rsa.PublicKey{"a": a, "b": b})
	fetch(map[string]*rsa.PublicKey{"a": key(15), "b": key(33)})
	if s.known("a") != a {
		t.Error("the same key became another pointer")
	}
	if s.known("b") == b {
		t.Error("another key is the old pointer")
	}
}
