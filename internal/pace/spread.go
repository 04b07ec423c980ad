package pace

import (
	"math/rand/v2"
	"time"
)

// Spread returns a time between half of d and all of it, so that sessions
// whose refreshes failed together are not tried together again.
func Spread(d time.Duration) time.Duration { return d/2 + rand.N(d/2) }
