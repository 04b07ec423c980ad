package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
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
		time.Sleep(24 * time.Hour) // calls that hang beyond the check have returned
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
		{"drops the context of a read that waits", "calls end with their context", func(m *store) session.Store {
			return broken{MemoryStore: m, find: func(ctx context.Context, id string, s *store) ([]byte, bool, error) {
				if err := ctx.Err(); err != nil {
					return nil, false, err
				}
				time.Sleep(time.Minute)
				return s.Find(ctx, id)
			}}
		}},
		{"drops the context of a write that waits", "calls end with their context", func(m *store) session.Store {
			return broken{MemoryStore: m, commit: func(ctx context.Context, id string, sealed []byte, expiry time.Time, s *store) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				time.Sleep(time.Minute)
				return s.Commit(ctx, id, sealed, expiry)
			}}
		}},
		{"drops the context of a deletion that waits", "calls end with their context", func(m *store) session.Store {
			return broken{MemoryStore: m, delete: func(ctx context.Context, id string, s *store) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				time.Sleep(time.Minute)
				return s.Delete(ctx, id)
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

// updater is a MemoryStore with Update, and with a mistake.
type updater struct {
	*session.MemoryStore
	mistake string
}

func (u updater) Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (bool, error) {
	_, found, err := u.Find(ctx, id)
	switch {
	case err != nil:
		return false, err
	case u.mistake == "creates":
		return found, u.Commit(ctx, id, sealed, expiry)
	case u.mistake == "says yes":
		return true, nil
	case !found || u.mistake == "does nothing":
		return found, nil
	case u.mistake == "keeps the expiry":
		expiry = time.Now().Add(time.Second)
	}
	return true, u.Commit(ctx, id, sealed, expiry)
}

func TestUpdaters(t *testing.T) {
	for _, mistake := range []string{"", "creates", "says yes", "does nothing", "keeps the expiry"} {
		found := failures(t, func(r tester) {
			checkUpdate(r, updater{session.NewMemoryStore(nil), mistake})
		})
		if (mistake == "") != (len(found) == 0) {
			t.Errorf("an updater that %q: the check found %q", mistake, found)
		}
	}
	if found := failures(t, func(r tester) { checkUpdate(r, session.NewMemoryStore(nil)) }); len(found) > 0 {
		t.Errorf("a store without Update: the check found %q", found)
	}
}

// server is a store whose calls wait while it hangs.
type server struct {
	*session.MemoryStore
	mistake string
	empty   atomic.Bool // it has forgotten everything

	mu      sync.Mutex // guards hanging
	hanging chan struct{}
}

func (s *server) hang() (resume func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hanging := make(chan struct{})
	s.hanging = hanging
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.hanging = nil
		close(hanging)
	}
}

// wait returns when the server goes on or ctx ends.
func (s *server) wait(ctx context.Context) error {
	s.mu.Lock()
	hanging := s.hanging
	s.mu.Unlock()
	if s.mistake == "drops the context" {
		ctx = context.Background()
	}
	if hanging == nil {
		return nil
	}
	select {
	case <-hanging:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *server) Find(ctx context.Context, id string) ([]byte, bool, error) {
	err := s.wait(ctx)
	switch {
	case err != nil && s.mistake == "says not found":
		return nil, false, nil
	case err != nil:
		return nil, false, err
	case s.empty.Load():
		return nil, false, nil
	}
	return s.MemoryStore.Find(ctx, id)
}

func (s *server) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	if err := s.wait(ctx); err != nil {
		return err
	}
	return s.MemoryStore.Commit(ctx, id, sealed, expiry)
}

func (s *server) Delete(ctx context.Context, id string) error {
	err := s.wait(ctx)
	if err != nil {
		s.empty.Store(s.mistake == "forgets everything")
		return err
	}
	return s.MemoryStore.Delete(ctx, id)
}

// TestHangingStores: a store that waits with its context passes; each mistake
// is found. With a server that answers, Run finds none of them.
func TestHangingStores(t *testing.T) {
	for mistake, wants := range map[string]string{
		"": "", "drops the context": "has not returned", "says not found": "a wrong answer", "forgets everything": "from before",
	} {
		for _, c := range hangingChecks {
			t.Run(mistake+"/"+c.name, func(t *testing.T) {
				found := failures(t, func(r tester) {
					s := &server{MemoryStore: session.NewMemoryStore(nil), mistake: mistake}
					c.run(r, s, s.hang)
				})
				if got := strings.Join(found, "\n"); (wants == "") != (got == "") || !strings.Contains(got, wants) {
					t.Errorf("a store that %q: %q, want %q", mistake, got, wants)
				}
			})
		}
		RunInBubble(t, func(*testing.T) session.Store {
			return &server{MemoryStore: session.NewMemoryStore(nil), mistake: mistake}
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
	unaware     bool // a holder does not notice that the lock is lost
	wrongCause  bool // a holder notices, and does not say why
	late        bool // a holder notices long after the lease
}

type held struct {
	until  time.Time
	cancel context.CancelCauseFunc
}

// lose takes a lock from its holder, as a server does that has lost its data.
func (l *leases) lose(id string) (mend func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	mine := l.taken[id]
	delete(l.taken, id)
	switch {
	case l.unaware:
	case l.wrongCause:
		mine.cancel(nil)
	case l.late:
		time.AfterFunc(time.Minute, func() { mine.cancel(session.ErrLockLost) })
	default:
		time.AfterFunc(testLease/3, func() { mine.cancel(session.ErrLockLost) })
	}
	return func() {}
}

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
	l.mu.Lock()
	mine.cancel = cancel
	l.mu.Unlock()
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

// TestLostLocks: a locker whose holders notice a loss passes; each mistake is
// found.
func TestLostLocks(t *testing.T) {
	tests := []struct {
		name   string
		locker *leases
		check  string // the one that must find it; "" means that none may
	}{
		{"makes no mistake", &leases{}, ""},
		{"does not notice", &leases{unaware: true}, "the holder notices that the lock is lost"},
		{"notices late", &leases{late: true}, "the holder notices that the lock is lost"},
		{"says no reason", &leases{wrongCause: true}, "the holder notices that the lock is lost"},
		{"lets a former holder unlock", &leases{anyOwner: true}, "a former holder gives nothing back"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, c := range lostLockChecks {
				tt.locker.taken = map[string]*held{}
				found := failures(t, func(r tester) {
					c.run(r, testLease, func() session.Locker { return tt.locker }, tt.locker.lose)
				})
				if (c.name == tt.check) != (len(found) > 0) {
					t.Errorf("%q found %q", c.name, found)
				}
			}
		})
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
