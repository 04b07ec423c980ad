package recheck_test

import (
	"context"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/recheck"
)

const interval = 10 * time.Minute

// A server answers as it is told.
type server struct {
	mu      sync.Mutex // guards the rest
	verdict recheck.Verdict
	wait    time.Duration
	takes   time.Duration
	asked   int
	now     int // under way
	most    int
}

func (s *server) ask(context.Context) (recheck.Verdict, time.Duration) {
	s.mu.Lock()
	s.asked++
	s.now++
	s.most = max(s.most, s.now)
	verdict, wait, takes := s.verdict, s.wait, s.takes
	s.mu.Unlock()
	time.Sleep(takes)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now--
	return verdict, wait
}

// id is the ID of the nth thing.
func id(n int) (id recheck.ID) {
	binary.BigEndian.PutUint64(id[:], uint64(n))
	return id
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// TestO8_AtMostOncePerInterval: a thing in use is asked about once in each
// interval, however many callers there are.
func TestO8_AtMostOncePerInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{verdict: recheck.Good, takes: 100 * time.Millisecond}
		c := recheck.New(interval, 4, time.Now)
		began := time.Now()
		for time.Since(began) < 10*interval+time.Minute {
			var all sync.WaitGroup
			for range 5 {
				all.Go(func() {
					if _, refused := c.Check(t.Context(), id(1), began, s.ask); refused {
						t.Error("refused")
					}
				})
			}
			all.Wait()
			time.Sleep(10 * time.Second)
		}
		if got := s.count(); got < 9 || got > 10 {
			t.Errorf("asked %d times in 10 intervals, want once in each", got)
		}
	})
}

// TestO8_Waits: a caller whose last answer is only just too old does not wait. One
// whose answer is much too old waits, but not for long.
func TestO8_Waits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{verdict: recheck.Refused, takes: 500 * time.Millisecond}
		c := recheck.New(interval, 4, time.Now)
		began := time.Now()
		time.Sleep(interval)
		if _, refused := c.Check(t.Context(), id(1), began, s.ask); refused || time.Since(began) != interval {
			t.Errorf("a caller in time: refused %v after %v", refused, time.Since(began)-interval)
		}
		time.Sleep(time.Second)
		if _, refused := c.Check(t.Context(), id(1), began, s.ask); !refused {
			t.Error("the next caller is not refused")
		}
		time.Sleep(interval)
		before := time.Now()
		if _, refused := c.Check(t.Context(), id(2), began, s.ask); !refused || time.Since(before) != 500*time.Millisecond {
			t.Errorf("a caller who is late: refused %v after %v", refused, time.Since(before))
		}
		s.takes = time.Minute
		before = time.Now()
		if _, refused := c.Check(t.Context(), id(3), began, s.ask); refused || time.Since(before) != recheck.Patience {
			t.Errorf("a server that hangs: refused %v after %v", refused, time.Since(before))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		before = time.Now()
		if _, refused := c.Check(ctx, id(4), began, s.ask); refused || time.Since(before) != 0 {
			t.Errorf("a caller who has left: refused %v after %v", refused, time.Since(before))
		}
		time.Sleep(10 * time.Minute) // all are through
	})
}

// TestO8_Outage: an outage refuses nobody, is asked about with growing pauses, and
// no more callers are at the server than may be.
func TestO8_Outage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{verdict: recheck.Unknown, wait: 30 * time.Second, takes: 100 * time.Millisecond}
		c := recheck.New(interval, 4, time.Now)
		began := time.Now()
		time.Sleep(interval)
		var wrong atomic.Int32
		for range 60 { // a minute
			var all sync.WaitGroup
			for key := range 100 {
				all.Go(func() {
					if _, refused := c.Check(t.Context(), id(key), began, s.ask); refused {
						wrong.Add(1)
					}
				})
			}
			all.Wait()
			time.Sleep(time.Second)
		}
		if wrong.Load() > 0 || s.count() > 12 || s.most > 4 {
			t.Errorf("%d refused, asked %d times, %d at a time: want none, few and at most 4", wrong.Load(), s.count(), s.most)
		}
		s.mu.Lock()
		s.verdict, s.wait = recheck.Good, 0
		s.mu.Unlock()
		for range 300 {
			for key := range 100 {
				c.Check(t.Context(), id(key), began, s.ask)
			}
			time.Sleep(time.Second)
		}
		for key := range 100 {
			if good, _ := c.Check(t.Context(), id(key), began, s.ask); !good.After(began) {
				t.Fatalf("key %d was not asked about after the outage", key)
			}
		}
	})
}

// TestO8_Bounded: what is remembered has a bound, and nothing is asked after Close.
func TestO8_Bounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{verdict: recheck.Good}
		c := recheck.New(interval, 4, time.Now)
		began := time.Now()
		time.Sleep(2 * interval)
		for key := range 5000 {
			c.Check(t.Context(), id(key), began, s.ask)
		}
		time.Sleep(2 * interval)
		for key := range 5000 {
			c.Check(t.Context(), id(5000+key), began, s.ask)
		}
		if n := c.Len(); n > 6000 {
			t.Errorf("%d are remembered, want those of 2 intervals ago forgotten", n)
		}
		s.mu.Lock()
		s.verdict, s.takes = recheck.Unaskable, time.Minute
		s.mu.Unlock()
		time.Sleep(interval)
		asked := s.count()
		c.Check(t.Context(), id(9999), began, s.ask)
		if left := c.Close(); left != 1 {
			t.Errorf("Close() = %d, want the one under way", left)
		}
		time.Sleep(2 * time.Minute)
		c.Check(t.Context(), id(1), began, s.ask)
		if left := c.Close(); left != 0 || s.count() != asked+1 {
			t.Errorf("after Close: %d under way, %d more asked, want none and 1", left, s.count()-asked)
		}
	})
}

// TestO8_Unaskable: what cannot be asked about is left alone for an hour.
func TestO8_Unaskable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{verdict: recheck.Unaskable}
		c := recheck.New(interval, 4, time.Now)
		began := time.Now()
		time.Sleep(2 * interval)
		for range 50 {
			c.Check(t.Context(), id(1), began, s.ask)
			time.Sleep(time.Minute)
		}
		if s.count() != 1 {
			t.Errorf("asked %d times within an hour, want once", s.count())
		}
	})
}
