package cognito_test

import (
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A rotation gives new keys to pools of one id. Generating a pair takes a fifth
// of a second. So the quick form of the tests generates one pair for all pools,
// and each pool is restored from a snapshot that has it. With CI=true each pool
// generates its own.
type rotation struct {
	rotate   func(*cognitotest.Pool) error
	snapshot func() ([]byte, error) // of a pool after it
}

func newRotation(pool func() (*cognitotest.Pool, error), rotate func(*cognitotest.Pool) error) *rotation {
	return &rotation{rotate: rotate, snapshot: sync.OnceValues(func() ([]byte, error) {
		p, err := pool()
		if err != nil {
			return nil, err
		}
		if err := rotate(p); err != nil {
			return nil, err
		}
		return p.Snapshot()
	})}
}

// The rotations of newPool's pools, and the one that newOtherPool begins with.
var (
	emergency = newRotation(makePool, (*cognitotest.Pool).RotateKeys)
	orderly   = newRotation(makePool, (*cognitotest.Pool).AddKeys)
	otherKeys = newRotation(makeOtherPool, (*cognitotest.Pool).RotateKeys)
)

// of rotates the keys of the pool.
func (r *rotation) of(t testing.TB, pool *cognitotest.Pool) {
	t.Helper()
	if err := r.change(pool); err != nil {
		t.Fatal(err)
	}
}

func (r *rotation) change(pool *cognitotest.Pool) error {
	if thorough.Enabled() {
		return r.rotate(pool)
	}
	snapshot, err := r.snapshot()
	if err != nil {
		return err
	}
	return pool.Restore(snapshot)
}
