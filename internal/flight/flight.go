// Package flight lets many callers wait for one call. The call goes on when a
// caller leaves. Every shared call of the module uses it.
package flight

import "context"

// A Flight is a call under way. Its owner keeps it, guarded by the owner's own
// mutex, until the call has ended.
type Flight struct{ done chan struct{} }

// Start begins call in a goroutine of its own. Waiters go on when it returns,
// also by a panic.
func Start(call func()) *Flight { return StartThen(call, func() {}) }

// StartThen is Start for a goroutine with more to do: then runs after call, and
// nobody waits for it.
func StartThen(call, then func()) *Flight {
	f := &Flight{done: make(chan struct{})}
	go func() {
		f.fly(call)
		then()
	}()
	return f
}

func (f *Flight) fly(call func()) {
	defer close(f.done)
	call()
}

// Landed returns a Flight that has ended before it began.
func Landed() *Flight {
	f := &Flight{done: make(chan struct{})}
	close(f.done)
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

// Ended reports whether the call has ended.
func (f *Flight) Ended() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}
