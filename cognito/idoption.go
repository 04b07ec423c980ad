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

// Nonce demands that the ID token carries exactly this nonce, which is the
// one sent with the login (OpenID Connect Core section 3.1.3.7 item 11). No
// token satisfies the empty one.
func Nonce(nonce string) IDOption {
	return func(c *idChecks) {
		c.nonce = func(got string, _ bool) bool { return nonce != "" && equal(got, nonce) }
	}
}

// RefreshedNonce checks the nonce of an ID token that a refresh has put in the
// place of t. The new token must have no nonce, or t's (OpenID Connect Core
// section 12.2). An empty one demands none.
func (t Tokens) RefreshedNonce() IDOption {
	return func(c *idChecks) {
		c.nonce = func(got string, there bool) bool { return !there || t.Nonce != "" && equal(got, t.Nonce) }
	}
}

// IssuedWith checks at_hash, where the ID token has one, against the access
// token it came with (OpenID Connect Core section 3.1.3.6).
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
