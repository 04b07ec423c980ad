package oauth

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
)

// A clientRefusal is why a request's client is not accepted, in OAuth's
// words.
type clientRefusal struct{ code, description string }

var (
	refusalNoClient = &clientRefusal{"invalid_request", ""}
	refusalUnknown  = &clientRefusal{"invalid_client", ""}
	refusalSecret   = &clientRefusal{"invalid_client", "invalid_client_secret"}
)

// authenticateClient finds the app client of a request and checks its
// secret: from an Authorization header, else from the body. A public client
// must not send one.
func (c *Handler) authenticateClient() (*clients.Client, *clientRefusal) {
	id, secret := c.Form.Get("client_id"), c.Form.Get("client_secret")
	if c.R.Header.Get("Authorization") != "" {
		headerID, headerSecret, ok := c.R.BasicAuth()
		if !ok || id != "" && id != headerID {
			return nil, refusalUnknown
		}
		id, secret = headerID, headerSecret
		if secret == "" {
			return nil, refusalSecret
		}
	}
	if id == "" {
		return nil, refusalNoClient
	}
	c.Event.ClientID = id
	client := c.Clients.Find(id)
	if client == nil {
		return nil, refusalUnknown
	}
	if !clients.HasSecret(c.Clients.Secrets(id), secret) {
		return nil, refusalSecret
	}
	return client, nil
}

// refuseClient answers with status for bad credentials; a request without
// any is a bad request.
func (c *Handler) refuseClient(refusal *clientRefusal, status int) {
	if refusal.code == "invalid_request" {
		status = http.StatusBadRequest
	}
	c.Fail(status, refusal.code, refusal.description)
}
