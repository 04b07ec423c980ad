package cognitotest

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
)

// revoke is POST /oauth2/revoke: it ends a refresh token and all that came
// of it.
func (c *call) revoke() {
	if repeated(c.form) {
		c.fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	client, refusal := c.authenticateClient()
	token := c.form.Get("token")
	switch {
	case refusal != nil:
		c.refuseClient(refusal, http.StatusUnauthorized)
	case token == "" || client.DisableRevocation:
		c.fail(http.StatusBadRequest, "invalid_request", "")
	case keys.IsJWS(token):
		c.fail(http.StatusBadRequest, "unsupported_token_type", "")
	default:
		c.grants.revoke(token, client.ID)
		c.allowOrigins()
		c.w.Header().Set("Content-Length", "0")
		c.w.WriteHeader(http.StatusOK)
	}
}
