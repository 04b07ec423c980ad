package cognitotest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"sync"
)

// The two uses of a pool's keys: ID tokens and access tokens are signed with
// different ones.
const (
	useID     = "id"
	useAccess = "access"
)

const keyBits = 2048

// A signingKey is an RSA key and its kid.
type signingKey struct {
	kid string
	rsa *rsa.PrivateKey
}

// A keyPair is the keys for both uses.
type keyPair struct{ id, access *signingKey }

func (k keyPair) use(use string) *signingKey {
	switch use {
	case useID:
		return k.id
	case useAccess:
		return k.access
	}
	panic(fmt.Sprintf("cognitotest: key use %q: it is %q or %q", use, useID, useAccess))
}

func newKeyPair() (keyPair, error) {
	id, err := newSigningKey()
	if err != nil {
		return keyPair{}, err
	}
	access, err := newSigningKey()
	return keyPair{id: id, access: access}, err
}

func newSigningKey() (*signingKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: generate a key: %w", err)
	}
	return &signingKey{kid: newKid(), rsa: key}, nil
}

// newKid returns 32 random bytes in standard base64. Half of Cognito's kids
// contain a plus or a slash, and code that takes them for base64url fails on
// those alone; here all of them do.
func newKid() string {
	for {
		kid := base64.StdEncoding.EncodeToString(randomBytes(32))
		if strings.ContainsAny(kid, "+/") {
			return kid
		}
	}
}

// processKeys are the keys every pool starts with: generating them takes far
// longer than all the rest of a test.
var processKeys = sync.OnceValues(newKeyPair)

// A keyRing is the keys a pool publishes, newest first; it signs with the
// newest.
type keyRing struct {
	mu    sync.Mutex // guards pairs
	pairs []keyPair
}

func (k *keyRing) published() []keyPair {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.locked()
}

// locked returns all keys; it fills the ring at first use.
func (k *keyRing) locked() []keyPair {
	if k.pairs == nil {
		pair, err := processKeys()
		if err != nil {
			panic(err) // the system's random generator failed
		}
		k.pairs = []keyPair{pair}
	}
	return k.pairs
}

func (k *keyRing) signing(use string) *signingKey { return k.published()[0].use(use) }

// find returns the published key of that use and kid, or nil.
func (k *keyRing) find(use, kid string) *signingKey {
	for _, pair := range k.published() {
		if key := pair.use(use); key.kid == kid {
			return key
		}
	}
	return nil
}

// rotate makes new keys the signing ones. The old ones stay published if
// keep says so.
func (k *keyRing) rotate(keep bool) error {
	pair, err := newKeyPair()
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	pairs := []keyPair{pair}
	if keep {
		pairs = append(pairs, k.locked()...)
	}
	k.pairs = pairs
	return nil
}

// RotateKeys generates two new keys. The old ones leave the JWKS at once, as
// after an emergency: tokens signed with them verify nowhere any more.
func (p *Pool) RotateKeys() error { return p.keys.rotate(false) }

// AddKeys generates two new keys, and signs with them from now on. The old
// ones stay in the JWKS until [Pool.RotateKeys]: an orderly rotation.
func (p *Pool) AddKeys() error { return p.keys.rotate(true) }

// KeyID returns the kid that tokens of that use, "id" or "access", are
// signed under now.
func (p *Pool) KeyID(use string) string { return p.keys.signing(use).kid }

// jwk is one key of the JWKS, its members in Cognito's order.
type jwk struct {
	Alg string `json:"alg"`
	E   string `json:"e"`
	Kid string `json:"kid"`
	Kty string `json:"kty"`
	N   string `json:"n"`
	Use string `json:"use"`
}

// JWKS returns the pool's public keys as its JWKS endpoint publishes them.
func (p *Pool) JWKS() []byte {
	var set struct {
		Keys []jwk `json:"keys"`
	}
	for _, pair := range p.keys.published() {
		set.Keys = append(set.Keys, pair.id.public(), pair.access.public())
	}
	return mustJSON(set)
}

func (k *signingKey) public() jwk {
	return jwk{
		Alg: "RS256",
		E:   base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.rsa.E)).Bytes()),
		Kid: k.kid,
		Kty: "RSA",
		N:   base64.RawURLEncoding.EncodeToString(k.rsa.N.Bytes()),
		Use: "sig",
	}
}

// Sign returns a compact JWS over the given header and payload, byte for
// byte, signed with RS256 and the key of that use, "id" or "access". It is
// for tests of malformed tokens, so neither text has to be JSON.
func (p *Pool) Sign(use, header, payload string) string {
	return p.keys.signing(use).sign([]byte(header), []byte(payload))
}

func (k *signingKey) sign(header, payload []byte) string {
	input := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	digest := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(nil, k.rsa, crypto.SHA256, digest[:])
	if err != nil {
		panic("cognitotest: sign: " + err.Error()) // cannot happen with a key of ours
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("cognitotest: " + err.Error())
	}
	return b
}
