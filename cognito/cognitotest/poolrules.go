package cognitotest

import (
	"fmt"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
)

// poolRules are the options that sign-ins follow, on the pages and through
// the API.
type poolRules struct {
	mfa      MFA
	links    bool     // sign-up mails carry a link
	required []string // attributes that users must have
	keeps    []string // attributes that change when the new value was verified
	fixed    []string // attributes that do not change once they are set
	verifies []string // attributes that a sign-up verifies, the phone number first; nil means email, else phone_number
	idps     []*federation.Provider
	first    []string // first factors of USER_AUTH; nil means the password
	webAuthn WebAuthn
	devices  *DeviceTracking // nil means that devices are not tracked
}

// WithMFA makes the pool ask for a second factor after the password. Users of
// external providers are not asked.
func WithMFA(m MFA) Option { return func(o *options) { o.rules.mfa = m } }

// WithVerificationLinks makes the mails of a sign-up carry a link to
// /confirmUser, which confirms the account, instead of a code to type in.
func WithVerificationLinks() Option { return func(o *options) { o.rules.links = true } }

// WithRequiredAttributes names attributes that every user must have beside an
// e-mail, such as "given_name". The sign-up page asks for them, as does the
// page on which a user with a temporary password chooses another; a user of
// an external provider who lacks one is refused. [Pool.AddUser] does not ask.
func WithRequiredAttributes(names ...string) Option {
	return func(o *options) { o.rules.required = append(o.rules.required, names...) }
}

// WithImmutableAttributes names attributes that keep the value they get when
// the user is made, such as "custom:tenant".
func WithImmutableAttributes(names ...string) Option {
	return func(o *options) { o.rules.fixed = append(o.rules.fixed, names...) }
}

// WithKeptUntilVerified names attributes, of "email" and "phone_number", whose
// old value stays when a user changes it until the new one is verified
// (AttributesRequireVerificationBeforeUpdate). Without it the new value takes
// its place at once, unverified.
func WithKeptUntilVerified(attributes ...string) Option {
	return func(o *options) { o.rules.keeps = append(o.rules.keeps, attributes...) }
}

// WithAutoVerified says which attributes a sign-up verifies
// (AutoVerifiedAttributes): "email", "phone_number", or both, and then the
// code goes to the phone number of users who have one. With none, no code is
// sent, and somebody else has to confirm the users. Without this option the
// code goes to the e-mail, or to the phone number of users without an e-mail.
func WithAutoVerified(attributes ...string) Option {
	return func(o *options) {
		o.rules.verifies = append([]string{}, attributes...) // not nil
	}
}

// WithProvider adds an external identity provider, which the pool plays
// itself: see [federation.Provider].
func WithProvider(provider federation.Provider) Option {
	return func(o *options) { o.rules.idps = append(o.rules.idps, &provider) }
}

// checked returns s with the defaults filled in.
func (s poolRules) checked() (poolRules, error) {
	if err := s.mfa.validate(); err != nil {
		return s, fmt.Errorf("WithMFA: %w", err)
	}
	if err := passkeys.CheckConfiguration(s.webAuthn.UserVerification, s.webAuthn.FactorConfiguration); err != nil {
		return s, fmt.Errorf("WithWebAuthn: %w", err)
	}
	if err := validateFirstFactors(s.first); err != nil {
		return s, fmt.Errorf("WithFirstAuthFactors: %w", err)
	}
	if s.first == nil {
		s.first = []string{FirstFactorPassword}
	}
	s.first = slices.Clone(s.first)
	for _, name := range s.required {
		if !isAttributeName(name) {
			return s, fmt.Errorf("WithRequiredAttributes: %q is no attribute that a user can enter", name)
		}
	}
	for _, name := range s.fixed {
		if !isAttributeName(name) {
			return s, fmt.Errorf("WithImmutableAttributes: %q is no attribute that a user can enter", name)
		}
	}
	for _, name := range s.keeps {
		if !slices.Contains(aliasAttributes, name) {
			return s, fmt.Errorf("WithKeptUntilVerified: %q: it must be email or phone_number", name)
		}
	}
	for _, name := range s.verifies {
		if !slices.Contains(aliasAttributes, name) {
			return s, fmt.Errorf("WithAutoVerified: %q: it must be email or phone_number", name)
		}
	}
	if s.verifies != nil {
		s.verifies = slices.Clone(s.verifies)
		slices.Sort(s.verifies)
		slices.Reverse(s.verifies) // the phone number comes first
	}
	idps := make([]*federation.Provider, 0, len(s.idps))
	for _, given := range s.idps {
		idp := providerWithDefaults(*given)
		if err := validateProvider(idp); err != nil {
			return s, fmt.Errorf("WithProvider: %q: %w", idp.Name, err)
		}
		if slices.ContainsFunc(idps, func(other *federation.Provider) bool { return other.Name == idp.Name }) {
			return s, fmt.Errorf("WithProvider: there are two named %q", idp.Name)
		}
		idps = append(idps, idp)
	}
	s.idps = idps
	return s, nil
}
