package session_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// A hand is a clock that a test moves.
type hand struct {
	mu sync.Mutex
	t  time.Time
}

func (h *hand) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.t
}

func (h *hand) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.t = h.t.Add(d)
}

func TestMemoryStore(t *testing.T) {
	clock := &hand{t: time.Unix(1000, 0)}
	s := session.NewMemoryStore(clock.now)
	ctx := t.Context()
	find := func(what, id, want string) {
		t.Helper()
		got, found, err := s.Find(ctx, id)
		if err != nil || found != (want != "") || string(got) != want {
			t.Errorf("Find(%s) = %q, %v, %v, want %q", what, got, found, err, want)
		}
	}
	find("unknown", "a", "")
	value := []byte("one")
	if err := s.Commit(ctx, "a", value, clock.now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	copy(value, "new")
	find("committed", "a", "one")
	if err := s.Commit(ctx, "a", []byte("two"), clock.now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	clock.advance(time.Hour - 1)
	find("replaced", "a", "two")
	clock.advance(1)
	find("at its expiry", "a", "")
	if err := s.Commit(ctx, "b", []byte("b"), clock.now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Delete(ctx, "b"); err != nil {
			t.Errorf("Delete = %v, want nil, also the second time", err)
		}
		find("deleted", "b", "")
	}
}

// TestMemoryStoreSweep: what has expired is dropped as new records come in, so
// that a service that never restarts does not grow.
func TestMemoryStoreSweep(t *testing.T) {
	clock := &hand{t: time.Unix(1000, 0)}
	s := session.NewMemoryStore(clock.now)
	most := 0
	for i := range 20000 {
		if err := s.Commit(t.Context(), fmt.Sprint(i), nil, clock.now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		most = max(most, s.Len())
		clock.advance(10 * time.Second) // 360 are alive at a time
	}
	if most > 1024 {
		t.Errorf("%d records at a time, want at most 1024 for 360 that are alive", most)
	}
	if _, found, _ := s.Find(t.Context(), "19999"); !found {
		t.Error("Find(the newest) = not found")
	}
}

// TestMemoryStoreKeepsTheLiving: a sweep drops nothing else.
func TestMemoryStoreKeepsTheLiving(t *testing.T) {
	s := session.NewMemoryStore(nil)
	for i := range 5000 {
		if err := s.Commit(t.Context(), fmt.Sprint(i), fmt.Append(nil, i), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5000 {
		if got, found, _ := s.Find(t.Context(), fmt.Sprint(i)); !found || !bytes.Equal(got, fmt.Append(nil, i)) {
			t.Fatalf("Find(%d) = %q, %v, want it kept", i, got, found)
		}
	}
	if got := s.Len(); got != 5000 {
		t.Errorf("Len = %d, want 5000", got)
	}
}

func TestMemoryStoreConcurrently(t *testing.T) {
	s := session.NewMemoryStore(nil)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 500 {
				id := fmt.Sprint(g, i%10)
				_ = s.Commit(t.Context(), id, []byte(id), time.Now().Add(time.Hour))
				if got, found, _ := s.Find(t.Context(), id); !found || string(got) != id {
					t.Errorf("Find(%s) = %q, %v", id, got, found)
				}
				_ = s.Delete(t.Context(), id)
			}
		})
	}
	wg.Wait()
	if got := s.Len(); got != 0 {
		t.Errorf("Len = %d, want 0", got)
	}
}

// TestStoreTwoRecords: a session is two records, and a user has one.
func TestStoreTwoRecords(t *testing.T) {
	store := session.NewMemoryStore(nil)
	app := newApp(t, nil, in(store))
	for i := range 5 {
		signedIn(t, app)
		if got := store.Len(); got != 2*(i+1)+1 {
			t.Errorf("Len after %d sign-ins = %d, want %d", i+1, got, 2*(i+1)+1)
		}
	}
}
