package wire_test

import (
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/wire"
)

func TestReader(t *testing.T) {
	at := time.Unix(1_700_000_000, 0)
	b := wire.AppendString(nil, "jane")
	b = wire.AppendTime(b, at)
	b = wire.AppendUvarint(b, 1<<64-1)
	b = wire.AppendTime(b, time.Time{})
	b = append(b, 2, 'x', 'y', 'z')

	r := wire.NewReader(string(b))
	if got := r.String(); got != "jane" {
		t.Errorf("String() = %q, want jane", got)
	}
	if got := r.Time(); !got.Equal(at) {
		t.Errorf("Time() = %v, want %v", got, at)
	}
	if got := r.Uvarint(); got != 1<<64-1 {
		t.Errorf("Uvarint() = %d, want 1<<64-1", got)
	}
	if got := r.Time(); got.Unix() != 0 {
		t.Errorf("Time() of the zero Time = %v, want 1970", got)
	}
	if got := r.Count(); got != 2 {
		t.Errorf("Count() = %d, want 2", got)
	}
	if r.Done() {
		t.Error("Done() with three bytes left = true, want false")
	}
	if got := r.Rest(); got != "xyz" || !r.Done() {
		t.Errorf("Rest() = %q, Done() = %v, want xyz, true", got, r.Done())
	}
}

func TestReaderIsBad(t *testing.T) {
	tests := []struct {
		name string
		in   string
		take func(*wire.Reader)
	}{
		{"byte of nothing", "", func(r *wire.Reader) { r.Byte() }},
		{"string that is cut", "\x05jane", func(r *wire.Reader) { _ = r.String() }},
		{"number that does not end", "\x80\x80", func(r *wire.Reader) { r.Uvarint() }},
		{"number of 65 bits", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", func(r *wire.Reader) { r.Uvarint() }},
		{"number of 11 bytes", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", func(r *wire.Reader) { r.Uvarint() }},
		{"count of more than there is", "\x03ab", func(r *wire.Reader) { r.Count() }},
		{"time beyond all calendars", "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", func(r *wire.Reader) { r.Time() }},
	}
	for _, tt := range tests {
		r := wire.NewReader(tt.in)
		tt.take(r)
		if r.Done() {
			t.Errorf("%s: Done() = true, want false", tt.name)
		}
		if got := r.String(); got != "" {
			t.Errorf("%s: String() afterwards = %q, want nothing", tt.name, got)
		}
	}
}
