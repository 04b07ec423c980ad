package alb

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"errors"
	"math/big"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// Limits in bytes, checked before anything is decoded.
const (
	maxData   = 16 << 10
	maxHeader = 4 << 10
	maxKeyID  = 64
)

// A token is the parsed x-amzn-oidc-data: nearly a JWS in compact form, but
// its base64url has padding, and the signature is over the padded text. The
// header says who signed it, and for whom. Nothing in it is to be believed
// before its signature was checked.
type token struct {
	keyID   string
	signer  string
	client  string
	issuer  string
	expiry  int64
	payload string

	signed    string
	signature []byte
}

func parse(data string) (*token, error) {
	if len(data) > maxData {
		return nil, cognito.CheckSize.Failed("the data is longer than 16 KiB")
	}
	header, rest, ok := strings.Cut(data, ".")
	payload, signature, ok2 := strings.Cut(rest, ".")
	switch {
	case !ok || !ok2 || strings.Contains(signature, "."):
		return nil, cognito.CheckFormat.Failed("not three parts with two dots")
	case len(header) > maxHeader:
		return nil, cognito.CheckSize.Failed("the header is longer than 4 KiB")
	}
	t := &token{signed: data[:len(header)+1+len(payload)]}
	if err := t.readHeader(header); err != nil {
		return nil, err
	}
	body, err := decode(payload)
	if err != nil {
		return nil, err
	}
	t.payload = string(body)
	t.signature, err = decode(signature)
	return t, err
}

// decode is base64url with all of its padding, as load balancers write it, or
// with none, as RFC 7515 has it. Nothing else is read.
func decode(s string) ([]byte, error) {
	text := strings.TrimRight(s, "=")
	padding := len(s) - len(text)
	if padding > 2 || padding > 0 && len(s)%4 != 0 {
		return nil, cognito.CheckFormat.Failed("not base64url")
	}
	b, err := base64url.Decode(text)
	if err != nil {
		return nil, cognito.CheckFormat.Failed("not base64url")
	}
	return b, nil
}

func (t *token) readHeader(encoded string) error {
	raw, err := decode(encoded)
	if err != nil {
		return err
	}
	var alg string
	err = rawjson.Object(string(raw), func(name string, v rawjson.Value) error {
		if name == "exp" {
			return date(&t.expiry, v)
		}
		field := t.field(name, &alg)
		s, ok := v.String()
		switch {
		case field == nil:
			return cognito.CheckHeader.Failed("a header member that load balancers never send: " + name)
		case !ok:
			return cognito.CheckHeader.Failed("a header member is not a string")
		}
		*field = s
		return nil
	})
	var refused *cognito.VerifyError
	switch {
	case errors.As(err, &refused):
		return err
	case err != nil:
		return &cognito.VerifyError{Check: cognito.CheckHeader, Err: err}
	case alg != "ES256":
		return cognito.CheckAlgorithm.Failed("the algorithm is not ES256, the only one load balancers sign with")
	case !isName(t.keyID, maxKeyID):
		return cognito.CheckKeyID.Failed("the key id is not 1 to 64 letters, digits and hyphens")
	case t.expiry == 0:
		return cognito.CheckExpiry.Failed("the header member is missing")
	}
	return nil
}

// field is where a header member belongs. It is nil for those that change how
// a token is read, or bring a key along; others have no meaning here.
func (t *token) field(name string, alg *string) *string {
	switch name {
	case "alg":
		return alg
	case "kid":
		return &t.keyID
	case "signer":
		return &t.signer
	case "client":
		return &t.client
	case "iss":
		return &t.issuer
	case "crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc":
		return nil
	}
	return new(string)
}

// payloadExpiry is the exp that the claims have besides the header's, or 0.
func (t *token) payloadExpiry() (seconds int64, err error) {
	err = rawjson.Object(t.payload, func(name string, v rawjson.Value) error {
		if name == "exp" {
			return date(&seconds, v)
		}
		return nil
	})
	var refused *cognito.VerifyError
	if err != nil && !errors.As(err, &refused) {
		err = &cognito.VerifyError{Check: cognito.CheckClaims, Err: err}
	}
	return seconds, err
}

// date reads seconds since 1970.
func date(field *int64, v rawjson.Value) error {
	seconds, ok := v.Date()
	if _, whole := v.Integer(); !ok || !whole {
		return cognito.CheckExpiry.Failed("the time is not a number of seconds in the years 1970 to 9999")
	}
	*field = seconds
	return nil
}

// signedBy checks the signature: two numbers of 32 bytes (RFC 7518 section
// 3.4).
func (t *token) signedBy(key *ecdsa.PublicKey) bool {
	if len(t.signature) != 64 {
		return false
	}
	sum := sha256.Sum256([]byte(t.signed))
	r, s := new(big.Int).SetBytes(t.signature[:32]), new(big.Int).SetBytes(t.signature[32:])
	return ecdsa.Verify(key, sum[:], r, s)
}
