package credential

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// A Policy says what new passwords must look like: the fields of
// [PasswordPolicy].
type Policy struct {
	MinimumLength    int
	RequireUppercase bool
	RequireLowercase bool
	RequireNumbers   bool
	RequireSymbols   bool
	History          int
}

// DefaultPolicy is Cognito's own.
func DefaultPolicy() Policy {
	return Policy{
		MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true,
	}
}

const (
	maxPasswordLength = 256
	passwordSymbols   = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"
)

func (pp Policy) WithDefaults() Policy {
	if pp.MinimumLength == 0 {
		pp.MinimumLength = 8
	}
	return pp
}

func (pp Policy) Validate() error {
	if pp.MinimumLength < 6 || pp.MinimumLength > 99 {
		return fmt.Errorf("a MinimumLength of %d: it must be 6 to 99", pp.MinimumLength)
	}
	if pp.History < 0 || pp.History > 24 {
		return fmt.Errorf("a History of %d: it must be 0 to 24", pp.History)
	}
	return nil
}

func (pp Policy) Broken(password string) string {
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

// Generate returns a password that conforms to the policy.
func (pp Policy) Generate() string {
	const upper, lower, digits, symbols = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!#%+-_="
	b := []byte{random.Pick(upper), random.Pick(lower), random.Pick(digits), random.Pick(symbols)}
	for len(b) < max(pp.MinimumLength, 12) {
		b = append(b, random.Pick(upper+lower+digits))
	}
	return string(b)
}
