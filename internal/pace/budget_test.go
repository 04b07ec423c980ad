package pace_test

import (
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/pace"
)

// TestR7_Budget: a burst may be made at once, and afterwards one call in every
// interval.
func TestR7_Budget(t *testing.T) {
	b := &pace.Budget{Burst: 3, Each: 10 * time.Second}
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	calls := 0
	for range 6000 { // ten minutes
		if b.Spend(now) {
			calls++
		}
		now = now.Add(100 * time.Millisecond)
	}
	if want := 3 + 59; calls != want {
		t.Errorf("%d calls in ten minutes, want %d", calls, want)
	}
	now = now.Add(time.Hour)
	for i := range 4 {
		if got, want := b.Spend(now), i < 3; got != want {
			t.Errorf("Spend(call %d after an hour) = %v, want %v", i+1, got, want)
		}
	}
}
