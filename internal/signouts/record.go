// Package signouts has a user's record of sign-outs. The record says which of
// the user's sessions have ended.
package signouts

import (
	"errors"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/internal/wire"
)

// A Session is what a session says of itself.
type Session struct {
	ID         ID
	Everywhere uint64    // Record.Everywhere when it began
	Began      time.Time // by Cognito's clock
	Knew       uint64    // what Before.Knew returned then
}

// A Record names the sessions of a user which have ended. A browser may still
// have their cookies. The record holds no secret and is not sealed: it must
// outlast the key that sealed the sessions.
type Record struct {
	// Everywhere is the number of the last "sign out everywhere". A session
	// that began before knows a smaller one. It is a time in milliseconds
	// where the clock allows, but what counts is that it grows.
	Everywhere uint64

	// Kept is the one session from before Everywhere that continues, because
	// the user kept it when ending all others. The zero ID is none.
	Kept ID

	// Before ends the sessions that began before an event at Cognito.
	Before Before

	// Ended are single sessions.
	Ended []Ended
}

// An Ended is a session that was ended.
type Ended struct {
	ID    ID
	Until time.Time // nobody can have cookies of it after this
}

// Format is the first byte of a record.
const Format = 2

// MaxEnded bounds Record.Ended. The session that was ended longest ago goes:
// its refresh token was revoked, so it ends with its access token.
const MaxEnded = 1000

// Fields that may be missing. A number is never given to another field.
const (
	fieldKept   = 1
	fieldBefore = 2
)

// ErrRecord means that a record cannot be read.
var ErrRecord = errors.New("session: not a record of sign-outs")

// Encode writes d.
func (d *Record) Encode() []byte {
	b := wire.AppendUvarint([]byte{Format}, d.Everywhere)
	b = wire.AppendUvarint(b, uint64(len(d.Ended)))
	for _, e := range d.Ended {
		b = wire.AppendTime(append(b, e.ID[:]...), e.Until)
	}
	if d.Kept != (ID{}) {
		b = wire.AppendField(b, fieldKept, d.Kept[:])
	}
	if !d.Before.At().IsZero() {
		b = wire.AppendField(b, fieldBefore, d.Before.Append(nil))
	}
	return b
}

// Decode reads a record. It skips fields that it does not know. A record that
// cannot be read was written by a broken program: an error is better than to
// accept a session that has ended.
func Decode(b []byte) (*Record, error) {
	r := wire.NewReader(string(b))
	if r.Byte() != Format {
		return nil, ErrRecord
	}
	d := &Record{Everywhere: r.Uvarint()}
	for range r.Count() {
		var e Ended
		copy(e.ID[:], r.Bytes(uint64(len(e.ID))))
		e.Until = r.Time()
		d.Ended = append(d.Ended, e)
	}
	for r.More() {
		field, value := r.Uvarint(), wire.NewReader(r.String())
		switch field {
		case fieldKept:
			copy(d.Kept[:], value.Bytes(uint64(len(d.Kept))))
		case fieldBefore:
			d.Before = ReadBefore(value)
		default:
			continue
		}
		if !value.Done() {
			return nil, ErrRecord
		}
	}
	if !r.Done() {
		return nil, ErrRecord
	}
	return d, nil
}

// Cover reports whether a session has ended.
func (d *Record) Cover(s Session) bool {
	return s.Everywhere < d.Everywhere && s.ID != d.Kept || d.Before.Covers(s.Began, s.Knew) ||
		slices.ContainsFunc(d.Ended, func(e Ended) bool { return e.ID == s.ID })
}

// Add notes that a session was ended, and returns true: that is always new.
func (d *Record) Add(id ID, now, until time.Time) bool {
	kept := make([]Ended, 0, len(d.Ended)+1)
	for _, e := range d.Ended {
		if e.ID != id && now.Before(e.Until) {
			kept = append(kept, e)
		}
	}
	d.Ended = append(kept, Ended{id, until})
	if n := len(d.Ended); n > MaxEnded {
		d.Ended = d.Ended[n-MaxEnded:]
	}
	return true
}

// AddAll notes that all sessions that have begun were ended, but the one that is
// kept. The zero ID keeps none. It returns true, as Add does.
func (d *Record) AddAll(now time.Time, kept ID) bool {
	d.Everywhere = max(d.Everywhere+1, uint64(max(0, now.UnixMilli())))
	d.Kept = kept
	d.Ended = slices.DeleteFunc(d.Ended, func(e Ended) bool { return e.ID != kept }) // the number covers the others
	return true
}
