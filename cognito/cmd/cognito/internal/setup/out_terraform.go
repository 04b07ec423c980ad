package setup

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// terraformNames are the arguments whose names do not follow from the API's.
var terraformNames = map[string]string{
	"PoolName": "name", "ClientName": "name", "GroupName": "name", "UserPoolTags": "tags",
	"RecoveryMechanisms": "recovery_mechanism", "Scopes": "scope",
	"CallbackURLs": "callback_urls", "LogoutURLs": "logout_urls",
}

// Terraform is a configuration of the AWS provider (version 6 or later) that
// creates the design.
func (d *Design) Terraform() string {
	file := hclwrite.NewEmptyFile()
	body := file.Body()
	for i, r := range d.resources() {
		if i > 0 {
			body.AppendNewline()
		}
		block := body.AppendNewBlock("resource", []string{r.terraform, snake(r.name)}).Body()
		if r.needsPool {
			block.SetAttributeTraversal("user_pool_id", attribute("aws_cognito_user_pool", "user_pool", "id"))
		}
		if r.needsStyle {
			block.SetAttributeTraversal("client_id", attribute("aws_cognito_user_pool_client", "app_client", "id"))
		}
		write(block, terraformProperties(r))
		if r.after != "" {
			block.SetAttributeRaw("depends_on", hclwrite.TokensForTuple([]hclwrite.Tokens{
				hclwrite.TokensForTraversal(hcl.Traversal{hcl.TraverseRoot{Name: d.terraformType(r.after)}, hcl.TraverseAttr{Name: snake(r.after)}}),
			}))
		}
	}
	type output struct {
		name, kind, resource, attribute string
		sensitive                       bool
	}
	outputs := []output{
		{"cognito_user_pool_id", "aws_cognito_user_pool", "user_pool", "id", false},
		{"cognito_client_id", "aws_cognito_user_pool_client", "app_client", "id", false},
		{"cognito_client_secret", "aws_cognito_user_pool_client", "app_client", "client_secret", true},
		{"cognito_domain", "aws_cognito_user_pool_domain", "domain", "domain", false},
	}
	if d.Identities != nil {
		outputs = append(outputs, output{"cognito_identity_pool_id", "aws_cognito_identity_pool", "identity_pool", "id", false})
	}
	for _, out := range outputs {
		body.AppendNewline()
		block := body.AppendNewBlock("output", []string{out.name}).Body()
		block.SetAttributeTraversal("value", attribute(out.kind, out.resource, out.attribute))
		if out.sensitive {
			block.SetAttributeValue("sensitive", cty.True)
		}
	}
	return string(file.Bytes())
}

func (d *Design) terraformType(name string) string {
	for _, r := range d.resources() {
		if r.name == name {
			return r.terraform
		}
	}
	return ""
}

func attribute(kind, name, attribute string) hcl.Traversal {
	return hcl.Traversal{hcl.TraverseRoot{Name: kind}, hcl.TraverseAttr{Name: name}, hcl.TraverseAttr{Name: attribute}}
}

// write writes properties as arguments, and those that have properties of
// their own as blocks.
func write(body *hclwrite.Body, properties map[string]any) {
	var blocks []string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		switch value := properties[name].(type) {
		case reference, document:
			body.SetAttributeRaw(argument(name), tokensOf(value))
		case map[string]any:
			if name == "tags" || name == "roles" {
				body.SetAttributeRaw(name, tokensOf(value))
				continue
			}
			if name == "Policies" { // the provider has password_policy without it
				write(body, value)
				continue
			}
			if name != "UserPoolTags" {
				blocks = append(blocks, name)
				continue
			}
			body.SetAttributeValue(argument(name), ctyOf(value))
		case []any:
			if len(value) > 0 {
				if _, nested := value[0].(map[string]any); nested {
					blocks = append(blocks, name)
					continue
				}
			}
			body.SetAttributeValue(argument(name), ctyOf(value))
		default:
			body.SetAttributeValue(argument(name), ctyOf(value))
		}
	}
	for _, name := range blocks {
		items, several := properties[name].([]any)
		if !several {
			items = []any{properties[name]}
		}
		for _, item := range items {
			if fields, ok := item.(map[string]any); ok {
				write(body.AppendNewBlock(argument(name), nil).Body(), fields)
			}
		}
	}
}

// terraformProperties are a resource's properties, those of IAM in the
// provider's words.
func terraformProperties(r resource) map[string]any {
	names := map[string]string{"IdentityPoolTags": "tags"}
	switch r.terraform {
	case "aws_iam_role":
		names = map[string]string{"RoleName": "name", "AssumeRolePolicyDocument": "assume_role_policy"}
	case "aws_iam_role_policy":
		names = map[string]string{"RoleName": "role", "PolicyName": "name", "PolicyDocument": "policy"}
	case "aws_cognito_identity_pool_roles_attachment":
		names = map[string]string{"Roles": "roles"}
	}
	out := map[string]any{}
	for name, value := range r.properties {
		if name == "Tags" {
			name, value = "tags", tagMap(value)
		}
		if other, differs := names[name]; differs {
			name = other
		}
		out[name] = value
	}
	return out
}

// tagMap is a list of keys and values as a map.
func tagMap(list any) map[string]any {
	tags := map[string]any{}
	items, _ := list.([]any)
	for _, item := range items {
		if tag, ok := item.(map[string]any); ok {
			key, _ := tag["Key"].(string)
			tags[key] = tag["Value"]
		}
	}
	return tags
}

// terraformReferences are the attributes that references stand for.
var terraformReferences = map[reference]hcl.Traversal{
	{"UserPool", "provider"}: attribute("aws_cognito_user_pool", "user_pool", "endpoint"),
	{"AppClient", "id"}:      attribute("aws_cognito_user_pool_client", "app_client", "id"),
	{"IdentityPool", "id"}:   attribute("aws_cognito_identity_pool", "identity_pool", "id"),
	{"UserRole", "arn"}:      attribute("aws_iam_role", "user_role", "arn"),
}

// tokensOf is an expression: a value that may have references in it.
func tokensOf(value any) hclwrite.Tokens {
	switch v := value.(type) {
	case reference:
		return hclwrite.TokensForTraversal(terraformReferences[v])
	case document:
		return hclwrite.TokensForFunctionCall("jsonencode", tokensOf(v.content))
	case map[string]any:
		var fields []hclwrite.ObjectAttrTokens
		for _, name := range slices.Sorted(maps.Keys(v)) {
			fields = append(fields, hclwrite.ObjectAttrTokens{Name: hclwrite.TokensForValue(cty.StringVal(name)), Value: tokensOf(v[name])})
		}
		return hclwrite.TokensForObject(fields)
	case []any:
		var items []hclwrite.Tokens
		for _, item := range v {
			items = append(items, tokensOf(item))
		}
		return hclwrite.TokensForTuple(items)
	}
	return hclwrite.TokensForValue(ctyOf(value))
}

func ctyOf(value any) cty.Value {
	switch v := value.(type) {
	case string:
		return cty.StringVal(v)
	case bool:
		return cty.BoolVal(v)
	case int64:
		return cty.NumberIntVal(v)
	case []any:
		items := make([]cty.Value, 0, len(v))
		for _, item := range v {
			items = append(items, ctyOf(item))
		}
		return cty.TupleVal(items)
	case map[string]any:
		entries := map[string]cty.Value{}
		for key, item := range v {
			entries[key] = ctyOf(item)
		}
		return cty.ObjectVal(entries)
	}
	return cty.NullVal(cty.String)
}

// argument is the name of a property in Terraform.
func argument(name string) string {
	if special, ok := terraformNames[name]; ok {
		return special
	}
	return snake(name)
}

// snake is user_pool_tier for UserPoolTier, and allowed_oauth_flows for
// AllowedOAuthFlows.
func snake(name string) string {
	name = strings.ReplaceAll(name, "OAuth", "Oauth")
	var b strings.Builder
	for i, c := range name {
		if unicode.IsUpper(c) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
