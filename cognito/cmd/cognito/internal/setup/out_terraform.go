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
		write(block, r.properties)
		if r.after != "" {
			block.SetAttributeRaw("depends_on", hclwrite.TokensForTuple([]hclwrite.Tokens{
				hclwrite.TokensForTraversal(hcl.Traversal{hcl.TraverseRoot{Name: d.terraformType(r.after)}, hcl.TraverseAttr{Name: snake(r.after)}}),
			}))
		}
	}
	for _, out := range []struct {
		name, kind, resource, attribute string
		sensitive                       bool
	}{
		{"cognito_user_pool_id", "aws_cognito_user_pool", "user_pool", "id", false},
		{"cognito_client_id", "aws_cognito_user_pool_client", "app_client", "id", false},
		{"cognito_client_secret", "aws_cognito_user_pool_client", "app_client", "client_secret", true},
		{"cognito_domain", "aws_cognito_user_pool_domain", "domain", "domain", false},
	} {
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
		case map[string]any:
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
