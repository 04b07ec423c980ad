// Package passkeys is the emulator's side of registrations and sign-ins with
// passkeys. It has the options that browsers get, the pending requests, and the
// passkeys of a user. Package webauthn checks the answers.
package passkeys

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/webauthn"
)

// Most is how many passkeys a user can have.
const Most = 20

// A Key is a passkey that a user has registered.
type Key struct {
	webauthn.Credential
	RPID    string
	Created time.Time
}

// Keys are the passkeys of one user. No method changes them.
type Keys []Key

// Name is a passkey's id in the API.
func (k Key) Name() string { return base64.RawURLEncoding.EncodeToString(k.ID) }

// Order sorts passkeys by age.
func (k Key) Order() string { return fmt.Sprintf("%020d %s", k.Created.UnixNano(), k.Name()) }

// FriendlyName is the name that people see. It is the name of the passkey's
// provider if that is known.
func (k Key) FriendlyName() string {
	names := map[string]string{
		"\xfb\xfc\x30\x07\x15\x4e\x4e\xcc\x8c\x0b\x6e\x02\x05\x57\xd7\xbd": "iCloud Keychain",
		"\xea\x9b\x8d\x66\x4d\x01\x1d\x21\x3c\xe4\xb6\xb4\x8c\xb5\x75\xd4": "Google Password Manager",
		"\x08\x98\x70\x58\xca\xdc\x4b\x81\xb6\xe1\x30\xde\x50\xdc\xbe\x96": "Windows Hello",
	}
	if k.Attachment == "cross-platform" {
		return cmp.Or(names[string(k.AAGUID)], "Security key")
	}
	return cmp.Or(names[string(k.AAGUID)], "Passkey")
}

func (all Keys) index(name string) int {
	return slices.IndexFunc(all, func(k Key) bool { return k.Name() == name })
}

// Has reports whether a passkey of this id is among them.
func (all Keys) Has(id []byte) bool {
	return all.index(Key{Credential: webauthn.Credential{ID: id}}.Name()) >= 0
}

// Without returns the others, or false if there is none of that name.
func (all Keys) Without(name string) (Keys, bool) {
	i := all.index(name)
	if i < 0 {
		return all, false
	}
	return slices.Delete(slices.Clone(all), i, i+1), true
}

// Decoy is the passkey of a user who has none. It is made from seed, so that it
// is the same each time, as a real one is.
func Decoy(seed []byte) Keys {
	return Keys{{Credential: webauthn.Credential{ID: seed, Transports: []string{"hybrid", "internal"}}}}
}
