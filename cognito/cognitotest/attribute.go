package cognitotest

import (
	"maps"
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

// readAttributes takes attributes from a form.
func readAttributes(names []string, form url.Values) (map[string]string, error) {
	values := make(map[string]string)
	for _, name := range names {
		values[name] = strings.TrimSpace(form.Get(name))
	}
	if missing := missingAttributes(names, values); len(missing) > 0 {
		return nil, breaksSchema(missing[0] + ": The attribute is required")
	}
	for _, name := range names {
		if err := checkValue(name, values[name]); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// checkValue refuses a value that an attribute cannot have.
func checkValue(name, value string) error {
	switch {
	case len(value) > maxAttribute:
		return breaksSchema(name + ": String must be no longer than 2048 characters")
	case name == "email" && !isEmail(value):
		return errEmailFormat
	case name == "phone_number" && !isPhone(value):
		return errPhoneFormat
	}
	return nil
}

func breaksSchema(problem string) error {
	return message{exInvalidParameter, "Attributes did not conform to the schema: " + problem}
}

// checkWritten refuses attributes that a user may not write through an app
// client. An empty value takes an attribute away.
func checkWritten(client *AppClient, values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case name == "sub", name == "identities":
			return cannotUpdate(name)
		case name == "email_verified", name == "phone_number_verified":
			return errUnauthorized
		case !isAttributeName(name) && name != "updated_at":
			return breaksSchema("Type for attribute {" + clipText(name, 32) + "} could not be determined")
		case !client.writes(name):
			return errUnauthorized
		case values[name] == "":
			continue
		}
		if err := checkValue(name, values[name]); err != nil {
			return err
		}
	}
	return nil
}

func cannotUpdate(name string) error {
	return message{exInvalidParameter, "user." + name + ": Attribute cannot be updated."}
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
