package flight_test

import (
	"context"
	"errors"
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
		var turns flight.Turns
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
