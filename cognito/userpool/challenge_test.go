package userpool_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// An exchange is a challenge, how to answer it, and what that sends.
type exchange struct {
	name      string
	params    map[string]string
	available []string
	answer    func(context.Context, userpool.Challenge) (*userpool.Step, error)
	responses map[string]string
}

var exchanges = []exchange{
	{
		name:   "NEW_PASSWORD_REQUIRED",
		params: map[string]string{"requiredAttributes": `["userAttributes.given_name"]`, "userAttributes": `{"email":"jane@example.com"}`},
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.NewPasswordRequired).Answer(ctx, "new-word", map[string]string{"given_name": "Jane", "nickname": "j"}, extras...)
		},
		responses: map[string]string{"NEW_PASSWORD": "new-word", "userAttributes.given_name": "Jane", "userAttributes.nickname": "j"},
	},
	{
		name: "SMS_MFA",
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.SMSCode).Answer(ctx, "123456", extras...)
		},
		responses: map[string]string{"SMS_MFA_CODE": "123456"},
	},
	{
		name: "SMS_OTP",
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.SMSCode).Answer(ctx, "123456", extras...)
		},
		responses: map[string]string{"SMS_OTP_CODE": "123456"},
	},
	{
		name: "EMAIL_OTP",
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.EmailCode).Answer(ctx, "12345678", extras...)
		},
		responses: map[string]string{"EMAIL_OTP_CODE": "12345678"},
	},
	{
		name: "SOFTWARE_TOKEN_MFA",
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.TOTPCode).Answer(ctx, "123456", extras...)
		},
		responses: map[string]string{"SOFTWARE_TOKEN_MFA_CODE": "123456"},
	},
	{
		name:   "SELECT_MFA_TYPE",
		params: map[string]string{"MFAS_CAN_CHOOSE": `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`},
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.SelectMFA).Choose(ctx, "SOFTWARE_TOKEN_MFA", extras...)
		},
		responses: map[string]string{"ANSWER": "SOFTWARE_TOKEN_MFA"},
	},
	{
		name:      "SELECT_CHALLENGE",
		available: []string{"PASSWORD", "EMAIL_OTP"},
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.SelectFactor).Choose(ctx, userpool.FactorEmailOTP, extras...)
		},
		responses: map[string]string{"ANSWER": "EMAIL_OTP"},
	},
	{
		name: "SELECT_CHALLENGE",
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.SelectFactor).Password(ctx, "secret-word", extras...)
		},
		responses: map[string]string{"ANSWER": "PASSWORD", "PASSWORD": "secret-word"},
	},
	{
		name: "SELECT_CHALLENGE",
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.SelectFactor).PasswordSRP(ctx, "secret-word", extras...)
		},
		responses: map[string]string{"ANSWER": "PASSWORD_SRP", "SRP_A": "*"},
	},
	{
		name: "PASSWORD",
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.PasswordChallenge).Answer(ctx, "secret-word", extras...)
		},
		responses: map[string]string{"PASSWORD": "secret-word"},
	},
	{
		name: "PASSWORD_SRP",
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.PasswordChallenge).Answer(ctx, "secret-word", extras...)
		},
		responses: map[string]string{"SRP_A": "*"},
	},
	{
		name:   "WEB_AUTHN",
		params: map[string]string{"CREDENTIAL_REQUEST_OPTIONS": `{"challenge":"abc"}`},
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.WebAuthn).Answer(ctx, json.RawMessage(`{"id":"xyz"}`), extras...)
		},
		responses: map[string]string{"CREDENTIAL": `{"id":"xyz"}`},
	},
	{
		name:   "CUSTOM_CHALLENGE",
		params: map[string]string{"question": "7 * 6?"},
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.CustomChallenge).Answer(ctx, "42", extras...)
		},
		responses: map[string]string{"ANSWER": "42"},
	},
	{
		name: "DEVICE_SRP_AUTH",
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.DeviceChallenge).Answer(ctx, &userpool.Device{Key: "key", GroupKey: "group", Secret: "device-secret"}, extras...)
		},
		responses: map[string]string{"DEVICE_KEY": "key", "SRP_A": "*"},
	},
	{
		name:   "FACE_SCAN",
		params: map[string]string{"hint": "smile"},
		answer: func(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
			return ch.(*userpool.UnknownChallenge).Answer(ctx, map[string]string{"FACE": "grin"}, extras...)
		},
		responses: map[string]string{"FACE": "grin"},
	},
}

// TestU1_ChallengeAnswers: every answer carries the username that Cognito
// named, and the hash over the same, not over what was typed.
func TestU1_ChallengeAnswers(t *testing.T) {
	a, c := newAPI(t, clientSecret)
	tokens := signedIn(a)
	for i, ex := range exchanges {
		keys := []string{"USER_ID_FOR_SRP", "USERNAME", ""}
		if ex.responses["SRP_A"] != "" { // these take long
			keys = thorough.Sample(keys, len(keys), i/2)
		}
		for _, key := range keys {
			t.Run(ex.name+" "+key, func(t *testing.T) {
				params, name := map[string]string{}, alias
				for n, v := range ex.params {
					params[n] = v
				}
				if key != "" {
					params[key], name = realName, realName
				}
				ch := meet(t, a, c, challenged(ex.name, params, ex.available...))
				if ch.Name() != ex.name || ch.ID() == "" || ch.Issued().IsZero() {
					t.Errorf("the challenge is %q %q %v", ch.Name(), ch.ID(), ch.Issued())
				}
				a.script(tokens)
				step, err := ex.answer(t.Context(), ch)
				if err != nil || step.Challenge != nil || step.Identity == nil || step.Identity.Username != "jane" {
					t.Fatalf("Answer = %+v, %v, want jane's tokens", step, err)
				}
				call := a.made()[0]
				if call.op != "RespondToAuthChallenge" || call.body["ChallengeName"] != ex.name || call.body["Session"] != "session-1" || call.body["ClientId"] != clientID {
					t.Errorf("Answer called %s with %v, %v", call.op, call.body["ChallengeName"], call.body["Session"])
				}
				want := map[string]string{"USERNAME": name, "SECRET_HASH": hashOver(name)}
				for n, v := range ex.responses {
					want[n] = v
				}
				sameTexts(t, "ChallengeResponses", call.texts("ChallengeResponses"), want)
				sameTexts(t, "ClientMetadata", call.texts("ClientMetadata"), map[string]string{"campaign": "spring"})
				sameTexts(t, "UserContextData", call.texts("UserContextData"), map[string]string{"IpAddress": "192.0.2.7", "EncodedData": "fingerprint"})
			})
		}
	}
}

// TestU1_NamesStay: the name that Cognito gave once holds for challenges that
// name nobody.
func TestU1_NamesStay(t *testing.T) {
	a, c := newAPI(t, clientSecret)
	ch := meet(t, a, c, challenged("SELECT_MFA_TYPE", map[string]string{"USER_ID_FOR_SRP": realName, "MFAS_CAN_CHOOSE": `["SMS_MFA"]`}))
	a.script(challengedWith("session-2", "SMS_MFA", nil), signedIn(a))
	step, err := as[*userpool.SelectMFA](t, ch).Choose(t.Context(), "SMS_MFA")
	if err != nil {
		t.Fatal(err)
	}
	if step, err = as[*userpool.SMSCode](t, step.Challenge).Answer(t.Context(), "123456"); err != nil || step.Identity == nil {
		t.Fatalf("Answer = %+v, %v", step, err)
	}
	call := a.made()[1]
	if call.body["Session"] != "session-2" {
		t.Errorf("Session = %v, want that of the new challenge", call.body["Session"])
	}
	sameTexts(t, "ChallengeResponses", call.texts("ChallengeResponses"), map[string]string{"USERNAME": realName, "SECRET_HASH": hashOver(realName), "SMS_MFA_CODE": "123456"})
}

func TestNewPasswordRequired(t *testing.T) {
	a, c := newAPI(t, "")
	ch := as[*userpool.NewPasswordRequired](t, meet(t, a, c, challenged("NEW_PASSWORD_REQUIRED", map[string]string{
		"requiredAttributes": `["userAttributes.given_name","userAttributes.custom:plan"]`,
		"userAttributes":     `{"email":"jane@example.com","email_verified":"true","custom:n":7}`,
	})))
	if want := []string{"given_name", "custom:plan"}; !reflect.DeepEqual(ch.Required, want) {
		t.Errorf("Required = %q, want %q", ch.Required, want)
	}
	if want := map[string]string{"email": "jane@example.com", "email_verified": "true", "custom:n": "7"}; !reflect.DeepEqual(ch.Attributes, want) {
		t.Errorf("Attributes = %q, want %q", ch.Attributes, want)
	}
	a.script(signedIn(a))
	for _, tt := range []struct {
		password   string
		attributes map[string]string
		text       string
	}{
		{"", nil, "password is empty"},
		{"new-word", nil, "given_name, custom:plan are missing"},
		{"new-word", map[string]string{"given_name": "Jane", "custom:plan": ""}, "custom:plan are missing"},
	} {
		_, err := ch.Answer(t.Context(), cognitoSecret(tt.password), tt.attributes)
		if e := asError(t, err); e.Reason != "bad_request" || !strings.Contains(e.Error(), tt.text) || !userpool.CanAnswerAgain(err) {
			t.Errorf("Answer = %v, want bad_request with %q", err, tt.text)
		}
	}
	if len(a.made()) != 0 {
		t.Error("Answer called Cognito with what it must refuse")
	}
	a.script(refusal("InvalidPasswordException", "Password did not conform with policy: Password not long enough"), signedIn(a))
	attributes := map[string]string{"given_name": "Jane", "custom:plan": "gold"}
	if _, err := ch.Answer(t.Context(), "short", attributes); !errors.Is(err, userpool.ErrInvalidPassword) || !userpool.CanAnswerAgain(err) {
		t.Errorf("Answer(short) = %v, want ErrInvalidPassword, and that another may be tried", err)
	}
	if step, err := ch.Answer(t.Context(), "long enough", attributes); err != nil || step.Identity == nil {
		t.Errorf("Answer again = %v, %v, want tokens", step, err)
	}
	if a.made()[1].body["Session"] != "session-1" {
		t.Errorf("the second answer has session %v", a.made()[1].body["Session"])
	}
}

// TestCodes: where a code went, and that a wrong one can be followed by
// another.
func TestCodes(t *testing.T) {
	a, c := newAPI(t, "")
	ch := as[*userpool.EmailCode](t, meet(t, a, c, challenged("EMAIL_OTP", map[string]string{
		"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "j***@e***",
	})))
	if want := (&userpool.Delivery{Medium: "EMAIL", Destination: "j***@e***"}); !reflect.DeepEqual(ch.Delivery, want) {
		t.Errorf("Delivery = %+v, want %+v", ch.Delivery, want)
	}
	a.script(refusal("CodeMismatchException", "Invalid code or auth state for the user."), signedIn(a))
	if _, err := ch.Answer(t.Context(), ""); asError(t, err).Reason != "bad_request" || len(a.made()) != 0 {
		t.Errorf("Answer(no code) = %v, want bad_request and no call", err)
	}
	if _, err := ch.Answer(t.Context(), "0000"); !errors.Is(err, userpool.ErrCodeMismatch) || !userpool.CanAnswerAgain(err) {
		t.Errorf("Answer(wrong) = %v, want ErrCodeMismatch and CanAnswerAgain", err)
	}
	if step, err := ch.Answer(t.Context(), "1234"); err != nil || step.Identity == nil {
		t.Errorf("Answer(right) = %v, %v, want tokens", step, err)
	}
	if totp := as[*userpool.TOTPCode](t, meet(t, a, c, challenged("SOFTWARE_TOKEN_MFA", map[string]string{"FRIENDLY_DEVICE_NAME": "phone"}))); totp.DeviceName != "phone" {
		t.Errorf("DeviceName = %q, want phone", totp.DeviceName)
	}
	if sms := as[*userpool.SMSCode](t, meet(t, a, c, challenged("SMS_MFA", nil))); sms.Delivery != nil {
		t.Errorf("Delivery = %+v, want nil where Cognito does not say", sms.Delivery)
	}
}

func TestMFASetup(t *testing.T) {
	a, c := newAPI(t, clientSecret)
	ch := as[*userpool.MFASetup](t, meet(t, a, c, challenged("MFA_SETUP", map[string]string{"USER_ID_FOR_SRP": realName, "MFAS_CAN_SETUP": `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`})))
	if want := []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}; !reflect.DeepEqual(ch.Choices, want) {
		t.Errorf("Choices = %q, want %q", ch.Choices, want)
	}
	a.script(refusal("NotAuthorizedException", "Invalid session for the user, session can only be used once."))
	if _, err := ch.Answer(t.Context(), "123456", ""); asError(t, err).Reason != "session_over" || !strings.Contains(err.Error(), "Pending.Save") {
		t.Errorf("Answer of a challenge that was not saved after Enrol = %v, want session_over that says to save it", err)
	}
	if got := a.made(); len(got) != 1 || got[0].op != "VerifySoftwareToken" {
		t.Errorf("it made %v", got)
	}
	a.script(
		answer{body: `{"SecretCode":"JBSWY3DPEHPK3PXP","Session":"session-2"}`},
		refusal("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"),
		answer{body: `{"Status":"SUCCESS","Session":"session-3"}`},
		refusal("TooManyRequestsException", "Rate exceeded"), refusal("TooManyRequestsException", "Rate exceeded"), refusal("TooManyRequestsException", "Rate exceeded"),
		signedIn(a),
	)
	for range 2 { // the second time the page is shown again
		token, err := ch.Enrol(t.Context())
		if err != nil || string(token.Secret) != "JBSWY3DPEHPK3PXP" || token.Session != "" {
			t.Fatalf("Enrol = %+v, %v", token, err)
		}
		if want := "otpauth://totp/Shop:jane?secret=JBSWY3DPEHPK3PXP&issuer=Shop"; token.URI("Shop", "jane") != want {
			t.Errorf("URI = %q, want %q", token.URI("Shop", "jane"), want)
		}
	}
	if _, err := ch.Answer(t.Context(), "000000", "phone"); !errors.Is(err, userpool.ErrCodeMismatch) || !userpool.CanAnswerAgain(err) {
		t.Errorf("Answer(wrong) = %v, want ErrCodeMismatch and CanAnswerAgain", err)
	}
	if _, err := ch.Answer(t.Context(), "123456", "phone"); !userpool.CanAnswerAgain(err) {
		t.Errorf("Answer(busy) = %v, want CanAnswerAgain", err)
	}
	step, err := ch.Answer(t.Context(), "123456", "phone") // the code is not sent again
	if err != nil || step.Identity == nil {
		t.Fatalf("Answer = %v, %v, want tokens", step, err)
	}
	calls := a.made()
	var ops []string
	for _, call := range calls {
		ops = append(ops, fmt.Sprint(call.op, " ", call.body["Session"]))
	}
	want := []string{"AssociateSoftwareToken session-1", "VerifySoftwareToken session-2", "VerifySoftwareToken session-2",
		"RespondToAuthChallenge session-3", "RespondToAuthChallenge session-3", "RespondToAuthChallenge session-3", "RespondToAuthChallenge session-3"}
	if !reflect.DeepEqual(ops, want) {
		t.Errorf("the calls were\n%q, want\n%q", ops, want)
	}
	if calls[1].body["UserCode"] != "000000" || calls[2].body["FriendlyDeviceName"] != "phone" {
		t.Errorf("VerifySoftwareToken sent %v", calls[2].body)
	}
	sameTexts(t, "ChallengeResponses", calls[6].texts("ChallengeResponses"), map[string]string{"USERNAME": realName, "SECRET_HASH": hashOver(realName)})
}

func TestSelections(t *testing.T) {
	a, c := newAPI(t, "")
	mfa := as[*userpool.SelectMFA](t, meet(t, a, c, challenged("SELECT_MFA_TYPE", map[string]string{"MFAS_CAN_CHOOSE": `["SMS_MFA"]`})))
	if _, err := mfa.Choose(t.Context(), "EMAIL_OTP"); asError(t, err).Reason != "bad_request" {
		t.Errorf("Choose(not offered) = %v, want bad_request", err)
	}
	factor := as[*userpool.SelectFactor](t, meet(t, a, c, challenged("SELECT_CHALLENGE", nil, "PASSWORD_SRP", "WEB_AUTHN")))
	if want := []userpool.Factor{"PASSWORD_SRP", "WEB_AUTHN"}; !reflect.DeepEqual(factor.Available, want) {
		t.Errorf("Available = %q, want %q", factor.Available, want)
	}
	for _, f := range []userpool.Factor{"", userpool.FactorPassword, userpool.FactorPasswordSRP} {
		if _, err := factor.Choose(t.Context(), f); asError(t, err).Reason != "bad_request" {
			t.Errorf("Choose(%q) = %v, want bad_request", f, err)
		}
	}
	webauthn := as[*userpool.WebAuthn](t, meet(t, a, c, challenged("WEB_AUTHN", map[string]string{"CREDENTIAL_REQUEST_OPTIONS": `{"challenge":"abc"}`})))
	if string(webauthn.Options) != `{"challenge":"abc"}` {
		t.Errorf("Options = %s", webauthn.Options)
	}
	for _, credential := range []string{"", "null", "[]", "{", `"x"`, `{"id":"` + strings.Repeat("x", 65536) + `"}`} {
		if _, err := webauthn.Answer(t.Context(), json.RawMessage(credential)); asError(t, err).Reason != "bad_request" {
			t.Errorf("Answer(%.20q) = %v, want bad_request", credential, err)
		}
	}
	custom := as[*userpool.CustomChallenge](t, meet(t, a, c, challenged("CUSTOM_CHALLENGE", map[string]string{"USERNAME": realName, "question": "7 * 6?"})))
	if want := map[string]string{"question": "7 * 6?"}; !reflect.DeepEqual(custom.Parameters, want) {
		t.Errorf("Parameters = %q, want %q", custom.Parameters, want)
	}
}

// TestE2_BadParameters: parameters that are not what they should be are a
// typed error, which does not quote them.
func TestE2_BadParameters(t *testing.T) {
	for _, tt := range []struct{ name, param, value string }{
		{"NEW_PASSWORD_REQUIRED", "requiredAttributes", `{"secret-text":1}`},
		{"NEW_PASSWORD_REQUIRED", "requiredAttributes", `[1]`},
		{"NEW_PASSWORD_REQUIRED", "userAttributes", `["secret-text"]`},
		{"SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", `secret-text`},
		{"MFA_SETUP", "MFAS_CAN_SETUP", `"secret-text"`},
		{"MFA_SETUP", "MFAS_CAN_SETUP", `[` + strings.Repeat(" ", 256<<10) + `]`},
		{"WEB_AUTHN", "CREDENTIAL_REQUEST_OPTIONS", `[]`},
		{"PASSWORD_VERIFIER", "SRP_B", "0"},
	} {
		a, c := newAPI(t, "")
		params := map[string]string{"SALT": "1", "SRP_B": "2", "SECRET_BLOCK": "AA=="}
		params[tt.param] = tt.value
		a.script(challenged(tt.name, params))
		who := userpool.Credentials{Username: "jane", Password: "secret-word"}
		if tt.name != "PASSWORD_VERIFIER" {
			who.Flow = plainly
		}
		step, err := c.SignIn(t.Context(), who)
		e := asError(t, err)
		if e.Reason != "bad_answer" || step != nil || !strings.Contains(err.Error(), tt.param) {
			t.Errorf("%s %.30s: SignIn = %v, %v, want bad_answer that names %s", tt.name, tt.value, step, err, tt.param)
		}
		if strings.Contains(err.Error(), "secret-text") {
			t.Errorf("the error quotes the parameter: %v", err)
		}
	}
}

// TestE1_ChallengePrintsNothing: a challenge prints as its name, whatever it
// is printed with.
func TestE1_ChallengePrintsNothing(t *testing.T) {
	for _, ex := range exchanges {
		a, c := newAPI(t, clientSecret)
		ch := meet(t, a, c, challenged(ex.name, ex.params, ex.available...))
		want := "userpool challenge " + ex.name
		value := reflect.ValueOf(ch).Elem().Interface()
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			for _, v := range []any{ch, value} {
				if got := fmt.Sprintf(verb, v); got != want {
					t.Errorf("Sprintf(%s, %T) = %q, want %q", verb, v, got, want)
				}
			}
		}
		var log strings.Builder
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "challenge", ch)
		doc, err := json.Marshal(ch)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{log.String(), string(doc)} {
			for _, secret := range []string{"session-1", clientSecret, "secret-word"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s was written: %s", secret, text)
				}
			}
		}
	}
}

// TestE1_AnswersAreNotQuoted: Cognito's complaint about a value may quote it,
// the error does not.
func TestE1_AnswersAreNotQuoted(t *testing.T) {
	for _, ex := range exchanges {
		a, c := newAPI(t, "")
		ch := meet(t, a, c, challenged(ex.name, ex.params, ex.available...))
		for _, secret := range ex.responses {
			if secret == "*" || ex.name == "SELECT_CHALLENGE" || ex.name == "SELECT_MFA_TYPE" || secret == "key" {
				continue
			}
			a.script(refusal("InvalidParameterException", "what is "+secret+" meant to be?"))
			_, err := ex.answer(t.Context(), ch)
			if err == nil || strings.Contains(fmt.Sprintf("%v %+v %v", err, err, asError(t, err).Message), secret) {
				t.Errorf("%s: the error quotes the answer: %v", ex.name, err)
			}
		}
	}
}
