package cognitotest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"time"
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
	switch c.form.Get("grant_type") {
	case "authorization_code":
		c.redeemCode(client)
	case "refresh_token":
		c.refresh(client)
	case "client_credentials":
		c.fail(http.StatusBadRequest, "unauthorized_client", "")
	case "":
		c.fail(http.StatusBadRequest, "invalid_request", "")
	default:
		c.fail(http.StatusBadRequest, "unsupported_grant_type", "")
	}
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
	c.giveTokens(code.grant, code.nonce, c.grants.addRefresh(code.grant))
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
	g, successor, err := c.grants.useRefresh(c.form.Get("refresh_token"), client, c.at)
	if err != nil {
		c.fail(http.StatusBadRequest, "invalid_grant", "")
		return
	}
	c.giveTokens(g, "", successor)
}

// tokenAnswer has its members in Cognito's order.
type tokenAnswer struct {
	IDToken      string `json:"id_token,omitempty"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	ExpiresIn    int64  `json:"expires_in"`
	TokenType    string `json:"token_type"`
}

func (c *call) giveTokens(g *grant, nonce, refresh string) {
	a, ok := c.users.find(g.sub)
	if !ok {
		c.fail(http.StatusBadRequest, "invalid_grant", "")
		return
	}
	c.event.Username = a.username
	id, access := c.mint(g, &a, nonce)
	c.writeJSON(http.StatusOK, tokenAnswer{
		IDToken:      id,
		AccessToken:  access,
		RefreshToken: refresh,
		ExpiresIn:    int64(g.client.AccessTokenValidity / time.Second),
		TokenType:    "Bearer",
	})
}
