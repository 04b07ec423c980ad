//go:build !race

package session_test

import "github.com/seed75762126/cognito-go/internal/thorough"

// How many sessions the tests of R7 have.
var (
	inOutage    = thorough.Or(160, 1000)
	dueAtOnce   = thorough.Or(300, 10000)
	endedAtOnce = thorough.Or(300, 2000)
)
