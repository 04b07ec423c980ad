package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A PasswordPolicy says what new passwords must look like. The passwords that
// a test gives with [Pool.AddUser] and [Pool.SetPassword] are not held to it.
type PasswordPolicy struct {
	MinimumLength    int // in characters, 6 to 99; zero means 8
	RequireUppercase bool
	RequireLowercase bool
	RequireNumbers   bool
	RequireSymbols   bool // one of ^$*.[]{}()?"!@#%&/\,><':;|_~`=+- or a space within

	// History is how many of the newest passwords, the present one among
	// them, a user cannot take again: 0 to 24.
	History int
}

// DefaultPasswordPolicy is Cognito's own: 8 characters with an upper-case and
// a lower-case letter, a digit and a symbol.
func DefaultPasswordPolicy() PasswordPolicy { return PasswordPolicy(credential.DefaultPolicy()) }

// WithPasswordPolicy replaces the [DefaultPasswordPolicy].
func WithPasswordPolicy(policy PasswordPolicy) Option {
	return func(o *options) { o.policy = credential.Policy(policy) }
}

// newPassword gives a a password of the user's choice, which must not be one
// of those that the policy remembers.
func (p *Pool) newPassword(a *account, password string) error {
	remembered := a.previous
	if a.password.Sum != nil {
		remembered = append([]credential.Hash{{Salt: a.password.Salt, Sum: a.password.Sum}}, a.previous...)
	}
	remembered = remembered[:min(p.policy().History, len(remembered))]
	for _, old := range remembered {
		if old.Matches(password) {
			return refusal.PasswordUsed
		}
	}
	a.password, a.previous = credential.HashPassword(password), remembered
	return nil
}

// checkPassword refuses a password for the first rule of the pool's policy
// that it breaks.
func (p *Pool) checkPassword(password string) error {
	if broken := p.policy().Broken(password); broken != "" {
		return refusal.New(refusal.InvalidPasswordException, "Password did not conform with policy: "+broken)
	}
	return nil
}
