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

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// localProvider is identity_provider for the pool's own directory.
const localProvider = "COGNITO"

// claimNames are what a kind of provider calls the things it tells of a user.
type claimNames struct{ id, email, verified, name string }

var providerClaims = map[federation.Type]claimNames{
	federation.Google:          {"sub", "email", "email_verified", "name"},
	federation.Facebook:        {"id", "email", "", "name"},
	federation.LoginWithAmazon: {"user_id", "email", "", "name"},
	federation.SignInWithApple: {"sub", "email", "email_verified", "name"},
	federation.OIDC:            {"sub", "email", "email_verified", "name"},
	federation.SAML: {
		"NameID",
		"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
		"",
		"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
	},
}

// providerLabels are what buttons call the social providers.
var providerLabels = map[federation.Type]string{
	federation.Google: "Google", federation.Facebook: "Facebook", federation.LoginWithAmazon: "Amazon", federation.SignInWithApple: "Apple",
}

func providerWithDefaults(idp federation.Provider) *federation.Provider {
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

func validateProvider(idp *federation.Provider) error {
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
		if err := validateProviderUser(u); err != nil {
			return err
		}
	}
	return nil
}

func validateProviderUser(u federation.User) error {
	switch {
	case u.ID == "":
		return refusal.NoProviderID
	case len(u.ID) > 96 || len(u.Name) > 2048 || strings.ContainsFunc(u.ID, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return refusal.BadProviderID
	case u.Email != "" && !isEmail(u.Email):
		return refusal.EmailFormat
	}
	return nil
}

// providerLabel is what people call the provider.
func providerLabel(idp *federation.Provider) string {
	return cmp.Or(providerLabels[idp.Type], idp.Name)
}

// providerUser returns the known user of an id.
func providerUser(idp *federation.Provider, id string) (federation.User, bool) {
	for _, u := range idp.Users {
		if u.ID == id {
			return u, true
		}
	}
	return federation.User{}, false
}

// providerClaimsOf is what the provider tells about a user.
func providerClaimsOf(idp *federation.Provider, u federation.User) map[string]string {
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

// providerAttributes maps a user's claims to attributes of the pool. An e-mail that
// nothing vouches for counts as not verified.
func providerAttributes(idp *federation.Provider, u federation.User) map[string]string {
	claims := providerClaimsOf(idp, u)
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
func (p *Pool) providersOf(client *AppClient) (local bool, external []*federation.Provider) {
	if client.Providers == nil {
		return true, p.rules().idps
	}
	for _, idp := range p.rules().idps {
		if slices.Contains(client.Providers, idp.Name) {
			external = append(external, idp)
		}
	}
	return slices.Contains(client.Providers, localProvider), external
}

// checkProviders reports a provider of a client's that the pool lacks.
func (p *Pool) checkProviders(client *AppClient) error {
	for _, name := range client.Providers {
		known := func(idp *federation.Provider) bool { return idp.Name == name }
		if name != localProvider && !slices.ContainsFunc(p.rules().idps, known) {
			return fmt.Errorf("the pool has no identity provider %q", name)
		}
	}
	return nil
}
