package delayed_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/delayed"
)

// TestR9_Calls: a call is made after a while, or at once in a hurry, and only
// once. Those that run at a time are bounded.
func TestR9_Calls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := delayed.New(time.Minute, 10, 2)
		var made, running, most atomic.Int64
		call := func() {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Second)
			running.Add(-1)
			made.Add(1)
		}
		want := func(what string, calls int64, left int) {
			t.Helper()
			synctest.Wait()
			if made.Load() != calls || c.Left() != left {
				t.Errorf("%s: %d calls made and %d left, want %d and %d", what, made.Load(), c.Left(), calls, left)
			}
		}
		c.Add(call)
		time.Sleep(time.Minute - time.Millisecond)
		want("before the time", 0, 1)
		time.Sleep(2 * time.Second)
		want("after it", 1, 0)
		for range 10 {
			if !c.Add(call) {
				t.Error("Add = false, want true while there is room")
			}
		}
		if c.Add(call) {
			t.Error("Add(too many) = true, want false")
		}
		c.Hurry()
		time.Sleep(5*time.Second + time.Millisecond)
		want("in a hurry", 11, 0)
		c.Add(call)
		time.Sleep(time.Second + time.Millisecond)
		want("added in a hurry", 12, 0)
		time.Sleep(time.Hour)
		want("an hour later", 12, 0)
		if most.Load() != 2 {
			t.Errorf("%d calls at a time, want 2", most.Load())
		}
	})
}
