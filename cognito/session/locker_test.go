package session_test

import (
	"context"
	"sync"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// A locker is a Locker for processes that share memory. Its leases are lost
// when the test says so.
type locker struct {
	mu   sync.Mutex
	held map[string]*lease
	ids  []string // of all locks that were asked for
	err  error    // the answer to every Lock, if set
}

type lease struct {
	lose context.CancelCauseFunc
	free chan struct{} // closed when somebody else may have the lock
}

var _ session.Locker = (*locker)(nil)

func newLocker() *locker { return &locker{held: map[string]*lease{}} }

func (l *locker) Lock(ctx context.Context, id string) (context.Context, func(), error) {
	for first := true; ; first = false {
		l.mu.Lock()
		if first {
			l.ids = append(l.ids, id)
		}
		if l.err != nil {
			l.mu.Unlock()
			return nil, nil, l.err
		}
		other := l.held[id]
		if other == nil {
			held, lose := context.WithCancelCause(ctx)
			mine := &lease{lose: lose, free: make(chan struct{})}
			l.held[id] = mine
			l.mu.Unlock()
			return held, func() { l.give(id, mine, nil) }, nil
		}
		l.mu.Unlock()
		select {
		case <-other.free:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// count is how many locks are held.
func (l *locker) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}

// give ends a lease, unless that has happened.
func (l *locker) give(id string, mine *lease, cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	mine.lose(cause)
	if l.held[id] == mine {
		delete(l.held, id)
		close(mine.free)
	}
}

// lose takes all locks away, as when a process could not renew its leases.
func (l *locker) lose() {
	l.mu.Lock()
	held := make(map[string]*lease, len(l.held))
	for id, m := range l.held {
		held[id] = m
	}
	l.mu.Unlock()
	for id, m := range held {
		l.give(id, m, session.ErrLockLost)
	}
}
