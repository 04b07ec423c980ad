package signin

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// refreshAuth is the flow REFRESH_TOKEN_AUTH. The secret hash is that of the
// real username, which the request does not name.
func (c *Handler) refreshAuth(client *clients.Client, params authParams) (*authOutput, error) {
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
	if err := c.checkRefreshHash(client, a.Username, params["SECRET_HASH"]); err != nil {
		return nil, err
	}
	return c.refreshTokens(client, token, params["DEVICE_KEY"])
}

// checkRefreshHash is CheckSecretHash with the words that Cognito has for a
// refresh.
func (c *Handler) checkRefreshHash(client *clients.Client, username, hash string) error {
	err := c.CheckSecretHash(client, username, hash)
	if err != nil && hash != "" && len(c.Clients.Secrets(client.ID)) > 0 {
		return refusal.New(refusal.NotAuthorizedException, "SecretHash does not match for the client: "+client.ID)
	}
	return err
}

// refreshUser is the user of a refresh token, before it is used.
func (c *Handler) refreshUser(token string) (directory.Account, error) {
	g := c.Grants.GrantOf(token)
	if g == nil {
		return directory.Account{}, grants.ErrRefreshUnknown
	}
	a, known := c.Users.Find(g.Sub)
	if !known {
		return a, grants.ErrRefreshRevoked
	}
	c.Event.Username = a.Username
	return a, nil
}

// refreshTokens gives new tokens for a refresh token.
func (c *Handler) refreshTokens(client *clients.Client, token, device string) (*authOutput, error) {
	if err := c.checkTracked(token); err != nil {
		return nil, err
	}
	g, successor, err := c.Grants.UseRefresh(token, device, client, c.At)
	if err != nil {
		return nil, err
	}
	a, known := c.Users.Find(g.Sub)
	switch {
	case !known:
		return nil, grants.ErrRefreshRevoked
	case a.Disabled:
		return nil, refusal.Disabled
	}
	c.Event.Username = a.Username
	result, err := c.signTokens(g, &a, trigger.SourceRefreshTokens)
	if err != nil {
		return nil, err
	}
	result.RefreshToken = successor
	return &authOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, nil
}

// checkTracked refuses the refresh token of a device that is not confirmed,
// and one that came of USER_PASSWORD_AUTH, in a pool that tracks devices.
func (c *Handler) checkTracked(token string) error {
	g := c.Grants.GrantOf(token)
	if g == nil || !g.Tracked || g.Revoked {
		return nil
	}
	a, known := c.Users.Find(g.Sub)
	if g.ByPassword || known && a.Device(g.Device) == nil {
		return grants.ErrRefreshUnknown
	}
	return nil
}

type refreshInput struct {
	RefreshToken   string
	ClientId       string
	ClientSecret   string
	DeviceKey      string
	ClientMetadata map[string]string
}

type refreshOutput struct{ AuthenticationResult *authResult }

// getTokensFromRefreshToken is the operation GetTokensFromRefreshToken.
func (c *Handler) getTokensFromRefreshToken(in *refreshInput) (*refreshOutput, error) {
	client := c.Clients.Find(in.ClientId)
	if client == nil {
		return nil, clients.NotFound(in.ClientId)
	}
	if !clients.IsSecretOf(c.Clients.Secrets(client.ID), in.ClientSecret) {
		return nil, refusal.New(refusal.NotAuthorizedException, "Unable to verify the secret of client "+client.ID)
	}
	c.Metadata = in.ClientMetadata
	out, err := c.refreshTokens(client, in.RefreshToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return &refreshOutput{out.AuthenticationResult}, nil
}

type revokeTokenInput struct {
	Token string
	idpapi.ClientRef
	ClientSecret string
}

// revokeToken is the operation RevokeToken.
func (c *Handler) revokeToken(in *revokeTokenInput) (awsjson.Empty, error) {
	client := c.Clients.Find(in.ClientId)
	switch {
	case client == nil, !clients.IsSecretOf(c.Clients.Secrets(in.ClientId), in.ClientSecret):
		return awsjson.Empty{}, refusal.New("UnauthorizedException", "Invalid client credentials.")
	case client.DisableRevocation:
		return awsjson.Empty{}, refusal.New(refusal.UnsupportedOperationException, "Token revocation is not enabled for the client.")
	case keys.IsJWS(in.Token):
		return awsjson.Empty{}, refusal.New("UnsupportedTokenTypeException", "Unsupported token type.")
	}
	c.Grants.Revoke(in.Token, client.ID)
	return awsjson.Empty{}, nil
}

type globalSignOutInput struct {
	idpapi.TokenRef
}

// globalSignOut is the operation GlobalSignOut.
func (c *Handler) globalSignOut(in *globalSignOutInput) (awsjson.Empty, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	c.Grants.RevokeUser(a.Sub)
	return awsjson.Empty{}, nil
}
