package session

import (
	"context"
	"sync"
)

// A turnstile lets one goroutine of this process at a time pass by a name.
type turnstile struct {
	mu      sync.Mutex               // guards passing
	passing map[string]chan struct{} // closed when whoever passes is through
}

// enter waits until it is the caller's turn, or ctx ends.
func (t *turnstile) enter(ctx context.Context, name string) (leave func(), err error) {
	for {
		t.mu.Lock()
		other := t.passing[name]
		if other == nil {
			mine := make(chan struct{})
			t.passing[name] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				delete(t.passing, name)
				t.mu.Unlock()
				close(mine)
			}, nil
		}
		t.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// exclusively runs a change of a user's record, which reads and writes it:
// one at a time in this process, and, with a Locker, in all. The context that
// change is given ends when the lock is lost.
func (m *Manager) exclusively(ctx context.Context, name string, change func(context.Context) error) error {
	leave, err := m.turns.enter(ctx, name)
	if err != nil {
		return because(ErrStore, err)
	}
	defer leave()
	if m.locker == nil {
		return change(ctx)
	}
	held, unlock, err := m.locker.Lock(ctx, name)
	if err != nil {
		return because(ErrStore, err)
	}
	defer unlock()
	return change(held)
}
