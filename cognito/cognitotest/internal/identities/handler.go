// Package identities answers the API of identity pools, and the operation of STS
// that their basic flow needs.
package identities

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// A Handler is a call of an operation of identity pools.
type Handler struct{ *idpapi.Handler }

// New returns the handler of a request.
func New(c *request.Call) *Handler { return &Handler{idpapi.New(c)} }
