//go:build unix

package servers

import (
	"flag"
	"os"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/internal/thorough"
)

// Main runs the tests of a package from its TestMain, and ends the program.
//
// It lets four tests that call t.Parallel run at the same time, even on fewer
// processors, because they mostly wait for servers. If the tests run in full,
// it is one for each processor, as usual. The flag -parallel has precedence.
//
// When the tests are over it stops the PostgreSQL of [NewDatabase].
func Main(m *testing.M) {
	if !thorough.Enabled() {
		_ = flag.Set("test.parallel", "4") // a flag of package testing
	}
	shared.mu.Lock()
	shared.stops = true
	shared.mu.Unlock()
	code := m.Run()
	if shared.postgres != nil {
		shared.postgres.remove()
	}
	os.Exit(code)
}

// shared is the PostgreSQL that the tests of a package share.
var shared struct {
	mu        sync.Mutex // guards the rest
	stops     bool       // Main stops it
	postgres  *Postgres  // nil until a test needs it
	databases int
}
