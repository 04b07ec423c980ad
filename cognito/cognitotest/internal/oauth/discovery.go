package oauth

import (
	"encoding/json"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

func (c *Handler) UnknownPool(id string) {
	message := request.NoPool(id).Text
	c.Event.Error = message
	c.WriteJSON(http.StatusBadRequest, map[string]string{"message": message})
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

func (c *Handler) Discovery() {
	domain, issuer := c.URL(), c.Issuer()
	if c.Names().Updated && c.R.Host == c.IssuerHosts()[1] {
		issuer = "https://" + c.R.Host + "/" + c.ID
	}
	if c.Event.Fault == fault.WrongIssuer {
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
	if c.Names().Exist() {
		d.AuthorizationEndpoint = domain + "/oauth2/authorize"
		d.EndSessionEndpoint = domain + "/logout"
		d.RevocationEndpoint = domain + "/oauth2/revoke"
		d.TokenEndpoint = domain + "/oauth2/token"
		d.UserinfoEndpoint = domain + "/oauth2/userInfo"
	}
	c.WriteJSON(http.StatusOK, d)
}

func (c *Handler) JWKS() {
	keys := c.Keys.JWKS()
	if c.Event.Fault == fault.NoKeys {
		keys = []byte(`{"keys":[]}`)
	}
	c.WriteJSON(http.StatusOK, json.RawMessage(keys))
}
