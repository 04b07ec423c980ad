package setup

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// cdkTypes are the types of properties that have properties of their own, by
// construct and name.
var cdkTypes = map[string]string{
	"AccountRecoverySetting": "CfnUserPool_AccountRecoverySettingProperty",
	"RecoveryMechanisms":     "CfnUserPool_RecoveryOptionProperty",
	"Policies":               "CfnUserPool_PoliciesProperty",
	"PasswordPolicy":         "CfnUserPool_PasswordPolicyProperty",
	"UsernameConfiguration":  "CfnUserPool_UsernameConfigurationProperty",
	"RefreshTokenRotation":   "CfnUserPoolClient_RefreshTokenRotationProperty",
	"Scopes":                 "CfnUserPoolResourceServer_ResourceServerScopeTypeProperty",

	"CognitoIdentityProviders": "CfnIdentityPool_CognitoIdentityProviderProperty",
}

// CDK is a Go file for the AWS CDK, with a function that adds the design to a
// stack.
func (d *Design) CDK() (string, error) {
	var b bytes.Buffer
	b.WriteString(`package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
` + d.cdkImports() + `	"github.com/aws/jsii-runtime-go"
)

// addSignIn adds the user pool of ` + d.Wish.App + ` to a stack.
func addSignIn(stack awscdk.Stack) {
`)
	for _, r := range d.resources() {
		_, kind, _ := strings.Cut(r.cloud, "::")
		service, construct, _ := strings.Cut(kind, "::")
		module, construct := "aws"+strings.ToLower(service), "Cfn"+construct
		props := maps.Clone(r.properties)
		delete(props, "IdentityPoolTags")
		delete(props, "Tags")
		for api, cloud := range cloudNames {
			if value, there := props[api]; there {
				props[cloud] = value
				delete(props, api)
			}
		}
		variable := strings.ToLower(r.name[:1]) + r.name[1:]
		fmt.Fprintf(&b, "\t%s := %s.New%s(stack, jsii.String(%q), &%s.%sProps{\n", variable, module, construct, r.name, module, construct)
		if r.needsPool {
			b.WriteString("UserPoolId: userPool.Ref(),\n")
		}
		if r.needsStyle {
			b.WriteString("ClientId: appClient.Ref(),\n")
		}
		writeGo(&b, props)
		b.WriteString("})\n")
		if r.name == "UserPool" {
			fmt.Fprintf(&b, "%s.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)\n", variable)
		}
		if r.after != "" {
			fmt.Fprintf(&b, "%s.AddDependency(%s)\n", variable, strings.ToLower(r.after[:1])+r.after[1:])
		} else if !slices.Contains([]string{"UserPool", "ResourceServer", "AppClient", "Domain", "IdentityPool", "UserRole"}, r.name) {
			fmt.Fprintf(&b, "_ = %s\n", variable)
		}
	}
	b.WriteString(`
	awscdk.NewCfnOutput(stack, jsii.String("UserPoolId"), &awscdk.CfnOutputProps{Value: userPool.Ref()})
	awscdk.NewCfnOutput(stack, jsii.String("ClientId"), &awscdk.CfnOutputProps{Value: appClient.Ref()})
`)
	if d.Identities != nil {
		b.WriteString("awscdk.NewCfnOutput(stack, jsii.String(\"IdentityPoolId\"), &awscdk.CfnOutputProps{Value: identityPool.Ref()})\n")
	}
	b.WriteString("}\n")
	source, err := format.Source(b.Bytes())
	return string(source), err
}

// writeGo writes properties as the fields of a struct.
func writeGo(b *bytes.Buffer, properties map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		fmt.Fprintf(b, "%s: %s,\n", goName(name), goValue(name, properties[name]))
	}
}

// goName is the field of a property: jsii writes CallbackUrLs for CallbackURLs.
func goName(name string) string {
	switch name {
	case "CallbackURLs":
		return "CallbackUrLs"
	case "LogoutURLs":
		return "LogoutUrLs"
	}
	return name
}

func goValue(name string, value any) string {
	switch v := value.(type) {
	case string:
		return "jsii.String(" + strconv.Quote(v) + ")"
	case bool:
		return fmt.Sprintf("jsii.Bool(%v)", v)
	case int64:
		return fmt.Sprintf("jsii.Number(%d)", v)
	case reference:
		return cdkReferences[v]
	case document:
		return goAny(v.content)
	case map[string]any:
		if name == "UserPoolTags" {
			return goTags(v)
		}
		if name == "Roles" {
			return goAny(v)
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, "&awscognito.%s{\n", cdkTypes[name])
		writeGo(&b, v)
		b.WriteString("}")
		return b.String()
	case []any:
		return goList(name, v)
	}
	return "nil"
}

// cdkReferences are the expressions that references stand for.
var cdkReferences = map[reference]string{
	{"UserPool", "provider"}: "userPool.AttrProviderName()",
	{"AppClient", "id"}:      "appClient.Ref()",
	{"IdentityPool", "id"}:   "identityPool.Ref()",
	{"UserRole", "arn"}:      "userRole.AttrArn()",
}

// cdkImports are the further packages that a design with an identity pool
// needs.
func (d *Design) cdkImports() string {
	if d.Identities == nil {
		return ""
	}
	return "\t\"github.com/aws/aws-cdk-go/awscdk/v2/awsiam\"\n"
}

// goAny is a JSON document as maps and slices.
func goAny(value any) string {
	switch v := value.(type) {
	case reference:
		return cdkReferences[v]
	case map[string]any:
		var b strings.Builder
		b.WriteString("map[string]any{\n")
		for _, key := range slices.Sorted(maps.Keys(v)) {
			fmt.Fprintf(&b, "%q: %s,\n", key, goAny(v[key]))
		}
		return b.String() + "}"
	case []any:
		items := make([]string, len(v))
		for i := range v {
			items[i] = goAny(v[i])
		}
		return "[]any{" + strings.Join(items, ", ") + "}"
	}
	return fmt.Sprintf("%#v", value)
}

func goTags(tags map[string]any) string {
	var b strings.Builder
	b.WriteString("&map[string]*string{\n")
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		fmt.Fprintf(&b, "%q: %s,\n", key, goValue("", tags[key]))
	}
	b.WriteString("}")
	return b.String()
}

func goList(name string, items []any) string {
	var values []string
	structs := false
	for _, item := range items {
		if text, ok := item.(string); ok {
			values = append(values, strconv.Quote(text))
			continue
		}
		structs = true
		values = append(values, goValue(name, item))
	}
	if structs {
		return "&[]any{\n" + strings.Join(values, ",\n") + ",\n}"
	}
	return "jsii.Strings(" + strings.Join(values, ", ") + ")"
}
