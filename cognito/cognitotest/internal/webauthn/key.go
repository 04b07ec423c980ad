package webauthn

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"math/big"

	"github.com/fxamacker/cbor/v2"
)

// The algorithms that Cognito takes (RFC 9053, RFC 8812).
const (
	ES256 = -7
	RS256 = -257
)

// Bounds of RSA keys, in bits.
const (
	minRSA = 2048
	maxRSA = 4096
)

// coseKey has the members of a COSE_Key that the two algorithms need (RFC 9052
// section 7, RFC 9053 section 7.1.1, RFC 8230 section 4). N and E of an RSA key
// have the labels of the curve and of x.
type coseKey struct {
	Kty   int             `cbor:"1,keyasint"`
	Alg   int             `cbor:"3,keyasint"`
	First cbor.RawMessage `cbor:"-1,keyasint"` // crv, or n
	X     []byte          `cbor:"-2,keyasint"` // x, or e
	Y     []byte          `cbor:"-3,keyasint"`
}

// A publicKey verifies the signatures of one credential.
type publicKey struct {
	alg int
	ec  *ecdsa.PublicKey
	rsa *rsa.PublicKey
}

func parseKey(raw []byte) (publicKey, error) {
	var k coseKey
	if err := cborMode.Unmarshal(raw, &k); err != nil {
		return publicKey{}, refuse(CheckKey, "the public key is not a COSE_Key")
	}
	switch {
	case k.Alg == ES256 && k.Kty == 2:
		return k.ecKey()
	case k.Alg == RS256 && k.Kty == 3:
		return k.rsaKey()
	case k.Alg == ES256 || k.Alg == RS256:
		return publicKey{}, refuse(CheckKey, "a key of type %d for the algorithm %d", k.Kty, k.Alg)
	}
	return publicKey{}, refuse(CheckAlgorithm, "algorithm %d: ES256 (-7) and RS256 (-257) are supported", k.Alg)
}

func (k coseKey) ecKey() (publicKey, error) {
	var curve int
	if err := cborMode.Unmarshal(k.First, &curve); err != nil || curve != 1 {
		return publicKey{}, refuse(CheckKey, "a key for ES256 on another curve than P-256")
	}
	if len(k.X) != 32 || len(k.Y) != 32 {
		return publicKey{}, refuse(CheckKey, "coordinates of %d and %d bytes", len(k.X), len(k.Y))
	}
	point := append(append([]byte{4}, k.X...), k.Y...)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return publicKey{}, refuse(CheckKey, "the point is not on P-256")
	}
	return publicKey{alg: ES256, ec: key}, nil
}

func (k coseKey) rsaKey() (publicKey, error) {
	var n []byte
	if err := cborMode.Unmarshal(k.First, &n); err != nil {
		return publicKey{}, refuse(CheckKey, "the RSA key has no modulus")
	}
	e := new(big.Int).SetBytes(k.X)
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(e.Int64())}
	switch bits := key.N.BitLen(); {
	case bits < minRSA || bits > maxRSA:
		return publicKey{}, refuse(CheckKey, "an RSA key of %d bits", bits)
	case len(k.X) > 4 || key.E < 3 || key.E%2 == 0:
		return publicKey{}, refuse(CheckKey, "an RSA exponent that is even, small or large")
	}
	return publicKey{alg: RS256, rsa: key}, nil
}

// verifies reports whether signature is the key's, of data.
func (k publicKey) verifies(data, signature []byte) bool {
	digest := sha256.Sum256(data)
	if k.ec != nil {
		return ecdsa.VerifyASN1(k.ec, digest[:], signature)
	}
	return k.rsa != nil && rsa.VerifyPKCS1v15(k.rsa, crypto.SHA256, digest[:], signature) == nil
}
