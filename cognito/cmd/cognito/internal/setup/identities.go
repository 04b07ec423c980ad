package setup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ci "github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	citypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// Identities is the identity pool of a design: signed-in users get AWS
// credentials for the objects of a bucket below a prefix of their own. Guests
// get none.
type Identities struct {
	Name     string // of the identity pool
	RoleName string
	Bucket   string
}

// policyName is the name of the role's policy.
const policyName = "own-prefix"

func (w Wish) identities() *Identities {
	if w.Bucket == "" {
		return nil
	}
	// The digits follow from the app: role names are the account's.
	name := strings.ReplaceAll(prefixFor(w.Name, w.App), ".", "-")
	return &Identities{Name: apiName(w.Name), RoleName: "cognito-" + name + "-users", Bucket: w.Bucket}
}

// trust lets signed-in users of one identity pool assume the role. identityPool
// is its id, or a reference to it.
func trust(region string, identityPool any) map[string]any {
	name := hosts.IdentityPools(region)
	return map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect":    "Allow",
			"Principal": map[string]any{"Federated": name},
			"Action":    "sts:AssumeRoleWithWebIdentity",
			"Condition": map[string]any{
				"StringEquals":           map[string]any{name + ":aud": identityPool},
				"ForAnyValue:StringLike": map[string]any{name + ":amr": "authenticated"},
			},
		}},
	}
}

// ownPrefix allows a user the objects below the prefix that is their identity
// id, and nothing else.
func (i *Identities) ownPrefix(region string) map[string]any {
	bucket := "arn:" + partition(region) + ":s3:::" + i.Bucket
	own := "${" + hosts.IdentityPools(region) + ":sub}" // the caller's identity id
	return map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{
			map[string]any{
				"Effect": "Allow", "Action": []any{"s3:ListBucket"}, "Resource": bucket,
				"Condition": map[string]any{"StringLike": map[string]any{"s3:prefix": []any{own + "/*"}}},
			},
			map[string]any{
				"Effect": "Allow", "Action": []any{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}, "Resource": bucket + "/" + own + "/*",
			},
		},
	}
}

func partition(region string) string {
	if region == "" {
		return "aws"
	}
	return hosts.Partition(region)
}

// identityState is what there is of the identity pool and its role.
type identityState struct {
	pool   *ci.DescribeIdentityPoolOutput
	role   *iamtypes.Role
	policy any    // of the role, as JSON
	given  string // the ARN of the role that users get
}

// readIdentities finds the identity pool by its tag, and the role by its name.
func (a *Account) readIdentities(ctx context.Context, d *Design, s *State) error {
	found := new(identityState)
	s.identities = found
	pages := ci.NewListIdentityPoolsPaginator(a.Identities, &ci.ListIdentityPoolsInput{MaxResults: aws.Int32(60)})
	for pages.HasMorePages() && found.pool == nil {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, summary := range page.IdentityPools {
			full, err := a.Identities.DescribeIdentityPool(ctx, &ci.DescribeIdentityPoolInput{IdentityPoolId: summary.IdentityPoolId})
			if err != nil {
				return err
			}
			if full.IdentityPoolTags[tagKey] == d.Wish.App {
				found.pool = full
				break
			}
		}
	}
	if found.pool != nil {
		roles, err := a.Identities.GetIdentityPoolRoles(ctx, &ci.GetIdentityPoolRolesInput{IdentityPoolId: found.pool.IdentityPoolId})
		if err != nil {
			return err
		}
		found.given = roles.Roles["authenticated"]
	}
	return a.readRole(ctx, d, found)
}

func (a *Account) readRole(ctx context.Context, d *Design, found *identityState) error {
	name := &d.Identities.RoleName
	role, err := a.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: name})
	var missing *iamtypes.NoSuchEntityException
	if errors.As(err, &missing) {
		return nil
	}
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(role.Role.Tags, func(t iamtypes.Tag) bool { return aws.ToString(t.Key) == tagKey && aws.ToString(t.Value) == d.Wish.App }) {
		return fmt.Errorf("the role %s is there and has no tag %s = %s: it is not this app's", *name, tagKey, d.Wish.App)
	}
	found.role = role.Role
	policy, err := a.IAM.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: name, PolicyName: aws.String(policyName)})
	if errors.As(err, &missing) {
		return nil
	}
	if err != nil {
		return err
	}
	found.policy = decodedPolicy(aws.ToString(policy.PolicyDocument))
	return nil
}

// decodedPolicy is a policy as IAM returns it: JSON, escaped for a URL.
func decodedPolicy(text string) (policy any) {
	if plain, err := url.QueryUnescape(strings.ReplaceAll(text, "+", "%2B")); err == nil {
		text = plain
	}
	_ = json.Unmarshal([]byte(text), &policy) // nil is no policy
	return policy
}

// identityChanges are the steps to the identity pool and its role.
func (d *Design) identityChanges(s *State) (plan []Change) {
	if d.Identities == nil {
		return nil
	}
	have := s.identities
	if have == nil {
		have = new(identityState)
	}
	add := func(wrong bool, id, text string, create func(context.Context, *Account, *State) error) {
		if wrong {
			plan = append(plan, Change{ID: id, Text: text, create: create})
		}
	}
	i := d.Identities
	add(have.pool == nil, "identity-pool", fmt.Sprintf("create the identity pool %q, without guests", i.Name), d.createIdentityPool)
	add(have.pool != nil && !d.knowsClient(s), "identity-pool", "add the app client to the identity pool", d.addIdentityProvider)
	add(have.role == nil, "user-role", fmt.Sprintf("create the role %q, which signed-in users of the identity pool may assume", i.RoleName), d.createRole)
	add(!reflect.DeepEqual(have.policy, any(i.ownPrefix(d.Wish.Region))), "user-policy", fmt.Sprintf("let each user reach objects of the bucket %q below a prefix of their own", i.Bucket), d.putPolicy)
	add(have.role == nil || have.given != aws.ToString(have.role.Arn), "identity-roles", "give signed-in users of the identity pool this role", d.giveRole)
	return plan
}

// provider is the user pool's name in the identity pool.
func provider(s *State) string {
	return strings.TrimPrefix(hosts.OriginalIssuer(regionOf(s), aws.ToString(s.Pool.Id)), "https://")
}

// regionOf is the user pool's region, which its id begins with.
func regionOf(s *State) string {
	region, _, _ := strings.Cut(aws.ToString(s.Pool.Id), "_")
	return region
}

func (d *Design) knowsClient(s *State) bool {
	return s.Pool != nil && s.Client != nil && slices.ContainsFunc(s.identities.pool.CognitoIdentityProviders, func(p citypes.CognitoIdentityProvider) bool {
		return aws.ToString(p.ProviderName) == provider(s) && aws.ToString(p.ClientId) == aws.ToString(s.Client.ClientId)
	})
}

func identityProvider(s *State) citypes.CognitoIdentityProvider {
	return citypes.CognitoIdentityProvider{ClientId: s.Client.ClientId, ProviderName: aws.String(provider(s)), ServerSideTokenCheck: aws.Bool(true)}
}

func (d *Design) createIdentityPool(ctx context.Context, a *Account, s *State) error {
	out, err := a.Identities.CreateIdentityPool(ctx, &ci.CreateIdentityPoolInput{
		IdentityPoolName: &d.Identities.Name, AllowUnauthenticatedIdentities: false,
		CognitoIdentityProviders: []citypes.CognitoIdentityProvider{identityProvider(s)},
		IdentityPoolTags:         map[string]string{tagKey: d.Wish.App},
	})
	if err != nil {
		return err
	}
	if s.identities == nil {
		s.identities = new(identityState)
	}
	s.identities.pool = new(ci.DescribeIdentityPoolOutput)
	copyFields(s.identities.pool, out)
	return nil
}

// addIdentityProvider keeps what the identity pool has: UpdateIdentityPool
// replaces all of it.
func (d *Design) addIdentityProvider(ctx context.Context, a *Account, s *State) error {
	in := new(ci.UpdateIdentityPoolInput)
	copyFields(in, s.identities.pool)
	in.CognitoIdentityProviders = append(slices.Clone(in.CognitoIdentityProviders), identityProvider(s))
	_, err := a.Identities.UpdateIdentityPool(ctx, in)
	return err
}

func (d *Design) createRole(ctx context.Context, a *Account, s *State) error {
	document, err := json.Marshal(trust(d.Wish.Region, aws.ToString(s.identities.pool.IdentityPoolId)))
	if err != nil {
		return err
	}
	out, err := a.IAM.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &d.Identities.RoleName, AssumeRolePolicyDocument: aws.String(string(document)),
		Description: aws.String("Signed-in users of " + d.Wish.App),
		Tags:        []iamtypes.Tag{{Key: aws.String(tagKey), Value: &d.Wish.App}},
	})
	if err == nil {
		s.identities.role = out.Role
	}
	return err
}

func (d *Design) putPolicy(ctx context.Context, a *Account, _ *State) error {
	document, err := json.Marshal(d.Identities.ownPrefix(d.Wish.Region))
	if err != nil {
		return err
	}
	_, err = a.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: &d.Identities.RoleName, PolicyName: aws.String(policyName), PolicyDocument: aws.String(string(document)),
	})
	return err
}

func (d *Design) giveRole(ctx context.Context, a *Account, s *State) error {
	id := s.identities.pool.IdentityPoolId
	now, err := a.Identities.GetIdentityPoolRoles(ctx, &ci.GetIdentityPoolRolesInput{IdentityPoolId: id})
	if err != nil {
		return err
	}
	roles := maps.Clone(now.Roles)
	if roles == nil {
		roles = map[string]string{}
	}
	roles["authenticated"] = aws.ToString(s.identities.role.Arn)
	_, err = a.Identities.SetIdentityPoolRoles(ctx, &ci.SetIdentityPoolRolesInput{IdentityPoolId: id, Roles: roles, RoleMappings: now.RoleMappings})
	return err
}

// IdentityPoolID is the identity pool's id, or "".
func (s *State) IdentityPoolID() string {
	if s.identities == nil || s.identities.pool == nil {
		return ""
	}
	return aws.ToString(s.identities.pool.IdentityPoolId)
}

// A reference is a value that AWS gives when a resource is made.
type reference struct {
	resource string // such as "AppClient"
	value    string // "id", "arn" or "provider"
}

// identityResources are the identity pool and its role, for templates.
func (d *Design) identityResources() []resource {
	if d.Identities == nil {
		return nil
	}
	i := d.Identities
	pool := reference{"IdentityPool", "id"}
	return []resource{
		{
			name: "IdentityPool", service: "cognito-identity", operation: "create-identity-pool", cloud: "AWS::Cognito::IdentityPool", terraform: "aws_cognito_identity_pool",
			properties: map[string]any{
				"IdentityPoolName": i.Name, "AllowUnauthenticatedIdentities": false,
				"CognitoIdentityProviders": []any{map[string]any{
					"ClientId": reference{"AppClient", "id"}, "ProviderName": reference{"UserPool", "provider"}, "ServerSideTokenCheck": true,
				}},
				"IdentityPoolTags": map[string]any{tagKey: d.Wish.App},
			},
		},
		{
			name: "UserRole", service: "iam", operation: "create-role", cloud: "AWS::IAM::Role", terraform: "aws_iam_role",
			properties: map[string]any{
				"RoleName": i.RoleName, "Description": "Signed-in users of " + d.Wish.App, "AssumeRolePolicyDocument": document{trust(d.Wish.Region, pool)},
				"Tags": []any{map[string]any{"Key": tagKey, "Value": d.Wish.App}},
			},
		},
		{
			name: "UserPolicy", service: "iam", operation: "put-role-policy", cloud: "AWS::IAM::RolePolicy", terraform: "aws_iam_role_policy", after: "UserRole",
			properties: map[string]any{"RoleName": i.RoleName, "PolicyName": policyName, "PolicyDocument": document{i.ownPrefix(d.Wish.Region)}},
		},
		{
			name: "IdentityRoles", service: "cognito-identity", operation: "set-identity-pool-roles", cloud: "AWS::Cognito::IdentityPoolRoleAttachment",
			terraform:  "aws_cognito_identity_pool_roles_attachment",
			properties: map[string]any{"IdentityPoolId": pool, "Roles": map[string]any{"authenticated": reference{"UserRole", "arn"}}},
		},
	}
}

// A document is a JSON document within a property.
type document struct{ content map[string]any }
