package cognitotest

import (
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
)

// profileOperations are what users do to their own account.
var profileOperations = map[string]apiOperation{
	"GetUser":                          openOperation((*call).apiGetUser),
	"GetUserAuthFactors":               openOperation((*call).apiGetUserAuthFactors),
	"UpdateUserAttributes":             openOperation((*call).apiUpdateUserAttributes),
	"DeleteUserAttributes":             openOperation((*call).apiDeleteUserAttributes),
	"GetUserAttributeVerificationCode": openOperation((*call).apiGetUserAttributeVerificationCode),
	"VerifyUserAttribute":              openOperation((*call).apiVerifyUserAttribute),
	"ChangePassword":                   openOperation((*call).apiChangePassword),
	"SetUserMFAPreference":             openOperation((*call).apiSetUserMFAPreference),
	"SetUserSettings":                  openOperation((*call).apiSetUserSettings),
	"DeleteUser":                       openOperation((*call).apiDeleteUser),
}

// An apiAttribute is an attribute as the API writes it.
type apiAttribute struct{ Name, Value string }

// A tokenInput is the parameters of an operation that wants to know no more
// than whose account it is about.
type tokenInput struct {
	AccessToken string `api:"required,secret,pattern=token"`
}

type getUserOutput struct {
	Username            string
	UserAttributes      []apiAttribute
	MFAOptions          []mfaOption `json:",omitempty"`
	PreferredMfaSetting string      `json:",omitempty"`
	UserMFASettingList  []string    `json:",omitempty"`
}

// apiGetUser is GetUser.
func (c *call) apiGetUser(in *tokenInput) (*getUserOutput, error) {
	a, claims, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	client := c.clients.find(claims.ClientID)
	return &getUserOutput{
		Username:            a.username,
		UserAttributes:      a.apiAttributes(client),
		MFAOptions:          a.mfaOptions(),
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

type userAuthFactorsOutput struct {
	Username                  string
	PreferredMfaSetting       string   `json:",omitempty"`
	UserMFASettingList        []string `json:",omitempty"`
	ConfiguredUserAuthFactors []string `json:",omitempty"`
}

// apiGetUserAuthFactors is GetUserAuthFactors.
func (c *call) apiGetUserAuthFactors(in *tokenInput) (*userAuthFactorsOutput, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return &userAuthFactorsOutput{
		Username:                  a.username,
		PreferredMfaSetting:       a.factors.preferred,
		UserMFASettingList:        a.factors.on(),
		ConfiguredUserAuthFactors: c.configuredFactors(&a),
	}, nil
}

// configuredFactors are the first factors that a user can begin a sign-in
// with, of those that the pool allows.
func (p *Pool) configuredFactors(a *account) []string {
	has := map[string]bool{
		FirstFactorPassword: a.password.Sum != nil,
		FirstFactorEmail:    a.email() != "",
		FirstFactorSMS:      a.phone() != "",
		FirstFactorPasskey:  len(a.passkeys) > 0,
	}
	return slices.DeleteFunc(slices.Clone(p.rules().first), func(factor string) bool { return !has[factor] })
}

// apiDeleteUser is DeleteUser.
func (c *call) apiDeleteUser(in *tokenInput) (awsjson.NoBody, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.NoBody{}, err
	}
	return awsjson.NoBody{}, c.DeleteUser(a.sub)
}
