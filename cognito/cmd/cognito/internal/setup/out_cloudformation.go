package setup

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// cloudNames are the properties whose names differ in CloudFormation.
var cloudNames = map[string]string{"PoolName": "UserPoolName"}

// CloudFormation is a template that creates the design. A stack that is
// deleted leaves the pool, and its users, in place.
func (d *Design) CloudFormation() (string, error) {
	resources := map[string]any{}
	for _, r := range d.resources() {
		entry := map[string]any{"Type": r.cloud, "Properties": cloudProperties(r)}
		if r.name == "UserPool" {
			entry["DeletionPolicy"], entry["UpdateReplacePolicy"] = "Retain", "Retain"
		}
		if r.after != "" {
			entry["DependsOn"] = r.after
		}
		resources[r.name] = entry
	}
	template := map[string]any{
		"AWSTemplateFormatVersion": "2010-09-09",
		"Description":              "Sign-in for " + d.Wish.App,
		"Resources":                resources,
		"Outputs": map[string]any{
			"UserPoolId": map[string]any{"Value": ref("UserPool")},
			"ClientId":   map[string]any{"Value": ref("AppClient")},
			"Domain":     map[string]any{"Value": d.Wish.Domain},
		},
	}
	if d.Identities != nil {
		template["Outputs"].(map[string]any)["IdentityPoolId"] = map[string]any{"Value": ref("IdentityPool")}
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(template); err != nil {
		return "", err
	}
	return b.String(), enc.Close()
}

// cloudProperties are a resource's properties in CloudFormation's words.
func cloudProperties(r resource) map[string]any {
	out := map[string]any{}
	for name, value := range r.properties {
		if name == "IdentityPoolTags" { // which not every region takes
			continue
		}
		value = resolved(value, cloudReference, func(d document) any { return resolved(d.content, cloudReference, nil) })
		if other, differs := cloudNames[name]; differs {
			name = other
		}
		out[name] = value
	}
	if r.needsPool {
		out["UserPoolId"] = ref("UserPool")
	}
	if r.needsStyle {
		out["ClientId"] = ref("AppClient")
	}
	return out
}

func cloudReference(r reference) any {
	switch r.value {
	case "provider":
		return map[string]any{"Fn::GetAtt": []any{r.resource, "ProviderName"}}
	case "arn":
		return map[string]any{"Fn::GetAtt": []any{r.resource, "Arn"}}
	}
	return ref(r.resource)
}

func ref(name string) map[string]any { return map[string]any{"Ref": name} }
