package cognitotest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const ownPassword = "My-own-horse-2"

func newTemporary(t testing.TB, opts ...cognitotest.Option) *cognitotest.Pool {
	t.Helper()
	p := cognitotest.NewPool(append(opts, cognitotest.WithClient(appClient()))...)
	_, err := p.AddUser(cognitotest.User{
		Username: "jane", Password: password, Email: "jane@example.com", EmailVerified: true,
		Status: cognitotest.StatusForceChangePassword, Attributes: map[string]string{"name": "Jane"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func statusOf(t testing.TB, p *cognitotest.Pool, username string) cognitotest.UserStatus {
	t.Helper()
	status, _, err := p.UserStatus(username)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

// doc: paths of the pages for MFA, a forced password
func TestForcedNewPassword(t *testing.T) {
	p := newTemporary(t)
	v := newVisitor(t, p)
	if a := v.submit("/login"+query(), "username", "jane", "password", "wrong"); a.says() != "Incorrect username or password." {
		t.Errorf("wrong temporary password says %q", a.says())
	}
	wantPage(t, v.passwordOf("jane"), "/changePassword")
	if a := v.submit("/changePassword"+query(), "password", "weak"); a.says() != "Password did not conform with policy: Password not long enough" {
		t.Errorf("weak password says %q", a.says())
	}
	if got := statusOf(t, p, "jane"); got != cognitotest.StatusForceChangePassword {
		t.Errorf("status before the change = %s", got)
	}
	codeIn(t, v.submit("/changePassword"+query(), "password", ownPassword))
	if got := statusOf(t, p, "jane"); got != cognitotest.StatusConfirmed {
		t.Errorf("status after the change = %s, want CONFIRMED", got)
	}
	v = newVisitor(t, p)
	if a := v.passwordOf("jane"); a.says() != "Incorrect username or password." {
		t.Errorf("the temporary password after the change says %q", a.says())
	}
	codeIn(t, v.submit("/login"+query(), "username", "jane", "password", ownPassword))
}

func TestForcedNewPasswordAsksForAttributes(t *testing.T) {
	p := newTemporary(t, cognitotest.WithRequiredAttributes("name", "given_name", "custom:team"))
	v := newVisitor(t, p)
	v.passwordOf("jane")
	a := v.get("/changePassword" + query())
	for field, want := range map[string]bool{`name="name"`: false, `name="given_name"`: true, `name="custom:team"`: true} {
		if strings.Contains(a.body, field) != want {
			t.Errorf("the page has %s = %v, want %v", field, !want, want)
		}
	}
	const missing = "Attributes did not conform to the schema: given_name: The attribute is required"
	if a := v.submit("/changePassword"+query(), "password", ownPassword, "custom:team", "red"); a.says() != missing || !strings.Contains(a.body, `value="red"`) {
		t.Errorf("without given_name it says %q, want %q and to keep the rest", a.says(), missing)
	}
	if a := v.submit("/changePassword"+query(), "password", ownPassword, "given_name", strings.Repeat("x", 2049), "custom:team", "red"); !strings.Contains(a.says(), "no longer than 2048") {
		t.Errorf("a long given_name says %q", a.says())
	}
	a = v.submit("/changePassword"+query("scope", "openid profile"), "password", ownPassword, "given_name", " Jane ", "custom:team", "red")
	claims := claimsOf(t, v.post("/oauth2/token", tokenForm(codeIn(t, a))).tokens(t).ID)
	if claims["given_name"] != "Jane" || claims["custom:team"] != "red" || claims["name"] != "Jane" {
		t.Errorf("claims = %v", claims)
	}
}

func TestTemporaryPasswordExpires(t *testing.T) {
	p := newTemporary(t)
	p.Advance(7*24*time.Hour - time.Minute)
	wantPage(t, newVisitor(t, p).passwordOf("jane"), "/changePassword")
	p.Advance(time.Minute)
	const over = "Temporary password has expired and must be reset by an administrator."
	if a := newVisitor(t, p).passwordOf("jane"); a.says() != over {
		t.Errorf("temporary password after seven days = %d %q, want %q", a.StatusCode, a.says(), over)
	}
	if err := p.SetUserStatus("jane", cognitotest.StatusForceChangePassword); err != nil {
		t.Fatal(err)
	}
	wantPage(t, newVisitor(t, p).passwordOf("jane"), "/changePassword")
}

// doc: how long the page for a temporary password works
func TestForcedNewPasswordInTime(t *testing.T) {
	p := newTemporary(t)
	v := newVisitor(t, p)
	v.passwordOf("jane")
	p.Advance(3 * time.Minute)
	wantPage(t, v.get("/changePassword"+query()), "/login")
	if got := v.get("/login" + query()).says(); got != "Invalid session for the user, session is expired." {
		t.Errorf("the sign-in page after three minutes says %q", got)
	}
}

// Two browsers with the temporary password: one change is the end of it.
func TestForcedNewPasswordOnce(t *testing.T) {
	p := newTemporary(t)
	first, second := newVisitor(t, p), newVisitor(t, p)
	first.passwordOf("jane")
	second.passwordOf("jane")
	codeIn(t, first.submit("/changePassword"+query(), "password", ownPassword))
	if a := second.submit("/changePassword"+query(), "password", "Third-horse-3"); a.says() != "Invalid session for the user, session is expired." {
		t.Errorf("second change = %d %q, want a refusal", a.StatusCode, a.says())
	}
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "jane", "password", ownPassword))
}

func TestForcedNewPasswordThenMFA(t *testing.T) {
	p := newTemporary(t, cognitotest.WithMFA(allMFA("ON")))
	v := newVisitor(t, p)
	v.passwordOf("jane")
	wantPage(t, v.submit("/changePassword"+query(), "password", ownPassword), "/mfa/register")
	v.submit("/mfa/register"+query(), "factor", cognitotest.FactorTOTP)
	codeIn(t, v.submit("/mfa/register"+query(), "code", p.TOTP("jane")))
}

func TestTemporaryPasswordCannotBeForgotten(t *testing.T) {
	p := newTemporary(t)
	wantPage(t, newVisitor(t, p).submit("/forgotPassword"+query(), "username", "jane"), "/confirmforgotPassword")
	if got := p.Outbox(); len(got) != 0 {
		t.Errorf("Outbox = %+v, want nothing: the user has to use the temporary password", got)
	}
}

// doc: sign-in of a user in RESET_REQUIRED
func TestResetRequired(t *testing.T) {
	p := newPool(t)
	if err := p.SetUserStatus("jane", cognitotest.StatusResetRequired); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, p)
	if a := v.submit("/login"+query(), "username", "jane", "password", "wrong"); a.says() != "Incorrect username or password." || len(p.Outbox()) != 0 {
		t.Errorf("wrong password says %q, %d messages", a.says(), len(p.Outbox()))
	}
	wantPage(t, v.passwordOf("jane"), "/confirmforgotPassword")
	if got := v.get("/confirmforgotPassword" + query()).says(); got != "Password reset required for the user" {
		t.Errorf("the page says %q", got)
	}
	wantPage(t, v.submit("/confirmforgotPassword"+query(), "code", p.LastCode("jane@example.com"), "password", ownPassword), "/login")
	codeIn(t, v.submit("/login"+query(), "username", "jane", "password", ownPassword))
	if got := statusOf(t, p, "jane"); got != cognitotest.StatusConfirmed {
		t.Errorf("status = %s, want CONFIRMED", got)
	}
}

func TestResetRequiredWithoutVerifiedEmail(t *testing.T) {
	p := newPool(t)
	if _, err := p.AddUser(cognitotest.User{Username: "john", Password: password, Email: "john@example.com", Status: cognitotest.StatusResetRequired}); err != nil {
		t.Fatal(err)
	}
	if a := newVisitor(t, p).passwordOf("john"); a.says() != "Password reset required for the user" || len(p.Outbox()) != 0 {
		t.Errorf("login = %d %q, %d messages", a.StatusCode, a.says(), len(p.Outbox()))
	}
}

func TestSignUpAsksForRequiredAttributes(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithRequiredAttributes("email", "given_name"))
	v := newVisitor(t, p)
	if a := v.submit("/signup"+query(), "email", "new@example.com", "password", password); a.says() != "Attributes did not conform to the schema: given_name: The attribute is required" {
		t.Errorf("signup without given_name says %q", a.says())
	}
	wantPage(t, v.submit("/signup"+query(), "email", "new@example.com", "password", password, "given_name", "New", "custom:team", "smuggled"), "/confirm")
	claims := claimsOf(t, string(p.IDToken("new@example.com")))
	if claims["given_name"] != "New" || claims["custom:team"] != nil {
		t.Errorf("claims = %v, want given_name and nothing that was not asked for", claims)
	}
	if !panics(func() { cognitotest.NewPool(cognitotest.WithRequiredAttributes("sub")) }) {
		t.Error("WithRequiredAttributes(sub) does not panic")
	}
}
