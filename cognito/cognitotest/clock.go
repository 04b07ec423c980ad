package cognitotest

import (
	"time"
)

// Now returns the pool's time: [time.Now] plus every [Pool.Advance]. Tokens,
// codes and sessions of the pool expire by this clock. Inside a
// testing/synctest bubble it follows the bubble's clock.
func (p *Pool) Now() time.Time { return p.core.Now() }

// Advance moves the pool's clock by d from now on. It moves no other clock. A
// client follows the pool's clock if its Config.Now is [Pool.Now], as
// [Pool.Config] sets it.
func (p *Pool) Advance(d time.Duration) { p.core.Advance(d) }
