//go:build !race

package session_test

// How many sessions the tests of R7 have.
const (
	inOutage    = 1000
	dueAtOnce   = 10000
	endedAtOnce = 2000
)
