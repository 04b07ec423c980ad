// Package flight lets many callers wait for one call. The call goes on when a
// caller leaves.
package flight

import "context"

// A Flight is a call under way. Its owner keeps it, guarded by the owner's own
// mutex, until the call has ended.
type Flight struct{ done chan struct{} }

// Start begins call in a goroutine of its own. Waiters go on when it returns,
// also by a panic.
func Start(call func()) *Flight {
	f := &Flight{done: make(chan struct{})}
	go func() {
		defer close(f.done)
		call()
	}()
	return f
}

// Wait returns nil when the call has ended, or the cause of ctx's end if that
// comes first.
func (f *Flight) Wait(ctx context.Context) error {
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
