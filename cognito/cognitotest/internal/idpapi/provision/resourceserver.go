package provision

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// ResourceServerOperations make and change resource servers.
var ResourceServerOperations = map[string]request.Operation{
	"CreateResourceServer":   idpapi.OnPool(New, (*Handler).apiCreateResourceServer),
	"DescribeResourceServer": idpapi.OnPool(New, (*Handler).apiDescribeResourceServer),
	"UpdateResourceServer":   idpapi.OnPool(New, (*Handler).apiUpdateResourceServer),
	"DeleteResourceServer":   idpapi.OnPool(New, (*Handler).apiDeleteResourceServer),
	"ListResourceServers":    idpapi.OnPool(New, (*Handler).apiListResourceServers),
}

type apiScope struct {
	ScopeName        string `api:"required,max=256,pattern=text"`
	ScopeDescription string `api:"required,max=256"`
}

type resourceServerInput struct {
	idpapi.PoolRef
	Identifier string     `api:"required,max=256"`
	Name       string     `api:"required,max=256,pattern=name"`
	Scopes     []apiScope `api:"max=100"`
}

// server is the resource server that the parameters describe.
func (in *resourceServerInput) server() (clients.ResourceServer, error) {
	s := clients.ResourceServer{Identifier: in.Identifier, Name: in.Name, Descriptions: make(map[string]string)}
	for _, scope := range in.Scopes {
		s.Scopes = append(s.Scopes, scope.ScopeName)
		s.Descriptions[scope.ScopeName] = scope.ScopeDescription
	}
	if err := s.Validate(); err != nil {
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

func (c *Handler) apiResourceServer(s clients.ResourceServer) apiResourceServer {
	d := apiResourceServer{UserPoolId: c.ID, Identifier: s.Identifier, Name: s.Name, Scopes: []apiScope{}}
	for _, name := range s.Scopes {
		d.Scopes = append(d.Scopes, apiScope{name, s.Descriptions[name]})
	}
	return d
}

type resourceServerOutput struct{ ResourceServer apiResourceServer }

var errUnknownServer = refusal.New(refusal.NotFoundException, "Resource server does not exist.")

// apiCreateResourceServer is CreateResourceServer.
func (c *Handler) apiCreateResourceServer(in *resourceServerInput) (*resourceServerOutput, error) {
	s, err := in.server()
	if err != nil {
		return nil, err
	}
	if !c.Servers.Create(s) {
		return nil, refusal.New(refusal.InvalidParameterException, in.Identifier+" already exists in user pool "+c.ID+".")
	}
	return &resourceServerOutput{c.apiResourceServer(s)}, nil
}

// apiUpdateResourceServer is UpdateResourceServer.
func (c *Handler) apiUpdateResourceServer(in *resourceServerInput) (*resourceServerOutput, error) {
	s, err := in.server()
	if err != nil {
		return nil, err
	}
	if _, known := c.Servers.Find(in.Identifier); !known {
		return nil, errUnknownServer
	}
	c.Servers.Add(s)
	return &resourceServerOutput{c.apiResourceServer(s)}, nil
}

type serverInput struct {
	idpapi.PoolRef
	Identifier string `api:"required,max=256"`
}

// apiDescribeResourceServer is DescribeResourceServer.
func (c *Handler) apiDescribeResourceServer(in *serverInput) (*resourceServerOutput, error) {
	s, known := c.Servers.Find(in.Identifier)
	if !known {
		return nil, errUnknownServer
	}
	return &resourceServerOutput{c.apiResourceServer(s)}, nil
}

// apiDeleteResourceServer is DeleteResourceServer. Clients keep its scopes,
// which nobody is granted from then on.
func (c *Handler) apiDeleteResourceServer(in *serverInput) (awsjson.NoBody, error) {
	if !c.Servers.Remove(in.Identifier) {
		return awsjson.NoBody{}, errUnknownServer
	}
	return awsjson.NoBody{}, nil
}

type listServersInput struct {
	idpapi.PoolRef
	MaxResults *int   `api:"min=1,max=50"`
	NextToken  string `api:"min=1,max=131072,pattern=solid"`
}

type listServersOutput struct {
	ResourceServers []apiResourceServer
	NextToken       string `json:",omitempty"`
}

// apiListResourceServers is ListResourceServers.
func (c *Handler) apiListResourceServers(in *listServersInput) (*listServersOutput, error) {
	page, next, err := awsjson.Paginate(c.Servers.All(), func(s clients.ResourceServer) string { return s.Identifier }, in.MaxResults, 50, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listServersOutput{ResourceServers: []apiResourceServer{}, NextToken: next}
	for _, s := range page {
		answer.ResourceServers = append(answer.ResourceServers, c.apiResourceServer(s))
	}
	return answer, nil
}
