package idpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// FindClient finds the app client of a request and checks its secret hash,
// where the operation has one: username is what went into the hash.
func (c *Handler) FindClient(id, username, secretHash string) (*clients.Client, error) {
	client := c.Clients.Find(id)
	if client == nil {
		return nil, clients.NotFound(id)
	}
	return client, c.CheckSecretHash(client, username, secretHash)
}

func (c *Handler) CheckSecretHash(client *clients.Client, username, hash string) error {
	secrets := c.Clients.Secrets(client.ID)
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

// TokenUser is the user of an access token, which must have the scope for
// operations on its own user.
func (c *Handler) TokenUser(token string) (directory.Account, grants.AccessClaims, error) {
	claims, err := c.ReadAccess(token)
	if err != nil {
		return directory.Account{}, claims, refusal.New(refusal.NotAuthorizedException, "Invalid Access Token")
	}
	a, known := c.Users.Find(claims.Sub)
	switch {
	case c.At.Unix() >= claims.Exp:
		return directory.Account{}, claims, refusal.New(refusal.NotAuthorizedException, "Access Token has expired")
	case c.Grants.AccessRevoked(claims.JTI), !known:
		return directory.Account{}, claims, refusal.New(refusal.NotAuthorizedException, "Access Token has been revoked")
	case !slices.Contains(strings.Fields(claims.Scope), clients.AdminScope):
		return directory.Account{}, claims, refusal.New(refusal.NotAuthorizedException, "Access Token does not have required scopes")
	case a.Disabled:
		return directory.Account{}, claims, refusal.Disabled
	case a.Pending == directory.StatusResetRequired:
		return directory.Account{}, claims, refusal.ResetRequired
	}
	c.Event.ClientID, c.Event.Username = claims.ClientID, a.Username
	return a, claims, nil
}
