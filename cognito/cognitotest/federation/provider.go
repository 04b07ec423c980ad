// Package federation has the external identity providers that the emulator
// plays: Google, Facebook, Amazon, Apple, SAML and OIDC providers. A pool gets
// one with the option WithProvider of cognitotest.
package federation

// A Type is a kind of external identity provider, in Cognito's words.
type Type string

// The kinds of external identity providers.
const (
	Google          Type = "Google"
	Facebook        Type = "Facebook"
	LoginWithAmazon Type = "LoginWithAmazon"
	SignInWithApple Type = "SignInWithApple"
	SAML            Type = "SAML"
	OIDC            Type = "OIDC"
)

// A Provider is an external identity provider whose users may sign in. The pool
// plays the provider itself, below /idp/<name>. On that page the tester chooses
// or types a user. The tester consents or cancels, or has the sign-in fail in
// one of the ways that Cognito reports.
//
// A user of a provider appears in the directory at the first sign-in, as
// <name>_<id>, with the status EXTERNAL_PROVIDER and in the group <pool
// id>_<name>. Each sign-in refreshes the mapped attributes.
type Provider struct {
	// Type is the kind of provider.
	Type Type

	// Name is what identity_provider calls it. Empty means the Type, which is
	// the only name Cognito knows for the four social providers. It has up to
	// 32 letters, digits, dots and hyphens.
	Name string

	// Identifiers are other names of a SAML or OIDC provider for
	// idp_identifier, such as the domain of its users' e-mail addresses.
	Identifiers []string

	// Issuer is the issuer in the identities claim. Empty means null.
	Issuer string

	// AttributeMapping says which claim of the provider's each attribute is
	// taken from: {"email": "email", "custom:team": "department"}. Nil maps
	// e-mail, name, and where the provider has it email_verified. An attribute
	// whose claim is missing stays as it is.
	AttributeMapping map[string]string

	// Users are the people the provider's page offers. Others can be typed.
	Users []User
}

// A User is a user of a [Provider].
type User struct {
	ID            string // what the provider calls the user: sub, user id or NameID
	Email         string
	EmailVerified bool
	Name          string
	Claims        map[string]string // further claims, by the provider's names
}
