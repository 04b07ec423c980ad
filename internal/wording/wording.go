// Package wording knows what Cognito's codes and texts mean, and which setting
// to correct. Its reasons are those of userpool.Reason.
package wording

import "strings"

// A Meaning is the reason behind a code, and where a code has several
// meanings, behind a text that the message contains.
type Meaning struct {
	Code   string
	Text   string // in lower case
	Reason string
}

// Meanings are all that are known; the first that fits counts. Cognito's texts
// are no contract: where they change, the reason becomes the one without a text,
// and nothing else. The codes in lower case are the library's own.
var Meanings = []Meaning{
	{"NotAuthorizedException", "incorrect username or password", "wrong_credentials"},
	{"NotAuthorizedException", "user is disabled", "user_disabled"},
	{"NotAuthorizedException", "password attempts exceeded", "too_many_passwords"},
	{"NotAuthorizedException", "temporary password has expired", "temporary_password_expired"},
	{"NotAuthorizedException", "invalid session", "session_over"},
	{"NotAuthorizedException", "required scopes", "scope_missing"},
	{"NotAuthorizedException", "access token has expired", "access_token_expired"},
	{"NotAuthorizedException", "access token", "access_token_over"},
	{"NotAuthorizedException", "refresh token", "refresh_token_over"},
	{"NotAuthorizedException", "secret", "secret_wrong"},
	{"NotAuthorizedException", "cannot be confirmed", "already_confirmed"},
	{"NotAuthorizedException", "cannot be reset", "wrong_state"},
	{"NotAuthorizedException", "signup is not permitted", "sign_up_disabled"},
	{"NotAuthorizedException", "unauthorized attribute", "attribute_denied"},
	{"NotAuthorizedException", "already provided", "attribute_set"},
	{"NotAuthorizedException", "", "refused"},
	{"UnauthorizedException", "", "secret_wrong"},
	{"InvalidParameterException", "flow not enabled", "flow_disabled"},
	{"InvalidParameterException", "is not enabled for the client", "flow_disabled"}, // USER_SRP_AUTH
	{"InvalidParameterException", "auth method not supported", "flow_disabled"},
	{"InvalidParameterException", "secret", "secret_wrong"},
	{"InvalidParameterException", "no registered/verified", "no_contact"},
	{"InvalidParameterException", "already confirmed", "already_confirmed"},
	{"InvalidParameterException", "delivery config", "mfa_not_set_up"},
	{"InvalidParameterException", "at 'password'", "password_policy"},
	{"InvalidParameterException", "at 'proposedpassword'", "password_policy"},
	{"InvalidParameterException", "at 'previouspassword'", "wrong_credentials"},
	{"InvalidParameterException", "at 'confirmationcode'", "code_mismatch"},
	{"InvalidParameterException", "at 'usercode'", "code_mismatch"},
	{"InvalidParameterException", "at 'code'", "code_mismatch"},
	{"InvalidParameterException", "", "bad_parameter"},
	{"ResourceNotFoundException", "device", "unknown_device"},
	{"ResourceNotFoundException", "user pool client", "unknown_client"},
	{"ResourceNotFoundException", "user pool", "unknown_pool"},
	{"UserNotFoundException", "", "unknown_user"},
	{"UserNotConfirmedException", "", "not_confirmed"},
	{"PasswordResetRequiredException", "", "reset_required"},
	{"UsernameExistsException", "", "taken"},
	{"AliasExistsException", "", "taken"},
	{"CodeMismatchException", "", "code_mismatch"},
	{"EnableSoftwareTokenMFAException", "", "code_mismatch"},
	{"ExpiredCodeException", "already been used", "code_used"},
	{"ExpiredCodeException", "", "code_expired"},
	{"InvalidPasswordException", "", "password_policy"},
	{"PasswordHistoryPolicyViolationException", "", "password_reused"},
	{"LimitExceededException", "", "limit_exceeded"},
	{"TooManyFailedAttemptsException", "", "limit_exceeded"},
	{"RefreshTokenReuseException", "", "refresh_token_over"},
	{"UnsupportedTokenTypeException", "", "not_a_refresh_token"},
	{"UnsupportedOperationException", "", "unsupported"},
	{"OperationNotEnabledException", "", "unsupported"},
	{"UnknownOperationException", "", "unsupported"},
	{"Unsupported", "", "unsupported"}, // an emulator's
	{"FeatureUnavailableInTierException", "", "feature_plan"},
	{"WebAuthnNotEnabledException", "", "passkeys_off"},
	{"WebAuthnConfigurationMissingException", "", "passkeys_unconfigured"},
	{"WebAuthnChallengeNotFoundException", "", "passkey_expired"},
	{"WebAuthnRelyingPartyMismatchException", "", "passkey_domain"},
	{"WebAuthnClientMismatchException", "", "passkey_client"},
	{"WebAuthnOriginNotAllowedException", "", "passkey_origin"},
	{"WebAuthnCredentialNotSupportedException", "", "passkey_kind"},
	{"sign_in_too_old", "", "sign_in_too_old"},
	{"passkey_refused", "", "wrong_credentials"},
	{"SoftwareTokenMFANotFoundException", "", "mfa_not_set_up"},
	{"MFAMethodNotFoundException", "", "mfa_not_set_up"},
	{"InvalidUserPoolConfigurationException", "", "mfa_not_set_up"},
	{"CodeDeliveryFailureException", "", "delivery_failed"},
	{"InvalidEmailRoleAccessPolicyException", "", "delivery_failed"},
	{"InvalidSmsRoleAccessPolicyException", "", "delivery_failed"},
	{"InvalidSmsRoleTrustRelationshipException", "", "delivery_failed"},
	{"UserLambdaValidationException", "", "trigger_refused"},
	{"UnexpectedLambdaException", "", "trigger_failed"},
	{"InvalidLambdaResponseException", "", "trigger_failed"},
	{"ForbiddenException", "", "firewall"},
	{"ConcurrentModificationException", "", "busy"},
	{"InternalErrorException", "", "outage"},
	{"ERROR", "", "code_mismatch"},
	{"unreachable", "", "unreachable"},
	{"bad_answer", "", "bad_answer"},
	{"bad_request", "", "bad_request"},
	{"no_challenge", "", "session_over"},
}

// Reason returns the reason for a code and a text in lower case, or "other".
func Reason(code, text string) string {
	for _, m := range Meanings {
		if m.Code == code && strings.Contains(text, m.Text) {
			return m.Reason
		}
	}
	return "other"
}
