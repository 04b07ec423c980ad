// Package seal encrypts what is kept in a browser or a store. It uses
// AES-256-GCM with a random nonce. Of a ring of keys, the first seals and all
// open. Keys are derived per purpose with HKDF-SHA256 (RFC 5869), so that what
// was sealed for one purpose opens for no other.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/internal/base64url"
)

// MinKey is the least length of a key, in bytes.
const MinKey = 32

// ErrOpen means that a text was not sealed by this Box for this name, or was
// changed since.
var ErrOpen = errors.New("not sealed by us")

// A Box seals and opens for one purpose. It is safe for concurrent use.
type Box struct {
	ring  []cipher.AEAD
	bound string // what all is sealed for, each part with a zero byte behind it
}

// NewBox returns the Box for a purpose. The first key seals; all open. What is
// sealed opens only in a Box that is bound to the same, such as a user pool
// and an app client. No part of bound may have a zero byte.
func NewBox[K ~[]byte](keys []K, purpose string, bound ...string) (*Box, error) {
	if len(keys) == 0 {
		return nil, errors.New("no session key: generate one with openssl rand -base64 32")
	}
	b := &Box{}
	for _, part := range bound {
		if strings.IndexByte(part, 0) >= 0 {
			return nil, fmt.Errorf("%q has a zero byte", part)
		}
		b.bound += part + "\x00"
	}
	for i, key := range keys {
		if len(key) < MinKey {
			return nil, fmt.Errorf("session key %d has %d bytes, of %d at least: generate one with openssl rand -base64 32", i+1, len(key), MinKey)
		}
		derived, err := hkdf.Key(sha256.New, key, nil, "cognito-go "+purpose, 32)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(derived)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		b.ring = append(b.ring, aead)
	}
	return b, nil
}

// Overhead is how many bytes sealing adds, before encoding.
const Overhead = 12 + 16

// Seal seals plain under name, which Open must be given again.
func (b *Box) Seal(plain []byte, name string) []byte {
	return b.ring[0].Seal(nil, nil, plain, b.associated(name))
}

// associated is the associated data of what is sealed under name.
func (b *Box) associated(name string) []byte {
	data := make([]byte, 0, len(b.bound)+len(name))
	return append(append(data, b.bound...), name...)
}

// Open returns what was sealed under name. Stale means that an older key than
// the first sealed it.
func (b *Box) Open(sealed []byte, name string) (plain []byte, stale bool, err error) {
	data := b.associated(name)
	for i, aead := range b.ring {
		if plain, err := aead.Open(nil, nil, sealed, data); err == nil {
			return plain, i > 0, nil
		}
	}
	return nil, false, ErrOpen
}

// Encode writes sealed bytes in the alphabet of cookies and URLs.
func Encode(sealed []byte) string { return base64url.Encode(sealed) }

// Decode is the reverse of Encode and accepts nothing else.
func Decode(text string) ([]byte, error) {
	b, err := base64url.Decode(text)
	if err != nil {
		return nil, ErrOpen
	}
	return b, nil
}
