// Package seal encrypts what is kept in a browser or a store. It uses
// AES-256-GCM with a random nonce. The first key of a ring encrypts; every key
// decrypts. A key is derived for each purpose with HKDF-SHA256 (RFC 5869). So a
// text encrypted for one purpose cannot be decrypted for another.
package seal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/seed75762126/cognito-go/internal/base64url"
)

// MinKey is the least length of a key, in bytes.
const MinKey = 32

// ErrOpen means that a text was not sealed by this Box for this name, or was
// changed since.
var ErrOpen = errors.New("not sealed by us")

// A Box seals and opens for one purpose. It is safe for concurrent use.
type Box struct {
	ring    *Ring
	purpose string
	bound   string // what all is sealed for, each part with a zero byte behind it
	derived atomic.Pointer[derivedKeys]
}

// derivedKeys are a Box's own keys, made of one generation of its Ring.
type derivedKeys struct {
	of    *generation
	aeads []cipher.AEAD
}

// NewBox returns the Box for a purpose with keys that do not change: see
// [Ring.Box].
func NewBox[K ~[]byte](keys []K, purpose string, bound ...string) (*Box, error) {
	ring, err := FixedRing(keys)
	if err != nil {
		return nil, err
	}
	return ring.Box(purpose, bound...)
}

// Box returns the Box for a purpose. The first key seals; all open. What is
// sealed opens only in a Box that is bound to the same, such as a user pool
// and an app client. No part of bound may have a zero byte.
func (r *Ring) Box(purpose string, bound ...string) (*Box, error) {
	b := &Box{ring: r, purpose: purpose}
	for _, part := range bound {
		if strings.IndexByte(part, 0) >= 0 {
			return nil, fmt.Errorf("%q has a zero byte", part)
		}
		b.bound += part + "\x00"
	}
	first, err := b.derive(r.current.Load())
	b.derived.Store(first)
	return b, err
}

// derive makes the Box's own keys.
func (b *Box) derive(from *generation) (*derivedKeys, error) {
	d := &derivedKeys{of: from}
	for _, key := range from.keys {
		derived, err := hkdf.Key(sha256.New, key, nil, "cognito-go "+b.purpose, 32)
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
		d.aeads = append(d.aeads, aead)
	}
	return d, nil
}

// keys returns the Box's own keys of a generation.
func (b *Box) keys(of *generation) []cipher.AEAD {
	d := b.derived.Load()
	if d.of == of {
		return d.aeads
	}
	next, err := b.derive(of)
	if err != nil { // what worked at the start
		return d.aeads
	}
	b.derived.Store(next)
	return next.aeads
}

// Overhead is how many bytes sealing adds, before encoding.
const Overhead = 12 + 16

// Seal seals plain under name, which Open must be given again.
func (b *Box) Seal(plain []byte, name string) []byte {
	return b.keys(b.ring.fresh())[0].Seal(nil, nil, plain, b.associated(name))
}

// associated is the associated data of what is sealed under name.
func (b *Box) associated(name string) []byte {
	data := make([]byte, 0, len(b.bound)+len(name))
	return append(append(data, b.bound...), name...)
}

// Open returns what was sealed under name. Stale means that an older key than
// the first sealed it. If no key opens it, the source of the keys may be asked
// again, which takes until ctx ends at most.
func (b *Box) Open(ctx context.Context, sealed []byte, name string) (plain []byte, stale bool, err error) {
	data := b.associated(name)
	keys := b.ring.sure(ctx)
	for {
		for i, aead := range b.keys(keys) {
			if plain, err := aead.Open(nil, nil, sealed, data); err == nil {
				return plain, i > 0, nil
			}
		}
		next, changed := b.ring.after(ctx, keys)
		if !changed {
			return nil, false, ErrOpen
		}
		keys = next
	}
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
