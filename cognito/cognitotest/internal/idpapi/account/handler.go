// Package account answers the operations of users on their own account: sign-up,
// profile, attributes, password and preferences.
package account

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi/signin"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// A Handler is a call of an operation on one's own account.
type Handler struct{ *signin.Handler }

// New returns the handler of a request.
func New(c *request.Call) *Handler { return &Handler{signin.New(c)} }
