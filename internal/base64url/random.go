package base64url

import "crypto/rand"

// Random returns 32 random bytes, encoded.
func Random() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return Encode(b[:])
}
