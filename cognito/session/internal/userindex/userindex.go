// Package userindex has a user's record in a store, which lists the user's
// sessions.
package userindex

import (
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/internal/signouts"
	"github.com/seed75762126/cognito-go/internal/wire"
)

// MaxEntries bounds what an index lists.
const MaxEntries = 1000

var errIndex = errors.New("session: not an index of sessions")

// An Entry is what a user's index says of a session.
type Entry struct {
	ID        signouts.ID
	Handle    [sha256.Size]byte // of its records in the store
	Started   time.Time
	Ends      time.Time // at the latest
	UserAgent string
	Address   string
}

// Format is the first byte of an index.
const Format = 2

// Encode writes an index. Each entry has its length before it, so that a reader
// skips what it does not know.
func Encode(list []*Entry) []byte {
	b := wire.AppendUvarint([]byte{Format}, uint64(len(list)))
	for _, e := range list {
		b = wire.AppendString(b, string(e.Encode()))
	}
	return b
}

// Encode writes an entry.
func (e *Entry) Encode() []byte {
	b := append(append([]byte(nil), e.ID[:]...), e.Handle[:]...)
	b = wire.AppendTime(wire.AppendTime(b, e.Started), e.Ends)
	return wire.AppendString(wire.AppendString(b, e.UserAgent), e.Address)
}

// Decode reads an index. It skips what it does not know of an entry.
func Decode(b []byte) ([]*Entry, error) {
	r := wire.NewReader(string(b))
	if r.Byte() != Format {
		return nil, errIndex
	}
	list := make([]*Entry, 0, min(r.Count(), MaxEntries))
	for n := cap(list); n > 0 || r.More(); n-- {
		e, err := decodeEntry(r.String())
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func decodeEntry(s string) (*Entry, error) {
	r, e := wire.NewReader(s), new(Entry)
	copy(e.ID[:], r.Bytes(uint64(len(e.ID))))
	copy(e.Handle[:], r.Bytes(uint64(len(e.Handle))))
	e.Started, e.Ends = r.Time(), r.Time()
	e.UserAgent, e.Address = r.String(), r.String()
	r.SkipFields()
	if !r.Done() {
		return nil, errIndex
	}
	return e, nil
}

// Has reports whether an index lists a session.
func Has(list []*Entry, id signouts.ID) bool {
	return slices.ContainsFunc(list, func(e *Entry) bool { return e.ID == id })
}

// Without takes sessions out of an index.
func Without(list []*Entry, gone ...signouts.ID) []*Entry {
	return slices.DeleteFunc(list, func(e *Entry) bool { return slices.Contains(gone, e.ID) })
}

// Last is when the last session of an index, which lists some, has ended.
func Last(list []*Entry) time.Time {
	return slices.MaxFunc(list, func(a, b *Entry) int { return a.Ends.Compare(b.Ends) }).Ends
}
