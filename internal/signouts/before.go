package signouts

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/internal/wire"
)

// A Before ends what began before an event at Cognito, such as the disabling of
// a user. Events may come late, twice and in any order. The zero value ends
// nothing.
//
// Cognito tells times in whole seconds. What began in the second of the event
// has ended, unless it is known to have begun after the event had arrived.
type Before struct {
	at     int64    // second of the latest event; 0 for none
	events uint64   // how many different ones of that second have arrived
	seen   []uint64 // hashes of the last of them
}

// maxSeen bounds the events of one second that are told apart. An older one that
// comes again counts as another event.
const maxSeen = 16

// Add notes an event. Its name tells it from others of the same second. Add
// reports whether that changes anything: an event that is older than another
// one, or has arrived before, does not.
func (b *Before) Add(at time.Time, name string) bool {
	second, hash := at.Unix(), hashOf(name)
	if second <= 0 || second < b.at || second == b.at && slices.Contains(b.seen, hash) {
		return false
	}
	if second > b.at {
		*b = Before{at: second}
	}
	b.events++
	b.seen = append(b.seen, hash)
	if n := len(b.seen); n > maxSeen {
		b.seen = slices.Delete(b.seen, 0, n-maxSeen)
	}
	return true
}

// Covers reports whether something that began then has ended. The argument knew
// is the result of [Before.Knew] at that time.
func (b *Before) Covers(began time.Time, knew uint64) bool {
	second := began.Unix()
	return second < b.at || second == b.at && knew < b.events
}

// Knew returns how many events of the second of began have arrived. Keep the
// number with something that begins now, by Cognito's clock.
func (b *Before) Knew(began time.Time) uint64 {
	if began.Unix() != b.at {
		return 0
	}
	return b.events
}

// At is the time of the latest event, and the zero Time for none.
func (b *Before) At() time.Time {
	if b.at == 0 {
		return time.Time{}
	}
	return time.Unix(b.at, 0)
}

// Append writes b.
func (b *Before) Append(to []byte) []byte {
	to = wire.AppendUvarint(wire.AppendUvarint(to, uint64(b.at)), b.events)
	for _, hash := range b.seen {
		to = binary.BigEndian.AppendUint64(to, hash)
	}
	return to
}

// ReadBefore reads what Append wrote. It takes all that r has, and makes r bad
// if that is something else.
func ReadBefore(r *wire.Reader) (b Before) {
	b.at, b.events = r.Time().Unix(), r.Uvarint()
	for r.More() && len(b.seen) < maxSeen {
		if hash := r.Bytes(8); len(hash) == 8 {
			b.seen = append(b.seen, binary.BigEndian.Uint64([]byte(hash)))
		}
	}
	if r.More() || b.at == 0 != (b.events == 0) {
		r.Fail()
	}
	return b
}

func hashOf(name string) uint64 {
	sum := sha256.Sum256([]byte(name))
	return binary.BigEndian.Uint64(sum[:])
}
