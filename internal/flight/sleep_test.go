package flight_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/flight"
)

// TestE5_Sleep: it waits for its time, and the caller's context ends it sooner.
func TestE5_Sleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := flight.Sleep(t.Context(), time.Minute); err != nil || time.Since(began) != time.Minute {
			t.Errorf("Sleep(a minute) = %v after %v, want nil after a minute", err, time.Since(began))
		}
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(gone) })
		began = time.Now()
		if err := flight.Sleep(ctx, time.Minute); !errors.Is(err, gone) || time.Since(began) != time.Second {
			t.Errorf("Sleep(cancelled) = %v after %v, want %v after a second", err, time.Since(began), gone)
		}
	})
}
