package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
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
	return func(o *options) { o.Policy = credential.Policy(policy) }
}
