package pages

import (
	"net/url"
	"strings"
)

// An attributeField is how a form asks for an attribute.
type attributeField struct{ Label, kind, autocomplete string }

// AttributeFields are the standard attributes that a form can ask for.
var AttributeFields = map[string]attributeField{
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

// A Field is a field of a form as the templates show it.
type Field struct{ Name, Label, Kind, Autocomplete, Value string }

// Fields is the fields for names, with what was entered last.
func Fields(names []string, form url.Values) []Field {
	var fields []Field
	for _, name := range names {
		f, ok := AttributeFields[name]
		if !ok {
			f = attributeField{strings.TrimPrefix(name, "custom:"), "text", "off"}
		}
		if name == "email" {
			f = attributeField{"Email address", "email", "email"}
		}
		fields = append(fields, Field{name, f.Label, f.kind, f.autocomplete, form.Get(name)})
	}
	return fields
}
