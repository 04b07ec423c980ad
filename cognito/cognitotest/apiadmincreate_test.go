package cognitotest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// create is AdminCreateUser.
func (a admin) create(in object) (u apiUser) {
	a.t.Helper()
	var answer struct{ User apiUser }
	a.must("AdminCreateUser", in, &answer)
	return answer.User
}

// signInAs fills in the sign-in page.
func (v *visitor) signInAs(username, password string) answer {
	v.t.Helper()
	return v.submit("/login"+query(), "username", username, "password", password)
}

// The user is sent a temporary password and chooses another on the page.
// op: AdminCreateUser
// doc: AdminCreateUser without DesiredDeliveryMediums
func TestAdmin_CreateUser(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	u := a.create(object{"Username": "sam", "UserAttributes": given("email", "sam@example.com", "email_verified", "true", "custom:team", "red")})
	if u.Username != "sam" || u.attribute("custom:team") != "red" || u.attribute("sub") == "" || !u.Enabled || u.UserStatus != "FORCE_CHANGE_PASSWORD" {
		t.Errorf("AdminCreateUser = %+v, want sam who has to change the password", u)
	}
	sent := pool.Outbox()
	if len(sent) != 1 || sent[0].To != "sam@example.com" || sent[0].Purpose != outbox.Invitation || !strings.Contains(sent[0].Body, "sam") || !strings.Contains(sent[0].Body, sent[0].Code) {
		t.Fatalf("Outbox() = %+v, want an invitation with name and password", sent)
	}
	v := newVisitor(t, pool)
	page := v.signInAs("sam@example.com", sent[0].Code)
	if got := page.Header.Get("Location"); !strings.Contains(got, "/changePassword") {
		t.Errorf("sign-in with the temporary password leads to %q, want /changePassword", got)
	}
	a.refuse("AdminCreateUser", object{"Username": "SAM"}, "UsernameExistsException: User account already exists")
}

// An e-mail for a username is an alias: the username is the sub.
func TestAdmin_CreateUserByEmail(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	u := a.create(object{"Username": "sam@example.com", "MessageAction": "SUPPRESS", "TemporaryPassword": "For-now-123"})
	if u.Username != u.attribute("sub") || u.attribute("email") != "sam@example.com" || u.attribute("email_verified") != "" || len(pool.Outbox()) != 0 {
		t.Errorf("AdminCreateUser(e-mail) = %+v and %d messages, want the sub as username and none", u, len(pool.Outbox()))
	}
	if page := newVisitor(t, pool).signInAs("sam@example.com", "For-now-123"); !strings.Contains(page.Header.Get("Location"), "/changePassword") {
		t.Errorf("sign-in by e-mail leads to %q, want /changePassword", page.Header.Get("Location"))
	}
	a.refuse("AdminCreateUser", object{"Username": "sam@example.com"}, "UsernameExistsException: User account already exists")
	a.refuse("AdminCreateUser", object{"Username": "not an@e-mail"}, "InvalidParameterException: 1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+")
}

func TestAdmin_CreateUserResend(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	in := object{"Username": "sam", "UserAttributes": given("email", "sam@example.com", "email_verified", "true")}
	a.create(in)
	first := pool.LastCode("sam@example.com")
	pool.Advance(8 * 24 * time.Hour)
	v := newVisitor(t, pool)
	if page := v.signInAs("sam", first); page.Header.Get("Location") != "" || !strings.Contains(page.body, "expired") {
		t.Errorf("sign-in after a week = %d, want that the password has expired", page.StatusCode)
	}
	a.create(object{"Username": "sam", "MessageAction": "RESEND"})
	second := pool.LastCode("sam@example.com")
	if page := newVisitor(t, pool).signInAs("sam", second); second == first || !strings.Contains(page.Header.Get("Location"), "/changePassword") {
		t.Errorf("sign-in with the password of RESEND leads to %q, want /changePassword", page.Header.Get("Location"))
	}
	a.refuse("AdminCreateUser", object{"Username": "jane", "MessageAction": "RESEND"}, "UnsupportedUserStateException: Resend not possible. User status is not FORCE_CHANGE_PASSWORD")
	a.refuse("AdminCreateUser", object{"Username": "nobody", "MessageAction": "RESEND"}, "UserNotFoundException: User does not exist.")
}

// A verified e-mail of somebody else's passes to the new user if that is
// forced.
func TestAdmin_CreateUserForcesAlias(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	in := object{"Username": "sam", "UserAttributes": given("email", "jane@example.com", "email_verified", "true")}
	a.refuse("AdminCreateUser", in, "AliasExistsException: An account with the given email already exists.")
	in["ForceAliasCreation"] = true
	a.create(in)
	if u, _ := a.get("jane@example.com"); u.Username != "sam" {
		t.Errorf("AdminGetUser(e-mail) = %s, want sam", u.Username)
	}
	if _, all := a.get("jane"); all["email"] != "jane@example.com" || all["email_verified"] != "false" {
		t.Errorf("AdminGetUser(jane) = %v, want the e-mail, unverified", all)
	}
	// An e-mail that nobody has verified is no alias yet.
	a.create(object{"Username": "zoe", "UserAttributes": given("email", "jane@example.com")})
	if u, _ := a.get("jane@example.com"); u.Username != "sam" {
		t.Errorf("AdminGetUser(e-mail) = %s, want sam still", u.Username)
	}
}

// What may be forced is an alias, never the username of somebody else, also
// where it is both.
func TestAdmin_CreateUserForcesNoUsername(t *testing.T) {
	const taken = "AliasExistsException: An account with the given email already exists."
	pool := newPool(t)
	a := newAdmin(t, pool)
	if _, err := pool.AddUser(cognitotest.User{Username: "kim@example.com", Email: "kim@home.example.com", Password: password}); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"kim@home.example.com", "kim@example.com"} {
		if err := pool.SetAttribute("kim@example.com", "email", email); err != nil {
			t.Fatal(err)
		}
		a.refuse("AdminCreateUser", object{"Username": "sam", "UserAttributes": given("email", "Kim@example.com", "email_verified", "true"), "ForceAliasCreation": true}, taken)
		codeIn(t, newVisitor(t, pool).signInAs("kim@example.com", password))
	}
	// Nor does a code take it.
	mustAPI(t, pool, "SignUp", object{"ClientId": "client1", "Username": "max", "Password": password, "UserAttributes": given("email", "kim@example.com")}, nil)
	wantAPI(t, pool, "ConfirmSignUp", object{"ClientId": "client1", "Username": "max", "ConfirmationCode": pool.LastCode("kim@example.com"), "ForceAliasCreation": true}, taken)
	codeIn(t, newVisitor(t, pool).signInAs("kim@example.com", password))
}

// A second factor that reaches an unverified address proves it: the user can
// sign in by it from then on, unless it is another user's.
func TestAdmin_SecondFactorWakesAlias(t *testing.T) {
	pool := newAPIPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", Email: true, SMS: true}))
	a, s := newAdmin(t, pool), newSigner(t, pool)
	for _, u := range []object{
		{"Username": "sam", "UserAttributes": given("email", "sam@example.com")},
		{"Username": "zoe", "UserAttributes": given("email", "jane@example.com")},
		{"Username": "tom", "UserAttributes": given("phone_number", "+15550177")},
	} {
		u["MessageAction"], u["TemporaryPassword"] = "SUPPRESS", password
		a.create(u)
		a.must("AdminSetUserPassword", object{"Username": u["Username"], "Password": password, "Permanent": true}, nil)
	}
	a.refuse("AdminGetUser", object{"Username": "sam@example.com"}, "UserNotFoundException: User does not exist.")
	s.respond(s.password("sam").is(t, "EMAIL_OTP"), "EMAIL_OTP_CODE", pool.LastCode("sam@example.com")).is(t, "")
	if u, all := a.get("sam@example.com"); u.Username != "sam" || all["email_verified"] != "true" {
		t.Errorf("AdminGetUser(sam@example.com) = %s, %v, want sam, verified", u.Username, all)
	}
	s.respond(s.password("tom").is(t, "SMS_MFA"), "SMS_MFA_CODE", pool.LastCode("+15550177")).is(t, "")
	if u, all := a.get("+15550177"); u.Username != "tom" || all["phone_number_verified"] != "true" {
		t.Errorf("AdminGetUser(+15550177) = %s, %v, want tom, verified", u.Username, all)
	}
	step := s.password("zoe").is(t, "EMAIL_OTP")
	s.refuse("AliasExistsException: An account with the given email already exists.", step, "EMAIL_OTP_CODE", pool.LastCode("jane@example.com"))
	if u, _ := a.get("jane@example.com"); u.Username != "jane" {
		t.Errorf("AdminGetUser(jane@example.com) = %s, want jane", u.Username)
	}
}

// doc: AdminCreateUser: a medium that the user has no address for
// doc: AdminCreateUser in a pool without passwords
func TestAdmin_CreateUserVariants(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"))
	a := newAdmin(t, pool)
	u := a.create(object{"Username": "kim", "UserAttributes": given("phone_number", "+15550100", "email", "kim@example.com"), "TemporaryPassword": "For-now-123", "DesiredDeliveryMediums": []string{"SMS"}})
	if sent := pool.Outbox(); len(sent) != 1 || sent[0].To != "+15550100" || u.UserStatus != "FORCE_CHANGE_PASSWORD" {
		t.Errorf("AdminCreateUser(SMS) = %+v and %+v, want a text message", u, sent)
	}
	a.refuse("AdminCreateUser", object{"Username": "lee", "TemporaryPassword": "For-now-123", "DesiredDeliveryMediums": []string{"EMAIL"}}, "InvalidParameterException: The user has no email to send the invitation to.")
	if u := a.create(object{"Username": "lee@example.com"}); u.UserStatus != "CONFIRMED" || len(pool.Outbox()) != 1 {
		t.Errorf("AdminCreateUser(no password) = %s and %d messages, want CONFIRMED and no further one", u.UserStatus, len(pool.Outbox()))
	}
	a.refuse("AdminCreateUser", object{"Username": "max", "TemporaryPassword": "short"}, "InvalidPasswordException: Password did not conform with policy: Password not long enough")
	a.refuse("AdminCreateUser", object{"Username": "max", "MessageAction": "LATER"}, "InvalidParameterException: 1 validation error detected: Value 'LATER' at 'messageAction' failed to satisfy constraint: Member must satisfy enum value set: [RESEND, SUPPRESS]")
	a.refuse("AdminCreateUser", object{"Username": "max", "UserAttributes": given("sub", "1")}, "InvalidParameterException: user.sub: Attribute cannot be updated.")
}

func TestAdmin_CreateUserHooks(t *testing.T) {
	var seen *trigger.PreSignUp
	pool := cognitotest.NewPool(cognitotest.WithHooks(trigger.Hooks{
		PreSignUp: func(_ context.Context, e *trigger.PreSignUp) error {
			if seen = e; e.UserName == "mallory" {
				return errors.New("not you")
			}
			return nil
		},
		CustomMessage: func(_ context.Context, e *trigger.CustomMessage) error {
			e.EmailMessage = "Welcome, {username}: {####}"
			return nil
		},
	}))
	a := newAdmin(t, pool)
	a.create(object{
		"Username": "sam", "UserAttributes": given("email", "sam@example.com"), "TemporaryPassword": "For-now-123",
		"ClientMetadata": object{"from": "hr"}, "ValidationData": given("badge", "7"),
	})
	if seen.TriggerSource != "PreSignUp_AdminCreateUser" || seen.ClientMetadata["from"] != "hr" || seen.ValidationData["badge"] != "7" {
		t.Errorf("PreSignUp was told %+v, want source, metadata and validation data", seen)
	}
	if got, want := pool.Outbox()[0].Body, "Welcome, sam: For-now-123"; got != want {
		t.Errorf("the invitation says %q, want %q", got, want)
	}
	a.refuse("AdminCreateUser", object{"Username": "mallory"}, "UserLambdaValidationException: PreSignUp failed with error not you.")
	a.refuse("AdminGetUser", object{"Username": "mallory"}, "UserNotFoundException: User does not exist.")
}

// Passwords that the pool makes conform to its policy.
func TestAdmin_GeneratedPasswords(t *testing.T) {
	policy := cognitotest.DefaultPasswordPolicy()
	policy.MinimumLength = 40
	pool := cognitotest.NewPool(cognitotest.WithPasswordPolicy(policy))
	a := newAdmin(t, pool)
	a.create(object{"Username": "sam@example.com"})
	generated := pool.LastCode("sam@example.com")
	a.must("AdminSetUserPassword", object{"Username": "sam@example.com", "Password": generated}, nil)
}

// op: AdminSetUserPassword
func TestAdmin_SetUserPassword(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	a.must("AdminSetUserPassword", object{"Username": "jane", "Password": "Another-horse-2", "Permanent": true}, nil)
	if page := newVisitor(t, pool).signInAs("jane", "Another-horse-2"); !strings.HasPrefix(page.Header.Get("Location"), callbackURL) {
		t.Errorf("sign-in with the new password leads to %q, want the app", page.Header.Get("Location"))
	}
	if page := newVisitor(t, pool).signInAs("jane", password); page.Header.Get("Location") != "" {
		t.Errorf("sign-in with the old password leads to %q, want a refusal", page.Header.Get("Location"))
	}
	a.must("AdminSetUserPassword", object{"Username": "jane", "Password": "For-now-123"}, nil)
	if u, _ := a.get("jane"); u.UserStatus != "FORCE_CHANGE_PASSWORD" {
		t.Errorf("state after a temporary password = %s, want FORCE_CHANGE_PASSWORD", u.UserStatus)
	}
	a.refuse("AdminSetUserPassword", object{"Username": "jane", "Password": "nodigitshere", "Permanent": true}, "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters")
	for _, password := range []string{" Passw0rd!", "Passw0rd! "} { // a space within is allowed
		a.refuse("AdminSetUserPassword", object{"Username": "jane", "Password": password}, "InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$")
	}
	a.must("AdminSetUserPassword", object{"Username": "jane", "Password": "Passw0rd! within"}, nil)
}

// op: AdminResetUserPassword
func TestAdmin_ResetUserPassword(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	a.must("AdminResetUserPassword", object{"Username": "jane"}, nil)
	if u, _ := a.get("jane"); u.UserStatus != "RESET_REQUIRED" || len(pool.LastCode("jane@example.com")) != 6 {
		t.Errorf("after AdminResetUserPassword: %s, code %q, want RESET_REQUIRED and six digits", u.UserStatus, pool.LastCode("jane@example.com"))
	}
	for _, u := range []cognitotest.User{
		{Username: "sam", Email: "sam@example.com"},
		{Username: "new", Email: "new@example.com", EmailVerified: true, Status: cognitotest.StatusForceChangePassword},
	} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	a.refuse("AdminResetUserPassword", object{"Username": "sam"}, "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number")
	a.refuse("AdminResetUserPassword", object{"Username": "new"}, "NotAuthorizedException: User password cannot be reset in the current state.")
}
