package pool

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
)

// AddResourceServer adds a resource server, or replaces the one of that
// identifier. It panics if the identifier or a scope is not possible.
func (p *Pool) AddResourceServer(s clients.ResourceServer) {
	s.Scopes = slices.Clone(s.Scopes)
	if err := s.Validate(); err != nil {
		panic("cognitotest: resource server: " + err.Error())
	}
	p.Servers.Add(s)
}
