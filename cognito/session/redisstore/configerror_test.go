package redisstore_test

import (
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
	"github.com/seed75762126/cognito-go/internal/problems/problemstest"
)

// TestE2_ConfigErrors: each problem that New reports is a ConfigError of this
// package, which names the field.
func TestE2_ConfigErrors(t *testing.T) {
	_, err := redisstore.New(nil, redisstore.Config{Timeout: -1, Lease: 1})
	problemstest.Check(t, "redisstore.New", "redisstore", err, "client", "Timeout", "Lease")
}
