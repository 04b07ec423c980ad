package cognito

import (
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/internal/oauth"
)

// A GrantError is a token request of [ClientCredentials] that went wrong. It
// is [ErrInvalidGrant] where Code is "invalid_grant".
type GrantError struct {
	// Code is the protocol's error code, such as "invalid_client" (RFC 6749
	// section 5.2), "unreachable" where there was no answer, or "bad_answer"
	// for one that makes no sense.
	Code string

	// Description is Cognito's error_description, for the log.
	Description string

	// Status is the HTTP status of Cognito's answer, or 0.
	Status int

	// Err is the cause, or nil. It never quotes a token.
	Err error
}

func grantError(err error) error {
	f := oauth.FromError(err)
	return &GrantError{Code: f.Code, Description: f.Description, Status: f.Status, Err: f.Err}
}

func (e *GrantError) Error() string {
	var b strings.Builder
	b.WriteString("cognito: client_credentials: " + e.Code)
	if e.Description != "" {
		fmt.Fprintf(&b, " (%q)", e.Description)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if hint := e.Hint(); hint != "" {
		b.WriteString(": " + hint)
	}
	return b.String()
}

// Unwrap returns e.Err.
func (e *GrantError) Unwrap() error { return e.Err }

// Is makes an invalid_grant [ErrInvalidGrant].
func (e *GrantError) Is(target error) bool {
	return target == ErrInvalidGrant && e.Code == "invalid_grant" && e.Status < 500
}

// Hint says what a developer can do about e, in Cognito's words, or "".
func (e *GrantError) Hint() string {
	switch e.Code {
	case "invalid_client":
		return "the app client's secret is wrong: compare Config.ClientSecret (COGNITO_CLIENT_SECRET)"
	case "unauthorized_client":
		return "the app client needs AllowedOAuthFlowsUserPoolClient and \"client_credentials\" in AllowedOAuthFlows, which excludes the other flows"
	case "invalid_scope", "invalid_grant":
		return "a scope is not among AllowedOAuthScopes of the app client, or its resource server does not exist"
	}
	return ""
}
