package userpool_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// what an operation does when Cognito refuses it.
func refuse(t testing.TB, secret, op string, says answer) error {
	t.Helper()
	api, client := newAPI(t, secret)
	api.script(says)
	i := slices.IndexFunc(operations, func(o operation) bool { return o.name == op })
	err := operations[i].do(t.Context(), client)
	if err == nil {
		t.Fatalf("%s refused = nil, want an error", op)
	}
	return err
}

// TestE2_FullTexts: what a newcomer meets first, word for word.
func TestE2_FullTexts(t *testing.T) {
	const id = clientID
	tests := []struct {
		secret, op, code, message string
		want                      string
	}{
		{"", "SignUp", "NotAuthorizedException", "Client " + id + " is configured with secret but SECRET_HASH was not received",
			`userpool: SignUp: NotAuthorizedException ("Client 7exampleclientid0a1b2c3d is configured with secret but SECRET_HASH was not received"): the app client's secret is missing or wrong: compare ClientSecret of cognito.Config (COGNITO_CLIENT_SECRET) with it; for a public client, leave ClientSecret empty; app client 7exampleclientid0a1b2c3d has a secret, and none was configured`},
		{clientSecret, "SignUp", "NotAuthorizedException", "Unable to verify secret hash for client " + id,
			`userpool: SignUp: NotAuthorizedException ("Unable to verify secret hash for client 7exampleclientid0a1b2c3d"): the app client's secret is missing or wrong: compare ClientSecret of cognito.Config (COGNITO_CLIENT_SECRET) with it; for a public client, leave ClientSecret empty; this is app client 7exampleclientid0a1b2c3d`},
		{"", "ForgotPassword", "ResourceNotFoundException", "User pool client " + id + " does not exist.",
			`userpool: ForgotPassword: ResourceNotFoundException ("User pool client 7exampleclientid0a1b2c3d does not exist."): the user-pool API does not know the app client: compare COGNITO_CLIENT_ID, COGNITO_ENDPOINT and COGNITO_USER_POOL_ID, which contains the region; there is no app client 7exampleclientid0a1b2c3d in region eu-west-1`},
		{"", "ChangePassword", "UserNotConfirmedException", "User is not confirmed.",
			`userpool: ChangePassword: UserNotConfirmedException ("User is not confirmed.")`},
		{"", "ConfirmSignUp", "ExpiredCodeException", "Invalid code provided, please request a code again.",
			`userpool: ConfirmSignUp: ExpiredCodeException ("Invalid code provided, please request a code again.")`},
		{"", "ResendConfirmationCode", "LimitExceededException", "Attempt limit exceeded, please try after some time.",
			`userpool: ResendConfirmationCode: LimitExceededException ("Attempt limit exceeded, please try after some time.")`},
		{"", "GetUser", "NotAuthorizedException", "Access Token does not have required scopes",
			`userpool: GetUser: NotAuthorizedException ("Access Token does not have required scopes"): the access token lacks the scope aws.cognito.signin.user.admin: for a sign-in with the Hosted UI enable it in AllowedOAuthScopes of app client 7exampleclientid0a1b2c3d and ask for it in hostedui.Config.Scopes; users who are signed in must sign in again`},
		{"", "ForgotPassword", "InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number",
			`userpool: ForgotPassword: InvalidParameterException ("Cannot reset password for the user as there is no registered/verified email or phone_number"): the user has no verified e-mail address or phone number of a kind that AccountRecoverySetting of the user pool allows for codes: verify one, or set email_verified as an administrator`},
		{"", "SetUserMFAPreference", "SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool",
			`userpool: SetUserMFAPreference: SoftwareTokenMFANotFoundException ("Software Token MFA has not been enabled by the userPool"): this kind of MFA is off, or the user has not set it up: see MfaConfiguration and the settings of this kind in SetUserPoolMfaConfig`},
		{"", "RevokeToken", "UnsupportedOperationException", "Revocation is not enabled",
			`userpool: RevokeToken: UnsupportedOperationException ("Revocation is not enabled"): the app client needs EnableTokenRevocation; it is false for app client 7exampleclientid0a1b2c3d`},
	}
	for _, tt := range tests {
		err := refuse(t, tt.secret, tt.op, refusal(tt.code, tt.message))
		if err.Error() != tt.want {
			t.Errorf("%s refused with %s: %s\n got %s\nwant %s", tt.op, tt.code, tt.message, err, tt.want)
		}
	}
}

// TestE2_FlowTexts: a flow that is not enabled is named with its setting.
func TestE2_FlowTexts(t *testing.T) {
	for flow, message := range map[userpool.Flow]string{
		userpool.FlowPassword: "USER_PASSWORD_AUTH flow not enabled for this client",
		userpool.FlowSRP:      "USER_SRP_AUTH flow not enabled for this client",
		userpool.FlowCustom:   "CUSTOM_AUTH flow not enabled for this client",
	} {
		api, client := newAPI(t, "")
		api.script(refusal("InvalidParameterException", message))
		_, err := client.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "correct horse", Flow: flow})
		want := fmt.Sprintf("userpool: InitiateAuth: InvalidParameterException (%q): the app client does not allow this flow: add it to ExplicitAuthFlows; ALLOW_%s is missing for app client %s", message, flow, clientID)
		if err == nil || err.Error() != want {
			t.Errorf("SignIn with %s = %v, want %s", flow, err, want)
		}
	}
}

// TestE2_Reasons: code and text make a reason, the reason a sentinel.
func TestE2_Reasons(t *testing.T) {
	tests := []struct {
		op, code, message, reason string
		is                        error
	}{
		{"ChangePassword", "NotAuthorizedException", "Incorrect username or password.", "wrong_credentials", userpool.ErrNotAuthorized},
		{"SignUp", "NotAuthorizedException", "words never seen before", "refused", nil},
		{"GetUser", "NotAuthorizedException", "words never seen before", "refused", nil},
		{"GetUser", "NotAuthorizedException", "Access Token has been revoked", "access_token_over", userpool.ErrAccessToken},
		{"GetUser", "NotAuthorizedException", "Access Token has expired", "access_token_expired", userpool.ErrAccessToken},
		{"GetUser", "UserNotFoundException", "User does not exist.", "unknown_user", userpool.ErrNotAuthorized},
		{"ForgotPassword", "NotAuthorizedException", "User is disabled.", "user_disabled", userpool.ErrNotAuthorized},
		{"ForgotPassword", "NotAuthorizedException", "User password cannot be reset in the current state.", "wrong_state", nil},
		{"ChangePassword", "NotAuthorizedException", "Password attempts exceeded", "too_many_passwords", userpool.ErrLimitExceeded},
		{"ChangePassword", "InvalidPasswordException", "Password did not conform with policy: Password not long enough", "password_policy", userpool.ErrInvalidPassword},
		{"ChangePassword", "PasswordHistoryPolicyViolationException", "", "password_reused", userpool.ErrInvalidPassword},
		{"GetUser", "PasswordResetRequiredException", "Password reset required for the user", "reset_required", userpool.ErrPasswordResetRequired},
		{"GetUser", "UserNotConfirmedException", "User is not confirmed.", "not_confirmed", userpool.ErrUserNotConfirmed},
		{"SignUp", "UsernameExistsException", "User already exists", "taken", userpool.ErrUsernameExists},
		{"SignUp", "NotAuthorizedException", "SignUp is not permitted for this user pool", "sign_up_disabled", nil},
		{"SignUp", "NotAuthorizedException", "A client attempted to write unauthorized attribute", "attribute_denied", nil},
		{"SignUp", "UserLambdaValidationException", "PreSignUp failed with error no.", "trigger_refused", nil},
		{"SignUp", "UnexpectedLambdaException", "", "trigger_failed", nil},
		{"SignUp", "CodeDeliveryFailureException", "", "delivery_failed", nil},
		{"SignUp", "ForbiddenException", "", "firewall", nil},
		{"SignUp", "InvalidParameterException", "Username should be an email.", "bad_parameter", nil},
		{"VerifyUserAttribute", "AliasExistsException", "An account with the given email already exists.", "taken", userpool.ErrUsernameExists},
		{"ConfirmSignUp", "CodeMismatchException", "Invalid verification code provided, please try again.", "code_mismatch", userpool.ErrCodeMismatch},
		{"ConfirmSignUp", "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED", "already_confirmed", userpool.ErrAlreadyConfirmed},
		{"ConfirmSignUp", "NotAuthorizedException", "Invalid session for the user, session is expired.", "session_over", userpool.ErrSessionExpired},
		{"ConfirmSignUp", "TooManyFailedAttemptsException", "", "limit_exceeded", userpool.ErrLimitExceeded},
		{"ResendConfirmationCode", "InvalidParameterException", "User is already confirmed.", "already_confirmed", userpool.ErrAlreadyConfirmed},
		{"VerifySoftwareToken", "EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA", "code_mismatch", userpool.ErrCodeMismatch},
		{"VerifySoftwareToken", "ExpiredCodeException", "Your software token has already been used once.", "code_used", userpool.ErrCodeExpired},
		{"RevokeToken", "UnsupportedTokenTypeException", "", "not_a_refresh_token", nil},
		{"RevokeToken", "UnauthorizedException", "", "secret_missing", nil},
		{"GetUser", "OperationNotEnabledException", "", "unsupported", nil},
		{"GetUser", "ResourceNotFoundException", "User pool eu-west-1_aB3dE5gH7 does not exist.", "unknown_pool", nil},
		{"GetUser", "InternalErrorException", "", "outage", nil},
		{"GetUser", "Unsupported", "unsupported feature: GetUser", "unsupported", nil},
		{"SignUp", "InvalidParameterException", "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$", "password_policy", userpool.ErrInvalidPassword},
		{"ChangePassword", "InvalidParameterException", "1 validation error detected: Value at 'proposedPassword' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$", "password_policy", userpool.ErrInvalidPassword},
		{"ChangePassword", "InvalidParameterException", "1 validation error detected: Value at 'previousPassword' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$", "wrong_credentials", userpool.ErrNotAuthorized},
		{"ConfirmSignUp", "InvalidParameterException", "1 validation error detected: Value at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+", "code_mismatch", userpool.ErrCodeMismatch},
		{"GetUser", "AnExceptionOfNextYear", "something", "other", nil},
	}
	sentinels := []error{
		userpool.ErrNotAuthorized, userpool.ErrUserNotConfirmed, userpool.ErrPasswordResetRequired, userpool.ErrCodeMismatch, userpool.ErrCodeExpired,
		userpool.ErrSessionExpired, userpool.ErrLimitExceeded, userpool.ErrInvalidPassword, userpool.ErrUsernameExists, userpool.ErrAccessToken, userpool.ErrAlreadyConfirmed, cognito.ErrInvalidGrant,
	}
	for _, tt := range tests {
		says := refusal(tt.code, tt.message)
		if tt.code == "InternalErrorException" {
			says.status = http.StatusInternalServerError
		}
		err := refuse(t, "", tt.op, says)
		e := asError(t, err)
		if string(e.Op) != tt.op || string(e.Code) != tt.code || e.Message != tt.message || string(e.Reason) != tt.reason || e.Status != says.status || e.RequestID != "5f2a-request" {
			t.Errorf("%s refused with %s %q = %+v with Reason %s, want Reason %s and what Cognito said", tt.op, tt.code, tt.message, *e, e.Reason, tt.reason)
		}
		for _, s := range sentinels {
			if got, want := errors.Is(err, s), s == tt.is; got != want {
				t.Errorf("errors.Is(%s refused with %s %q, %v) = %t, want %t", tt.op, tt.code, tt.message, s, got, want)
			}
		}
		if want := tt.reason == "outage"; e.Retryable != want {
			t.Errorf("%s refused with %s: Retryable = %t, want %t", tt.op, tt.code, e.Retryable, want)
		}
	}
}

// TestE2_SDKTypes: errors.As still finds what the SDK made.
func TestE2_SDKTypes(t *testing.T) {
	err := refuse(t, "", "ConfirmSignUp", refusal("CodeMismatchException", "Invalid verification code provided, please try again."))
	var mismatch *types.CodeMismatchException
	if !errors.As(err, &mismatch) {
		t.Errorf("errors.As(%v, *types.CodeMismatchException) = false, want true", err)
	}
	var operation *smithy.OperationError
	if !errors.As(err, &operation) {
		t.Errorf("errors.As(%v, *smithy.OperationError) = false, want true", err)
	}
}

// TestE2_BadAnswers: answers that make no sense, and none at all.
func TestE2_BadAnswers(t *testing.T) {
	html := http.Header{"Content-Type": {"text/html"}}
	tests := []struct {
		name      string
		says      answer
		code      string
		retryable bool
		text      string
	}{
		{"an error page", answer{status: 502, body: "<html>secret of the proxy", header: html}, "bad_answer", true, "status 502"},
		{"a page", answer{body: "<html>secret of the proxy", header: html}, "bad_answer", false, "not JSON"},
		{"half an answer", answer{body: `{"Username":"ja`}, "bad_answer", false, "cannot be read"},
		{"another answer", answer{body: `{"Username":["secret of jane"]}`}, "bad_answer", false, "cannot be read"},
		{"nobody", answer{body: `{}`}, "bad_answer", false, "no username"},
		{"a redirect", answer{status: 307, header: http.Header{"Location": {"https://mallory.example/"}}}, "bad_answer", false, "redirect"},
		{"an endless answer", answer{body: `{"Username":"` + strings.Repeat("x", 2<<20) + `"}`}, "bad_answer", false, "1 MiB"},
		{"an error without a name", answer{status: 400, body: `{}`}, "bad_answer", false, "status 400"},
		{"an outage without a name", answer{status: 500, body: `{}`}, "bad_answer", true, "status 500"},
		{"too many", answer{status: 429, body: `{}`}, "bad_answer", true, "status 429"},
		{"no connection", answer{err: errors.New("network down")}, "unreachable", true, "network down"},
	}
	for _, tt := range tests {
		err := refuse(t, "", "GetUser", tt.says)
		e := asError(t, err)
		if string(e.Code) != tt.code || e.Retryable != tt.retryable || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("GetUser with %s = %v with Code %s and Retryable %t, want %s, %t and %q in the text", tt.name, err, e.Code, e.Retryable, tt.code, tt.retryable, tt.text)
		}
		if strings.Contains(everything(err), "secret of") {
			t.Errorf("GetUser with %s = %s, which quotes the answer", tt.name, everything(err))
		}
		if got := userpool.NoticeFor(err); got.Key != "try_later" && got.Key != "unavailable" {
			t.Errorf("NoticeFor(%s) = %q, want try_later or unavailable", tt.name, got.Key)
		}
	}
}

// everything is what any way of printing err, and every error below it, says.
func everything(err error) string {
	var b strings.Builder
	for e := err; e != nil; e = errors.Unwrap(e) {
		fmt.Fprintf(&b, "%v\n%+v\n%#v\n%s\n", e, e, e, slog.AnyValue(e))
		if api, ok := e.(smithy.APIError); ok {
			b.WriteString(api.ErrorMessage())
		}
	}
	return b.String()
}

// TestE1_NoSecretInErrors: Cognito's complaints quote what they are about;
// ours, and the SDK's errors within, do not.
func TestE1_NoSecretInErrors(t *testing.T) {
	quoting := []struct{ code, format string }{
		{"InvalidParameterException", "1 validation error detected: Value '%s' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+"},
		{"InvalidParameterException", "cannot use %s here"},
		{"UserLambdaValidationException", "PreSignUp failed with error %s is too easy."},
		{"AnExceptionOfNextYear", "bad value %s"},
	}
	secrets := []string{"correct horse", "battery staple", "123456", "session-1", thisAccess, "refresh-1", clientSecret}
	for _, op := range operations {
		for _, q := range quoting {
			for _, secret := range secrets {
				if !sends(op, secret) {
					continue
				}
				err := refuse(t, clientSecret, op.name, refusal(q.code, fmt.Sprintf(q.format, secret)))
				if text := everything(err); strings.Contains(text, secret) {
					t.Errorf("%s refused with %s about %q = %s, which quotes it", op.name, q.code, secret, text)
				}
			}
		}
	}
	// A value that is no secret of ours goes too, and the rest stays.
	err := refuse(t, "", "SignUp", refusal("InvalidParameterException", "2 validation errors detected: Value 'it's\n' at 'username' failed; Value 'y' at 'clientId' failed"))
	if got, want := asError(t, err).Message, "2 validation errors detected: Value '[redacted]' at 'username' failed; Value '[redacted]' at 'clientId' failed"; got != want {
		t.Errorf("Message = %q, want %q", got, want)
	}
}

func sends(op operation, secret string) bool {
	for _, v := range op.body {
		if v == secret {
			return true
		}
	}
	return op.secret && secret == clientSecret
}

// TestE1_Printing: neither a Client nor what its methods take and return
// prints a secret.
func TestE1_Printing(t *testing.T) {
	_, client := newAPI(t, clientSecret)
	values := []any{
		client, *client,
		userpool.NewUser{Username: "jane", Password: clientSecret},
		&userpool.SignedUp{Session: clientSecret},
		userpool.Confirmation{Session: clientSecret},
		userpool.PasswordReset{NewPassword: clientSecret},
		userpool.SoftwareToken{Secret: clientSecret, Session: clientSecret},
	}
	for _, v := range values {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			if got := fmt.Sprintf(format, v); strings.Contains(got, clientSecret) || strings.Contains(got, fmt.Sprintf("%x", clientSecret)) {
				t.Errorf("Sprintf(%s, %T) = %s, which has the secret", format, v, got)
			}
		}
	}
}

// TestE2_Messages: control characters and endless texts do not reach a log.
func TestE2_Messages(t *testing.T) {
	err := refuse(t, "", "SignUp", refusal("UserLambdaValidationException", "PreSignUp failed with error a\r\nb\x1b[31m"+strings.Repeat("é", 600)))
	message := asError(t, err).Message
	if len(message) > 500 || strings.ContainsAny(message, "\r\n\x1b") || !strings.HasPrefix(message, "PreSignUp failed with error a  b") {
		t.Errorf("Message = %q, want at most 500 bytes without control characters", message)
	}
}

// TestU3_SameNotice: the visitor cannot learn whether an account exists.
func TestU3_SameNotice(t *testing.T) {
	groups := []struct {
		op     string
		key    string
		tells  bool
		causes [][2]string
	}{
		{"ForgotPassword", "sent", true, [][2]string{
			{"UserNotFoundException", "Username/client id combination not found."},
			{"InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number"},
			{"NotAuthorizedException", "User is disabled."},
			{"NotAuthorizedException", "User password cannot be reset in the current state."},
			{"NotAuthorizedException", "something else"},
			{"UserNotConfirmedException", "User is not confirmed."},
			{"LimitExceededException", "Attempt limit exceeded, please try after some time."},
			{"CodeDeliveryFailureException", ""},
		}},
		{"ResendConfirmationCode", "sent", true, [][2]string{
			{"UserNotFoundException", "Username/client id combination not found."},
			{"InvalidParameterException", "User is already confirmed."},
			{"LimitExceededException", "Attempt limit exceeded, please try after some time."},
		}},
		{"ConfirmForgotPassword", "code", false, [][2]string{
			{"UserNotFoundException", "Username/client id combination not found."},
			{"CodeMismatchException", "Invalid verification code provided, please try again."},
			{"ExpiredCodeException", "Invalid code provided, please request a code again."},
			{"LimitExceededException", "Attempt limit exceeded, please try after some time."},
			{"NotAuthorizedException", "User is disabled."},
			{"UserNotConfirmedException", "User is not confirmed."},
		}},
		{"ConfirmSignUp", "confirm_code", false, [][2]string{
			{"UserNotFoundException", "Username/client id combination not found."},
			{"CodeMismatchException", "Invalid verification code provided, please try again."},
			{"ExpiredCodeException", "Invalid code provided, please request a code again."},
			{"NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"},
			{"TooManyFailedAttemptsException", ""},
		}},
		{"SignUp", "taken", true, [][2]string{{"UsernameExistsException", "User already exists"}}},
	}
	for _, g := range groups {
		for _, cause := range g.causes {
			err := refuse(t, "", g.op, refusal(cause[0], cause[1]))
			if got := userpool.NoticeFor(err); string(got.Key) != g.key || got.Text == "" {
				t.Errorf("NoticeFor(%s refused with %s %q) = %+v, want the key %s", g.op, cause[0], cause[1], got, g.key)
			}
			if got := userpool.RevealsAccount(err); got != g.tells {
				t.Errorf("RevealsAccount(%s refused with %s %q) = %t, want %t", g.op, cause[0], cause[1], got, g.tells)
			}
		}
	}
	for _, err := range []error{
		nil, context.Canceled,
		refuse(t, "", "ForgotPassword", refusal("InternalErrorException", "")),
		refuse(t, "", "ForgotPassword", refusal("ResourceNotFoundException", "User pool client x does not exist.")),
		refuse(t, "", "SignUp", refusal("InvalidPasswordException", "")),
	} {
		if userpool.RevealsAccount(err) {
			t.Errorf("RevealsAccount(%v) = true, want false", err)
		}
	}
}

// TestNoticeFor: what visitors can do something about.
func TestNoticeFor(t *testing.T) {
	tests := []struct{ op, code, message, key string }{
		{"ChangePassword", "NotAuthorizedException", "Incorrect username or password.", "present_password"},
		{"SignUp", "InvalidPasswordException", "Password did not conform with policy: Password not long enough", "password_short"},
		{"SignUp", "InvalidPasswordException", "Password did not conform with policy: Password must have uppercase characters", "password_uppercase"},
		{"SignUp", "InvalidPasswordException", "Password did not conform with policy: Password must have lowercase characters", "password_lowercase"},
		{"SignUp", "InvalidPasswordException", "Password did not conform with policy: Password must have numeric characters", "password_number"},
		{"SignUp", "InvalidPasswordException", "Password did not conform with policy: Password must have symbol characters", "password_symbol"},
		{"SignUp", "InvalidPasswordException", "", "password_policy"},
		{"SignUp", "InvalidParameterException", "Username should be an email.", "form"},
		{"SignUp", "NotAuthorizedException", "SignUp is not permitted for this user pool", "sign_up_closed"},
		{"GetUser", "NotAuthorizedException", "Access Token has expired", "sign_in_again"},
		{"GetUser", "NotAuthorizedException", "Access Token does not have required scopes", "unavailable"},
		{"GetUser", "NotAuthorizedException", "Incorrect username or password.", "credentials"},
		{"GetUser", "UserNotFoundException", "User does not exist.", "credentials"},
		{"GetUser", "NotAuthorizedException", "User is disabled.", "credentials"},
		{"GetUser", "NotAuthorizedException", "Password attempts exceeded", "credentials"},
		{"VerifyUserAttribute", "AliasExistsException", "", "address_taken"},
		{"VerifyUserAttribute", "LimitExceededException", "", "wait"},
		{"VerifySoftwareToken", "ExpiredCodeException", "Your software token has already been used once.", "code_used"},
	}
	for _, tt := range tests {
		err := refuse(t, "", tt.op, refusal(tt.code, tt.message))
		if got := userpool.NoticeFor(err); string(got.Key) != tt.key || got.Text == "" {
			t.Errorf("NoticeFor(%s refused with %s %q) = %+v, want the key %s", tt.op, tt.code, tt.message, got, tt.key)
		}
	}
	for _, err := range []error{errors.New("jane's secret"), &cognito.VerifyError{Check: "sub"}} {
		if got := userpool.NoticeFor(err); got.Key != "unavailable" || strings.Contains(got.Text, "jane") {
			t.Errorf("NoticeFor(%v) = %+v, want the key unavailable", err, got)
		}
	}
}
