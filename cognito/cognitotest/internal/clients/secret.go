package clients

import (
	"crypto/subtle"
	"net/url"

	"github.com/seed75762126/cognito-go/cognito"
)

// IsSecretOf reports whether a secret is among those of a client. A public
// client has none, and must not send one.
func IsSecretOf(have []cognito.Secret, sent string) bool {
	found := len(have) == 0 && sent == ""
	for _, secret := range have {
		found = subtle.ConstantTimeCompare([]byte(secret), []byte(sent)) == 1 || found
	}
	return found
}

// HasSecret reports whether a secret is among those of a client, as it is or
// form-encoded. RFC 6749 section 2.3.1 has secrets form-encoded in the header,
// but not every client does that.
func HasSecret(have []cognito.Secret, secret string) bool {
	decoded, err := url.QueryUnescape(secret)
	return IsSecretOf(have, secret) || err == nil && IsSecretOf(have, decoded)
}
