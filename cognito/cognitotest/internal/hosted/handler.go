// Package hosted answers the authorize endpoint, the hosted pages, and the
// pages on which the pool acts as an external provider.
package hosted

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/oauth"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// A Handler is a call of the hosted pages.
type Handler struct{ *oauth.Handler }

// New returns the handler of a request.
func New(c *request.Call) *Handler { return &Handler{oauth.New(c)} }
