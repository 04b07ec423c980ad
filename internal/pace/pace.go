// Package pace limits the load that one process puts on a server. It limits how
// many calls run at the same time, and how often a failing server is called.
package pace

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Errors of a call that may not be made now.
var (
	// ErrBusy means that the maximum number of calls is under way.
	ErrBusy = errors.New("too many calls are under way")

	// ErrHolding means that the server has just failed, or has asked for a
	// pause. It is not called before the pause has passed.
	ErrHolding = errors.New("the server has failed a moment ago, and is not asked again yet")
)

const (
	// While a server fails, one call is made in this time. It is a quarter of a
	// second at first, and doubles with each failure, up to a second.
	firstSpacing = 250 * time.Millisecond
	maxSpacing   = time.Second
)

// A Gate lets goroutines make calls. It is safe for concurrent use.
type Gate struct {
	most int
	now  func() time.Time

	mu        sync.Mutex // guards the rest
	underWay  int
	waiting   []chan error // in order; each gets one value
	failures  int          // in a row
	nextProbe time.Time    // no call before this, while it fails
	notBefore time.Time    // no call before this: the server has asked for that
}

// NewGate returns a Gate that lets most calls be under way at a time. Now is
// its clock.
func NewGate(most int, now func() time.Time) *Gate { return &Gate{most: most, now: now} }

// A Place lets its holder make one call. The holder must say how the call
// ended, by one of the methods of Place. Only the first one counts.
type Place struct {
	gate *Gate
	left bool
}

// Try returns a place if there is one at once. The error is [ErrBusy] or
// [ErrHolding].
func (g *Gate) Try() (*Place, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) > 0 {
		return nil, ErrBusy
	}
	return g.try()
}

// try is Try for a caller that is next. g.mu is held.
func (g *Gate) try() (*Place, error) {
	now := g.now()
	switch {
	case now.Before(g.notBefore), g.failures > 0 && now.Before(g.nextProbe):
		return nil, ErrHolding
	case g.underWay >= g.most:
		return nil, ErrBusy
	}
	if g.failures > 0 {
		g.nextProbe = now.Add(g.spacing())
	}
	g.underWay++
	return &Place{gate: g}, nil
}

// spacing is the time between two calls to a server that fails: between half
// of what the constants say and all of it.
func (g *Gate) spacing() time.Duration {
	full := min(maxSpacing, firstSpacing<<min(g.failures-1, 8))
	return full/2 + rand.N(full/2)
}

// Enter returns a place, for which it waits: first come, first served. The
// error is the cause of ctx's end, or [ErrHolding]: nobody waits for a server
// that fails.
func (g *Gate) Enter(ctx context.Context) (*Place, error) {
	place, turn, err := g.line()
	if turn == nil {
		return place, err
	}
	select {
	case err = <-turn:
	case <-ctx.Done():
		if !g.stepOut(turn) {
			err = <-turn // it has come at the same moment
			break
		}
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	return &Place{gate: g}, nil
}

// line returns a place, or where to wait for one.
func (g *Gate) line() (*Place, chan error, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		if place, err := g.try(); !errors.Is(err, ErrBusy) {
			return place, nil, err
		}
	}
	turn := make(chan error, 1)
	g.waiting = append(g.waiting, turn)
	return nil, turn, nil
}

// stepOut takes a waiter out of the line. It reports false if its turn has
// come.
func (g *Gate) stepOut(turn chan error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.waiting, turn)
	if i < 0 {
		return false
	}
	g.waiting = slices.Delete(g.waiting, i, i+1)
	return true
}

// Answered gives the place back: the server has answered.
func (p *Place) Answered() {
	p.leave(func(g *Gate) { g.failures = 0 })
}

// Failed gives the place back: the server has failed. It has asked for a pause
// of wait, which may be zero.
func (p *Place) Failed(wait time.Duration) {
	p.leave(func(g *Gate) {
		g.failures++
		now := g.now()
		g.nextProbe = now.Add(g.spacing())
		if until := now.Add(wait); until.After(g.notBefore) {
			g.notBefore = until
		}
	})
}

// Unused gives the place back: no call was made.
func (p *Place) Unused() {
	p.leave(func(*Gate) {})
}

// leave gives a place back, once, and lets the next in line go.
func (p *Place) leave(note func(*Gate)) {
	g := p.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if p.left {
		return
	}
	p.left = true
	g.underWay--
	note(g)
	for len(g.waiting) > 0 {
		_, err := g.try()
		if errors.Is(err, ErrBusy) {
			return
		}
		g.waiting[0] <- err
		g.waiting = g.waiting[1:]
	}
}
