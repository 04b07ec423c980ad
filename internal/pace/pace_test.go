package pace_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/pace"
)

// TestR7_GateBounds: no more calls are under way than may be, all get through,
// and in the order in which they came.
func TestR7_GateBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := pace.NewGate(3, time.Now)
		var underWay, most atomic.Int64
		var mu sync.Mutex
		var order []int
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				place, err := g.Enter(t.Context())
				if err != nil {
					t.Errorf("Enter = %v, want a place", err)
					return
				}
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				if n := underWay.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(time.Second)
				underWay.Add(-1)
				place.Answered()
				place.Answered() // counts once
			})
			synctest.Wait()
		}
		wg.Wait()
		if most.Load() != 3 || len(order) != 100 {
			t.Errorf("%d calls at a time, %d in all, want 3 and 100", most.Load(), len(order))
		}
		for i, n := range order {
			if i/3 != n/3 { // three go together
				t.Errorf("call %d came as number %d", n, i)
			}
		}
	})
}

// TestR7_GateHolds: while the server fails it is asked once in a while, the
// others learn that at once, and one answer opens the gate.
func TestR7_GateHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := pace.NewGate(2, time.Now)
		first, _ := g.Try()
		second, _ := g.Try()
		if _, err := g.Try(); !errors.Is(err, pace.ErrBusy) {
			t.Fatalf("Try(all places taken) = %v, want ErrBusy", err)
		}
		waited := make(chan error)
		go func() { _, err := g.Enter(t.Context()); waited <- err }()
		synctest.Wait()
		first.Failed(0)
		if err := <-waited; !errors.Is(err, pace.ErrHolding) {
			t.Errorf("Enter(the server fails meanwhile) = %v, want ErrHolding", err)
		}
		second.Unused()
		tries := 0
		for range 10000 {
			place, err := g.Try()
			if err == nil {
				tries++
				place.Failed(0)
			} else if !errors.Is(err, pace.ErrHolding) {
				t.Fatalf("Try = %v, want ErrHolding", err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if tries < 90 || tries > 210 {
			t.Errorf("%d calls in 100 seconds of failures, want one or two a second", tries)
		}
		time.Sleep(time.Second)
		place, err := g.Try()
		if err != nil {
			t.Fatalf("Try(a second later) = %v, want a place", err)
		}
		place.Answered()
		for range 100 {
			place, err := g.Try()
			if err != nil {
				t.Fatalf("Try(the server is back) = %v, want a place", err)
			}
			place.Answered()
		}
	})
}

// TestR7_GateWaits: what the server asks for is kept, also when another call
// succeeds meanwhile.
func TestR7_GateWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := pace.NewGate(2, time.Now)
		first, _ := g.Try()
		second, _ := g.Try()
		first.Failed(time.Minute)
		second.Answered()
		time.Sleep(time.Minute - time.Millisecond)
		if _, err := g.Try(); !errors.Is(err, pace.ErrHolding) {
			t.Errorf("Try(within the minute) = %v, want ErrHolding", err)
		}
		time.Sleep(time.Millisecond)
		if _, err := g.Try(); err != nil {
			t.Errorf("Try(after the minute) = %v, want a place", err)
		}
	})
}

// TestE5_GateLeaves: a waiter leaves with its own context, and its turn goes to
// the next.
func TestE5_GateLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := pace.NewGate(1, time.Now)
		place, _ := g.Try()
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		left, next := make(chan error), make(chan error)
		go func() { _, err := g.Enter(ctx); left <- err }()
		synctest.Wait()
		go func() { _, err := g.Enter(t.Context()); next <- err }()
		synctest.Wait()
		cancel(gone)
		if err := <-left; !errors.Is(err, gone) {
			t.Errorf("Enter = %v, want the cause of its context's end", err)
		}
		place.Answered()
		if err := <-next; err != nil {
			t.Errorf("Enter(next in line) = %v, want a place", err)
		}
	})
}
