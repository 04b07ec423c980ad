package cognitotest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// token is POST /oauth2/token.
func (c *call) token() {
	if repeated(c.form) {
		c.fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	client, refusal := c.authenticateClient()
	if refusal != nil {
		c.refuseClient(refusal, http.StatusBadRequest)
		return
	}
	name := c.form.Get("grant_type")
	grant, known := grantTypes[name]
	switch {
	case name == "":
		c.fail(http.StatusBadRequest, "invalid_request", "")
	case !known:
		c.fail(http.StatusBadRequest, "unsupported_grant_type", "")
	case !client.allows(grant.flow):
		c.fail(http.StatusBadRequest, "unauthorized_client", "")
	default:
		grant.answer(c, client)
	}
}

// grantTypes are the values of grant_type, with the flow that a client needs
// for each.
var grantTypes = map[string]struct {
	flow   string
	answer func(*call, *AppClient)
}{
	"authorization_code": {FlowCode, (*call).redeemCode},
	"refresh_token":      {FlowCode, (*call).refresh},
	"client_credentials": {FlowClientCredentials, (*call).clientCredentials},
}

// redeemCode gives tokens for an authorization code, which every attempt by
// its own client uses up.
func (c *call) redeemCode(client *AppClient) {
	if c.form.Get("code") == "" {
		c.fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	code, err := c.grants.takeCode(c.form.Get("code"), client, c.at)
	if err != nil || !code.redeemableBy(c) {
		c.fail(http.StatusBadRequest, "invalid_grant", "")
		return
	}
	code.grant.expires = c.at.Add(client.RefreshTokenValidity)
	c.giveUserTokens(&tokenSet{grant: code.grant, nonce: code.nonce, source: trigger.SourceHostedAuth}, func() string {
		return c.grants.addRefresh(code.grant)
	})
}

// redeemableBy checks redirect_uri and code_verifier (RFC 7636 section 4.6).
func (code *authCode) redeemableBy(c *call) bool {
	redirectURI := c.form.Get("redirect_uri")
	if redirectURI != code.redirectURI && (redirectURI != "" || code.redirectGiven) {
		return false
	}
	verifier := c.form.Get("code_verifier")
	if code.challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(challenge), []byte(code.challenge)) == 1
}

// refresh gives new tokens for a refresh token.
func (c *call) refresh(client *AppClient) {
	if c.form.Get("refresh_token") == "" {
		c.fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	g, successor, err := c.grants.useRefresh(c.form.Get("refresh_token"), "", client, c.at)
	if err != nil {
		c.fail(http.StatusBadRequest, "invalid_grant", "")
		return
	}
	c.giveUserTokens(&tokenSet{grant: g, source: trigger.SourceRefreshTokens}, func() string { return successor })
}

// tokenAnswer has its members in Cognito's order.
type tokenAnswer struct {
	IDToken      string `json:"id_token,omitempty"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	ExpiresIn    int64  `json:"expires_in"`
	TokenType    string `json:"token_type"`
}

// giveUserTokens answers with the tokens of a user, who must be one still. A
// new refresh token is asked for when all else is well.
func (c *call) giveUserTokens(set *tokenSet, refresh func() string) {
	a, ok := c.users.find(set.grant.sub)
	if !ok || a.disabled || !set.grant.client.readsAllOf(set.grant.scopes) {
		c.fail(http.StatusBadRequest, "invalid_grant", "")
		return
	}
	set.user = &a
	c.event.Username = a.username
	c.giveTokens(set, refresh())
}

// giveTokens signs and sends a set.
func (c *call) giveTokens(set *tokenSet, refresh string) {
	if err := c.fill(c.r.Context(), set); err != nil {
		c.fail(http.StatusBadRequest, "invalid_request", err.Error())
		return
	}
	id, access := c.spoil(set)
	c.writeJSON(http.StatusOK, tokenAnswer{
		IDToken:      id,
		AccessToken:  access,
		RefreshToken: refresh,
		ExpiresIn:    int64(set.grant.client.AccessTokenValidity / time.Second),
		TokenType:    "Bearer",
	})
}
