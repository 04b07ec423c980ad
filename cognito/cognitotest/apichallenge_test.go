package cognitotest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

func factorPool(t testing.TB, mfa cognitotest.MFA, opts ...cognitotest.Option) (*cognitotest.Pool, *signer) {
	p := newAPIPool(t, append([]cognitotest.Option{cognitotest.WithMFA(mfa)}, opts...)...)
	_, err := p.AddUser(cognitotest.User{
		Username: "max", Password: password, Email: "max@example.com", EmailVerified: true, Phone: "+15550111",
		EmailMFA: true, SMSMFA: true, TOTPSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, newSigner(t, p)
}

func (s *signer) password(username string) authStep {
	s.t.Helper()
	return s.initiate("USER_PASSWORD_AUTH", "USERNAME", username, "PASSWORD", password)
}

// The factors of a user, each by itself.
func TestAPI_SecondFactors(t *testing.T) {
	tests := []struct {
		mfa       cognitotest.MFA
		challenge string
		params    map[string]string
		code      func(*cognitotest.Pool) string
		digits    int
	}{
		{cognitotest.MFA{Mode: "OPTIONAL", TOTP: true}, "SOFTWARE_TOKEN_MFA", nil, func(p *cognitotest.Pool) string { return p.TOTP("max") }, 6},
		{cognitotest.MFA{Mode: "ON", Email: true}, "EMAIL_OTP",
			map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "m***@e***"},
			func(p *cognitotest.Pool) string { return p.LastCode("max@example.com") }, 8},
		{cognitotest.MFA{Mode: "ON", SMS: true}, "SMS_MFA",
			map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+****0111"},
			func(p *cognitotest.Pool) string { return p.LastCode("+15550111") }, 6},
	}
	for _, tt := range tests {
		t.Run(tt.challenge, func(t *testing.T) {
			p, s := factorPool(t, tt.mfa)
			step := s.password("max@example.com").is(t, tt.challenge)
			for name, want := range tt.params {
				if got := step.ChallengeParameters[name]; got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			if got := step.ChallengeParameters["USER_ID_FOR_SRP"]; got != "max" {
				t.Errorf("USER_ID_FOR_SRP = %q, want max", got)
			}
			member := tt.challenge + "_CODE"
			code := tt.code(p)
			if len(code) != tt.digits {
				t.Errorf("the code %q has %d digits, want %d", code, len(code), tt.digits)
			}
			s.refuse(wrongOTP, step, member, "0")
			s.refuse("InvalidParameterException: Missing required parameter "+member, step)
			if tt.challenge == "EMAIL_OTP" {
				s.refuse(noSession, step, member, code, "USERNAME", "max@example.com") // it named the user: U1
			} else { // clients that answer under the alias are known to pass on AWS
				s.refuse(noSession, step, member, code, "USERNAME", "other@example.com")
				s.respond(step, member, code, "USERNAME", "MAX@example.com").is(t, "")
				s.refuse(usedSession, step, member, code)
				p.Advance(time.Minute)
				step = s.password("max@example.com").is(t, tt.challenge)
				code = tt.code(p)
			}
			s.respond(step, member, code).is(t, "")
			s.refuse(usedSession, step, member, code)
		})
	}
}

// doc: which refused answers leave the session usable
// doc: the session of another challenge, app client or user
func TestAPI_Sessions(t *testing.T) {
	client := apiUserClient()
	client.AuthSessionValidity = 10 * time.Minute
	other := apiUserClient()
	other.ID = "client2"
	p, _ := factorPool(t, cognitotest.MFA{Mode: "ON", SMS: true}, cognitotest.WithClient(other))
	s := newSigner(t, p)
	step := s.password("max").is(t, "SMS_MFA")
	if n := len(step.Session); n < 1500 || n > 2048 {
		t.Errorf("Session has %d characters, want about as many as Cognito's", n)
	}
	code := p.LastCode("+15550111")
	s.clientID = "client2"
	s.refuse(noSession, step, "SMS_MFA_CODE", code)
	s.clientID = "client1"
	wrong := step
	wrong.ChallengeName = "SOFTWARE_TOKEN_MFA"
	s.refuse(noSession, wrong, "SOFTWARE_TOKEN_MFA_CODE", "000000")
	wrong = step
	wrong.Session = strings.Repeat("A", 1500)
	s.refuse(noSession, wrong, "SMS_MFA_CODE", code)
	wrong.Session = ""
	s.refuse("InvalidParameterException: Missing required parameter Session", wrong, "SMS_MFA_CODE", code)
	wrong = step
	wrong.ChallengeName = "RIDDLE"
	if _, got := s.tryRespond(wrong); !strings.Contains(got, "'RIDDLE' at 'challengeName' failed to satisfy constraint: Member must satisfy enum value set: [SMS_MFA, EMAIL_OTP, ") {
		t.Errorf("RespondToAuthChallenge(RIDDLE) = %s, want the names there are", got)
	}
	s.refuse(noSession, step, "USERNAME", "jane", "SMS_MFA_CODE", code)
	p.Advance(3*time.Minute - time.Second)
	s.respond(step, "SMS_MFA_CODE", code).is(t, "")

	step = s.password("max").is(t, "SMS_MFA")
	p.Advance(3 * time.Minute)
	s.refuse(oldSession, step, "SMS_MFA_CODE", p.LastCode("+15550111"))

	long := newPool(t, cognitotest.WithClient(client), cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"))
	s = newSigner(t, long)
	step = s.initiate("USER_AUTH", "USERNAME", "jane", "PREFERRED_CHALLENGE", "EMAIL_OTP").is(t, "EMAIL_OTP")
	long.Advance(10*time.Minute - time.Second)
	s.respond(step, "EMAIL_OTP_CODE", long.LastCode("jane@example.com")).is(t, "")

	step = s.initiate("USER_AUTH", "USERNAME", "jane", "PREFERRED_CHALLENGE", "EMAIL_OTP").is(t, "EMAIL_OTP")
	long.DeleteUser("jane")
	s.refuse(noSession, step, "EMAIL_OTP_CODE", long.LastCode("jane@example.com"))
}

func TestAPI_ChoosesASecondFactor(t *testing.T) {
	p, s := factorPool(t, cognitotest.MFA{Mode: "ON", TOTP: true, Email: true, SMS: true})
	step := s.password("max").is(t, "SELECT_MFA_TYPE")
	var offered []string
	if err := json.Unmarshal([]byte(step.ChallengeParameters["MFAS_CAN_CHOOSE"]), &offered); err != nil || len(offered) != 3 {
		t.Errorf("MFAS_CAN_CHOOSE = %q, want a list of three", step.ChallengeParameters["MFAS_CAN_CHOOSE"])
	}
	s.refuse("InvalidParameterException: The factor WEB_AUTHN is not available for the user", step, "ANSWER", "WEB_AUTHN")
	step = s.respond(step, "ANSWER", "EMAIL_MFA").is(t, "EMAIL_OTP")
	s.respond(step, "EMAIL_OTP_CODE", p.LastCode("max@example.com")).is(t, "")

	p.AddUser(cognitotest.User{Username: "kim", Password: password, Email: "kim@example.com", Phone: "+15550122", SMSMFA: true, EmailMFA: true, PreferredMFA: cognitotest.FactorSMS})
	step = s.password("kim").is(t, "SMS_MFA")
	s.respond(step, "SMS_MFA_CODE", p.LastCode("+15550122")).is(t, "")
}

// A code of an authenticator app serves once, with the pages too.
func TestAPI_TOTPServesOnce(t *testing.T) {
	p, s := factorPool(t, cognitotest.MFA{Mode: "ON", TOTP: true})
	code := p.TOTP("max")
	s.respond(s.password("max"), "SOFTWARE_TOKEN_MFA_CODE", code).is(t, "")
	step := s.password("max")
	s.refuse("ExpiredCodeException: Your software token has already been used once.", step, "SOFTWARE_TOKEN_MFA_CODE", code)
	s.respond(step, "SOFTWARE_TOKEN_MFA_CODE", p.TOTP("max")).is(t, "")
}

// op: AssociateSoftwareToken
// op: VerifySoftwareToken
func TestAPI_SetsUpTOTP(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true, SMS: true}))
	s := newSigner(t, p)
	step := s.password("jane").is(t, "MFA_SETUP")
	if got, want := step.ChallengeParameters["MFAS_CAN_SETUP"], `["SOFTWARE_TOKEN_MFA","SMS_MFA"]`; got != want {
		t.Errorf("MFAS_CAN_SETUP = %s, want %s", got, want)
	}
	var secret struct{ SecretCode, Session string }
	associate := func(in map[string]string) string {
		return callAPI(t, p, "AssociateSoftwareToken", in, &secret)
	}
	if failure := associate(map[string]string{"Session": step.Session}); failure != "" || len(secret.SecretCode) < 16 {
		t.Fatalf("AssociateSoftwareToken = %s %+v, want a secret", failure, secret)
	}
	if got := associate(map[string]string{"Session": step.Session}); got != usedSession {
		t.Errorf("AssociateSoftwareToken(again) = %s, want %s", got, usedSession)
	}
	// Unverified, it is no factor.
	step.Session = secret.Session
	s.refuse("SoftwareTokenMFANotFoundException: Software Token MFA is not set up for the user", step)
	step = s.password("jane").is(t, "MFA_SETUP")
	associate(map[string]string{"Session": step.Session})
	in := map[string]string{"Session": secret.Session, "UserCode": "000000", "FriendlyDeviceName": "phone"}
	var verified struct{ Status, Session string }
	if got, want := callAPI(t, p, "VerifySoftwareToken", in, nil), "EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA"; got != want {
		t.Errorf("VerifySoftwareToken(wrong code) = %s, want %s", got, want)
	}
	in["UserCode"] = p.TOTP("jane")
	if failure := callAPI(t, p, "VerifySoftwareToken", in, &verified); failure != "" || verified.Status != "SUCCESS" {
		t.Fatalf("VerifySoftwareToken = %s %+v, want SUCCESS", failure, verified)
	}
	step.Session = verified.Session
	s.respond(step).is(t, "")
	step = s.password("jane").is(t, "SOFTWARE_TOKEN_MFA")
	if got := step.ChallengeParameters["FRIENDLY_DEVICE_NAME"]; got != "phone" {
		t.Errorf("FRIENDLY_DEVICE_NAME = %q, want phone", got)
	}
	s.respond(step, "SOFTWARE_TOKEN_MFA_CODE", p.TOTP("jane")).is(t, "")
}

// One who is signed in sets up an app with the access token; it counts when
// SetUserMFAPreference turns it on.
func TestAPI_SetsUpTOTPWhenSignedIn(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true}))
	s := newSigner(t, p)
	token := s.password("jane").is(t, "").AuthenticationResult.AccessToken
	call := func(op string, in map[string]any) string {
		in["AccessToken"] = token
		return callAPI(t, p, op, in, nil)
	}
	if got, want := call("VerifySoftwareToken", map[string]any{"UserCode": "123456"}), "SoftwareTokenMFANotFoundException: Software Token MFA is not set up for the user"; got != want {
		t.Errorf("VerifySoftwareToken(before) = %s, want %s", got, want)
	}
	call("AssociateSoftwareToken", map[string]any{})
	if got := call("VerifySoftwareToken", map[string]any{"UserCode": p.TOTP("jane")}); got != "" {
		t.Fatalf("VerifySoftwareToken = %s", got)
	}
	s.password("jane").is(t, "")
	on := map[string]any{"SoftwareTokenMfaSettings": map[string]bool{"Enabled": true, "PreferredMfa": true}}
	if got := call("SetUserMFAPreference", on); got != "" {
		t.Fatalf("SetUserMFAPreference = %s", got)
	}
	s.password("jane").is(t, "SOFTWARE_TOKEN_MFA")
	for name, in := range map[string]map[string]any{"neither": {}, "both": {"AccessToken": token, "Session": strings.Repeat("A", 40)}} {
		if got, want := callAPI(t, p, "AssociateSoftwareToken", in, nil), "InvalidParameterException: Either AccessToken or Session is required, and not both"; got != want {
			t.Errorf("AssociateSoftwareToken(%s) = %s, want %s", name, got, want)
		}
	}
	off := newAPIPool(t)
	if got, want := callAPI(t, off, "AssociateSoftwareToken", map[string]any{"AccessToken": string(off.AccessToken("jane"))}, nil), "SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool"; got != want {
		t.Errorf("AssociateSoftwareToken(pool without) = %s, want %s", got, want)
	}
}

// doc: a pool that demands MFA, and a user without a factor, through the API
func TestAPI_DemandedFactors(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", SMS: true, Email: true}))
	s := newSigner(t, p)
	step := s.password("jane").is(t, "SELECT_MFA_TYPE")
	step = s.respond(step, "ANSWER", "SMS_MFA").is(t, "SMS_MFA")
	s.respond(step, "SMS_MFA_CODE", p.LastCode("+15550100")).is(t, "")
	s.password("jane").is(t, "SMS_MFA")

	p.AddUser(cognitotest.User{Username: "kim", Password: password})
	s.refuseInitiate("InvalidParameterException: You must have multi-factor authentication (MFA) set up to sign in. Please set up MFA and try again.",
		"USER_PASSWORD_AUTH", "USERNAME", "kim", "PASSWORD", password)
}

// The pages know codes by text message.
func TestMFAByTextMessageOnThePages(t *testing.T) {
	p, _ := factorPool(t, cognitotest.MFA{Mode: "ON", SMS: true})
	v := newVisitor(t, p)
	page := v.submit("/login"+query(), "username", "max", "password", password)
	a := v.submit(page.Header.Get("Location"), "code", p.LastCode("+15550111"))
	codeIn(t, a)
	if m := p.Outbox()[0]; m.Medium != outbox.SMS || len(m.Code) != 6 {
		t.Errorf("message = %+v, want an SMS with six digits", m)
	}
}

func TestAPI_NewPassword(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithRequiredAttributes("given_name"))
	s := newSigner(t, p)
	p.SetUserStatus("jane", cognitotest.StatusForceChangePassword)
	begin := func() authStep { return s.password("jane@example.com").is(t, "NEW_PASSWORD_REQUIRED") }
	step := begin()
	var attributes map[string]string
	if err := json.Unmarshal([]byte(step.ChallengeParameters["userAttributes"]), &attributes); err != nil || attributes["email"] != "jane@example.com" {
		t.Errorf("userAttributes = %s, want the e-mail among them", step.ChallengeParameters["userAttributes"])
	}
	if got, want := step.ChallengeParameters["requiredAttributes"], `["userAttributes.given_name"]`; got != want {
		t.Errorf("requiredAttributes = %s, want %s", got, want)
	}
	s.refuse("InvalidParameterException: Missing required parameter NEW_PASSWORD", step)
	s.refuse("InvalidPasswordException: Password did not conform with policy: Password not long enough", step, "NEW_PASSWORD", "x", "userAttributes.given_name", "Jane")
	s.refuse("InvalidParameterException: Invalid attributes given, given_name is missing", step, "NEW_PASSWORD", "Another-horse-2")
	for _, email := range []string{"other@example.com", "jane@example.com"} { // its own value, too; and the session stays
		s.refuse("NotAuthorizedException: Cannot modify an already provided email", step, "NEW_PASSWORD", "Another-horse-2", "userAttributes.given_name", "Jane", "userAttributes.email", email)
	}
	s.refuse("InvalidParameterException: Attributes did not conform to the schema: birthdate: String must be no shorter than 10 characters", step,
		"NEW_PASSWORD", "Another-horse-2", "userAttributes.given_name", "Jane", "userAttributes.birthdate", "2000-1-1")
	s.respond(step, "NEW_PASSWORD", "Another-horse-2", "userAttributes.given_name", "Jane", "userAttributes.custom:team", "red").is(t, "")
	if user := p.Users()[0]; user.Attributes["given_name"] != "Jane" || user.Attributes["custom:team"] != "red" || user.Status != cognitotest.StatusConfirmed {
		t.Errorf("user = %+v, want the attributes of the answer, confirmed", user)
	}
	s.refuse(usedSession, step, "NEW_PASSWORD", "Another-horse-3")
	s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", "Another-horse-2").is(t, "")
	// The pages take the same password.
	v := newVisitor(t, p)
	codeIn(t, v.submit("/login"+query(), "username", "jane", "password", "Another-horse-2"))
}

func choicePool(t testing.TB) (*cognitotest.Pool, *signer) {
	p := newAPIPool(t, cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP", "SMS_OTP"))
	return p, newSigner(t, p)
}

// doc: USER_AUTH without a preferred challenge, or with one that the user does not have
func TestAPI_ChoiceOfFirstFactor(t *testing.T) {
	p, s := choicePool(t)
	begin := func(pairs ...string) authStep {
		return s.initiate("USER_AUTH", append([]string{"USERNAME", "jane"}, pairs...)...).is(t, "SELECT_CHALLENGE")
	}
	want := []string{"EMAIL_OTP", "SMS_OTP", "PASSWORD_SRP", "PASSWORD"}
	if got := begin().AvailableChallenges; !slices.Equal(got, want) {
		t.Errorf("AvailableChallenges = %q, want %q", got, want)
	}
	begin("PREFERRED_CHALLENGE", "WEB_AUTHN")
	step := begin()
	s.refuse("InvalidParameterException: The challenge WEB_AUTHN is not available for the user", step, "ANSWER", "WEB_AUTHN")
	s.refuse("InvalidParameterException: Missing required parameter ANSWER", step)
	s.respond(step, "ANSWER", "PASSWORD", "PASSWORD", password).is(t, "")
	step = s.respond(begin(), "ANSWER", "PASSWORD").is(t, "PASSWORD")
	s.refuse(wrongPassword, step, "PASSWORD", "x")
	step = s.respond(begin(), "ANSWER", "PASSWORD").is(t, "PASSWORD")
	s.respond(step, "PASSWORD", password).is(t, "")
	s.refuseInitiate("InvalidParameterException: Invalid PREFERRED_CHALLENGE", "USER_AUTH", "USERNAME", "jane", "PREFERRED_CHALLENGE", "RIDDLE")

	step = s.respond(begin(), "ANSWER", "SMS_OTP").is(t, "SMS_OTP")
	s.respond(step, "SMS_OTP_CODE", p.LastCode("+15550100")).is(t, "")
	s.initiate("USER_AUTH", "USERNAME", "jane", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password).is(t, "")

	p.SetUserStatus("jane", cognitotest.StatusForceChangePassword)
	if got, want := begin("PREFERRED_CHALLENGE", "EMAIL_OTP").AvailableChallenges, []string{"PASSWORD_SRP", "PASSWORD"}; !slices.Equal(got, want) {
		t.Errorf("AvailableChallenges(temporary password) = %q, want %q", got, want)
	}
}

// A code confirms the account and its address, and needs no password.
func TestAPI_EmailCodeSignsIn(t *testing.T) {
	p, s := choicePool(t)
	p.AddUser(cognitotest.User{Email: "new@example.com", Status: cognitotest.StatusUnconfirmed})
	step := s.initiate("USER_AUTH", "USERNAME", "new@example.com", "PREFERRED_CHALLENGE", "EMAIL_OTP").is(t, "EMAIL_OTP")
	if !slices.Equal(step.AvailableChallenges, []string{"EMAIL_OTP"}) || step.ChallengeParameters["CODE_DELIVERY_DESTINATION"] != "n***@e***" {
		t.Errorf("InitiateAuth = %+v, want EMAIL_OTP alone, to n***@e***", step)
	}
	for range 6 {
		s.refuse(wrongOTP, step, "USERNAME", "new@example.com", "EMAIL_OTP_CODE", "0")
	}
	code := p.LastCode("new@example.com")
	if len(code) != 8 || p.Outbox()[0].Purpose != outbox.SignIn {
		t.Errorf("message = %+v, want eight digits to sign in", p.Outbox()[0])
	}
	s.respond(step, "USERNAME", "new@example.com", "EMAIL_OTP_CODE", code).is(t, "")
	status, _, err := p.UserStatus("new@example.com")
	if err != nil || status != cognitotest.StatusConfirmed {
		t.Errorf("UserStatus = %v %v, want CONFIRMED", status, err)
	}
	step = s.initiate("USER_AUTH", "USERNAME", "new@example.com").is(t, "SELECT_CHALLENGE")
	if got, want := step.AvailableChallenges, []string{"EMAIL_OTP"}; !slices.Equal(got, want) {
		t.Errorf("AvailableChallenges(no password) = %q, want %q", got, want)
	}
}

// Who has a second factor cannot do without the password.
func TestAPI_CodesAreNoFirstFactorWithMFA(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"), cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", Email: true}))
	p.AddUser(cognitotest.User{Username: "max", Password: password, Email: "max@example.com", EmailMFA: true})
	s := newSigner(t, p)
	step := s.initiate("USER_AUTH", "USERNAME", "max", "PREFERRED_CHALLENGE", "EMAIL_OTP").is(t, "SELECT_CHALLENGE")
	if slices.Contains(step.AvailableChallenges, "EMAIL_OTP") {
		t.Errorf("AvailableChallenges = %q, want no code", step.AvailableChallenges)
	}
	s.initiate("USER_AUTH", "USERNAME", "jane", "PREFERRED_CHALLENGE", "EMAIL_OTP").is(t, "EMAIL_OTP")
}

// U3: USER_AUTH does not tell who exists.
func TestAPI_ChoiceHidesWhoExists(t *testing.T) {
	p, s := choicePool(t)
	begin := func(pairs ...string) authStep {
		return s.initiate("USER_AUTH", append([]string{"USERNAME", "nobody@example.com"}, pairs...)...)
	}
	if got, want := begin().is(t, "SELECT_CHALLENGE").AvailableChallenges, 4; len(got) != want {
		t.Errorf("AvailableChallenges = %q, want all the pool has", got)
	}
	step := begin("PREFERRED_CHALLENGE", "EMAIL_OTP").is(t, "EMAIL_OTP")
	if got := step.ChallengeParameters["CODE_DELIVERY_DESTINATION"]; got != "n***@e***" {
		t.Errorf("CODE_DELIVERY_DESTINATION = %q, want n***@e***", got)
	}
	name := []string{"USERNAME", "nobody@example.com"}
	s.refuse(wrongOTP, step, append(name, "EMAIL_OTP_CODE", "12345678")...)
	if len(p.Outbox()) > 0 {
		t.Errorf("outbox = %v, want nothing", p.Outbox())
	}
	step = begin("PREFERRED_CHALLENGE", "SMS_OTP").is(t, "SMS_OTP")
	s.refuse(wrongOTP, step, append(name, "SMS_OTP_CODE", "123456")...)
	s.refuse(wrongPassword, begin("PREFERRED_CHALLENGE", "PASSWORD").is(t, "PASSWORD"), append(name, "PASSWORD", "x")...)
	step = s.respond(begin("PREFERRED_CHALLENGE", "PASSWORD_SRP").is(t, "PASSWORD_SRP"), append(name, "SRP_A", "2")...).is(t, "PASSWORD_VERIFIER")
	if step.Session == "" {
		t.Error("PASSWORD_VERIFIER of USER_AUTH has no Session")
	}
}

// doc: MFA set up by e-mail: the answer to MFA_SETUP
func TestAPI_SetUpByEmail(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true, Email: true}))
	p.AddUser(cognitotest.User{Username: "kim", Password: password})
	s := newSigner(t, p)
	step := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "kim", "PASSWORD", password).is(t, "MFA_SETUP")
	step = s.respond(step, "EMAIL", "kim@example.com").is(t, "EMAIL_OTP")
	s.respond(step, "EMAIL_OTP_CODE", p.LastCode("kim@example.com")).is(t, "")
	step = s.initiate("USER_PASSWORD_AUTH", "USERNAME", "kim", "PASSWORD", password).is(t, "EMAIL_OTP")
	s.respond(step, "EMAIL_OTP_CODE", p.LastCode("kim@example.com")).is(t, "")
}
