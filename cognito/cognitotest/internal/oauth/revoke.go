package oauth

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// Revoke is POST /oauth2/revoke: it ends a refresh token and all that came
// of it.
func (c *Handler) Revoke() {
	if request.Repeated(c.Form) {
		c.Fail(http.StatusBadRequest, "invalid_request", "")
		return
	}
	client, refusal := c.authenticateClient()
	token := c.Form.Get("token")
	switch {
	case refusal != nil:
		c.refuseClient(refusal, http.StatusUnauthorized)
	case token == "" || client.DisableRevocation:
		c.Fail(http.StatusBadRequest, "invalid_request", "")
	case keys.IsJWS(token):
		c.Fail(http.StatusBadRequest, "unsupported_token_type", "")
	default:
		c.Grants.Revoke(token, client.ID)
		c.AllowOrigins()
		c.W.Header().Set("Content-Length", "0")
		c.W.WriteHeader(http.StatusOK)
	}
}
