package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// WebAuthn is the pool's WebAuthnConfiguration: how users register passkeys and
// sign in with them. Passkeys are allowed if [WithFirstAuthFactors] names
// [FirstFactorPasskey].
type WebAuthn struct {
	// RelyingPartyID is the host that passkeys belong to: the host of the app's
	// pages, or a domain above it. Empty means the custom domain if there is
	// one, and otherwise the prefix domain. For a pool on a socket of this
	// machine, empty means "localhost".
	RelyingPartyID string

	// UserVerification is "preferred" or "required". It says whether the
	// authenticator must check its user, for example with a PIN. Empty means
	// "preferred".
	UserVerification string

	// FactorConfiguration is "SINGLE_FACTOR" or
	// "MULTI_FACTOR_WITH_USER_VERIFICATION". With the second, a passkey counts
	// as both factors for users who turn that on. Empty means "SINGLE_FACTOR".
	FactorConfiguration string
}

// WithWebAuthn sets the pool's WebAuthnConfiguration.
func WithWebAuthn(w WebAuthn) Option {
	return func(o *options) { o.Rules.WebAuthn = settings.WebAuthn(w) }
}
