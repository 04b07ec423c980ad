package attempts_test

import (
	"slices"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// The n-th of many starts of a sign-in costs what the first did. What has
// expired goes as new ones come, and no start looks at all the others. Only the
// ratio within one run counts, that of the fastest batches. They are short, so
// that a busy machine leaves some of them alone.
func TestStartsCostTheSame(t *testing.T) {
	const size = 100
	batches := thorough.Or(300, 1000)
	var store attempts.SignIns
	now := time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)
	took := make([]time.Duration, batches)
	for i := range took {
		began := time.Now()
		for range size {
			now = now.Add(500 * time.Millisecond)
			store.Put(attempts.SignIn{Typed: "jane", Expires: now.Add(3 * time.Minute)}, now)
		}
		took[i] = time.Since(began)
	}
	early, late := slices.Min(took[10:50]), slices.Min(took[batches-batches/3:]) // the first ten fill the store
	if late > 3*early {
		t.Errorf("%d starts took %v at first and %v after %d, want about the same", size, early, late, batches*size)
	}
}
