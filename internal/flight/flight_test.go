package flight_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/flight"
)

// TestE5_Wait: each waiter leaves with its own context, and the call goes on.
func TestE5_Wait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		f := flight.Start(func() { time.Sleep(time.Minute); ended.Store(true) })
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(gone) })
		if err := f.Wait(ctx); !errors.Is(err, gone) || ended.Load() {
			t.Errorf("Wait(a context that ends) = %v, the call has ended: %v, want its cause and false", err, ended.Load())
		}
		if err := f.Wait(t.Context()); err != nil || !ended.Load() {
			t.Errorf("Wait = %v, the call has ended: %v, want nil and true", err, ended.Load())
		}
		if err := f.Wait(t.Context()); err != nil {
			t.Errorf("Wait(after the call) = %v, want nil", err)
		}
	})
}

// TestE5_Turns: one goroutine passes at a time by a name, others wait until it
// is through or their own context ends.
func TestE5_Turns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var turns flight.Turns[string]
		leave, err := turns.Enter(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		other, err := turns.Enter(t.Context(), "b")
		if err != nil {
			t.Fatalf("Enter(another name) = %v, want nil", err)
		}
		other()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := turns.Enter(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Enter(while another passes) = %v, want the end of its context", err)
		}
		time.AfterFunc(time.Minute, leave)
		began := time.Now()
		leave, err = turns.Enter(t.Context(), "a")
		if waited := time.Since(began); err != nil || waited != time.Minute {
			t.Errorf("Enter = %v after %v, want nil after a minute", err, waited)
		}
		leave()
	})
}

// TestE5_Landed: nobody waits for a Flight that has landed, or for what its
// goroutine does after the call.
func TestE5_Landed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var later atomic.Bool
		f := flight.StartThen(func() { time.Sleep(time.Second) }, func() { time.Sleep(time.Minute); later.Store(true) })
		if f.Ended() {
			t.Error("Ended(while the call is under way) = true")
		}
		if err := f.Wait(t.Context()); err != nil || !f.Ended() || later.Load() {
			t.Errorf("Wait = %v, ended %v, then has run: %v, want nil, true and false", err, f.Ended(), later.Load())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if !later.Load() {
			t.Error("what comes after the call has not run")
		}
		if f := flight.Landed(); !f.Ended() || f.Wait(t.Context()) != nil {
			t.Error("Landed is under way")
		}
	})
}

// TestE5_Group: callers with one key share a call, each leaves with its own
// context, and the next call begins after the first has ended.
func TestE5_Group(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string, int32]
		var calls atomic.Int32
		call := func() int32 { time.Sleep(time.Minute); return calls.Add(1) }
		gone := errors.New("gone")
		first, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(gone) })
		var all sync.WaitGroup
		all.Go(func() {
			if got, err := g.Do(first, "a", call); got != 0 || !errors.Is(err, gone) {
				t.Errorf("Do(a context that ends) = %d, %v, want its cause", got, err)
			}
		})
		synctest.Wait()
		for range 10 {
			all.Go(func() {
				if got, err := g.Do(t.Context(), "a", call); got != 1 || err != nil {
					t.Errorf("Do(while the call is under way) = %d, %v, want its result, 1", got, err)
				}
			})
		}
		all.Wait()
		if got, err := g.Do(t.Context(), "a", call); got != 2 || err != nil {
			t.Errorf("Do(after the call) = %d, %v, want a new one, 2", got, err)
		}
		all.Go(func() { _, _ = g.Do(t.Context(), "a", call) })
		began := time.Now()
		if _, err := g.Do(t.Context(), "b", func() int32 { return 0 }); err != nil || time.Since(began) != 0 {
			t.Errorf("Do(another key) = %v after %v, want at once", err, time.Since(began))
		}
		all.Wait()
	})
}
