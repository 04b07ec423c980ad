package userpool

import (
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/internal/cause"
)

// fix says what a developer can do about e, in Cognito's words, or "".
func (c *Client) fix(e *Error) string {
	client := "app client " + c.pool.ClientID
	switch e.Reason {
	case ReasonFlowDisabled:
		return cause.With(cause.APIFlow, flowSetting(e.Message)+" is missing for "+client)
	case ReasonSecretMissing:
		return cause.With(cause.ClientSecret, client+" has a secret, and none was configured")
	case ReasonSecretWrong:
		if e.Op == opRefreshFlow {
			return "the secret hash of a refresh is made with Identity.Username, which must be the username claim of the access token and not an e-mail address; otherwise compare Config.Pool.ClientSecret (COGNITO_CLIENT_SECRET) with the secret of " + client
		}
		return cause.With(cause.ClientSecret, "this is "+client)
	case ReasonUnknownClient:
		return cause.With(cause.APIClient, fmt.Sprintf("there is no %s in region %s", client, c.pool.Region()))
	case ReasonUnknownPool:
		return cause.With(cause.UnknownPool, fmt.Sprintf("there is no user pool %s in region %s", c.pool.UserPoolID, c.pool.Region()))
	case ReasonScopeMissing:
		return "the access token lacks the scope aws.cognito.signin.user.admin: for a sign-in with the Hosted UI enable it in AllowedOAuthScopes of " + client + " and ask for it in hostedui.Config.Scopes; who is signed in already has to sign in again"
	case ReasonSignUpDisabled:
		return "AllowAdminCreateUserOnly in AdminCreateUserConfig of the user pool lets only administrators create users"
	case ReasonAttributeDenied:
		return "an attribute is missing in WriteAttributes of " + client
	case ReasonRevocationDisabled:
		return cause.With(cause.RevocationDisabled, "it is false for "+client)
	case ReasonNotRefreshToken:
		return "only a refresh token can be revoked; the access and ID tokens that came from it go with it"
	case ReasonPlan:
		return "the feature plan of the user pool (UserPoolTier) does not include this: passkeys and other choices of a first factor need ESSENTIALS or PLUS"
	case ReasonPasskeysOff:
		return "add WEB_AUTHN to AllowedFirstAuthFactors in Policies.SignInPolicy of the user pool, and ALLOW_USER_AUTH to ExplicitAuthFlows of " + client
	case ReasonPasskeysUnconfigured:
		return "set RelyingPartyId in WebAuthnConfiguration of the user pool (SetUserPoolMfaConfig): the host of the app, or a domain above it"
	case ReasonPasskeyDomain:
		return "the passkey was made for another domain than RelyingPartyId in WebAuthnConfiguration of the user pool (SetUserPoolMfaConfig)"
	case ReasonPasskeyOrigin:
		return "the page's origin must be https and within RelyingPartyId of WebAuthnConfiguration (SetUserPoolMfaConfig)"
	case ReasonPasskeyClient:
		return "the registration was started with another app client than " + client
	case ReasonPasskeyKind:
		return "the authenticator made a kind of key that Cognito does not take: it takes ES256 and RS256"
	case ReasonSignInTooOld:
		return "have the user sign in again before this, or raise Config.PasskeySignInAge"
	case ReasonAttributeSet:
		return "leave the attribute out of the answer; change it after the sign-in with UpdateUserAttributes"
	case ReasonUnsupported:
		return "the user pool, its feature plan or its region does not offer " + e.Op
	case ReasonMFANotSetUp:
		return "this kind of MFA is off: see MfaConfiguration and the settings of the kind in SetUserPoolMfaConfig, or the user has not set it up"
	case ReasonDeliveryFailed:
		return "the user pool could not send the message: see its EmailConfiguration, SmsConfiguration and their IAM roles, and whether SES or SNS is still in its sandbox"
	case ReasonTriggerRefused, ReasonTriggerFailed:
		return "a Lambda trigger of the user pool (LambdaConfig) refused or failed: see its log"
	case ReasonFirewall:
		return "AWS WAF blocked the call: see the web ACL of the user pool"
	case ReasonNoContact:
		return "the user has no verified e-mail address or phone number that AccountRecoverySetting of the user pool allows a code to be sent to: verify one, or set email_verified as an administrator"
	case ReasonRefreshTokenOver:
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
