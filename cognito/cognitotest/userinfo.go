package cognitotest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
)

// The two refusals of userInfo, as Cognito words them.
const (
	userInfoBadRequest = "Bad OAuth2 request at UserInfo Endpoint"
	userInfoBadToken   = "Access token is expired, disabled, or deleted, or the user has globally signed out."
)

// userInfo is GET /oauth2/userInfo.
func (c *call) userInfo() {
	scheme, token, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		c.refuseUserInfo(http.StatusBadRequest, "invalid_request", userInfoBadRequest)
		return
	}
	claims, err := c.checkAccess(token, c.at)
	if err != nil {
		c.refuseUserInfo(http.StatusUnauthorized, "invalid_token", userInfoBadToken)
		return
	}
	a, ok := c.users.find(claims.Sub)
	if !ok || a.disabled {
		c.refuseUserInfo(http.StatusUnauthorized, "invalid_token", userInfoBadToken)
		return
	}
	c.event.ClientID, c.event.Username = claims.ClientID, a.username
	c.w.Header().Set("X-Frame-Options", "DENY")
	info := a.userInfo(c.clients.find(claims.ClientID), strings.Fields(claims.Scope))
	c.writeJSON(http.StatusOK, c.spoilUserInfo(info))
}

// userInfo is what the endpoint tells a client about a user: every value a
// string.
func (a *account) userInfo(client *AppClient, scopes []string) map[string]string {
	info := map[string]string{"sub": a.sub, "username": a.username}
	if all := a.identitiesAttribute(); all != "" && scopesCover(scopes, "identities") && (client == nil || client.reads("identities")) {
		info["identities"] = all
	}
	for name, value := range a.attributes {
		if scopesCover(scopes, name) && (client == nil || client.reads(name)) {
			info[name] = value
		}
	}
	return info
}

// refuseUserInfo sends Cognito's WWW-Authenticate, which lacks the word
// Bearer.
func (c *call) refuseUserInfo(status int, code, description string) {
	c.w.Header().Set("WWW-Authenticate", `error="`+code+`", error_description="`+description+`"`)
	c.fail(status, code, description)
}

// accessClaimsRead are the claims of an access token that the pool's own
// endpoints look at.
type accessClaimsRead struct {
	Sub      string `json:"sub"`
	Iss      string `json:"iss"`
	JTI      string `json:"jti"`
	ClientID string `json:"client_id"`
	TokenUse string `json:"token_use"`
	Scope    string `json:"scope"`
	Exp      int64  `json:"exp"`
}

// checkAccess accepts an access token of the pool's that has the openid
// scope, has not expired and was not revoked.
func (p *Pool) checkAccess(token string, now time.Time) (accessClaimsRead, error) {
	claims, err := p.readAccess(token)
	switch {
	case err != nil,
		!slices.Contains(strings.Fields(claims.Scope), "openid"),
		now.Unix() >= claims.Exp,
		p.grants.accessRevoked(claims.JTI):
		return claims, keys.ErrBadToken
	}
	return claims, nil
}

// readAccess accepts an access token of the pool's, which may have expired or
// been revoked.
func (p *Pool) readAccess(token string) (claims accessClaimsRead, err error) {
	payload, err := p.keys.Open(keys.UseAccess, token)
	if err != nil || json.Unmarshal(payload, &claims) != nil ||
		claims.TokenUse != keys.UseAccess || claims.Iss != p.Issuer() {
		return claims, keys.ErrBadToken
	}
	return claims, nil
}
