package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// DerivedAttributes are the standard attributes that no form asks for.
var DerivedAttributes = []string{"sub", "email_verified", "phone_number_verified", "identities", "updated_at"}

// An Attribute is an attribute of users as the API describes it.
type Attribute struct {
	Name                       string
	AttributeDataType          string `json:",omitempty"`
	DeveloperOnlyAttribute     bool   `api:"unsupported"`
	Mutable                    *bool  `json:",omitempty"`
	Required                   bool
	NumberAttributeConstraints *numberConstraints `json:",omitempty"`
	StringAttributeConstraints *stringConstraints `json:",omitempty"`
}

type numberConstraints struct {
	MinValue string `json:",omitempty"`
	MaxValue string `json:",omitempty"`
}

type stringConstraints struct {
	MinLength string `json:",omitempty"`
	MaxLength string `json:",omitempty"`
}

// maxCustomAttributes is how many custom attributes a pool can have.
const maxCustomAttributes = 50

// WithDefaults is the attribute as the schema has it: custom ones have the
// prefix of their kind.
func (a Attribute) WithDefaults() Attribute {
	if a.AttributeDataType == "" {
		a.AttributeDataType = "String"
	}
	if a.Mutable == nil {
		mutable := true
		a.Mutable = &mutable
	}
	if !directory.IsAttributeName(a.Name) && !slices.Contains(DerivedAttributes, a.Name) {
		a.Name = "custom:" + a.Name
	}
	if a.NumberAttributeConstraints == nil && a.StringAttributeConstraints == nil {
		usual := StandardAttribute(a.Name, false)
		switch {
		case a.custom() && a.AttributeDataType == "String":
			a.StringAttributeConstraints = new(stringConstraints)
		case a.custom() && a.AttributeDataType == "Number":
			a.NumberAttributeConstraints = new(numberConstraints)
		case a.AttributeDataType == usual.AttributeDataType:
			a.NumberAttributeConstraints, a.StringAttributeConstraints = usual.NumberAttributeConstraints, usual.StringAttributeConstraints
		}
	}
	return a
}

func (a Attribute) custom() bool { return strings.HasPrefix(a.Name, "custom:") }

// validate checks an attribute that an administrator adds.
func (a Attribute) validate() error {
	bad := func(problem string) error { return refusal.New(refusal.InvalidParameterException, a.Name+": "+problem) }
	switch {
	case a.Name == "custom:":
		return refusal.New(refusal.InvalidParameterException, "An attribute in Schema has no name.")
	case !directory.IsAttributeName(a.Name) && !slices.Contains(DerivedAttributes, a.Name):
		return bad("Invalid attribute name.")
	case a.custom() && a.Required:
		return bad("Required custom attributes are not supported currently.")
	}
	for _, bound := range a.bounds() {
		if _, err := strconv.ParseInt(bound, 10, 64); bound != "" && err != nil {
			return bad("A constraint is not a number.")
		}
	}
	return nil
}

func (a Attribute) bounds() []string {
	var all []string
	if n := a.NumberAttributeConstraints; n != nil {
		all = append(all, n.MinValue, n.MaxValue)
	}
	if s := a.StringAttributeConstraints; s != nil {
		all = append(all, s.MinLength, s.MaxLength)
	}
	return all
}

// Problem says why the attribute cannot have a value; "" means that it can.
func (a Attribute) Problem(value string) string {
	switch a.AttributeDataType {
	case "Number":
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return "Value is not a number"
		}
		if c := a.NumberAttributeConstraints; c != nil {
			return outside(n, c.MinValue, c.MaxValue, "Number must be no less than %s", "Number must be no greater than %s")
		}
	case "Boolean":
		if value != "true" && value != "false" {
			return "Value is neither true nor false"
		}
	case "DateTime":
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return "Value is not a date and time"
		}
	default:
		if c := a.StringAttributeConstraints; c != nil {
			return outside(int64(len([]rune(value))), c.MinLength, c.MaxLength, "String must be no shorter than %s characters", "String must be no longer than %s characters")
		}
	}
	return ""
}

// outside says that n lies below low or above high. A bound that is empty, or
// larger than any number here, does not bind.
func outside(n int64, low, high, below, above string) string {
	if from, err := strconv.ParseInt(low, 10, 64); err == nil && n < from {
		return fmt.Sprintf(below, low)
	}
	if to, err := strconv.ParseInt(high, 10, 64); err == nil && n > to {
		return fmt.Sprintf(above, high)
	}
	return ""
}

func StandardAttribute(name string, required bool) Attribute {
	mutable := name != "sub"
	a := Attribute{Name: name, AttributeDataType: "String", Mutable: &mutable, Required: required || name == "sub"}
	switch name {
	case "email_verified", "phone_number_verified":
		a.AttributeDataType = "Boolean"
	case "updated_at":
		a.AttributeDataType, a.NumberAttributeConstraints = "Number", &numberConstraints{MinValue: "0"}
	case "identities":
		a.StringAttributeConstraints = new(stringConstraints)
	case "sub":
		a.StringAttributeConstraints = &stringConstraints{MinLength: "1", MaxLength: "2048"}
	case "birthdate":
		a.StringAttributeConstraints = &stringConstraints{MinLength: "10", MaxLength: "10"}
	default:
		a.StringAttributeConstraints = &stringConstraints{MinLength: "0", MaxLength: "2048"}
	}
	return a
}

// SetSchema sets the schema, and with it which attributes are required and
// which never change.
func (s *Settings) SetSchema(schema []Attribute) error {
	var required, fixed []string
	custom := 0
	for i, a := range schema {
		if err := a.validate(); err != nil {
			return err
		}
		if slices.ContainsFunc(schema[:i], func(other Attribute) bool { return other.Name == a.Name }) {
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
	s.Profile.Schema, s.Rules.Required, s.Rules.Fixed = schema, required, fixed
	return nil
}
