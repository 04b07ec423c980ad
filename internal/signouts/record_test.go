package signouts_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/signouts"
)

var now = time.Unix(1_800_000_000, 0)

// TestO3_NotedSessions: the record of a user's sign-outs names each session
// once, and forgets those that no browser can have any more. It has a bound:
// the session that was ended longest ago goes.
func TestO3_NotedSessions(t *testing.T) {
	id := func(n int) signouts.ID { return signouts.ID{byte(n), byte(n >> 8), 1} }
	covers := func(d *signouts.Record, n int) bool { return d.Cover(signouts.Session{ID: id(n), Began: now}) }
	var d signouts.Record
	for range 2 {
		d.Add(id(1), now, now.Add(time.Hour))
	}
	d.Add(id(2), now, now.Add(time.Minute))
	if n := len(d.Ended); n != 2 {
		t.Errorf("%d sessions are named, want 2", n)
	}
	d.Add(id(3), now.Add(time.Minute), now.Add(time.Hour))
	if covers(&d, 2) || !covers(&d, 1) || !covers(&d, 3) {
		t.Error("want the sessions 1 and 3 named, and 2 forgotten at its time")
	}
	d = signouts.Record{}
	for n := range signouts.MaxEnded + 10 {
		d.Add(id(n), now, now.Add(time.Hour))
	}
	if n := len(d.Ended); n != signouts.MaxEnded {
		t.Errorf("%d sessions are named, want %d", n, signouts.MaxEnded)
	}
	for n := range signouts.MaxEnded + 10 {
		if got := covers(&d, n); got != (n >= 10) {
			t.Errorf("session %d is named: %v, want the last %d", n, got, signouts.MaxEnded)
		}
	}
	again, err := signouts.Decode(d.Encode())
	if err != nil || len(again.Ended) != signouts.MaxEnded || again.Ended[0] != d.Ended[0] {
		t.Errorf("Decode(Encode) = %v, want the same", err)
	}
}

// TestO6_Before: an event ends what began before it, whatever comes when.
func TestO6_Before(t *testing.T) {
	at := func(seconds int) time.Time { return now.Add(time.Duration(seconds) * time.Second) }
	var b signouts.Before
	began := func(seconds int) func() bool { // knows what has arrived by now
		knew := b.Knew(at(seconds))
		return func() bool { return b.Covers(at(seconds), knew) }
	}
	want := func(what string, ended func() bool, want bool) {
		t.Helper()
		if got := ended(); got != want {
			t.Errorf("%s: ended %v, want %v", what, got, want)
		}
	}
	add := func(seconds int, name string, want bool) {
		t.Helper()
		if got := b.Add(at(seconds), name); got != want {
			t.Errorf("Add(%d, %s) = %v, want %v", seconds, name, got, want)
		}
	}
	long, same := began(-3600), began(10)
	want("before any event", long, false)
	add(10, "a", true)
	want("an hour before", long, true)
	want("in the second of the event, before it arrived", same, true)
	after := began(10)
	late := began(9)
	want("in the second of the event, after it arrived", after, false)
	want("a second before, though it was started late", late, true)
	want("a second later", began(11), false)

	add(10, "a", false) // twice
	add(4, "older", false)
	want("after it arrived twice, and an older one late", after, false)
	add(10, "b", true) // another event of the same second
	want("after another event of that second", after, true)
	add(20, "c", true)
	want("before the third", began(15), true)
	want("after the third", began(21), false)
}

// TestO6_BeforeKept: what is written is read back.
func TestO6_BeforeKept(t *testing.T) {
	var d signouts.Record
	for n := range 40 {
		d.Before.Add(now, string(rune('a'+n)))
	}
	knew := d.Before.Knew(now)
	again, err := signouts.Decode(d.Encode())
	if err != nil || !reflect.DeepEqual(again, &d) {
		t.Fatalf("Decode(Encode) = %v, %v, want %v", again, err, d)
	}
	if again.Before.Covers(now, knew) || !again.Before.Covers(now, knew-1) {
		t.Error("want those ended that did not know of all events")
	}
	if again.Before.Add(now, string(rune('a'+39))) {
		t.Error("the last event counts twice")
	}
}

// FuzzDecode: what can be read is read back the same.
func FuzzDecode(f *testing.F) {
	var d signouts.Record
	f.Add(d.Encode())
	d.AddAll(now, signouts.ID{7})
	d.Add(signouts.ID{7}, now, now.Add(time.Hour))
	d.Before.Add(now, "event")
	f.Add(d.Encode())
	f.Add(append(d.Encode(), 9, 3, 'n', 'e', 'w'))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := signouts.Decode(b)
		if err != nil {
			return
		}
		again, err := signouts.Decode(d.Encode())
		if err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%v is read back as %v, %v", d, again, err)
		}
	})
}
