package userpool

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
)

// The values of [Error.Reason].
const (
	reasonFlowDisabled       = "flow_disabled"
	reasonSecretMissing      = "secret_missing"
	reasonSecretWrong        = "secret_wrong"
	reasonUnknownClient      = "unknown_client"
	reasonUnknownPool        = "unknown_pool"
	reasonScopeMissing       = "scope_missing"
	reasonSignUpDisabled     = "sign_up_disabled"
	reasonAttributeDenied    = "attribute_denied"
	reasonRevocationDisabled = "revocation_disabled"
	reasonNotRefreshToken    = "not_a_refresh_token"
	reasonUnsupported        = "unsupported"
	reasonMFANotSetUp        = "mfa_not_set_up"
	reasonDeliveryFailed     = "delivery_failed"
	reasonTriggerRefused     = "trigger_refused"
	reasonTriggerFailed      = "trigger_failed"
	reasonFirewall           = "firewall"
	reasonBadParameter       = "bad_parameter"
	reasonWrongCredentials   = "wrong_credentials"
	reasonUnknownUser        = "unknown_user"
	reasonUserDisabled       = "user_disabled"
	reasonTooManyPasswords   = "too_many_passwords"
	reasonTemporaryExpired   = "temporary_password_expired"
	reasonNotConfirmed       = "not_confirmed"
	reasonAlreadyConfirmed   = "already_confirmed"
	reasonResetRequired      = "reset_required"
	reasonWrongState         = "wrong_state"
	reasonNoContact          = "no_contact"
	reasonTaken              = "taken"
	reasonCodeMismatch       = "code_mismatch"
	reasonCodeExpired        = "code_expired"
	reasonCodeUsed           = "code_used"
	reasonSessionOver        = "session_over"
	reasonUnknownDevice      = "unknown_device"
	reasonAccessTokenOver    = "access_token_over"
	reasonAccessTokenExpired = "access_token_expired"
	reasonRefreshTokenOver   = "refresh_token_over"
	reasonPasswordPolicy     = "password_policy"
	reasonPasswordReused     = "password_reused"
	reasonLimitExceeded      = "limit_exceeded"
	reasonBusy               = "busy"
	reasonOutage             = "outage"
	reasonUnreachable        = "unreachable"
	reasonBadAnswer          = "bad_answer"
	reasonBadRequest         = "bad_request"
	reasonOther              = "other"

	// reasonRefused is never seen outside: what it means follows from the
	// operation.
	reasonRefused = "refused"
)

// A diagnosis finds the reason for a code, and where a code has several
// meanings, for a text that the message contains. The first that fits counts.
// Cognito's texts are no contract: where they change, the reason becomes the
// one without a text, and nothing else.
type diagnosis struct {
	code   string
	text   string // in lower case
	reason string
}

var diagnoses = []diagnosis{
	{"NotAuthorizedException", "incorrect username or password", reasonWrongCredentials},
	{"NotAuthorizedException", "user is disabled", reasonUserDisabled},
	{"NotAuthorizedException", "password attempts exceeded", reasonTooManyPasswords},
	{"NotAuthorizedException", "temporary password has expired", reasonTemporaryExpired},
	{"NotAuthorizedException", "invalid session", reasonSessionOver},
	{"NotAuthorizedException", "required scopes", reasonScopeMissing},
	{"NotAuthorizedException", "access token has expired", reasonAccessTokenExpired},
	{"NotAuthorizedException", "access token", reasonAccessTokenOver},
	{"NotAuthorizedException", "refresh token", reasonRefreshTokenOver},
	{"NotAuthorizedException", "secret", reasonSecretWrong},
	{"NotAuthorizedException", "cannot be confirmed", reasonAlreadyConfirmed},
	{"NotAuthorizedException", "cannot be reset", reasonWrongState},
	{"NotAuthorizedException", "signup is not permitted", reasonSignUpDisabled},
	{"NotAuthorizedException", "unauthorized attribute", reasonAttributeDenied},
	{"NotAuthorizedException", "", reasonRefused},
	{"UnauthorizedException", "", reasonSecretWrong},
	{"InvalidParameterException", "flow not enabled", reasonFlowDisabled},
	{"InvalidParameterException", "is not enabled for the client", reasonFlowDisabled}, // USER_SRP_AUTH
	{"InvalidParameterException", "auth method not supported", reasonFlowDisabled},
	{"InvalidParameterException", "secret", reasonSecretWrong},
	{"InvalidParameterException", "no registered/verified", reasonNoContact},
	{"InvalidParameterException", "already confirmed", reasonAlreadyConfirmed},
	{"InvalidParameterException", "delivery config", reasonMFANotSetUp},
	{"InvalidParameterException", "", reasonBadParameter},
	{"ResourceNotFoundException", "device", reasonUnknownDevice},
	{"ResourceNotFoundException", "user pool client", reasonUnknownClient},
	{"ResourceNotFoundException", "user pool", reasonUnknownPool},
	{"UserNotFoundException", "", reasonUnknownUser},
	{"UserNotConfirmedException", "", reasonNotConfirmed},
	{"PasswordResetRequiredException", "", reasonResetRequired},
	{"UsernameExistsException", "", reasonTaken},
	{"AliasExistsException", "", reasonTaken},
	{"CodeMismatchException", "", reasonCodeMismatch},
	{"EnableSoftwareTokenMFAException", "", reasonCodeMismatch},
	{"ExpiredCodeException", "already been used", reasonCodeUsed},
	{"ExpiredCodeException", "", reasonCodeExpired},
	{"InvalidPasswordException", "", reasonPasswordPolicy},
	{"PasswordHistoryPolicyViolationException", "", reasonPasswordReused},
	{"LimitExceededException", "", reasonLimitExceeded},
	{"TooManyFailedAttemptsException", "", reasonLimitExceeded},
	{"RefreshTokenReuseException", "", reasonRefreshTokenOver},
	{"UnsupportedTokenTypeException", "", reasonNotRefreshToken},
	{"UnsupportedOperationException", "", reasonUnsupported},
	{"OperationNotEnabledException", "", reasonUnsupported},
	{"UnknownOperationException", "", reasonUnsupported},
	{"SoftwareTokenMFANotFoundException", "", reasonMFANotSetUp},
	{"MFAMethodNotFoundException", "", reasonMFANotSetUp},
	{"InvalidUserPoolConfigurationException", "", reasonMFANotSetUp},
	{"CodeDeliveryFailureException", "", reasonDeliveryFailed},
	{"InvalidEmailRoleAccessPolicyException", "", reasonDeliveryFailed},
	{"InvalidSmsRoleAccessPolicyException", "", reasonDeliveryFailed},
	{"InvalidSmsRoleTrustRelationshipException", "", reasonDeliveryFailed},
	{"UserLambdaValidationException", "", reasonTriggerRefused},
	{"UnexpectedLambdaException", "", reasonTriggerFailed},
	{"InvalidLambdaResponseException", "", reasonTriggerFailed},
	{"ForbiddenException", "", reasonFirewall},
	{"ConcurrentModificationException", "", reasonBusy},
	{"InternalErrorException", "", reasonOutage},
	{codeStatusError, "", reasonCodeMismatch},
	{codeUnreachable, "", reasonUnreachable},
	{codeBadAnswer, "", reasonBadAnswer},
	{codeBadRequest, "", reasonBadRequest},
	{codeNoChallenge, "", reasonSessionOver},
}

// sentinels are the errors that [errors.Is] finds, by reason.
var sentinels = map[string]error{
	reasonWrongCredentials:   ErrNotAuthorized,
	reasonUnknownUser:        ErrNotAuthorized,
	reasonUserDisabled:       ErrNotAuthorized,
	reasonTooManyPasswords:   ErrLimitExceeded,
	reasonNotConfirmed:       ErrUserNotConfirmed,
	reasonResetRequired:      ErrPasswordResetRequired,
	reasonCodeMismatch:       ErrCodeMismatch,
	reasonCodeExpired:        ErrCodeExpired,
	reasonCodeUsed:           ErrCodeExpired,
	reasonSessionOver:        ErrSessionExpired,
	reasonUnknownDevice:      ErrUnknownDevice,
	reasonLimitExceeded:      ErrLimitExceeded,
	reasonPasswordPolicy:     ErrInvalidPassword,
	reasonPasswordReused:     ErrInvalidPassword,
	reasonTaken:              ErrUsernameExists,
	reasonAccessTokenOver:    ErrAccessToken,
	reasonAccessTokenExpired: ErrAccessToken,
	reasonRefreshTokenOver:   cognito.ErrInvalidGrant,
}

// explain sets what follows from e's operation, code, message and status.
func (c *Client) explain(e *Error) {
	e.Reason = c.reason(e)
	e.is = sentinels[e.Reason]
	e.Retryable = slices.Contains([]string{reasonBusy, reasonOutage, reasonUnreachable}, e.Reason)
	e.Fix = c.fix(e)
}

func (c *Client) reason(e *Error) string {
	reason := diagnose(e.Code, e.text)
	switch {
	case isThrottle(e.Code), e.Status == http.StatusTooManyRequests:
		return reasonBusy
	case e.Status >= 500:
		return reasonOutage
	case reason == reasonSecretWrong && c.pool.ClientSecret == "":
		return reasonSecretMissing
	case reason == reasonUnsupported && e.Op == opRevokeToken:
		return reasonRevocationDisabled
	case isRefresh(e.Op) && slices.Contains(endsRefresh, reason):
		return reasonRefreshTokenOver
	case reason == reasonRefused && slices.Contains(accessTokenOps, e.Op):
		return reasonAccessTokenOver
	case reason == reasonRefused:
		return reasonWrongCredentials
	}
	return reason
}

// endsRefresh are the reasons after which a refresh token is not honoured any
// more, and the user has to sign in again.
var endsRefresh = []string{
	reasonRefused, reasonRefreshTokenOver, reasonUnknownUser, reasonUserDisabled, reasonNotConfirmed,
	reasonResetRequired, reasonWrongCredentials, reasonAccessTokenOver, reasonAccessTokenExpired,
}

func diagnose(code, text string) string {
	for _, d := range diagnoses {
		if d.code == code && strings.Contains(text, d.text) {
			return d.reason
		}
	}
	return reasonOther
}
