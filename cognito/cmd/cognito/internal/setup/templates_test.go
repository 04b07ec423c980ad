package setup_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"go.yaml.in/yaml/v3"

	"github.com/seed75762126/cognito-go/cognito/cmd/cognito/internal/setup"
)

func design() *setup.Design {
	return setup.Wish{
		App: "https://shop.example.com", Local: "http://localhost:8080", Forms: true, Groups: []string{"admins", "night-shift"},
		Resource: "https://api.example.com", Scopes: []string{"read", "write"}, Machine: true,
		Bucket: "shop-files", Region: "eu-west-1",
	}.Design()
}

// block is a block of Terraform: its arguments as text, and its blocks.
type block struct {
	arguments map[string]string
	blocks    map[string][]block
}

// terraform parses a configuration with HCL's own parser, and returns its
// resources and outputs by address.
func terraform(t *testing.T, text string) map[string]block {
	t.Helper()
	file, problems := hclparse.NewParser().ParseHCL([]byte(text), "main.tf")
	if problems.HasErrors() {
		t.Fatalf("%v\n%s", problems, text)
	}
	all := map[string]block{}
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		all[strings.Join(append([]string{b.Type}, b.Labels...), ".")] = read(b.Body, file)
	}
	return all
}

func read(body *hclsyntax.Body, file *hcl.File) block {
	b := block{map[string]string{}, map[string][]block{}}
	for name, attribute := range body.Attributes {
		b.arguments[name] = string(attribute.Expr.Range().SliceBytes(file.Bytes))
	}
	for _, inner := range body.Blocks {
		b.blocks[inner.Type] = append(b.blocks[inner.Type], read(inner.Body, file))
	}
	return b
}

// TestTerraform: the configuration says what -apply would do.
func TestTerraform(t *testing.T) {
	all := terraform(t, design().Terraform())
	want := []string{
		"output.cognito_client_id", "output.cognito_client_secret", "output.cognito_domain", "output.cognito_user_pool_id",
		"resource.aws_cognito_managed_login_branding.login_style", "resource.aws_cognito_resource_server.resource_server",
		"resource.aws_cognito_user_group.group_admins", "resource.aws_cognito_user_group.group_night_shift",
		"resource.aws_cognito_user_pool.user_pool", "resource.aws_cognito_user_pool_client.app_client",
		"resource.aws_cognito_user_pool_client.machine_client", "resource.aws_cognito_user_pool_domain.domain",
		"output.cognito_identity_pool_id", "resource.aws_cognito_identity_pool.identity_pool", "resource.aws_iam_role.user_role",
		"resource.aws_iam_role_policy.user_policy", "resource.aws_cognito_identity_pool_roles_attachment.identity_roles",
	}
	for _, address := range want {
		if _, there := all[address]; !there {
			t.Errorf("there is no %s", address)
		}
	}
	if len(all) != len(want) {
		t.Errorf("%d blocks, want %d", len(all), len(want))
	}
	pool, client := all["resource.aws_cognito_user_pool.user_pool"], all["resource.aws_cognito_user_pool_client.app_client"]
	for _, tt := range []struct {
		b          block
		name, want string
	}{
		{pool, "name", `"shop.example.com"`},
		{pool, "username_attributes", `["email"]`},
		{pool, "deletion_protection", `"ACTIVE"`},
		{pool, "user_pool_tier", `"ESSENTIALS"`},
		{client, "user_pool_id", "aws_cognito_user_pool.user_pool.id"},
		{client, "generate_secret", "true"},
		{client, "allowed_oauth_flows", `["code"]`},
		{client, "allowed_oauth_flows_user_pool_client", "true"},
		{client, "callback_urls", `["https://shop.example.com/auth/callback", "http://localhost:8080/auth/callback"]`},
		{client, "logout_urls", `["https://shop.example.com/auth/signed-out", "http://localhost:8080/auth/signed-out"]`},
		{client, "explicit_auth_flows", `["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]`},
		{client, "enable_token_revocation", "true"},
		{client, "prevent_user_existence_errors", `"ENABLED"`},
		{client, "depends_on", "[aws_cognito_resource_server.resource_server]"},
		{all["resource.aws_cognito_managed_login_branding.login_style"], "client_id", "aws_cognito_user_pool_client.app_client.id"},
		{all["resource.aws_cognito_managed_login_branding.login_style"], "use_cognito_provided_values", "true"},
		{all["resource.aws_cognito_user_pool_domain.domain"], "managed_login_version", "2"},
		{all["output.cognito_client_secret"], "sensitive", "true"},
		{all["resource.aws_cognito_identity_pool.identity_pool"], "allow_unauthenticated_identities", "false"},
		{all["resource.aws_cognito_identity_pool_roles_attachment.identity_roles"], "identity_pool_id", "aws_cognito_identity_pool.identity_pool.id"},
		{all["resource.aws_iam_role_policy.user_policy"], "depends_on", "[aws_iam_role.user_role]"},
	} {
		if got := tt.b.arguments[tt.name]; got != tt.want {
			t.Errorf("%s = %s, want %s", tt.name, got, tt.want)
		}
	}
	if r := client.blocks["refresh_token_rotation"]; len(r) != 1 || r[0].arguments["feature"] != `"ENABLED"` || r[0].arguments["retry_grace_period_seconds"] != "60" {
		t.Errorf("refresh_token_rotation = %v", r)
	}
	if p := pool.blocks["password_policy"]; len(p) != 1 || p[0].arguments["minimum_length"] != "12" {
		t.Errorf("password_policy = %v", p)
	}
	if r := pool.blocks["account_recovery_setting"]; len(r) != 1 || len(r[0].blocks["recovery_mechanism"]) != 1 {
		t.Errorf("account_recovery_setting = %v", r)
	}
	if p := all["resource.aws_cognito_identity_pool.identity_pool"].blocks["cognito_identity_providers"]; len(p) != 1 || p[0].arguments["client_id"] != "aws_cognito_user_pool_client.app_client.id" || p[0].arguments["provider_name"] != "aws_cognito_user_pool.user_pool.endpoint" {
		t.Errorf("cognito_identity_providers = %v", p)
	}
	for address, parts := range map[string][]string{
		"resource.aws_iam_role.user_role":                                    {"assume_role_policy", "jsonencode(", "aws_cognito_identity_pool.identity_pool.id", `"authenticated"`},
		"resource.aws_iam_role_policy.user_policy":                           {"policy", "jsonencode(", `"arn:aws:s3:::shop-files/$${cognito-identity.amazonaws.com:sub}/*"`},
		"resource.aws_cognito_identity_pool_roles_attachment.identity_roles": {"roles", `"authenticated" = aws_iam_role.user_role.arn`},
	} {
		for _, part := range parts[1:] {
			if text := all[address].arguments[parts[0]]; !strings.Contains(text, part) {
				t.Errorf("%s of %s = %s, want %s in it", parts[0], address, text, part)
			}
		}
	}
	if s := all["resource.aws_cognito_resource_server.resource_server"].blocks["scope"]; len(s) != 2 || s[1].arguments["scope_name"] != `"write"` {
		t.Errorf("scope = %v", s)
	}
}

// TestCloudFormation: the template has the properties that -apply sends.
func TestCloudFormation(t *testing.T) {
	d := design()
	text, err := d.CloudFormation()
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type           string         `yaml:"Type"`
			DeletionPolicy string         `yaml:"DeletionPolicy"`
			DependsOn      string         `yaml:"DependsOn"`
			Properties     map[string]any `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal([]byte(text), &template); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	types := map[string]string{
		"UserPool": "UserPool", "ResourceServer": "UserPoolResourceServer", "AppClient": "UserPoolClient", "Domain": "UserPoolDomain",
		"IdentityPool": "IdentityPool", "IdentityRoles": "IdentityPoolRoleAttachment", "UserRole": "", "UserPolicy": "Policy",
		"LoginStyle": "ManagedLoginBranding", "GroupAdmins": "UserPoolGroup", "GroupNightShift": "UserPoolGroup", "MachineClient": "UserPoolClient",
	}
	for name, kind := range types {
		r := template.Resources[name]
		if strings.HasPrefix(name, "User") && name != "UserPool" {
			if r.Type != "AWS::IAM::Role"+kind {
				t.Errorf("%s has the type %q", name, r.Type)
			}
			continue
		}
		if r.Type != "AWS::Cognito::"+kind {
			t.Errorf("%s has the type %q", name, r.Type)
		}
		if ref, _ := r.Properties["UserPoolId"].(map[string]any); name != "UserPool" && !strings.HasPrefix(name, "Identity") && ref["Ref"] != "UserPool" {
			t.Errorf("%s has UserPoolId %v", name, r.Properties["UserPoolId"])
		}
	}
	if len(template.Resources) != len(types) {
		t.Errorf("%d resources, want %d", len(template.Resources), len(types))
	}
	if p := template.Resources["UserPool"]; p.DeletionPolicy != "Retain" || p.Properties["UserPoolName"] != *d.Pool.PoolName || p.Properties["PoolName"] != nil {
		t.Errorf("UserPool = %+v", p)
	}
	text = strings.Join(strings.Fields(text), " ")
	for _, part := range []string{
		"IdentityPoolId: Ref: IdentityPool", "authenticated: Fn::GetAtt: - UserRole - Arn", "cognito-identity.amazonaws.com:aud: Ref: IdentityPool",
		"ProviderName: Fn::GetAtt: - UserPool - ProviderName", "Resource: arn:aws:s3:::shop-files/${cognito-identity.amazonaws.com:sub}/*",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the template lacks %s:\n%s", part, text)
		}
	}
	client := template.Resources["AppClient"]
	if urls, _ := client.Properties["CallbackURLs"].([]any); len(urls) != len(d.Client.CallbackURLs) || urls[0] != d.Client.CallbackURLs[0] {
		t.Errorf("CallbackURLs = %v", urls)
	}
	if client.DependsOn != "ResourceServer" || template.Resources["LoginStyle"].DependsOn != "Domain" {
		t.Errorf("DependsOn = %q, %q", client.DependsOn, template.Resources["LoginStyle"].DependsOn)
	}
}

// TestCDK: the file is Go, and makes each resource with the properties of the
// design.
func TestCDK(t *testing.T) {
	text, err := design().CDK()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "signin.go", text, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var constructs []string
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && strings.HasPrefix(s.Sel.Name, "NewCfn") {
			constructs = append(constructs, s.Sel.Name)
		}
		return true
	})
	want := []string{
		"NewCfnUserPool", "NewCfnUserPoolResourceServer", "NewCfnUserPoolClient", "NewCfnUserPoolDomain", "NewCfnManagedLoginBranding",
		"NewCfnUserPoolGroup", "NewCfnUserPoolGroup", "NewCfnUserPoolClient", "NewCfnIdentityPool", "NewCfnRole", "NewCfnRolePolicy", "NewCfnIdentityPoolRoleAttachment",
		"NewCfnOutput", "NewCfnOutput", "NewCfnOutput",
	}
	if !slices.Equal(constructs, want) {
		t.Errorf("constructs %v, want %v", constructs, want)
	}
	for _, part := range []string{
		`UserPoolName: jsii.String("shop.example.com")`,
		`CallbackUrLs: jsii.Strings("https://shop.example.com/auth/callback", "http://localhost:8080/auth/callback")`,
		`&awscognito.CfnUserPoolClient_RefreshTokenRotationProperty{`,
		`ProviderName: userPool.AttrProviderName()`,
		`Roles: map[string]any{ "authenticated": userRole.AttrArn(), }`,
		`"cognito-identity.amazonaws.com:aud": identityPool.Ref(),`,
		`userPool.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)`,
	} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), part) {
			t.Errorf("the file lacks %s", part)
		}
	}
}

// TestWish_Domain: a prefix that Cognito takes follows from any app.
func TestWish_Domain(t *testing.T) {
	for app, want := range map[string]string{
		"https://shop.example.com":    "shop-example-com-",
		"https://aws-cognito.example": "example-",
		"https://AMAZON.example.com/": "example-com-",
		"https://xn--mller-kva.de":    "xn-mller-kva-de-",
		"http://127.0.0.1:8080":       "127-0-0-1-",
	} {
		d := setup.Wish{App: app}.Design()
		if got := *d.Domain.Domain; !strings.HasPrefix(got, want) || len(got) != len(want)+6 {
			t.Errorf("%s: %q, want %s and six digits", app, got, want)
		}
		if err := d.Wish.Check(); err != nil {
			t.Errorf("%s: %v", app, err)
		}
	}
}

// TestTemplates_Partitions: the role trusts identity pools by the name that they
// have in the region, in every template.
func TestTemplates_Partitions(t *testing.T) {
	for region, name := range map[string]string{
		"eu-west-1": "cognito-identity.amazonaws.com", "us-gov-west-1": "cognito-identity-us-gov.amazonaws.com",
		"cn-north-1": "cognito-identity.cn-north-1.amazonaws.com.cn",
	} {
		d := setup.Wish{App: "https://shop.example.com", Bucket: "shop-files", Region: region}.Design()
		cli, err1 := d.CLI()
		cdk, err2 := d.CDK()
		cloud, err3 := d.CloudFormation()
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		for tool, text := range map[string]string{"CLI": cli, "CDK": cdk, "CloudFormation": cloud, "Terraform": d.Terraform()} {
			for _, part := range []string{name + ":aud", name + ":amr", "{" + name + ":sub}"} {
				if !strings.Contains(text, part) {
					t.Errorf("%s in %s: %s is missing", tool, region, part)
				}
			}
			if region != "eu-west-1" && strings.Contains(text, "cognito-identity.amazonaws.com:") {
				t.Errorf("%s in %s trusts the identity pools of another partition", tool, region)
			}
		}
	}
}
