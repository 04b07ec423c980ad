package cognitotest

import (
	"strings"
	"sync"

	"github.com/seed75762126/cognito-go/internal/srp"
)

// An srpSecret is what the pool's end of SRP knows of a password. A verifier
// costs a power modulo a number of 3,072 bits, some milliseconds, and most
// accounts of tests never sign in with SRP. So the password is kept, in memory
// alone, until the first such sign-in or snapshot asks for the verifier, which
// then takes its place. A snapshot holds the verifier: to guess a password by
// it is more work than by the hash beside it.
type srpSecret struct {
	mu       sync.Mutex // guards everything below
	password string
	verifier srp.Verifier // the zero value until it is asked for
}

// of returns the verifier for the account that the secret belongs to.
func (s *srpSecret) of(who srp.Account) srp.Verifier {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.verifier.Value == nil {
		s.verifier, s.password = srp.NewVerifier(who, s.password), ""
	}
	return s.verifier
}

// srpAccount is a user as SRP names them.
func (p *Pool) srpAccount(username string) srp.Account {
	_, name, _ := strings.Cut(p.id, "_")
	return srp.Account{Pool: name, Name: username}
}

// A savedVerifier is a verifier in a snapshot.
type savedVerifier struct{ Salt, Value []byte }

// saveSRP computes the verifier if nobody has asked for it yet.
func (p *Pool) saveSRP(username string, s *srpSecret) savedVerifier {
	if s == nil {
		return savedVerifier{}
	}
	v := s.of(p.srpAccount(username))
	return savedVerifier{v.Salt, v.Value}
}

// read returns nil where the snapshot has no verifier: the user then signs in
// with SRP after a sign-in that sends the password.
func (s savedVerifier) read() *srpSecret {
	if len(s.Salt) == 0 || len(s.Value) == 0 {
		return nil
	}
	return &srpSecret{verifier: srp.Verifier{Salt: s.Salt, Value: s.Value}}
}
