package pool

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// CheckSchema refuses values that the pool's schema does not allow. A pool
// that was not made by CreateUserPool has none, and takes every custom
// attribute.
func (p *Pool) CheckSchema(values map[string]string) error {
	schema := p.Profile().Schema
	if schema == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(schema, func(a settings.Attribute) bool { return a.Name == name })
		switch {
		case i < 0 && strings.HasPrefix(name, "custom:"):
			return directory.BreaksSchema(name + ": Attribute does not exist in the schema.")
		case i < 0 || values[name] == "":
			continue
		}
		if err := schema[i].Check(values[name]); err != nil {
			return err
		}
	}
	return nil
}

// DescribeSchema is the whole schema: the standard attributes as Cognito has
// them unless they were changed, and the custom ones.
func (p *Pool) DescribeSchema() []settings.Attribute {
	schema, rules := p.Profile().Schema, p.Rules()
	var all []settings.Attribute
	for _, name := range slices.Sorted(slices.Values(slices.Concat(directory.StandardAttributes, settings.DerivedAttributes, []string{"email"}))) {
		if !slices.ContainsFunc(schema, func(a settings.Attribute) bool { return a.Name == name }) {
			all = append(all, settings.StandardAttribute(name, slices.Contains(rules.Required, name)))
		}
	}
	return append(all, schema...)
}
