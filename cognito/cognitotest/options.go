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

// WithCustomDomain adds a custom domain, such as "auth.example.com", to the
// prefix domain. The discovery document and [Pool.Config] then name only the
// custom domain, as on AWS. The in-memory client answers for both.
func WithCustomDomain(host string) Option { return func(o *options) { o.Names.Custom = host } }

// WithUpdatedIssuer gives the pool an issuer in the form that AWS introduced in
// May 2026, https://issuer-cognito-idp.<region>.amazonaws.com/<pool id>. Tokens
// name this issuer. The discovery document at the original host still names the
// original issuer, as one user saw on AWS. Both hosts serve the keys. If a
// socket serves the pool, the only issuer is the socket's address with the pool
// id.
func WithUpdatedIssuer() Option { return func(o *options) { o.Names.Updated = true } }

// WithVerificationLinks puts a link into the mail of a sign-up instead of a
// code. The link leads to /confirmUser, which confirms the account.
func WithVerificationLinks() Option { return func(o *options) { o.Rules.Links = true } }

// WithRequiredAttributes names attributes that every user must have in addition
// to an e-mail, such as "given_name". The sign-up page asks for them. The page
// on which a user replaces a temporary password asks for them too. A user of an
// external provider who lacks one is refused. [Pool.AddUser] does not require
// them.
func WithRequiredAttributes(names ...string) Option {
	return func(o *options) { o.Rules.Required = append(o.Rules.Required, names...) }
}

// WithImmutableAttributes names attributes that users cannot change, such as
// "custom:tenant". An administrator can set one only while it is empty.
func WithImmutableAttributes(names ...string) Option {
	return func(o *options) { o.Rules.Fixed = append(o.Rules.Fixed, names...) }
}

// WithKeptUntilVerified names "email", "phone_number" or both. When a user
// changes one, its old value stays until the new one is verified
// (AttributesRequireVerificationBeforeUpdate). Without this option the new
// value is set at once, unverified.
func WithKeptUntilVerified(attributes ...string) Option {
	return func(o *options) { o.Rules.Keeps = append(o.Rules.Keeps, attributes...) }
}

// WithAutoVerified says which attributes a sign-up verifies
// (AutoVerifiedAttributes): "email", "phone_number", or both. With both, the
// code goes to the phone number if the user has one. Without arguments, no code
// is sent, and an administrator has to confirm the users. Without this option
// the code goes to the e-mail, or to the phone number of users without an
// e-mail.
func WithAutoVerified(attributes ...string) Option {
	return func(o *options) {
		o.Rules.Verifies = append([]string{}, attributes...) // not nil
	}
}

// WithProvider adds an external identity provider. The pool acts as this
// provider: see [federation.Provider].
func WithProvider(provider federation.Provider) Option {
	return func(o *options) { o.Rules.Idps = append(o.Rules.Idps, &provider) }
}
