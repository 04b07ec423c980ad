package cognitotest

import (
	"slices"
	"strings"
)

// adminScope lets a user's access token call the user-pool API.
const adminScope = "aws.cognito.signin.user.admin"

func isCustomScope(scope string) bool {
	server, name, ok := strings.Cut(scope, "/")
	return ok && server != "" && name != "" && !strings.ContainsAny(scope, " \t\r\n\"\\")
}

// profileAttributes are what the profile scope stands for, beside custom
// attributes.
var profileAttributes = []string{
	"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username",
	"profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
}

// scopesCover reports whether scopes let an app see an attribute. Alone,
// openid covers all of them; beside profile, email or phone it adds none.
func scopesCover(scopes []string, attribute string) bool {
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

// grantable reports whether the client may ask for scopes: each is enabled,
// and profile, email and phone come with openid.
func (c *AppClient) grantable(scopes []string) bool {
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
