package session

import (
	"testing"
	"time"
)

// TestO3_NotedSessions: the record of a user's sign-outs names each session
// once, forgets those that no browser can have any more, and has a bound: the
// session that was ended longest ago goes.
func TestO3_NotedSessions(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	id := func(n int) sid { return sid{byte(n), byte(n >> 8), 1} }
	var d signOuts
	for range 2 {
		d.add(id(1), now, now.Add(time.Hour))
	}
	d.add(id(2), now, now.Add(time.Minute))
	if n := len(d.ended); n != 2 {
		t.Errorf("%d sessions are named, want 2", n)
	}
	d.add(id(3), now.Add(time.Minute), now.Add(time.Hour))
	if d.cover(&state{sid: id(2)}) || !d.cover(&state{sid: id(1)}) || !d.cover(&state{sid: id(3)}) {
		t.Error("want the sessions 1 and 3 named, and 2 forgotten at its time")
	}
	d = signOuts{}
	for n := range maxEnded + 10 {
		d.add(id(n), now, now.Add(time.Hour))
	}
	if n := len(d.ended); n != maxEnded {
		t.Errorf("%d sessions are named, want %d", n, maxEnded)
	}
	for n := range maxEnded + 10 {
		if got := d.cover(&state{sid: id(n)}); got != (n >= 10) {
			t.Errorf("session %d is named: %v, want the last %d", n, got, maxEnded)
		}
	}
	b := d.encode()
	again, err := decodeSignOuts(b)
	if err != nil || len(again.ended) != maxEnded || again.ended[0] != d.ended[0] {
		t.Errorf("decodeSignOuts(encode) = %v, want the same", err)
	}
}
