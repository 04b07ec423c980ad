// Package bearer reads the Authorization fields of requests (RFC 6750 section
// 2.1).
package bearer

import (
	"errors"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// What is wrong with Authorization fields. Package cognito has both under the
// same names.
var (
	ErrNoCredentials = errors.New("the request carries no credentials")
	ErrMalformed     = errors.New("the request's credentials are malformed or given twice")
)

// Parse returns the bearer token in the Authorization fields of a request: those
// of an HTTP header, or of gRPC metadata. The error is [ErrNoCredentials] where
// there are none, or credentials of another scheme. It is [ErrMalformed] where
// there is more than one, or where no token follows the word Bearer (in any
// case).
func Parse(fields []string) (string, error) {
	switch {
	case len(fields) == 0:
		return "", ErrNoCredentials
	case len(fields) > 1:
		return "", ErrMalformed
	}
	const scheme = "bearer"
	field := strings.Trim(fields[0], " \t") // as net/http does
	if len(field) < len(scheme) || !strings.EqualFold(field[:len(scheme)], scheme) {
		return "", ErrNoCredentials
	}
	rest := field[len(scheme):]
	if rest != "" && IsTokenChar(rest[0]) { // a longer word
		return "", ErrNoCredentials
	}
	token := strings.TrimLeft(rest, " ") // RFC 9110 section 11.4: one or more
	if token == rest || !isToken68(token) {
		return "", ErrMalformed
	}
	return token, nil
}

// IsTokenChar recognizes the characters of a scheme's name (RFC 9110 section
// 5.6.2, tchar).
func IsTokenChar(c byte) bool {
	return strings.IndexByte(hosts.Letters+hosts.Digits+"!#$%&'*+-.^_`|~", c) >= 0
}

// isToken68 recognizes what may follow a scheme (RFC 6750 section 2.1,
// b64token).
func isToken68(s string) bool {
	s = strings.TrimRight(s, "=")
	return s != "" && strings.Trim(s, hosts.Letters+hosts.Digits+"-._~+/") == ""
}
