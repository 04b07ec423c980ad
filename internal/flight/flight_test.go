package flight_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/flight"
)

// TestE5_Wait: each waiter leaves with its own context, and the call goes on.
func TestE5_Wait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		f := flight.Start(func() { time.Sleep(time.Minute); ended = true })
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(gone) })
		if err := f.Wait(ctx); !errors.Is(err, gone) || ended {
			t.Errorf("Wait(a context that ends) = %v, the call has ended: %v, want its cause and false", err, ended)
		}
		if err := f.Wait(t.Context()); err != nil || !ended {
			t.Errorf("Wait = %v, the call has ended: %v, want nil and true", err, ended)
		}
		if err := f.Wait(t.Context()); err != nil {
			t.Errorf("Wait(after the call) = %v, want nil", err)
		}
	})
}
