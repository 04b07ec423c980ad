package flight

import (
	"context"
	"sync"
)

// Turns lets only one goroutine of this process at a time work under a name.
// The zero value is ready for use.
type Turns[K comparable] struct {
	mu      sync.Mutex          // guards passing
	passing map[K]chan struct{} // closed when the one that passes is through
}

// Enter waits until it is the caller's turn, or ctx ends.
func (t *Turns[K]) Enter(ctx context.Context, name K) (leave func(), err error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		mine, other := t.take(name)
		if other == nil {
			return func() { t.leave(name, mine) }, nil
		}
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take returns a new channel where it is the caller's turn, and else that of
// the one that passes.
func (t *Turns[K]) take(name K) (mine, other chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if other := t.passing[name]; other != nil {
		return nil, other
	}
	if t.passing == nil {
		t.passing = make(map[K]chan struct{})
	}
	mine = make(chan struct{})
	t.passing[name] = mine
	return mine, nil
}

func (t *Turns[K]) leave(name K, mine chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.passing, name)
	close(mine)
}
