package wording

import (
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/internal/cause"
)

// A Call is what Fix knows of a call that was refused.
type Call struct {
	Op, Message, Text        string // Text is Cognito's whole message in lower case
	PoolID, ClientID, Region string
}

// Fix says what a developer can do about a reason, in Cognito's words, or "".
func Fix(reason string, c Call) string {
	client := "app client " + c.ClientID
	switch reason {
	case "flow_disabled":
		return cause.With(cause.APIFlow, flowSetting(c.Message)+" is missing for "+client)
	case "secret_missing":
		return cause.With(cause.ClientSecret, client+" has a secret, and none was configured")
	case "secret_wrong":
		if c.Op == "InitiateAuth REFRESH_TOKEN_AUTH" {
			return "the secret hash of a refresh is made with Identity.Username, which must be the username claim of the access token and not an e-mail address; otherwise compare Config.Pool.ClientSecret (COGNITO_CLIENT_SECRET) with the secret of " + client
		}
		return cause.With(cause.ClientSecret, "this is "+client)
	case "unknown_client":
		return cause.With(cause.APIClient, fmt.Sprintf("there is no %s in region %s", client, c.Region))
	case "unknown_pool":
		return cause.With(cause.UnknownPool, fmt.Sprintf("there is no user pool %s in region %s", c.PoolID, c.Region))
	case "scope_missing":
		return "the access token lacks the scope aws.cognito.signin.user.admin: for a sign-in with the Hosted UI enable it in AllowedOAuthScopes of " + client + " and ask for it in hostedui.Config.Scopes; users who are signed in must sign in again"
	case "sign_up_disabled":
		return "AllowAdminCreateUserOnly in AdminCreateUserConfig of the user pool lets only administrators create users"
	case "attribute_denied":
		return "an attribute is missing in WriteAttributes of " + client
	case "revocation_disabled":
		return cause.With(cause.RevocationDisabled, "it is false for "+client)
	case "not_a_refresh_token":
		return "only a refresh token can be revoked; this also revokes the access and ID tokens that came from it"
	case "feature_plan":
		return "the feature plan of the user pool (UserPoolTier) does not include this: passkeys and other choices of a first factor need ESSENTIALS or PLUS"
	case "passkeys_off":
		return "add WEB_AUTHN to AllowedFirstAuthFactors in Policies.SignInPolicy of the user pool, and ALLOW_USER_AUTH to ExplicitAuthFlows of " + client
	case "passkeys_unconfigured":
		return "set RelyingPartyId in WebAuthnConfiguration of the user pool (SetUserPoolMfaConfig): the host of the app, or a domain above it"
	case "passkey_domain":
		return "the passkey was made for another domain than RelyingPartyId in WebAuthnConfiguration of the user pool (SetUserPoolMfaConfig)"
	case "passkey_origin":
		return "the page's origin must be https and within RelyingPartyId of WebAuthnConfiguration (SetUserPoolMfaConfig)"
	case "passkey_client":
		return "the registration was started with another app client than " + client
	case "passkey_kind":
		return "the authenticator made a kind of key that Cognito does not take: it takes ES256 and RS256"
	case "sign_in_too_old":
		return "have the user sign in again before this, or raise Config.PasskeySignInAge"
	case "attribute_set":
		return "leave the attribute out of the answer; change it after the sign-in with UpdateUserAttributes"
	case "unsupported":
		return "the user pool, its feature plan or its region does not offer " + c.Op
	case "mfa_not_set_up":
		return "this kind of MFA is off, or the user has not set it up: see MfaConfiguration and the settings of this kind in SetUserPoolMfaConfig"
	case "delivery_failed":
		return "the user pool could not send the message: see its EmailConfiguration, SmsConfiguration and their IAM roles, and whether SES or SNS is still in its sandbox"
	case "trigger_refused", "trigger_failed":
		return "a Lambda trigger of the user pool (LambdaConfig) refused or failed: see its log"
	case "firewall":
		return "AWS WAF blocked the call: see the web ACL of the user pool"
	case "no_contact":
		return "the user has no verified e-mail address or phone number of a kind that AccountRecoverySetting of the user pool allows for codes: verify one, or set email_verified as an administrator"
	case "refresh_token_over":
		if strings.Contains(c.Text, "invalid refresh token") {
			return "the refresh token is old, or of another app client than " + c.ClientID + "; in a pool that remembers devices (DeviceConfiguration), it needs the device_key of its access token"
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
