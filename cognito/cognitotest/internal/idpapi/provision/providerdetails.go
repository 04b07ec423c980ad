package provision

import (
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// neededDetails are the ProviderDetails that each type of provider must have, as
// the API reference of CreateIdentityProvider lists them.
var neededDetails = map[federation.Type][]string{
	federation.Google:          {"client_id", "client_secret", "authorize_scopes"},
	federation.Facebook:        {"client_id", "client_secret", "authorize_scopes"},
	federation.LoginWithAmazon: {"client_id", "client_secret", "authorize_scopes"},
	federation.SignInWithApple: {"client_id", "team_id", "key_id", "private_key", "authorize_scopes"},
	federation.OIDC:            {"client_id", "attributes_request_method", "authorize_scopes"},
}

// oidcEndpoints stand for oidc_issuer where discovery is not used.
var oidcEndpoints = []string{"authorize_url", "token_url", "attributes_url", "jwks_uri"}

// checkDetails refuses ProviderDetails with which Cognito could not reach the
// provider. AWS refuses them too, with a text that is not known.
func checkDetails(t federation.Type, details map[string]string) error {
	missing := missingOf(details, neededDetails[t])
	switch t {
	case federation.OIDC:
		if details["oidc_issuer"] == "" && len(missingOf(details, oidcEndpoints)) > 0 {
			missing = append(missing, "oidc_issuer")
		}
		if m := details["attributes_request_method"]; m != "" && m != "GET" && m != "POST" {
			return refusal.New(refusal.InvalidParameterException, "attributes_request_method is GET or POST.")
		}
	case federation.SAML:
		if details["MetadataURL"] == "" && details["MetadataFile"] == "" {
			missing = append(missing, "MetadataURL")
		}
	}
	if len(missing) > 0 {
		return refusal.New(refusal.InvalidParameterException, "ProviderDetails lacks what a provider of the type "+string(t)+" must have: "+strings.Join(missing, ", "))
	}
	return nil
}

// missingOf are the names without a value.
func missingOf(details map[string]string, names []string) (missing []string) {
	for _, name := range names {
		if details[name] == "" {
			missing = append(missing, name)
		}
	}
	return missing
}
