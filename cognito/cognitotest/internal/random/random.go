// Package random makes ids, codes and keys that nobody can guess.
package random

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
)

// Pick returns a random byte of s, which has at most 256.
func Pick(s string) byte {
	limit := 256 / len(s) * len(s)
	for {
		if n := int(Bytes(1)[0]); n < limit {
			return s[n%len(s)]
		}
	}
}

// Bytes returns n bytes from the system's generator, which never fails.
func Bytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// ID returns 32 random bytes as text, for cookies.
func ID() string { return base64.RawURLEncoding.EncodeToString(Bytes(32)) }

// UUID returns what Cognito uses for subs, codes and token ids: the look
// of a UUID, without the version bits.
func UUID() string {
	h := hex.EncodeToString(Bytes(16))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// UUID4 returns a UUID of version 4 (RFC 9562 section 5.4), which the ids of
// branding styles and terms are.
func UUID4() string {
	b := Bytes(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Digits returns a code of n digits.
func Digits(n int) string {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	code, err := rand.Int(rand.Reader, limit)
	if err != nil {
		panic("cognitotest: " + err.Error()) // rand.Reader never fails
	}
	return fmt.Sprintf("%0*d", n, code)
}

// Alnum returns n lower-case letters and digits, as in client ids.
func Alnum(n int) string {
	const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
	b := make([]byte, 0, n)
	for len(b) < n {
		for _, c := range Bytes(n) {
			if int(c) < 256/len(alphabet)*len(alphabet) && len(b) < n {
				b = append(b, alphabet[int(c)%len(alphabet)])
			}
		}
	}
	return string(b)
}
