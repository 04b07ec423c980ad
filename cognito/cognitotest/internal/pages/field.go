package pages

import (
	"net/url"
	"strings"
)

// An attributeField is how a form asks for an attribute.
type attributeField struct{ key, kind, autocomplete string }

// attributeFields are the standard attributes that a form can ask for.
var attributeFields = map[string]attributeField{
	"name":               {"attribute.name", "text", "name"},
	"given_name":         {"attribute.given_name", "text", "given-name"},
	"family_name":        {"attribute.family_name", "text", "family-name"},
	"middle_name":        {"attribute.middle_name", "text", "additional-name"},
	"nickname":           {"attribute.nickname", "text", "nickname"},
	"preferred_username": {"attribute.preferred_username", "text", "off"},
	"phone_number":       {"attribute.phone_number", "tel", "tel"},
	"birthdate":          {"attribute.birthdate", "date", "bday"},
	"gender":             {"attribute.gender", "text", "sex"},
	"address":            {"attribute.address", "text", "street-address"},
	"website":            {"attribute.website", "url", "url"},
	"profile":            {"attribute.profile", "url", "off"},
	"picture":            {"attribute.picture", "url", "photo"},
	"locale":             {"attribute.locale", "text", "language"},
	"zoneinfo":           {"attribute.zoneinfo", "text", "off"},
}

// A Field is a field of a form as the templates show it. The key of its label
// is "" for a custom attribute.
type Field struct{ Name, Key, Kind, Autocomplete, Value string }

// FieldLabel is what the page calls a field: a custom attribute by its name.
func (pg Page) FieldLabel(f Field) string {
	if f.Key == "" {
		return strings.TrimPrefix(f.Name, "custom:")
	}
	return pg.T(f.Key)
}

// Fields is the fields for names, with what was entered last.
func Fields(names []string, form url.Values) []Field {
	var fields []Field
	for _, name := range names {
		f, ok := attributeFields[name]
		if !ok {
			f = attributeField{"", "text", "off"}
		}
		if name == "email" {
			f = attributeField{"attribute.email", "email", "email"}
		}
		fields = append(fields, Field{name, f.key, f.kind, f.autocomplete, form.Get(name)})
	}
	return fields
}
