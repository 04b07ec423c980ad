package userpool

import (
	"bytes"
	"compress/flate"
	"io"
	"maps"
	"slices"
	"strings"

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
	packed := pack(turnFormat, b)
	if strings.HasSuffix(t.name, "_OTP") || t.name == nameWebAuthn {
		packed = pad(packed) // so that a decoy is as long
	}
	return packed
}

// maxPlain bounds what unpack makes of a record, in bytes.
const maxPlain = 1 << 20

// pack shortens a record: sessions are base64 and parameters are text, which
// both take more bytes than they say. Huffman codes alone look for no
// repetitions, whose number would tell of secrets by the length.
func pack(format byte, b []byte) []byte {
	out := bytes.NewBuffer([]byte{format})
	w, _ := flate.NewWriter(out, flate.HuffmanOnly) // the level is valid
	_, _ = w.Write(b)                               // to memory
	_ = w.Close()
	return out.Bytes()
}

// unpack is the inverse of pack, and passes over padding.
func unpack(format byte, packed []byte) ([]byte, error) {
	if len(packed) == 0 || packed[0] != format {
		return nil, errUnreadable
	}
	b, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed[1:])), maxPlain))
	if err != nil {
		return nil, errUnreadable
	}
	return b, nil
}

// pad makes a packed record one of few lengths.
func pad(packed []byte) []byte {
	const least, unit = 1536, 512
	n := max(least, (len(packed)+unit-1)/unit*unit)
	return append(packed, make([]byte, n-len(packed))...)
}

func decodeTurn(b []byte, c *Client) (*turn, error) {
	b, err := unpack(turnFormat, b)
	if err != nil {
		return nil, err
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
