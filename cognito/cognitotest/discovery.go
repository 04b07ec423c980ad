package cognitotest

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
)

// issuerEndpoint finds the endpoints below /<pool id>/.well-known/.
func issuerEndpoint(path string) (endpoint, bool) {
	id, document, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/.well-known/")
	if !ok || id == "" || strings.Contains(id, "/") {
		return endpoint{}, false
	}
	known := func(op string, answer func(*call)) (endpoint, bool) {
		return endpoint{op: op, json: true, get: func(c *call) {
			if id != c.id {
				c.unknownPool(id)
				return
			}
			answer(c)
		}}, true
	}
	switch document {
	case "openid-configuration":
		return known("discovery", (*call).discovery)
	case "jwks.json":
		return known("jwks", (*call).jwks)
	}
	return endpoint{}, false
}

func (c *call) unknownPool(id string) {
	message := "User pool " + id + " does not exist."
	c.event.Error = message
	c.writeJSON(http.StatusBadRequest, map[string]string{"message": message})
}

// discoveryDocument has Cognito's twelve keys, in Cognito's order.
type discoveryDocument struct {
	AuthorizationEndpoint  string   `json:"authorization_endpoint,omitempty"`
	EndSessionEndpoint     string   `json:"end_session_endpoint,omitempty"`
	IDTokenSigningAlgs     []string `json:"id_token_signing_alg_values_supported"`
	Issuer                 string   `json:"issuer"`
	JWKSURI                string   `json:"jwks_uri"`
	ResponseTypes          []string `json:"response_types_supported"`
	RevocationEndpoint     string   `json:"revocation_endpoint,omitempty"`
	Scopes                 []string `json:"scopes_supported"`
	SubjectTypes           []string `json:"subject_types_supported"`
	TokenEndpoint          string   `json:"token_endpoint,omitempty"`
	TokenEndpointAuthStyle []string `json:"token_endpoint_auth_methods_supported"`
	UserinfoEndpoint       string   `json:"userinfo_endpoint,omitempty"`
}

func (c *call) discovery() {
	domain, issuer := c.URL(), c.Issuer()
	if c.names().updated && c.r.Host == c.issuerHosts()[1] {
		issuer = "https://" + c.r.Host + "/" + c.id
	}
	if c.event.Fault == fault.WrongIssuer {
		issuer += "0"
	}
	d := discoveryDocument{
		IDTokenSigningAlgs:     []string{"RS256"},
		Issuer:                 issuer,
		JWKSURI:                issuer + "/.well-known/jwks.json",
		ResponseTypes:          []string{"code", "token"},
		Scopes:                 []string{"openid", "email", "phone", "profile"},
		SubjectTypes:           []string{"public"},
		TokenEndpointAuthStyle: []string{"client_secret_basic", "client_secret_post"},
	}
	if c.names().exist() {
		d.AuthorizationEndpoint = domain + "/oauth2/authorize"
		d.EndSessionEndpoint = domain + "/logout"
		d.RevocationEndpoint = domain + "/oauth2/revoke"
		d.TokenEndpoint = domain + "/oauth2/token"
		d.UserinfoEndpoint = domain + "/oauth2/userInfo"
	}
	c.writeJSON(http.StatusOK, d)
}

func (c *call) jwks() {
	keys := c.JWKS()
	if c.event.Fault == fault.NoKeys {
		keys = []byte(`{"keys":[]}`)
	}
	c.writeJSON(http.StatusOK, json.RawMessage(keys))
}
