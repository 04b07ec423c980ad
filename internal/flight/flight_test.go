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
