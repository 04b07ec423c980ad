package problems_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/seed75762126/cognito-go/internal/problems"
)

func at(field string, err error) error { return fmt.Errorf("shop: %s: %w", field, err) }

// TestE2_Problems: every problem is reported, with its field, and each once.
func TestE2_Problems(t *testing.T) {
	if err := problems.New(at).Err(); err != nil {
		t.Errorf("Err(no problem) = %v, want nil", err)
	}
	cause := errors.New("missing")
	l := problems.New(at)
	l.Check("Good", nil)
	l.Join(nil)
	l.Check("Keys", cause)
	l.Check("Keys", cause)
	l.Add("Life", "%d is negative", -1)
	l.Join(errors.Join(at("Keys", cause), fmt.Errorf("pool: %w", cause)))
	l.Join(errors.Join(errors.Join(fmt.Errorf("pool: %w", cause))))
	const want = "shop: Keys: missing\nshop: Life: -1 is negative\npool: missing"
	if err := l.Err(); err == nil || err.Error() != want || !errors.Is(err, cause) {
		t.Errorf("Err = %v, want:\n%s", err, want)
	}
}
