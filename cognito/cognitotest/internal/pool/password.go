package pool

import (
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// TemporaryOver reports whether the user's temporary password has expired.
func (p *Pool) TemporaryOver(a *directory.Account, now time.Time) bool {
	return !a.GivenOut.IsZero() && now.Sub(a.GivenOut) >= p.TemporaryLife()
}

// NewPassword sets the password that a user has chosen. It must not be one of
// those that the policy remembers.
func (p *Pool) NewPassword(a *directory.Account, password string) error {
	remembered := a.Previous
	if a.Password.Sum != nil {
		remembered = append([]credential.Hash{a.Password.Alone()}, a.Previous...)
	}
	remembered = remembered[:min(p.Policy().History, len(remembered))]
	for _, old := range remembered {
		if old.Matches(password) {
			return refusal.PasswordUsed
		}
	}
	a.Password, a.Previous = credential.HashPassword(password), remembered
	return nil
}

// CheckPassword refuses a password for the first rule of the pool's policy
// that it breaks.
func (p *Pool) CheckPassword(password string) error { return p.Policy().Check(password) }

// SRPAccount is a user as SRP names them.
func (p *Pool) SRPAccount(username string) srp.Account {
	_, name, _ := strings.Cut(p.ID, "_")
	return srp.Account{Pool: name, Name: username}
}

// saveSRP computes the verifier unless it was asked for before.
func (p *Pool) saveSRP(username string, s *credential.SRPSecret) credential.SavedVerifier {
	if s == nil {
		return credential.SavedVerifier{}
	}
	v := s.Of(p.SRPAccount(username))
	return credential.SavedVerifier{Salt: v.Salt, Value: v.Value}
}
