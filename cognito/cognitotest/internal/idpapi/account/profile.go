package account

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// ProfileOperations are what users do to their own account.
var ProfileOperations = map[string]request.Operation{
	"GetUser":                          request.Open(New, (*Handler).apiGetUser),
	"GetUserAuthFactors":               request.Open(New, (*Handler).apiGetUserAuthFactors),
	"UpdateUserAttributes":             request.Open(New, (*Handler).apiUpdateUserAttributes),
	"DeleteUserAttributes":             request.Open(New, (*Handler).apiDeleteUserAttributes),
	"GetUserAttributeVerificationCode": request.Open(New, (*Handler).apiGetUserAttributeVerificationCode),
	"VerifyUserAttribute":              request.Open(New, (*Handler).apiVerifyUserAttribute),
	"ChangePassword":                   request.Open(New, (*Handler).apiChangePassword),
	"SetUserMFAPreference":             request.Open(New, (*Handler).apiSetUserMFAPreference),
	"SetUserSettings":                  request.Open(New, (*Handler).apiSetUserSettings),
	"DeleteUser":                       request.Open(New, (*Handler).apiDeleteUser),
}

// A tokenInput is the parameters of an operation that wants to know no more
// than whose account it is about.
type tokenInput struct {
	idpapi.TokenRef
}

type getUserOutput struct {
	Username            string
	UserAttributes      []idpapi.Attribute
	MFAOptions          []mfaOption `json:",omitempty"`
	PreferredMfaSetting string      `json:",omitempty"`
	UserMFASettingList  []string    `json:",omitempty"`
}

// apiGetUser is GetUser.
func (c *Handler) apiGetUser(in *tokenInput) (*getUserOutput, error) {
	a, claims, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	client := c.Clients.Find(claims.ClientID)
	return &getUserOutput{
		Username:            a.Username,
		UserAttributes:      idpapi.Visible(&a, client),
		MFAOptions:          mfaOptionsOf(&a),
		PreferredMfaSetting: a.Factors.Preferred,
		UserMFASettingList:  a.Factors.On(),
	}, nil
}

type userAuthFactorsOutput struct {
	Username                  string
	PreferredMfaSetting       string   `json:",omitempty"`
	UserMFASettingList        []string `json:",omitempty"`
	ConfiguredUserAuthFactors []string `json:",omitempty"`
}

// apiGetUserAuthFactors is GetUserAuthFactors.
func (c *Handler) apiGetUserAuthFactors(in *tokenInput) (*userAuthFactorsOutput, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return &userAuthFactorsOutput{
		Username:                  a.Username,
		PreferredMfaSetting:       a.Factors.Preferred,
		UserMFASettingList:        a.Factors.On(),
		ConfiguredUserAuthFactors: c.ConfiguredFactors(&a),
	}, nil
}

// apiDeleteUser is DeleteUser.
func (c *Handler) apiDeleteUser(in *tokenInput) (awsjson.NoBody, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.NoBody{}, err
	}
	return awsjson.NoBody{}, c.DeleteUser(a.Sub)
}
