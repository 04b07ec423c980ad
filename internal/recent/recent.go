// Package recent keeps a number for a short time, because reading it is
// expensive.
package recent

import (
	"context"
	"sync"
	"time"
)

// A Number is read at most once in a time. It is safe for concurrent use.
type Number struct {
	life time.Duration
	now  func() time.Time

	mu      sync.Mutex // guards the rest; never held while the value is read
	value   uint64
	readAt  time.Time // the zero Time until it was read
	reading bool
	written int // calls of Set
}

// New returns a Number that is read again when it is as old as life. Now is its
// clock.
func New(life time.Duration, now func() time.Time) *Number {
	return &Number{life: life, now: now}
}

// Get returns the value, and reads it if it is too old. While one caller reads
// it, the others get the old one. The error is that of read. After one the next
// caller reads again.
func (n *Number) Get(ctx context.Context, read func(context.Context) (uint64, error)) (uint64, error) {
	if value, ok := n.recent(); ok {
		return value, nil
	}
	return n.Fresh(ctx, read)
}

// Fresh reads the value, however old it is. A value that was set during the read counts more.
func (n *Number) Fresh(ctx context.Context, read func(context.Context) (uint64, error)) (uint64, error) {
	written := n.writes()
	value, err := read(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.reading = false
	switch {
	case err != nil:
		return value, err
	case n.written != written:
		return n.value, nil
	}
	n.value, n.readAt = value, n.now()
	return value, nil
}

func (n *Number) writes() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.written
}

// recent returns the value, unless this caller has to read it.
func (n *Number) recent() (value uint64, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	known := !n.readAt.IsZero()
	if known && (n.reading || n.now().Sub(n.readAt) < n.life) {
		return n.value, true
	}
	n.reading = known
	return value, false
}

// Set keeps a value that the caller has written.
func (n *Number) Set(value uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.value, n.readAt = value, n.now()
	n.written++
}
