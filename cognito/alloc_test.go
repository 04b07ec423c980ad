//go:build !race

// The race detector allocates too: .ci/run runs this file without it.

package cognito_test

import (
	"context"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

// TestAllocs pins what a verification allocates, keys warm. Nine of the
// allocations of a good token are crypto/rsa's own.
func TestAllocs(t *testing.T) {
	pool := newPool(t)
	plain := newVerifier(t, pool)
	cached := newVerifier(t, pool, func(c *cognito.Config) { c.TokenCache = 10 })
	good := mint(pool, "access")
	for _, tt := range []struct {
		name  string
		v     *cognito.Verifier
		token string
		check string
		most  float64
	}{
		{"good", plain, good, "", 15},
		{"cached", cached, good, "", 2},
		{"unknown kid", plain, underKid(1, good), "kid", 7},
		{"another pool's", plain, mint(pool, "access", set("iss", issuer+"x")), "iss", 8},
	} {
		wantCheck(t, "VerifyAccess(to warm up)", verify(t, tt.v, "access", good), "", good)
		wantCheck(t, "VerifyAccess("+tt.name+")", verify(t, tt.v, "access", tt.token), tt.check, tt.token)
		n := testing.AllocsPerRun(100, func() {
			_, _ = tt.v.VerifyAccess(context.Background(), cognito.AccessToken(tt.token))
		})
		t.Logf("VerifyAccess(%s): %v allocs", tt.name, n)
		if n > tt.most {
			t.Errorf("VerifyAccess(%s) allocates %v times, want at most %v", tt.name, n, tt.most)
		}
	}
}
