// Package recent keeps a number for a short time, because reading it is
// expensive.
package recent

import (
	"context"
	"sync"
	"time"
)

// A Number is read from time to time. It is safe for concurrent use.
type Number struct {
	life time.Duration
	now  func() time.Time

	mu      sync.Mutex // guards the rest; never held while the value is read
	value   uint64
	asOf    time.Time // when its read began; the zero Time until it was read
	reading bool
	written int // calls of Set
}

// New returns a Number. Its Get never returns a value older than life. Now is
// its clock.
func New(life time.Duration, now func() time.Time) *Number {
	return &Number{life: life, now: now}
}

// Get returns the value. In the last third of its life one caller reads it
// again, and the others get the old one. If the value is too old, each caller
// reads it. The error is that of read. After an error the next caller reads
// again.
func (n *Number) Get(ctx context.Context, read func(context.Context) (uint64, error)) (uint64, error) {
	if value, ok := n.recent(); ok {
		return value, nil
	}
	return n.Fresh(ctx, read)
}

// Fresh reads the value, however old it is. It returns the kept value instead
// if that was set during the read, or comes from a read that began later.
func (n *Number) Fresh(ctx context.Context, read func(context.Context) (uint64, error)) (uint64, error) {
	began, written := n.begin()
	value, err := read(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.reading = false
	switch {
	case err != nil:
		return value, err
	case n.written != written, began.Before(n.asOf):
		return n.value, nil
	}
	n.value, n.asOf = value, began
	return value, nil
}

func (n *Number) begin() (began time.Time, written int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.now(), n.written
}

// recent returns the value, unless this caller has to read it.
func (n *Number) recent() (value uint64, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	age := n.now().Sub(n.asOf)
	if age < n.life*2/3 || n.reading && age < n.life {
		return n.value, true
	}
	n.reading = true
	return 0, false
}

// Set keeps a value that the caller has written.
func (n *Number) Set(value uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.value, n.asOf = value, n.now()
	n.written++
}
