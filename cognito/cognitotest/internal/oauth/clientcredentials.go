package oauth

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// clientCredentials gives an access token to the app client itself (RFC 6749
// section 4.4).
func (c *Handler) clientCredentials(client *clients.Client) {
	metadata, ok := clientMetadata(c.Form.Get("aws_client_metadata"))
	if !ok {
		c.Fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	scopes, ok := client.MachineScopes(strings.Fields(c.Form.Get("scope")))
	if !ok {
		c.Fail(http.StatusBadRequest, "invalid_scope", "")
		return
	}
	c.giveTokens(&pool.TokenSet{
		Grant:    c.MachineGrant(client, scopes),
		Source:   trigger.SourceClientCredentials,
		Metadata: metadata,
	}, "")
}

// clientMetadata reads a JSON object of strings, which the hook is told.
func clientMetadata(raw string) (metadata map[string]string, ok bool) {
	if raw == "" {
		return nil, true
	}
	err := json.Unmarshal([]byte(raw), &metadata)
	return metadata, err == nil && metadata != nil
}
