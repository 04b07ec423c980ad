package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
)

// A ResourceServer is an API that accepts access tokens, with its scopes.
type ResourceServer struct {
	// Identifier is the first part of each scope, such as
	// "https://api.example.com" or "orders".
	Identifier string

	// Scopes are the second parts: "read" gives the custom scope
	// <Identifier>/read.
	Scopes []string

	// Name is a name for people. Descriptions are texts about the scopes, by
	// the names in Scopes. Both have no effect.
	Name         string            `json:",omitempty"`
	Descriptions map[string]string `json:",omitempty"`
}

// WithResourceServer adds a resource server. A pool without resource servers
// accepts every custom scope of an app client, and every resource in an
// authorization request. A pool with resource servers accepts only their scopes
// and identifiers.
func WithResourceServer(s ResourceServer) Option {
	return func(o *options) { o.Servers = append(o.Servers, clients.ResourceServer(s)) }
}

// AddResourceServer adds a resource server, or replaces the one with that
// identifier. It panics if the identifier or a scope is not valid.
func (p *Pool) AddResourceServer(s ResourceServer) {
	p.core.AddResourceServer(clients.ResourceServer(s))
}
