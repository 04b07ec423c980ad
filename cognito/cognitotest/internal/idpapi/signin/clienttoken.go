package signin

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

type clientTokenInput struct {
	ClientId       string
	Secret         string
	Scopes         []string
	ClientMetadata map[string]string
}

type clientTokenOutput struct{ ClientAuthenticationResult clientAuthResult }

type clientAuthResult struct {
	AccessToken string
	ExpiresIn   int64
	TokenType   string
}

// getClientToken is the operation GetClientToken: client credentials without a domain.
func (c *Handler) getClientToken(in *clientTokenInput) (*clientTokenOutput, error) {
	client := c.Clients.Find(in.ClientId)
	switch {
	case client == nil:
		return nil, clients.NotFound(in.ClientId)
	case len(c.Clients.Secrets(client.ID)) == 0 || !clients.IsSecretOf(c.Clients.Secrets(client.ID), in.Secret):
		return nil, refusal.New(refusal.NotAuthorizedException, "Unable to verify the secret of client "+client.ID)
	case !client.AllowsClientToken():
		return nil, refusal.New(refusal.InvalidParameterException, "CLIENT_TOKEN_AUTH flow not enabled for this client")
	}
	scopes, ok := client.MachineScopes(in.Scopes)
	if !ok {
		return nil, refusal.New(refusal.InvalidParameterException, "A scope is not allowed for the client.")
	}
	set := &pool.TokenSet{Grant: c.MachineGrant(client, scopes), Source: trigger.SourceClientCredentials, Metadata: in.ClientMetadata}
	if err := c.Fill(c.R.Context(), set); err != nil {
		return nil, err
	}
	_, access := c.Spoil(set)
	return &clientTokenOutput{clientAuthResult{access, int64(client.AccessTokenValidity / time.Second), "Bearer"}}, nil
}
