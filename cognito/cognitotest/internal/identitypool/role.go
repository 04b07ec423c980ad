package identitypool

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// Claims are the claims of an ID token that the identity pool looks at.
type Claims struct {
	grants.AccessClaims
	Aud           string   `json:"aud"`
	OriginJTI     string   `json:"origin_jti"`
	Roles         []string `json:"cognito:roles"`
	PreferredRole string   `json:"cognito:preferred_role"`

	All map[string]json.RawMessage `json:"-"`
}

var (
	errAmbiguousRole = refusal.New("NotAuthorizedException", "Ambiguous role mapping rules; cannot determine which role to use.")
	errCustomRole    = refusal.New("NotAuthorizedException", "Invalid custom role ARN: it is not among the roles of the token.")
	errNoRoles       = refusal.New("InvalidIdentityPoolConfigurationException", "Invalid identity pool configuration. Check assigned IAM roles for this pool.")
)

// RoleOf chooses the role of a user (claims), or of a guest (nil). custom is
// the one that the request asks for, if any.
func (ip *Pool) RoleOf(claims *Claims, custom string) (string, error) {
	role := ip.UnauthenticatedRole
	switch {
	case claims == nil && custom != "":
		return "", errCustomRole
	case claims != nil:
		chosen, err := ip.userRole(claims, custom)
		if err != nil {
			return "", err
		}
		role = chosen
	}
	if role == noRole {
		return "", errNoRoles
	}
	return role, nil
}

func (ip *Pool) userRole(claims *Claims, custom string) (string, error) {
	if custom != "" {
		if !slices.Contains(claims.Roles, custom) {
			return "", errCustomRole
		}
		return custom, nil
	}
	if role := ip.mappedRole(claims); role != "" {
		return role, nil
	}
	if ip.RoleMapping.Type != "" && ip.RoleMapping.AmbiguousRoleResolution == "Deny" {
		return "", errAmbiguousRole
	}
	return ip.AuthenticatedRole, nil
}

// mappedRole is the role that the mapping chooses, or "".
func (ip *Pool) mappedRole(claims *Claims) string {
	switch ip.RoleMapping.Type {
	case "Token":
		return claims.PreferredRole
	case "Rules":
		for _, rule := range ip.RoleMapping.Rules {
			if value, ok := claims.text(rule.Claim); ok && roleMatches[rule.MatchType](value, rule.Value) {
				return rule.RoleARN
			}
		}
	}
	return ""
}

// text is a claim as rules see it: a list is joined with commas.
func (c *Claims) text(name string) (string, bool) {
	raw, ok := c.All[name]
	if !ok {
		return "", false
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text, true
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return strings.Join(list, ","), true
	}
	return string(raw), true
}
