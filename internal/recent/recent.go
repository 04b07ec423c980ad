// Package recent keeps a value that is expensive to read for a short time.
package recent

import (
	"context"
	"sync"
	"time"
)

// A Value is read at most once in a time. It is safe for concurrent use.
type Value[T any] struct {
	life time.Duration
	now  func() time.Time

	mu      sync.Mutex // guards the rest; never held while the value is read
	value   T
	readAt  time.Time // the zero Time until it was read
	reading bool
	written int // calls of Set
}

// New returns a Value that is read again when it is as old as life. Now is its
// clock.
func New[T any](life time.Duration, now func() time.Time) *Value[T] {
	return &Value[T]{life: life, now: now}
}

// Get returns the value, and reads it if it is too old. While one caller reads
// it, the others get the old one. The error is that of read. After one the next
// caller reads again.
func (v *Value[T]) Get(ctx context.Context, read func(context.Context) (T, error)) (T, error) {
	if value, ok := v.recent(); ok {
		return value, nil
	}
	return v.Fresh(ctx, read)
}

// Fresh reads the value, however old it is. A value that was set during the read counts more.
func (v *Value[T]) Fresh(ctx context.Context, read func(context.Context) (T, error)) (T, error) {
	written := v.writes()
	value, err := read(ctx)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.reading = false
	switch {
	case err != nil:
		return value, err
	case v.written != written:
		return v.value, nil
	}
	v.value, v.readAt = value, v.now()
	return value, nil
}

func (v *Value[T]) writes() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.written
}

// recent returns the value, unless this caller has to read it.
func (v *Value[T]) recent() (value T, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	known := !v.readAt.IsZero()
	if known && (v.reading || v.now().Sub(v.readAt) < v.life) {
		return v.value, true
	}
	v.reading = known
	return value, false
}

// Set keeps a value that the caller has written.
func (v *Value[T]) Set(value T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value, v.readAt = value, v.now()
	v.written++
}
