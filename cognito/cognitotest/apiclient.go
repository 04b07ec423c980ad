package cognitotest

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// apiClient finds the app client of a request and checks its secret hash,
// where the operation has one: username is what went into the hash.
func (c *call) apiClient(id, username, secretHash string) (*AppClient, error) {
	client := c.clients.find(id)
	if client == nil {
		return nil, noClient(id)
	}
	return client, c.checkSecretHash(client, username, secretHash)
}

func (c *call) checkSecretHash(client *AppClient, username, hash string) error {
	secrets := c.clients.secrets(client.ID)
	switch {
	case len(secrets) == 0 && hash == "":
		return nil
	case len(secrets) == 0:
		return refusal.New(refusal.NotAuthorizedException, "Unable to verify secret hash for client "+client.ID)
	case hash == "":
		return refusal.New(refusal.NotAuthorizedException, "Client "+client.ID+" is configured with secret but SECRET_HASH was not received")
	}
	for _, secret := range secrets {
		if subtle.ConstantTimeCompare([]byte(secretHash(secret, username, client.ID)), []byte(hash)) == 1 {
			return nil
		}
	}
	return refusal.New(refusal.NotAuthorizedException, "Unable to verify secret hash for client "+client.ID)
}

func secretHash(secret cognito.Secret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(username + clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// apiUser is the user of an access token, which must have the scope for
// operations on its own user.
func (c *call) apiUser(token string) (account, accessClaimsRead, error) {
	claims, err := c.readAccess(token)
	if err != nil {
		return account{}, claims, refusal.New(refusal.NotAuthorizedException, "Invalid Access Token")
	}
	a, known := c.users.find(claims.Sub)
	switch {
	case c.at.Unix() >= claims.Exp:
		return account{}, claims, refusal.New(refusal.NotAuthorizedException, "Access Token has expired")
	case c.grants.accessRevoked(claims.JTI), !known:
		return account{}, claims, refusal.New(refusal.NotAuthorizedException, "Access Token has been revoked")
	case !slices.Contains(strings.Fields(claims.Scope), adminScope):
		return account{}, claims, refusal.New(refusal.NotAuthorizedException, "Access Token does not have required scopes")
	case a.disabled:
		return account{}, claims, refusal.Disabled
	case a.pending == StatusResetRequired:
		return account{}, claims, refusal.ResetRequired
	}
	c.event.ClientID, c.event.Username = claims.ClientID, a.username
	return a, claims, nil
}
