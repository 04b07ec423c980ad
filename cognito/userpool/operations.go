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

// accessTokenOps are the operations in which a refusal without an explanation
// is about the access token. (The two for TOTP also take the session of a
// challenge; its refusals are known by their text.)
var accessTokenOps = []string{
	opChangePassword, opGetUser, opGetUserAuthFactors, opUpdateUserAttributes, opDeleteUserAttributes,
	opGetAttributeCode, opVerifyUserAttribute, opDeleteUser, opGlobalSignOut, opAssociateSoftwareToken,
	opVerifySoftwareToken, opSetUserMFAPreference, "ListDevices", "ConfirmDevice", "ForgetDevice", "GetDevice",
	"UpdateDeviceStatus", opStartPasskey, opCompletePasskey, opListPasskeys, opDeletePasskey,
}

func isRefresh(op string) bool { return op == opGetTokens || op == opRefreshFlow }
