//go:build !race

// The race detector allocates too: .ci/run runs this file without it.

package cognito_test

import (
	"context"
	"testing"
)

// TestAllocsVerifyAccess pins the budget of design.md, keys warm.
func TestAllocsVerifyAccess(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	token := pool.AccessToken("jane")
	ctx := context.Background()
	n := testing.AllocsPerRun(100, func() {
		if _, err := v.VerifyAccess(ctx, token); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("VerifyAccess: %v allocs", n)
	if n > 30 {
		t.Errorf("VerifyAccess allocates %v times, want at most 30", n)
	}
}
