// Package credential has the proofs of users: passwords, their verifiers for
// SRP, codes that were sent, and authenticator apps.
package credential

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// A Hash is how the directory keeps a password. The zero value
// matches no password.
type Hash struct {
	Salt, Sum []byte
	SRP       *SRPSecret // nil where only the hash is known
}

// passwordRounds is low on purpose: the passwords of an emulator are worth
// nothing, and tests check many.
const passwordRounds = 1000

func HashPassword(password string) Hash {
	salt := random.Bytes(16)
	return Hash{Salt: salt, Sum: stretch(password, salt), SRP: &SRPSecret{Password: password}}
}

// Matches takes as long for the zero value as for any other.
func (h Hash) Matches(password string) bool {
	sum := stretch(password, h.Salt)
	return h.Sum != nil && subtle.ConstantTimeCompare(sum, h.Sum) == 1
}

func stretch(password string, salt []byte) []byte {
	sum, err := pbkdf2.Key(sha256.New, password, salt, passwordRounds, sha256.Size)
	if err != nil {
		panic("cognitotest: " + err.Error()) // the parameters are constants
	}
	return sum
}
