package pool

import (
	"sync/atomic"
	"time"
)

// A Clock is the system's clock plus what the test advanced it by.
type Clock struct{ Offset atomic.Int64 }

func (c *Clock) now() time.Time { return time.Now().Add(time.Duration(c.Offset.Load())) }

// Now returns the pool's time: [time.Now] plus every [Pool.Advance]. Whatever
// expires in the pool expires by it. Inside a testing/synctest bubble it
// follows the bubble's clock.
func (p *Pool) Now() time.Time { return p.Clock.now() }

// Advance moves the pool's clock by d from now on. It moves no other clock: a
// client takes part when its Config has the pool's Now, which [Pool.Config]
// sets.
func (p *Pool) Advance(d time.Duration) { p.Clock.Offset.Add(int64(d)) }
