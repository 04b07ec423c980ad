package cognitotest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A ProviderType is a kind of external identity provider, in Cognito's words.
type ProviderType string

// The kinds of external identity providers.
const (
	Google          ProviderType = "Google"
	Facebook        ProviderType = "Facebook"
	LoginWithAmazon ProviderType = "LoginWithAmazon"
	SignInWithApple ProviderType = "SignInWithApple"
	SAML            ProviderType = "SAML"
	OIDC            ProviderType = "OIDC"
)

// localProvider is identity_provider for the pool's own directory.
const localProvider = "COGNITO"

// A Provider is an external identity provider whose users may sign in. The
// pool plays the provider itself, below /idp/<name>: a page on which the
// tester chooses or types a user, and consents, cancels, or has the sign-in
// fail in one of the ways that Cognito reports.
//
// A user of a provider appears in the directory at the first sign-in, as
// <name>_<id> with [StatusExternalProvider] and in the group
// <pool id>_<name>; each sign-in refreshes the mapped attributes.
type Provider struct {
	// Type is the kind of provider.
	Type ProviderType

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
	Users []ProviderUser
}

// A ProviderUser is a user of a [Provider].
type ProviderUser struct {
	ID            string // what the provider calls the user: sub, user id or NameID
	Email         string
	EmailVerified bool
	Name          string
	Claims        map[string]string // further claims, by the provider's names
}

// claimNames are what a kind of provider calls the things it tells of a user.
type claimNames struct{ id, email, verified, name string }

var providerClaims = map[ProviderType]claimNames{
	Google:          {"sub", "email", "email_verified", "name"},
	Facebook:        {"id", "email", "", "name"},
	LoginWithAmazon: {"user_id", "email", "", "name"},
	SignInWithApple: {"sub", "email", "email_verified", "name"},
	OIDC:            {"sub", "email", "email_verified", "name"},
	SAML: {
		"NameID",
		"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
		"",
		"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
	},
}

// providerLabels are what buttons call the social providers.
var providerLabels = map[ProviderType]string{
	Google: "Google", Facebook: "Facebook", LoginWithAmazon: "Amazon", SignInWithApple: "Apple",
}

func (idp Provider) withDefaults() *Provider {
	idp.Name = cmp.Or(idp.Name, string(idp.Type))
	idp.Identifiers = slices.Clone(idp.Identifiers)
	idp.Users = slices.Clone(idp.Users)
	if idp.AttributeMapping != nil {
		idp.AttributeMapping = maps.Clone(idp.AttributeMapping)
		return &idp
	}
	names := providerClaims[idp.Type]
	idp.AttributeMapping = map[string]string{"email": names.email, "name": names.name}
	if names.verified != "" {
		idp.AttributeMapping["email_verified"] = names.verified
	}
	return &idp
}

var providerName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,30}[A-Za-z0-9]$`)

func (idp *Provider) validate() error {
	if _, ok := providerClaims[idp.Type]; !ok {
		return fmt.Errorf("no type %q: it must be Google, Facebook, LoginWithAmazon, SignInWithApple, SAML or OIDC", idp.Type)
	}
	if !providerName.MatchString(idp.Name) || idp.Name == localProvider {
		return errors.New("a name has 2 to 32 letters, digits, dots and hyphens, and is not COGNITO")
	}
	if providerLabels[idp.Type] != "" && idp.Name != string(idp.Type) {
		return fmt.Errorf("a provider of type %s has that name", idp.Type)
	}
	for _, u := range idp.Users {
		if err := u.validate(); err != nil {
			return err
		}
	}
	return nil
}

func (u ProviderUser) validate() error {
	switch {
	case u.ID == "":
		return errNoProviderID
	case len(u.ID) > 96 || len(u.Name) > 2048 || strings.ContainsFunc(u.ID, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return errBadProviderID
	case u.Email != "" && !isEmail(u.Email):
		return errEmailFormat
	}
	return nil
}

// label is what people call the provider.
func (idp *Provider) label() string {
	return cmp.Or(providerLabels[idp.Type], idp.Name)
}

// user returns the known user of an id.
func (idp *Provider) user(id string) (ProviderUser, bool) {
	for _, u := range idp.Users {
		if u.ID == id {
			return u, true
		}
	}
	return ProviderUser{}, false
}

// claims is what the provider tells about a user.
func (idp *Provider) claims(u ProviderUser) map[string]string {
	names := providerClaims[idp.Type]
	all := map[string]string{names.id: u.ID}
	if u.Email != "" {
		all[names.email] = u.Email
		if names.verified != "" {
			all[names.verified] = strconv.FormatBool(u.EmailVerified)
		}
	}
	if u.Name != "" {
		all[names.name] = u.Name
	}
	maps.Copy(all, u.Claims)
	return all
}

// attributes maps a user's claims to attributes of the pool. An e-mail that
// nothing vouches for counts as not verified.
func (idp *Provider) attributes(u ProviderUser) map[string]string {
	claims := idp.claims(u)
	all := make(map[string]string)
	for attribute, claim := range idp.AttributeMapping {
		if value, ok := claims[claim]; ok && attribute != "username" {
			all[attribute] = value
		}
	}
	if all["email"] != "" && all["email_verified"] == "" {
		all["email_verified"] = "false"
	}
	return all
}

// providersOf returns the external providers that a client offers, and
// whether it offers the pool's own directory.
func (p *Pool) providersOf(client *AppClient) (local bool, external []*Provider) {
	if client.Providers == nil {
		return true, p.pages().idps
	}
	for _, idp := range p.pages().idps {
		if slices.Contains(client.Providers, idp.Name) {
			external = append(external, idp)
		}
	}
	return slices.Contains(client.Providers, localProvider), external
}

// checkProviders reports a provider of a client's that the pool lacks.
func (p *Pool) checkProviders(client *AppClient) error {
	for _, name := range client.Providers {
		known := func(idp *Provider) bool { return idp.Name == name }
		if name != localProvider && !slices.ContainsFunc(p.pages().idps, known) {
			return fmt.Errorf("the pool has no identity provider %q", name)
		}
	}
	return nil
}
