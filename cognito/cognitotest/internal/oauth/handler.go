// Package oauth answers the OAuth endpoints: token, revoke, userInfo, discovery
// and keys. It also reads the authorization request that a page belongs to.
package oauth

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// A Handler is a call of the OAuth endpoints.
type Handler struct{ *flows.Flow }

// New returns the handler of a request.
func New(c *request.Call) *Handler { return &Handler{&flows.Flow{Call: c}} }
