// Package tokenform writes tokens in few bytes, for the cookies of a session.
// It also compresses other texts that resemble the claims of tokens.
package tokenform

import (
	"bytes"
	"compress/flate"
	"io"
	"strings"
	"sync"

	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/wire"
)

// Forms of a token, in its first byte.
const (
	formText       = 0 // as it is
	formDecoded    = 1 // its parts, decoded from base64url
	formCompressed = 2 // likewise, the parts before the last compressed together
)

// Append appends a token to b in few bytes. Its parts are base64url, which
// sealing would encode once more: they are decoded, which saves a quarter.
// Header and claims of a JWT are compressed too. That is safe although an
// attacker may see the length of cookies and may choose some claims (a name, an
// address). These are compressed together with other claims only, none of which
// is a secret. The signature and the refresh token, which are secrets and do
// not get smaller, stay outside.
func Append(b []byte, token string, compress bool) []byte {
	parts := strings.Split(token, ".")
	decoded := make([][]byte, len(parts))
	for i, part := range parts {
		var err error
		if decoded[i], err = base64url.Decode(part); err != nil {
			return wire.AppendString(append(b, formText), token)
		}
	}
	if compress && len(parts) == 3 {
		return appendCompressed(b, decoded)
	}
	b = wire.AppendUvarint(append(b, formDecoded), uint64(len(parts)))
	for _, part := range decoded {
		b = wire.AppendString(b, string(part))
	}
	return b
}

func appendCompressed(b []byte, parts [][]byte) []byte {
	var claims []byte
	for _, part := range parts[:2] {
		claims = wire.AppendString(claims, string(part))
	}
	b = wire.AppendString(append(b, formCompressed), string(Deflate(claims)))
	return wire.AppendString(b, string(parts[2]))
}

// Read reads what Append wrote.
func Read(r *wire.Reader) string {
	switch r.Byte() {
	case formText:
		return r.String()
	case formDecoded:
		parts := make([]string, r.Count())
		for i := range parts {
			parts[i] = base64url.Encode([]byte(r.String()))
		}
		return strings.Join(parts, ".")
	case formCompressed:
		claims, err := Inflate(r.String())
		inner := wire.NewReader(claims)
		header, payload, signature := inner.String(), inner.String(), r.String()
		if err != nil || !inner.Done() {
			break
		}
		return base64url.Encode([]byte(header)) + "." + base64url.Encode([]byte(payload)) + "." + base64url.Encode([]byte(signature))
	}
	r.Fail()
	return ""
}

// maxClaims bounds what a compressed part may grow to. We have sealed it, so
// this is never reached but by a mistake of ours.
const maxClaims = 64 << 10

// claimsDictionary has the texts that tokens of Cognito have in common, the
// most frequent last. Changing it makes all sessions unreadable: a new one
// needs a new form.
const claimsDictionary = `"address":{"formatted":"phone_number":"+phone_number_verified":true,"custom:"cognito:roles":["arn:aws:iam::"cognito:preferred_role":"` +
	`"identities":[{"dateCreated":"userId":"providerName":"providerType":"SAMLGoogleFacebook"issuer":null,"primary":"true"}]` +
	`"at_hash":"nonce":"picture":"https://"given_name":"family_name":"name":"locale":"email_verified":true,"email":"cognito:username":"aud":"` +
	`"device_key":"aws.cognito.signin.user.admin","version":2,"cognito:groups":["admins","users"],"scope":"openid email profile phone","` +
	`{"sub":"iss":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_eu-west-1.amazonaws.com/eu-west-1_eu-central-1` +
	`"client_id":"origin_jti":"event_id":"token_use":"access","auth_time":17,"exp":17,"iat":17,"jti":"username":"{"kid":"=","alg":"RS256"}`

var deflaters = sync.Pool{New: func() any {
	w, _ := flate.NewWriterDict(io.Discard, flate.BestCompression, []byte(claimsDictionary)) // the level is a valid one
	return w
}}

// Deflate compresses a text. It works best if the text is like the claims of a
// token.
func Deflate(plain []byte) []byte {
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	var b bytes.Buffer
	w.Reset(&b)
	_, _ = w.Write(plain) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

var inflaters = sync.Pool{New: func() any { return flate.NewReader(strings.NewReader("")) }}

// Inflate is the inverse of Deflate. It returns 64 KiB at most.
func Inflate(packed string) (string, error) {
	r := inflaters.Get().(io.Reader)
	defer inflaters.Put(r)
	if err := r.(flate.Resetter).Reset(strings.NewReader(packed), []byte(claimsDictionary)); err != nil {
		return "", err
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxClaims))
	return string(plain), err
}
