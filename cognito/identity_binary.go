package cognito

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// identityFormat is the first byte of the binary form.
const identityFormat = 1

var (
	errIdentityForm = errors.New("cognito: not an identity in binary form")
	errAuthTime     = errors.New("cognito: Identity.AuthTime is outside the years 1970 to 9999")
)

// AppendBinary implements [encoding.BinaryAppender]: the compact form in which
// a session keeps an identity. It holds every claim about the user, and
// AuthTime to the second.
func (id *Identity) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, identityFormat)
	for _, s := range []string{id.Issuer, id.Subject, id.Username, id.ClientID, id.UserID, id.Email, id.Name, id.PreferredRole} {
		b = appendString(b, s)
	}
	verified := byte(0)
	if id.EmailVerified {
		verified = 1
	}
	b = append(b, verified)
	for _, list := range [][]string{id.Groups, id.Roles, id.Scopes} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, s := range list {
			b = appendString(b, s)
		}
	}
	var authTime int64 // 0 for none
	if !id.AuthTime.IsZero() {
		authTime = id.AuthTime.Unix()
		if authTime < 1 || authTime > maxDate {
			return nil, errAuthTime
		}
	}
	b = binary.AppendUvarint(b, uint64(authTime))
	return appendString(b, id.extraObject()), nil
}

// extraObject is the JSON object of the claims without a field, or "".
func (id *Identity) extraObject() string {
	var o strings.Builder
	id.extras(func(name string, v rawjson.Value) {
		if o.Len() == 0 {
			o.WriteByte('{')
		} else {
			o.WriteByte(',')
		}
		o.WriteString(string(quote(name)) + ":" + string(v))
	})
	if o.Len() == 0 {
		return ""
	}
	return o.String() + "}"
}

// MarshalBinary implements [encoding.BinaryMarshaler].
func (id *Identity) MarshalBinary() ([]byte, error) { return id.AppendBinary(nil) }

// UnmarshalBinary implements [encoding.BinaryUnmarshaler]. It replaces all of
// id, and leaves it as it was if data is not what AppendBinary writes.
func (id *Identity) UnmarshalBinary(data []byte) error {
	r := reader{s: string(data)}
	if r.byte() != identityFormat {
		return errIdentityForm
	}
	var n Identity
	for _, field := range []*string{&n.Issuer, &n.Subject, &n.Username, &n.ClientID, &n.UserID, &n.Email, &n.Name, &n.PreferredRole} {
		*field = r.string()
	}
	verified := r.byte()
	n.EmailVerified = verified == 1
	for _, field := range []*[]string{&n.Groups, &n.Roles, &n.Scopes} {
		*field = r.strings()
	}
	if at := r.uvarint(); at > 0 && at <= maxDate {
		n.AuthTime = time.Unix(int64(at), 0)
	} else if at != 0 {
		r.bad = true
	}
	n.extra = r.string()
	if r.bad || r.s != "" || verified > 1 {
		return errIdentityForm
	}
	*id = n
	return nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A reader takes values off the front of s; bad is set once one is not there.
// The strings it returns share s.
type reader struct {
	s   string
	bad bool
}

func (r *reader) byte() byte {
	if r.s == "" {
		r.bad = true
		return 0
	}
	c := r.s[0]
	r.s = r.s[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	var n uint64
	for shift := uint(0); shift < 64; shift += 7 {
		c := r.byte()
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	r.bad = true
	return 0
}

func (r *reader) string() string {
	n := r.uvarint()
	if r.bad || n > uint64(len(r.s)) {
		r.bad = true
		return ""
	}
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}

func (r *reader) strings() []string {
	n := r.uvarint()
	if r.bad || n > uint64(len(r.s)) { // each takes a byte at least
		r.bad = true
		return nil
	}
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.string()
	}
	return list
}
