package cognitotest

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// resourceServerOperations make and change resource servers.
var resourceServerOperations = map[string]apiOperation{
	"CreateResourceServer":   poolOperation((*call).apiCreateResourceServer),
	"DescribeResourceServer": poolOperation((*call).apiDescribeResourceServer),
	"UpdateResourceServer":   poolOperation((*call).apiUpdateResourceServer),
	"DeleteResourceServer":   poolOperation((*call).apiDeleteResourceServer),
	"ListResourceServers":    poolOperation((*call).apiListResourceServers),
}

type apiScope struct {
	ScopeName        string `api:"required,max=256,pattern=text"`
	ScopeDescription string `api:"required,max=256"`
}

type resourceServerInput struct {
	UserPoolId string     `api:"required,max=55,pattern=pool"`
	Identifier string     `api:"required,max=256"`
	Name       string     `api:"required,max=256,pattern=name"`
	Scopes     []apiScope `api:"max=100"`
}

// server is the resource server that the parameters describe.
func (in *resourceServerInput) server() (ResourceServer, error) {
	s := ResourceServer{Identifier: in.Identifier, Name: in.Name, Descriptions: make(map[string]string)}
	for _, scope := range in.Scopes {
		s.Scopes = append(s.Scopes, scope.ScopeName)
		s.Descriptions[scope.ScopeName] = scope.ScopeDescription
	}
	if err := s.validate(); err != nil {
		return s, refusal.New(refusal.InvalidParameterException, err.Error())
	}
	return s, nil
}

type apiResourceServer struct {
	UserPoolId string
	Identifier string
	Name       string
	Scopes     []apiScope
}

func (c *call) apiResourceServer(s ResourceServer) apiResourceServer {
	d := apiResourceServer{UserPoolId: c.id, Identifier: s.Identifier, Name: s.Name, Scopes: []apiScope{}}
	for _, name := range s.Scopes {
		d.Scopes = append(d.Scopes, apiScope{name, s.Descriptions[name]})
	}
	return d
}

type resourceServerOutput struct{ ResourceServer apiResourceServer }

var errUnknownServer = refusal.New(refusal.NotFoundException, "Resource server does not exist.")

// apiCreateResourceServer is CreateResourceServer.
func (c *call) apiCreateResourceServer(in *resourceServerInput) (*resourceServerOutput, error) {
	s, err := in.server()
	if err != nil {
		return nil, err
	}
	if !c.servers.create(s) {
		return nil, refusal.New(refusal.InvalidParameterException, in.Identifier+" already exists in user pool "+c.id+".")
	}
	return &resourceServerOutput{c.apiResourceServer(s)}, nil
}

// apiUpdateResourceServer is UpdateResourceServer.
func (c *call) apiUpdateResourceServer(in *resourceServerInput) (*resourceServerOutput, error) {
	s, err := in.server()
	if err != nil {
		return nil, err
	}
	if _, known := c.servers.find(in.Identifier); !known {
		return nil, errUnknownServer
	}
	c.servers.add(s)
	return &resourceServerOutput{c.apiResourceServer(s)}, nil
}

type serverInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	Identifier string `api:"required,max=256"`
}

// apiDescribeResourceServer is DescribeResourceServer.
func (c *call) apiDescribeResourceServer(in *serverInput) (*resourceServerOutput, error) {
	s, known := c.servers.find(in.Identifier)
	if !known {
		return nil, errUnknownServer
	}
	return &resourceServerOutput{c.apiResourceServer(s)}, nil
}

// apiDeleteResourceServer is DeleteResourceServer. Clients keep its scopes,
// which nobody is granted from then on.
func (c *call) apiDeleteResourceServer(in *serverInput) (awsjson.NoBody, error) {
	if !c.servers.remove(in.Identifier) {
		return awsjson.NoBody{}, errUnknownServer
	}
	return awsjson.NoBody{}, nil
}

type listServersInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	MaxResults *int   `api:"min=1,max=50"`
	NextToken  string `api:"min=1,max=131072,pattern=solid"`
}

type listServersOutput struct {
	ResourceServers []apiResourceServer
	NextToken       string `json:",omitempty"`
}

// apiListResourceServers is ListResourceServers.
func (c *call) apiListResourceServers(in *listServersInput) (*listServersOutput, error) {
	page, next, err := awsjson.Paginate(c.servers.all(), func(s ResourceServer) string { return s.Identifier }, in.MaxResults, 50, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listServersOutput{ResourceServers: []apiResourceServer{}, NextToken: next}
	for _, s := range page {
		answer.ResourceServers = append(answer.ResourceServers, c.apiResourceServer(s))
	}
	return answer, nil
}

// create reports false if there is one of that identifier.
func (r *resourceServers) create(s ResourceServer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.ContainsFunc(r.list, func(other ResourceServer) bool { return other.Identifier == s.Identifier }) {
		return false
	}
	r.list = append(r.list, s)
	return true
}

func (r *resourceServers) find(identifier string) (ResourceServer, bool) {
	all := r.all()
	i := slices.IndexFunc(all, func(s ResourceServer) bool { return s.Identifier == identifier })
	if i < 0 {
		return ResourceServer{}, false
	}
	return all[i], true
}

// remove reports false if there is none of that identifier.
func (r *resourceServers) remove(identifier string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.list)
	r.list = slices.DeleteFunc(slices.Clone(r.list), func(s ResourceServer) bool { return s.Identifier == identifier })
	return len(r.list) < before
}
