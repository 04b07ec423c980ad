package setup

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (d *Design) createPool(ctx context.Context, a *Account, s *State) error {
	out, err := a.API.CreateUserPool(ctx, d.Pool)
	if err != nil {
		return err
	}
	s.Pool = out.UserPool
	return nil
}

func (d *Design) createServer(ctx context.Context, a *Account, s *State) error {
	in := *d.Server
	in.UserPoolId = s.Pool.Id
	out, err := a.API.CreateResourceServer(ctx, &in)
	if err != nil {
		return err
	}
	s.Server = out.ResourceServer
	return nil
}

// missingScopes are the scopes of the wish that the resource server lacks.
func (d *Design) missingScopes(s *State) (missing []string) {
	if s.Server == nil {
		return d.Wish.Scopes
	}
	for _, name := range d.Wish.Scopes {
		if !slices.ContainsFunc(s.Server.Scopes, func(t types.ResourceServerScopeType) bool { return aws.ToString(t.ScopeName) == name }) {
			missing = append(missing, name)
		}
	}
	return missing
}

func (d *Design) addScopes(ctx context.Context, a *Account, s *State) error {
	in := &cip.UpdateResourceServerInput{UserPoolId: s.Pool.Id, Identifier: s.Server.Identifier, Name: s.Server.Name, Scopes: slices.Clone(s.Server.Scopes)}
	for _, name := range d.missingScopes(s) {
		in.Scopes = append(in.Scopes, types.ResourceServerScopeType{ScopeName: aws.String(name), ScopeDescription: aws.String(name)})
	}
	out, err := a.API.UpdateResourceServer(ctx, in)
	if err != nil {
		return err
	}
	s.Server = out.ResourceServer
	return nil
}

func (d *Design) createClient(ctx context.Context, a *Account, s *State) error {
	client, err := a.createClient(ctx, s, *d.Client)
	s.Client = client
	return err
}

func (d *Design) createMachine(ctx context.Context, a *Account, s *State) error {
	client, err := a.createClient(ctx, s, *d.Machine)
	s.Machine = client
	return err
}

func (a *Account) createClient(ctx context.Context, s *State, in cip.CreateUserPoolClientInput) (*types.UserPoolClientType, error) {
	in.UserPoolId = s.Pool.Id
	out, err := a.API.CreateUserPoolClient(ctx, &in)
	if err != nil {
		return nil, err
	}
	return out.UserPoolClient, nil
}

func (d *Design) createDomain(ctx context.Context, a *Account, s *State) error {
	in := *d.Domain
	in.UserPoolId = s.Pool.Id
	if !d.domainChosen { // two apps with one URL, such as localhost's, are in many accounts
		in.Domain = aws.String(prefixFor(d.Wish.Name, aws.ToString(s.Pool.Id)))
	}
	if _, err := a.API.CreateUserPoolDomain(ctx, &in); err != nil {
		return err
	}
	return a.refreshPool(ctx, s)
}

func (d *Design) createBranding(ctx context.Context, a *Account, s *State) error {
	in := *d.Branding
	in.UserPoolId, in.ClientId = s.Pool.Id, s.Client.ClientId
	_, err := a.API.CreateManagedLoginBranding(ctx, &in)
	if isUnknownOperation(err) {
		s.NoBranding = true
		return nil
	}
	s.Branding = err == nil
	return err
}

func (d *Design) createGroup(group *cip.CreateGroupInput) func(context.Context, *Account, *State) error {
	return func(ctx context.Context, a *Account, s *State) error {
		in := *group
		in.UserPoolId = s.Pool.Id
		if _, err := a.API.CreateGroup(ctx, &in); err != nil {
			return err
		}
		s.Groups = append(s.Groups, aws.ToString(in.GroupName))
		return nil
	}
}

// AddUser creates a confirmed user with a permanent password, who signs in by
// that e-mail address. If the user exists already, AddUser only sets the
// password.
func (a *Account) AddUser(ctx context.Context, s *State, email, password string) error {
	return a.step("creating the test user "+email, func() error {
		_, err := a.API.AdminCreateUser(ctx, &cip.AdminCreateUserInput{
			UserPoolId: s.Pool.Id, Username: &email, MessageAction: types.MessageActionTypeSuppress,
			UserAttributes: []types.AttributeType{
				{Name: aws.String("email"), Value: &email}, {Name: aws.String("email_verified"), Value: aws.String("true")},
			},
		})
		if err != nil && !isExisting(err) {
			return err
		}
		_, err = a.API.AdminSetUserPassword(ctx, &cip.AdminSetUserPasswordInput{UserPoolId: s.Pool.Id, Username: &email, Password: &password, Permanent: true})
		return err
	})
}
