// Package jws reads and checks the one kind of signed token Cognito issues:
// JWS compact serialization (RFC 7515 section 7.1) with RS256 (RFC 7518
// section 3.3). Everything else is refused before a key is looked up. The
// only signature check of the module is [Token.Verify].
package jws

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// Limits in bytes, checked before anything is decoded.
const (
	MaxToken  = 16 << 10
	MaxHeader = 4 << 10
	MaxKeyID  = 256
)

// An Error says which check refused a token.
type Error struct {
	Check string // "size", "format", "header", "alg", "kid", "signature"
	Err   error  // never quotes the token
}

func (e *Error) Error() string { return e.Check + ": " + e.Err.Error() }

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

func fail(check, why string) error { return &Error{Check: check, Err: errors.New(why)} }

// ErrRefreshToken means that the text is a JWE with five parts, as Cognito's
// refresh tokens are, and no JWS.
var ErrRefreshToken = errors.New("this is a refresh token (a JWE with five parts): pass the ID or the access token")

// A Token is a parsed compact JWS. Nothing in it is to be believed before
// Verify has returned nil.
type Token struct {
	KeyID   string // kid of the header
	Payload string

	signed    string // header and payload as they were signed
	signature []byte
}

var strict = base64.RawURLEncoding.Strict()

// Parse splits and decodes a compact JWS whose header says RS256.
func Parse(compact string) (*Token, error) {
	if len(compact) > MaxToken {
		return nil, fail("size", "the token is longer than 16 KiB")
	}
	header, rest, ok := strings.Cut(compact, ".")
	payload, signature, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 || strings.Contains(signature, ".") {
		if strings.Count(compact, ".") == 4 {
			return nil, &Error{Check: "format", Err: ErrRefreshToken}
		}
		return nil, fail("format", "not a compact JWS: three parts with two dots")
	}
	if len(header) > MaxHeader {
		return nil, fail("size", "the header is longer than 4 KiB")
	}
	t := &Token{signed: compact[:len(header)+1+len(payload)]}
	if err := t.readHeader(header); err != nil {
		return nil, err
	}
	body, err := decode(payload)
	if err != nil {
		return nil, err
	}
	if t.signature, err = decode(signature); err != nil {
		return nil, err
	}
	t.Payload = string(body)
	return t, nil
}

// decode is strict base64url: no padding, no white space, and only one
// spelling of the last character. (encoding/base64 skips line breaks.)
func decode(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, fail("format", "a line break in base64url")
	}
	b, err := strict.DecodeString(s)
	if err != nil {
		return nil, fail("format", "not base64url without padding")
	}
	return b, nil
}

// readHeader accepts {"alg":"RS256","kid":…} and strings without meaning
// here, such as typ. Members that change how a token is read, or that bring a
// key along, are refused, and so is every one that is not a string: of those
// RFC 7515 section 4.1 names, only jwk, x5c and crit are none.
func (t *Token) readHeader(encoded string) error {
	raw, err := decode(encoded)
	if err != nil {
		return err
	}
	var alg string
	err = rawjson.Object(string(raw), func(name string, v rawjson.Value) error {
		ok := true
		switch name {
		case "alg":
			alg, ok = v.String()
		case "kid":
			t.KeyID, ok = v.String()
		case "crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc":
			return fail("header", "a header member that Cognito never sends: "+name)
		default:
			_, ok = v.String()
		}
		if !ok {
			return fail("header", "a header member is not a string")
		}
		return nil
	})
	var refused *Error
	switch {
	case errors.As(err, &refused):
		return refused
	case err != nil:
		return &Error{Check: "header", Err: err}
	case alg != "RS256":
		return fail("alg", "the algorithm is not RS256, the only one Cognito signs with")
	case t.KeyID == "":
		return fail("kid", "the header names no key")
	case len(t.KeyID) > MaxKeyID:
		return fail("kid", "the key id is longer than 256 bytes")
	}
	return nil
}

// Verify checks the signature with key.
func (t *Token) Verify(key *rsa.PublicKey) error {
	sum := sha256.Sum256([]byte(t.signed))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], t.signature); err != nil {
		return fail("signature", "the signature does not belong to the token")
	}
	return nil
}
