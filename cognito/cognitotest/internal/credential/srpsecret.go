package credential

import (
	"sync"

	"github.com/seed75762126/cognito-go/internal/srp"
)

// An SRPSecret is what the pool's end of SRP knows of a password. A verifier
// costs a power modulo a number of 3,072 bits, some milliseconds, and most
// accounts of tests never sign in with SRP. So the password is kept, only in
// memory, until the first such sign-in or snapshot asks for the verifier. The
// verifier then replaces it. A snapshot holds the verifier: to guess a password
// by it is more work than by the hash beside it.
type SRPSecret struct {
	mu       sync.Mutex // guards everything below
	Password string
	Verifier srp.Verifier // the zero value until it is asked for
}

// Of returns the verifier for the account that the secret belongs to.
func (s *SRPSecret) Of(who srp.Account) srp.Verifier {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Verifier.Value == nil {
		s.Verifier, s.Password = srp.NewVerifier(who, s.Password), ""
	}
	return s.Verifier
}

// A SavedVerifier is a verifier in a snapshot.
type SavedVerifier struct{ Salt, Value []byte }

// Read returns nil if the snapshot has no verifier. The user can then sign in
// with SRP only after a sign-in that sends the password.
func (s SavedVerifier) Read() *SRPSecret {
	if len(s.Salt) == 0 || len(s.Value) == 0 {
		return nil
	}
	return &SRPSecret{Verifier: srp.Verifier{Salt: s.Salt, Value: s.Value}}
}
