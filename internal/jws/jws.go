// Package jws reads and checks the one kind of signed token that Cognito
// issues. That is JWS compact serialization (RFC 7515 section 7.1) with RS256
// (RFC 7518 section 3.3). Everything else is refused before a key is looked up.
// The only check of an RS256 signature in the module is [Verify].
package jws

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"strings"

	"github.com/seed75762126/cognito-go/internal/base64url"
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

// A Header is what [Parse] has read of a token's header.
type Header struct {
	KeyID string // kid
	Type  string // typ, or ""

	text string // as the token has it, in base64url
}

// Clone returns a copy of h that does not hold on to the token.
func (h *Header) Clone() *Header {
	return &Header{KeyID: strings.Clone(h.KeyID), Type: strings.Clone(h.Type), text: strings.Clone(h.text)}
}

// Equal reports whether h and other were read from the same text.
func (h *Header) Equal(other *Header) bool { return other != nil && h.text == other.text }

// A Token is a parsed compact JWS. Nothing in it is to be believed before
// Verify has returned nil.
type Token struct {
	Header
	Payload string

	signed    string // header and payload as they were signed
	signature []byte
}

// Parse splits and decodes a compact JWS whose header says RS256.
func Parse(compact string) (Token, error) { return ParseKnown(compact, nil) }

// ParseKnown is Parse for verifiers of many tokens. Nearly all tokens of a user
// pool have the same header: if known was read from it, it is not read again.
// Nil knows none.
func ParseKnown(compact string, known *Header) (Token, error) {
	if len(compact) > MaxToken {
		return Token{}, fail("size", "the token is longer than 16 KiB")
	}
	header, rest, ok := strings.Cut(compact, ".")
	payload, signature, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 || strings.IndexByte(signature, '.') >= 0 {
		if strings.Count(compact, ".") == 4 {
			return Token{}, &Error{Check: "format", Err: ErrRefreshToken}
		}
		return Token{}, fail("format", "not a compact JWS: three parts with two dots")
	}
	if len(header) > MaxHeader {
		return Token{}, fail("size", "the header is longer than 4 KiB")
	}
	t := Token{Header: Header{text: header}, signed: compact[:len(header)+1+len(payload)]}
	if t.Equal(known) {
		t.Header = *known
		header = "" // which decodes to nothing
	}
	text, err := decode(header, payload)
	if err == nil {
		t.signature, err = base64url.Decode(signature)
	}
	if err != nil {
		return Token{}, &Error{Check: "format", Err: err}
	}
	n := base64url.DecodedLen(len(header))
	if t.KeyID == "" { // not known
		if err := t.read(text[:n]); err != nil {
			return Token{}, err
		}
	}
	t.Payload = text[n:]
	return t, nil
}

// decode returns the first two parts as one text: most tokens fit the room on
// the stack, and cost one copy.
func decode(header, payload string) (string, error) {
	var room [2048]byte
	text, err := base64url.Append(room[:0], header)
	if err == nil {
		text, err = base64url.Append(text, payload)
	}
	return string(text), err
}

// read accepts {"alg":"RS256","kid":…}. Members that change how a token is
// read, or that bring a key along, are refused. One of them is cty, which says
// that the payload is another token (RFC 7519 section 5.2). Members that nobody
// knows are ignored (RFC 7515 section 4).
func (h *Header) read(header string) error {
	var alg string
	err := rawjson.Object(header, func(name string, v rawjson.Value) error {
		ok := true
		switch name {
		case "alg":
			alg, ok = v.String()
		case "kid":
			h.KeyID, ok = v.String()
		case "typ":
			h.Type, ok = v.String()
		case "crit", "b64", "cty", // another meaning
			"jwk", "jku", "x5u", "x5c", // a key
			"enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c": // of encryption
			return fail("header", "a header member that Cognito never sends: "+name)
		}
		if !ok {
			return fail("header", "the header member "+name+" is not a string")
		}
		return nil
	})
	switch {
	case err != nil:
		return headerError(err)
	case alg != "RS256":
		return fail("alg", "the algorithm is not RS256, the only one Cognito signs with")
	case h.KeyID == "":
		return fail("kid", "the header names no key")
	case len(h.KeyID) > MaxKeyID:
		return fail("kid", "the key id is longer than 256 bytes")
	}
	return nil
}

func headerError(err error) error {
	if refused, ok := errors.AsType[*Error](err); ok {
		return refused
	}
	return &Error{Check: "header", Err: err}
}

// Signed reports whether the signature is as long as those of the keys that
// count. If it is not, no key needs to be looked up.
func (t *Token) Signed() bool { return len(t.signature) >= minKeyBits/8 }

// Verify checks the signature with key.
func (t *Token) Verify(key *rsa.PublicKey) error { return Verify(key, t.signed, t.signature) }

// Verify checks an RS256 signature of a text.
func Verify(key *rsa.PublicKey, signed string, signature []byte) error {
	sum := Hash(signed)
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature); err != nil {
		return fail("signature", "the signature does not belong to the token")
	}
	return nil
}

// Hash is the SHA-256 of s.
func Hash(s string) [sha256.Size]byte {
	var room [2048]byte // on the stack, where a conversion would not be
	return sha256.Sum256(append(room[:0], s...))
}
