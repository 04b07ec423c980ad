package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// An app is the example under test, on a demo pool of its own.
type app struct {
	t    *testing.T
	url  string
	pool *cognitotest.Pool
}

func startApp(t *testing.T) *app {
	t.Helper()
	pool, err := demoPool()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	a := &app{t: t, url: "http://localhost:" + port, pool: pool}
	handler, err := newApp(settings{pool: pool.Config(), baseURL: a.url, keys: []session.Key{session.NewKey()}, emailCodes: true, passkeys: "localhost", note: demoNote})
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler}}
	server.Start()
	t.Cleanup(server.Close)
	return a
}

// signIn fills in the sign-in page, which b comes to.
func (a *app) signIn(b *browser.Tab, username, password string) int64 {
	a.t.Helper()
	b.Open(a.url + "/auth/login?return_to=/account")
	b.Fill("#username", username)
	b.Fill("#password", password)
	return b.Click(`form[action="/auth/login"] button`)
}

// enter is signIn for a browser that Cognito does not know, whose user does
// not want it remembered.
func (a *app) enter(b *browser.Tab, username, password string) {
	a.t.Helper()
	a.signIn(b, username, password)
	a.notNow(b)
	a.wantText(b, "Your account")
}

func (a *app) notNow(b *browser.Tab) {
	a.t.Helper()
	a.wantText(b, "Remember this browser?")
	b.Click(`button[value="not-now"]`)
}

func (a *app) code(b *browser.Tab, code string) int64 {
	a.t.Helper()
	b.Fill("#code", code)
	return b.Click(`article form button`)
}

func (a *app) wantText(b *browser.Tab, want string) {
	a.t.Helper()
	if !b.Has(want) {
		a.t.Fatalf("%s does not show %q but:\n%s", b.URL(), want, b.Text())
	}
}

const password = demoPassword

func TestBrowser_SignUp(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Open(a.url + "/admin")
	b.Click(`a[href="/auth/signup"]`)
	b.Fill("#name", "Lee Doe")
	b.Fill("#email", "lee@example.com")
	b.Fill("#password", "short")
	b.Click(`article form button`)
	a.wantText(b, "Create an account")
	if b.Eval(`document.querySelector("[role=alert]").innerText`) == "" || b.Eval(`document.querySelector("#email").value`) != "lee@example.com" {
		t.Errorf("after a weak password the page shows:\n%s", b.Text())
	}
	b.Fill("#password", "Corr3ct-horse")
	b.Click(`article form button`)
	a.wantText(b, "Confirm your account")
	a.code(b, "000000")
	a.wantText(b, "Confirm your account")
	b.Click(`form[action="/auth/confirm/resend"] button`)
	a.wantText(b, "a new one is on its way")
	a.code(b, a.pool.LastCode("lee@example.com"))
	a.notNow(b) // the confirmation has signed the user in
	b.Open(a.url + "/account")
	a.wantText(b, "lee@example.com")
}

// TestBrowser_U3_SignUp: an address that is taken looks like any other.
func TestBrowser_U3_SignUp(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	var shown []string
	for _, email := range []string{"jane@example.com", "new@example.com"} {
		b.Open(a.url + "/auth/signup")
		b.Fill("#email", email)
		b.Fill("#password", "Corr3ct-horse")
		b.Click(`article form button`)
		shown = append(shown, b.Text())
	}
	if shown[0] != shown[1] {
		t.Errorf("a taken address leads to\n%s\na new one to\n%s", shown[0], shown[1])
	}
}

func TestBrowser_AuthenticatorApp(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	a.enter(b, "jane@example.com", password)
	b.Open(a.url + "/account/mfa")
	a.wantText(b, "Two-step sign-in")
	b.Click(`a[href="/account/mfa/app"]`)
	a.wantText(b, "Set up an authenticator app")
	if n := b.Eval(`String(document.querySelector(".qr").naturalWidth)`); n != "384" {
		t.Errorf("the QR code is %s pixels wide, want 384", n)
	}
	secret := b.Eval(`document.querySelector("#secret").innerText`)
	a.code(b, "000000")
	a.wantText(b, "Set up an authenticator app")
	if again := b.Eval(`document.querySelector("#secret").innerText`); again != secret || len(secret) < 16 {
		t.Errorf("after a wrong code the page shows the secret %q, want that of before, %q", again, secret)
	}
	a.code(b, a.pool.TOTP("jane@example.com"))
	a.wantText(b, "From now on you need a code of your authenticator app")
	b.Click(`form[action="/auth/logout"] button`)
	a.wantText(b, "You are signed out")

	a.pool.Advance(30 * time.Second) // each code counts once
	a.signIn(b, "jane@example.com", password)
	a.wantText(b, "Enter the code of your authenticator app")
	a.code(b, "000000")
	a.wantText(b, "Enter the code of your authenticator app")
	a.code(b, a.pool.TOTP("jane@example.com"))
	a.wantText(b, "jane@example.com")

	b.Open(a.url + "/account/mfa")
	b.Click(`button[value="app-off"]`)
	a.wantText(b, "The second factor is off.")
	b.Click(`button[value="email-on"]`)
	a.wantText(b, "From now on you need a code to sign in.")
	b.Click(`form[action="/auth/logout"] button`)
	a.signIn(b, "jane@example.com", password)
	a.wantText(b, "Enter the code that we sent by e-mail")
	a.code(b, a.pool.LastCode("jane@example.com"))
	a.wantText(b, "jane@example.com")
}

func TestBrowser_NewPassword(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	a.signIn(b, "kim@example.com", password)
	a.wantText(b, "Choose a new password")
	b.Fill("#password", "short")
	b.Click(`article form button`)
	a.wantText(b, "Choose a new password")
	b.Fill("#password", "My-0wn-password")
	b.Click(`article form button`)
	a.notNow(b)
	a.wantText(b, "kim@example.com")
}

func TestBrowser_EmailCode(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Open(a.url + "/auth/login?return_to=/account")
	b.Fill("#username", "joe@example.com")
	b.Click(`button[formaction="/auth/login/email"]`)
	a.wantText(b, "Enter the code that we sent by e-mail")
	a.code(b, "00000000")
	a.wantText(b, "Enter the code that we sent by e-mail")
	a.code(b, a.pool.LastCode("joe@example.com"))
	if b.Has("Remember this browser?") {
		a.notNow(b)
	}
	a.wantText(b, "joe@example.com")
}

func TestBrowser_ForgottenPassword(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	ask := func(username string) string {
		b.Open(a.url + "/auth/login")
		b.Click(`a[href="/auth/forgot-password"]`)
		b.Fill("#username", username)
		b.Click(`article form button`)
		return b.Text()
	}
	if known, unknown := ask("joe@example.com"), ask("nobody@example.com"); known != unknown { // U3
		t.Errorf("for a user the page is\n%s\nfor nobody\n%s", known, unknown)
	}
	ask("joe@example.com")
	a.wantText(b, "Choose a new password")
	b.Fill("#password", "An0ther-password")
	a.code(b, "000000")
	a.wantText(b, "Choose a new password")
	b.Fill("#password", "An0ther-password")
	a.code(b, a.pool.LastCode("joe@example.com"))
	a.wantText(b, "Your password has been changed")
	a.signIn(b, "joe@example.com", password)
	a.wantText(b, "Sign in")
	wrong := b.Eval(`document.querySelector("[role=alert]").innerText`)
	a.signIn(b, "nobody@example.com", password)
	if unknown := b.Eval(`document.querySelector("[role=alert]").innerText`); unknown != wrong || wrong == "" { // U3
		t.Errorf("a wrong password shows %q, an unknown user %q", wrong, unknown)
	}
	a.enter(b, "joe@example.com", "An0ther-password")
}

// withEmailMFA turns codes by e-mail on for a user.
func (a *app) withEmailMFA(username string) {
	a.t.Helper()
	b := browser.New(a.t)
	a.enter(b, username, password)
	b.Open(a.url + "/account/mfa")
	b.Click(`button[value="email-on"]`)
	a.wantText(b, "From now on you need a code to sign in.")
}

func TestBrowser_U2_ExpiredChallenge(t *testing.T) {
	a := startApp(t)
	a.withEmailMFA("joe@example.com")
	b := browser.New(t)
	a.signIn(b, "joe@example.com", password)
	a.wantText(b, "Enter the code that we sent by e-mail")
	code := a.pool.LastCode("joe@example.com")
	a.pool.Advance(4 * time.Minute)
	a.code(b, code)
	if !strings.HasSuffix(b.URL(), "/auth/challenge") || !b.Has("Sign in") {
		t.Errorf("an answer after four minutes leads to %s:\n%s", b.URL(), b.Text())
	}
	a.wantText(b, "Forgot your password?")
	b.Open(a.url + "/account")
	a.wantText(b, "Forgot your password?") // nobody is signed in
}

// TestBrowser_U2_BackButton: the form of a challenge that was answered leads
// into the app.
func TestBrowser_U2_BackButton(t *testing.T) {
	a := startApp(t)
	a.withEmailMFA("joe@example.com")
	b := browser.New(t)
	a.signIn(b, "joe@example.com", password)
	form := b.URL()
	stale := b.NewTab()
	stale.Open(form)
	a.wantText(stale, "Enter the code that we sent by e-mail")
	a.code(b, a.pool.LastCode("joe@example.com"))
	a.notNow(b)
	b.Open(form) // which is what Back does with a page that no cache keeps
	a.wantText(b, "Your account")
	a.code(stale, a.pool.LastCode("joe@example.com")) // and this with one that the browser kept
	a.wantText(stale, "Your account")
}

// TestBrowser_U2_TwoTabs: the tab that asked last has the challenge, and the
// other one's form does it no harm.
func TestBrowser_U2_TwoTabs(t *testing.T) {
	a := startApp(t)
	a.withEmailMFA("joe@example.com")
	a.withEmailMFA("jane@example.com")
	first := browser.New(t)
	a.signIn(first, "joe@example.com", password)
	second := first.NewTab()
	a.signIn(second, "jane@example.com", password)
	a.code(first, a.pool.LastCode("joe@example.com"))
	a.wantText(first, "Forgot your password?")
	a.code(second, a.pool.LastCode("jane@example.com"))
	a.notNow(second)
	a.wantText(second, "jane@example.com")
}

func TestBrowser_Devices(t *testing.T) {
	a := startApp(t)
	a.withEmailMFA("joe@example.com")
	b := browser.New(t)
	a.signIn(b, "joe@example.com", password)
	a.code(b, a.pool.LastCode("joe@example.com"))
	a.wantText(b, "Remember this browser?")
	b.Click(`button[value="remember"]`)
	a.wantText(b, "joe@example.com")
	b.Click(`form[action="/auth/logout"] button`)

	a.signIn(b, "joe@example.com", password) // without a code
	a.wantText(b, "Your account")
	b.Open(a.url + "/account/devices")
	a.wantText(b, "no second factor is asked for")
	b.Eval(`document.querySelector(".tag").closest("h2").nextElementSibling.nextElementSibling.id = "this", ""`)
	b.Click(`#this button[value="forget"]`)
	a.wantText(b, "This browser is forgotten")
	a.signIn(b, "joe@example.com", password)
	a.wantText(b, "Enter the code that we sent by e-mail")
}

func TestBrowser_Profile(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	a.enter(b, "joe@example.com", password)
	b.Fill("#attribute-name", "Joe Doe")
	b.Click(`form[action="/account"] button`)
	a.wantText(b, "Your changes are saved.")
	b.Fill("#attribute-email", "joseph@example.com")
	b.Click(`form[action="/account"] button`)
	a.wantText(b, "Enter the code that we sent by e-mail")
	a.code(b, "000000")
	a.wantText(b, "Enter the code that we sent by e-mail")
	a.code(b, a.pool.LastCode("joseph@example.com"))
	a.wantText(b, "Your e-mail address is verified.")

	b.Click(`a[href="/account/password"]`)
	b.Fill("#present", "wrong")
	b.Fill("#password", "An0ther-password")
	b.Click(`article form button`)
	a.wantText(b, "Change your password")
	b.Fill("#present", password)
	b.Fill("#password", "An0ther-password")
	b.Click(`article form button`)
	a.wantText(b, "Your password has been changed.")

	b.Click(`a[href="/account/delete"]`)
	a.wantText(b, "Delete your account?")
	b.Click(`button.danger`)
	a.wantText(b, "You are signed out")
	a.signIn(b, "joseph@example.com", "An0ther-password")
	a.wantText(b, "Forgot your password?")
}

// TestBrowser_StepUp: a user has signed in a while ago. They sign in once more
// before the e-mail address, the second factors or the account can be changed,
// and are led back. With a second factor that is asked for, too.
func TestBrowser_StepUp(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	a.enter(b, "joe@example.com", password)
	signInAgain := func() {
		t.Helper()
		a.wantText(b, "Please sign in again")
		b.Click(`a[href^="/auth/login"]`)
		a.wantText(b, "Please sign in again to go on.")
		b.Fill("#username", "joe@example.com")
		b.Fill("#password", password)
		b.Click(`form[action="/auth/login"] button`)
	}
	a.pool.Advance(16 * time.Minute)
	b.Open(a.url + "/account")
	b.Fill("#attribute-name", "Joe Doe")
	b.Click(`form[action="/account"] button`)
	a.wantText(b, "Your changes are saved.") // a name needs no recent sign-in
	b.Fill("#attribute-email", "mallory@example.com")
	b.Click(`form[action="/account"] button`)
	signInAgain()
	a.wantText(b, "Your account")
	if b.Has("Your changes are saved.") {
		t.Error("the page says that the address was saved")
	}
	if email := b.Eval(`document.querySelector("#attribute-email").value`); email != "joe@example.com" {
		t.Errorf("the address is %q, want it unchanged", email)
	}

	a.pool.Advance(16 * time.Minute)
	b.Open(a.url + "/account/mfa")
	signInAgain()
	a.wantText(b, "Two-step sign-in")
	b.Click(`button[value="email-on"]`)
	a.wantText(b, "From now on you need a code to sign in.")

	a.pool.Advance(16 * time.Minute)
	b.Open(a.url + "/account/delete")
	signInAgain()
	a.wantText(b, "Enter the code that we sent by e-mail")
	a.code(b, a.pool.LastCode("joe@example.com"))
	a.wantText(b, "Delete your account?")
	a.pool.Advance(16 * time.Minute)
	b.Click(`button.danger`)
	a.wantText(b, "Please sign in again")
}

// TestBrowser_SignOut: after it, Back shows no private page; "everywhere"
// ends the other browser's session too.
func TestBrowser_SignOut(t *testing.T) {
	a := startApp(t)
	b, other := browser.New(t), browser.New(t)
	a.enter(b, "joe@example.com", password)
	a.enter(other, "joe@example.com", password)
	b.Click(`a[href="/account/sign-out-everywhere"]`)
	a.wantText(b, "Sign out everywhere?")
	b.Click(`article form button`)
	a.wantText(b, "You are signed out")
	b.Back()
	if b.Has("joe@example.com (") || b.Has("Change your details") {
		t.Errorf("Back after the sign-out shows:\n%s", b.Text())
	}
	other.Open(a.url + "/account")
	a.wantText(other, "You have been signed out.")
}

func TestBrowser_Groups(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	a.enter(b, "jane@example.com", password)
	if status := b.Open(a.url + "/admin"); status != http.StatusOK {
		t.Errorf("/admin for jane = %d, want 200", status)
	}
	other := browser.New(t)
	a.enter(other, "joe@example.com", password)
	if status := other.Open(a.url + "/admin"); status != http.StatusForbidden {
		t.Errorf("/admin for joe = %d, want 403", status)
	}
}

// TestU4_CrossSite: no form of another site's is taken.
func TestU4_CrossSite(t *testing.T) {
	a := startApp(t)
	for _, path := range []string{"/auth/login", "/auth/signup", "/auth/confirm", "/auth/forgot-password", "/auth/reset-password", "/auth/challenge", "/auth/logout", "/account"} {
		req, err := http.NewRequest("POST", a.url+path, strings.NewReader("username=joe"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "https://evil.example")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s from another site = %d, want 403", path, resp.StatusCode)
		}
	}
	if n := len(a.pool.Events()); n != 0 {
		t.Errorf("Cognito was asked %d times, want never", n)
	}
}
