package userpool

// The operations, as [Error.Op] names them.
const (
	opSignUp                 = "SignUp"
	opConfirmSignUp          = "ConfirmSignUp"
	opResendConfirmationCode = "ResendConfirmationCode"
	opForgotPassword         = "ForgotPassword"
	opConfirmForgotPassword  = "ConfirmForgotPassword"
	opChangePassword         = "ChangePassword"
	opGetUser                = "GetUser"
	opGetUserAuthFactors     = "GetUserAuthFactors"
	opUpdateUserAttributes   = "UpdateUserAttributes"
	opDeleteUserAttributes   = "DeleteUserAttributes"
	opGetAttributeCode       = "GetUserAttributeVerificationCode"
	opVerifyUserAttribute    = "VerifyUserAttribute"
	opDeleteUser             = "DeleteUser"
	opGlobalSignOut          = "GlobalSignOut"
	opRevokeToken            = "RevokeToken"
	opAssociateSoftwareToken = "AssociateSoftwareToken"
	opVerifySoftwareToken    = "VerifySoftwareToken"
	opSetUserMFAPreference   = "SetUserMFAPreference"
	opGetTokens              = "GetTokensFromRefreshToken"
	opRefreshFlow            = "InitiateAuth REFRESH_TOKEN_AUTH"
)

func isRefresh(op string) bool { return op == opGetTokens || op == opRefreshFlow }
