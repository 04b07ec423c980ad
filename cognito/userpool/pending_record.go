package userpool

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/internal/packed"
	"github.com/seed75762126/cognito-go/internal/wire"
)

const turnFormat = 2

const (
	flagAdmin    = 1
	flagEnrolled = 2
	flagDecoy    = 4
)

// encode writes what it takes to answer t later, without the named
// parameters.
func (t *turn) encode(without []string) []byte {
	var flags uint64
	if t.admin {
		flags |= flagAdmin
	}
	if t.enrolled {
		flags |= flagEnrolled
	}
	if t.decoy {
		flags |= flagDecoy
	}
	b := wire.AppendUvarint(nil, flags)
	b = wire.AppendTime(b, t.issued)
	for _, text := range []string{t.id, t.name, t.session, t.username, t.deviceKey, t.totp} {
		b = wire.AppendString(b, text)
	}
	b = wire.AppendUvarint(b, uint64(len(t.available)))
	for _, name := range t.available {
		b = wire.AppendString(b, name)
	}
	for _, name := range slices.Sorted(maps.Keys(t.params)) {
		if !slices.Contains(without, name) {
			b = wire.AppendString(wire.AppendString(b, name), t.params[name])
		}
	}
	record := packed.Pack(turnFormat, b)
	if strings.HasSuffix(t.name, "_OTP") || t.name == nameWebAuthn {
		record = packed.Pad(record) // so that a decoy is as long
	}
	return record
}

func decodeTurn(b []byte, c *Client) (*turn, error) {
	b, ok := packed.Unpack(turnFormat, b)
	if !ok {
		return nil, errUnreadable
	}
	r := wire.NewReader(string(b))
	flags := r.Uvarint()
	t := &turn{c: c, admin: flags&flagAdmin != 0, enrolled: flags&flagEnrolled != 0, decoy: flags&flagDecoy != 0, issued: r.Time(), params: map[string]string{}}
	for _, field := range []*string{&t.id, &t.name, &t.session, &t.username, &t.deviceKey, &t.totp} {
		*field = r.String()
	}
	for range r.Count() {
		t.available = append(t.available, r.String())
	}
	for !r.Done() {
		name, value := r.String(), r.String()
		if name == "" { // the reader is bad, or the record
			return nil, errUnreadable
		}
		t.params[name] = value
	}
	return t, nil
}
