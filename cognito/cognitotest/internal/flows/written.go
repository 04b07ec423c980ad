package flows

import (
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// CheckWritten refuses attributes that a user may not write through an app
// client. An empty value takes an attribute away.
func CheckWritten(client *clients.Client, values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case name == "sub", name == "identities":
			return CannotUpdate(name)
		case name == "email_verified", name == "phone_number_verified":
			return refusal.Unauthorized
		case !directory.IsAttributeName(name) && name != "updated_at":
			return directory.BreaksSchema("Type for attribute {" + refusal.Clip(name, 32) + "} could not be determined")
		case !client.Writes(name):
			return refusal.Unauthorized
		case values[name] == "":
			continue
		}
		if err := directory.CheckValue(name, values[name]); err != nil {
			return err
		}
	}
	return nil
}

func CannotUpdate(name string) error {
	return refusal.New(refusal.InvalidParameterException, "user."+name+": Attribute cannot be updated.")
}
