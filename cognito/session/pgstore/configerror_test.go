package pgstore_test

import (
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session/pgstore"
	"github.com/seed75762126/cognito-go/internal/problems/problemstest"
)

// TestE2_ConfigErrors: each problem that New reports is a ConfigError of this
// package, which names the field.
func TestE2_ConfigErrors(t *testing.T) {
	_, err := pgstore.New(nil, pgstore.Config{Table: "a b", Timeout: -1, Lease: 1})
	problemstest.Check(t, "pgstore.New", "pgstore", err, "pool", "Table", "Timeout", "Lease")
}
