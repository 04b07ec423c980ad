package idpapi

import (
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// An Attribute is an attribute as the API writes it.
type Attribute struct{ Name, Value string }

// Visible are the attributes that a client may read, sub first. A nil client
// means an administrator, who reads all.
func Visible(a *directory.Account, client *clients.Client) []Attribute {
	list := []Attribute{{"sub", a.Sub}}
	for _, name := range slices.Sorted(maps.Keys(a.Attributes)) {
		if client == nil || client.Reads(name) {
			list = append(list, Attribute{name, a.Attributes[name]})
		}
	}
	if all := a.IdentitiesAttribute(); all != "" && (client == nil || client.Reads("identities")) {
		list = append(list, Attribute{"identities", all})
	}
	return list
}

// AttributeMap is a list of attributes by name.
func AttributeMap(list []Attribute) (map[string]string, error) {
	all := make(map[string]string)
	for _, a := range list {
		if a.Name == "" || len(a.Name) > maxAttributeName {
			return nil, refusal.New(refusal.InvalidParameterException, "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length between 1 and 32")
		}
		all[a.Name] = a.Value
	}
	return all, nil
}

// maxAttributeName is how long the name of an attribute may be.
const maxAttributeName = 32
