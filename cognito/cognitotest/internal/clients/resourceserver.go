package clients

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Create reports false if there is one of that identifier.
func (r *ResourceServers) Create(s ResourceServer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.ContainsFunc(r.list, func(other ResourceServer) bool { return other.Identifier == s.Identifier }) {
		return false
	}
	r.list = append(r.list, s)
	return true
}

func (r *ResourceServers) Find(identifier string) (ResourceServer, bool) {
	all := r.All()
	i := slices.IndexFunc(all, func(s ResourceServer) bool { return s.Identifier == identifier })
	if i < 0 {
		return ResourceServer{}, false
	}
	return all[i], true
}

// Remove reports false if there is none of that identifier.
func (r *ResourceServers) Remove(identifier string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.list)
	r.list = slices.DeleteFunc(slices.Clone(r.list), func(s ResourceServer) bool { return s.Identifier == identifier })
	return len(r.list) < before
}

func (s ResourceServer) Validate() error {
	if s.Identifier == "" || len(s.Identifier) > 256 {
		return fmt.Errorf("the identifier %q: it must have 1 to 256 bytes", s.Identifier)
	}
	for _, name := range s.Scopes {
		if strings.Contains(name, "/") || !IsCustomScope(s.Identifier+"/"+name) {
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

// ResourceServers are those of a pool, in the order in which they came.
type ResourceServers struct {
	mu   sync.Mutex // guards list
	list []ResourceServer
}

func (r *ResourceServers) Add(s ResourceServer) {
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

func (r *ResourceServers) Replace(list []ResourceServer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = list
}

func (r *ResourceServers) All() []ResourceServer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

// Scopes returns all custom scopes that there are.
func (r *ResourceServers) Scopes() []string {
	var all []string
	for _, s := range r.All() {
		all = append(all, s.customScopes()...)
	}
	return all
}

// Check refuses custom scopes that no resource server has, unless there is
// no resource server at all.
func (r *ResourceServers) Check(scopes []string) error {
	if len(r.All()) == 0 {
		return nil
	}
	known := r.Scopes()
	for _, scope := range scopes {
		if IsCustomScope(scope) && !slices.Contains(known, scope) {
			return fmt.Errorf("no resource server has the scope %q: they have %s", scope, strings.Join(known, ", "))
		}
	}
	return nil
}

// A ResourceServer has the fields of cognitotest.ResourceServer.
type ResourceServer struct {
	Identifier   string
	Scopes       []string
	Name         string            `json:",omitempty"`
	Descriptions map[string]string `json:",omitempty"`
}
