// Package delayed makes calls after a while, or at once when the process is
// about to end.
package delayed

import (
	"sync"
	"time"
)

// Calls are calls that wait to be made. It is safe for concurrent use.
type Calls struct {
	after  time.Duration
	most   int
	places chan struct{} // one for each call that runs

	mu      sync.Mutex // guards the rest
	waiting map[*call]bool
	left    int // calls that wait or run
	hurried bool
}

type call struct {
	make  func()
	timer *time.Timer
}

// New returns Calls that are made after a while. At most most of them wait or
// run, and at most atOnce run at a time.
func New(after time.Duration, most, atOnce int) *Calls {
	return &Calls{after: after, most: most, places: make(chan struct{}, atOnce), waiting: make(map[*call]bool)}
}

// Add has a call made later, or at once if Hurry was called. It reports false,
// and does nothing, if there are too many already.
func (c *Calls) Add(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left >= c.most {
		return false
	}
	c.left++
	if c.hurried {
		go c.run(f)
		return true
	}
	w := &call{make: f}
	w.timer = time.AfterFunc(c.after, func() {
		if c.take(w) {
			c.run(f)
		}
	})
	c.waiting[w] = true
	return true
}

// take reports whether a call still waits. It does not wait from then on.
func (c *Calls) take(w *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	waits := c.waiting[w]
	delete(c.waiting, w)
	return waits
}

// run makes a call when there is a place for it.
func (c *Calls) run(f func()) {
	c.places <- struct{}{}
	defer func() {
		<-c.places
		c.mu.Lock()
		defer c.mu.Unlock()
		c.left--
	}()
	f()
}

// Hurry has the calls that wait made now, and later ones at once. It does not
// wait for them.
func (c *Calls) Hurry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hurried = true
	for w := range c.waiting {
		w.timer.Stop()
		go c.run(w.make)
	}
	clear(c.waiting)
}

// Left returns how many calls wait or run.
func (c *Calls) Left() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left
}
