// Package provision answers the operations that make and change pools, app
// clients, domains, resource servers and external providers.
package provision

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// A Handler is a call of an operation that sets pools up.
type Handler struct{ *idpapi.Handler }

// New returns the handler of a request.
func New(c *request.Call) *Handler { return &Handler{idpapi.New(c)} }
