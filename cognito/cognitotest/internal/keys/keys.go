// Package keys has a pool's signing keys, and the texts that they sign.
package keys

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// The two uses of a pool's keys: ID tokens and access tokens are signed with
// different ones.
const (
	UseID     = "id"
	UseAccess = "access"
)

const keyBits = 2048

// A Key is an RSA key and its kid.
type Key struct {
	ID  string
	rsa *rsa.PrivateKey
}

// A Pair is the keys for both uses.
type Pair struct{ id, access *Key }

func (k Pair) Use(use string) *Key {
	switch use {
	case UseID:
		return k.id
	case UseAccess:
		return k.access
	}
	panic(fmt.Sprintf("cognitotest: key use %q: it is %q or %q", use, UseID, UseAccess))
}

func NewPair() (Pair, error) {
	id, err := newSigningKey()
	if err != nil {
		return Pair{}, err
	}
	access, err := newSigningKey()
	return Pair{id: id, access: access}, err
}

func newSigningKey() (*Key, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: generate a key: %w", err)
	}
	return &Key{ID: NewID(), rsa: key}, nil
}

// NewID returns 32 random bytes in standard base64. Half of Cognito's kids
// contain a plus or a slash, and code that takes them for base64url fails only
// on those. Here all kids contain one.
func NewID() string {
	for {
		kid := base64.StdEncoding.EncodeToString(random.Bytes(32))
		if strings.ContainsAny(kid, "+/") {
			return kid
		}
	}
}

// stock has the keys that the pools of this process use. Every pool begins with
// the first pair and takes the next one at each rotation. To generate a pair
// takes far longer than all the rest of a test.
var stock struct {
	mu    sync.Mutex // guards pairs
	pairs []Pair
}

// stocked returns the nth pair of the stock, counted from 0.
func stocked(n int) (Pair, error) {
	stock.mu.Lock()
	defer stock.mu.Unlock()
	for len(stock.pairs) <= n {
		pair, err := NewPair()
		if err != nil {
			return Pair{}, err
		}
		stock.pairs = append(stock.pairs, pair)
	}
	return stock.pairs[n], nil
}

// unused returns the number of a pair that no pool of this process has had.
func unused() int {
	stock.mu.Lock()
	defer stock.mu.Unlock()
	return len(stock.pairs)
}

// A Ring is the keys a pool publishes, newest first; it signs with the
// newest.
type Ring struct {
	mu       sync.Mutex // guards everything below
	pairs    []Pair
	newest   int  // the number of the newest pair in the stock
	restored bool // the pairs came from a snapshot; of older ones in the stock, any may have been withdrawn
}

func (k *Ring) Published() []Pair {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.locked()
}

// locked returns all keys; it fills the ring at first use.
func (k *Ring) locked() []Pair {
	if k.pairs == nil {
		pair, err := stocked(0)
		if err != nil {
			panic(err) // the system's random generator failed
		}
		k.pairs = []Pair{pair}
	}
	return k.pairs
}

func (k *Ring) Signing(use string) *Key { return k.Published()[0].Use(use) }

// find returns the published key of that use and kid, or nil.
func (k *Ring) find(use, kid string) *Key {
	for _, pair := range k.Published() {
		if key := pair.Use(use); key.ID == kid {
			return key
		}
	}
	return nil
}

// Rotate makes new keys the signing ones. The old ones stay published if
// keep says so.
func (k *Ring) Rotate(keep bool) error {
	pair, err := k.next()
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	pairs := []Pair{pair}
	if keep {
		pairs = append(pairs, k.locked()...)
	}
	k.pairs = pairs
	return nil
}

// next returns a pair that this ring never had.
func (k *Ring) next() (Pair, error) {
	k.mu.Lock()
	n := k.newest + 1
	if k.restored {
		n = max(n, unused())
	}
	k.newest, k.restored = n, false
	k.mu.Unlock()
	return stocked(n)
}

// jwk is one key of the JWKS, its members in Cognito's order.
type jwk struct {
	Alg string `json:"alg"`
	E   string `json:"e"`
	Kid string `json:"kid"`
	Kty string `json:"kty"`
	N   string `json:"n"`
	Use string `json:"use"`
}

// JWKS is the published keys as a JWKS.
func (k *Ring) JWKS() []byte {
	var set struct {
		Keys []jwk `json:"keys"`
	}
	for _, pair := range k.Published() {
		set.Keys = append(set.Keys, pair.id.public(), pair.access.public())
	}
	return MustJSON(set)
}

func (k *Key) public() jwk {
	return jwk{
		Alg: "RS256",
		E:   base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.rsa.E)).Bytes()),
		Kid: k.ID,
		Kty: "RSA",
		N:   base64.RawURLEncoding.EncodeToString(k.rsa.N.Bytes()),
		Use: "sig",
	}
}

func (k *Key) Sign(header, payload []byte) string {
	input := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	digest := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(nil, k.rsa, crypto.SHA256, digest[:])
	if err != nil {
		panic("cognitotest: sign: " + err.Error()) // cannot happen with a key of ours
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func MustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("cognitotest: " + err.Error())
	}
	return b
}

// Open checks the signature of a token, whose use decides about the key.
func (k *Ring) Open(use, token string) (payload []byte, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, ErrBadToken
	}
	var raw [3][]byte
	for i, part := range parts {
		if raw[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return nil, ErrBadToken
		}
	}
	var header struct{ Alg, Kid string }
	if json.Unmarshal(raw[0], &header) != nil || header.Alg != "RS256" {
		return nil, ErrBadToken
	}
	key := k.find(use, header.Kid)
	if key == nil {
		return nil, ErrBadToken
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(&key.rsa.PublicKey, crypto.SHA256, digest[:], raw[2]) != nil {
		return nil, ErrBadToken
	}
	return raw[1], nil
}

// ErrBadToken refuses a token, without the reason.
var ErrBadToken = errors.New("token not accepted")

// Strange is a key of the process that no pool publishes.
var Strange = sync.OnceValues(newSigningKey)
