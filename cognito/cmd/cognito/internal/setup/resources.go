package setup

import "strings"

// A resource is a part of a design in the words of the Cognito API, without
// the ids that Cognito gives.
type resource struct {
	name       string // in templates, such as "UserPool"
	service    string // of the AWS CLI; "" means cognito-idp
	operation  string // of the AWS CLI
	cloud      string // type in CloudFormation
	terraform  string // type in Terraform
	needsPool  bool   // UserPoolId is due
	needsStyle bool   // ClientId is due
	after      string // another resource that must be there first, or ""
	properties map[string]any
}

// resources are the parts of the design in the order of their creation.
func (d *Design) resources() []resource {
	all := []resource{{
		name: "UserPool", operation: "create-user-pool", cloud: "AWS::Cognito::UserPool", terraform: "aws_cognito_user_pool",
		properties: properties(d.Pool),
	}}
	server := ""
	if d.Server != nil {
		server = "ResourceServer"
		all = append(all, resource{
			name: server, operation: "create-resource-server", cloud: "AWS::Cognito::UserPoolResourceServer",
			terraform: "aws_cognito_resource_server", needsPool: true, properties: properties(d.Server),
		})
	}
	client := resource{
		name: "AppClient", operation: "create-user-pool-client", cloud: "AWS::Cognito::UserPoolClient",
		terraform: "aws_cognito_user_pool_client", needsPool: true, after: server, properties: properties(d.Client),
	}
	all = append(all, client,
		resource{
			name: "Domain", operation: "create-user-pool-domain", cloud: "AWS::Cognito::UserPoolDomain",
			terraform: "aws_cognito_user_pool_domain", needsPool: true, properties: properties(d.Domain),
		},
		resource{
			name: "LoginStyle", operation: "create-managed-login-branding", cloud: "AWS::Cognito::ManagedLoginBranding",
			terraform: "aws_cognito_managed_login_branding", needsPool: true, needsStyle: true, after: "Domain", properties: properties(d.Branding),
		})
	for _, group := range d.Groups {
		all = append(all, resource{
			name: "Group" + identifier(*group.GroupName), operation: "create-group", cloud: "AWS::Cognito::UserPoolGroup",
			terraform: "aws_cognito_user_group", needsPool: true, properties: properties(group),
		})
	}
	if d.Machine != nil {
		machine := client
		machine.name, machine.properties = "MachineClient", properties(d.Machine)
		all = append(all, machine)
	}
	return append(all, d.identityResources()...)
}

// resolved is a value with its references and documents replaced.
func resolved(value any, refer func(reference) any, write func(document) any) any {
	switch v := value.(type) {
	case reference:
		return refer(v)
	case document:
		return write(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, each := range v {
			out[name] = resolved(each, refer, write)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = resolved(each, refer, write)
		}
		return out
	}
	return value
}

// identifier is the letters and digits of a name, as in "ShopAdmins" for
// "shop-admins".
func identifier(name string) string {
	var b strings.Builder
	up := true
	for _, c := range name {
		switch {
		case 'a' <= c && c <= 'z' && up:
			b.WriteRune(c - 'a' + 'A')
			up = false
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
			b.WriteRune(c)
			up = false
		default:
			up = true
		}
	}
	return b.String()
}
