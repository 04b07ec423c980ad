package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
)

// A PasswordPolicy is the rule for new passwords. It does not apply to
// passwords that a test sets with [Pool.AddUser] and [Pool.SetPassword].
type PasswordPolicy struct {
	MinimumLength    int // characters, 6 to 99; zero means 8
	RequireUppercase bool
	RequireLowercase bool
	RequireNumbers   bool
	RequireSymbols   bool // one of ^$*.[]{}()?"!@#%&/\,><':;|_~`=+- or a space between other characters

	// History is how many of the last passwords, with the current one, a user
	// cannot use again: 0 to 24.
	History int
}

// DefaultPasswordPolicy returns Cognito's default: 8 characters with an
// upper-case and a lower-case letter, a digit and a symbol.
func DefaultPasswordPolicy() PasswordPolicy { return PasswordPolicy(credential.DefaultPolicy()) }

// WithPasswordPolicy replaces the [DefaultPasswordPolicy].
func WithPasswordPolicy(policy PasswordPolicy) Option {
	return func(o *options) { o.Policy = credential.Policy(policy) }
}
