package setup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ci "github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"
)

// An Account is where the resources are: one region of an AWS account, or an
// emulator.
type Account struct {
	API *cip.Client

	// Identities and IAM are needed for a design with an identity pool.
	Identities *ci.Client
	IAM        *iam.Client

	// Progress is called with a text before each call that may take long. The
	// function that it returns is called when the call has ended. Nil means no
	// progress.
	Progress func(text string) (done func(error))
}

// step runs one call with progress around it.
func (a *Account) step(text string, call func() error) error {
	if a.Progress == nil {
		return call()
	}
	done := a.Progress(text)
	err := call()
	done(err)
	return err
}

// A State holds the resources that exist. A nil field means that there is no
// such resource.
type State struct {
	Pool     *types.UserPoolType
	Client   *types.UserPoolClientType
	Server   *types.ResourceServerType
	Machine  *types.UserPoolClientType
	Groups   []string
	Branding bool

	// Secrets is how many secrets the app client has. ReadSecrets sets it.
	Secrets int

	// NoBranding says that the API has no branding: the emulator's pages need
	// none.
	NoBranding bool

	// MFA is the settings of second factors and passkeys. ReadSecrets sets it.
	MFA *cip.GetUserPoolMfaConfigOutput

	identities *identityState // nil unless the design has an identity pool
}

// Domain is the pool's domain: a custom one, or its prefix.
func (s *State) Domain() string {
	if s.Pool == nil {
		return ""
	}
	if custom := aws.ToString(s.Pool.CustomDomain); custom != "" {
		return custom
	}
	return aws.ToString(s.Pool.Domain)
}

// Read finds the resources of a design that exist: the pool by its tag, the
// others by name.
func (a *Account) Read(ctx context.Context, d *Design) (*State, error) {
	s := new(State)
	err := a.step("looking for a user pool with the tag "+tagKey+" = "+d.Wish.App, func() (err error) {
		s.Pool, err = a.findPool(ctx, d.Wish.App)
		return err
	})
	if err == nil && d.Identities != nil {
		err = a.step("looking for the identity pool and its role", func() error { return a.readIdentities(ctx, d, s) })
	}
	if err != nil || s.Pool == nil {
		return s, err
	}
	return s, a.step("reading user pool "+aws.ToString(s.Pool.Id), func() error { return a.readRest(ctx, d, s) })
}

// ReadPool reads the pool and the app client of those ids.
func (a *Account) ReadPool(ctx context.Context, d *Design, poolID, clientID string) (*State, error) {
	s := new(State)
	return s, a.step("reading user pool "+poolID, func() error {
		pool, err := a.API.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &poolID})
		if err != nil {
			return err
		}
		s.Pool = pool.UserPool
		client, err := a.API.DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{UserPoolId: &poolID, ClientId: &clientID})
		if err != nil {
			return err
		}
		s.Client = client.UserPoolClient
		return a.readRest(ctx, d, s)
	})
}

// findPool returns the pool with the tag of the app, or nil.
func (a *Account) findPool(ctx context.Context, app string) (*types.UserPoolType, error) {
	pages := cip.NewListUserPoolsPaginator(a.API, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, summary := range page.UserPools {
			full, err := a.API.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: summary.Id})
			if err != nil {
				return nil, err
			}
			if full.UserPool.UserPoolTags[tagKey] == app {
				return full.UserPool, nil
			}
		}
	}
	return nil, nil
}

// readRest reads what belongs to s.Pool.
func (a *Account) readRest(ctx context.Context, d *Design, s *State) error {
	if err := a.readClients(ctx, d, s); err != nil {
		return err
	}
	if err := a.readGroups(ctx, s); err != nil {
		return err
	}
	if d.Server != nil {
		out, err := a.API.DescribeResourceServer(ctx, &cip.DescribeResourceServerInput{UserPoolId: s.Pool.Id, Identifier: d.Server.Identifier})
		if err != nil && !isNotFound(err) {
			return err
		}
		if err == nil {
			s.Server = out.ResourceServer
		}
	}
	return a.readBranding(ctx, s)
}

// readClients finds the app clients by name, where they are not known.
func (a *Account) readClients(ctx context.Context, d *Design, s *State) error {
	pages := cip.NewListUserPoolClientsPaginator(a.API, &cip.ListUserPoolClientsInput{UserPoolId: s.Pool.Id, MaxResults: aws.Int32(60)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, summary := range page.UserPoolClients {
			name := aws.ToString(summary.ClientName)
			ours := s.Client == nil && name == aws.ToString(d.Client.ClientName)
			machines := d.Machine != nil && s.Machine == nil && name == aws.ToString(d.Machine.ClientName)
			if !ours && !machines {
				continue
			}
			full, err := a.API.DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{UserPoolId: s.Pool.Id, ClientId: summary.ClientId})
			if err != nil {
				return err
			}
			if ours {
				s.Client = full.UserPoolClient
			} else {
				s.Machine = full.UserPoolClient
			}
		}
	}
	return nil
}

func (a *Account) readGroups(ctx context.Context, s *State) error {
	pages := cip.NewListGroupsPaginator(a.API, &cip.ListGroupsInput{UserPoolId: s.Pool.Id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, g := range page.Groups {
			s.Groups = append(s.Groups, aws.ToString(g.GroupName))
		}
	}
	return nil
}

// readBranding looks for a style of the client's login pages.
func (a *Account) readBranding(ctx context.Context, s *State) error {
	if s.Client == nil {
		return nil
	}
	_, err := a.API.DescribeManagedLoginBrandingByClient(ctx, &cip.DescribeManagedLoginBrandingByClientInput{UserPoolId: s.Pool.Id, ClientId: s.Client.ClientId})
	switch {
	case err == nil:
		s.Branding = true
	case isNotFound(err):
	case isUnknownOperation(err):
		s.NoBranding = true
	default:
		return err
	}
	return nil
}

func isNotFound(err error) bool {
	var missing *types.ResourceNotFoundException
	return errors.As(err, &missing)
}

func isExisting(err error) bool {
	var existing *types.UsernameExistsException
	return errors.As(err, &existing)
}

func isUnknownOperation(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && strings.Contains(api.ErrorCode(), "UnknownOperation")
}

// Policy is the IAM policy that lets setup read. If write is set, it also lets
// setup make changes.
func Policy(write bool) map[string]any {
	actions := slices.Clone(readActions)
	if write {
		actions = append(actions, writeActions...)
	}
	for i, action := range actions {
		actions[i] = "cognito-idp:" + action
	}
	if write {
		actions = append(actions, otherActions...)
	}
	return map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect": "Allow", "Action": actions, "Resource": "*",
		}},
	}
}

var (
	readActions = []string{
		"ListUserPools", "DescribeUserPool", "ListUserPoolClients", "DescribeUserPoolClient",
		"ListGroups", "DescribeResourceServer", "DescribeManagedLoginBrandingByClient", "ListUserPoolClientSecrets",
		"GetUserPoolMfaConfig",
	}
	// otherActions are those of an identity pool (-bucket), and of secrets that
	// are kept in Secrets Manager.
	otherActions = []string{
		"cognito-identity:ListIdentityPools", "cognito-identity:DescribeIdentityPool", "cognito-identity:GetIdentityPoolRoles",
		"cognito-identity:CreateIdentityPool", "cognito-identity:UpdateIdentityPool", "cognito-identity:SetIdentityPoolRoles", "cognito-identity:TagResource",
		"iam:GetRole", "iam:GetRolePolicy", "iam:CreateRole", "iam:TagRole", "iam:PutRolePolicy", "iam:PassRole",
		"secretsmanager:GetSecretValue", "secretsmanager:CreateSecret", "secretsmanager:PutSecretValue", "secretsmanager:TagResource",
	}
	writeActions = []string{
		"CreateUserPool", "UpdateUserPool", "TagResource", "CreateUserPoolClient", "UpdateUserPoolClient", "CreateUserPoolDomain",
		"CreateManagedLoginBranding", "CreateGroup", "CreateResourceServer", "UpdateResourceServer",
		"AdminCreateUser", "AdminSetUserPassword",
	}
)

// withHint adds to a refusal what it most often means.
func withHint(doing string, err error) error {
	if err == nil {
		return nil
	}
	var api smithy.APIError
	if errors.As(err, &api) && strings.Contains(api.ErrorCode(), "AccessDenied") {
		return fmt.Errorf("%s: %w (-policy prints the IAM policy that is needed)", doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
