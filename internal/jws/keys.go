package jws

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"slices"

	"github.com/seed75762126/cognito-go/internal/base64url"
)

// MaxJWKS is the limit of a JWKS document in bytes.
const MaxJWKS = 256 << 10

const (
	minKeyBits = 2048
	maxKeyBits = 8192 // larger keys only cost time
)

// ParseKeys reads a JWKS document (RFC 7517 section 5) and returns its usable
// RS256 keys by kid. An entry that is of another use or type, too small, or
// damaged is skipped; a document without one usable key is an error.
func ParseKeys(doc []byte) (map[string]*rsa.PublicKey, error) {
	if len(doc) > MaxJWKS {
		return nil, errors.New("the JWKS is longer than 256 KiB")
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(doc, &set); err != nil {
		return nil, errors.New("the JWKS is not a JSON object with keys")
	}
	keys := make(map[string]*rsa.PublicKey, len(set.Keys))
	for _, raw := range set.Keys {
		kid, key, ok := parseJWK(raw)
		if _, taken := keys[kid]; ok && !taken {
			keys[kid] = key
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("the JWKS has no usable RS256 key")
	}
	return keys, nil
}

// WriteKeys writes a JWKS document of keys, which ParseKeys reads.
func WriteKeys(keys map[string]*rsa.PublicKey) []byte {
	type jwk struct {
		KeyID string `json:"kid"`
		Type  string `json:"kty"`
		Use   string `json:"use"`
		Alg   string `json:"alg"`
		N     string `json:"n"`
		E     string `json:"e"`
	}
	set := struct {
		Keys []jwk `json:"keys"`
	}{[]jwk{}}
	for _, kid := range slices.Sorted(maps.Keys(keys)) {
		key := keys[kid]
		e := big.NewInt(int64(key.E)).Bytes()
		set.Keys = append(set.Keys, jwk{kid, "RSA", "sig", "RS256", base64url.Encode(key.N.Bytes()), base64url.Encode(e)})
	}
	doc, _ := json.Marshal(set) // never fails
	return doc
}

func parseJWK(raw json.RawMessage) (string, *rsa.PublicKey, bool) {
	var k struct {
		KeyID string   `json:"kid"`
		Type  string   `json:"kty"`
		Use   string   `json:"use"`
		Alg   string   `json:"alg"`
		Ops   []string `json:"key_ops"`
		N     string   `json:"n"`
		E     string   `json:"e"`
	}
	if json.Unmarshal(raw, &k) != nil || k.KeyID == "" || len(k.KeyID) > MaxKeyID ||
		k.Type != "RSA" || (k.Use != "" && k.Use != "sig") || (k.Alg != "" && k.Alg != "RS256") || !(k.Ops == nil || slices.Contains(k.Ops, "verify")) {
		return "", nil, false
	}
	n, errN := base64url.Decode(k.N)
	e, errE := base64url.Decode(k.E)
	if errN != nil || errE != nil || len(n) > maxKeyBits/8+1 || len(e) > 4 {
		return "", nil, false
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e).Int64()
	bits := modulus.BitLen()
	if bits < minKeyBits || bits > maxKeyBits || modulus.Bit(0) == 0 || exponent < 3 || exponent%2 == 0 || exponent > 1<<31-1 {
		return "", nil, false
	}
	return k.KeyID, &rsa.PublicKey{N: modulus, E: int(exponent)}, true
}
