package seal_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/seal"
)

// A shelf has the keys, and may fail.
type shelf struct {
	mu    sync.Mutex
	keys  [][]byte
	err   error
	delay time.Duration
	asked int
}

func (s *shelf) put(err error, keys ...[]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys, s.err = keys, err
}

func (s *shelf) ask(context.Context) ([][]byte, error) {
	s.mu.Lock()
	s.asked++
	keys, err, delay := s.keys, s.err, s.delay
	s.mu.Unlock()
	time.Sleep(delay)
	return keys, err
}

func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func ringBox(t *testing.T, s *shelf, log *strings.Builder) *seal.Box {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	if log != nil {
		logger = slog.New(slog.NewTextHandler(log, nil))
	}
	ring, err := seal.NewRing(s.ask, time.Now, logger)
	if err != nil {
		t.Fatal(err)
	}
	box, err := ring.Box("identity", "pool", "client")
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// TestS3_RingFollows: keys that come, move to the front and go take effect
// within a minute of use. Nobody waits for that.
func TestS3_RingFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{keys: [][]byte{key(1)}, delay: 3 * time.Second}
		box := ringBox(t, s, nil)
		old := box.Seal([]byte("jane"), "session")
		opens := func(step string, sealed []byte, want, wantStale bool) {
			t.Helper()
			began := time.Now()
			_, stale, err := box.Open(t.Context(), sealed, "session")
			if (err == nil) != want || stale != wantStale || time.Since(began) != 0 {
				t.Errorf("%s: Open = %v, stale %v after %v, want it to open %v, stale %v, at once", step, err, stale, time.Since(began), want, wantStale)
			}
		}
		follow := func() {
			time.Sleep(time.Minute)
			_, _, _ = box.Open(t.Context(), old, "session") // asks in the background
			time.Sleep(3 * time.Second)
			synctest.Wait()
		}
		s.put(nil, key(1), key(2))
		follow()
		opens("appended", old, true, false)
		s.put(nil, key(2), key(1))
		follow()
		opens("in front", old, true, true)
		opens("sealed with the new one", box.Seal([]byte("jane"), "session"), true, false)
		s.put(nil, key(2))
		follow()
		if _, _, err := box.Open(t.Context(), old, "session"); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("Open(a key that was taken away) = %v, want ErrOpen", err)
		}
	})
}

// TestS3_RingAsksForUnknown: what no key opens has the source asked again, and
// then opens if that has brought the key. Junk does not flood the source.
func TestS3_RingAsksForUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{keys: [][]byte{key(1)}, delay: time.Second}
		box := ringBox(t, s, nil)
		fleet, err := seal.NewBox([][]byte{key(2), key(1)}, "identity", "pool", "client")
		if err != nil {
			t.Fatal(err)
		}
		sealed := fleet.Seal([]byte("jane"), "session")
		s.put(nil, key(2), key(1))
		if plain, stale, err := box.Open(t.Context(), sealed, "session"); err != nil || stale || string(plain) != "jane" {
			t.Errorf("Open(sealed with a key that the source has by now) = %q, %v, %v, want jane", plain, stale, err)
		}
		before := s.count()
		s.mu.Lock()
		s.delay = 0
		s.mu.Unlock()
		for range 6000 { // ten minutes
			if _, _, err := box.Open(t.Context(), []byte("junk that is as long as sealed text"), "session"); !errors.Is(err, seal.ErrOpen) {
				t.Fatalf("Open(junk) = %v, want ErrOpen", err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if got := s.count() - before; got < 100 || got > 140 {
			t.Errorf("the source was asked %d times in ten minutes of junk, want about once in five seconds", got)
		}
	})
}

// TestS3_RingAfterIdleTime: a process that was idle asks before it believes
// its keys, so that a key that was taken away opens nothing.
func TestS3_RingAfterIdleTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{keys: [][]byte{key(2), key(1)}}
		box := ringBox(t, s, nil)
		stolen, err := seal.NewBox([][]byte{key(1)}, "identity", "pool", "client")
		if err != nil {
			t.Fatal(err)
		}
		forged := stolen.Seal([]byte("mallory"), "session")
		s.put(nil, key(2))
		time.Sleep(2 * time.Minute)
		if plain, _, err := box.Open(t.Context(), forged, "session"); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("Open(key taken away two minutes ago) = %q, %v, want ErrOpen", plain, err)
		}
	})
}

// TestS3_RingAfterClockWasSetBack: a key that was taken away opens nothing,
// although the clock says for hours that the keys are new.
func TestS3_RingAfterClockWasSetBack(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	s := &shelf{keys: [][]byte{key(2), key(1)}}
	ring, err := seal.NewRing(s.ask, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	box, err := ring.Box("identity", "pool", "client")
	if err != nil {
		t.Fatal(err)
	}
	old, err := seal.NewBox([][]byte{key(1)}, "identity", "pool", "client")
	if err != nil {
		t.Fatal(err)
	}
	forged := old.Seal([]byte("mallory"), "session")
	s.put(nil, key(2))
	now = now.Add(-5 * time.Hour)
	for range 10 {
		if plain, _, err := box.Open(t.Context(), forged, "session"); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("Open(key taken away) after the clock was set back = %q, %v, want ErrOpen", plain, err)
		}
	}
	if n := s.count(); n > 5 { // at the start, because of the clock, and the budget of what does not open
		t.Errorf("the source was asked %d times, want five at most", n)
	}
}

// TestS3_RingAfterIdleTimeAtOnce: that holds for every request that comes while
// the process asks, and not for the first alone. None waits longer than its own
// context allows.
func TestS3_RingAfterIdleTimeAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{keys: [][]byte{key(2), key(1)}}
		box := ringBox(t, s, nil)
		stolen, err := seal.NewBox([][]byte{key(1)}, "identity", "pool", "client")
		if err != nil {
			t.Fatal(err)
		}
		forged := stolen.Seal([]byte("mallory"), "session")
		s.put(nil, key(2))
		s.mu.Lock()
		s.delay = 5 * time.Second
		s.mu.Unlock()
		time.Sleep(time.Hour)
		before := s.count()
		var all sync.WaitGroup
		for n := range 3 {
			all.Go(func() {
				time.Sleep(time.Duration(n) * time.Second)
				if plain, _, err := box.Open(t.Context(), forged, "session"); !errors.Is(err, seal.ErrOpen) {
					t.Errorf("request %d: Open(key taken away an hour ago) = %q, %v, want ErrOpen", n, plain, err)
				}
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, _, _ = box.Open(ctx, forged, "session")
		if took := time.Since(began); took > time.Second {
			t.Errorf("Open with a context of one second took %v", took)
		}
		all.Wait()
		if got := s.count() - before; got > 2 { // the second because of what no key opened
			t.Errorf("the source was asked %d times", got)
		}
	})
}

// TestS3_RingSourceFails: a source that fails, or has keys that are too short,
// keeps the keys that there are, and the log says so. At the start it is an
// error.
func TestS3_RingSourceFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		s := &shelf{keys: [][]byte{key(1)}}
		box := ringBox(t, s, &log)
		sealed := box.Seal([]byte("jane"), "session")
		for i, fail := range []func(){
			func() { s.put(errors.New("no route")) },
			func() { s.put(nil) },
			func() { s.put(nil, key(2)[:16]) },
			func() { s.mu.Lock(); s.delay = time.Hour; s.mu.Unlock() },
		} {
			fail()
			time.Sleep(10 * time.Minute)
			if _, stale, err := box.Open(t.Context(), sealed, "session"); err != nil || stale {
				t.Errorf("failure %d: Open = stale %v, %v, want the old key to open", i, stale, err)
			}
		}
		if got := strings.Count(log.String(), "could not be read"); got != 4 {
			t.Errorf("%d lines in the log, want 4:\n%s", got, log.String())
		}
		time.Sleep(2 * time.Hour)
	})
	for name, keys := range map[string][][]byte{"none": nil, "short": {key(1)[:31]}} {
		s := &shelf{keys: keys}
		if _, err := seal.NewRing(s.ask, time.Now, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("NewRing(%s) = nil, want an error", name)
		}
	}
	panics := func(context.Context) ([][]byte, error) { panic("the key is hunter2") }
	if _, err := seal.NewRing(panics, time.Now, slog.New(slog.DiscardHandler)); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("NewRing(a source that panics) = %v, want an error without its value", err)
	}
}

// TestE4_RingRests: a Ring that nobody uses has no goroutine and asks nobody.
func TestE4_RingRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // waits for every goroutine
		s := &shelf{keys: [][]byte{key(1)}}
		box := ringBox(t, s, nil)
		_ = box.Seal([]byte("jane"), "session")
		time.Sleep(24 * time.Hour)
		if s.count() != 1 {
			t.Errorf("the source was asked %d times in an idle day, want once at the start", s.count())
		}
	})
}

// TestS3_RingConcurrently has many goroutines seal and open while the keys
// move, for the race detector.
func TestS3_RingConcurrently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{keys: [][]byte{key(1), key(2)}}
		box := ringBox(t, s, nil)
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for range 300 {
					sealed := box.Seal([]byte("jane"), "session")
					time.Sleep(time.Second)
					if _, _, err := box.Open(t.Context(), sealed, "session"); err != nil {
						t.Errorf("Open = %v", err)
					}
				}
			})
		}
		for i := range 10 {
			time.Sleep(30 * time.Second)
			s.put(nil, key(byte(1+i%2)), key(byte(2-i%2)))
		}
		wg.Wait()
	})
}
