// Package signin answers the operations of a sign-in through the user-pool API:
// flows, challenges, refresh, and devices.
package signin

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// A Handler is a call of an operation that signs users in.
type Handler struct{ *idpapi.Handler }

// New returns the handler of a request.
func New(c *request.Call) *Handler { return &Handler{idpapi.New(c)} }
