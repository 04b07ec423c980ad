package cognitotest

import (
	"crypto/subtle"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// refreshAuth is the flow REFRESH_TOKEN_AUTH. The secret hash is that of the
// real username, which the request does not name.
func (c *call) refreshAuth(client *AppClient, params authParams) (*authOutput, error) {
	token, err := params.need("REFRESH_TOKEN")
	if err != nil {
		return nil, err
	}
	if client.RefreshTokenRotation {
		return nil, refusal.New(refusal.UnsupportedOperationException, "Refresh token rotation is enabled for the client: use GetTokensFromRefreshToken.")
	}
	a, err := c.refreshUser(token)
	if err != nil {
		return nil, err
	}
	if err := c.checkRefreshHash(client, a.username, params["SECRET_HASH"]); err != nil {
		return nil, err
	}
	return c.refreshTokens(client, token, params["DEVICE_KEY"])
}

// checkRefreshHash is checkSecretHash with the words that Cognito has for a
// refresh.
func (c *call) checkRefreshHash(client *AppClient, username, hash string) error {
	err := c.checkSecretHash(client, username, hash)
	if err != nil && hash != "" && len(c.clients.secrets(client.ID)) > 0 {
		return refusal.New(refusal.NotAuthorizedException, "SecretHash does not match for the client: "+client.ID)
	}
	return err
}

// refreshUser is the user of a refresh token, before it is used.
func (c *call) refreshUser(token string) (account, error) {
	g := c.grants.grantOf(token)
	if g == nil {
		return account{}, errRefreshUnknown
	}
	a, known := c.users.find(g.sub)
	if !known {
		return a, errRefreshRevoked
	}
	c.event.Username = a.username
	return a, nil
}

// refreshTokens gives new tokens for a refresh token.
func (c *call) refreshTokens(client *AppClient, token, device string) (*authOutput, error) {
	if err := c.checkTracked(token); err != nil {
		return nil, err
	}
	g, successor, err := c.grants.useRefresh(token, device, client, c.at)
	if err != nil {
		return nil, err
	}
	a, known := c.users.find(g.sub)
	switch {
	case !known:
		return nil, errRefreshRevoked
	case a.disabled:
		return nil, refusal.Disabled
	}
	c.event.Username = a.username
	result, err := c.apiTokens(g, &a, trigger.SourceRefreshTokens)
	if err != nil {
		return nil, err
	}
	result.RefreshToken = successor
	return &authOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, nil
}

// checkTracked refuses the refresh token of a device that is not confirmed,
// and one that came of USER_PASSWORD_AUTH, in a pool that tracks devices.
func (c *call) checkTracked(token string) error {
	g := c.grants.grantOf(token)
	if g == nil || !g.tracked || g.revoked {
		return nil
	}
	a, known := c.users.find(g.sub)
	if g.byPassword || known && a.device(g.device) == nil {
		return errRefreshUnknown
	}
	return nil
}

type refreshInput struct {
	RefreshToken   string            `api:"required,secret,pattern=token"`
	ClientId       string            `api:"required,max=128,pattern=client"`
	ClientSecret   string            `api:"secret,max=64,pattern=client"`
	DeviceKey      string            `api:"max=55"`
	ClientMetadata map[string]string `api:"secret"`
}

type refreshOutput struct{ AuthenticationResult *authResult }

// apiRefresh is GetTokensFromRefreshToken.
func (c *call) apiRefresh(in *refreshInput) (*refreshOutput, error) {
	client := c.clients.find(in.ClientId)
	if client == nil {
		return nil, noClient(in.ClientId)
	}
	if !isSecretOf(c.clients.secrets(client.ID), in.ClientSecret) {
		return nil, refusal.New(refusal.NotAuthorizedException, "Unable to verify the secret of client "+client.ID)
	}
	c.metadata = in.ClientMetadata
	out, err := c.refreshTokens(client, in.RefreshToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return &refreshOutput{out.AuthenticationResult}, nil
}

// isSecretOf reports whether a secret is among those of a client; a public
// client has none, and is not to send one.
func isSecretOf(have []cognito.Secret, sent string) bool {
	found := len(have) == 0 && sent == ""
	for _, secret := range have {
		found = subtle.ConstantTimeCompare([]byte(secret), []byte(sent)) == 1 || found
	}
	return found
}

type revokeTokenInput struct {
	Token        string `api:"required,secret,pattern=token"`
	ClientId     string `api:"required,max=128,pattern=client"`
	ClientSecret string `api:"secret,max=64,pattern=client"`
}

// apiRevokeToken is RevokeToken.
func (c *call) apiRevokeToken(in *revokeTokenInput) (awsjson.Empty, error) {
	client := c.clients.find(in.ClientId)
	switch {
	case client == nil, !isSecretOf(c.clients.secrets(in.ClientId), in.ClientSecret):
		return awsjson.Empty{}, refusal.New("UnauthorizedException", "Invalid client credentials.")
	case client.DisableRevocation:
		return awsjson.Empty{}, refusal.New(refusal.UnsupportedOperationException, "Token revocation is not enabled for the client.")
	case keys.IsJWS(in.Token):
		return awsjson.Empty{}, refusal.New("UnsupportedTokenTypeException", "Unsupported token type.")
	}
	c.grants.revoke(in.Token, client.ID)
	return awsjson.Empty{}, nil
}

type globalSignOutInput struct {
	AccessToken string `api:"required,secret,pattern=token"`
}

// apiGlobalSignOut is GlobalSignOut.
func (c *call) apiGlobalSignOut(in *globalSignOutInput) (awsjson.Empty, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	c.grants.revokeUser(a.sub)
	return awsjson.Empty{}, nil
}
