package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// WithHooks sets the pool's hooks.
func WithHooks(h trigger.Hooks) Option { return func(o *options) { o.Hooks = h } }

// WithDomain sets the prefix of the pool's domain,
// https://<prefix>.auth.<region>.amazoncognito.com, for the in-memory client.
// Without it the prefix is "emulator".
func WithDomain(prefix string) Option { return func(o *options) { o.Names.Prefix = prefix } }

// WithCustomDomain gives the pool a domain of your own, such as
// "auth.example.com", beside the prefix domain. Discovery and [Pool.Config]
// name only the custom one, as on AWS; the in-memory client answers both.
func WithCustomDomain(host string) Option { return func(o *options) { o.Names.Custom = host } }

// WithUpdatedIssuer gives the pool an issuer of the kind that AWS introduced
// in May 2026, https://issuer-cognito-idp.<region>.amazonaws.com/<pool id>.
// Tokens name it; the discovery document below the original host still names
// the original one, as one user saw on AWS. Both kinds of host serve the
// keys. A pool that a socket serves has one issuer, the socket's.
func WithUpdatedIssuer() Option { return func(o *options) { o.Names.Updated = true } }

// WithVerificationLinks makes the mails of a sign-up carry a link to
// /confirmUser, which confirms the account, instead of a code to type in.
func WithVerificationLinks() Option { return func(o *options) { o.Rules.Links = true } }

// WithRequiredAttributes names attributes that every user must have beside an
// e-mail, such as "given_name". The sign-up page asks for them, and so does the
// page on which a user with a temporary password chooses another. A user of an
// external provider who lacks one is refused. [Pool.AddUser] does not ask.
func WithRequiredAttributes(names ...string) Option {
	return func(o *options) { o.Rules.Required = append(o.Rules.Required, names...) }
}

// WithImmutableAttributes names attributes that keep the value they get when
// the user is made, such as "custom:tenant".
func WithImmutableAttributes(names ...string) Option {
	return func(o *options) { o.Rules.Fixed = append(o.Rules.Fixed, names...) }
}

// WithKeptUntilVerified names "email", "phone_number" or both. When a user
// changes one, its old value stays until the new one is verified
// (AttributesRequireVerificationBeforeUpdate). Without it the new value takes
// its place at once, unverified.
func WithKeptUntilVerified(attributes ...string) Option {
	return func(o *options) { o.Rules.Keeps = append(o.Rules.Keeps, attributes...) }
}

// WithAutoVerified says which attributes a sign-up verifies
// (AutoVerifiedAttributes): "email", "phone_number", or both. With both, the
// code goes to the phone number of users who have one. With none, no code is
// sent, and an administrator has to confirm the users. Without this option the
// code goes to the e-mail, or to the phone number of users without an e-mail.
func WithAutoVerified(attributes ...string) Option {
	return func(o *options) {
		o.Rules.Verifies = append([]string{}, attributes...) // not nil
	}
}

// WithProvider adds an external identity provider, which the pool plays
// itself: see [federation.Provider].
func WithProvider(provider federation.Provider) Option {
	return func(o *options) { o.Rules.Idps = append(o.Rules.Idps, &provider) }
}
