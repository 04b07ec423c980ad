package observed_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/observed"
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
func TestObserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		var told []string
		type callKey struct{}
		note := func(ctx context.Context, what string, took time.Duration, err error) {
			told = append(told, fmt.Sprint(what, " ", took, " ", err, " ", ctx.Value(callKey{})))
		}
		o := &observe.Observer{
			Begin: func(ctx context.Context, op observe.Operation) context.Context {
				return context.WithValue(ctx, callKey{}, string(op.Service)+" "+string(op.Name))
			},
			StoreCall: func(ctx context.Context, e observe.StoreCall) { note(ctx, string(e.Op), e.Took, e.Err) },
			LockWait:  func(ctx context.Context, e observe.LockWait) { note(ctx, "lock", e.Took, e.Err) },
		}
		if _, ok := observed.NewStore(slow{}, o).(observed.Updater); ok {
			t.Error("a store that cannot update became an Updater")
		}
		s := observed.NewStore(slowUpdater{}, o).(observed.Updater)
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
		l := observed.NewLocker(slowLocker{}, o)
		if held, unlock, err := l.Lock(ctx, "id"); err != nil || unlock == nil || held.Value(callKey{}) != nil {
			t.Errorf("Lock = %v, %v, want the caller's context", held, err)
		}
		want := []string{"find 1s <nil> store find", "commit 1s broken store commit", "delete 1s <nil> store delete", "update 1s <nil> store update", "lock 1s <nil> lock wait"}
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

// Where nobody wants to know, store and lock are used as they are.
func TestUnobserved(t *testing.T) {
	none := &observe.Observer{}
	if s := observed.NewStore(slow{}, none); s != (slow{}) {
		t.Errorf("NewStore = %T, want the store itself", s)
	}
	if l := observed.NewLocker(slowLocker{}, none); l != (slowLocker{}) {
		t.Errorf("NewLocker = %T, want the lock itself", l)
	}
	if s, l := observed.NewStore(nil, &observe.Observer{StoreCall: func(context.Context, observe.StoreCall) {}}), observed.NewLocker(nil, none); s != nil || l != nil {
		t.Errorf("without a store and a lock: %v, %v, want nil", s, l)
	}
}
