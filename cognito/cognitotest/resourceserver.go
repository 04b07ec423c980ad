package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
)

// A ResourceServer is an API that access tokens are for, with its scopes.
type ResourceServer struct {
	// Identifier is the first half of the scopes, such as
	// "https://api.example.com" or "orders".
	Identifier string

	// Scopes are the second halves: "read" makes <Identifier>/read a custom
	// scope.
	Scopes []string

	// Name is what people call it, and Descriptions what they are told of the
	// scopes, by the names in Scopes. Nothing depends on them.
	Name         string            `json:",omitempty"`
	Descriptions map[string]string `json:",omitempty"`
}

// WithResourceServer adds a resource server. A pool without any takes every
// custom scope that an app client names, and every resource that a request for
// authorization names. One with some takes only theirs.
func WithResourceServer(s ResourceServer) Option {
	return func(o *options) { o.Servers = append(o.Servers, clients.ResourceServer(s)) }
}

// AddResourceServer adds a resource server, or replaces the one of that
// identifier. It panics if the identifier or a scope is not possible.
func (p *Pool) AddResourceServer(s ResourceServer) {
	p.core.AddResourceServer(clients.ResourceServer(s))
}
