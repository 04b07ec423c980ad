package sampled_test

import (
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/sampled"
)

// TestSampler: so many of each kind pass in a minute, and the next that passes
// counts the others.
func TestSampler(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	s := &sampled.Sampler{Now: func() time.Time { return now }, PerMinute: 3}
	for i := range 10 {
		if _, through := s.Take("a"); through != (i < 3) {
			t.Errorf("line %d: through %v", i+1, through)
		}
	}
	if leftOut, through := s.Take("b"); !through || leftOut != 0 {
		t.Errorf("another kind: %d, %v", leftOut, through)
	}
	now = now.Add(time.Minute)
	if leftOut, through := s.Take("a"); !through || leftOut != 7 {
		t.Errorf("a minute later: %d, %v, want 7 that were left out", leftOut, through)
	}
	if leftOut, through := s.Take("a"); !through || leftOut != 0 {
		t.Errorf("the line after: %d, %v", leftOut, through)
	}
}
