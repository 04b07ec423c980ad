// Package wire is the compact binary form in which identities and sessions are
// encrypted. The length of a string comes before the string, and numbers are
// varints.
package wire

import (
	"encoding/binary"
	"time"
)

// AppendString appends a string with its length.
func AppendString(b []byte, s string) []byte {
	return append(AppendUvarint(b, uint64(len(s))), s...)
}

// AppendTime appends a time in seconds. One before 1970, such as the zero
// Time, becomes 1970.
func AppendTime(b []byte, t time.Time) []byte {
	return AppendUvarint(b, uint64(max(0, t.Unix())))
}

// AppendUvarint appends a number.
func AppendUvarint(b []byte, n uint64) []byte { return binary.AppendUvarint(b, n) }

// A Reader takes values off the front of a text. If a value is missing, the
// Reader becomes bad, and returns zero values from then on. The strings it
// returns share the text.
type Reader struct {
	s   string
	bad bool
}

// NewReader returns a Reader of s.
func NewReader(s string) *Reader { return &Reader{s: s} }

// Done reports whether everything was there, and nothing is left.
func (r *Reader) Done() bool { return !r.bad && r.s == "" }

// More reports whether everything was there so far, and something is left.
func (r *Reader) More() bool { return !r.bad && r.s != "" }

// Fail makes r bad: a value was there, but cannot be.
func (r *Reader) Fail() { r.bad, r.s = true, "" }

// Rest takes all that is left.
func (r *Reader) Rest() string {
	s := r.s
	r.s = ""
	return s
}

// Bytes takes n bytes.
func (r *Reader) Bytes(n uint64) string {
	if n > uint64(len(r.s)) {
		r.Fail()
		return ""
	}
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}

// Byte takes one byte.
func (r *Reader) Byte() byte {
	if b := r.Bytes(1); b != "" {
		return b[0]
	}
	return 0
}

// Uvarint takes a number.
func (r *Reader) Uvarint() uint64 {
	var n uint64
	for shift := 0; shift < 64; shift += 7 {
		c := r.Byte()
		if shift == 63 && c > 1 {
			break // more than 64 bits
		}
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	r.Fail()
	return 0
}

// Count takes a number of things that follow, of which each takes a byte at
// least.
func (r *Reader) Count() int {
	n := r.Uvarint()
	if n > uint64(len(r.s)) {
		r.Fail()
		return 0
	}
	return int(n)
}

// String takes a string.
func (r *Reader) String() string { return r.Bytes(r.Uvarint()) }

// SkipFields skips the fields that are left: numbers, each with a string.
func (r *Reader) SkipFields() {
	for r.More() {
		r.Uvarint()
		_ = r.String()
	}
}

// Time takes a time.
func (r *Reader) Time() time.Time {
	const far = 1 << 40 // seconds; some 35,000 years
	n := r.Uvarint()
	if n > far {
		r.Fail()
		n = 0
	}
	return time.Unix(int64(n), 0)
}
