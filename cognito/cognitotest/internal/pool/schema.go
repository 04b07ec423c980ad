package pool

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// CheckSchema refuses values that the pool's schema does not allow, all at
// once. A pool that was not made by CreateUserPool takes every custom attribute.
func (p *Pool) CheckSchema(values map[string]string) error {
	if problems := p.SchemaProblems(values); problems != "" {
		return directory.BreaksSchema(problems)
	}
	return nil
}

// SchemaProblems has a line for each value that the schema does not allow.
func (p *Pool) SchemaProblems(values map[string]string) string {
	schema := p.Profile().Schema
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if problem := schemaProblem(schema, name, values[name]); problem != "" {
			problems = append(problems, name+": "+problem)
		}
	}
	return strings.Join(problems, "\n")
}

// schemaProblem says why a schema does not allow a value. An empty value takes
// the attribute away, which the schema does not judge.
func schemaProblem(schema []settings.Attribute, name, value string) string {
	i := slices.IndexFunc(schema, func(a settings.Attribute) bool { return a.Name == name })
	switch custom := strings.HasPrefix(name, "custom:"); {
	case i < 0 && custom && schema != nil:
		return "Attribute does not exist in the schema."
	case i < 0 && custom, value == "":
		return ""
	case i < 0:
		return settings.StandardAttribute(name, false).Problem(value)
	}
	return schema[i].Problem(value)
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
