package cognito

import (
	"errors"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/rawjson"
	"github.com/seed75762126/cognito-go/internal/wire"
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
		b = wire.AppendString(b, s)
	}
	verified := byte(0)
	if id.EmailVerified {
		verified = 1
	}
	b = append(b, verified)
	for _, list := range [][]string{id.Groups, id.Roles, id.Scopes} {
		b = wire.AppendUvarint(b, uint64(len(list)))
		for _, s := range list {
			b = wire.AppendString(b, s)
		}
	}
	var authTime int64 // 0 for none
	if !id.AuthTime.IsZero() {
		authTime = id.AuthTime.Unix()
		if authTime < 1 || authTime > rawjson.MaxDate {
			return nil, errAuthTime
		}
	}
	b = wire.AppendUvarint(b, uint64(authTime))
	return wire.AppendString(b, id.extraObject()), nil
}

// extraObject is the JSON object of the claims without a field, or "".
func (id *Identity) extraObject() string {
	var members []string
	id.extras(func(name string, v rawjson.Value) {
		members = append(members, string(quote(name))+":"+string(v))
	})
	if len(members) == 0 {
		return ""
	}
	return "{" + strings.Join(members, ",") + "}"
}

// MarshalBinary implements [encoding.BinaryMarshaler].
func (id *Identity) MarshalBinary() ([]byte, error) { return id.AppendBinary(nil) }

// UnmarshalBinary implements [encoding.BinaryUnmarshaler]. It replaces all of
// id. If data was not written by AppendBinary, it returns an error and does
// not change id.
func (id *Identity) UnmarshalBinary(data []byte) error {
	r := wire.NewReader(string(data))
	if r.Byte() != identityFormat {
		return errIdentityForm
	}
	var n Identity
	for _, field := range []*string{&n.Issuer, &n.Subject, &n.Username, &n.ClientID, &n.UserID, &n.Email, &n.Name, &n.PreferredRole} {
		*field = r.String()
	}
	verified := r.Byte()
	n.EmailVerified = verified == 1
	for _, field := range []*[]string{&n.Groups, &n.Roles, &n.Scopes} {
		*field = readStrings(r)
	}
	at := r.Uvarint()
	if at > 0 && at <= rawjson.MaxDate {
		n.AuthTime = time.Unix(int64(at), 0)
	}
	n.extra = r.String()
	if !r.Done() || verified > 1 || at > rawjson.MaxDate {
		return errIdentityForm
	}
	*id = n
	return nil
}

func readStrings(r *wire.Reader) []string {
	n := r.Count()
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.String()
	}
	return list
}
