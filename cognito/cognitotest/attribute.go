package cognitotest

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// standardAttributes are the standard attributes that a form can ask for,
// beside the e-mail.
var standardAttributes = []string{
	"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "phone_number", "birthdate",
	"gender", "address", "website", "profile", "picture", "locale", "zoneinfo",
}

// isAttributeName reports whether a form can ask for an attribute. The e-mail
// is asked for in any case.
func isAttributeName(name string) bool {
	standard := slices.Contains(standardAttributes, name)
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
		return refusal.EmailFormat
	case name == "phone_number" && !isPhone(value):
		return refusal.PhoneFormat
	}
	return nil
}

func breaksSchema(problem string) error {
	return refusal.New(refusal.InvalidParameterException, "Attributes did not conform to the schema: "+problem)
}

// checkWritten refuses attributes that a user may not write through an app
// client. An empty value takes an attribute away.
func checkWritten(client *AppClient, values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case name == "sub", name == "identities":
			return cannotUpdate(name)
		case name == "email_verified", name == "phone_number_verified":
			return refusal.Unauthorized
		case !isAttributeName(name) && name != "updated_at":
			return breaksSchema("Type for attribute {" + refusal.Clip(name, 32) + "} could not be determined")
		case !client.writes(name):
			return refusal.Unauthorized
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
	return refusal.New(refusal.InvalidParameterException, "user."+name+": Attribute cannot be updated.")
}
