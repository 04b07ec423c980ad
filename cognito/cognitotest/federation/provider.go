// Package federation describes external identity providers: Google, Facebook,
// Amazon, Apple, SAML and OIDC providers. The emulator acts as these providers.
// Add one to a pool with the option WithProvider of cognitotest.
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
// acts as the provider, on a page below /idp/<name>. On that page the tester
// chooses a user or types one. The tester then consents, cancels, or makes the
// sign-in fail in one of the ways that Cognito reports.
//
// At the first sign-in of a provider's user, the pool creates the user
// <name>_<id> with the status EXTERNAL_PROVIDER, in the group <pool id>_<name>.
// Each sign-in updates the mapped attributes.
type Provider struct {
	// Type is the kind of provider.
	Type Type

	// Name is the value of the parameter identity_provider. Empty means the
	// Type; for the four social providers Cognito allows no other name. A name
	// has up to 32 letters, digits, dots and hyphens.
	Name string

	// Identifiers are other names of a SAML or OIDC provider for
	// idp_identifier, such as the domain of its users' e-mail addresses.
	Identifiers []string

	// Issuer is the issuer in the identities claim. Empty means null.
	Issuer string

	// AttributeMapping says from which claim of the provider each attribute
	// comes: {"email": "email", "custom:team": "department"}. Nil maps the
	// e-mail, the name and, if the provider has it, email_verified. If a claim
	// is missing, its attribute does not change.
	AttributeMapping map[string]string

	// Users are the users that the provider's page offers. The tester can also
	// type others.
	Users []User
}

// A User is a user of a [Provider].
type User struct {
	ID            string // the provider's id of the user: sub, user id or NameID
	Email         string
	EmailVerified bool
	Name          string
	Claims        map[string]string // further claims, by the provider's names
}
