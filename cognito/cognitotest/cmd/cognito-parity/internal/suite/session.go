package suite

const newPassword = `"Session":"{session}","ChallengeName":"NEW_PASSWORD_REQUIRED","ChallengeResponses":`

var challenges = []Story{
	{Name: "new-password", User: Temporary, Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: `"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"{user}","PASSWORD":"{temporary}"}`, Keep: "session=Session"},
		{Name: "weak", Op: "RespondToAuthChallenge", Body: newPassword + `{"USERNAME":"{user}","NEW_PASSWORD":"aaaaaaaaaaaa"}`},
		{Name: "session-after-refusal", Op: "RespondToAuthChallenge", Body: newPassword + `{"USERNAME":"{user}"}`},
		{Name: "sign-in-2", Op: "InitiateAuth", Body: `"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"{user}","PASSWORD":"{temporary}"}`, Keep: "session=Session"},
		{Name: "attribute-that-is-there", Op: "RespondToAuthChallenge", Body: newPassword + `{"USERNAME":"{user}","NEW_PASSWORD":"{password}","userAttributes.email":"{email}"}`},
	}},
	{Name: "new-password-of-others", User: Temporary, Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: `"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"{user}","PASSWORD":"{temporary}"}`, Keep: "session=Session"},
		{Name: "of-another-name", Op: "RespondToAuthChallenge", Body: `"Session":"{session}","ChallengeName":"SMS_MFA","ChallengeResponses":{"USERNAME":"{user}","SMS_MFA_CODE":"123456"}`},
		{Name: "of-another-user", Op: "RespondToAuthChallenge", Body: newPassword + `{"USERNAME":"{prefix}-nobody","NEW_PASSWORD":"{password}"}`},
		{Name: "of-another-client", Op: "RespondToAuthChallenge", Body: `"ClientId":"{legacy}",` + newPassword + `{"USERNAME":"{user}","NEW_PASSWORD":"{password}"}`},
		{Name: "right-after-those", Op: "RespondToAuthChallenge", Body: newPassword + `{"USERNAME":"{user}","NEW_PASSWORD":"{password}"}`},
		{Name: "session-again", Op: "RespondToAuthChallenge", Body: newPassword + `{"USERNAME":"{user}","NEW_PASSWORD":"{password}"}`},
		{Name: "bad-session", Op: "RespondToAuthChallenge", Body: `"Session":"no session","ChallengeName":"NEW_PASSWORD_REQUIRED","ChallengeResponses":{"USERNAME":"{user}","NEW_PASSWORD":"{password}"}`},
		{Name: "unknown-session", Op: "RespondToAuthChallenge", Body: `"Session":"AYABeHhhbHRlcm5hdGl2ZXNlc3Npb24","ChallengeName":"NEW_PASSWORD_REQUIRED","ChallengeResponses":{"USERNAME":"{user}","NEW_PASSWORD":"{password}"}`},
		{Name: "no-session", Op: "RespondToAuthChallenge", Body: `"ChallengeName":"NEW_PASSWORD_REQUIRED","ChallengeResponses":{"USERNAME":"{user}","NEW_PASSWORD":"{password}"}`},
		{Name: "unknown-challenge", Op: "RespondToAuthChallenge", Body: `"ChallengeName":"NO_SUCH","ChallengeResponses":{"USERNAME":"{user}"}`},
		{Name: "no-responses", Op: "RespondToAuthChallenge", Body: `"ChallengeName":"SMS_MFA"`},
	}},
}

const (
	refreshing = `"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"{refresh}"}`
	rotated    = `"ClientId":"{rotating}","RefreshToken":"{refresh}"`
	withGrace  = `"ClientId":"{grace}","RefreshToken":"{refresh}"`
)

var tokens = []Story{
	{Name: "refresh", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword, Keep: keepTokens},
		{Name: "refresh", Op: "InitiateAuth", Body: refreshing},
		{Name: "refresh-old-name", Op: "InitiateAuth", Body: `"AuthFlow":"REFRESH_TOKEN","AuthParameters":{"REFRESH_TOKEN":"{refresh}"}`},
		{Name: "by-operation", Op: "GetTokensFromRefreshToken", Body: `"RefreshToken":"{refresh}"`},
		{Name: "by-another-client", Op: "InitiateAuth", Body: `"ClientId":"{legacy}",` + refreshing},
		{Name: "bad-token", Op: "InitiateAuth", Body: `"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"no token"}`},
		{Name: "access-token", Op: "InitiateAuth", Body: `"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"{access}"}`},
		{Name: "no-token", Op: "InitiateAuth", Body: `"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{}`},
		{Name: "revoke-by-another-client", Op: "RevokeToken", Body: `"ClientId":"{legacy}","Token":"{refresh}"`},
		{Name: "revoke-access-token", Op: "RevokeToken", Body: `"Token":"{access}"`},
		{Name: "revoke", Op: "RevokeToken", Body: `"Token":"{refresh}"`},
		{Name: "revoke-again", Op: "RevokeToken", Body: `"Token":"{refresh}"`},
		{Name: "after-revocation", Op: "InitiateAuth", Body: refreshing},
		{Name: "access-after-revocation", Op: "GetUser", Body: `"AccessToken":"{access}"`},
		{Name: "revoke-nonsense", Op: "RevokeToken", Body: `"Token":"no-token"`},
	}},
	{Name: "rotation", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: `"ClientId":"{rotating}",` + withPassword, Keep: keepTokens},
		{Name: "by-flow", Op: "InitiateAuth", Body: `"ClientId":"{rotating}",` + refreshing},
		{Name: "rotate", Op: "GetTokensFromRefreshToken", Body: rotated},
		{Name: "reuse", Op: "GetTokensFromRefreshToken", Body: rotated},
		{Name: "sign-in-2", Op: "InitiateAuth", Body: `"ClientId":"{rotating}",` + withPassword, Keep: keepTokens},
		{Name: "rotate-2", Op: "GetTokensFromRefreshToken", Body: rotated, Keep: "refresh-2=AuthenticationResult.RefreshToken"},
		{Name: "reuse-2", Op: "GetTokensFromRefreshToken", Body: rotated},
		{Name: "family-after-reuse", Op: "GetTokensFromRefreshToken", Body: `"ClientId":"{rotating}","RefreshToken":"{refresh-2}"`},
	}},
	{Name: "grace", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: `"ClientId":"{grace}",` + withPassword, Keep: keepTokens},
		{Name: "rotate", Op: "GetTokensFromRefreshToken", Body: withGrace, Keep: "refresh-2=AuthenticationResult.RefreshToken"},
		{Name: "reuse-within-grace", Op: "GetTokensFromRefreshToken", Body: withGrace, Keep: "refresh-3=AuthenticationResult.RefreshToken"},
		{Name: "first-successor", Op: "GetTokensFromRefreshToken", Body: `"ClientId":"{grace}","RefreshToken":"{refresh-2}"`},
		{Name: "second-successor", Op: "GetTokensFromRefreshToken", Body: `"ClientId":"{grace}","RefreshToken":"{refresh-3}"`},
	}},
	{Name: "global-sign-out", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword, Keep: keepTokens},
		{Name: "sign-out", Op: "GlobalSignOut", Body: `"AccessToken":"{access}"`},
		{Name: "sign-out-again", Op: "GlobalSignOut", Body: `"AccessToken":"{access}"`},
		{Name: "get-user", Op: "GetUser", Body: `"AccessToken":"{access}"`},
		{Name: "refresh", Op: "InitiateAuth", Body: refreshing},
		{Name: "sign-in-again", Op: "InitiateAuth", Body: withPassword},
	}},
}

var devices = []Story{
	{Name: "device", Needs: []Need{Devices}, Requests: []Request{
		{Name: "sign-in-by-srp", Op: "InitiateAuth", Body: srpStart, Keep: keepSRP},
		{Name: "proof", Op: "RespondToAuthChallenge", Body: `"ChallengeName":"PASSWORD_VERIFIER","ChallengeResponses":{"USERNAME":"{srp-user}",` + srpProof + `}`,
			Keep: keepTokens + " device=AuthenticationResult.NewDeviceMetadata.DeviceKey device-group=AuthenticationResult.NewDeviceMetadata.DeviceGroupKey"},
		{Name: "refresh-before-confirming", Op: "InitiateAuth", Body: refreshing},
		{Name: "list", Op: "ListDevices", Body: `"AccessToken":"{access}"`},
		{Name: "confirm-nonsense", Op: "ConfirmDevice", Body: `"AccessToken":"{access}","DeviceKey":"{device}","DeviceSecretVerifierConfig":{"PasswordVerifier":"!","Salt":"!"}`},
		{Name: "confirm", Op: "ConfirmDevice", Body: `"AccessToken":"{access}","DeviceKey":"{device}","DeviceName":"parity","DeviceSecretVerifierConfig":{"PasswordVerifier":"AQAB","Salt":"AQAB"}`},
		{Name: "refresh-without-key", Op: "InitiateAuth", Body: refreshing},
		{Name: "refresh", Op: "InitiateAuth", Body: `"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"{refresh}","DEVICE_KEY":"{device}"}`},
		{Name: "get", Op: "GetDevice", Body: `"AccessToken":"{access}","DeviceKey":"{device}"`},
		{Name: "admin-list", Op: "AdminListDevices", Body: `"Username":"{user}"`},
		{Name: "remember", Op: "UpdateDeviceStatus", Body: `"AccessToken":"{access}","DeviceKey":"{device}","DeviceRememberedStatus":"remembered"`},
		{Name: "token-endpoint", Op: "POST /oauth2/token", Body: `grant_type=refresh_token&client_id={public}&refresh_token={refresh}`, Needs: Domain},
		{Name: "forget", Op: "ForgetDevice", Body: `"AccessToken":"{access}","DeviceKey":"{device}"`},
		{Name: "forget-again", Op: "ForgetDevice", Body: `"AccessToken":"{access}","DeviceKey":"{device}"`},
	}},
	{Name: "no-device", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword, Keep: keepTokens},
		{Name: "get-unknown", Op: "GetDevice", Body: `"AccessToken":"{access}","DeviceKey":"{region}_00000000-0000-0000-0000-000000000000"`},
		{Name: "get-bad", Op: "GetDevice", Body: `"AccessToken":"{access}","DeviceKey":"no device"`},
		{Name: "list", Op: "ListDevices", Body: `"AccessToken":"{access}"`},
		{Name: "admin-forget-unknown", Op: "AdminForgetDevice", Body: `"Username":"{user}","DeviceKey":"{region}_00000000-0000-0000-0000-000000000000"`},
	}},
}

const totpAnswer = `"Session":"{session}","ChallengeName":"SOFTWARE_TOKEN_MFA","ChallengeResponses":{"USERNAME":"{user}","SOFTWARE_TOKEN_MFA_CODE":`

var secondFactors = []Story{
	{Name: "totp", Needs: []Need{TOTP}, Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword, Keep: keepTokens},
		{Name: "associate", Op: "AssociateSoftwareToken", Body: `"AccessToken":"{access}"`, Keep: "totp-secret=SecretCode"},
		{Name: "prefer-before-verifying", Op: "SetUserMFAPreference", Body: `"AccessToken":"{access}","SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}`},
		{Name: "verify-wrong", Op: "VerifySoftwareToken", Body: `"AccessToken":"{access}","UserCode":"{totp-old}"`},
		{Name: "verify", Op: "VerifySoftwareToken", Body: `"AccessToken":"{access}","UserCode":"{totp}","FriendlyDeviceName":"parity"`},
		{Name: "prefer", Op: "SetUserMFAPreference", Body: `"AccessToken":"{access}","SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}`},
		{Name: "get-user", Op: "GetUser", Body: `"AccessToken":"{access}"`},
		{Name: "challenge", Op: "InitiateAuth", Body: withPassword, Keep: "session=Session"},
		{Name: "wrong", Op: "RespondToAuthChallenge", Body: totpAnswer + `"{totp-old}"}`},
		{Name: "wrong-again", Op: "RespondToAuthChallenge", Body: totpAnswer + `"{totp-old}"}`},
		{Name: "used-code", Op: "RespondToAuthChallenge", Body: totpAnswer + `"{totp}"}`},
		{Name: "challenge-2", Op: "InitiateAuth", Body: withPassword, Keep: "session=Session"},
		{Name: "next-code", Op: "RespondToAuthChallenge", Body: totpAnswer + `"{totp-next}"}`},
		{Name: "switch-off", Op: "AdminSetUserMFAPreference", Body: `"Username":"{user}","SoftwareTokenMfaSettings":{"Enabled":false}`},
		{Name: "get-after", Op: "AdminGetUser", Body: `"Username":"{user}"`},
	}},
	{Name: "no-second-factor", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword, Keep: keepTokens},
		{Name: "prefer-sms-without-phone", Op: "SetUserMFAPreference", Body: `"AccessToken":"{access}","SMSMfaSettings":{"Enabled":true,"PreferredMfa":true}`},
		{Name: "prefer-unset-totp", Op: "SetUserMFAPreference", Body: `"AccessToken":"{access}","SoftwareTokenMfaSettings":{"Enabled":true}`},
		{Name: "prefer-two", Op: "SetUserMFAPreference", Body: `"AccessToken":"{access}","SMSMfaSettings":{"Enabled":true,"PreferredMfa":true},"SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}`},
		{Name: "prefer-nothing", Op: "SetUserMFAPreference", Body: `"AccessToken":"{access}"`},
		{Name: "admin-prefer-unset", Op: "AdminSetUserMFAPreference", Body: `"Username":"{user}","SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true}`},
		{Name: "verify-without-secret", Op: "VerifySoftwareToken", Body: `"AccessToken":"{access}","UserCode":"123456"`},
		{Name: "associate-without-token", Op: "AssociateSoftwareToken"},
		{Name: "pool", Op: "GetUserPoolMfaConfig"},
	}},
}
