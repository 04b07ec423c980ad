package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

func TestMemoryStore(t *testing.T) {
	RunInBubble(t, func(*testing.T) session.Store { return session.NewMemoryStore(nil) })
}

// A recorder is a tester that notes failures.
type recorder struct {
	ctx context.Context

	mu       sync.Mutex // guards failures
	failures []string
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// failures runs a check in a bubble and returns what it finds.
func failures(t *testing.T, check func(tester)) []string {
	var r recorder
	synctest.Test(t, func(t *testing.T) {
		r.ctx = t.Context()
		done := make(chan struct{})
		go func() {
			defer close(done)
			check(&r)
		}()
		<-done
	})
	return r.failures
}

// broken is a MemoryStore that does one thing wrong.
type broken struct {
	*session.MemoryStore
	find   func(ctx context.Context, id string, s *session.MemoryStore) ([]byte, bool, error)
	commit func(ctx context.Context, id string, sealed []byte, expiry time.Time, s *session.MemoryStore) error
	delete func(ctx context.Context, id string, s *session.MemoryStore) error
}

func (b broken) Find(ctx context.Context, id string) ([]byte, bool, error) {
	if b.find == nil {
		return b.MemoryStore.Find(ctx, id)
	}
	return b.find(ctx, id, b.MemoryStore)
}

func (b broken) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if b.commit == nil {
		return b.MemoryStore.Commit(ctx, id, sealed, expiry)
	}
	return b.commit(ctx, id, sealed, expiry, b.MemoryStore)
}

func (b broken) Delete(ctx context.Context, id string) error {
	if b.delete == nil {
		return b.MemoryStore.Delete(ctx, id)
	}
	return b.delete(ctx, id, b.MemoryStore)
}

// TestBrokenStores: each mistake is found, and by the check that is about it.
func TestBrokenStores(t *testing.T) {
	type store = session.MemoryStore
	tests := []struct {
		name  string
		check string // the one that must find it
		store func(*store) session.Store
	}{
		{"keeps nothing", "what was committed is found", func(m *store) session.Store {
			return broken{MemoryStore: m, commit: func(context.Context, string, []byte, time.Time, *store) error { return nil }}
		}},
		{"unknown is an error", "unknown ids are not found", func(m *store) session.Store {
			return broken{MemoryStore: m, find: func(ctx context.Context, id string, s *store) ([]byte, bool, error) {
				got, found, err := s.Find(ctx, id)
				if !found {
					err = errors.New("no rows")
				}
				return got, found, err
			}}
		}},
		{"deleting an unknown id is an error", "unknown ids are not found", func(m *store) session.Store {
			return broken{MemoryStore: m, delete: func(ctx context.Context, id string, s *store) error {
				if _, found, _ := s.Find(ctx, id); !found {
					return errors.New("no rows")
				}
				return s.Delete(ctx, id)
			}}
		}},
		{"inserts without replacing", "a later commit replaces an earlier one", func(m *store) session.Store {
			return broken{MemoryStore: m, commit: func(ctx context.Context, id string, sealed []byte, expiry time.Time, s *store) error {
				if _, found, _ := s.Find(ctx, id); found {
					return nil
				}
				return s.Commit(ctx, id, sealed, expiry)
			}}
		}},
		{"deletes nothing", "what was deleted is not found", func(m *store) session.Store {
			return broken{MemoryStore: m, delete: func(context.Context, string, *store) error { return nil }}
		}},
		{"cuts at 16 KiB", "any bytes up to 64 KiB are kept", func(m *store) session.Store {
			return broken{MemoryStore: m, commit: func(ctx context.Context, id string, sealed []byte, expiry time.Time, s *store) error {
				return s.Commit(ctx, id, sealed[:min(len(sealed), 16<<10)], expiry)
			}}
		}},
		{"keeps text", "any bytes up to 64 KiB are kept", func(m *store) session.Store {
			return broken{MemoryStore: m, commit: func(ctx context.Context, id string, sealed []byte, expiry time.Time, s *store) error {
				return s.Commit(ctx, id, []byte(strings.ToValidUTF8(string(sealed), "?")), expiry)
			}}
		}},
		{"ids without case", "ids differ in every character", func(m *store) session.Store {
			return broken{
				MemoryStore: m,
				commit: func(ctx context.Context, id string, sealed []byte, expiry time.Time, s *store) error {
					return s.Commit(ctx, strings.ToLower(id), sealed, expiry)
				},
				find: func(ctx context.Context, id string, s *store) ([]byte, bool, error) {
					return s.Find(ctx, strings.ToLower(id))
				},
				delete: func(ctx context.Context, id string, s *store) error {
					return s.Delete(ctx, strings.ToLower(id))
				},
			}
		}},
		{"records never end", "records end at their expiry", func(m *store) session.Store {
			return broken{MemoryStore: m, commit: func(ctx context.Context, id string, sealed []byte, _ time.Time, s *store) error {
				return s.Commit(ctx, id, sealed, time.Now().Add(time.Hour))
			}}
		}},
		{"the first expiry stays", "records end at their expiry", func(m *store) session.Store {
			var mu sync.Mutex
			first := map[string]time.Time{}
			return broken{MemoryStore: m, commit: func(ctx context.Context, id string, sealed []byte, expiry time.Time, s *store) error {
				mu.Lock()
				defer mu.Unlock()
				if _, known := first[id]; !known {
					first[id] = expiry
				}
				return s.Commit(ctx, id, sealed, first[id])
			}}
		}},
		{"expiry in whole minutes", "records end at their expiry", func(m *store) session.Store {
			return broken{MemoryStore: m, commit: func(ctx context.Context, id string, sealed []byte, expiry time.Time, s *store) error {
				return s.Commit(ctx, id, sealed, expiry.Truncate(time.Minute))
			}}
		}},
		{"replaces by deleting first", "commits and finds may run together", func(m *store) session.Store {
			return broken{MemoryStore: m, commit: func(ctx context.Context, id string, sealed []byte, expiry time.Time, s *store) error {
				_ = s.Delete(ctx, id)
				time.Sleep(time.Millisecond)
				return s.Commit(ctx, id, sealed, expiry)
			}}
		}},
		{"cancelled means not found", "a cancelled context signs nobody out", func(m *store) session.Store {
			return broken{MemoryStore: m, find: func(ctx context.Context, id string, s *store) ([]byte, bool, error) {
				if ctx.Err() != nil {
					return nil, false, nil
				}
				return s.Find(ctx, id)
			}}
		}},
		{"cancelled means done", "a cancelled context signs nobody out", func(m *store) session.Store {
			return broken{MemoryStore: m, delete: func(ctx context.Context, id string, s *store) error {
				if ctx.Err() != nil {
					return nil
				}
				return s.Delete(ctx, id)
			}}
		}},
		{"works on after the end", "calls end with their context", func(m *store) session.Store {
			return broken{MemoryStore: m, find: func(ctx context.Context, id string, s *store) ([]byte, bool, error) {
				time.Sleep(time.Second)
				return s.Find(ctx, id)
			}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var found []string
			for _, c := range storeChecks {
				if c.name == tt.check {
					found = failures(t, func(r tester) { c.run(r, tt.store(session.NewMemoryStore(nil))) })
				}
			}
			if len(found) == 0 {
				t.Errorf("%q found nothing wrong with a store that %s", tt.check, tt.name)
			}
		})
	}
}

// leases are the locks of a fleet of processes, with the mistakes that a
// locker can make.
type leases struct {
	mu    sync.Mutex
	taken map[string]*held

	shared      bool // everybody gets every lock
	oneForAll   bool // all ids are one lock
	keeps       bool // unlock does nothing
	anyOwner    bool // unlock frees whoever has the lock
	deaf        bool // a wait does not end with its context
	unrenewed   bool // leases end while the lock is held
	loses       bool // held ends with the first lease
	ownContext  bool // held has nothing of the caller's context
	wrongReason bool // the error is not the context's
}

type held struct{ until time.Time }

const testLease = time.Second

func (l *leases) Lock(ctx context.Context, id string) (context.Context, func(), error) {
	if l.oneForAll {
		id = ""
	}
	mine := &held{until: time.Now().Add(testLease)}
	for !l.try(id, mine) {
		if l.deaf {
			time.Sleep(10 * time.Second)
		}
		select {
		case <-ctx.Done():
			if l.wrongReason {
				return nil, nil, errors.New("busy")
			}
			return nil, nil, ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	if ctx.Err() != nil {
		l.give(id, mine)
		return nil, nil, ctx.Err()
	}
	parent := ctx
	if l.ownContext {
		parent = context.Background()
	}
	holding, cancel := context.WithCancelCause(parent)
	if l.loses {
		time.AfterFunc(testLease, func() { cancel(session.ErrLockLost) })
	}
	return holding, func() { cancel(nil); l.give(id, mine) }, nil
}

func (l *leases) try(id string, mine *held) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	other := l.taken[id]
	if other != nil && !l.shared && (!l.unrenewed || time.Now().Before(other.until)) {
		return false
	}
	l.taken[id] = mine
	return true
}

func (l *leases) give(id string, mine *held) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.keeps && (l.taken[id] == mine || l.anyOwner) {
		delete(l.taken, id)
	}
}

func TestLeases(t *testing.T) {
	for _, c := range lockerChecks {
		t.Run(c.name, func(t *testing.T) {
			l := &leases{taken: map[string]*held{}}
			found := failures(t, func(r tester) { c.run(r, testLease, func() session.Locker { return l }) })
			if len(found) > 0 {
				t.Errorf("a locker without a mistake: %v", found)
			}
		})
	}
}

func TestBrokenLockers(t *testing.T) {
	tests := []struct {
		name, check string
		locker      *leases
	}{
		{"gives every lock to everybody", "a lock has one holder", &leases{shared: true}},
		{"has one lock for all ids", "locks of different ids are independent", &leases{oneForAll: true}},
		{"keeps what was given back", "a lock that was given back is free", &leases{keeps: true}},
		{"lets anybody unlock", "only the holder gives a lock back", &leases{anyOwner: true}},
		{"waits beyond the context", "a wait ends with its context", &leases{deaf: true}},
		{"says no reason", "a wait ends with its context", &leases{wrongReason: true}},
		{"does not renew", "a lock outlasts its lease while it is held", &leases{unrenewed: true}},
		{"loses the lock", "a lock outlasts its lease while it is held", &leases{loses: true}},
		{"forgets the context", "held belongs to the caller's context", &leases{ownContext: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.locker.taken = map[string]*held{}
			var found []string
			for _, c := range lockerChecks {
				if c.name == tt.check {
					found = failures(t, func(r tester) { c.run(r, testLease, func() session.Locker { return tt.locker }) })
				}
			}
			if len(found) == 0 {
				t.Errorf("%q found nothing wrong with a locker that %s", tt.check, tt.name)
			}
		})
	}
}
