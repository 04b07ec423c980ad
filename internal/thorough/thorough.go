// Package thorough says how long the tests of this repository run.
//
// Some tests repeat a thing many times: a thousand sessions in an outage, five
// minutes of a flood, each bit of a cookie. With CI=true, which .ci/run sets,
// they repeat it in full. Without it, they check the same rules with fewer
// repetitions, so that a developer need not wait long.
package thorough

import (
	"os"
	"testing"
)

// Enabled reports whether the tests run in full.
func Enabled() bool { return os.Getenv("CI") == "true" }

// Or returns full if the tests run in full, and quick otherwise.
func Or[T any](quick, full T) T {
	if Enabled() {
		return full
	}
	return quick
}

// Only skips a test that has no shorter form, unless the tests run in full.
func Only(t testing.TB) {
	t.Helper()
	if !Enabled() {
		t.Skip("it takes long: CI=true runs it")
	}
}

// Sample returns every nth element of list, beginning at the one with the index
// from, or the whole list if the tests run in full. Callers that go through
// several lists pass another from each time, so that together they see every
// element.
func Sample[T any](list []T, n, from int) []T {
	if Enabled() {
		return list
	}
	var some []T
	for i := from % n; i < len(list); i += n {
		some = append(some, list[i])
	}
	return some
}
