package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

// A failure is a way in which a sign-in at an external provider goes wrong.
// The texts are those that Cognito was seen to give.
type failure string

const (
	failNone         failure = ""
	failCancel       failure = "cancel"
	failTokenTimeout failure = "token-timeout"
	failKeysTimeout  failure = "keys-timeout"
	failStatus       failure = "token-status"
	failCode         failure = "token-code"
	failReset        failure = "connection-reset"
	failReadTimeout  failure = "read-timeout"
	failErrorPage    failure = "error-page"
	failSAML         failure = "saml-response"
)

// failuresOf are the failures that the page of a kind of provider offers.
func failuresOf(t federation.Type) []failure {
	if t == federation.SAML {
		return []failure{failSAML, failErrorPage}
	}
	return []failure{failTokenTimeout, failKeysTimeout, failStatus, failCode, failReset, failReadTimeout, failErrorPage}
}

// label is what the page calls the failure.
func (f failure) label() string {
	switch f {
	case failTokenTimeout:
		return "The token endpoint times out"
	case failKeysTimeout:
		return "The keys time out"
	case failStatus:
		return "The token endpoint answers 500"
	case failCode:
		return "The token endpoint refuses the code"
	case failReset:
		return "The connection is reset"
	case failReadTimeout:
		return "The connection times out"
	case failErrorPage:
		return "It ends on Cognito’s error page"
	case failSAML:
		return "The SAML response is not valid"
	}
	return ""
}

// description is error_description of the failure. That of the key timeout
// begins with the parameter's own name, as Cognito documents it.
func (f failure) description(idp *federation.Provider) string {
	name := idp.Name
	switch f {
	case failTokenTimeout:
		return "Timeout occurred in calling IdP token endpoint"
	case failKeysTimeout:
		return "error_description=Timeout in calling jwks uri"
	case failStatus:
		return name + " Error - 500 error getting token"
	case failCode:
		if idp.Type == federation.Google {
			return name + " Error - 400 invalid_grant"
		}
		return name + " Error - 400 error getting token"
	case failReset:
		return "Connection reset"
	case failReadTimeout:
		return "Read timed out"
	case failSAML:
		return "Invalid samlResponse or relayState from identity provider"
	}
	return ""
}

// cancelled is how each kind of provider says that the user did not want to.
func cancelled(t federation.Type) (code, description string) {
	switch t {
	case federation.Facebook:
		return "access_denied", "Permissions error"
	case federation.LoginWithAmazon:
		return "access_denied", "Access not permitted."
	case federation.SignInWithApple:
		return "user_cancelled_authorize", ""
	}
	return "access_denied", "The user denied the request"
}
