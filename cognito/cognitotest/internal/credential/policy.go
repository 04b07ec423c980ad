package credential

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
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

// Check refuses a password for the first rule that it breaks.
func (pp Policy) Check(password string) error {
	has := func(f func(rune) bool) bool { return strings.ContainsFunc(password, f) }
	isSymbol := func(r rune) bool { return strings.ContainsRune(passwordSymbols, r) }
	inner := strings.Trim(password, " ")
	switch {
	case utf8.RuneCountInString(password) < pp.MinimumLength:
		return refusal.PasswordShort
	case utf8.RuneCountInString(password) > maxPasswordLength:
		return refusal.PasswordLong
	case pp.RequireUppercase && !has(unicode.IsUpper):
		return refusal.PasswordUppercase
	case pp.RequireLowercase && !has(unicode.IsLower):
		return refusal.PasswordLowercase
	case pp.RequireNumbers && !has(unicode.IsDigit):
		return refusal.PasswordNumber
	case pp.RequireSymbols && !has(isSymbol) && !strings.Contains(inner, " "):
		return refusal.PasswordSymbol
	}
	return nil
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
