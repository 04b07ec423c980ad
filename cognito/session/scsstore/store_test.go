package scsstore_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/scsstore"
	"github.com/seed75762126/cognito-go/cognito/session/sessiontest"
)

// memory is a store of scs without context methods. It hangs, fails or panics
// when told to.
type memory struct {
	kept *session.MemoryStore

	mu      sync.Mutex // guards the rest
	hanging chan struct{}
	err     error
	panics  bool
	running int // calls
	most    int // of them at a time
}

func newMemory() *memory { return &memory{kept: session.NewMemoryStore(nil)} }

func (m *memory) hang() (resume func()) {
	hanging := make(chan struct{})
	m.mu.Lock()
	m.hanging = hanging
	m.mu.Unlock()
	return func() {
		m.mu.Lock()
		m.hanging = nil
		m.mu.Unlock()
		close(hanging)
	}
}

func (m *memory) enter() error {
	m.mu.Lock()
	m.running++
	m.most = max(m.most, m.running)
	defer func() {
		m.mu.Lock()
		m.running--
		m.mu.Unlock()
	}()
	hanging, err, panics := m.hanging, m.err, m.panics
	m.mu.Unlock()
	if panics {
		panic("no connection")
	}
	if hanging != nil {
		<-hanging
	}
	return err
}

func (m *memory) Find(id string) ([]byte, bool, error) {
	if err := m.enter(); err != nil {
		return nil, false, err
	}
	return m.kept.Find(context.Background(), id)
}

func (m *memory) Commit(id string, b []byte, expiry time.Time) error {
	if err := m.enter(); err != nil {
		return err
	}
	return m.kept.Commit(context.Background(), id, b, expiry)
}

func (m *memory) Delete(id string) error {
	if err := m.enter(); err != nil {
		return err
	}
	return m.kept.Delete(context.Background(), id)
}

// withContext is a store of scs with context methods, which notes whether they
// are the ones that are called.
type withContext struct {
	*memory
	calls atomic.Int32
	until time.Duration // how much time the last context left
}

func (c *withContext) note(ctx context.Context) {
	c.calls.Add(1)
	if end, ok := ctx.Deadline(); ok {
		c.until = time.Until(end)
	}
}

func (c *withContext) FindCtx(ctx context.Context, id string) ([]byte, bool, error) {
	c.note(ctx)
	return c.memory.Find(id)
}

func (c *withContext) CommitCtx(ctx context.Context, id string, b []byte, expiry time.Time) error {
	c.note(ctx)
	return c.memory.Commit(id, b, expiry)
}

func (c *withContext) DeleteCtx(ctx context.Context, id string) error {
	c.note(ctx)
	return c.memory.Delete(id)
}

func newStore(t *testing.T, of scsstore.SCS, cfg scsstore.Config) *scsstore.Store {
	t.Helper()
	s, err := scsstore.New(of, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	sessiontest.RunInBubble(t, func(t *testing.T) session.Store { return newStore(t, newMemory(), scsstore.Config{}) })
}

// TestS8_StoreThatHangs: a store without context methods cannot be told to
// stop. Its adapter returns all the same.
func TestS8_StoreThatHangs(t *testing.T) {
	var m *memory
	sessiontest.RunHanging(t, func(t *testing.T) session.Store {
		m = newMemory()
		return newStore(t, m, scsstore.Config{})
	}, func(*testing.T) (resume func()) { return m.hang() })
}

func TestE2_NewReportsEverything(t *testing.T) {
	_, err := scsstore.New(nil, scsstore.Config{Timeout: -1, MaxCalls: -1})
	for _, field := range []string{"store", "Timeout", "MaxCalls"} {
		if err == nil || !strings.Contains(err.Error(), "scsstore: "+field) {
			t.Errorf("New(everything wrong) = %v, want %s named", err, field)
		}
	}
}

// TestS8_Timeout: each call ends after Timeout, with an error, and a store
// that hangs keeps MaxCalls goroutines and no more.
func TestS8_Timeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		s := newStore(t, m, scsstore.Config{MaxCalls: 3})
		if err := s.Commit(t.Context(), "id", []byte("kept"), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		resume := m.hang()
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				began := time.Now()
				_, found, err := s.Find(t.Context(), "id")
				if took := time.Since(began); err == nil || found || took != 2*time.Second {
					t.Errorf("Find(hanging) = %v, %v after %v, want an error after 2s", found, err, took)
				}
			})
		}
		wg.Wait()
		m.mu.Lock()
		n := m.most
		m.mu.Unlock()
		if n != 3 {
			t.Errorf("%d calls of the store at a time, want 3", n)
		}
		resume()
		synctest.Wait()
		if got, found, err := s.Find(t.Context(), "id"); string(got) != "kept" || !found || err != nil {
			t.Errorf("Find(when it goes on) = %q, %v, %v, want kept", got, found, err)
		}
	})
}

// TestContextMethods: a store that has them gets a context with a deadline.
func TestContextMethods(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &withContext{memory: newMemory()}
		s := newStore(t, c, scsstore.Config{Timeout: 5 * time.Second})
		if err := s.Commit(t.Context(), "id", []byte("x"), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, found, err := s.Find(t.Context(), "id"); !found || err != nil {
			t.Errorf("Find = %v, %v, want true, nil", found, err)
		}
		if err := s.Delete(t.Context(), "id"); err != nil {
			t.Errorf("Delete = %v, want nil", err)
		}
		if c.calls.Load() != 3 || c.until != 5*time.Second {
			t.Errorf("%d calls of context methods with %v left, want 3 with 5s", c.calls.Load(), c.until)
		}
	})
}

// TestErrors: what the store says is in the error, and a panic does not end
// the program.
func TestErrors(t *testing.T) {
	m := newMemory()
	s := newStore(t, m, scsstore.Config{})
	m.err = errors.New("disk full")
	for what, call := range map[string]func() error{
		"find":   func() error { _, _, err := s.Find(t.Context(), "id"); return err },
		"commit": func() error { return s.Commit(t.Context(), "id", nil, time.Now().Add(time.Hour)) },
		"delete": func() error { return s.Delete(t.Context(), "id") },
	} {
		m.panics = false
		if err := call(); !errors.Is(err, m.err) || !strings.Contains(err.Error(), "scsstore: "+what) {
			t.Errorf("%s = %v, want %q and the call named", what, err, m.err)
		}
		m.panics = true
		if err := call(); err == nil || !strings.Contains(err.Error(), "panicked: no connection") {
			t.Errorf("%s(panic) = %v, want an error", what, err)
		}
	}
}
