package settings

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A ProviderProfile is what only the API says of an identity provider.
type ProviderProfile struct {
	Created  time.Time
	Modified time.Time `json:",omitzero"`
	Details  map[string]string
}

func (s Rules) Provider(name string) *federation.Provider {
	for _, idp := range s.Idps {
		if idp.Name == name {
			return idp
		}
	}
	return nil
}

// LocalProvider is identity_provider for the pool's own directory.
const LocalProvider = "COGNITO"

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

func ProviderWithDefaults(idp federation.Provider) *federation.Provider {
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

func ValidateProvider(idp *federation.Provider) error {
	if _, ok := providerClaims[idp.Type]; !ok {
		return fmt.Errorf("no type %q: it must be Google, Facebook, LoginWithAmazon, SignInWithApple, SAML or OIDC", idp.Type)
	}
	if !providerName.MatchString(idp.Name) || idp.Name == LocalProvider {
		return errors.New("a name has 2 to 32 letters, digits, dots and hyphens, and is not COGNITO")
	}
	if providerLabels[idp.Type] != "" && idp.Name != string(idp.Type) {
		return fmt.Errorf("a provider of type %s has that name", idp.Type)
	}
	for _, u := range idp.Users {
		if err := ValidateProviderUser(u); err != nil {
			return err
		}
	}
	return nil
}

func ValidateProviderUser(u federation.User) error {
	switch {
	case u.ID == "":
		return refusal.NoProviderID
	case len(u.ID) > 96 || len(u.Name) > 2048 || strings.ContainsFunc(u.ID, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return refusal.BadProviderID
	case u.Email != "" && !directory.IsEmail(u.Email):
		return refusal.EmailFormat
	}
	return nil
}

// ProviderLabel is what people call the provider.
func ProviderLabel(idp *federation.Provider) string {
	return cmp.Or(providerLabels[idp.Type], idp.Name)
}

// ProviderUser returns the known user of an id.
func ProviderUser(idp *federation.Provider, id string) (federation.User, bool) {
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

// ProviderAttributes maps a user's claims to attributes of the pool. If no
// claim says that the e-mail is verified, it counts as not verified.
func ProviderAttributes(idp *federation.Provider, u federation.User) map[string]string {
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
