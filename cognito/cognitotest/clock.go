package cognitotest

import (
	"time"
)

// Now returns the pool's time: [time.Now] plus every [Pool.Advance]. Whatever
// expires in the pool expires by it. Inside a testing/synctest bubble it
// follows the bubble's clock.
func (p *Pool) Now() time.Time { return p.core.Now() }

// Advance moves the pool's clock by d from now on. It moves no other clock: a
// client takes part when its Config has the pool's Now, which [Pool.Config]
// sets.
func (p *Pool) Advance(d time.Duration) { p.core.Advance(d) }
