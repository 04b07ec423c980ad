package cognitotest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// What the user reads, by default and in the words of the hook.
func TestCustomMessage(t *testing.T) {
	tests := []struct {
		source, body, subject string // without a hook; CODE stands for the code
		do                    func(t *testing.T, p *cognitotest.Pool)
	}{
		{"CustomMessage_SignUp", "Your confirmation code is CODE", "Your verification code", func(t *testing.T, p *cognitotest.Pool) {
			mustAPI(t, p, "SignUp", byClient1("john").with("Password", password, "UserAttributes", attributes("email", "john@example.com")), nil)
		}},
		{"CustomMessage_SignUp", "Your confirmation code is CODE", "Your verification code", func(t *testing.T, p *cognitotest.Pool) {
			newVisitor(t, p).submit("/signup"+query(), "email", "john@example.com", "password", password)
		}},
		{"CustomMessage_ResendCode", "Your confirmation code is CODE", "Your verification code", func(t *testing.T, p *cognitotest.Pool) {
			if err := p.SetUserStatus("jane", cognitotest.StatusUnconfirmed); err != nil {
				t.Fatal(err)
			}
			mustAPI(t, p, "ResendConfirmationCode", byClient1("jane"), nil)
		}},
		{"CustomMessage_ForgotPassword", "Your password reset code is CODE", "Your verification code", func(t *testing.T, p *cognitotest.Pool) {
			mustAPI(t, p, "ForgotPassword", byClient1("jane").with("ClientMetadata", map[string]string{"lang": "de"}), nil)
		}},
		{"CustomMessage_ForgotPassword", "Your password reset code is CODE", "Your verification code", func(t *testing.T, p *cognitotest.Pool) {
			newVisitor(t, p).submit("/forgotPassword"+query(), "username", "jane")
		}},
		{"CustomMessage_UpdateUserAttribute", "Your verification code is CODE", "Your verification code", func(t *testing.T, p *cognitotest.Pool) {
			mustAPI(t, p, "UpdateUserAttributes", asJane(p).with("UserAttributes", attributes("email", "new@example.com")), nil)
		}},
		{"CustomMessage_VerifyUserAttribute", "Your verification code is CODE", "", func(t *testing.T, p *cognitotest.Pool) {
			mustAPI(t, p, "GetUserAttributeVerificationCode", asJane(p).with("AttributeName", "phone_number"), nil)
		}},
		{"CustomMessage_Authentication", "Your authentication code is CODE", "Your authentication code", func(t *testing.T, p *cognitotest.Pool) {
			newVisitor(t, p).submit("/login"+query(), "username", "jane", "password", password)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.source, func(t *testing.T) {
			p := apiPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", Email: true}))
			tt.do(t, p)
			m := onlyMessage(t, p)
			if want := strings.Replace(tt.body, "CODE", m.Code, 1); m.Body != want || m.Subject != tt.subject {
				t.Errorf("message %q: %q, want %q: %q", m.Subject, m.Body, tt.subject, want)
			}

			var told trigger.CustomMessage
			p = apiPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", Email: true}), cognitotest.WithHooks(trigger.Hooks{
				CustomMessage: func(_ context.Context, e *trigger.CustomMessage) error {
					told = *e
					e.EmailSubject, e.EmailMessage, e.SMSMessage = "Welcome", "Hi "+e.UsernameParameter+", "+e.CodeParameter+"!", "SMS "+e.CodeParameter
					return nil
				},
			}))
			tt.do(t, p)
			m = onlyMessage(t, p)
			if string(told.TriggerSource) != tt.source || told.ClientID != "client1" || told.UserAttributes["sub"] == "" {
				t.Errorf("the hook was told %+v, want %s by client1", told, tt.source)
			}
			if m.Medium == outbox.SMS {
				if m.Body != "SMS "+m.Code || m.Subject != "" {
					t.Errorf("text message %q: %q, want the hook's", m.Subject, m.Body)
				}
			} else if m.Subject != "Welcome" || m.Body != "Hi "+nameOf(m)+", "+m.Code+"!" {
				t.Errorf("mail %q: %q, want the hook's", m.Subject, m.Body)
			}
		})
	}
}

// nameOf is the username in a mail: that of the tests' users, or the address
// of one who has none.
func nameOf(m outbox.Message) string {
	if m.To == "john@example.com" && strings.Contains(m.Body, m.To) {
		return m.To
	}
	if m.To == "john@example.com" {
		return "john"
	}
	return "jane"
}

func onlyMessage(t *testing.T, p *cognitotest.Pool) outbox.Message {
	t.Helper()
	box := p.Outbox()
	if len(box) != 1 {
		t.Fatalf("outbox = %+v, want one message", box)
	}
	return box[0]
}

// doc: a refusing CustomMessage trigger
// doc: a custom message without its code parameter
func TestUndecidedCustomMessage(t *testing.T) {
	answer := func(e *trigger.CustomMessage) error { return errTeam }
	p := apiPool(t, cognitotest.WithHooks(trigger.Hooks{
		CustomMessage: func(_ context.Context, e *trigger.CustomMessage) error { return answer(e) },
	}))
	in := byClient1("john").with("Password", password, "UserAttributes", attributes("email", "john@example.com"))
	wantAPI(t, p, "SignUp", in, "UserLambdaValidationException: CustomMessage failed with error not in the team.")
	if status, _, err := p.UserStatus("john"); status != cognitotest.StatusUnconfirmed || err != nil || len(p.Outbox()) != 0 {
		t.Errorf("after a refused message: %s, %v, %v, want john to wait for a code", status, err, p.Outbox())
	}
	answer = func(e *trigger.CustomMessage) error { e.EmailMessage = "Hi!"; return nil }
	wantAPI(t, p, "ResendConfirmationCode", byClient1("john"), "InvalidLambdaResponseException: CustomMessage: Unrecognizable lambda output")
	page := newVisitor(t, p).submit("/forgotPassword"+query(), "username", "jane")
	if page.says() != "CustomMessage: Unrecognizable lambda output" {
		t.Errorf("the page says %q, want the hook's failure", page.says())
	}
}
