//go:build race

package session_test

// How many sessions the tests of R7 have. The race detector makes each ten
// times as slow, so that there are fewer.
var (
	inOutage    = 200
	dueAtOnce   = 1000
	endedAtOnce = 1000
)
