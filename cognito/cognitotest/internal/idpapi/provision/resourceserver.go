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
	"CreateResourceServer":   idpapi.OnPool(New, (*Handler).createResourceServer),
	"DescribeResourceServer": idpapi.OnPool(New, (*Handler).describeResourceServer),
	"UpdateResourceServer":   idpapi.OnPool(New, (*Handler).updateResourceServer),
	"DeleteResourceServer":   idpapi.OnPool(New, (*Handler).deleteResourceServer),
	"ListResourceServers":    idpapi.OnPool(New, (*Handler).listResourceServers),
}

type resourceServerScope struct {
	ScopeName        string
	ScopeDescription string
}

type resourceServerInput struct {
	idpapi.PoolRef
	Identifier string
	Name       string
	Scopes     []resourceServerScope
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

type resourceServerType struct {
	UserPoolId string
	Identifier string
	Name       string
	Scopes     []resourceServerScope
}

func (c *Handler) serverAnswer(s clients.ResourceServer) resourceServerType {
	d := resourceServerType{UserPoolId: c.ID, Identifier: s.Identifier, Name: s.Name, Scopes: []resourceServerScope{}}
	for _, name := range s.Scopes {
		d.Scopes = append(d.Scopes, resourceServerScope{name, s.Descriptions[name]})
	}
	return d
}

type resourceServerOutput struct{ ResourceServer resourceServerType }

var errUnknownServer = refusal.New(refusal.NotFoundException, "Resource server does not exist.")

// createResourceServer is the operation CreateResourceServer.
func (c *Handler) createResourceServer(in *resourceServerInput) (*resourceServerOutput, error) {
	s, err := in.server()
	if err != nil {
		return nil, err
	}
	if !c.Servers.Create(s) {
		return nil, refusal.New(refusal.InvalidParameterException, in.Identifier+" already exists in user pool "+c.ID+".")
	}
	return &resourceServerOutput{c.serverAnswer(s)}, nil
}

// updateResourceServer is the operation UpdateResourceServer.
func (c *Handler) updateResourceServer(in *resourceServerInput) (*resourceServerOutput, error) {
	s, err := in.server()
	if err != nil {
		return nil, err
	}
	if _, known := c.Servers.Find(in.Identifier); !known {
		return nil, errUnknownServer
	}
	c.Servers.Add(s)
	return &resourceServerOutput{c.serverAnswer(s)}, nil
}

type serverInput struct {
	idpapi.PoolRef
	Identifier string
}

// describeResourceServer is the operation DescribeResourceServer.
func (c *Handler) describeResourceServer(in *serverInput) (*resourceServerOutput, error) {
	s, known := c.Servers.Find(in.Identifier)
	if !known {
		return nil, errUnknownServer
	}
	return &resourceServerOutput{c.serverAnswer(s)}, nil
}

// deleteResourceServer is the operation DeleteResourceServer. Clients keep its scopes,
// which nobody is granted from then on.
func (c *Handler) deleteResourceServer(in *serverInput) (awsjson.NoBody, error) {
	if !c.Servers.Remove(in.Identifier) {
		return awsjson.NoBody{}, errUnknownServer
	}
	return awsjson.NoBody{}, nil
}

type listServersInput struct {
	idpapi.PoolRef
	MaxResults *int
	NextToken  string
}

type listServersOutput struct {
	ResourceServers []resourceServerType
	NextToken       string `json:",omitempty"`
}

// listResourceServers is the operation ListResourceServers.
func (c *Handler) listResourceServers(in *listServersInput) (*listServersOutput, error) {
	page, next, err := awsjson.Paginate(c.Servers.All(), func(s clients.ResourceServer) string { return s.Identifier }, in.MaxResults, 50, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listServersOutput{ResourceServers: []resourceServerType{}, NextToken: next}
	for _, s := range page {
		answer.ResourceServers = append(answer.ResourceServers, c.serverAnswer(s))
	}
	return answer, nil
}
