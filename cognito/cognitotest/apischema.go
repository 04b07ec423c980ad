package cognitotest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A schemaAttribute is an attribute of users as the API describes it.
type schemaAttribute struct {
	Name                       string             `api:"max=20,pattern=text"`
	AttributeDataType          string             `json:",omitempty" api:"enum=String|Number|DateTime|Boolean"`
	DeveloperOnlyAttribute     bool               `api:"unsupported"`
	Mutable                    *bool              `json:",omitempty"`
	Required                   bool               `json:",omitempty"`
	NumberAttributeConstraints *numberConstraints `json:",omitempty"`
	StringAttributeConstraints *stringConstraints `json:",omitempty"`
}

type numberConstraints struct {
	MinValue string `json:",omitempty" api:"max=131072"`
	MaxValue string `json:",omitempty" api:"max=131072"`
}

type stringConstraints struct {
	MinLength string `json:",omitempty" api:"max=131072"`
	MaxLength string `json:",omitempty" api:"max=131072"`
}

// maxCustomAttributes is how many custom attributes a pool can have.
const maxCustomAttributes = 50

// withDefaults is the attribute as it stands in the schema: custom ones have
// the prefix of their kind.
func (a schemaAttribute) withDefaults() schemaAttribute {
	if a.AttributeDataType == "" {
		a.AttributeDataType = "String"
	}
	if a.Mutable == nil {
		mutable := true
		a.Mutable = &mutable
	}
	if !isAttributeName(a.Name) && !slices.Contains(derivedAttributes, a.Name) {
		a.Name = "custom:" + a.Name
	}
	if a.AttributeDataType == "String" && a.StringAttributeConstraints == nil {
		a.StringAttributeConstraints = new(stringConstraints)
	}
	return a
}

func (a schemaAttribute) custom() bool { return strings.HasPrefix(a.Name, "custom:") }

// validate checks an attribute that an administrator adds.
func (a schemaAttribute) validate() error {
	bad := func(problem string) error { return refusal.New(refusal.InvalidParameterException, a.Name+": "+problem) }
	switch {
	case a.Name == "custom:":
		return refusal.New(refusal.InvalidParameterException, "An attribute in Schema has no name.")
	case !isAttributeName(a.Name) && !slices.Contains(derivedAttributes, a.Name):
		return bad("Invalid attribute name.")
	case a.custom() && a.Required:
		return bad("Required custom attributes are not supported currently.")
	}
	for _, bound := range a.bounds() {
		if _, err := strconv.ParseInt(bound, 10, 64); bound != "" && err != nil {
			return bad("A constraint is no number.")
		}
	}
	return nil
}

func (a schemaAttribute) bounds() []string {
	var all []string
	if n := a.NumberAttributeConstraints; n != nil {
		all = append(all, n.MinValue, n.MaxValue)
	}
	if s := a.StringAttributeConstraints; s != nil {
		all = append(all, s.MinLength, s.MaxLength)
	}
	return all
}

// check refuses a value that the attribute cannot have.
func (a schemaAttribute) check(value string) error {
	bad := func(problem string) error { return breaksSchema(a.Name + ": " + problem) }
	within := func(n int64, low, high string) bool {
		from, err := strconv.ParseInt(low, 10, 64)
		if err == nil && n < from {
			return false
		}
		to, err := strconv.ParseInt(high, 10, 64)
		return err != nil || n <= to
	}
	switch a.AttributeDataType {
	case "Number":
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return bad("Value is no number")
		}
		if c := a.NumberAttributeConstraints; c != nil && !within(n, c.MinValue, c.MaxValue) {
			return bad("Number is out of range")
		}
	case "Boolean":
		if value != "true" && value != "false" {
			return bad("Value is neither true nor false")
		}
	case "DateTime":
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return bad("Value is no date and time")
		}
	default:
		if c := a.StringAttributeConstraints; c != nil && !within(int64(len([]rune(value))), c.MinLength, c.MaxLength) {
			return bad("String is too short or too long")
		}
	}
	return nil
}

// checkSchema refuses values that the pool's schema does not allow. A pool
// that was not made by CreateUserPool has none, and takes every custom
// attribute.
func (p *Pool) checkSchema(values map[string]string) error {
	schema := p.profile().Schema
	if schema == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(schema, func(a schemaAttribute) bool { return a.Name == name })
		switch {
		case i < 0 && strings.HasPrefix(name, "custom:"):
			return breaksSchema(name + ": Attribute does not exist in the schema.")
		case i < 0 || values[name] == "":
			continue
		}
		if err := schema[i].check(values[name]); err != nil {
			return err
		}
	}
	return nil
}

// describeSchema is the whole schema: the standard attributes as Cognito has
// them unless they were changed, and the custom ones.
func (p *Pool) describeSchema() []schemaAttribute {
	schema, rules := p.profile().Schema, p.rules()
	var all []schemaAttribute
	for _, name := range slices.Sorted(slices.Values(slices.Concat(standardAttributes, derivedAttributes, []string{"email"}))) {
		if !slices.ContainsFunc(schema, func(a schemaAttribute) bool { return a.Name == name }) {
			all = append(all, standardAttribute(name, slices.Contains(rules.required, name)))
		}
	}
	return append(all, schema...)
}

func standardAttribute(name string, required bool) schemaAttribute {
	mutable := name != "sub"
	a := schemaAttribute{Name: name, AttributeDataType: "String", Mutable: &mutable, Required: required || name == "sub"}
	switch name {
	case "email_verified", "phone_number_verified":
		a.AttributeDataType = "Boolean"
	case "updated_at":
		a.AttributeDataType, a.NumberAttributeConstraints = "Number", &numberConstraints{MinValue: "0"}
	default:
		a.StringAttributeConstraints = &stringConstraints{MinLength: "0", MaxLength: "2048"}
	}
	return a
}

type addAttributesInput struct {
	UserPoolId       string            `api:"required,max=55,pattern=pool"`
	CustomAttributes []schemaAttribute `api:"required,min=1,max=25"`
}

// apiAddCustomAttributes is AddCustomAttributes.
func (c *call) apiAddCustomAttributes(in *addAttributesInput) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.settings.change(func(s *settings) error {
		schema := slices.Clone(s.profile.Schema)
		for _, a := range in.CustomAttributes {
			if !strings.HasPrefix(a.Name, "custom:") {
				a.Name = "custom:" + a.Name
			}
			schema = append(schema, a.withDefaults())
		}
		return s.setSchema(schema)
	})
}

// setSchema sets the schema, and with it which attributes are required and
// which never change.
func (s *settings) setSchema(schema []schemaAttribute) error {
	var required, fixed []string
	custom := 0
	for i, a := range schema {
		if err := a.validate(); err != nil {
			return err
		}
		if slices.ContainsFunc(schema[:i], func(other schemaAttribute) bool { return other.Name == a.Name }) {
			return refusal.New(refusal.InvalidParameterException, a.Name+": Existing attribute already has name "+a.Name+".")
		}
		if a.Required {
			required = append(required, a.Name)
		}
		if !*a.Mutable && a.Name != "sub" {
			fixed = append(fixed, a.Name)
		}
		if a.custom() {
			custom++
		}
	}
	if custom > maxCustomAttributes {
		return refusal.New("LimitExceededException", "A pool has at most 50 custom attributes.")
	}
	s.profile.Schema, s.rules.required, s.rules.fixed = schema, required, fixed
	return nil
}
