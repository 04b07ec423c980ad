package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// WebAuthn is the pool's WebAuthnConfiguration: how users register passkeys
// and sign in with them. Passkeys are on where [WithFirstAuthFactors] names
// [FirstFactorPasskey].
type WebAuthn struct {
	// RelyingPartyID is the host that passkeys belong to: that of the app's
	// pages, or a domain above it. Empty means the custom domain, else the
	// prefix domain; and "localhost" for a pool on a socket of this machine.
	RelyingPartyID string

	// UserVerification is "preferred" or "required": whether the
	// authenticator must have checked who its user is. Empty means preferred.
	UserVerification string

	// FactorConfiguration is "SINGLE_FACTOR", or
	// "MULTI_FACTOR_WITH_USER_VERIFICATION" where a passkey counts as both
	// factors for users who turn that on. Empty means SINGLE_FACTOR.
	FactorConfiguration string
}

// WithWebAuthn sets the pool's WebAuthnConfiguration.
func WithWebAuthn(w WebAuthn) Option {
	return func(o *options) { o.Rules.WebAuthn = settings.WebAuthn(w) }
}
