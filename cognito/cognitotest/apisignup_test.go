package cognitotest_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// An apiInput is the parameters of an operation.
type apiInput map[string]any

// with returns the parameters with others added or replaced; a nil one goes.
func (in apiInput) with(pairs ...any) apiInput {
	all := maps.Clone(in)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == nil {
			delete(all, pairs[i].(string))
		} else {
			all[pairs[i].(string)] = pairs[i+1]
		}
	}
	return all
}

// attributes are pairs of names and values as the API has them.
func attributes(pairs ...string) []map[string]string {
	var list []map[string]string
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, map[string]string{"Name": pairs[i], "Value": pairs[i+1]})
	}
	return list
}

// hashFor is the SECRET_HASH for a username.
func hashFor(secret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprint(mac, username, clientID)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// mustAPI is callAPI for a call that succeeds.
func mustAPI(t *testing.T, pool *cognitotest.Pool, op string, in, out any) {
	t.Helper()
	if failure := callAPI(t, pool, op, in, out); failure != "" {
		t.Fatalf("%s(%v) = %s, want success", op, in, failure)
	}
}

// wantAPI calls an operation that fails.
func wantAPI(t *testing.T, pool *cognitotest.Pool, op string, in any, want string) {
	t.Helper()
	if got := callAPI(t, pool, op, in, nil); got != want {
		t.Errorf("%s(%v) = %q, want %q", op, in, got, want)
	}
}

// revealing is a client that tells who exists.
func revealing() cognitotest.AppClient {
	c := appClient()
	c.ID, c.RevealUserExistence = "legacy", true
	return c
}

// apiPool is newPool with a client that keeps secret who exists, one that
// does not, and one with a secret.
func apiPool(t *testing.T, opts ...cognitotest.Option) *cognitotest.Pool {
	t.Helper()
	confidential := appClient()
	confidential.ID, confidential.Secret = "confidential", "s3cret"
	all := []cognitotest.Option{cognitotest.WithClient(appClient()), cognitotest.WithClient(revealing()), cognitotest.WithClient(confidential)}
	return newPool(t, append(all, opts...)...)
}

// byClient1 are the parameters of a call about a user by the client that
// keeps secret who exists.
func byClient1(username string) apiInput {
	return apiInput{"ClientId": "client1", "Username": username}
}

type delivery struct{ AttributeName, DeliveryMedium, Destination string }

type signedUp struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails *delivery
	Session             string
}

const (
	codeMismatch  = "CodeMismatchException: Invalid verification code provided, please try again."
	codeExpired   = "ExpiredCodeException: Invalid code provided, please request a code again."
	limitExceeded = "LimitExceededException: Attempt limit exceeded, please try after some time."
	notFound      = "UserNotFoundException: Username/client id combination not found."
)

// op: SignUp
// op: ConfirmSignUp
func TestAPI_SignUpAndConfirm(t *testing.T) {
	tests := []struct {
		name, username string
		attributes     []map[string]string
		to             string
		delivery       *delivery
		ownName        bool
	}{
		{"username", "john", attributes("email", "john@example.com", "custom:team", "red"), "john@example.com", &delivery{"email", "EMAIL", "j***@e***"}, true},
		{"e-mail as username", "john@example.com", nil, "john@example.com", &delivery{"email", "EMAIL", "j***@e***"}, false},
		{"e-mail as both", "john@example.com", attributes("email", "john@example.com"), "john@example.com", &delivery{"email", "EMAIL", "j***@e***"}, false},
		{"phone number", "john", attributes("phone_number", "+15550177"), "+15550177", &delivery{"phone_number", "SMS", "+****0177"}, true},
		{"phone number as username", "+15550177", nil, "+15550177", &delivery{"phone_number", "SMS", "+****0177"}, false},
		{"both", "john", attributes("phone_number", "+15550177", "email", "john@example.com"), "john@example.com", &delivery{"email", "EMAIL", "j***@e***"}, true},
		{"nothing to reach", "john", nil, "", nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := apiPool(t)
			in := byClient1(tt.username).with("Password", password, "UserAttributes", tt.attributes)
			var out signedUp
			mustAPI(t, p, "SignUp", in, &out)
			if out.UserConfirmed || out.UserSub == "" || (out.CodeDeliveryDetails == nil) != (tt.delivery == nil) || tt.delivery != nil && *out.CodeDeliveryDetails != *tt.delivery {
				t.Fatalf("SignUp = %+v (%+v), want an unconfirmed user and %+v", out, out.CodeDeliveryDetails, tt.delivery)
			}
			if status, _, err := p.UserStatus(out.UserSub); status != cognitotest.StatusUnconfirmed || err != nil {
				t.Errorf("status = %s, %v, want UNCONFIRMED", status, err)
			}
			if tt.to == "" {
				wantAPI(t, p, "ResendConfirmationCode", byClient1(tt.username), "InvalidParameterException: Cannot resend codes. Auto verification not turned on.")
				return
			}
			mustAPI(t, p, "ConfirmSignUp", byClient1(tt.username).with("ConfirmationCode", p.LastCode(tt.to)), nil)
			for _, u := range p.Users() {
				if u.Sub != out.UserSub {
					continue
				}
				if (u.Username == tt.username) != tt.ownName || u.Status != cognitotest.StatusConfirmed || u.EmailVerified != (tt.delivery.AttributeName == "email") || u.PhoneVerified == u.EmailVerified {
					t.Errorf("after ConfirmSignUp: %+v, want %s verified", u, tt.delivery.AttributeName)
				}
			}
			// The address signs in on the pages, too.
			v := newVisitor(t, p)
			codeIn(t, v.submit("/login"+query(), "username", tt.to, "password", password))
		})
	}
}

// doc: SignUp without a password in a pool that demands one
// doc: SignUp: an e-mail as username, another as email
func TestAPI_SignUpRefuses(t *testing.T) {
	narrow := appClient()
	narrow.ID, narrow.WriteAttributes = "narrow", []string{"email"}
	p := apiPool(t, cognitotest.WithClient(narrow), cognitotest.WithRequiredAttributes("given_name"))
	ok := byClient1("john").with("Password", password, "UserAttributes", attributes("email", "john@example.com", "given_name", "John"))
	add := func(pairs ...string) any {
		return append(attributes("email", "john@example.com", "given_name", "John"), attributes(pairs...)...)
	}
	tests := []struct {
		name string
		in   apiInput
		want string
	}{
		{"no client", ok.with("ClientId", "other"), "ResourceNotFoundException: User pool client other does not exist."},
		{"needless hash", ok.with("SecretHash", "x"), "NotAuthorizedException: Unable to verify secret hash for client client1"},
		{"missing hash", ok.with("ClientId", "confidential"), "NotAuthorizedException: Client confidential is configured with secret but SECRET_HASH was not received"},
		{"hash of another name", ok.with("ClientId", "confidential", "SecretHash", hashFor("s3cret", "jane", "confidential")), "NotAuthorizedException: Unable to verify secret hash for client confidential"},
		{"no password", ok.with("Password", nil), "InvalidParameterException: 1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null"},
		{"weak password", ok.with("Password", "short"), "InvalidPasswordException: Password did not conform with policy: Password not long enough"},
		{"spaces in the username", ok.with("Username", "j o"), `InvalidParameterException: 1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
		{"taken username", ok.with("Username", "JANE"), "UsernameExistsException: User already exists"},
		{"taken e-mail as username", ok.with("Username", "jane@example.com", "UserAttributes", attributes("given_name", "J")), "UsernameExistsException: An account with the given email already exists."},
		{"taken number as username", ok.with("Username", "+15550100", "UserAttributes", attributes("given_name", "J")), "UsernameExistsException: An account with the given phone_number already exists."},
		{"e-mail beside another", ok.with("Username", "other@example.com"), "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias."},
		{"missing attribute", ok.with("UserAttributes", attributes("email", "john@example.com")), "InvalidParameterException: Attributes did not conform to the schema: given_name: The attribute is required"},
		{"empty attribute", ok.with("UserAttributes", attributes("given_name", "")), "InvalidParameterException: Attributes did not conform to the schema: given_name: The attribute is required"},
		{"bad e-mail", ok.with("UserAttributes", attributes("email", "john", "given_name", "J")), "InvalidParameterException: Invalid email address format."},
		{"bad number", ok.with("UserAttributes", add("phone_number", "0555")), "InvalidParameterException: Invalid phone number format."},
		{"long value", ok.with("UserAttributes", add("name", strings.Repeat("x", 2049))), "InvalidParameterException: 1 validation error detected: Value at 'userAttributes.3.member.value' failed to satisfy constraint: Member must have length less than or equal to 2048"},
		{"long name", ok.with("UserAttributes", add(strings.Repeat("x", 33), "x")), "InvalidParameterException: 1 validation error detected: Value '" + strings.Repeat("x", 33) + "' at 'userAttributes.3.member.name' failed to satisfy constraint: Member must have length less than or equal to 32"},
		{"unknown attribute", ok.with("UserAttributes", add("team", "red")), "InvalidParameterException: Attributes did not conform to the schema: Type for attribute {team} could not be determined"},
		{"sub", ok.with("UserAttributes", add("sub", "1")), "InvalidParameterException: user.sub: Attribute cannot be updated."},
		{"verified by itself", ok.with("UserAttributes", add("email_verified", "true")), "NotAuthorizedException: A client attempted to write unauthorized attribute"},
		{"attribute of others", ok.with("ClientId", "narrow"), "NotAuthorizedException: A client attempted to write unauthorized attribute"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantAPI(t, p, "SignUp", tt.in, tt.want) })
	}
	if n := len(p.Users()); n != 1 {
		t.Errorf("%d users after refusals, want jane alone", n)
	}
	mustAPI(t, p, "SignUp", ok, nil)
	mustAPI(t, p, "SignUp", ok.with("Username", "jim", "ClientId", "confidential", "SecretHash", hashFor("s3cret", "jim", "confidential")), nil)
}

// Where people can sign in with a code, an account needs no password.
func TestAPI_SignUpWithoutPassword(t *testing.T) {
	p := apiPool(t, cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"))
	mustAPI(t, p, "SignUp", byClient1("john").with("UserAttributes", attributes("email", "john@example.com")), nil)
	wantAPI(t, p, "SignUp", byClient1("jim").with("Password", "xy"), "InvalidPasswordException: Password did not conform with policy: Password not long enough")
}

// A user who has just confirmed the account is signed in with the session
// that came with it.
func TestAPI_SignUpGoesOnToSignIn(t *testing.T) {
	choice := appClient()
	choice.ID, choice.ExplicitAuthFlows = "choice", []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	p := apiPool(t, cognitotest.WithClient(choice))
	in := apiInput{"ClientId": "choice", "Username": "john"}
	var made signedUp
	mustAPI(t, p, "SignUp", in.with("Password", password, "UserAttributes", attributes("email", "john@example.com")), &made)
	var confirmed struct{ Session string }
	mustAPI(t, p, "ConfirmSignUp", in.with("ConfirmationCode", p.LastCode("john@example.com"), "Session", made.Session), &confirmed)
	auth := apiInput{"ClientId": "choice", "AuthFlow": "USER_AUTH", "AuthParameters": map[string]string{"USERNAME": "john"}, "Session": confirmed.Session}
	var step authStep
	mustAPI(t, p, "InitiateAuth", auth, &step)
	if step.AuthenticationResult == nil || getUser(t, p, step.AuthenticationResult.AccessToken).Username != "john" {
		t.Errorf("InitiateAuth(session of the confirmation) = %+v, want tokens of john", step)
	}
	if got := callAPI(t, p, "InitiateAuth", auth, nil); got != usedSession {
		t.Errorf("InitiateAuth(the same session) = %q, want %q", got, usedSession)
	}

	var plain signedUp
	mustAPI(t, p, "SignUp", byClient1("jim").with("Password", password, "UserAttributes", attributes("email", "jim@example.com")), &plain)
	if plain.Session != "" {
		t.Error("SignUp by a client without USER_AUTH has a session")
	}
	mustAPI(t, p, "ConfirmSignUp", byClient1("jim").with("ConfirmationCode", p.LastCode("jim@example.com"), "Session", made.Session), &confirmed)
}

// The e-mail of somebody else is no obstacle before the code is entered:
// SignUp would tell who has an account.
func TestAPI_AliasOfAnother(t *testing.T) {
	p := apiPool(t)
	in := byClient1("john").with("Password", "Other-horse-2", "UserAttributes", attributes("email", "jane@example.com"))
	mustAPI(t, p, "SignUp", in, nil)
	confirm := byClient1("john").with("ConfirmationCode", p.LastCode("jane@example.com"))
	wantAPI(t, p, "ConfirmSignUp", confirm.with("ConfirmationCode", "x"), codeMismatch)
	wantAPI(t, p, "ConfirmSignUp", confirm, "AliasExistsException: An account with the given email already exists.")
	if status, _, _ := p.UserStatus("john"); status != cognitotest.StatusUnconfirmed {
		t.Errorf("status after AliasExistsException = %s, want UNCONFIRMED", status)
	}
	v := newVisitor(t, p)
	codeIn(t, v.submit("/login"+query(), "username", "jane@example.com", "password", password))

	wantAPI(t, p, "ConfirmSignUp", confirm.with("ConfirmationCode", "x", "ForceAliasCreation", true), codeMismatch)
	mustAPI(t, p, "ConfirmSignUp", confirm.with("ForceAliasCreation", true), nil)
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "jane@example.com", "password", "Other-horse-2"))
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "jane", "password", password))
	for _, u := range p.Users() {
		if u.EmailVerified != (u.Username == "john") {
			t.Errorf("after ForceAliasCreation: %+v, want the e-mail verified for john alone", u)
		}
	}
	// It stays with john in another process.
	data, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	restored := cognitotest.NewPool()
	if err := restored.Restore(data); err != nil {
		t.Fatal(err)
	}
	for _, u := range restored.Users() {
		if status, _, err := restored.UserStatus(u.Username); err != nil || status != cognitotest.StatusConfirmed {
			t.Errorf("restored %s: %s, %v", u.Username, status, err)
		}
	}
	codeIn(t, (&visitor{t, restored, newVisitor(t, restored).c}).submit("/login"+query(), "username", "jane@example.com", "password", "Other-horse-2"))
}

// doc: ConfirmSignUp for an unknown name
func TestAPI_ConfirmSignUpRefuses(t *testing.T) {
	p := apiPool(t)
	mustAPI(t, p, "SignUp", byClient1("john").with("Password", password, "UserAttributes", attributes("email", "john@example.com")), nil)
	code := p.LastCode("john@example.com")
	legacy := func(name string) apiInput { return byClient1(name).with("ClientId", "legacy") }
	wantAPI(t, p, "ConfirmSignUp", byClient1("john").with("ConfirmationCode", "000"), codeMismatch)
	wantAPI(t, p, "ConfirmSignUp", byClient1("nobody").with("ConfirmationCode", "000"), codeMismatch)
	wantAPI(t, p, "ConfirmSignUp", legacy("nobody").with("ConfirmationCode", "000"), notFound)
	wantAPI(t, p, "ConfirmSignUp", byClient1("john").with("ConfirmationCode", code, "SecretHash", "x"), "NotAuthorizedException: Unable to verify secret hash for client client1")
	wantAPI(t, p, "ConfirmSignUp", legacy("jane").with("ConfirmationCode", "000"), "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED")
	p.Advance(24 * time.Hour)
	wantAPI(t, p, "ConfirmSignUp", byClient1("john").with("ConfirmationCode", code), codeExpired)
	mustAPI(t, p, "ResendConfirmationCode", byClient1("john"), nil)
	confirm := byClient1("john").with("ConfirmationCode", p.LastCode("john@example.com"))
	mustAPI(t, p, "ConfirmSignUp", confirm, nil)
	wantAPI(t, p, "ConfirmSignUp", confirm, "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED")
	wantAPI(t, p, "ResendConfirmationCode", byClient1("john"), "InvalidParameterException: User is already confirmed.")
}

// op: ResendConfirmationCode
func TestAPI_ResendConfirmationCode(t *testing.T) {
	p := apiPool(t)
	mustAPI(t, p, "SignUp", byClient1("john").with("Password", password, "UserAttributes", attributes("email", "john@example.com")), nil)
	first := p.LastCode("john@example.com")
	var out struct{ CodeDeliveryDetails delivery }
	mustAPI(t, p, "ResendConfirmationCode", byClient1("john"), &out)
	if want := (delivery{"email", "EMAIL", "j***@e***"}); out.CodeDeliveryDetails != want {
		t.Errorf("ResendConfirmationCode = %+v, want %+v", out.CodeDeliveryDetails, want)
	}
	if p.LastCode("john@example.com") != first { // one in a million is the same
		wantAPI(t, p, "ConfirmSignUp", byClient1("john").with("ConfirmationCode", first), codeMismatch)
	}
	wantSimulated(t, p, "ResendConfirmationCode")
	wantAPI(t, p, "ResendConfirmationCode", byClient1("nobody").with("ClientId", "legacy"), notFound)
	for range 4 {
		mustAPI(t, p, "ResendConfirmationCode", byClient1("john"), nil)
	}
	wantAPI(t, p, "ResendConfirmationCode", byClient1("john"), limitExceeded)
	p.Advance(time.Hour)
	mustAPI(t, p, "ResendConfirmationCode", byClient1("john"), nil)
}

// wantSimulated demands that an operation answers for unknown names as it does
// for users. The answer has an address that is the same each time, and nothing
// is sent.
func wantSimulated(t *testing.T, p *cognitotest.Pool, op string) {
	t.Helper()
	sent := len(p.Outbox())
	seen := make(map[string]bool)
	for i := range 5 {
		name := fmt.Sprint("nobody", i)
		var first, again struct{ CodeDeliveryDetails delivery }
		mustAPI(t, p, op, byClient1(name), &first)
		mustAPI(t, p, op, byClient1(name), &again)
		d := first.CodeDeliveryDetails
		if first != again || d.AttributeName != "email" || d.DeliveryMedium != "EMAIL" || len(d.Destination) != len("n***@e***") {
			t.Errorf("%s(%s) = %+v, then %+v, want the same masked address", op, name, first, again)
		}
		seen[d.Destination] = true
	}
	if len(seen) < 2 || len(p.Outbox()) != sent {
		t.Errorf("%s of unknown users: %d addresses and %d messages, want several and none", op, len(seen), len(p.Outbox())-sent)
	}
}

// op: ForgotPassword
// op: ConfirmForgotPassword
func TestAPI_ForgotPassword(t *testing.T) {
	p := apiPool(t)
	var out struct{ CodeDeliveryDetails delivery }
	mustAPI(t, p, "ForgotPassword", byClient1("jane@example.com"), &out)
	if want := (delivery{"email", "EMAIL", "j***@e***"}); out.CodeDeliveryDetails != want {
		t.Errorf("ForgotPassword = %+v, want %+v", out.CodeDeliveryDetails, want)
	}
	in := byClient1("jane").with("Password", "Other-horse-2", "ConfirmationCode", p.LastCode("jane@example.com"))
	wantAPI(t, p, "ConfirmForgotPassword", in.with("ConfirmationCode", "000"), codeMismatch)
	wantAPI(t, p, "ConfirmForgotPassword", in.with("Password", "xy"), "InvalidPasswordException: Password did not conform with policy: Password not long enough")
	mustAPI(t, p, "ConfirmForgotPassword", in, nil)
	wantAPI(t, p, "ConfirmForgotPassword", in, codeExpired)
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "jane", "password", "Other-horse-2"))
	a := newVisitor(t, p).submit("/login"+query(), "username", "jane", "password", password)
	if a.says() != "Incorrect username or password." {
		t.Errorf("sign-in with the old password says %q", a.says())
	}

	mustAPI(t, p, "ForgotPassword", byClient1("jane"), nil)
	p.Advance(time.Hour)
	wantAPI(t, p, "ConfirmForgotPassword", in.with("ConfirmationCode", p.LastCode("jane@example.com")), codeExpired)
}

// Table 6.3: a client that keeps secret who exists hears the same of
// everybody.
// doc: CodeDeliveryDetails for an unknown user
func TestAPI_ForgotPasswordMasks(t *testing.T) {
	add := func(p *cognitotest.Pool, u cognitotest.User) {
		if _, err := p.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ name, username, legacy string }{
		{"unknown", "nobody", notFound},
		{"disabled", "dora", "NotAuthorizedException: User is disabled."},
		{"unreachable", "uma", "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number"},
		{"unconfirmed", "uwe", "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := apiPool(t)
			add(p, cognitotest.User{Username: "dora", Email: "dora@example.com", EmailVerified: true, Disabled: true})
			add(p, cognitotest.User{Username: "uma", Email: "uma@example.com"})
			add(p, cognitotest.User{Username: "uwe", Email: "uwe@example.com", Status: cognitotest.StatusUnconfirmed})
			in := byClient1(tt.username).with("ConfirmationCode", "000", "Password", password)
			wantAPI(t, p, "ConfirmForgotPassword", in, codeExpired)
			var out struct{ CodeDeliveryDetails delivery }
			mustAPI(t, p, "ForgotPassword", byClient1(tt.username), &out)
			if out.CodeDeliveryDetails.Destination == "" || len(p.Outbox()) != 0 {
				t.Errorf("ForgotPassword(%s) = %+v and %v, want an address and no message", tt.username, out, p.Outbox())
			}
			wantAPI(t, p, "ConfirmForgotPassword", in, codeMismatch)
			wantAPI(t, p, "ForgotPassword", byClient1(tt.username).with("ClientId", "legacy"), tt.legacy)
		})
	}
	p := apiPool(t)
	wantSimulated(t, p, "ForgotPassword")
	wantAPI(t, p, "ConfirmForgotPassword", byClient1("nobody").with("ClientId", "legacy", "ConfirmationCode", "1", "Password", password), notFound)
}

// doc: ForgotPassword in FORCE_CHANGE_PASSWORD
func TestAPI_ForgotPasswordOfATemporaryPassword(t *testing.T) {
	const want = "NotAuthorizedException: User password cannot be reset in the current state."
	p := apiPool(t)
	for _, status := range []cognitotest.UserStatus{cognitotest.StatusForceChangePassword, cognitotest.StatusExternalProvider} {
		if err := p.SetUserStatus("jane", status); err != nil {
			t.Fatal(err)
		}
		wantAPI(t, p, "ForgotPassword", byClient1("jane"), want)
		wantAPI(t, p, "ForgotPassword", byClient1("jane").with("ClientId", "legacy"), want)
	}
	// One whose password an administrator has reset gets a code.
	if err := p.SetUserStatus("jane", cognitotest.StatusResetRequired); err != nil {
		t.Fatal(err)
	}
	mustAPI(t, p, "ForgotPassword", byClient1("jane"), nil)
	mustAPI(t, p, "ConfirmForgotPassword", byClient1("jane").with("ConfirmationCode", p.LastCode("jane@example.com"), "Password", "Other-horse-2"), nil)
	if status, _, _ := p.UserStatus("jane"); status != cognitotest.StatusConfirmed {
		t.Errorf("status after the reset = %s, want CONFIRMED", status)
	}
}

// The code goes to a phone number where no e-mail is verified.
// doc: ForgotPassword without AccountRecoverySetting
func TestAPI_ForgotPasswordByPhone(t *testing.T) {
	p := apiPool(t)
	for name, value := range map[string]string{"email_verified": "false", "phone_number_verified": "true"} {
		if err := p.SetAttribute("jane", name, value); err != nil {
			t.Fatal(err)
		}
	}
	var out struct{ CodeDeliveryDetails delivery }
	mustAPI(t, p, "ForgotPassword", byClient1("+15550100"), &out)
	if want := (delivery{"phone_number", "SMS", "+****0100"}); out.CodeDeliveryDetails != want || p.LastCode("+15550100") == "" {
		t.Errorf("ForgotPassword = %+v, want %+v and a code", out.CodeDeliveryDetails, want)
	}
}

// Pages and API count together.
// doc: TooManyFailedAttemptsException
func TestAPI_QuotasAreShared(t *testing.T) {
	p := apiPool(t)
	for range 9 {
		mustAPI(t, p, "ForgotPassword", byClient1("jane"), nil)
	}
	v := newVisitor(t, p)
	if a := v.submit("/forgotPassword"+query(), "username", "jane"); a.StatusCode != 302 {
		t.Fatalf("the tenth code: %d %s", a.StatusCode, a.says())
	}
	wantAPI(t, p, "ForgotPassword", byClient1("jane"), limitExceeded)
	if a := v.submit("/forgotPassword"+query(), "username", "jane"); a.says() != "Attempt limit exceeded, please try after some time." {
		t.Errorf("the page says %q, want the limit", a.says())
	}
	for range 15 {
		callAPI(t, p, "ConfirmSignUp", byClient1("nobody").with("ConfirmationCode", "1"), nil)
	}
	wantAPI(t, p, "ConfirmSignUp", byClient1("nobody").with("ConfirmationCode", "1"), limitExceeded)
}

// What begins at one door can end at the other.
func TestAPI_SignUpSharesStateWithThePages(t *testing.T) {
	p := apiPool(t)
	v := newVisitor(t, p)
	v.submit("/signup"+query(), "email", "john@example.com", "password", password)
	mustAPI(t, p, "ConfirmSignUp", byClient1("john@example.com").with("ConfirmationCode", p.LastCode("john@example.com")), nil)
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "john@example.com", "password", password))

	mustAPI(t, p, "SignUp", byClient1("jim").with("Password", password, "UserAttributes", attributes("phone_number", "+15550188")), nil)
	v = newVisitor(t, p)
	v.submit("/login"+query(), "username", "jim", "password", password)
	page := v.get("/confirm" + query())
	if !strings.Contains(page.body, "+****0188") {
		t.Errorf("the page does not say where the code went: %s", page.body)
	}
	codeIn(t, v.submit("/confirm"+query(), "code", p.LastCode("+15550188")))
}

func TestAPI_SignUpHooks(t *testing.T) {
	var seen []string
	var told trigger.PreSignUp
	p := apiPool(t, cognitotest.WithHooks(trigger.Hooks{
		PreSignUp: func(_ context.Context, e *trigger.PreSignUp) error {
			told = *e
			if e.ValidationData["invitation"] == "none" {
				return errTeam
			}
			e.AutoConfirmUser = e.ValidationData["invitation"] == "gold"
			e.AutoVerifyEmail = e.AutoConfirmUser
			return nil
		},
		PostConfirmation: func(_ context.Context, e *trigger.PostConfirmation) error {
			seen = append(seen, string(e.TriggerSource)+" "+e.UserName+" "+e.ClientMetadata["from"])
			return nil
		},
	}))
	in := byClient1("john").with("Password", password, "UserAttributes", attributes("email", "john@example.com"), "ClientMetadata", map[string]string{"from": "test"})
	wantAPI(t, p, "SignUp", in.with("ValidationData", attributes("invitation", "none")), "UserLambdaValidationException: PreSignUp failed with error not in the team.")
	var out signedUp
	mustAPI(t, p, "SignUp", in.with("ValidationData", attributes("invitation", "gold")), &out)
	if !out.UserConfirmed || out.CodeDeliveryDetails != nil || len(p.Outbox()) != 0 {
		t.Errorf("SignUp(confirmed by the hook) = %+v and %v, want a confirmed user and no code", out, p.Outbox())
	}
	if told.TriggerSource != "PreSignUp_SignUp" || told.ClientMetadata["from"] != "test" || told.ClientID != "client1" || told.UserName != "john" || told.UserAttributes["email"] != "john@example.com" {
		t.Errorf("PreSignUp was told %+v", told)
	}
	mustAPI(t, p, "ForgotPassword", byClient1("john@example.com"), nil)
	mustAPI(t, p, "ConfirmForgotPassword", byClient1("john").with("ConfirmationCode", p.LastCode("john@example.com"), "Password", "Other-horse-2", "ClientMetadata", map[string]string{"from": "reset"}), nil)
	want := "PostConfirmation_ConfirmSignUp john test, PostConfirmation_ConfirmForgotPassword john reset"
	if got := strings.Join(seen, ", "); got != want {
		t.Errorf("PostConfirmation: %s, want %s", got, want)
	}
}

// A verified e-mail passes to whom the hook has verified it for.
func TestAPI_AutoVerifiedAliasMoves(t *testing.T) {
	p := apiPool(t, cognitotest.WithHooks(trigger.Hooks{
		PreSignUp: func(_ context.Context, e *trigger.PreSignUp) error {
			e.AutoConfirmUser, e.AutoVerifyEmail = true, true
			return nil
		},
	}))
	mustAPI(t, p, "SignUp", byClient1("john").with("Password", "Other-horse-2", "UserAttributes", attributes("email", "jane@example.com")), nil)
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "jane@example.com", "password", "Other-horse-2"))
}

func TestWithAutoVerified(t *testing.T) {
	for want, order := range map[string][]string{"+15550177": {"email", "phone_number"}, "john@example.com": {"email"}, "": {}} {
		p := apiPool(t, cognitotest.WithAutoVerified(order...))
		mustAPI(t, p, "SignUp", byClient1("john").with("Password", password, "UserAttributes", attributes("email", "john@example.com", "phone_number", "+15550177")), nil)
		got := ""
		if box := p.Outbox(); len(box) > 0 {
			got = box[0].To
		}
		if got != want {
			t.Errorf("WithAutoVerified(%q): the code went to %q, want %q", order, got, want)
		}
	}
}

// doc: a password of the history
func TestPasswordHistory(t *testing.T) {
	policy := cognitotest.DefaultPasswordPolicy()
	policy.History = 2
	p := apiPool(t, cognitotest.WithPasswordPolicy(policy))
	reset := func(password string) string {
		mustAPI(t, p, "ForgotPassword", byClient1("jane"), nil)
		return callAPI(t, p, "ConfirmForgotPassword", byClient1("jane").with("ConfirmationCode", p.LastCode("jane@example.com"), "Password", password), nil)
	}
	const used = "PasswordHistoryPolicyViolationException: Password has previously been used."
	for _, step := range []struct{ password, want string }{
		{password, used}, {"Second-horse-2", ""}, {password, used}, {"Second-horse-2", used}, {"Third-horse-3", ""}, {password, ""},
	} {
		if got := reset(step.password); got != step.want {
			t.Errorf("ConfirmForgotPassword(%s) = %q, want %q", step.password, got, step.want)
		}
		p.Advance(time.Hour)
	}
}

// The hash is over the name in the same request, be it an alias, and over
// nothing else.
func TestU1_SecretHashOfAccountOperations(t *testing.T) {
	confidential := appClient()
	confidential.ID, confidential.Secret = "confidential", "s3cret"
	p := newPool(t, cognitotest.WithClient(confidential))
	const refused = "NotAuthorizedException: Unable to verify secret hash for client confidential"
	calls := []struct {
		op       string
		username string
		other    string // a name of the same user, or of nobody
		extra    apiInput
		want     string // after the hash was accepted
	}{
		{"SignUp", "john@example.com", "john", apiInput{"Password": password}, ""},
		{"ResendConfirmationCode", "john@example.com", "john", apiInput{}, ""},
		{"ConfirmSignUp", "john@example.com", "john", apiInput{"ConfirmationCode": "x"}, codeMismatch},
		{"ForgotPassword", "jane@example.com", "jane", apiInput{}, ""},
		{"ConfirmForgotPassword", "jane@example.com", "jane", apiInput{"ConfirmationCode": "x", "Password": password}, codeMismatch},
	}
	for _, c := range calls {
		in := c.extra.with("ClientId", "confidential", "Username", c.username)
		wantAPI(t, p, c.op, in, "NotAuthorizedException: Client confidential is configured with secret but SECRET_HASH was not received")
		wantAPI(t, p, c.op, in.with("SecretHash", hashFor("s3cret", c.other, "confidential")), refused)
		wantAPI(t, p, c.op, in.with("SecretHash", hashFor("other", c.username, "confidential")), refused)
		wantAPI(t, p, c.op, in.with("SecretHash", hashFor("s3cret", c.username, "confidential")), c.want)
	}
}
