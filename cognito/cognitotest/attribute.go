package cognitotest

import (
	"net/url"
	"slices"
	"strings"
)

// An attributeField is how a form asks for an attribute.
type attributeField struct{ label, kind, autocomplete string }

// attributeFields are the standard attributes that a form can ask for.
var attributeFields = map[string]attributeField{
	"name":               {"Name", "text", "name"},
	"given_name":         {"First name", "text", "given-name"},
	"family_name":        {"Last name", "text", "family-name"},
	"middle_name":        {"Middle name", "text", "additional-name"},
	"nickname":           {"Nickname", "text", "nickname"},
	"preferred_username": {"Preferred username", "text", "off"},
	"phone_number":       {"Phone number", "tel", "tel"},
	"birthdate":          {"Date of birth", "date", "bday"},
	"gender":             {"Gender", "text", "sex"},
	"address":            {"Address", "text", "street-address"},
	"website":            {"Website", "url", "url"},
	"profile":            {"Profile page", "url", "off"},
	"picture":            {"Picture", "url", "photo"},
	"locale":             {"Language", "text", "language"},
	"zoneinfo":           {"Time zone", "text", "off"},
}

// isAttributeName reports whether a form can ask for an attribute. The e-mail
// is asked for in any case.
func isAttributeName(name string) bool {
	_, standard := attributeFields[name]
	custom, ok := strings.CutPrefix(name, "custom:")
	return standard || name == "email" || ok && custom != "" && !strings.ContainsAny(custom, " \"<>")
}

// missingAttributes are those of names that attributes lack.
func missingAttributes(names []string, attributes map[string]string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return attributes[name] != "" })
}

// maxAttribute is how long an attribute may be, in bytes.
const maxAttribute = 2048

// readAttributes takes attributes from a form. The problem is what to show,
// or "".
func readAttributes(names []string, form url.Values) (values map[string]string, problem string) {
	values = make(map[string]string)
	for _, name := range names {
		value := strings.TrimSpace(form.Get(name))
		switch {
		case value == "":
			return values, "Attributes did not conform to the schema: " + name + ": The attribute is required"
		case len(value) > maxAttribute:
			return values, "Attributes did not conform to the schema: " + name + ": String must be no longer than 2048 characters"
		}
		values[name] = value
	}
	return values, ""
}

// A pageField is a field of a form as the templates show it.
type pageField struct{ Name, Label, Kind, Autocomplete, Value string }

// attributeForm is the fields for names, with what was entered last.
func attributeForm(names []string, form url.Values) []pageField {
	var fields []pageField
	for _, name := range names {
		f, ok := attributeFields[name]
		if !ok {
			f = attributeField{strings.TrimPrefix(name, "custom:"), "text", "off"}
		}
		if name == "email" {
			f = attributeField{"Email address", "email", "email"}
		}
		fields = append(fields, pageField{name, f.label, f.kind, f.autocomplete, form.Get(name)})
	}
	return fields
}
