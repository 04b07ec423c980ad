package timed_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/timed"
)

var errBroken = errors.New("broken")

// A slow store takes a second for each call.
type slow struct{}

func (slow) Find(context.Context, string) ([]byte, bool, error) {
	time.Sleep(time.Second)
	return []byte("x"), true, nil
}

func (slow) Commit(context.Context, string, []byte, time.Time) error {
	time.Sleep(time.Second)
	return errBroken
}

func (slow) Delete(context.Context, string) error { time.Sleep(time.Second); return nil }

type slowUpdater struct{ slow }

func (slowUpdater) Update(context.Context, string, []byte, time.Time) (bool, error) {
	time.Sleep(time.Second)
	return true, nil
}

type slowLocker struct{}

func (slowLocker) Lock(ctx context.Context, _ string) (context.Context, func(), error) {
	time.Sleep(time.Second)
	return ctx, func() {}, nil
}

// Each call is told with its name, its time and its error, and returns what the
// store returns. Only a store that can update is an Updater.
func TestTimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		var told []string
		note := func(_ context.Context, op string, took time.Duration, err error) {
			told = append(told, fmt.Sprint(op, " ", took, " ", err))
		}
		if _, ok := timed.NewStore(slow{}, note).(timed.Updater); ok {
			t.Error("a store that cannot update became an Updater")
		}
		s := timed.NewStore(slowUpdater{}, note).(timed.Updater)
		if b, found, err := s.Find(ctx, "id"); string(b) != "x" || !found || err != nil {
			t.Errorf("Find = %q, %v, %v", b, found, err)
		}
		if err := s.Commit(ctx, "id", nil, time.Time{}); err != errBroken {
			t.Errorf("Commit = %v, want the store's error", err)
		}
		if err := s.Delete(ctx, "id"); err != nil {
			t.Errorf("Delete = %v", err)
		}
		if found, err := s.Update(ctx, "id", nil, time.Time{}); !found || err != nil {
			t.Errorf("Update = %v, %v", found, err)
		}
		l := timed.NewLocker(slowLocker{}, func(ctx context.Context, took time.Duration, err error) { note(ctx, "lock", took, err) })
		if _, unlock, err := l.Lock(ctx, "id"); err != nil || unlock == nil {
			t.Errorf("Lock = %v", err)
		}
		want := []string{"find 1s <nil>", "commit 1s broken", "delete 1s <nil>", "update 1s <nil>", "lock 1s <nil>"}
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}
