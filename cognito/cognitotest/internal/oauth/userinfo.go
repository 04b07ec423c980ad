package oauth

import (
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
)

// The two refusals of userInfo, as Cognito words them.
const (
	userInfoBadRequest = "Bad OAuth2 request at UserInfo Endpoint"
	userInfoBadToken   = "Access token is expired, disabled, or deleted, or the user has globally signed out."
)

// UserInfo is GET /oauth2/userInfo.
func (c *Handler) UserInfo() {
	scheme, token, _ := strings.Cut(c.R.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		c.refuseUserInfo(http.StatusBadRequest, "invalid_request", userInfoBadRequest)
		return
	}
	claims, err := c.CheckAccess(token, c.At)
	if err != nil {
		c.refuseUserInfo(http.StatusUnauthorized, "invalid_token", userInfoBadToken)
		return
	}
	a, ok := c.Users.Find(claims.Sub)
	if !ok || a.Disabled {
		c.refuseUserInfo(http.StatusUnauthorized, "invalid_token", userInfoBadToken)
		return
	}
	c.Event.ClientID, c.Event.Username = claims.ClientID, a.Username
	c.W.Header().Set("X-Frame-Options", "DENY")
	info := userInfoOf(&a, c.Clients.Find(claims.ClientID), strings.Fields(claims.Scope))
	c.WriteJSON(http.StatusOK, c.spoilUserInfo(info))
}

// userInfoOf is what the endpoint tells a client about a user: every value a
// string.
func userInfoOf(a *directory.Account, client *clients.Client, scopes []string) map[string]string {
	info := map[string]string{"sub": a.Sub, "username": a.Username}
	if all := a.IdentitiesAttribute(); all != "" && clients.ScopesCover(scopes, "identities") && (client == nil || client.Reads("identities")) {
		info["identities"] = all
	}
	for name, value := range a.Attributes {
		if clients.ScopesCover(scopes, name) && (client == nil || client.Reads(name)) {
			info[name] = value
		}
	}
	return info
}

// refuseUserInfo sends Cognito's WWW-Authenticate, which lacks the word
// Bearer.
func (c *Handler) refuseUserInfo(status int, code, description string) {
	c.W.Header().Set("WWW-Authenticate", `error="`+code+`", error_description="`+description+`"`)
	c.Fail(status, code, description)
}
