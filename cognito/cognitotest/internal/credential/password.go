// Package credential has the proofs of users: passwords, their verifiers for
// SRP, codes that were sent, and authenticator apps.
package credential

import (
	"cmp"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// A Hash is how the directory keeps a password. The zero value
// matches no password.
type Hash struct {
	Salt, Sum []byte
	rounds    int
	SRP       *SRPSecret // nil where only the hash is known
}

// passwordRounds is low on purpose: the passwords of an emulator are worth
// nothing, and tests check many. Snapshots were once made with more rounds.
const (
	passwordRounds    = 100
	oldPasswordRounds = 1000
)

func HashPassword(password string) Hash {
	salt := random.Bytes(16)
	return Hash{Salt: salt, Sum: stretch(password, salt, passwordRounds), rounds: passwordRounds, SRP: &SRPSecret{Password: password}}
}

// Alone returns the hash without what SRP needs.
func (h Hash) Alone() Hash {
	h.SRP = nil
	return h
}

// Matches takes as long for the zero value as for what HashPassword returns.
func (h Hash) Matches(password string) bool {
	sum := stretch(password, h.Salt, cmp.Or(h.rounds, passwordRounds))
	return h.Sum != nil && subtle.ConstantTimeCompare(sum, h.Sum) == 1
}

// A SavedHash is a Hash in a snapshot.
type SavedHash struct {
	Salt, Sum []byte `json:",omitempty"`
	Rounds    int    `json:",omitempty"` // 0 in old snapshots, which do not say it
}

func (h Hash) Save() SavedHash { return SavedHash{h.Salt, h.Sum, h.rounds} }

func (s SavedHash) Read() (Hash, error) {
	if s.Sum == nil {
		return Hash{}, nil
	}
	h := Hash{Salt: s.Salt, Sum: s.Sum, rounds: cmp.Or(s.Rounds, oldPasswordRounds)}
	if h.rounds < 0 || h.rounds > oldPasswordRounds {
		return Hash{}, fmt.Errorf("a password of %d rounds: there are 1 to %d", s.Rounds, oldPasswordRounds)
	}
	return h, nil
}

func stretch(password string, salt []byte, rounds int) []byte {
	sum, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	if err != nil {
		panic("cognitotest: " + err.Error()) // the parameters are constants
	}
	return sum
}
