package recent_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/recent"
)

// TestNumber: it is read once in its time, and again after an error. While it is
// read, others get the old one.
func TestNumber(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	v := recent.New(3*time.Second, func() time.Time { return now })
	reads, fails := uint64(0), error(nil)
	get := func() (uint64, error) {
		return v.Get(t.Context(), func(context.Context) (uint64, error) {
			reads++
			if reads > 1 && fails == nil {
				if old, err := v.Get(t.Context(), nil); old != 1 || err != nil {
					t.Errorf("meanwhile %d, %v, want the old one", old, err)
				}
			}
			return reads, fails
		})
	}
	fails = errors.New("away")
	if _, err := get(); err == nil {
		t.Error("want the error of the first read")
	}
	reads, fails = 0, nil
	for range 3 {
		if got, err := get(); got != 1 || err != nil {
			t.Errorf("Get() = %d, %v, want 1 and one read", got, err)
		}
	}
	now = now.Add(2 * time.Second)
	fails = errors.New("away")
	if _, err := get(); err == nil {
		t.Error("want the error of a read that failed")
	}
	fails, reads = nil, 1
	if got, err := get(); got != 2 || err != nil {
		t.Errorf("after an error: %d, %v, want another read", got, err)
	}
	v.Set(9)
	if got, _ := get(); got != 9 {
		t.Errorf("after Set: %d", got)
	}
	got, err := v.Fresh(t.Context(), func(context.Context) (uint64, error) {
		v.Set(11)
		return 10, nil
	})
	if now := must(v.Get(t.Context(), nil)); got != 11 || err != nil || now != 11 {
		t.Errorf("a read that a Set has overtaken: %d, %v, and then %d, want what was set", got, err, now)
	}
	if got, err := v.Fresh(t.Context(), func(context.Context) (uint64, error) { return 12, nil }); got != 12 || err != nil {
		t.Errorf("Fresh() = %d, %v, want a new read", got, err)
	}
}

// TestNumberNeverTooOld: no caller gets a value that is older than its life, also
// while another caller reads it. A slow read brings no older value back.
func TestNumberNeverTooOld(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	v := recent.New(3*time.Second, func() time.Time { return now })
	reads := func(n uint64) func(context.Context) (uint64, error) {
		return func(context.Context) (uint64, error) { return n, nil }
	}
	_, _ = v.Get(t.Context(), reads(1))
	now = now.Add(time.Hour)
	got := must(v.Get(t.Context(), func(context.Context) (uint64, error) {
		if second := must(v.Get(t.Context(), reads(2))); second != 2 {
			t.Errorf("while another caller reads after an hour: %d, want what this caller reads", second)
		}
		now = now.Add(time.Second)
		if later := must(v.Fresh(t.Context(), reads(3))); later != 3 {
			t.Errorf("Fresh() = %d, want 3", later)
		}
		return 1, nil
	}))
	if kept := must(v.Get(t.Context(), nil)); got != 3 || kept != 3 {
		t.Errorf("a read that a later one has overtaken: %d, and then %d, want 3", got, kept)
	}

	_, _ = v.Fresh(t.Context(), func(context.Context) (uint64, error) { now = now.Add(2 * time.Second); return 4, nil })
	now = now.Add(time.Second)
	if got := must(v.Get(t.Context(), reads(5))); got != 5 {
		t.Errorf("three seconds after a slow read began: %d, want another read", got)
	}

	now = now.Add(time.Hour)
	func() {
		defer func() { _ = recover() }()
		_, _ = v.Get(t.Context(), func(context.Context) (uint64, error) { panic("away") })
	}()
	if got := must(v.Get(t.Context(), reads(6))); got != 6 {
		t.Errorf("after a read that panicked: %d, want another read", got)
	}
}

func must(n uint64, err error) uint64 {
	if err != nil {
		panic(err)
	}
	return n
}
