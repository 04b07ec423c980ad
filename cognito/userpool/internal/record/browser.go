package record

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"github.com/seed75762126/cognito-go/internal/packed"
	"github.com/seed75762126/cognito-go/internal/wire"
)

const (
	deviceFormat       = 1
	signUpFormat       = 1
	passkeyUsersFormat = 1

	// maxPasskeyUsers bounds the users of a browser. The one who was kept
	// longest ago goes.
	maxPasskeyUsers = 4
)

// EncodeDevice writes a remembered device.
func EncodeDevice(key, groupKey, secret string) []byte {
	b := []byte{deviceFormat}
	for _, text := range []string{key, groupKey, secret} {
		b = wire.AppendString(b, text)
	}
	return b
}

// DecodeDevice is the inverse of EncodeDevice. It reports false for bytes of
// another kind.
func DecodeDevice(b []byte) (key, groupKey, secret string, ok bool) {
	r := wire.NewReader(string(b))
	if r.Byte() != deviceFormat {
		return "", "", "", false
	}
	key, groupKey, secret = r.String(), r.String(), r.String()
	return key, groupKey, secret, r.Done()
}

// EncodeSignUp writes the session of a sign-up. An empty one is as long as
// others.
func EncodeSignUp(session string) []byte {
	return packed.Pad(packed.Pack(signUpFormat, []byte(session)))
}

// DecodeSignUp is the inverse of EncodeSignUp. It returns "" for bytes of
// another kind.
func DecodeSignUp(b []byte) string {
	session, ok := packed.Unpack(signUpFormat, b)
	if !ok {
		return ""
	}
	return string(session)
}

// A PasskeyUser is a user who has a passkey in a browser.
type PasskeyUser struct{ Name, Sub string }

// PasskeyUsers are the users of a browser, the last one first.
type PasskeyUsers []PasskeyUser

// With returns the users with one more in front.
func (users PasskeyUsers) With(u PasskeyUser) PasskeyUsers {
	others := slices.DeleteFunc(slices.Clone(users), func(o PasskeyUser) bool { return o.Sub == u.Sub })
	all := append(PasskeyUsers{u}, others...)
	return all[:min(len(all), maxPasskeyUsers)]
}

// Of returns the name of the user whose passkey a credential is, or "". The
// credential is the JSON of a browser: its userHandle is the user's sub.
func (users PasskeyUsers) Of(credential json.RawMessage) string {
	var offered struct {
		Response struct {
			UserHandle string `json:"userHandle"`
		} `json:"response"`
	}
	if json.Unmarshal(credential, &offered) != nil {
		return ""
	}
	sub, err := base64.RawURLEncoding.DecodeString(offered.Response.UserHandle)
	if err != nil {
		return ""
	}
	for _, u := range users {
		if u.Sub == string(sub) {
			return u.Name
		}
	}
	return ""
}

// Encode writes the users.
func (users PasskeyUsers) Encode() []byte {
	b := []byte{passkeyUsersFormat}
	for _, u := range users {
		b = wire.AppendString(wire.AppendString(b, u.Name), u.Sub)
	}
	return b
}

// DecodePasskeyUsers is the inverse of Encode. It returns none for bytes of
// another kind.
func DecodePasskeyUsers(b []byte) (users PasskeyUsers) {
	r := wire.NewReader(string(b))
	if r.Byte() != passkeyUsersFormat {
		return nil
	}
	for r.More() {
		users = append(users, PasskeyUser{r.String(), r.String()})
	}
	if !r.Done() {
		return nil
	}
	return users
}
