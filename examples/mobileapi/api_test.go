package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
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
	calls atomic.Int32 // of the back end to Cognito
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
	cfg := p.pool.Config()
	next := p.pool.Client().Transport
	cfg.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("X-Amz-Target") != "" {
			p.calls.Add(1)
		}
		return next.RoundTrip(r)
	})}
	var err error
	if p.api, err = newAPI(cfg, []session.Key{session.NewKey()}, "example.com"); err != nil {
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

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

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
	fresh := p.signedIn(p.ok("/refresh", doc{"refreshtoken": tokens["refresh_token"], "accesstoken": tokens["access_token"]}), "existing@example.com")
	p.ok("/signout", doc{"refreshtoken": fresh["refresh_token"]})
	if status, out := p.post("/refresh", doc{"refreshtoken": fresh["refresh_token"]}); status != 401 || out["key"] != "sign_in_again" {
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
	enrolled := p.ok("/enrol", doc{"state": state})
	if !strings.HasPrefix(enrolled["uri"].(string), "otpauth://totp/") {
		t.Errorf("POST /enrol = %v", enrolled)
	}
	p.signedIn(p.ok("/challenge", doc{"state": enrolled["state"], "code": p.pool.TOTP("5f2a6b1e-2f1e-4c5b-9d1a-0123456789ab")}), name)
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
	p.ok("/passkeys/delete", doc{"choice": list[0].ID})
	if status, out := sign(); status != http.StatusUnauthorized || out["key"] != "credentials" {
		t.Errorf("sign-in with the passkey that was removed = %d %v", status, out)
	}
}

// TestU3_Strangers: over every call, all kinds of accounts and no account look
// the same: status, headers, body and number of calls to Cognito.
func TestU3_Strangers(t *testing.T) {
	p := newPhone(t)
	p.add(cognitotest.User{Email: "waiting_@example.com", Status: cognitotest.StatusUnconfirmed})
	p.add(cognitotest.User{Email: "resetreq@example.com", Status: cognitotest.StatusResetRequired})
	p.add(cognitotest.User{Email: "invited_@example.com", Status: cognitotest.StatusForceChangePassword})
	p.add(cognitotest.User{Email: "disabled@example.com", Disabled: true})
	p.add(cognitotest.User{Email: "passkeys@example.com"})
	p.token = string(p.pool.AccessToken("passkeys@example.com"))
	p.addPasskey(new(authenticator.Authenticator))
	p.token = ""
	names := []string{"nobody__@example.com", "existing@example.com", "passkeys@example.com", "waiting_@example.com", "resetreq@example.com", "invited_@example.com", "disabled@example.com"}
	for path, in := range map[string]doc{
		"/signin":    {"password": "Wr0ng-password"},
		"/signin#":   {"first": "EMAIL_OTP"},
		"/signin##":  {"first": "WEB_AUTHN"},
		"/challenge": {"code": "00000000"},
		"/signup":    {"password": "N3w-password"},
		"/confirm":   {"code": "000000"},
		"/resend":    {},
		"/forgot":    {},
		"/reset":     {"code": "000000", "password": "N3w-password"},
	} {
		tries := 12 // to the limits that Cognito has for accounts
		if path == "/signin" {
			tries = 4 // from the sixth on Cognito's lock-out answers a call earlier
		}
		for try := range tries {
			nobody := ""
			for i, name := range names {
				if path == "/signup" && i == 0 {
					name = fmt.Sprintf("new%05d@example.com", try)
				}
				sent := doc{"username": name}
				if path == "/challenge" {
					sent["state"] = p.challenge(p.ok("/signin", doc{"username": name, "first": "EMAIL_OTP"}), "EMAIL_OTP")
				}
				if path == "/signup" {
					sent["attributes"] = doc{"email": name}
				}
				for k, v := range in {
					sent[k] = v
				}
				p.calls.Store(0)
				rec := p.send("POST", strings.TrimRight(path, "#"), sent)
				var out doc
				if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
					t.Fatal(err)
				}
				measure(out)
				body, _ := json.Marshal(out)
				got := fmt.Sprintf("%d %v %s, %d calls", rec.Code, rec.Header(), body, p.calls.Load())
				if nobody == "" {
					nobody = got
				} else if got != nobody {
					t.Fatalf("%s, attempt %d: %s gets\n%s\nnobody gets\n%s", path, try+1, name, got, nobody)
				}
			}
		}
	}
}

// measure replaces what is sealed by its length.
func measure(out doc) {
	for k, v := range out {
		if sub, ok := v.(doc); ok {
			measure(sub)
		} else if k == "state" || k == "signup" || k == "challenge" {
			out[k] = len(v.(string))
		}
	}
}
