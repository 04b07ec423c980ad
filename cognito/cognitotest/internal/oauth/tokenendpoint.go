package oauth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// Token is POST /oauth2/token.
func (c *Handler) Token() {
	if request.Repeated(c.Form) {
		c.Fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	client, refusal := c.authenticateClient()
	if refusal != nil {
		c.refuseClient(refusal, http.StatusBadRequest)
		return
	}
	name := c.Form.Get("grant_type")
	grant, known := grantTypes[name]
	switch {
	case name == "":
		c.Fail(http.StatusBadRequest, "invalid_request", "")
	case !known:
		c.Fail(http.StatusBadRequest, "unsupported_grant_type", "")
	case !client.Allows(grant.flow):
		c.Fail(http.StatusBadRequest, "unauthorized_client", "")
	default:
		grant.answer(c, client)
	}
}

// grantTypes are the values of grant_type, with the flow that a client needs
// for each.
var grantTypes = map[string]struct {
	flow   string
	answer func(*Handler, *clients.Client)
}{
	"authorization_code": {clients.FlowCode, (*Handler).redeemCode},
	"refresh_token":      {clients.FlowCode, (*Handler).refresh},
	"client_credentials": {clients.FlowClientCredentials, (*Handler).clientCredentials},
}

// redeemCode gives tokens for an authorization code, which every attempt by
// its own client uses up.
func (c *Handler) redeemCode(client *clients.Client) {
	if c.Form.Get("code") == "" {
		c.Fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	code, err := c.Grants.TakeCode(c.Form.Get("code"), client, c.At)
	if err != nil || !c.redeems(code) {
		c.Fail(http.StatusBadRequest, "invalid_grant", "")
		return
	}
	if resource := code.Grant.Resource; !c.bindsTo(resource) {
		c.Fail(http.StatusBadRequest, "invalid_grant", "")
		c.Event.Error = "invalid_grant the pool has no resource server " + resource
		return
	}
	code.Grant.Expires = c.At.Add(client.RefreshTokenValidity)
	c.giveUserTokens(&pool.TokenSet{Grant: code.Grant, Nonce: code.Nonce, Source: trigger.SourceHostedAuth}, func() string {
		return c.Grants.AddRefresh(code.Grant)
	})
}

// bindsTo reports whether a token may be bound to a resource: "", or the
// identifier of one of the pool's resource servers. A pool of [NewPool] without
// resource servers binds tokens to every resource.
func (c *Handler) bindsTo(resource string) bool {
	_, known := c.Servers.Find(resource)
	return resource == "" || known || c.Profile().Created.IsZero() && len(c.Servers.All()) == 0
}

// redeems checks redirect_uri and code_verifier (RFC 7636 section 4.6).
func (c *Handler) redeems(code *grants.Code) bool {
	redirectURI := c.Form.Get("redirect_uri")
	if redirectURI != code.RedirectURI && (redirectURI != "" || code.RedirectGiven) {
		return false
	}
	verifier := c.Form.Get("code_verifier")
	if code.Challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(challenge), []byte(code.Challenge)) == 1
}

// refresh gives new tokens for a refresh token.
func (c *Handler) refresh(client *clients.Client) {
	if c.Form.Get("refresh_token") == "" {
		c.Fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	g, successor, err := c.Grants.UseRefresh(c.Form.Get("refresh_token"), "", client, c.At)
	if err != nil {
		c.Fail(http.StatusBadRequest, "invalid_grant", "")
		return
	}
	c.giveUserTokens(&pool.TokenSet{Grant: g, Source: trigger.SourceRefreshTokens}, func() string { return successor })
}

// tokenAnswer has its members in Cognito's order.
type tokenAnswer struct {
	IDToken      string `json:"id_token,omitempty"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	ExpiresIn    int64  `json:"expires_in"`
	TokenType    string `json:"token_type"`
}

// giveUserTokens answers with the tokens of a user, who must still exist. A new
// refresh token is asked for when all else is well.
func (c *Handler) giveUserTokens(set *pool.TokenSet, refresh func() string) {
	a, ok := c.Users.Find(set.Grant.Sub)
	if !ok || a.Disabled || !set.Grant.Client.ReadsAllOf(set.Grant.Scopes) {
		c.Fail(http.StatusBadRequest, "invalid_grant", "")
		return
	}
	set.User = &a
	c.Event.Username = a.Username
	c.giveTokens(set, refresh())
}

// giveTokens signs and sends a set.
func (c *Handler) giveTokens(set *pool.TokenSet, refresh string) {
	if err := c.Fill(c.R.Context(), set); err != nil {
		c.Fail(http.StatusBadRequest, "invalid_request", err.Error())
		return
	}
	id, access := c.Spoil(set)
	c.WriteJSON(http.StatusOK, tokenAnswer{
		IDToken:      id,
		AccessToken:  access,
		RefreshToken: refresh,
		ExpiresIn:    int64(set.Grant.Client.AccessTokenValidity / time.Second),
		TokenType:    "Bearer",
	})
}
