package sessiontest_test

import (
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/sessiontest"
)

// The test of a store.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestStore(t *testing.T)
		sessiontest.Run(t, func(*testing.T) session.Store { return session.NewMemoryStore(nil) })
	}
	// Output:
}
