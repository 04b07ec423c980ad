package userpool

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/notice"
	"github.com/seed75762126/cognito-go/internal/wording"
)

var update = flag.Bool("update", false, "rewrite ERRORS.md")

// meanings is each reason in a few words, for ERRORS.md.
var meanings = map[Reason]string{
	ReasonFlowDisabled:         "the app client does not allow this way to sign in",
	ReasonSecretMissing:        "the app client has a secret and none was configured",
	ReasonSecretWrong:          "the configured secret is wrong, or the app client has none",
	ReasonUnknownClient:        "no such app client in this region",
	ReasonUnknownPool:          "no such user pool in this region",
	ReasonScopeMissing:         "the access token may not be used for the user's own account",
	ReasonSignUpDisabled:       "only administrators create users",
	ReasonAttributeDenied:      "the app client may not write an attribute",
	ReasonRevocationDisabled:   "tokens cannot be revoked",
	ReasonNotRefreshToken:      "another kind of token was to be revoked",
	ReasonUnsupported:          "the operation is not offered",
	ReasonMFANotSetUp:          "a second factor that is off or not set up",
	ReasonDeliveryFailed:       "a code could not be sent",
	ReasonTriggerRefused:       "a Lambda trigger said no",
	ReasonTriggerFailed:        "a Lambda trigger broke",
	ReasonFirewall:             "AWS WAF blocked the call",
	ReasonBadParameter:         "a value that Cognito does not take",
	ReasonWrongCredentials:     "wrong user name or password",
	ReasonUnknownUser:          "no such user",
	ReasonUserDisabled:         "an administrator disabled the user",
	ReasonTooManyPasswords:     "locked for a while after wrong passwords",
	ReasonTemporaryExpired:     "the password an administrator gave is too old",
	ReasonNotConfirmed:         "the account waits for its confirmation code",
	ReasonAlreadyConfirmed:     "the account is confirmed already",
	ReasonResetRequired:        "the password has to be reset first",
	ReasonWrongState:           "the user's password cannot be reset, for example because it is an administrator's temporary password",
	ReasonNoContact:            "no verified address to send a code to",
	ReasonTaken:                "the name or address belongs to another account",
	ReasonCodeMismatch:         "wrong code",
	ReasonCodeExpired:          "the code is too old, or none was asked for",
	ReasonCodeUsed:             "a TOTP code for the second time",
	ReasonSessionOver:          "a challenge answered too late or twice",
	ReasonUnknownDevice:        "no such remembered device",
	ReasonAccessTokenOver:      "the access token was revoked",
	ReasonAccessTokenExpired:   "the access token has expired",
	ReasonRefreshTokenOver:     "the refresh token has expired, was revoked or replaced",
	ReasonPasswordPolicy:       "the new password breaks the policy",
	ReasonPasswordReused:       "the new password is an old one",
	ReasonLimitExceeded:        "too many attempts or messages for one user",
	ReasonBusy:                 "too many calls, or two at once",
	ReasonOutage:               "Cognito failed",
	ReasonUnreachable:          "no answer, or the caller did not wait for it",
	ReasonBadAnswer:            "an answer that makes no sense",
	ReasonBadRequest:           "a call that was not made, because something is missing",
	ReasonRefused:              "a refusal in words that this version does not know",
	ReasonAttributeSet:         "the answer to NEW_PASSWORD_REQUIRED changes an attribute that has a value already",
	ReasonPlan:                 "the user pool's plan does not include it",
	ReasonPasskeysOff:          "passkeys are not enabled for sign-ins",
	ReasonPasskeysUnconfigured: "the user pool has no RelyingPartyId",
	ReasonPasskeyExpired:       "the browser's answer is for options that are too old, were used before, or belong to another user",
	ReasonPasskeyDomain:        "the passkey belongs to another domain",
	ReasonPasskeyClient:        "the registration began with another app client",
	ReasonPasskeyOrigin:        "the page that asked for the passkey has the wrong origin",
	ReasonPasskeyKind:          "a kind of key that Cognito does not take",
	ReasonUnknownPasskey:       "the user has no such passkey",
	ReasonSignInTooOld:         "the user has to sign in again first",
	ReasonOther:                "a code that this version does not know",
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
	b.WriteString("\nIn some operations, a visitor gets another key than the table says. A form that asks for a code gets `sent`, which does\n" +
		"not reveal who has an account. A form that takes a code gets `code` or `confirm_code`. The first step of a sign-in gets\n" +
		"`credentials`. A sign-up gets `taken`. A wrong current password gets `present_password`. For a new password that breaks\n" +
		"the policy, the key names what the password lacks.\n\n| key | text |\n|---|---|\n")
	for _, key := range slices.Sorted(maps.Keys(notice.Texts)) {
		b.WriteString("| `" + key + "` | " + notice.Texts[key] + " |\n")
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
		ErrAccessToken: "ErrAccessToken", ErrAlreadyConfirmed: "ErrAlreadyConfirmed", ErrSignInTooOld: "ErrSignInTooOld", cognito.ErrInvalidGrant: "cognito.ErrInvalidGrant",
	}
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
		fix := wording.Fix(string(reason), wording.Call{
			Op: "SignUp", Message: "USER_PASSWORD_AUTH flow not enabled for this client", Text: "invalid refresh token",
			PoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d", Region: "eu-west-1",
		})
		is := ""
		if s := sentinels[reason]; s != nil {
			if is = names[s]; is == "" {
				t.Errorf("the sentinel %v has no name in this test", s)
			}
			is = "`" + is + "`"
		}
		key := cmp.Or(notice.ByReason[string(reason)], string(NoticeUnavailable))
		if notice.Texts[key] == "" {
			t.Errorf("notice %s has no text", key)
		}
		rows = append(rows, []string{strings.Join(codes[reason], ", "), "`" + string(reason) + "`", meanings[reason], is, "`" + key + "`", strings.ReplaceAll(fix, "|", "\\|")})
	}
	return rows
}

// reasonCodes are the codes that lead to each reason.
func reasonCodes() map[Reason][]string {
	codes := map[Reason][]string{
		// What reason() decides beside the table.
		ReasonSecretMissing:      {"`NotAuthorizedException`"},
		ReasonRevocationDisabled: {"`UnsupportedOperationException`"},
		ReasonBusy:               {"`TooManyRequestsException`", "status 429"},
		ReasonOutage:             {"status 5xx"},
		ReasonUnknownPasskey:     {"`ResourceNotFoundException`"},
		ReasonOther:              {"any other"},
	}
	for _, m := range wording.Meanings {
		reason := Reason(m.Reason)
		if code := fmt.Sprintf("`%s`", m.Code); !slices.Contains(codes[reason], code) {
			codes[reason] = append(codes[reason], code)
		}
	}
	return codes
}

// TestNotices: every notice is somebody's, and none is about the account.
func TestNotices(t *testing.T) {
	for key, text := range notice.Texts {
		if !strings.HasSuffix(text, ".") || strings.ContainsAny(text, "%|") {
			t.Errorf("notice %s = %q, want plain sentences", key, text)
		}
	}
	for reason, key := range notice.ByReason {
		if meanings[Reason(reason)] == "" || notice.Texts[key] == "" {
			t.Errorf("ByReason[%s] = %s, want a known reason and a known notice", reason, key)
		}
	}
}

// TestNotices_Constants: the constants of this package are the keys that
// package notice has.
func TestNotices_Constants(t *testing.T) {
	source, err := os.ReadFile("notice.go")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, m := range regexp.MustCompile(`(?m)^\tNotice\w+ +NoticeKey = "(\w+)"$`).FindAllStringSubmatch(string(source), -1) {
		keys = append(keys, m[1])
	}
	slices.Sort(keys)
	if want := slices.Sorted(maps.Keys(notice.Texts)); !slices.Equal(keys, want) {
		t.Errorf("notice.go has the keys %q, and package notice has %q", keys, want)
	}
}
