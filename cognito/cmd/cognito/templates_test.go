package main

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v3"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// applied is what there is after -apply, as the API describes it, by the names
// that resources have in templates.
func applied(t *testing.T, server *cognitotest.Server, s map[string]string) map[string]map[string]any {
	t.Helper()
	pool := s["COGNITO_USER_POOL_ID"]
	all := map[string]map[string]any{}
	for name, question := range map[string]struct {
		operation, part string
		input           map[string]any
	}{
		"UserPool":        {"DescribeUserPool", "UserPool", nil},
		"AppClient":       {"DescribeUserPoolClient", "UserPoolClient", map[string]any{"ClientId": s["COGNITO_CLIENT_ID"]}},
		"MachineClient":   {"DescribeUserPoolClient", "UserPoolClient", map[string]any{"ClientId": s["COGNITO_MACHINE_CLIENT_ID"]}},
		"ResourceServer":  {"DescribeResourceServer", "ResourceServer", map[string]any{"Identifier": "https://api.example.com"}},
		"GroupAdmins":     {"GetGroup", "Group", map[string]any{"GroupName": "admins"}},
		"GroupNightShift": {"GetGroup", "Group", map[string]any{"GroupName": "night-shift"}},
		"LoginStyle":      {"DescribeManagedLoginBrandingByClient", "ManagedLoginBranding", map[string]any{"ClientId": s["COGNITO_CLIENT_ID"]}},
	} {
		in := map[string]any{"UserPoolId": pool}
		for key, value := range question.input {
			in[key] = value
		}
		all[name], _ = call(t, server, question.operation, in)[question.part].(map[string]any)
		if all[name] == nil {
			t.Fatalf("%s describes nothing", question.operation)
		}
	}
	prefix, _ := all["UserPool"]["Domain"].(string)
	all["Domain"], _ = call(t, server, "DescribeUserPoolDomain", map[string]any{"Domain": prefix})["DomainDescription"].(map[string]any)
	return all
}

// left are properties that no operation describes, or that the templates choose
// otherwise: the prefix ends with digits of the pool where -apply chooses it.
var left = map[string]bool{
	"GenerateSecret": true, "UserPoolId": true, "ClientId": true, "Domain": true, "UserPoolTags": true, "generate_secret": true, "domain": true, "tags": true,
}

// TestSetup_TemplatesAreWhatWasApplied: each property of the CloudFormation
// template, and each argument of the Terraform configuration, has the value that
// the API describes after -apply.
func TestSetup_TemplatesAreWhatWasApplied(t *testing.T) {
	server := emulator(t)
	file := filepath.Join(t.TempDir(), ".env")
	args := []string{
		"setup", "-emulator", "-app", app, "-forms", "-group", "admins", "-group", "night-shift", "-resource", "https://api.example.com",
		"-scope", "read", "-scope", "write", "-machine", "-secrets", file,
	}
	if code, out, errs := start(t, "", append(args, "-apply")...); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	have := applied(t, server, secretFile(t, file))

	_, text, _ := start(t, "", append(args, "-o", "cloudformation")...)
	var template struct {
		Resources map[string]struct{ Properties map[string]any }
	}
	if err := yaml.Unmarshal([]byte(strings.NewReplacer("Resources:", "resources:", "Properties:", "properties:").Replace(text)), &template); err != nil {
		t.Fatal(err)
	}
	if len(template.Resources) != len(have) {
		t.Errorf("the template has %d resources, and %d were made", len(template.Resources), len(have))
	}
	compared := 0
	for name, r := range template.Resources {
		for property, want := range r.Properties {
			if property == "UserPoolName" {
				property = "Name"
			}
			if !left[property] {
				compared++
				compare(t, "CloudFormation: "+name+"."+property, want, have[name][property])
			}
		}
	}

	_, text, _ = start(t, "", append(args, "-o", "terraform")...)
	parsed, problems := hclparse.NewParser().ParseHCL([]byte(text), "main.tf")
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
		if block.Type == "resource" {
			name := pascal(block.Labels[1])
			compared += compareBlock(t, "Terraform: "+name, block.Body, snaked(have[name]))
		}
	}
	if compared < 60 {
		t.Errorf("%d values were compared: the test looks in the wrong place", compared)
	}
}

// compareBlock compares the arguments of a block that are values, not
// references.
func compareBlock(t *testing.T, where string, body *hclsyntax.Body, have map[string]any) (compared int) {
	t.Helper()
	for name, argument := range body.Attributes {
		value, problems := argument.Expr.Value(nil)
		if left[name] || problems.HasErrors() { // a reference
			continue
		}
		compared++
		compare(t, where+"."+name, plainOf(value), have[name])
	}
	seen := map[string]int{}
	for _, block := range body.Blocks {
		// The provider has password_policy without policies around it, and
		// blocks with a singular name for the members of a list.
		inner := have[block.Type]
		for api, terraform := range map[string]string{"recovery_mechanisms": "recovery_mechanism", "scopes": "scope"} {
			if block.Type == terraform {
				inner = have[api]
			}
		}
		if policies, _ := have["policies"].(map[string]any); block.Type == "password_policy" {
			inner = policies["password_policy"]
		}
		if list, isList := inner.([]any); isList && seen[block.Type] < len(list) {
			inner = list[seen[block.Type]]
		}
		seen[block.Type]++
		fields, _ := inner.(map[string]any)
		compared += compareBlock(t, where+"."+block.Type, block.Body, fields)
	}
	return compared
}

// compare wants the value of a template in what the API describes: a map may
// have more there.
func compare(t *testing.T, where string, want, have any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		fields, _ := have.(map[string]any)
		for name, value := range want {
			compare(t, where+"."+name, value, fields[name])
		}
	case []any:
		list, _ := have.([]any)
		if len(list) != len(want) {
			t.Errorf("%s = %v, and it was applied as %v", where, want, have)
			return
		}
		for i := range want {
			compare(t, fmt.Sprintf("%s[%d]", where, i), want[i], list[i])
		}
	default:
		if fmt.Sprint(want) != fmt.Sprint(have) {
			t.Errorf("%s = %v, and it was applied as %v", where, want, have)
		}
	}
}

// plainOf is a value of Terraform as JSON has it.
func plainOf(v cty.Value) any {
	switch {
	case v.Type() == cty.String:
		return v.AsString()
	case v.Type() == cty.Bool:
		return v.True()
	case v.Type() == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		return f
	case v.CanIterateElements():
		var list []any
		for _, item := range v.AsValueSlice() {
			list = append(list, plainOf(item))
		}
		return list
	}
	return nil
}

// snaked is what the API describes, in the words of the Terraform provider.
func snaked(value map[string]any) map[string]any {
	out := map[string]any{}
	for name, each := range value {
		var b strings.Builder
		name = strings.NewReplacer("OAuth", "Oauth", "URLs", "Urls").Replace(name)
		for i, c := range name {
			if unicode.IsUpper(c) && i > 0 {
				b.WriteByte('_')
			}
			b.WriteRune(unicode.ToLower(c))
		}
		key := b.String()
		if strings.HasSuffix(key, "client_name") || key == "group_name" {
			key = "name"
		}
		out[key] = snakedValue(each)
	}
	return out
}

func snakedValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return snaked(v)
	case []any:
		list := reflect.ValueOf(v)
		out := make([]any, list.Len())
		for i := range out {
			out[i] = snakedValue(list.Index(i).Interface())
		}
		return out
	}
	return value
}

// pascal is AppClient for app_client.
func pascal(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}
