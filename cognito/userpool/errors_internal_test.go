package userpool

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

var update = flag.Bool("update", false, "rewrite ERRORS.md")

// meanings is each reason in a few words, for ERRORS.md.
var meanings = map[string]string{
	reasonFlowDisabled:       "the app client does not allow this way to sign in",
	reasonSecretMissing:      "the app client has a secret and none was configured",
	reasonSecretWrong:        "the secret is another one, or there is none",
	reasonUnknownClient:      "no such app client in this region",
	reasonUnknownPool:        "no such user pool in this region",
	reasonScopeMissing:       "the access token may not be used for the user's own account",
	reasonSignUpDisabled:     "only administrators create users",
	reasonAttributeDenied:    "the app client may not write an attribute",
	reasonRevocationDisabled: "tokens cannot be revoked",
	reasonNotRefreshToken:    "another kind of token was to be revoked",
	reasonUnsupported:        "the operation is not to be had",
	reasonMFANotSetUp:        "a second factor that is off or not set up",
	reasonDeliveryFailed:     "a code could not be sent",
	reasonTriggerRefused:     "a Lambda trigger said no",
	reasonTriggerFailed:      "a Lambda trigger broke",
	reasonFirewall:           "AWS WAF blocked the call",
	reasonBadParameter:       "a value that Cognito does not take",
	reasonWrongCredentials:   "wrong user name or password",
	reasonUnknownUser:        "no such user",
	reasonUserDisabled:       "an administrator disabled the user",
	reasonTooManyPasswords:   "locked for a while after wrong passwords",
	reasonTemporaryExpired:   "the password an administrator gave is too old",
	reasonNotConfirmed:       "the account waits for its confirmation code",
	reasonAlreadyConfirmed:   "the account is confirmed already",
	reasonResetRequired:      "the password has to be reset first",
	reasonWrongState:         "the password of this user cannot be reset, as with an administrator's temporary one",
	reasonNoContact:          "no verified address to send a code to",
	reasonTaken:              "the name or address belongs to another account",
	reasonCodeMismatch:       "wrong code",
	reasonCodeExpired:        "the code is too old, or none was asked for",
	reasonCodeUsed:           "a TOTP code for the second time",
	reasonSessionOver:        "a challenge answered too late or twice",
	reasonUnknownDevice:      "no such remembered device",
	reasonAccessTokenOver:    "the access token was revoked",
	reasonAccessTokenExpired: "the access token has expired",
	reasonRefreshTokenOver:   "the refresh token has expired, was revoked or replaced",
	reasonPasswordPolicy:     "the new password breaks the policy",
	reasonPasswordReused:     "the new password is an old one",
	reasonLimitExceeded:      "too many attempts or messages for one user",
	reasonBusy:               "too many calls, or two at once",
	reasonOutage:             "Cognito failed",
	reasonUnreachable:        "no answer, or the caller did not wait for it",
	reasonBadAnswer:          "an answer that makes no sense",
	reasonBadRequest:         "a call that was not made, because something is missing",
	reasonOther:              "a code that this version does not know",
}

// TestErrorsTable: ERRORS.md is what the code does.
func TestErrorsTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Errors of package userpool\n\n" +
		"What `Error.Code` and `Error.Reason` say, what `errors.Is` finds, what a visitor is shown and what a developer can do.\n" +
		"Written by `go test ./cognito/userpool -run ErrorsTable -update`.\n\n" +
		"| code | reason | meaning | errors.Is | visitor (key of the notice) | developer |\n|---|---|---|---|---|---|\n")
	for _, row := range errorRows(t) {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	b.WriteString("\nThe visitor sees something else where the operation decides: `sent` instead of what tells of an account when a code\n" +
		"is asked for, `code` when one is entered, `taken` at sign-up, `present_password` when a password is changed, and what\n" +
		"the policy misses in a new password.\n\n| key | text |\n|---|---|\n")
	for _, key := range slices.Sorted(maps.Keys(notices)) {
		b.WriteString("| `" + key + "` | " + notices[key] + " |\n")
	}
	if *update {
		if err := os.WriteFile("ERRORS.md", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile("ERRORS.md"); err != nil || string(got) != b.String() {
		t.Errorf("ERRORS.md is out of date (%v): go test ./cognito/userpool -run ErrorsTable -update", err)
	}
}

// errorRows has a row for each reason.
func errorRows(t *testing.T) [][]string {
	names := map[error]string{
		ErrNotAuthorized: "ErrNotAuthorized", ErrUserNotConfirmed: "ErrUserNotConfirmed", ErrPasswordResetRequired: "ErrPasswordResetRequired",
		ErrCodeMismatch: "ErrCodeMismatch", ErrCodeExpired: "ErrCodeExpired", ErrSessionExpired: "ErrSessionExpired", ErrUnknownDevice: "ErrUnknownDevice",
		ErrLimitExceeded: "ErrLimitExceeded", ErrInvalidPassword: "ErrInvalidPassword", ErrUsernameExists: "ErrUsernameExists",
		ErrAccessToken: "ErrAccessToken", cognito.ErrInvalidGrant: "cognito.ErrInvalidGrant",
	}
	c := &Client{pool: cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d"}}
	codes := reasonCodes()
	for reason := range codes {
		if meanings[reason] == "" {
			t.Errorf("reason %s has no meaning in this test", reason)
		}
	}
	var rows [][]string
	for _, reason := range slices.Sorted(maps.Keys(meanings)) {
		if len(codes[reason]) == 0 {
			t.Errorf("no code leads to the reason %s", reason)
		}
		e := &Error{Op: "SignUp", Reason: reason, Message: "USER_PASSWORD_AUTH flow not enabled for this client", text: "invalid refresh token"}
		is := ""
		if s := sentinels[reason]; s != nil {
			if is = names[s]; is == "" {
				t.Errorf("the sentinel %v has no name in this test", s)
			}
			is = "`" + is + "`"
		}
		key := noticeUnavailable
		if k, ok := noticeOf[reason]; ok {
			key = k
		}
		if notices[key] == "" {
			t.Errorf("notice %s has no text", key)
		}
		rows = append(rows, []string{strings.Join(codes[reason], ", "), "`" + reason + "`", meanings[reason], is, "`" + key + "`", strings.ReplaceAll(c.fix(e), "|", "\\|")})
	}
	return rows
}

// reasonCodes are the codes that lead to each reason.
func reasonCodes() map[string][]string {
	codes := map[string][]string{
		// What reason() decides beside the table.
		reasonSecretMissing:      {"`NotAuthorizedException`"},
		reasonRevocationDisabled: {"`UnsupportedOperationException`"},
		reasonBusy:               {"`TooManyRequestsException`", "status 429"},
		reasonOutage:             {"status 5xx"},
		reasonOther:              {"any other"},
		reasonWrongCredentials:   {"`NotAuthorizedException`"},
		reasonAccessTokenOver:    {"`NotAuthorizedException`"},
	}
	for _, d := range diagnoses {
		if d.reason == reasonRefused {
			continue
		}
		if code := fmt.Sprintf("`%s`", d.code); !slices.Contains(codes[d.reason], code) {
			codes[d.reason] = append(codes[d.reason], code)
		}
	}
	return codes
}

// TestNotices: every notice is somebody's, and none is about the account.
func TestNotices(t *testing.T) {
	for key, text := range notices {
		if !strings.HasSuffix(text, ".") || strings.ContainsAny(text, "%|") {
			t.Errorf("notice %s = %q, want plain sentences", key, text)
		}
	}
	for reason, key := range noticeOf {
		if meanings[reason] == "" || notices[key] == "" {
			t.Errorf("noticeOf[%s] = %s, want a known reason and a known notice", reason, key)
		}
	}
}
