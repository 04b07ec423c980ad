package userpool_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// withCredentials gives the Client an SDK client that signs.
func withCredentials(cfg *userpool.Config) {
	cfg.SDK = cip.New(cip.Options{
		Region:     "eu-west-1",
		HTTPClient: cfg.Pool.HTTPClient,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	})
}

// TestU1_SignInRequests: each flow sends its parameters and no others, with
// the hash over the name that was typed.
func TestU1_SignInRequests(t *testing.T) {
	device := &userpool.Device{Key: "eu-west-1_device", GroupKey: "-group", Secret: "device-secret"}
	tests := []struct {
		name   string
		who    userpool.Credentials
		flow   string
		params map[string]string
	}{
		{"SRP by default", userpool.Credentials{Password: "secret-word"}, "USER_SRP_AUTH", map[string]string{"SRP_A": "*"}},
		{"SRP", userpool.Credentials{Password: "secret-word", Flow: userpool.FlowSRP}, "USER_SRP_AUTH", map[string]string{"SRP_A": "*"}},
		{"password", userpool.Credentials{Password: "secret-word", Flow: userpool.FlowPassword}, "USER_PASSWORD_AUTH", map[string]string{"PASSWORD": "secret-word"}},
		{"choice", userpool.Credentials{Flow: userpool.FlowChoice}, "USER_AUTH", map[string]string{}},
		{"choice of password", userpool.Credentials{Password: "secret-word", Flow: userpool.FlowChoice, First: userpool.FactorPassword}, "USER_AUTH",
			map[string]string{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "secret-word"}},
		{"choice of SRP", userpool.Credentials{Password: "secret-word", Flow: userpool.FlowChoice, First: userpool.FactorPasswordSRP}, "USER_AUTH",
			map[string]string{"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "*"}},
		{"choice of e-mail", userpool.Credentials{Flow: userpool.FlowChoice, First: userpool.FactorEmailOTP}, "USER_AUTH", map[string]string{"PREFERRED_CHALLENGE": "EMAIL_OTP"}},
		{"choice of SMS", userpool.Credentials{Flow: userpool.FlowChoice, First: userpool.FactorSMSOTP}, "USER_AUTH", map[string]string{"PREFERRED_CHALLENGE": "SMS_OTP"}},
		{"choice of passkey", userpool.Credentials{Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn}, "USER_AUTH", map[string]string{"PREFERRED_CHALLENGE": "WEB_AUTHN"}},
		{"custom", userpool.Credentials{Flow: userpool.FlowCustom}, "CUSTOM_AUTH", map[string]string{}},
		{"custom after SRP", userpool.Credentials{Password: "secret-word", Flow: userpool.FlowCustom}, "CUSTOM_AUTH", map[string]string{"CHALLENGE_NAME": "SRP_A", "SRP_A": "*"}},
		{"with a device", userpool.Credentials{Password: "secret-word", Device: device}, "USER_SRP_AUTH", map[string]string{"SRP_A": "*", "DEVICE_KEY": "eu-west-1_device"}},
		{"after a sign-up", userpool.Credentials{Flow: userpool.FlowChoice, Session: "session-0"}, "USER_AUTH", map[string]string{}},
		{"after a sign-up, First or not", userpool.Credentials{Flow: userpool.FlowChoice, First: userpool.FactorPassword, Session: "session-0"}, "USER_AUTH", map[string]string{}},
	}
	for _, secret := range []string{"", clientSecret} {
		a, c := newAPI(t, secret)
		tokens := signedIn(a)
		some := tests
		if secret == "" {
			some = thorough.Sample(tests, 3, 1)
		}
		for _, tt := range some {
			t.Run(tt.name, func(t *testing.T) {
				a.script(tokens)
				tt.who.Username = alias
				step, err := c.SignIn(t.Context(), tt.who, extras...)
				if err != nil {
					t.Fatal(err)
				}
				if step.Challenge != nil || step.Identity == nil || step.Identity.Username != "jane" || step.Tokens.Access == "" || step.NewDevice != nil {
					t.Errorf("SignIn = %+v, want jane's tokens", step)
				}
				call := a.made()[0]
				want := map[string]string{"USERNAME": alias}
				for name, value := range tt.params {
					want[name] = value
				}
				if secret != "" {
					want["SECRET_HASH"] = aliasHash
				}
				sameTexts(t, "AuthParameters", call.texts("AuthParameters"), want)
				if call.op != "InitiateAuth" || call.body["AuthFlow"] != tt.flow || call.body["ClientId"] != clientID {
					t.Errorf("SignIn called %s %v %v, want InitiateAuth %s", call.op, call.body["AuthFlow"], call.body["ClientId"], tt.flow)
				}
				if got, _ := call.body["Session"].(string); got != string(tt.who.Session) {
					t.Errorf("Session = %q, want %q", got, string(tt.who.Session))
				}
				sameTexts(t, "ClientMetadata", call.texts("ClientMetadata"), map[string]string{"campaign": "spring"})
				sameTexts(t, "UserContextData", call.texts("UserContextData"), map[string]string{"IpAddress": "192.0.2.7", "EncodedData": "fingerprint"})
				if call.header.Get("Authorization") != "" {
					t.Error("SignIn signed its call")
				}
			})
		}
	}
}

// TestU1_AdminSignIn: the flow for administrators calls the operations for
// administrators, signed, also for the answer to a challenge.
func TestU1_AdminSignIn(t *testing.T) {
	a, c := newAPI(t, clientSecret, withCredentials)
	a.script(challengedWith("session-0", "SELECT_MFA_TYPE", map[string]string{"USER_ID_FOR_SRP": realName}), challenged("SMS_MFA", nil), signedIn(a))
	opt := userpool.WithServerContext(userpool.ServerContext{
		IP: "192.0.2.7", ServerName: "app.example.com", Path: "/sign-in", EncodedData: "fingerprint",
		Headers: http.Header{"User-Agent": {"b"}, "Accept": {"a"}},
	})
	step, err := c.SignIn(t.Context(), userpool.Credentials{Username: alias, Password: "secret-word", Flow: userpool.FlowAdminPassword}, opt)
	if err != nil {
		t.Fatal(err)
	}
	if step, err = as[*userpool.SelectMFA](t, step.Challenge).Choose(t.Context(), "SMS_MFA", opt); err != nil {
		t.Fatal(err)
	}
	step, err = as[*userpool.SMSCode](t, step.Challenge).Answer(t.Context(), "123456", opt)
	if err != nil || step.Identity == nil {
		t.Fatalf("Answer = %+v, %v, want tokens", step, err)
	}
	calls := a.made()
	if len(calls) != 3 || calls[0].op != "AdminInitiateAuth" || calls[1].op != "AdminRespondToAuthChallenge" || calls[2].op != "AdminRespondToAuthChallenge" {
		t.Fatalf("the calls were %v", calls)
	}
	for _, call := range calls {
		if !strings.HasPrefix(call.header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") {
			t.Errorf("%s: Authorization = %q, want a signature", call.op, call.header.Get("Authorization"))
		}
		if call.body["UserPoolId"] != poolID || call.body["ClientId"] != clientID {
			t.Errorf("%s named pool %v and client %v", call.op, call.body["UserPoolId"], call.body["ClientId"])
		}
		data, _ := call.body["ContextData"].(map[string]any)
		if data["IpAddress"] != "192.0.2.7" || data["ServerName"] != "app.example.com" || data["ServerPath"] != "/sign-in" || data["EncodedData"] != "fingerprint" {
			t.Errorf("%s: ContextData = %v", call.op, data)
		}
		headers, _ := data["HttpHeaders"].([]any)
		if len(headers) != 2 || headers[0].(map[string]any)["headerName"] != "Accept" || headers[1].(map[string]any)["headerValue"] != "b" {
			t.Errorf("%s: HttpHeaders = %v", call.op, headers)
		}
	}
	if calls[1].body["Session"] != "session-0" || calls[2].body["Session"] != "session-1" {
		t.Errorf("AdminRespondToAuthChallenge: Session = %v, %v", calls[1].body["Session"], calls[2].body["Session"])
	}
	sameTexts(t, "AuthParameters", calls[0].texts("AuthParameters"), map[string]string{"USERNAME": alias, "PASSWORD": "secret-word", "SECRET_HASH": aliasHash})
	sameTexts(t, "ChallengeResponses", calls[2].texts("ChallengeResponses"), map[string]string{"USERNAME": realName, "SMS_MFA_CODE": "123456", "SECRET_HASH": hashOver(realName)})
}

// TestE2_SignInRefusesCredentials: what cannot work is not sent, and the
// error says what to do.
func TestE2_SignInRefusesCredentials(t *testing.T) {
	tests := []struct {
		who  userpool.Credentials
		text string
	}{
		{userpool.Credentials{Password: "secret-word"}, "Username is empty"},
		{userpool.Credentials{Username: "jane"}, "Password is empty"},
		{userpool.Credentials{Username: "jane", Flow: userpool.FlowPassword}, "Password is empty"},
		{userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice, First: userpool.FactorPasswordSRP}, "Password is empty"},
		{userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice, Password: "secret-word"}, "set First"},
		{userpool.Credentials{Username: "jane", Flow: "PASSWORD", Password: "secret-word"}, `Flow "PASSWORD"`},
		{userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice, First: "SMS"}, `First "SMS"`},
		{userpool.Credentials{Username: "jane", Password: "secret-word", First: userpool.FactorEmailOTP}, "needs FlowChoice"},
		{userpool.Credentials{Username: "jane", Password: "secret-word", Session: "s"}, "needs FlowChoice"},
		{userpool.Credentials{Username: "jane", Password: "secret-word", Device: &userpool.Device{Key: "k"}}, "ConfirmDevice"},
		{userpool.Credentials{Username: "jane", Password: "secret-word", Flow: userpool.FlowAdminPassword}, "Config.SDK"},
	}
	for _, tt := range tests {
		a, c := newAPI(t, "")
		a.script(signedIn(a))
		step, err := c.SignIn(t.Context(), tt.who)
		e := asError(t, err)
		if e.Reason != "bad_request" || !strings.Contains(e.Error(), tt.text) || step != nil {
			t.Errorf("SignIn(%+v) = %v, %v, want bad_request with %q", tt.who, step, err, tt.text)
		}
		if strings.Contains(e.Error(), "secret-word") {
			t.Errorf("the error quotes the password: %v", err)
		}
		if len(a.made()) != 0 {
			t.Errorf("SignIn(%+v) called Cognito", tt.who)
		}
	}
}

// TestU3_SignInErrors: a visitor is told the same of a wrong password and of
// an unknown user.
func TestU3_SignInErrors(t *testing.T) {
	a, c := newAPI(t, "")
	var notices []userpool.Notice
	for _, refused := range []answer{
		refusal("NotAuthorizedException", "Incorrect username or password."),
		refusal("UserNotFoundException", "User does not exist."),
		refusal("NotAuthorizedException", "User is disabled."),
	} {
		a.script(refused)
		step, err := c.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "secret-word", Flow: plainly})
		if !errors.Is(err, userpool.ErrNotAuthorized) || step != nil {
			t.Errorf("SignIn = %v, %v, want ErrNotAuthorized", step, err)
		}
		if userpool.CanAnswerAgain(err) {
			t.Errorf("CanAnswerAgain(%v) = true", err)
		}
		notices = append(notices, userpool.NoticeFor(err))
	}
	if notices[0] != notices[1] || notices[0] != notices[2] {
		t.Errorf("NoticeFor tells them apart: %v", notices)
	}
}

// TestC4_SignInVerifies: tokens that do not verify sign nobody in.
func TestC4_SignInVerifies(t *testing.T) {
	a, c := newAPI(t, "")
	body := signedIn(a).body
	for name, tt := range map[string]struct{ body, check string }{
		"tokens exchanged": {strings.NewReplacer(`"AccessToken"`, `"IdToken"`, `"IdToken"`, `"AccessToken"`).Replace(body), ""},
		"no tokens":        {`{"AuthenticationResult":{}}`, "bad_answer"},
		"nothing":          {`{}`, "bad_answer"},
	} {
		a.script(answer{body: tt.body})
		step, err := c.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "secret-word", Flow: plainly})
		if err == nil || step != nil {
			t.Errorf("%s: SignIn = %v, %v, want an error", name, step, err)
			continue
		}
		if tt.check == "" {
			if e, ok := errors.AsType[*cognito.VerifyError](err); !ok || e.Check != "token_use" {
				t.Errorf("%s: SignIn = %v, want a VerifyError of token_use", name, err)
			}
		} else if e := asError(t, err); string(e.Reason) != tt.check {
			t.Errorf("%s: SignIn = %v, want %s", name, err, tt.check)
		}
	}
}

// TestE5_SignIn: the caller's context ends the caller's wait.
func TestE5_SignIn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, c := newAPI(t, "", func(cfg *userpool.Config) {
		cfg.Pool.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			cancel()
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		cfg.Pool.Timeout = time.Hour
	})
	_, err := c.SignIn(ctx, userpool.Credentials{Username: "jane", Password: "secret-word"})
	if e := asError(t, err); e.Code != "unreachable" || !errors.Is(err, context.Canceled) {
		t.Errorf("SignIn = %v, want unreachable, for the context", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
