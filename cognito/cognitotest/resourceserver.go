package cognitotest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
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
// custom scope that an app client names; one with some takes theirs alone.
func WithResourceServer(s ResourceServer) Option {
	return func(o *options) { o.servers = append(o.servers, s) }
}

// AddResourceServer adds a resource server, or replaces the one of that
// identifier. It panics if the identifier or a scope is not possible.
func (p *Pool) AddResourceServer(s ResourceServer) {
	s.Scopes = slices.Clone(s.Scopes)
	if err := s.validate(); err != nil {
		panic("cognitotest: resource server: " + err.Error())
	}
	p.servers.add(s)
}

func (s ResourceServer) validate() error {
	if s.Identifier == "" || len(s.Identifier) > 256 {
		return fmt.Errorf("the identifier %q: it must have 1 to 256 bytes", s.Identifier)
	}
	for _, name := range s.Scopes {
		if strings.Contains(name, "/") || !isCustomScope(s.Identifier+"/"+name) {
			return fmt.Errorf("%q is no scope of %q: it must have no slash, space or quote", name, s.Identifier)
		}
	}
	return nil
}

// customScopes are the scopes as a client asks for them.
func (s ResourceServer) customScopes() []string {
	var all []string
	for _, name := range s.Scopes {
		all = append(all, s.Identifier+"/"+name)
	}
	return all
}

// resourceServers are those of a pool, in the order in which they came.
type resourceServers struct {
	mu   sync.Mutex // guards list
	list []ResourceServer
}

func (r *resourceServers) add(s ResourceServer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, other := range r.list {
		if other.Identifier == s.Identifier {
			r.list[i] = s
			return
		}
	}
	r.list = append(r.list, s)
}

func (r *resourceServers) replace(list []ResourceServer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = list
}

func (r *resourceServers) all() []ResourceServer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

// scopes returns all custom scopes there are.
func (r *resourceServers) scopes() []string {
	var all []string
	for _, s := range r.all() {
		all = append(all, s.customScopes()...)
	}
	return all
}

// check refuses custom scopes that no resource server has, unless there is
// no resource server at all.
func (r *resourceServers) check(scopes []string) error {
	if len(r.all()) == 0 {
		return nil
	}
	known := r.scopes()
	for _, scope := range scopes {
		if isCustomScope(scope) && !slices.Contains(known, scope) {
			return fmt.Errorf("no resource server has the scope %q: they have %s", scope, strings.Join(known, ", "))
		}
	}
	return nil
}
