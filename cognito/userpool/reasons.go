package userpool

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/refusal"
	"github.com/seed75762126/cognito-go/internal/wording"
)

// A Reason says what an error means: one of Cognito's codes can mean many
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

// explain sets what follows from e's operation, code, message and status. Text
// is Cognito's whole text in lower case, or "".
func (c *Client) explain(e *Error, text string) {
	e.Reason = Reason(refusal.Reason(refusal.Facts{
		Op: string(e.Op), Code: string(e.Code), Text: text, Status: e.Status, Public: c.secret == nil || !c.secret.Exists(),
	}))
	e.is = sentinels[e.Reason]
	e.Retryable = slices.Contains([]Reason{ReasonBusy, ReasonOutage, ReasonUnreachable}, e.Reason)
	e.Fix = wording.Fix(string(e.Reason), wording.Call{
		Op: string(e.Op), Message: e.Message, Text: text, PoolID: c.pool.UserPoolID, ClientID: c.pool.ClientID, Region: c.pool.Region(),
	})
}
