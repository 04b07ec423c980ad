// Package record writes data that is needed when a visitor comes back: an
// unfinished sign-in, a remembered device, the users of a browser.
package record

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/packed"
	"github.com/seed75762126/cognito-go/internal/wire"
)

// A Turn is what it takes to answer a challenge.
type Turn struct {
	Username  string // as Cognito named it last
	DeviceKey string
	Admin     bool // of an administrator's flow

	ID        string
	Issued    time.Time
	Name      string // of the challenge
	Session   string
	Params    map[string]string
	Available []string // factors to choose from

	TOTP     string // the secret of an enrolment under way
	Enrolled bool   // and that its code was right
	Decoy    bool   // see userpool.Client.Decoy
}

// NewID returns a random Turn.ID.
func NewID() string { return random(12) }

// DecoySession looks like a session of Cognito's.
func DecoySession() string { return random(600) }

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64url.Encode(b)
}

// Left is how long the challenge can still be answered, of life at most. It is
// zero if the challenge is too old. It is also zero if the challenge seems to
// come from the future, because then one of two clocks is wrong.
func (t *Turn) Left(now time.Time, life time.Duration) time.Duration {
	age := now.Sub(t.Issued)
	if age < -life {
		return 0
	}
	return min(life-age, life)
}

const turnFormat = 2

const (
	flagAdmin    = 1
	flagEnrolled = 2
	flagDecoy    = 4
)

// Encode writes t without the named parameters.
func (t *Turn) Encode(without ...string) []byte {
	var flags uint64
	if t.Admin {
		flags |= flagAdmin
	}
	if t.Enrolled {
		flags |= flagEnrolled
	}
	if t.Decoy {
		flags |= flagDecoy
	}
	b := wire.AppendUvarint(nil, flags)
	b = wire.AppendTime(b, t.Issued)
	for _, text := range []string{t.ID, t.Name, t.Session, t.Username, t.DeviceKey, t.TOTP} {
		b = wire.AppendString(b, text)
	}
	b = wire.AppendUvarint(b, uint64(len(t.Available)))
	for _, name := range t.Available {
		b = wire.AppendString(b, name)
	}
	for _, name := range slices.Sorted(maps.Keys(t.Params)) {
		if !slices.Contains(without, name) {
			b = wire.AppendString(wire.AppendString(b, name), t.Params[name])
		}
	}
	record := packed.Pack(turnFormat, b)
	if strings.HasSuffix(t.Name, "_OTP") || t.Name == "WEB_AUTHN" {
		record = packed.Pad(record) // so that a decoy is as long
	}
	return record
}

// DecodeTurn is the inverse of Encode. It reports false for bytes of another
// kind.
func DecodeTurn(b []byte) (t Turn, ok bool) {
	if b, ok = packed.Unpack(turnFormat, b); !ok {
		return Turn{}, false
	}
	r := wire.NewReader(string(b))
	flags := r.Uvarint()
	t = Turn{Admin: flags&flagAdmin != 0, Enrolled: flags&flagEnrolled != 0, Decoy: flags&flagDecoy != 0, Issued: r.Time(), Params: map[string]string{}}
	for _, field := range []*string{&t.ID, &t.Name, &t.Session, &t.Username, &t.DeviceKey, &t.TOTP} {
		*field = r.String()
	}
	for range r.Count() {
		t.Available = append(t.Available, r.String())
	}
	for !r.Done() {
		name, value := r.String(), r.String()
		if name == "" { // the reader is bad, or the record
			return Turn{}, false
		}
		t.Params[name] = value
	}
	return t, true
}
