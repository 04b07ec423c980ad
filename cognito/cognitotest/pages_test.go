package cognitotest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

func TestLoginPage(t *testing.T) {
	v := newVisitor(t, newPool(t))
	a := v.get("/login" + query("login_hint", `jane"><script>`))
	for _, want := range []string{`<html lang="en">`, `autocomplete="current-password"`, `value="jane&#34;&gt;&lt;script&gt;"`, "Amazon Cognito emulator"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the sign-in page lacks %q", want)
		}
	}
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(a.body)[1]
	sum := sha256.Sum256([]byte(style))
	if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("CSP %q does not allow the page's style", csp)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Content-Type": "text/html;charset=UTF-8"} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	for _, m := range regexp.MustCompile(`<input id="([a-z]+)"`).FindAllStringSubmatch(a.body, -1) {
		if !strings.Contains(a.body, `<label for="`+m[1]+`"`) {
			t.Errorf("input %s has no label", m[1])
		}
	}
}

func TestSignInNames(t *testing.T) {
	p := newPool(t)
	if _, err := p.AddUser(cognitotest.User{Username: "john@example.com", Password: password}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"jane", "JANE", "jane@example.com", " Jane@Example.com", "john@example.com"} {
		codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", name, "password", password))
	}
	sub := claimsOf(t, string(p.IDToken("jane")))["sub"].(string)
	if a := newVisitor(t, p).submit("/login"+query(), "username", sub, "password", password); a.says() != "Incorrect username or password." {
		t.Errorf("the sub as a name says %q, want that it is none", a.says())
	}
	claims := claimsOf(t, string(p.IDToken("john@example.com")))
	if claims["cognito:username"] != claims["sub"] {
		t.Errorf("cognito:username = %v, want the sub of a user who signs in by e-mail", claims["cognito:username"])
	}
}

// A pool that CreateUserPool made has the same pages: a forgotten password is
// replaced there, though the sub is no name to sign in with.
func TestForgotPasswordInAPoolOfTheAPI(t *testing.T) {
	server, a := newServerAdmin(t)
	a, made := a.newPool(object{"PoolName": "p"})
	a.must("CreateUserPoolDomain", object{"Domain": "another"}, nil)
	id := a.newClient(webClient()).ClientId
	p := server.Pool(made.Id)
	if _, err := p.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com", EmailVerified: true}); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, p)
	q := query("client_id", id)
	v.submit("/forgotPassword"+q, "username", "jane")
	done := v.submit("/confirmforgotPassword"+q, "code", p.LastCode("jane@example.com"), "password", ownPassword)
	if done.StatusCode != 302 {
		t.Fatalf("POST /confirmforgotPassword = %d %q, want a redirect", done.StatusCode, done.says())
	}
	codeIn(t, newVisitor(t, p).submit("/login"+q, "username", "jane", "password", ownPassword))
}

// doc: status of a form shown again with a message
func TestWrongPassword(t *testing.T) {
	p := newPool(t)
	p.AddUser(cognitotest.User{Username: "nopass"})
	v := newVisitor(t, p)
	var bodies []string
	for _, name := range []string{"jane", "nobody", "nopass", ""} {
		a := v.submit("/login"+query(), "username", name, "password", "wrong")
		if a.StatusCode != 200 || a.says() != "Incorrect username or password." {
			t.Errorf("login as %q = %d %q", name, a.StatusCode, a.says())
		}
		bodies = append(bodies, regexp.MustCompile(`value="[^"]*"| autofocus`).ReplaceAllString(a.body, ""))
	}
	if bodies[0] != bodies[1] {
		t.Error("the page for an unknown user differs from that for a wrong password")
	}
	if a := v.submit("/login"+query(), "username", "nopass", "password", ""); a.StatusCode != 200 {
		t.Errorf("login without password = %d, want the page", a.StatusCode)
	}
}

// doc: lock-out for an unknown user name
func TestLockout(t *testing.T) {
	for _, name := range []string{"jane", "nobody"} {
		p := newPool(t)
		v := newVisitor(t, p)
		try := func(password string) string {
			return v.submit("/login"+query(), "username", name, "password", password).says()
		}
		for range 5 {
			if got := try("wrong"); got != "Incorrect username or password." {
				t.Errorf("%s: first five say %q", name, got)
			}
		}
		for range 2 {
			if got := try(password); got != "Password attempts exceeded" {
				t.Errorf("%s: sixth says %q", name, got)
			}
		}
		p.Advance(time.Second)
		try("wrong") // locks for two seconds
		p.Advance(time.Second)
		if got := try(password); got != "Password attempts exceeded" {
			t.Errorf("%s: a second after the sixth failure it says %q", name, got)
		}
		p.Advance(time.Second)
		if got, want := try(password) == "", name == "jane"; got != want {
			t.Errorf("%s: signed in after the lock = %v, want %v", name, got, want)
		}
	}
}

// doc: a form without its CSRF token
func TestCSRF(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	good := v.get("/login" + query()).csrf(t)
	other := newVisitor(t, p).get("/login" + query()).csrf(t)
	for name, token := range map[string]string{"none": "", "junk": "x", "another browser's": other, "altered": "A" + good[1:]} {
		for _, path := range []string{"/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmforgotPassword"} {
			a := v.post(path+query(), url.Values{"_csrf": {token}, "username": {"jane"}, "password": {password}})
			if a.StatusCode != 403 {
				t.Errorf("POST %s with %s token = %d, want 403", path, name, a.StatusCode)
			}
		}
	}
	if a := newVisitor(t, p).post("/login"+query(), url.Values{"_csrf": {good}, "username": {"jane"}, "password": {password}}); a.StatusCode != 403 {
		t.Errorf("POST without the cookie = %d, want 403", a.StatusCode)
	}
}

func TestTwoTabs(t *testing.T) {
	v := newVisitor(t, newPool(t))
	first := v.get("/login" + query("state", "one")).csrf(t)
	second := v.get("/login" + query("state", "two")).csrf(t)
	for state, token := range map[string]string{"one": first, "two": second} {
		a := v.post("/login"+query("state", state), url.Values{"_csrf": {token}, "username": {"jane"}, "password": {password}})
		codeIn(t, a)
	}
}

func TestLoginPageLeftOpen(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	token := v.get("/login" + query()).csrf(t)
	p.Advance(4 * time.Minute)
	token = v.post("/login"+query(), url.Values{"_csrf": {token}, "username": {"jane"}, "password": {"wrong"}}).csrf(t)
	p.Advance(time.Minute)
	a := v.post("/login"+query(), url.Values{"_csrf": {token}, "username": {"jane"}, "password": {password}})
	if a.StatusCode != 400 || !strings.Contains(a.body, "Start again") {
		t.Errorf("login five minutes after the page = %d %q, want 400 with a way to start again", a.StatusCode, a.says())
	}
}

// doc: sign-up on the pages
// doc: length of codes
func TestSignUp(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	a := v.submit("/signup"+query(), "email", "new@example.com", "password", password)
	if want := p.URL() + "/confirm" + query(); a.StatusCode != 302 || a.Header.Get("Location") != want {
		t.Fatalf("signup = %d %q %q, want 302 %q", a.StatusCode, a.Header.Get("Location"), a.says(), want)
	}
	if a := v.get("/confirm" + query()); !strings.Contains(a.body, "n***@e***") {
		t.Errorf("the confirm page does not say where the code went")
	}
	code := p.LastCode("NEW@example.com")
	if !regexp.MustCompile(`^[0-9]{6}$`).MatchString(code) {
		t.Fatalf("LastCode = %q, want six digits", code)
	}
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	if a := v.submit("/confirm"+query(), "code", wrong); a.says() != "Invalid verification code provided, please try again." {
		t.Errorf("wrong code says %q", a.says())
	}
	a = v.submit("/confirm"+query(), "code", code)
	tok := v.post("/oauth2/token", tokenForm(codeIn(t, a))).tokens(t)
	claims := claimsOf(t, tok.ID)
	if claims["email"] != "new@example.com" || claims["email_verified"] != true || claims["cognito:username"] != claims["sub"] {
		t.Errorf("claims of the new user = %v", claims)
	}
	codeIn(t, v.get("/oauth2/authorize"+query("prompt", "none")))
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "new@example.com", "password", password))
	if got := p.Outbox(); len(got) != 1 || got[0].Purpose != outbox.SignUp || got[0].To != "new@example.com" {
		t.Errorf("Outbox = %+v, want the one sign-up code", got)
	}
}

// doc: status of a form shown again with a message
func TestSignUpProblems(t *testing.T) {
	const policy = "Password did not conform with policy: "
	tests := []struct{ email, password, want string }{
		{"jane@example.com", password, "An account with the given email already exists."},
		{"not an address", password, "Invalid email address format."},
		{"Jane <new@example.com>", password, "Invalid email address format."},
		{"new@example.com", "Sh0rt-x", policy + "Password not long enough"},
		{"new@example.com", "no-upper-1", policy + "Password must have uppercase characters"},
		{"new@example.com", "NO-LOWER-1", policy + "Password must have lowercase characters"},
		{"new@example.com", "No-digits", policy + "Password must have numeric characters"},
		{"new@example.com", "Nosymbol1 ", policy + "Password must have symbol characters"},
	}
	for _, tt := range tests {
		p := newPool(t)
		a := newVisitor(t, p).submit("/signup"+query(), "email", tt.email, "password", tt.password)
		if a.StatusCode != 200 || a.says() != tt.want {
			t.Errorf("signup(%q, %q) = %d %q, want %q", tt.email, tt.password, a.StatusCode, a.says(), tt.want)
		}
		if len(p.Outbox()) != 0 {
			t.Errorf("signup(%q, %q) sent a code", tt.email, tt.password)
		}
	}
}

func TestSignUpCodeExpires(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	v.submit("/signup"+query(), "email", "new@example.com", "password", password)
	p.Advance(24*time.Hour - time.Minute)
	token := v.get("/confirm" + query()).csrf(t)
	p.Advance(time.Minute)
	a := v.post("/confirm"+query(), url.Values{"_csrf": {token}, "code": {p.LastCode("new@example.com")}})
	if got := a.Header.Get("Location"); !strings.Contains(got, "/login?") {
		t.Errorf("code after 24 hours = %d %q %q, want the sign-in page", a.StatusCode, got, a.says())
	}
	// A sign-in leads to the code again, and the old one has ended.
	v.submit("/login"+query(), "username", "new@example.com", "password", password)
	if a := v.submit("/confirm"+query(), "code", p.LastCode("new@example.com")); a.says() != "Invalid code provided, please request a code again." {
		t.Errorf("code after 24 hours says %q", a.says())
	}
}

// doc: sign-in of an unconfirmed user
func TestUnconfirmedUserSignsIn(t *testing.T) {
	p := newPool(t)
	newVisitor(t, p).submit("/signup"+query(), "email", "new@example.com", "password", password)
	v := newVisitor(t, p)
	if a := v.submit("/login"+query(), "username", "new@example.com", "password", "wrong"); a.says() != "Incorrect username or password." {
		t.Errorf("wrong password of an unconfirmed user says %q", a.says())
	}
	a := v.submit("/login"+query(), "username", "new@example.com", "password", password)
	if want := p.URL() + "/confirm" + query(); a.Header.Get("Location") != want {
		t.Fatalf("login = %d %q, want %q", a.StatusCode, a.Header.Get("Location"), want)
	}
	old := p.LastCode("new@example.com")
	token := v.get("/confirm" + query()).csrf(t)
	v.post("/resendcode"+query(), url.Values{"_csrf": {token}})
	if a := v.get("/confirm" + query()); !strings.Contains(a.says(), "new code") {
		t.Errorf("confirm after resend says %q", a.says())
	}
	if got := len(p.Outbox()); got != 2 {
		t.Errorf("%d messages, want 2", got)
	}
	if old != p.LastCode("new@example.com") {
		if a := v.submit("/confirm"+query(), "code", old); a.says() == "" {
			t.Error("the old code still works")
		}
	}
	codeIn(t, v.submit("/confirm"+query(), "code", p.LastCode("new@example.com")))
	if a := v.submit("/login"+query(), "username", "new@example.com", "password", password); a.StatusCode != 302 {
		t.Errorf("login after confirmation = %d %q", a.StatusCode, a.says())
	}
}

func TestResendLimit(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	v.submit("/signup"+query(), "email", "new@example.com", "password", password)
	resend := func() string {
		token := v.get("/confirm" + query()).csrf(t)
		v.post("/resendcode"+query(), url.Values{"_csrf": {token}})
		return v.get("/confirm" + query()).says()
	}
	for range 5 {
		resend()
	}
	if got := resend(); got != "Attempt limit exceeded, please try after some time." {
		t.Errorf("sixth resend says %q", got)
	}
	p.Advance(time.Hour)
	if got := resend(); !strings.Contains(got, "new code") {
		t.Errorf("resend an hour later says %q", got)
	}
}

func TestConfirmWithoutSignUp(t *testing.T) {
	v := newVisitor(t, newPool(t))
	for _, path := range []string{"/confirm", "/confirmforgotPassword"} {
		if a := v.get(path + query()); !strings.Contains(a.Header.Get("Location"), "/login?") {
			t.Errorf("GET %s = %d %q, want the sign-in page", path, a.StatusCode, a.Header.Get("Location"))
		}
	}
}

func TestForgotPassword(t *testing.T) {
	const newPassword = "Other-horse-2"
	p := newPool(t)
	v := newVisitor(t, p)
	a := v.submit("/forgotPassword"+query(), "username", "jane")
	if want := p.URL() + "/confirmforgotPassword" + query(); a.Header.Get("Location") != want {
		t.Fatalf("forgotPassword = %d %q, want %q", a.StatusCode, a.Header.Get("Location"), want)
	}
	code := p.LastCode("jane@example.com")
	if a := v.submit("/confirmforgotPassword"+query(), "code", "x", "password", newPassword); a.says() != "Invalid verification code provided, please try again." {
		t.Errorf("wrong code says %q", a.says())
	}
	if a := v.submit("/confirmforgotPassword"+query(), "code", code, "password", "weak"); !strings.Contains(a.says(), "not long enough") {
		t.Errorf("weak password says %q", a.says())
	}
	a = v.submit("/confirmforgotPassword"+query(), "code", code, "password", newPassword)
	if want := p.URL() + "/login" + query(); a.Header.Get("Location") != want {
		t.Fatalf("confirmforgotPassword = %d %q %q, want %q", a.StatusCode, a.Header.Get("Location"), a.says(), want)
	}
	if a := v.get("/login" + query()); !strings.Contains(a.says(), "password has been changed") {
		t.Errorf("the sign-in page says %q", a.says())
	}
	if a := v.submit("/login"+query(), "username", "jane", "password", password); a.says() != "Incorrect username or password." {
		t.Errorf("old password says %q", a.says())
	}
	codeIn(t, v.submit("/login"+query(), "username", "jane", "password", newPassword))
}

func TestResetCodeIsUsedOnce(t *testing.T) {
	p := newPool(t)
	first, second := newVisitor(t, p), newVisitor(t, p)
	first.submit("/forgotPassword"+query(), "username", "jane")
	second.submit("/forgotPassword"+query(), "username", "jane")
	code := p.LastCode("jane@example.com")
	if a := first.submit("/confirmforgotPassword"+query(), "code", code, "password", "Other-horse-2"); a.StatusCode != 302 {
		t.Fatalf("reset = %d %q", a.StatusCode, a.says())
	}
	if a := second.submit("/confirmforgotPassword"+query(), "code", code, "password", "Third-horse-3"); a.says() == "" {
		t.Errorf("second use of a code = %d %q, want a refusal", a.StatusCode, a.Header.Get("Location"))
	}
}

func TestResetEndsLockout(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	for range 5 {
		v.submit("/login"+query(), "username", "jane", "password", "wrong")
	}
	v.submit("/forgotPassword"+query(), "username", "jane")
	v.submit("/confirmforgotPassword"+query(), "code", p.LastCode("jane@example.com"), "password", "Other-horse-2")
	codeIn(t, v.submit("/login"+query(), "username", "jane", "password", "Other-horse-2"))
}

func TestCodeLimits(t *testing.T) {
	const exceeded = "Attempt limit exceeded, please try after some time."
	p := newPool(t)
	v := newVisitor(t, p)
	v.submit("/signup"+query(), "email", "new@example.com", "password", password)
	for range 15 {
		v.submit("/confirm"+query(), "code", "x")
	}
	if a := v.submit("/confirm"+query(), "code", p.LastCode("new@example.com")); a.says() != exceeded {
		t.Errorf("sixteenth code within an hour = %d %q, want %q", a.StatusCode, a.says(), exceeded)
	}
	for _, name := range []string{"jane", "nobody"} {
		for range 10 {
			v.submit("/forgotPassword"+query(), "username", name)
		}
		if a := v.submit("/forgotPassword"+query(), "username", name); a.says() != exceeded {
			t.Errorf("forgotPassword(%s), eleventh time = %d %q, want %q", name, a.StatusCode, a.says(), exceeded)
		}
		if a := v.submit("/confirmforgotPassword"+query(), "code", "x", "password", password); a.says() != exceeded {
			t.Errorf("confirmforgotPassword(%s) after ten = %d %q, want %q", name, a.StatusCode, a.says(), exceeded)
		}
	}
}

func TestStepsAreNotMixedUp(t *testing.T) {
	v := newVisitor(t, newPool(t))
	v.submit("/forgotPassword"+query(), "username", "jane")
	if a := v.get("/confirm" + query()); !strings.Contains(a.Header.Get("Location"), "/login?") {
		t.Errorf("confirm during a reset = %d, want the sign-in page", a.StatusCode)
	}
}

func TestForgotPasswordHidesWhoExists(t *testing.T) {
	p := newPool(t)
	p.AddUser(cognitotest.User{Username: "unverified", Email: "u@example.com"})
	for _, name := range []string{"nobody", "unverified"} {
		v := newVisitor(t, p)
		if a := v.submit("/forgotPassword"+query(), "username", name); a.Header.Get("Location") != p.URL()+"/confirmforgotPassword"+query() {
			t.Errorf("forgotPassword(%s) = %d %q", name, a.StatusCode, a.Header.Get("Location"))
		}
		if a := v.submit("/confirmforgotPassword"+query(), "code", "123456", "password", password); a.says() != "Invalid verification code provided, please try again." {
			t.Errorf("confirmforgotPassword(%s) says %q", name, a.says())
		}
	}
	if got := p.Outbox(); len(got) != 0 {
		t.Errorf("Outbox = %+v, want nothing", got)
	}
}

func TestResetPageExpires(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	v.submit("/forgotPassword"+query(), "username", "jane")
	p.Advance(8 * time.Minute)
	if a := v.get("/confirmforgotPassword" + query()); !strings.Contains(a.Header.Get("Location"), "/login?") {
		t.Errorf("reset page after 8 minutes = %d, want the sign-in page", a.StatusCode)
	}
}
