package clients

import (
	"slices"
	"strings"
)

// CustomScopes are those that an access token without a user may have.
func (c *Client) CustomScopes() []string {
	return slices.DeleteFunc(slices.Clone(c.Scopes), func(scope string) bool { return !IsCustomScope(scope) })
}

// MachineScopes returns what is granted to a client that asks for scopes: all
// of its custom ones if it asks for none. It reports whether it may have what
// it asks for.
func (c *Client) MachineScopes(asked []string) (granted []string, ok bool) {
	all := c.CustomScopes()
	if len(asked) == 0 {
		return all, true
	}
	for _, scope := range asked {
		if !slices.Contains(all, scope) {
			return nil, false
		}
	}
	return asked, true
}

// AdminScope lets a user's access token call the user-pool API.
const AdminScope = "aws.cognito.signin.user.admin"

func IsCustomScope(scope string) bool {
	server, name, ok := strings.Cut(scope, "/")
	return ok && server != "" && name != "" && !strings.ContainsAny(scope, " \t\r\n\"\\")
}

// profileAttributes are the attributes of the profile scope, beside custom
// attributes.
var profileAttributes = []string{
	"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username",
	"profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
}

// ScopesCover reports whether scopes let an app see an attribute. As the only
// scope, openid covers all of them; beside profile, email or phone it adds
// none.
func ScopesCover(scopes []string, attribute string) bool {
	has := func(scope string) bool { return slices.Contains(scopes, scope) }
	if !has("profile") && !has("email") && !has("phone") {
		return has("openid")
	}
	switch attribute {
	case "email", "email_verified":
		return has("email")
	case "phone_number", "phone_number_verified":
		return has("phone")
	}
	return has("profile") && (strings.HasPrefix(attribute, "custom:") || slices.Contains(profileAttributes, attribute))
}

// Grantable reports whether the client may ask for scopes: each is enabled,
// and profile, email and phone come with openid.
func (c *Client) Grantable(scopes []string) bool {
	for _, scope := range scopes {
		if !slices.Contains(c.Scopes, scope) {
			return false
		}
		needsOpenID := scope == "profile" || scope == "email" || scope == "phone"
		if needsOpenID && !slices.Contains(scopes, "openid") {
			return false
		}
	}
	return true
}
