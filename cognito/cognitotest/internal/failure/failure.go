// Package failure has the ways in which a sign-in at an external provider can
// fail, with the texts that Cognito was seen to use.
package failure

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

// A Failure is a way in which a sign-in at an external provider goes wrong.
// The texts are those that Cognito was seen to give.
type Failure string

const (
	None         Failure = ""
	Cancel       Failure = "cancel"
	TokenTimeout Failure = "token-timeout"
	KeysTimeout  Failure = "keys-timeout"
	Status       Failure = "token-status"
	Code         Failure = "token-code"
	Reset        Failure = "connection-reset"
	ReadTimeout  Failure = "read-timeout"
	ErrorPage    Failure = "error-page"
	SAML         Failure = "saml-response"
)

// Of returns the failures that the page of a kind of provider offers.
func Of(t federation.Type) []Failure {
	if t == federation.SAML {
		return []Failure{SAML, ErrorPage}
	}
	return []Failure{TokenTimeout, KeysTimeout, Status, Code, Reset, ReadTimeout, ErrorPage}
}

// TextKey names the text by which the page offers the failure.
func (f Failure) TextKey() string {
	switch f {
	case TokenTimeout:
		return "failure.tokenTimeout"
	case KeysTimeout:
		return "failure.keysTimeout"
	case Status:
		return "failure.status"
	case Code:
		return "failure.code"
	case Reset:
		return "failure.reset"
	case ReadTimeout:
		return "failure.readTimeout"
	case ErrorPage:
		return "failure.errorPage"
	case SAML:
		return "failure.saml"
	}
	return ""
}

// Description is error_description of the failure. That of the key timeout
// begins with the parameter's own name, as Cognito documents it.
func (f Failure) Description(idp *federation.Provider) string {
	name := idp.Name
	switch f {
	case TokenTimeout:
		return "Timeout occurred in calling IdP token endpoint"
	case KeysTimeout:
		return "error_description=Timeout in calling jwks uri"
	case Status:
		return name + " Error - 500 error getting token"
	case Code:
		if idp.Type == federation.Google {
			return name + " Error - 400 invalid_grant"
		}
		return name + " Error - 400 error getting token"
	case Reset:
		return "Connection reset"
	case ReadTimeout:
		return "Read timed out"
	case SAML:
		return "Invalid samlResponse or relayState from identity provider"
	}
	return ""
}

// Cancelled is how each kind of provider says that the user did not want to.
func Cancelled(t federation.Type) (code, description string) {
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
