package cognitotest

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A passwordHash is how the directory keeps a password. The zero value
// matches no password.
type passwordHash struct{ salt, sum []byte }

// passwordRounds is low on purpose: the passwords of an emulator are worth
// nothing, and tests check many.
const passwordRounds = 1000

func hashPassword(password string) passwordHash {
	salt := randomBytes(16)
	return passwordHash{salt: salt, sum: stretch(password, salt)}
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

const (
	minPasswordLength = 8
	maxPasswordLength = 256
	passwordSymbols   = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"
)

// checkPassword holds a password to Cognito's default policy: 8 characters
// with an upper-case and a lower-case letter, a digit and a symbol. It
// returns Cognito's message for the first rule broken, or "".
func checkPassword(password string) string {
	const prefix = "Password did not conform with policy: "
	has := func(f func(rune) bool) bool { return strings.ContainsFunc(password, f) }
	isSymbol := func(r rune) bool { return strings.ContainsRune(passwordSymbols, r) }
	inner := strings.Trim(password, " ")
	switch {
	case utf8.RuneCountInString(password) < minPasswordLength:
		return prefix + "Password not long enough"
	case utf8.RuneCountInString(password) > maxPasswordLength:
		return prefix + "Password too long"
	case !has(unicode.IsUpper):
		return prefix + "Password must have uppercase characters"
	case !has(unicode.IsLower):
		return prefix + "Password must have lowercase characters"
	case !has(unicode.IsDigit):
		return prefix + "Password must have numeric characters"
	case !has(isSymbol) && !strings.Contains(inner, " "):
		return prefix + "Password must have symbol characters"
	}
	return ""
}
