package cognito

import (
	"crypto/subtle"

	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/jws"
)

// An IDOption adds a check to [Verifier.VerifyID].
type IDOption func(*idChecks)

// idChecks are the checks the options ask for; nil means no checks.
type idChecks struct {
	nonce  func(got string, there bool) bool
	atHash func(got string) bool
}

// Nonce demands that the ID token has exactly this nonce, which was sent with
// the login (OpenID Connect Core section 3.1.3.7 item 11). An empty nonce
// refuses every token.
func Nonce(nonce string) IDOption {
	return func(c *idChecks) {
		c.nonce = func(got string, _ bool) bool { return nonce != "" && equal(got, nonce) }
	}
}

// RefreshedNonce checks the nonce of an ID token that a refresh of t has
// returned. The new token must have no nonce, or the same nonce as t (OpenID
// Connect Core section 12.2). If t.Nonce is empty, the new token must have
// none.
func (t Tokens) RefreshedNonce() IDOption {
	return func(c *idChecks) {
		c.nonce = func(got string, there bool) bool { return !there || t.Nonce != "" && equal(got, t.Nonce) }
	}
}

// IssuedWith checks that the ID token was issued together with the access
// token t. It compares at_hash, if the ID token has it (OpenID Connect Core
// section 3.1.3.6).
func IssuedWith(t AccessToken) IDOption {
	return func(c *idChecks) {
		c.atHash = func(got string) bool { return got == "" || equal(got, accessTokenHash(t)) }
	}
}

// afterGrant reports whether the token has just come from the token endpoint, in
// exchange for a code or refresh token that cannot be used again.
func (k *idChecks) afterGrant() bool { return k.nonce != nil || k.atHash != nil }

func (k *idChecks) check(c *IDClaims) error {
	switch {
	case k.nonce != nil && !k.nonce(c.Nonce, c.hasNonce):
		return CheckNonce.Failed("the ID token belongs to another login")
	case k.atHash != nil && !k.atHash(c.AccessTokenHash):
		return CheckAccessTokenHash.Failed("the ID token belongs to another access token")
	}
	return nil
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// accessTokenHashLen is the length of an at_hash: 16 bytes in base64url.
const accessTokenHashLen = 22

// accessTokenHash is the left half of the SHA-256 of an access token (OpenID
// Connect Core section 3.1.3.6).
func accessTokenHash(t AccessToken) string {
	sum := jws.Hash(string(t))
	return base64url.Encode(sum[:len(sum)/2])
}
