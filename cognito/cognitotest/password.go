package cognitotest

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A passwordHash is how the directory keeps a password. The zero value
// matches no password.
type passwordHash struct {
	salt, sum []byte
	srp       *srpSecret // nil where only the hash is known
}

// passwordRounds is low on purpose: the passwords of an emulator are worth
// nothing, and tests check many.
const passwordRounds = 1000

func hashPassword(password string) passwordHash {
	salt := randomBytes(16)
	return passwordHash{salt: salt, sum: stretch(password, salt), srp: &srpSecret{password: password}}
}

// matches takes as long for the zero value as for any other.
func (h passwordHash) matches(password string) bool {
	sum := stretch(password, h.salt)
	return h.sum != nil && subtle.ConstantTimeCompare(sum, h.sum) == 1
}

func stretch(password string, salt []byte) []byte {
	sum, err := pbkdf2.Key(sha256.New, password, salt, passwordRounds, sha256.Size)
	if err != nil {
		panic("cognitotest: " + err.Error()) // the parameters are constants
	}
	return sum
}

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
func DefaultPasswordPolicy() PasswordPolicy {
	return PasswordPolicy{
		MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true,
	}
}

// WithPasswordPolicy replaces the [DefaultPasswordPolicy].
func WithPasswordPolicy(policy PasswordPolicy) Option {
	return func(o *options) { o.policy = policy }
}

const (
	maxPasswordLength = 256
	passwordSymbols   = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"
)

func (pp PasswordPolicy) withDefaults() PasswordPolicy {
	if pp.MinimumLength == 0 {
		pp.MinimumLength = 8
	}
	return pp
}

func (pp PasswordPolicy) validate() error {
	if pp.MinimumLength < 6 || pp.MinimumLength > 99 {
		return fmt.Errorf("a MinimumLength of %d: it must be 6 to 99", pp.MinimumLength)
	}
	if pp.History < 0 || pp.History > 24 {
		return fmt.Errorf("a History of %d: it must be 0 to 24", pp.History)
	}
	return nil
}

// newPassword gives a a password of the user's choice, which must not be one
// of those that the policy remembers.
func (p *Pool) newPassword(a *account, password string) error {
	remembered := a.previous
	if a.password.sum != nil {
		remembered = append([]passwordHash{{salt: a.password.salt, sum: a.password.sum}}, a.previous...)
	}
	remembered = remembered[:min(p.policy().History, len(remembered))]
	for _, old := range remembered {
		if old.matches(password) {
			return errPasswordUsed
		}
	}
	a.password, a.previous = hashPassword(password), remembered
	return nil
}

// checkPassword refuses a password for the first rule of the pool's policy
// that it breaks.
func (p *Pool) checkPassword(password string) error {
	if broken := p.policy().broken(password); broken != "" {
		return message{exInvalidPassword, "Password did not conform with policy: " + broken}
	}
	return nil
}

func (pp PasswordPolicy) broken(password string) string {
	has := func(f func(rune) bool) bool { return strings.ContainsFunc(password, f) }
	isSymbol := func(r rune) bool { return strings.ContainsRune(passwordSymbols, r) }
	inner := strings.Trim(password, " ")
	switch {
	case utf8.RuneCountInString(password) < pp.MinimumLength:
		return "Password not long enough"
	case utf8.RuneCountInString(password) > maxPasswordLength:
		return "Password too long"
	case pp.RequireUppercase && !has(unicode.IsUpper):
		return "Password must have uppercase characters"
	case pp.RequireLowercase && !has(unicode.IsLower):
		return "Password must have lowercase characters"
	case pp.RequireNumbers && !has(unicode.IsDigit):
		return "Password must have numeric characters"
	case pp.RequireSymbols && !has(isSymbol) && !strings.Contains(inner, " "):
		return "Password must have symbol characters"
	}
	return ""
}
