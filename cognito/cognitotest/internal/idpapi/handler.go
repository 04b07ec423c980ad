// Package idpapi has what all operations of the user-pool API share. The
// operations are in packages below: signin, account, admin and provision.
package idpapi

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// A Handler is a call of an operation.
type Handler struct{ *flows.Flow }

// New returns the handler of a request.
func New(c *request.Call) *Handler { return &Handler{&flows.Flow{Call: c}} }
