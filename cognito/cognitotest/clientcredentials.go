package cognitotest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// clientCredentials gives an access token to the app client itself (RFC 6749
// section 4.4).
func (c *call) clientCredentials(client *AppClient) {
	metadata, ok := clientMetadata(c.form.Get("aws_client_metadata"))
	if !ok {
		c.fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	scopes, ok := client.machineScopes(strings.Fields(c.form.Get("scope")))
	if !ok {
		c.fail(http.StatusBadRequest, "invalid_scope", "")
		return
	}
	c.giveTokens(&tokenSet{
		grant:    c.machineGrant(client, scopes),
		source:   trigger.SourceClientCredentials,
		metadata: metadata,
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

// machineGrant is what the client itself is granted.
func (p *Pool) machineGrant(client *AppClient, scopes []string) *grant {
	return &grant{client: client, scopes: scopes, authTime: p.Now()}
}

// customScopes are those that an access token without a user may have.
func (c *AppClient) customScopes() []string {
	return slices.DeleteFunc(slices.Clone(c.Scopes), func(scope string) bool { return !isCustomScope(scope) })
}

// machineScopes returns what is granted to a client that asks for scopes: all
// of its custom ones if it asks for none. It reports whether it may have what
// it asks for.
func (c *AppClient) machineScopes(asked []string) (granted []string, ok bool) {
	all := c.customScopes()
	if len(asked) == 0 {
		return all, true
	}
	for _, scope := range asked {
		if !slices.Contains(all, scope) {
			return nil, false
		}
	}
	return asked, true
}
