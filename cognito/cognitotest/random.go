package cognitotest

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
)

// randomBytes returns n bytes from the system's generator, which never fails.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// randomID returns 32 random bytes as text, for cookies.
func randomID() string { return base64.RawURLEncoding.EncodeToString(randomBytes(32)) }

// newUUID returns what Cognito uses for subs, codes and token ids: the look
// of a UUID, without the version bits.
func newUUID() string {
	h := hex.EncodeToString(randomBytes(16))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// newDigits returns a code of n digits.
func newDigits(n int) string {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	code, err := rand.Int(rand.Reader, limit)
	if err != nil {
		panic("cognitotest: " + err.Error()) // rand.Reader never fails
	}
	return fmt.Sprintf("%0*d", n, code)
}

// newAlnum returns n lower-case letters and digits, as in client ids.
func newAlnum(n int) string {
	const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
	b := make([]byte, 0, n)
	for len(b) < n {
		for _, c := range randomBytes(n) {
			if int(c) < 256/len(alphabet)*len(alphabet) && len(b) < n {
				b = append(b, alphabet[int(c)%len(alphabet)])
			}
		}
	}
	return string(b)
}
