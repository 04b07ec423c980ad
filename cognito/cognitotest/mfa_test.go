package cognitotest_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

const totpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

// newMFAPool has the users plain, totp, mail and both, named for their
// factors, and bare, who has no e-mail either.
func newMFAPool(t testing.TB, m cognitotest.MFA, opts ...cognitotest.Option) *cognitotest.Pool {
	t.Helper()
	opts = append(opts, cognitotest.WithClient(appClient()), cognitotest.WithMFA(m))
	p := cognitotest.NewPool(opts...)
	for _, u := range []cognitotest.User{
		{Username: "plain", Email: "plain@example.com"},
		{Username: "totp", TOTPSecret: totpSecret},
		{Username: "mail", Email: "mail@example.com", EmailMFA: true},
		{Username: "both", Email: "both@example.com", EmailMFA: true, TOTPSecret: totpSecret},
		{Username: "prefers", Email: "prefers@example.com", EmailMFA: true, TOTPSecret: totpSecret, PreferredMFA: cognitotest.FactorTOTP},
		{Username: "bare"},
	} {
		u.Password = password
		if _, err := p.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func allMFA(mode string) cognitotest.MFA {
	return cognitotest.MFA{Mode: mode, TOTP: true, Email: true}
}

// passwordOf signs in as far as the password goes.
func (v *visitor) passwordOf(username string) answer {
	v.t.Helper()
	return v.submit("/login"+query(), "username", username, "password", password)
}

// wantPage checks that a leads to a page of the pool.
func wantPage(t testing.TB, a answer, path string) {
	t.Helper()
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil || a.StatusCode != 302 || u.Path != path || "?"+u.RawQuery != query() {
		t.Fatalf("%s %s = %d %q %q, want 302 to %s with the query", a.Request.Method, a.Request.URL.Path, a.StatusCode, a.Header.Get("Location"), a.says(), path)
	}
}

// Who is asked for what, by the pool's mode and the user's factors.
//
// doc: paths of the pages for MFA, a forced password
// doc: a pool that demands MFA, and a user who can set up no factor
func TestMFAWhoIsAsked(t *testing.T) {
	const app, verify, enrol = "", "/mfa", "/mfa/register"
	tests := []struct {
		mfa  cognitotest.MFA
		want map[string]string
	}{
		{cognitotest.MFA{}, map[string]string{"plain": app, "totp": app, "mail": app, "both": app}},
		{allMFA("OFF"), map[string]string{"plain": app, "totp": app, "mail": app, "both": app}},
		{allMFA("OPTIONAL"), map[string]string{"plain": app, "bare": app, "totp": verify, "mail": verify, "both": verify, "prefers": verify}},
		{allMFA("ON"), map[string]string{"plain": enrol, "bare": enrol, "totp": verify, "mail": verify, "both": verify}},
		{cognitotest.MFA{Mode: "OPTIONAL", Email: true}, map[string]string{"totp": app, "mail": verify, "both": verify}},
		{cognitotest.MFA{Mode: "ON", Email: true}, map[string]string{"totp": "/login", "bare": "/login", "plain": enrol, "mail": verify, "prefers": verify}},
		{cognitotest.MFA{Mode: "ON", TOTP: true}, map[string]string{"mail": enrol, "totp": verify}},
	}
	for _, tt := range tests {
		for name, want := range tt.want {
			t.Run(fmt.Sprintf("%+v %s", tt.mfa, name), func(t *testing.T) {
				a := newVisitor(t, newMFAPool(t, tt.mfa)).passwordOf(name)
				switch want {
				case app:
					codeIn(t, a)
				case "/login":
					if want := "You must have multi-factor authentication (MFA) set up to sign in. Please set up MFA and try again."; a.StatusCode != 200 || a.says() != want {
						t.Errorf("login = %d %q, want %q", a.StatusCode, a.says(), want)
					}
				default:
					wantPage(t, a, want)
				}
			})
		}
	}
}

func TestMFAPasswordComesFirst(t *testing.T) {
	p := newMFAPool(t, allMFA("ON"))
	v := newVisitor(t, p)
	if a := v.submit("/login"+query(), "username", "both", "password", "wrong"); a.says() != "Incorrect username or password." {
		t.Errorf("wrong password says %q", a.says())
	}
	for _, path := range []string{"/mfa", "/mfa/register"} {
		wantPage(t, v.get(path+query()), "/login")
	}
	if len(p.Outbox()) != 0 {
		t.Error("a code was sent before the password was right")
	}
}

func TestTOTPSignIn(t *testing.T) {
	const wrong, used = "Invalid code or auth state for the user.", "Your software token has already been used once."
	p := newMFAPool(t, allMFA("OPTIONAL"))
	v := newVisitor(t, p)
	v.passwordOf("totp")
	if a := v.submit("/mfa"+query(), "code", "12345"); a.StatusCode != 200 || a.says() != wrong {
		t.Errorf("wrong code = %d %q, want %q", a.StatusCode, a.says(), wrong)
	}
	code := p.TOTP("totp")
	if a := v.get("/oauth2/authorize" + query("prompt", "none")); !strings.Contains(a.Header.Get("Location"), "login_required") {
		t.Errorf("authorize before the second factor = %q, want login_required", a.Header.Get("Location"))
	}
	codeIn(t, v.submit("/mfa"+query(), "code", " "+code[:3]+" "+code[3:]))
	codeIn(t, v.get("/oauth2/authorize"+query("prompt", "none")))

	again := newVisitor(t, p)
	again.passwordOf("totp")
	if a := again.submit("/mfa"+query(), "code", code); a.says() != used {
		t.Errorf("the same code again says %q, want %q", a.says(), used)
	}
	codeIn(t, again.submit("/mfa"+query(), "code", p.TOTP("totp")))
	wantPage(t, again.get("/mfa"+query()), "/login")
}

func TestTOTPFollowsThePoolsClock(t *testing.T) {
	p := newMFAPool(t, allMFA("OPTIONAL"))
	before := p.TOTP("totp")
	p.Advance(24 * time.Hour)
	v := newVisitor(t, p)
	v.passwordOf("totp")
	if a := v.submit("/mfa"+query(), "code", before); a.says() == "" {
		t.Error("yesterday's code is accepted")
	}
	codeIn(t, v.submit("/mfa"+query(), "code", p.TOTP("totp")))
}

// doc: length of codes
func TestEmailMFA(t *testing.T) {
	const wrong, expired = "Invalid code or auth state for the user.", "Invalid session for the user, session is expired."
	p := newMFAPool(t, allMFA("OPTIONAL"))
	v := newVisitor(t, p)
	v.passwordOf("mail")
	a := v.get("/mfa" + query())
	if !strings.Contains(a.body, "m***@e***") || strings.Contains(a.body, "Use another way") {
		t.Errorf("the page does not say where the code went, or offers a choice:\n%s", a.body)
	}
	code := p.LastCode("mail@example.com")
	if m := p.Outbox()[0]; !regexp.MustCompile(`^[0-9]{8}$`).MatchString(code) || m.Purpose != outbox.MFA || m.Link != "" {
		t.Errorf("message = %+v, want a code of eight digits", m)
	}
	for range 6 {
		if a := v.submit("/mfa"+query(), "code", "x"); a.says() != wrong {
			t.Fatalf("wrong code says %q, want %q", a.says(), wrong)
		}
	}
	a = v.submit("/mfa"+query(), "code", code)
	tok := v.post("/oauth2/token", tokenForm(codeIn(t, a))).tokens(t)
	if got := claimsOf(t, tok.ID)["cognito:username"]; got != "mail" {
		t.Errorf("cognito:username = %v, want mail", got)
	}

	v = newVisitor(t, p)
	v.passwordOf("mail")
	if a := v.submit("/mfa"+query(), "code", code); a.says() != wrong {
		t.Errorf("the code of another sign-in says %q, want %q", a.says(), wrong)
	}
	token := v.get("/mfa" + query()).csrf(t)
	p.Advance(3 * time.Minute)
	a = v.post("/mfa"+query(), url.Values{"_csrf": {token}, "code": {p.LastCode("mail@example.com")}})
	wantPage(t, a, "/login")
	if got := v.get("/login" + query()).says(); got != expired {
		t.Errorf("the sign-in page after three minutes says %q, want %q", got, expired)
	}
}

func TestEmailMFACodeServesOnce(t *testing.T) {
	p := newMFAPool(t, allMFA("OPTIONAL"))
	first, second := newVisitor(t, p), newVisitor(t, p)
	first.passwordOf("mail")
	second.passwordOf("mail")
	code := p.LastCode("mail@example.com")
	codeIn(t, first.submit("/mfa"+query(), "code", code))
	if a := second.submit("/mfa"+query(), "code", code); a.says() != "Invalid code provided, please request a code again." {
		t.Errorf("second use of a code = %d %q, want a refusal", a.StatusCode, a.says())
	}
}

func TestEmailMFAResend(t *testing.T) {
	p := newMFAPool(t, allMFA("OPTIONAL"))
	v := newVisitor(t, p)
	v.passwordOf("mail")
	old := p.LastCode("mail@example.com")
	p.Advance(2 * time.Minute)
	resend := func() string {
		wantPage(t, v.submit("/mfa"+query(), "resend", "1"), "/mfa")
		return v.get("/mfa" + query()).says()
	}
	if got := resend(); !strings.Contains(got, "new code") {
		t.Errorf("after resend the page says %q", got)
	}
	p.Advance(2 * time.Minute)
	if code := p.LastCode("mail@example.com"); code != old {
		if a := v.submit("/mfa"+query(), "code", old); a.says() == "" {
			t.Error("the old code still works")
		}
	}
	for range 8 {
		resend()
	}
	if got := resend(); got != "Attempt limit exceeded, please try after some time." {
		t.Errorf("the eleventh code within an hour says %q", got)
	}
	codeIn(t, v.submit("/mfa"+query(), "code", p.LastCode("mail@example.com")))
}

func TestMFAChoice(t *testing.T) {
	p := newMFAPool(t, allMFA("ON"))
	v := newVisitor(t, p)
	v.passwordOf("both")
	a := v.get("/mfa" + query())
	if !strings.Contains(a.body, cognitotest.FactorTOTP) || !strings.Contains(a.body, cognitotest.FactorEmail) || strings.Contains(a.body, `name="code"`) {
		t.Fatalf("the page offers no choice:\n%s", a.body)
	}
	if len(p.Outbox()) != 0 {
		t.Error("a code was sent before it was chosen")
	}
	// Whatever is sent before a factor is chosen proves nothing.
	if a := v.submit("/mfa"+query(), "code", p.TOTP("both")); a.StatusCode != 302 || !strings.Contains(a.Header.Get("Location"), "/mfa?") {
		t.Errorf("code before the choice = %d %q", a.StatusCode, a.Header.Get("Location"))
	}
	v.submit("/mfa"+query(), "factor", cognitotest.FactorEmail)
	if len(p.Outbox()) != 1 {
		t.Error("choosing the e-mail sent no code")
	}
	if a := v.submit("/mfa"+query(), "code", p.TOTP("both")); a.says() == "" {
		t.Error("a code of the app is taken for the one by e-mail")
	}
	v.submit("/mfa"+query(), "factor", "")
	if a := v.get("/mfa" + query()); strings.Contains(a.body, `name="code"`) {
		t.Error("'Use another way' does not lead back to the choice")
	}
	v.submit("/mfa"+query(), "factor", "SMS_MFA")
	v.submit("/mfa"+query(), "factor", cognitotest.FactorTOTP)
	codeIn(t, v.submit("/mfa"+query(), "code", p.TOTP("both")))

	v = newVisitor(t, p)
	v.passwordOf("prefers")
	if a := v.get("/mfa" + query()); !strings.Contains(a.body, "authenticator app") || strings.Contains(a.body, "Use another way") {
		t.Errorf("a user who prefers a factor is asked to choose:\n%s", a.body)
	}
	codeIn(t, v.submit("/mfa"+query(), "code", p.TOTP("prefers")))
}

var (
	secretElement = regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`)
	otpauthLink   = regexp.MustCompile(`href="(otpauth:[^"]*)"`)
)

func TestTOTPEnrolment(t *testing.T) {
	const mismatch = "Code mismatch and fail enable Software Token MFA"
	p := newMFAPool(t, cognitotest.MFA{Mode: "ON", TOTP: true})
	v := newVisitor(t, p)
	wantPage(t, v.passwordOf("plain"), "/mfa/register")
	a := v.get("/mfa/register" + query())
	secret := secretElement.FindStringSubmatch(a.body)
	link := otpauthLink.FindStringSubmatch(a.body)
	if secret == nil || link == nil {
		t.Fatalf("the page shows no secret or link:\n%s", a.body)
	}
	for _, group := range strings.Fields(secret[1]) {
		if len(group) != 4 {
			t.Errorf("the secret %q is not in groups of four", secret[1])
		}
	}
	uri, err := url.Parse(strings.ReplaceAll(link[1], "&amp;", "&"))
	if err != nil || uri.Host != "totp" || uri.Path != "/Cognito emulator:plain" || uri.Query().Get("secret") != strings.ReplaceAll(secret[1], " ", "") ||
		uri.Query().Get("issuer") != "Cognito emulator" || strings.Contains(uri.RawQuery, "+") {
		t.Errorf("otpauth URI = %v, %v", uri, err)
	}
	if again := secretElement.FindStringSubmatch(v.get("/mfa/register" + query()).body); again == nil || again[1] != secret[1] {
		t.Error("the secret changes when the page is loaded again")
	}
	if a := v.submit("/mfa/register"+query(), "code", "000"); a.says() != mismatch {
		t.Errorf("wrong first code says %q, want %q", a.says(), mismatch)
	}
	if a := newVisitor(t, p).passwordOf("plain"); !strings.Contains(a.Header.Get("Location"), "/mfa/register") {
		t.Errorf("before the first code the factor is on: %q", a.Header.Get("Location"))
	}
	// That other sign-in has begun another enrolment; the newest secret counts.
	codeIn(t, v.submit("/mfa/register"+query(), "code", p.TOTP("plain")))

	v = newVisitor(t, p)
	wantPage(t, v.passwordOf("plain"), "/mfa")
	codeIn(t, v.submit("/mfa"+query(), "code", p.TOTP("plain")))
}

func TestEmailEnrolment(t *testing.T) {
	p := newMFAPool(t, allMFA("ON"))
	v := newVisitor(t, p)
	v.passwordOf("plain")
	wantPage(t, v.submit("/mfa/register"+query(), "factor", cognitotest.FactorEmail), "/mfa/register")
	if a := v.submit("/mfa/register"+query(), "code", "1"); a.says() != "Invalid code or auth state for the user." {
		t.Errorf("wrong code says %q", a.says())
	}
	tok := v.post("/oauth2/token", tokenForm(codeIn(t, v.submit("/mfa/register"+query(), "code", p.LastCode("plain@example.com"))))).tokens(t)
	if got := claimsOf(t, tok.ID)["email_verified"]; got != true {
		t.Errorf("email_verified after enrolment = %v, want true", got)
	}
	v = newVisitor(t, p)
	wantPage(t, v.passwordOf("plain"), "/mfa")
}

// A browser that is at one kind of step does not pass for one at another.
func TestMFAStepsAreNotMixedUp(t *testing.T) {
	p := newMFAPool(t, allMFA("ON"))
	v := newVisitor(t, p)
	v.passwordOf("totp")
	token := v.get("/mfa" + query()).csrf(t)
	for _, path := range []string{"/mfa/register", "/changePassword", "/confirm", "/confirmforgotPassword"} {
		a := v.post(path+query(), url.Values{"_csrf": {token}, "code": {p.TOTP("totp")}, "password": {password}, "factor": {cognitotest.FactorTOTP}})
		wantPage(t, a, "/login")
	}
	codeIn(t, v.submit("/mfa"+query(), "code", p.TOTP("totp")))
}

func TestSignUpThenEnrolment(t *testing.T) {
	p := newMFAPool(t, allMFA("ON"))
	v := newVisitor(t, p)
	v.submit("/signup"+query(), "email", "new@example.com", "password", password)
	wantPage(t, v.submit("/confirm"+query(), "code", p.LastCode("new@example.com")), "/mfa/register")
	v.submit("/mfa/register"+query(), "factor", cognitotest.FactorTOTP)
	codeIn(t, v.submit("/mfa/register"+query(), "code", p.TOTP("new@example.com")))
}

func TestDisabledBetweenTheFactors(t *testing.T) {
	p := newMFAPool(t, allMFA("ON"))
	v := newVisitor(t, p)
	v.passwordOf("totp")
	if err := p.DisableUser("totp"); err != nil {
		t.Fatal(err)
	}
	a := v.submit("/mfa"+query(), "code", p.TOTP("totp"))
	if got := a.Header.Get("Location"); !strings.Contains(got, "User+is+disabled.") {
		t.Errorf("second factor of a disabled user = %d %q, want a refusal", a.StatusCode, got)
	}
}

func TestMFASettingsAreChecked(t *testing.T) {
	for _, m := range []cognitotest.MFA{{Mode: "on", TOTP: true}, {Mode: "ON"}, {Mode: "OPTIONAL"}} {
		if !panics(func() { cognitotest.NewPool(cognitotest.WithMFA(m)) }) {
			t.Errorf("NewPool(WithMFA(%+v)) does not panic", m)
		}
	}
	p := cognitotest.NewPool()
	for _, u := range []cognitotest.User{
		{Username: "a", TOTPSecret: "not base32!"}, {Username: "a", TOTPSecret: "GEZDGNBV"},
		{Username: "a", EmailMFA: true}, {Username: "a", PreferredMFA: "PUSH"},
	} {
		if _, err := p.AddUser(u); err == nil {
			t.Errorf("AddUser(%+v) = nil, want an error", u)
		}
	}
	if !panics(func() { p.TOTP("nobody") }) {
		t.Error("TOTP of nobody does not panic")
	}
}

func panics(f func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	f()
	return false
}
