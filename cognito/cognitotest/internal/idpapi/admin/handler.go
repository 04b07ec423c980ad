// Package admin answers the operations of administrators on users and groups.
package admin

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi/account"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// A Handler is a call of an operation of administrators on users.
type Handler struct{ *account.Handler }

// New returns the handler of a request.
func New(c *request.Call) *Handler { return &Handler{account.New(c)} }
