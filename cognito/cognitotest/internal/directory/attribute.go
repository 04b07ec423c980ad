package directory

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// StandardAttributes are the standard attributes that a form can ask for,
// beside the e-mail.
var StandardAttributes = []string{
	"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "phone_number", "birthdate",
	"gender", "address", "website", "profile", "picture", "locale", "zoneinfo",
}

// IsAttributeName reports whether a form can ask for an attribute. The e-mail
// is asked for in any case.
func IsAttributeName(name string) bool {
	standard := slices.Contains(StandardAttributes, name)
	custom, ok := strings.CutPrefix(name, "custom:")
	return standard || name == "email" || ok && custom != "" && !strings.ContainsAny(custom, " \"<>")
}

// MissingAttributes are those of names that attributes lack.
func MissingAttributes(names []string, attributes map[string]string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return attributes[name] != "" })
}

// maxAttribute is how long an attribute may be, in bytes.
const maxAttribute = 2048

// ReadAttributes takes attributes from a form.
func ReadAttributes(names []string, form url.Values) (map[string]string, error) {
	values := make(map[string]string)
	for _, name := range names {
		values[name] = strings.TrimSpace(form.Get(name))
	}
	if missing := MissingAttributes(names, values); len(missing) > 0 {
		return nil, LacksAttributes(missing[0]) // a page asks for one after the other
	}
	for _, name := range names {
		if err := CheckValue(name, values[name]); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// CheckValue refuses a value that an attribute cannot have.
func CheckValue(name, value string) error {
	switch {
	case len(value) > maxAttribute:
		return breaksSchema(name+": String must be no longer than 2048 characters").Keyed("refusal.attributeTooLong", name)
	case name == "email" && !IsEmail(value):
		return refusal.EmailFormat
	case name == "phone_number" && !IsPhone(value):
		return refusal.PhoneFormat
	}
	return nil
}

// BreaksSchema is the refusal of attributes that the pool's schema does not
// allow.
func BreaksSchema(problem string) error { return breaksSchema(problem) }

// LacksAttributes is the refusal of a user without attributes that the pool
// requires. It names them all.
func LacksAttributes(names ...string) error {
	text := strings.Join(names, ": The attribute is required\n") + ": The attribute is required"
	return breaksSchema(text).Keyed("refusal.attributeMissing", strings.Join(names, ", "))
}

func breaksSchema(problem string) refusal.Message {
	m := refusal.New(refusal.InvalidParameterException, "Attributes did not conform to the schema: "+problem)
	return m.Keyed("refusal.schema", problem)
}

func (a *Account) TriggerAttributes() map[string]string {
	all := maps.Clone(a.Attributes)
	if all == nil {
		all = make(map[string]string)
	}
	all["sub"] = a.Sub
	all["cognito:user_status"] = string(a.Status())
	return all
}
