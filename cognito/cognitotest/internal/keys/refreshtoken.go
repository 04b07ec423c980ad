package keys

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// Digest is what the pool knows a refresh token by, so that what it keeps
// reveals no token.
func Digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// refreshHeader is the JOSE header of Cognito's refresh tokens.
const refreshHeader = `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`

// NewRefreshToken returns a refresh token: five parts and about 1,785
// characters, as Cognito's JWEs have. Behind the header all is random, since
// nobody but the pool reads it, and the pool looks it up.
func NewRefreshToken() string {
	part := func(n int) string { return base64.RawURLEncoding.EncodeToString(random.Bytes(n)) }
	return strings.Join([]string{
		base64.RawURLEncoding.EncodeToString([]byte(refreshHeader)),
		part(256), // key, encrypted with RSA
		part(12),  // initialization vector
		part(993), // text
		part(16),  // tag
	}, ".")
}

// IsJWS reports whether token looks like an ID or access token.
func IsJWS(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	return err == nil && json.Valid(header)
}
