package cognito_test

import (
	"context"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

// BenchmarkVerifyAccess runs in parallel: with -cpu 1,2 it shows how the work
// spreads over cores. internal/checks/bench has the ratios to RAW and to others.
func BenchmarkVerifyAccess(b *testing.B) {
	pool := newPool(b)
	fixed := func(c *cognito.Config) { c.JWKS, c.Now = pool.JWKS(), nil }
	plain := newVerifier(b, pool, fixed)
	cached := newVerifier(b, pool, fixed, func(c *cognito.Config) { c.TokenCache = 1000 })
	good := mint(pool, "access")
	for _, bm := range []struct {
		name  string
		v     *cognito.Verifier
		token string
		good  bool
	}{
		{"good", plain, good, true},
		{"cached", cached, good, true},
		{"unknown kid", plain, underKid(1, good), false},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := bm.v.VerifyAccess(context.Background(), cognito.AccessToken(bm.token)); (err == nil) != bm.good {
						b.Fatalf("VerifyAccess(%s) = %v", bm.name, err)
					}
				}
			})
		})
	}
}
