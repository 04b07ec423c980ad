package cognito

import (
	"crypto/rsa"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/internal/tokencache"
)

// TestTokenCacheForgetsWithdrawnKeys: entries go with their key, at once and
// whether or not the token comes again; another verifier's stay.
func TestTokenCacheForgetsWithdrawnKeys(t *testing.T) {
	a, b := new(poolVerifier), new(poolVerifier)
	old, fresh := new(rsa.PublicKey), new(rsa.PublicKey)
	c := tokencache.New[*verified](1000)
	for i, p := range []proof{{a, "k", old}, {a, "k", fresh}, {b, "k", old}} {
		claims := &AccessClaims{RegisteredClaims: RegisteredClaims{Expiry: time.Unix(1, 0)}}
		c.Keep(tokencache.Sum{byte(i)}, &verified{claims: claims, proof: p})
	}
	a.retain(c, map[string]*rsa.PublicKey{"k": fresh})
	for i, want := range []bool{false, true, true} {
		if _, got := c.Find(tokencache.Sum{byte(i)}); got != want {
			t.Errorf("entry %d is there: %v, want %v", i, got, want)
		}
	}
	a.retain(nil, nil) // no cache
}
