package cognitotest

import (
	"maps"
	"slices"
)

// profileOperations are what users do to their own account.
var profileOperations = map[string]apiOperation{
	"GetUser": openOperation((*call).apiGetUser),
}

// An apiAttribute is an attribute as the API writes it.
type apiAttribute struct{ Name, Value string }

type getUserInput struct {
	AccessToken string `api:"required,secret,pattern=token"`
}

type getUserOutput struct {
	Username            string
	UserAttributes      []apiAttribute
	PreferredMfaSetting string   `json:",omitempty"`
	UserMFASettingList  []string `json:",omitempty"`
}

// apiGetUser is GetUser.
func (c *call) apiGetUser(in *getUserInput) (*getUserOutput, error) {
	a, claims, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	client := c.clients.find(claims.ClientID)
	return &getUserOutput{
		Username:            a.username,
		UserAttributes:      a.apiAttributes(client),
		PreferredMfaSetting: a.factors.preferred,
		UserMFASettingList:  a.factors.on(),
	}, nil
}

// apiAttributes are the attributes that a client may read, sub first; a nil
// client stands for an administrator, who reads all.
func (a *account) apiAttributes(client *AppClient) []apiAttribute {
	list := []apiAttribute{{"sub", a.sub}}
	for _, name := range slices.Sorted(maps.Keys(a.attributes)) {
		if client == nil || client.reads(name) {
			list = append(list, apiAttribute{name, a.attributes[name]})
		}
	}
	if all := a.identitiesAttribute(); all != "" && (client == nil || client.reads("identities")) {
		list = append(list, apiAttribute{"identities", all})
	}
	return list
}
