package account

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// ProfileOperations are what users do to their own account.
var ProfileOperations = map[string]request.Operation{
	"GetUser":                          request.Open(New, (*Handler).getUser),
	"GetUserAuthFactors":               request.Open(New, (*Handler).getUserAuthFactors),
	"UpdateUserAttributes":             request.Open(New, (*Handler).updateUserAttributes),
	"DeleteUserAttributes":             request.Open(New, (*Handler).deleteUserAttributes),
	"GetUserAttributeVerificationCode": request.Open(New, (*Handler).getUserAttributeVerificationCode),
	"VerifyUserAttribute":              request.Open(New, (*Handler).verifyUserAttribute),
	"ChangePassword":                   request.Open(New, (*Handler).changePassword),
	"SetUserMFAPreference":             request.Open(New, (*Handler).setUserMFAPreference),
	"SetUserSettings":                  request.Open(New, (*Handler).setUserSettings),
	"DeleteUser":                       request.Open(New, (*Handler).deleteUser),
}

// A tokenInput is the parameters of an operation that only needs to know whose
// account it is about.
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

// getUser is the operation GetUser.
func (c *Handler) getUser(in *tokenInput) (*getUserOutput, error) {
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

// getUserAuthFactors is the operation GetUserAuthFactors.
func (c *Handler) getUserAuthFactors(in *tokenInput) (*userAuthFactorsOutput, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return c.authFactors(&a), nil
}

type adminFactorsInput struct {
	idpapi.UserRef
}

// AdminGetUserAuthFactors is AdminGetUserAuthFactors, the same for
// administrators.
func (c *Handler) AdminGetUserAuthFactors(_ *adminFactorsInput, a directory.Account) (*userAuthFactorsOutput, error) {
	return c.authFactors(&a), nil
}

func (c *Handler) authFactors(a *directory.Account) *userAuthFactorsOutput {
	return &userAuthFactorsOutput{
		Username:                  a.Username,
		PreferredMfaSetting:       a.Factors.Preferred,
		UserMFASettingList:        a.Factors.On(),
		ConfiguredUserAuthFactors: c.ConfiguredFactors(a),
	}
}

// deleteUser is the operation DeleteUser.
func (c *Handler) deleteUser(in *tokenInput) (awsjson.NoBody, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.NoBody{}, err
	}
	return awsjson.NoBody{}, c.DeleteUser(a.Sub)
}
