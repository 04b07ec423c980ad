// Package base64url encodes and decodes base64url (RFC 4648 section 5) for the
// whole module. It takes no padding, no white space or line break, and only one
// spelling of the last character (RFC 7515 section 2). encoding/base64 alone
// would skip line breaks.
package base64url

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

var encoding = base64.RawURLEncoding.Strict()

// Err means that a text is not base64url.
var Err = errors.New("not base64url without padding")

// Encode writes b without padding.
func Encode(b []byte) string { return encoding.EncodeToString(b) }

// Decode is the reverse of Encode, and accepts nothing else.
func Decode(s string) ([]byte, error) { return Append(nil, s) }

// DecodedLen is how many bytes a text of n characters encodes.
func DecodedLen(n int) int { return encoding.DecodedLen(n) }

// Append appends what s encodes.
func Append(to []byte, s string) ([]byte, error) {
	if strings.IndexByte(s, '\n') >= 0 || strings.IndexByte(s, '\r') >= 0 {
		return nil, Err
	}
	n := len(to)
	to = slices.Grow(to, DecodedLen(len(s)))[:n+DecodedLen(len(s))]
	if _, err := encoding.Decode(to[n:], []byte(s)); err != nil {
		return nil, Err
	}
	return to, nil
}
