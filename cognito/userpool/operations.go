package userpool

import "github.com/seed75762126/cognito-go/cognito/observe"

// The operations, as [Error.Op] names them.
const (
	opInitiateAuth      observe.Op = "InitiateAuth"
	opRespond           observe.Op = "RespondToAuthChallenge"
	opAdminInitiateAuth observe.Op = "AdminInitiateAuth"
	opAdminRespond      observe.Op = "AdminRespondToAuthChallenge"

	opSignUp                 observe.Op = "SignUp"
	opConfirmSignUp          observe.Op = "ConfirmSignUp"
	opResendConfirmationCode observe.Op = "ResendConfirmationCode"
	opForgotPassword         observe.Op = "ForgotPassword"
	opConfirmForgotPassword  observe.Op = "ConfirmForgotPassword"
	opChangePassword         observe.Op = "ChangePassword"
	opGetUser                observe.Op = "GetUser"
	opGetUserAuthFactors     observe.Op = "GetUserAuthFactors"
	opUpdateUserAttributes   observe.Op = "UpdateUserAttributes"
	opDeleteUserAttributes   observe.Op = "DeleteUserAttributes"
	opGetAttributeCode       observe.Op = "GetUserAttributeVerificationCode"
	opVerifyUserAttribute    observe.Op = "VerifyUserAttribute"
	opDeleteUser             observe.Op = "DeleteUser"
	opGlobalSignOut          observe.Op = "GlobalSignOut"
	opRevokeToken            observe.Op = "RevokeToken"
	opAssociateSoftwareToken observe.Op = "AssociateSoftwareToken"
	opVerifySoftwareToken    observe.Op = "VerifySoftwareToken"
	opSetUserMFAPreference   observe.Op = "SetUserMFAPreference"
	opGetTokens              observe.Op = "GetTokensFromRefreshToken"
	opRefreshFlow            observe.Op = "InitiateAuth REFRESH_TOKEN_AUTH"
)
