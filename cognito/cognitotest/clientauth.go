package cognitotest

import (
	"net/http"
	"net/url"

	"github.com/seed75762126/cognito-go/cognito"
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
func (c *call) authenticateClient() (*AppClient, *clientRefusal) {
	id, secret := c.form.Get("client_id"), c.form.Get("client_secret")
	if c.r.Header.Get("Authorization") != "" {
		headerID, headerSecret, ok := c.r.BasicAuth()
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
	c.event.ClientID = id
	client := c.clients.find(id)
	if client == nil {
		return nil, refusalUnknown
	}
	if !hasSecret(c.clients.secrets(id), secret) {
		return nil, refusalSecret
	}
	return client, nil
}

// hasSecret reports whether a secret is among those of a client, as it is or
// form-encoded: RFC 6749 section 2.3.1 has secrets form-encoded in the header,
// which not every client does.
func hasSecret(have []cognito.Secret, secret string) bool {
	decoded, err := url.QueryUnescape(secret)
	return isSecretOf(have, secret) || err == nil && isSecretOf(have, decoded)
}

// refuseClient answers with status for bad credentials; a request without
// any is a bad request.
func (c *call) refuseClient(refusal *clientRefusal, status int) {
	if refusal.code == "invalid_request" {
		status = http.StatusBadRequest
	}
	c.fail(status, refusal.code, refusal.description)
}
