// Package recheck asks from time to time whether something is still valid.
package recheck

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/pace"
)

// A Verdict is what asking has brought.
type Verdict int

// The verdicts.
const (
	Unknown Verdict = iota // no answer: it is asked again soon
	Good
	Refused
	Unaskable // it cannot be asked
)

const (
	// Patience is how long a caller waits if the last answer is too old.
	Patience = time.Second

	// timeout bounds one question, with the wait for its turn.
	timeout = 15 * time.Second

	// Without an answer the next question waits: five seconds, then twice as
	// long each time, up to a minute. Each of these is spread.
	firstPause = 5 * time.Second
	maxPause   = time.Minute

	// unaskablePause is how long something that cannot be asked is left alone.
	unaskablePause = time.Hour

	// maxKnown bounds what is remembered. What goes is asked again sooner.
	maxKnown = 100_000
)

// An ID names one thing. It is random.
type ID = [16]byte

// Checks are the questions of one process. It is safe for concurrent use.
type Checks struct {
	interval time.Duration
	now      func() time.Time
	gate     *pace.Gate

	mu      sync.Mutex // guards the rest
	known   map[ID]*check
	sweepAt int
	asking  int
	closed  bool
}

// A check is what is known of one thing.
type check struct {
	good      time.Time // the last time that it was found good
	refused   bool
	asked     *flight.Flight // under way or over; nil before the first
	notBefore time.Time
	failures  int // in a row
}

// New returns Checks that ask at most once in an interval about one thing, and
// about so many things at a time. Now is their clock.
func New(interval time.Duration, atOnce int, now func() time.Time) *Checks {
	return &Checks{interval: interval, now: now, gate: pace.NewGate(atOnce, now), known: make(map[ID]*check), sweepAt: 1024}
}

// maxAhead is how far the clock of the process that noted a time may be ahead.
const maxAhead = time.Minute

// Latest returns the latest of the times at which something was known to be
// good. A time that is ahead of now comes from a clock that was wrong, and does
// not count.
func Latest(now time.Time, times ...time.Time) (latest time.Time) {
	for _, at := range times {
		if at.Sub(now) <= maxAhead {
			latest = later(latest, at)
		}
	}
	return latest
}

// Check asks in the background about a thing, if the last good answer is as old
// as the interval. It returns the time of the last good answer that is known,
// and whether it was refused. Last is the time that the caller knows of. If the
// last good answer is older than 1.1 intervals, Check waits for the answer, for
// a second at most. Ask is not tied to the caller's context. The duration that
// it returns is how long the server wants to be left alone.
func (c *Checks) Check(ctx context.Context, id ID, last time.Time, ask func(context.Context) (Verdict, time.Duration)) (good time.Time, refused bool) {
	good, asked := c.begin(context.WithoutCancel(ctx), id, last, ask)
	if asked == nil {
		return good, false
	}
	if c.now().Sub(good) >= c.interval+c.interval/10 {
		waits, cancel := context.WithTimeout(ctx, Patience)
		defer cancel()
		_ = asked.Wait(waits)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.known[id]
	if e == nil {
		return good, false
	}
	return later(good, e.good), e.refused
}

// begin returns the question that is under way, which it may have begun, or nil.
func (c *Checks) begin(ctx context.Context, id ID, last time.Time, ask func(context.Context) (Verdict, time.Duration)) (good time.Time, asked *flight.Flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, e := c.now(), c.known[id]
	if e != nil {
		last = later(last, e.good)
	}
	if now.Sub(last) < c.interval {
		return last, nil
	}
	if e == nil {
		e = new(check)
		c.known[id] = e
		c.sweep(now)
	}
	under := e.asked != nil && !e.asked.Ended()
	if !under && (c.closed || now.Before(e.notBefore)) {
		return last, nil
	}
	if !under {
		c.asking++
		e.asked = flight.Start(func() { c.carryOut(ctx, e, ask) })
	}
	return last, e.asked
}

// carryOut asks once, in its turn.
func (c *Checks) carryOut(ctx context.Context, e *check, ask func(context.Context) (Verdict, time.Duration)) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	verdict, wait := Unknown, time.Duration(0)
	defer func() { c.landed(e, verdict, wait) }() // also after a panic of ask
	place, err := c.gate.Enter(ctx)
	if err != nil {
		return
	}
	defer func() {
		if verdict == Unknown {
			place.Failed(wait)
		} else {
			place.Answered()
		}
	}()
	verdict, wait = ask(ctx)
}

func (c *Checks) landed(e *check, verdict Verdict, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asking--
	now := c.now()
	switch verdict {
	case Good:
		e.good, e.failures, e.notBefore = now, 0, time.Time{}
	case Refused:
		e.refused = true
	case Unaskable:
		e.notBefore = now.Add(unaskablePause)
	default:
		pause := min(maxPause, firstPause<<min(e.failures, 8))
		e.failures++
		e.notBefore = now.Add(wait + pause/2 + rand.N(pause/2))
	}
}

// sweep forgets what was found good so long ago that it says nothing any more,
// each time the number of things has doubled. c.mu is held.
func (c *Checks) sweep(now time.Time) {
	if len(c.known) < c.sweepAt {
		return
	}
	for key, e := range c.known {
		if idle := e.asked != nil && e.asked.Ended() && !now.Before(e.notBefore); idle && now.Sub(e.good) >= c.interval {
			delete(c.known, key)
		}
	}
	for key, e := range c.known { // any of them
		if len(c.known) <= maxKnown {
			break
		}
		if e.asked != nil && e.asked.Ended() {
			delete(c.known, key)
		}
	}
	c.sweepAt = min(maxKnown, max(1024, 2*len(c.known)))
}

// Close stops new questions. It returns how many questions are under way.
func (c *Checks) Close() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return c.asking
}

// Len is how many things are remembered.
func (c *Checks) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.known)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
