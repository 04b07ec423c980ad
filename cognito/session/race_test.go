//go:build race

package session_test

import "github.com/seed75762126/cognito-go/internal/thorough"

// How many sessions the tests of R7 have. The race detector makes each ten
// times as slow, so that there are fewer.
var (
	inOutage    = thorough.Or(160, 200)
	dueAtOnce   = thorough.Or(300, 1000)
	endedAtOnce = thorough.Or(300, 1000)
)
