package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/authenticator"
)

const password = "Correct-horse-1"

// A phone calls the back end.
type phone struct {
	t     *testing.T
	api   http.Handler
	pool  *cognitotest.Pool
	token string
}

func newPhone(t *testing.T, opts ...cognitotest.Option) *phone {
	t.Helper()
	log.SetOutput(io.Discard)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	opts = append([]cognitotest.Option{
		cognitotest.WithClient(cognitotest.AppClient{
			ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"}, RefreshTokenRotation: true,
		}),
		cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"),
		cognitotest.WithWebAuthn(cognitotest.WebAuthn{RelyingPartyID: "example.com"}),
	}, opts...)
	p := &phone{t: t, pool: cognitotest.NewPool(opts...)}
	p.add(cognitotest.User{Email: "existing@example.com"})
	var err error
	if p.api, err = newAPI(p.pool.Config(), []session.Key{session.NewKey()}, "example.com"); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *phone) add(u cognitotest.User) {
	p.t.Helper()
	u.Password, u.EmailVerified = password, u.Status != cognitotest.StatusUnconfirmed
	if _, err := p.pool.AddUser(u); err != nil {
		p.t.Fatal(err)
	}
}

type doc = map[string]any

// post sends a request and returns its status and answer.
func (p *phone) post(path string, in doc) (int, doc) {
	p.t.Helper()
	rec := p.send("POST", path, in)
	var out doc
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		p.t.Fatalf("POST %s = %d %s", path, rec.Code, rec.Body)
	}
	if strings.Contains(rec.Body.String(), "redacted") {
		p.t.Errorf("POST %s = %s", path, rec.Body)
	}
	return rec.Code, out
}

func (p *phone) send(method, path string, in doc) *httptest.ResponseRecorder {
	body, _ := json.Marshal(in)
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	rec := httptest.NewRecorder()
	p.api.ServeHTTP(rec, r)
	return rec
}

// ok is post for what must go well.
func (p *phone) ok(path string, in doc) doc {
	p.t.Helper()
	status, out := p.post(path, in)
	if status != http.StatusOK {
		p.t.Fatalf("POST %s %v = %d %v, want 200", path, in, status, out)
	}
	return out
}

// challenge is the challenge in an answer, which must have this name.
func (p *phone) challenge(out doc, name string) (state string) {
	p.t.Helper()
	ch, _ := out["challenge"].(doc)
	if ch["name"] != name {
		p.t.Fatalf("the answer is %v, want the challenge %s", out, name)
	}
	return ch["state"].(string)
}

// signedIn takes the tokens of an answer and asks who that is.
func (p *phone) signedIn(out doc, email string) (tokens doc) {
	p.t.Helper()
	tokens, _ = out["tokens"].(doc)
	if tokens == nil {
		tokens = out
	}
	p.token, _ = tokens["access_token"].(string)
	if p.token == "" || tokens["refresh_token"] == "" || tokens["expires_in"].(float64) < 3000 {
		p.t.Fatalf("the answer is %v, want tokens", out)
	}
	rec := p.send("GET", "/me", nil)
	var me userpool.User
	if err := json.Unmarshal(rec.Body.Bytes(), &me); err != nil || rec.Code != 200 || me.Email != email {
		p.t.Fatalf("GET /me = %d %s, want %s", rec.Code, rec.Body, email)
	}
	return tokens
}

func TestSignUp(t *testing.T) {
	p := newPhone(t)
	const name = "jane@example.com"
	up := p.ok("/signup", doc{"username": name, "password": password, "attributes": doc{"email": name}})
	p.ok("/resend", doc{"username": name})
	if status, out := p.post("/confirm", doc{"username": name, "code": "000000"}); status != 422 || out["key"] != "confirm_code" {
		t.Errorf("a wrong code = %d %v", status, out)
	}
	out := p.ok("/confirm", doc{"username": name, "code": p.pool.LastCode(name), "signup": up["signup"]})
	if out["done"] != true { // the pool signs in at once
		p.signedIn(out, name)
	}
	p.signedIn(p.ok("/signin", doc{"username": name, "password": password}), name)
}

func TestRefreshAndSignOut(t *testing.T) {
	p := newPhone(t)
	tokens := p.signedIn(p.ok("/signin", doc{"username": "existing@example.com", "password": password}), "existing@example.com")
	fresh := p.signedIn(p.ok("/refresh", doc{"refresh_token": tokens["refresh_token"], "access_token": tokens["access_token"]}), "existing@example.com")
	p.ok("/signout", doc{"refresh_token": fresh["refresh_token"]})
	if status, out := p.post("/refresh", doc{"refresh_token": fresh["refresh_token"]}); status != 401 || out["key"] != "sign_in_again" {
		t.Errorf("a refresh after the sign-out = %d %v, want 401", status, out)
	}
	p.token = "nonsense"
	if rec := p.send("GET", "/me", nil); rec.Code != 401 {
		t.Errorf("GET /me with nonsense = %d", rec.Code)
	}
}

func TestEmailCode(t *testing.T) {
	p := newPhone(t)
	const name = "existing@example.com"
	state := p.challenge(p.ok("/signin", doc{"username": name, "first": "EMAIL_OTP"}), "EMAIL_OTP")
	if status, out := p.post("/challenge", doc{"state": state, "code": "1"}); status != 422 || out["can_answer_again"] != true {
		t.Errorf("a wrong code = %d %v, want that another may be tried", status, out)
	}
	p.signedIn(p.ok("/challenge", doc{"state": state, "code": p.pool.LastCode(name)}), name)
	if status, out := p.post("/challenge", doc{"state": "nonsense", "code": "1"}); status != 401 || out["key"] != "start_again" {
		t.Errorf("a state that is none = %d %v", status, out)
	}
}

func TestForgottenPassword(t *testing.T) {
	p := newPhone(t)
	const name = "existing@example.com"
	p.ok("/forgot", doc{"username": name})
	if status, out := p.post("/reset", doc{"username": name, "code": p.pool.LastCode(name), "password": "short"}); status != 422 || out["key"] != "password_short" {
		t.Errorf("a short password = %d %v", status, out)
	}
	p.ok("/reset", doc{"username": name, "code": p.pool.LastCode(name), "password": "N3w-password"})
	p.signedIn(p.ok("/signin", doc{"username": name, "password": "N3w-password"}), name)
}

func TestTemporaryPasswordAndAuthenticatorApp(t *testing.T) {
	p := newPhone(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true}))
	const name = "invited_@example.com"
	p.add(cognitotest.User{Username: "5f2a6b1e-2f1e-4c5b-9d1a-0123456789ab", Email: name, Status: cognitotest.StatusForceChangePassword})
	state := p.challenge(p.ok("/signin", doc{"username": name, "password": password}), "NEW_PASSWORD_REQUIRED")
	state = p.challenge(p.ok("/challenge", doc{"state": state, "password": "N3w-password"}), "MFA_SETUP")
	setup := p.ok("/challenge", doc{"state": state, "choice": "SOFTWARE_TOKEN_MFA"})
	if secret, _ := setup["challenge"].(doc)["secret"].(string); len(secret) < 16 {
		t.Errorf("the challenge is %v, want the secret of an authenticator app", setup)
	}
	p.signedIn(p.ok("/challenge", doc{"state": p.challenge(setup, "MFA_SETUP"), "code": p.pool.TOTP("5f2a6b1e-2f1e-4c5b-9d1a-0123456789ab")}), name)
	p.challenge(p.ok("/signin", doc{"username": name, "password": "N3w-password"}), "SOFTWARE_TOKEN_MFA")
}

// addPasskey registers a passkey of the app's user.
func (p *phone) addPasskey(device *authenticator.Authenticator) {
	p.t.Helper()
	options, _ := json.Marshal(p.ok("/passkeys/start", doc{}))
	credential, err := device.Create(options, "https://app.example.com")
	if err != nil {
		p.t.Fatal(err)
	}
	p.ok("/passkeys", doc{"credential": json.RawMessage(credential)})
}

func TestPasskeys(t *testing.T) {
	p := newPhone(t)
	const name = "existing@example.com"
	p.signedIn(p.ok("/signin", doc{"username": name, "password": password}), name)
	device := new(authenticator.Authenticator)
	p.addPasskey(device)
	var list []struct{ ID string }
	if err := json.Unmarshal(p.send("GET", "/passkeys", nil).Body.Bytes(), &list); err != nil || len(list) != 1 {
		t.Fatalf("GET /passkeys = %v, %v, want one", list, err)
	}
	sign := func() (int, doc) {
		ch := p.ok("/signin", doc{"username": name, "first": "WEB_AUTHN"})
		options, _ := json.Marshal(ch["challenge"].(doc)["options"])
		credential, err := device.Get(options, "https://app.example.com")
		if err != nil {
			t.Fatal(err)
		}
		return p.post("/challenge", doc{"state": p.challenge(ch, "WEB_AUTHN"), "credential": json.RawMessage(credential)})
	}
	status, out := sign()
	if status != http.StatusOK {
		t.Fatalf("sign-in with the passkey = %d %v", status, out)
	}
	p.signedIn(out, name)
	p.ok("/passkeys/delete", doc{"id": list[0].ID})
	if status, out := sign(); status != http.StatusUnauthorized || out["key"] != "credentials" {
		t.Errorf("sign-in with the passkey that was removed = %d %v", status, out)
	}
}

// TestSecondFactors: each kind of second factor, and the choice among several.
func TestSecondFactors(t *testing.T) {
	p := newPhone(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, Email: true, SMS: true}))
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	for name, u := range map[string]cognitotest.User{
		"EMAIL_OTP":          {EmailMFA: true},
		"SMS_MFA":            {SMSMFA: true, Phone: "+15550100", PhoneVerified: true},
		"SOFTWARE_TOKEN_MFA": {TOTPSecret: secret},
		"SELECT_MFA_TYPE":    {TOTPSecret: secret, EmailMFA: true},
	} {
		u.Username, u.Email = strings.ToLower(name), strings.ToLower(name)+"@example.com"
		p.add(u)
		state := p.challenge(p.ok("/signin", doc{"username": u.Username, "password": password}), name)
		code := func() string { return p.pool.LastCode(u.Email) }
		switch name {
		case "SMS_MFA":
			code = func() string { return p.pool.LastCode(u.Phone) }
		case "SOFTWARE_TOKEN_MFA":
			code = func() string { return p.pool.TOTP(u.Username) }
		case "SELECT_MFA_TYPE":
			state = p.challenge(p.ok("/challenge", doc{"state": state, "choice": "EMAIL_OTP"}), "EMAIL_OTP")
		}
		if status, out := p.post("/challenge", doc{"state": state, "code": "000000"}); status != 422 || out["can_answer_again"] != true {
			t.Errorf("%s: a wrong code = %d %v, want that another may be tried", name, status, out)
		}
		p.signedIn(p.ok("/challenge", doc{"state": state, "code": code()}), u.Email)
	}
}

// TestCodesByEmailAreSetUp: a user without a second factor, in a pool that
// demands one, gives an address for codes.
func TestCodesByEmailAreSetUp(t *testing.T) {
	p := newPhone(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true, Email: true}))
	p.add(cognitotest.User{Username: "kim"})
	state := p.challenge(p.ok("/signin", doc{"username": "kim", "password": password}), "MFA_SETUP")
	state = p.challenge(p.ok("/challenge", doc{"state": state, "email": "kim@example.com"}), "EMAIL_OTP")
	p.signedIn(p.ok("/challenge", doc{"state": state, "code": p.pool.LastCode("kim@example.com")}), "kim@example.com")
}

// TestRememberedDevice: a phone that Cognito remembers is not asked for a
// second factor, and refreshes its tokens.
func TestRememberedDevice(t *testing.T) {
	p := newPhone(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", Email: true}),
		cognitotest.WithDeviceTracking(cognitotest.DeviceTracking{ChallengeRequiredOnNewDevice: true}))
	const name = "carries_@example.com"
	p.add(cognitotest.User{Email: name, EmailMFA: true})
	state := p.challenge(p.ok("/signin", doc{"username": name, "password": password}), "EMAIL_OTP")
	out := p.ok("/challenge", doc{"state": state, "code": p.pool.LastCode(name)})
	tokens := p.signedIn(out, name)
	device := p.ok("/device", doc{"new_device": out["new_device"], "app_name": "Jane's phone"})
	p.signedIn(p.ok("/refresh", doc{"refresh_token": tokens["refresh_token"], "access_token": tokens["access_token"]}), name)
	p.token = ""
	p.signedIn(p.ok("/signin", doc{"username": name, "password": password, "device": device}), name)
	if rec := p.send("POST", "/device", doc{"new_device": doc{}}); rec.Code != 422 {
		t.Errorf("POST /device with nothing = %d %s, want 422", rec.Code, rec.Body)
	}
}

// TestNoDocument: what is no JSON is refused, and nothing is asked.
func TestNoDocument(t *testing.T) {
	p := newPhone(t)
	p.pool.TakeEvents()
	for _, body := range []string{"", "{", "[]", `{"username":1}`, `{"username":"` + strings.Repeat("x", 300<<10) + `"}`} {
		rec := httptest.NewRecorder()
		p.api.ServeHTTP(rec, httptest.NewRequest("POST", "/signin", strings.NewReader(body)))
		if rec.Code != http.StatusBadRequest {
			t.Errorf("POST /signin with %.20q = %d, want 400", body, rec.Code)
		}
	}
	if n := len(p.pool.Events()); n != 0 {
		t.Errorf("Cognito was asked %d times", n)
	}
}

// TestLength: a back end of this kind is about 150 lines of code. Longer, it
// shows that the library has to offer more.
func TestLength(t *testing.T) {
	text, err := os.ReadFile("api.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			lines++
		}
	}
	if lines > 155 {
		t.Errorf("api.go has %d lines of code, want 155 at most", lines)
	}
}
