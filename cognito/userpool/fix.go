package userpool

import (
	"fmt"
	"strings"
)

// fix says what a developer can do about e, in Cognito's words, or "".
func (c *Client) fix(e *Error) string {
	client := "app client " + c.pool.ClientID
	switch e.Reason {
	case reasonFlowDisabled:
		return fmt.Sprintf("%s is missing in ExplicitAuthFlows of %s", flowSetting(e.Message), client)
	case reasonSecretMissing:
		return client + " has a secret and none was configured: set Config.Pool.ClientSecret (COGNITO_CLIENT_SECRET)"
	case reasonSecretWrong:
		if e.Op == opRefreshFlow {
			return "the secret hash of a refresh is made with Identity.Username, which must be the username claim of the access token and not an e-mail address; otherwise compare Config.Pool.ClientSecret (COGNITO_CLIENT_SECRET) with the secret of " + client
		}
		return "compare Config.Pool.ClientSecret (COGNITO_CLIENT_SECRET) with the secret of " + client + "; if that has none, leave it empty"
	case reasonUnknownClient:
		return fmt.Sprintf("there is no %s in region %s: compare Config.Pool.ClientID (COGNITO_CLIENT_ID), and UserPoolID, from which the region is read", client, c.pool.Region())
	case reasonUnknownPool:
		return fmt.Sprintf("there is no user pool %s in region %s: compare Config.Pool.UserPoolID (COGNITO_USER_POOL_ID)", c.pool.UserPoolID, c.pool.Region())
	case reasonScopeMissing:
		return "the access token lacks the scope aws.cognito.signin.user.admin: for a sign-in with the Hosted UI enable it in AllowedOAuthScopes of " + client + " and ask for it in hostedui.Config.Scopes; who is signed in already has to sign in again"
	case reasonSignUpDisabled:
		return "AllowAdminCreateUserOnly in AdminCreateUserConfig of the user pool lets only administrators create users"
	case reasonAttributeDenied:
		return "an attribute is missing in WriteAttributes of " + client
	case reasonRevocationDisabled:
		return "EnableTokenRevocation is false for " + client
	case reasonNotRefreshToken:
		return "only a refresh token can be revoked; the access and ID tokens that came from it go with it"
	case reasonUnsupported:
		return "the user pool, its feature plan or its region does not offer " + e.Op
	case reasonMFANotSetUp:
		return "this kind of MFA is off: see MfaConfiguration and the settings of the kind in SetUserPoolMfaConfig, or the user has not set it up"
	case reasonDeliveryFailed:
		return "the user pool could not send the message: see its EmailConfiguration, SmsConfiguration and their IAM roles, and whether SES or SNS is still in its sandbox"
	case reasonTriggerRefused, reasonTriggerFailed:
		return "a Lambda trigger of the user pool (LambdaConfig) refused or failed: see its log"
	case reasonFirewall:
		return "AWS WAF blocked the call: see the web ACL of the user pool"
	case reasonNoContact:
		return "the user has no verified e-mail address or phone number that AccountRecoverySetting of the user pool allows a code to be sent to: verify one, or set email_verified as an administrator"
	case reasonRefreshTokenOver:
		if strings.Contains(e.text, "invalid refresh token") {
			return "besides an old one, Cognito refuses a refresh token of another app client than " + c.pool.ClientID + ", and in a pool that remembers devices (DeviceConfiguration) one without the device_key of its access token"
		}
	}
	return ""
}

// flowSetting is the member of ExplicitAuthFlows that allows the flow Cognito
// names in its refusal.
func flowSetting(message string) string {
	flow, _, _ := strings.Cut(message, " flow not enabled")
	flow, _, _ = strings.Cut(flow, " is not enabled")
	switch {
	case flow == "" || strings.Trim(flow, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "": // "Auth flow not enabled …" is the admin flow's
		if strings.HasPrefix(message, "Auth flow") {
			return "ALLOW_ADMIN_USER_PASSWORD_AUTH"
		}
		return "the flow"
	case flow == "REFRESH_TOKEN":
		return "ALLOW_REFRESH_TOKEN_AUTH"
	}
	return "ALLOW_" + flow
}
