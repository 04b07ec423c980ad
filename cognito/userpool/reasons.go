package userpool

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
)

// A Reason says what an error means: one of Cognito's codes stands for many
// things. Its values stay the same between releases; ERRORS.md explains each.
type Reason string

// The values of [Error.Reason].
const (
	ReasonFlowDisabled         Reason = "flow_disabled"
	ReasonSecretMissing        Reason = "secret_missing"
	ReasonSecretWrong          Reason = "secret_wrong"
	ReasonUnknownClient        Reason = "unknown_client"
	ReasonUnknownPool          Reason = "unknown_pool"
	ReasonScopeMissing         Reason = "scope_missing"
	ReasonSignUpDisabled       Reason = "sign_up_disabled"
	ReasonAttributeDenied      Reason = "attribute_denied"
	ReasonRevocationDisabled   Reason = "revocation_disabled"
	ReasonNotRefreshToken      Reason = "not_a_refresh_token"
	ReasonUnsupported          Reason = "unsupported"
	ReasonMFANotSetUp          Reason = "mfa_not_set_up"
	ReasonDeliveryFailed       Reason = "delivery_failed"
	ReasonTriggerRefused       Reason = "trigger_refused"
	ReasonTriggerFailed        Reason = "trigger_failed"
	ReasonFirewall             Reason = "firewall"
	ReasonBadParameter         Reason = "bad_parameter"
	ReasonWrongCredentials     Reason = "wrong_credentials"
	ReasonUnknownUser          Reason = "unknown_user"
	ReasonUserDisabled         Reason = "user_disabled"
	ReasonTooManyPasswords     Reason = "too_many_passwords"
	ReasonTemporaryExpired     Reason = "temporary_password_expired"
	ReasonNotConfirmed         Reason = "not_confirmed"
	ReasonAlreadyConfirmed     Reason = "already_confirmed"
	ReasonResetRequired        Reason = "reset_required"
	ReasonWrongState           Reason = "wrong_state"
	ReasonNoContact            Reason = "no_contact"
	ReasonTaken                Reason = "taken"
	ReasonCodeMismatch         Reason = "code_mismatch"
	ReasonCodeExpired          Reason = "code_expired"
	ReasonCodeUsed             Reason = "code_used"
	ReasonSessionOver          Reason = "session_over"
	ReasonUnknownDevice        Reason = "unknown_device"
	ReasonAccessTokenOver      Reason = "access_token_over"
	ReasonAccessTokenExpired   Reason = "access_token_expired"
	ReasonRefreshTokenOver     Reason = "refresh_token_over"
	ReasonPasswordPolicy       Reason = "password_policy"
	ReasonPasswordReused       Reason = "password_reused"
	ReasonLimitExceeded        Reason = "limit_exceeded"
	ReasonBusy                 Reason = "busy"
	ReasonOutage               Reason = "outage"
	ReasonUnreachable          Reason = "unreachable"
	ReasonBadAnswer            Reason = "bad_answer"
	ReasonBadRequest           Reason = "bad_request"
	ReasonRefused              Reason = "refused"
	ReasonAttributeSet         Reason = "attribute_set"
	ReasonPlan                 Reason = "feature_plan"
	ReasonPasskeysOff          Reason = "passkeys_off"
	ReasonPasskeysUnconfigured Reason = "passkeys_unconfigured"
	ReasonPasskeyExpired       Reason = "passkey_expired"
	ReasonPasskeyDomain        Reason = "passkey_domain"
	ReasonPasskeyClient        Reason = "passkey_client"
	ReasonPasskeyOrigin        Reason = "passkey_origin"
	ReasonPasskeyKind          Reason = "passkey_kind"
	ReasonUnknownPasskey       Reason = "unknown_passkey"
	ReasonSignInTooOld         Reason = "sign_in_too_old"
	ReasonOther                Reason = "other"
)

// A diagnosis finds the reason for a code, and where a code has several
// meanings, for a text that the message contains. The first that fits counts.
// Cognito's texts are no contract: where they change, the reason becomes the
// one without a text, and nothing else.
type diagnosis struct {
	code   string
	text   string // in lower case
	reason Reason
}

var diagnoses = []diagnosis{
	{"NotAuthorizedException", "incorrect username or password", ReasonWrongCredentials},
	{"NotAuthorizedException", "user is disabled", ReasonUserDisabled},
	{"NotAuthorizedException", "password attempts exceeded", ReasonTooManyPasswords},
	{"NotAuthorizedException", "temporary password has expired", ReasonTemporaryExpired},
	{"NotAuthorizedException", "invalid session", ReasonSessionOver},
	{"NotAuthorizedException", "required scopes", ReasonScopeMissing},
	{"NotAuthorizedException", "access token has expired", ReasonAccessTokenExpired},
	{"NotAuthorizedException", "access token", ReasonAccessTokenOver},
	{"NotAuthorizedException", "refresh token", ReasonRefreshTokenOver},
	{"NotAuthorizedException", "secret", ReasonSecretWrong},
	{"NotAuthorizedException", "cannot be confirmed", ReasonAlreadyConfirmed},
	{"NotAuthorizedException", "cannot be reset", ReasonWrongState},
	{"NotAuthorizedException", "signup is not permitted", ReasonSignUpDisabled},
	{"NotAuthorizedException", "unauthorized attribute", ReasonAttributeDenied},
	{"NotAuthorizedException", "already provided", ReasonAttributeSet},
	{"NotAuthorizedException", "", ReasonRefused},
	{"UnauthorizedException", "", ReasonSecretWrong},
	{"InvalidParameterException", "flow not enabled", ReasonFlowDisabled},
	{"InvalidParameterException", "is not enabled for the client", ReasonFlowDisabled}, // USER_SRP_AUTH
	{"InvalidParameterException", "auth method not supported", ReasonFlowDisabled},
	{"InvalidParameterException", "secret", ReasonSecretWrong},
	{"InvalidParameterException", "no registered/verified", ReasonNoContact},
	{"InvalidParameterException", "already confirmed", ReasonAlreadyConfirmed},
	{"InvalidParameterException", "delivery config", ReasonMFANotSetUp},
	{"InvalidParameterException", "at 'password'", ReasonPasswordPolicy},
	{"InvalidParameterException", "at 'proposedpassword'", ReasonPasswordPolicy},
	{"InvalidParameterException", "at 'previouspassword'", ReasonWrongCredentials},
	{"InvalidParameterException", "at 'confirmationcode'", ReasonCodeMismatch},
	{"InvalidParameterException", "at 'usercode'", ReasonCodeMismatch},
	{"InvalidParameterException", "at 'code'", ReasonCodeMismatch},
	{"InvalidParameterException", "", ReasonBadParameter},
	{"ResourceNotFoundException", "device", ReasonUnknownDevice},
	{"ResourceNotFoundException", "user pool client", ReasonUnknownClient},
	{"ResourceNotFoundException", "user pool", ReasonUnknownPool},
	{"UserNotFoundException", "", ReasonUnknownUser},
	{"UserNotConfirmedException", "", ReasonNotConfirmed},
	{"PasswordResetRequiredException", "", ReasonResetRequired},
	{"UsernameExistsException", "", ReasonTaken},
	{"AliasExistsException", "", ReasonTaken},
	{"CodeMismatchException", "", ReasonCodeMismatch},
	{"EnableSoftwareTokenMFAException", "", ReasonCodeMismatch},
	{"ExpiredCodeException", "already been used", ReasonCodeUsed},
	{"ExpiredCodeException", "", ReasonCodeExpired},
	{"InvalidPasswordException", "", ReasonPasswordPolicy},
	{"PasswordHistoryPolicyViolationException", "", ReasonPasswordReused},
	{"LimitExceededException", "", ReasonLimitExceeded},
	{"TooManyFailedAttemptsException", "", ReasonLimitExceeded},
	{"RefreshTokenReuseException", "", ReasonRefreshTokenOver},
	{"UnsupportedTokenTypeException", "", ReasonNotRefreshToken},
	{"UnsupportedOperationException", "", ReasonUnsupported},
	{"OperationNotEnabledException", "", ReasonUnsupported},
	{"UnknownOperationException", "", ReasonUnsupported},
	{"Unsupported", "", ReasonUnsupported}, // an emulator's
	{"FeatureUnavailableInTierException", "", ReasonPlan},
	{"WebAuthnNotEnabledException", "", ReasonPasskeysOff},
	{"WebAuthnConfigurationMissingException", "", ReasonPasskeysUnconfigured},
	{"WebAuthnChallengeNotFoundException", "", ReasonPasskeyExpired},
	{"WebAuthnRelyingPartyMismatchException", "", ReasonPasskeyDomain},
	{"WebAuthnClientMismatchException", "", ReasonPasskeyClient},
	{"WebAuthnOriginNotAllowedException", "", ReasonPasskeyOrigin},
	{"WebAuthnCredentialNotSupportedException", "", ReasonPasskeyKind},
	{codeSignInTooOld, "", ReasonSignInTooOld},
	{codePasskeyRefused, "", ReasonWrongCredentials},
	{"SoftwareTokenMFANotFoundException", "", ReasonMFANotSetUp},
	{"MFAMethodNotFoundException", "", ReasonMFANotSetUp},
	{"InvalidUserPoolConfigurationException", "", ReasonMFANotSetUp},
	{"CodeDeliveryFailureException", "", ReasonDeliveryFailed},
	{"InvalidEmailRoleAccessPolicyException", "", ReasonDeliveryFailed},
	{"InvalidSmsRoleAccessPolicyException", "", ReasonDeliveryFailed},
	{"InvalidSmsRoleTrustRelationshipException", "", ReasonDeliveryFailed},
	{"UserLambdaValidationException", "", ReasonTriggerRefused},
	{"UnexpectedLambdaException", "", ReasonTriggerFailed},
	{"InvalidLambdaResponseException", "", ReasonTriggerFailed},
	{"ForbiddenException", "", ReasonFirewall},
	{"ConcurrentModificationException", "", ReasonBusy},
	{"InternalErrorException", "", ReasonOutage},
	{codeStatusError, "", ReasonCodeMismatch},
	{codeUnreachable, "", ReasonUnreachable},
	{codeBadAnswer, "", ReasonBadAnswer},
	{codeBadRequest, "", ReasonBadRequest},
	{codeNoChallenge, "", ReasonSessionOver},
}

// sentinels are the errors that [errors.Is] finds, by reason.
var sentinels = map[Reason]error{
	ReasonWrongCredentials:   ErrNotAuthorized,
	ReasonUnknownUser:        ErrNotAuthorized,
	ReasonUserDisabled:       ErrNotAuthorized,
	ReasonTooManyPasswords:   ErrLimitExceeded,
	ReasonNotConfirmed:       ErrUserNotConfirmed,
	ReasonAlreadyConfirmed:   ErrAlreadyConfirmed,
	ReasonSignInTooOld:       ErrSignInTooOld,
	ReasonResetRequired:      ErrPasswordResetRequired,
	ReasonCodeMismatch:       ErrCodeMismatch,
	ReasonCodeExpired:        ErrCodeExpired,
	ReasonCodeUsed:           ErrCodeExpired,
	ReasonSessionOver:        ErrSessionExpired,
	ReasonUnknownDevice:      ErrUnknownDevice,
	ReasonLimitExceeded:      ErrLimitExceeded,
	ReasonPasswordPolicy:     ErrInvalidPassword,
	ReasonPasswordReused:     ErrInvalidPassword,
	ReasonTaken:              ErrUsernameExists,
	ReasonAccessTokenOver:    ErrAccessToken,
	ReasonAccessTokenExpired: ErrAccessToken,
	ReasonRefreshTokenOver:   cognito.ErrInvalidGrant,
}

// explain sets what follows from e's operation, code, message and status.
func (c *Client) explain(e *Error) {
	e.Reason = c.reason(e)
	e.is = sentinels[e.Reason]
	e.Retryable = slices.Contains([]Reason{ReasonBusy, ReasonOutage, ReasonUnreachable}, e.Reason)
	e.Fix = c.fix(e)
}

func (c *Client) reason(e *Error) Reason {
	reason := diagnose(e.Code, e.text)
	switch {
	case reason == ReasonUnsupported && e.Op != opRevokeToken: // with status 500, from an emulator
		return reason
	case isThrottle(e.Code), e.Status == http.StatusTooManyRequests:
		return ReasonBusy
	case e.Status >= 500:
		return ReasonOutage
	case reason == ReasonSecretWrong && c.pool.ClientSecret == "":
		return ReasonSecretMissing
	case reason == ReasonUnsupported && e.Op == opRevokeToken:
		return ReasonRevocationDisabled
	case isRefresh(e.Op) && slices.Contains(endsRefresh, reason):
		return ReasonRefreshTokenOver
	case reason == ReasonWrongCredentials && e.Code == "InvalidParameterException" && e.Op != opChangePassword:
		return ReasonBadParameter
	case reason == ReasonUnknownDevice && strings.Contains(e.Op, "WebAuthn"), e.Op == opDeletePasskey && e.Code == "ResourceNotFoundException":
		return ReasonUnknownPasskey
	}
	return reason
}

// endsRefresh are the reasons after which a refresh token is not honoured any
// more, and the user has to sign in again.
var endsRefresh = []Reason{
	ReasonRefused, ReasonRefreshTokenOver, ReasonUnknownUser, ReasonUserDisabled, ReasonNotConfirmed,
	ReasonResetRequired, ReasonWrongCredentials, ReasonAccessTokenOver, ReasonAccessTokenExpired,
}

func diagnose(code, text string) Reason {
	for _, d := range diagnoses {
		if d.code == code && strings.Contains(text, d.text) {
			return d.reason
		}
	}
	return ReasonOther
}
