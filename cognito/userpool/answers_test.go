package userpool_test

import (
	"encoding/json"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/authenticator"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// answersFor are what a client would send to get the responses of an exchange.
var answersFor = map[string]string{
	"NEW_PASSWORD_REQUIRED": `{"password":"new-word","attributes":{"given_name":"Jane","nickname":"j"}}`,
	"SMS_MFA":               `{"code":"123456"}`,
	"SMS_OTP":               `{"code":"123456"}`,
	"EMAIL_OTP":             `{"code":"12345678"}`,
	"SOFTWARE_TOKEN_MFA":    `{"code":"123456"}`,
	"SELECT_MFA_TYPE":       `{"choice":"SOFTWARE_TOKEN_MFA"}`,
	"EMAIL_OTP chosen":      `{"choice":"EMAIL_OTP"}`,
	"PASSWORD chosen":       `{"choice":"PASSWORD","password":"secret-word"}`,
	"PASSWORD_SRP chosen":   `{"password":"secret-word"}`,
	"PASSWORD":              `{"password":"secret-word"}`,
	"PASSWORD_SRP":          `{"password":"secret-word"}`,
	"WEB_AUTHN":             `{"credential":{"id":"xyz"}}`,
	"CUSTOM_CHALLENGE":      `{"code":"42"}`,
	"DEVICE_SRP_AUTH":       `{"device":{"key":"key","group_key":"group","secret":"device-secret"}}`,
	"FACE_SCAN":             `{"attributes":{"FACE":"grin"}}`,
}

// TestU1_Answers: one call answers every kind of challenge, with what the JSON
// of a client has in it, as the kind's own method does.
func TestU1_Answers(t *testing.T) {
	a, c := newAPI(t, clientSecret)
	tokens := signedIn(a)
	for _, ex := range exchanges {
		name := ex.name
		if name == "SELECT_CHALLENGE" {
			name = ex.responses["ANSWER"] + " chosen"
		}
		t.Run(name, func(t *testing.T) {
			var answers userpool.Answers
			if err := json.Unmarshal([]byte(answersFor[name]), &answers); err != nil {
				t.Fatal(err)
			}
			ch := meet(t, a, c, challenged(ex.name, ex.params, ex.available...))
			a.script(tokens)
			step, err := c.Answer(t.Context(), ch, answers, extras...)
			if err != nil || step.Identity == nil {
				t.Fatalf("Answer = %+v, %v, want jane's tokens", step, err)
			}
			want := map[string]string{"USERNAME": alias, "SECRET_HASH": hashOver(alias)}
			for n, v := range ex.responses {
				want[n] = v
			}
			sameTexts(t, "ChallengeResponses", a.made()[0].texts("ChallengeResponses"), want)
			sameTexts(t, "ClientMetadata", a.made()[0].texts("ClientMetadata"), map[string]string{"campaign": "spring"})

			ch = meet(t, a, c, challenged(ex.name, ex.params, ex.available...))
			if step, err := c.Answer(t.Context(), ch, userpool.Answers{}); ex.name != "FACE_SCAN" && (step != nil || asError(t, err).Code != "bad_request") {
				t.Errorf("Answer with nothing = %+v, %v, want bad_request", step, err)
			}
		})
	}
	_, c = newAPI(t, "")
	for _, ch := range []userpool.Challenge{nil, &userpool.SMSCode{}, &userpool.MFASetup{}, &userpool.SelectFactor{}, &userpool.UnknownChallenge{}} {
		if step, err := c.Answer(t.Context(), ch, userpool.Answers{Code: "123456"}); step != nil || asError(t, err).Code != "bad_request" {
			t.Errorf("Answer to %#v, which Cognito never asked = %+v, %v, want bad_request", ch, step, err)
		}
	}
}

// TestU2_AnswersSetUp: a client without cookies sets an authenticator app up
// with what the answers have in them, and so codes by e-mail.
func TestU2_AnswersSetUp(t *testing.T) {
	for name, answers := range map[string]func(*cognitotest.Pool) []userpool.Answers{
		"app": func(pool *cognitotest.Pool) []userpool.Answers {
			return []userpool.Answers{{}, {Code: "000000"}, {Choice: "SOFTWARE_TOKEN_MFA"}, {Code: "app", AppName: "Jane's phone"}}
		},
		"e-mail": func(pool *cognitotest.Pool) []userpool.Answers {
			return []userpool.Answers{{Email: "jane@example.com"}, {Code: "mail"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			pool := cognitotest.NewPool(cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true, Email: true}),
				cognitotest.WithClient(cognitotest.AppClient{ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"}}))
			if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: rightWord}); err != nil {
				t.Fatal(err)
			}
			client, err := userpool.New(userpool.Config{Pool: pool.Config()})
			if err != nil {
				t.Fatal(err)
			}
			p := newPending(t, client)
			step, err := client.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: rightWord, Flow: plainly})
			if err != nil {
				t.Fatal(err)
			}
			secret := ""
			for _, with := range answers(pool) {
				reply, err := p.Reply(step)
				if err != nil {
					t.Fatal(err)
				}
				if secret != "" && reply.Challenge.Secret != secret && reply.Challenge.Name == "MFA_SETUP" {
					t.Errorf("the secret has become %q", reply.Challenge.Secret)
				}
				secret = reply.Challenge.Secret
				ch, err := p.Open(reply.Challenge.State)
				if err != nil {
					t.Fatal(err)
				}
				switch with.Code {
				case "app":
					with.Code = pool.TOTP("jane")
				case "mail":
					with.Code = pool.LastCode("jane@example.com")
				}
				next, err := client.Answer(t.Context(), ch, with)
				if userpool.CanAnswerAgain(err) {
					continue
				}
				if err != nil {
					t.Fatalf("Answer(%+v) = %v", with, err)
				}
				step = next
			}
			if step.Identity == nil || name == "app" && len(secret) < 16 {
				t.Errorf("the sign-in came to %+v, want tokens", step)
			}
		})
	}
}

// TestU3_HideAccount: with HideAccount a sign-in without a password comes to
// the same challenge for all. Its kind, what it shows, and the length of what
// is sealed are the same.
func TestU3_HideAccount(t *testing.T) {
	pool, _, token := onPasskeys(t, cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"))
	client, err := userpool.New(userpool.Config{Pool: pool.Config(), RelyingPartyID: "example.com"})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if err := addPasskey(t, client, token, new(authenticator.Authenticator)); err != nil {
			t.Fatal(err)
		}
	}
	for _, u := range []cognitotest.User{
		{Username: "plain", Email: "plain@example.com", EmailVerified: true, Phone: "+15550100", PhoneVerified: true},
		{Username: "waits", Email: "waits@example.com", Status: cognitotest.StatusUnconfirmed},
		{Username: "reset", Email: "reset@example.com", EmailVerified: true, Status: cognitotest.StatusResetRequired},
		{Username: "inviT", Email: "inviT@example.com", EmailVerified: true, Status: cognitotest.StatusForceChangePassword},
		{Username: "gone_", Email: "gone_@example.com", EmailVerified: true, Disabled: true},
	} {
		u.Password = rightWord
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	p := newPending(t, client)
	for _, first := range []userpool.Factor{userpool.FactorEmailOTP, userpool.FactorSMSOTP, userpool.FactorWebAuthn} {
		nobody := ""
		for _, name := range []string{"noone", "jane_", "plain", "waits", "reset", "inviT", "gone_"} {
			step, err := client.SignIn(t.Context(), userpool.Credentials{Username: strings.Trim(name, "_"), Flow: userpool.FlowChoice, First: first, HideAccount: true})
			if err != nil {
				t.Fatalf("SignIn of %s with %s = %v", name, first, err)
			}
			reply, err := p.Reply(step)
			if err != nil {
				t.Fatal(err)
			}
			var options struct {
				Challenge        string
				AllowCredentials json.RawMessage
			}
			if first == userpool.FactorWebAuthn {
				if err := json.Unmarshal(reply.Challenge.Options, &options); err != nil || options.Challenge == "" {
					t.Fatalf("Options = %s, %v", reply.Challenge.Options, err)
				}
			}
			text, _ := json.Marshal(reply)
			masked := strings.NewReplacer(reply.Challenge.State, strings.Repeat("x", len(reply.Challenge.State)), options.Challenge+"\"", "RANDOM\"").Replace(string(text))
			rec := httptest.NewRecorder()
			if err := p.Save(rec, step.Challenge); err != nil {
				t.Fatal(err)
			}
			if d, ok := step.Challenge.(*userpool.EmailCode); ok && d.Delivery != nil {
				t.Errorf("the challenge of %s says where its code went", name)
			}
			if nobody == "" {
				nobody = masked
			} else if masked != nobody {
				t.Errorf("%s: %s gets\n%s\nnobody gets\n%s", first, name, masked, nobody)
			}
		}
	}
	for _, who := range []userpool.Credentials{
		{Username: "jane", Flow: userpool.FlowChoice, HideAccount: true},
		{Username: "jane", Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn, HideAccount: true},
	} {
		_, plain, _ := onPasskeys(t) // has no RelyingPartyID
		if step, err := plain.SignIn(t.Context(), who); step != nil || asError(t, err).Code != "bad_request" || !strings.Contains(err.Error(), "HideAccount") {
			t.Errorf("SignIn(%+v) = %+v, %v, want bad_request that names HideAccount", who, step, err)
		}
	}
}

// TestU3_LockedAccount: an account that is locked after wrong passwords takes
// as many calls as one that is not. The fifth wrong password locks it.
func TestU3_LockedAccount(t *testing.T) {
	pool, client, _ := onPasskeys(t)
	for try := range thorough.Or(6, 10) {
		pool.TakeEvents()
		who := userpool.Credentials{Username: alias, Password: "wrong-word"}
		unproved := !thorough.Enabled() && try > 0 && try < 5 // only to lock it, without SRP
		if unproved {
			who.Flow, who.First = userpool.FlowChoice, userpool.FactorPassword
		}
		_, err := client.SignIn(t.Context(), who)
		if key := userpool.NoticeFor(err).Key; key != userpool.NoticeCredentials {
			t.Errorf("attempt %d: the visitor is told %s", try+1, key)
		}
		if unproved {
			continue
		}
		var ops []string
		for _, e := range pool.Events() {
			ops = append(ops, e.Op)
		}
		if want := []string{"InitiateAuth", "RespondToAuthChallenge"}; !reflect.DeepEqual(ops, want) {
			t.Errorf("attempt %d: the calls are %v, want %v", try+1, ops, want)
		}
	}
}

// TestU3_PasskeyUsers: a browser keeps the users who have a passkey in it. A
// cookie that a visitor wrote, or that is of another kind, keeps nobody.
func TestU3_PasskeyUsers(t *testing.T) {
	_, c := newAPI(t, "")
	p, browser := newPending(t, c), jar{}
	keep := func(name string) {
		rec := httptest.NewRecorder()
		p.KeepPasskeyUser(rec, browser.request(), &cognito.Identity{Username: name, Subject: "sub-of-" + name})
		cookie := rec.Result().Cookies()[0]
		if cookie.Name != "__Host-sign-in-passkeys" || !cookie.HttpOnly || !cookie.Secure || cookie.MaxAge < 3600*24*300 {
			t.Errorf("the cookie is %v", cookie)
		}
		browser.keep(rec)
	}
	if got := p.PasskeyUsers(browser.request()); got != nil {
		t.Errorf("PasskeyUsers = %q, want none", got)
	}
	for _, name := range []string{"jane", "joe", "kim", "lee", "max", "joe"} {
		keep(name)
	}
	if got, want := p.PasskeyUsers(browser.request()), []string{"joe", "max", "lee", "kim"}; !reflect.DeepEqual(got, want) {
		t.Errorf("PasskeyUsers = %q, want %q", got, want)
	}
	for credential, want := range map[string]string{
		`{"response":{"userHandle":"c3ViLW9mLWxlZQ"}}`:  "lee",
		`{"response":{"userHandle":"c3ViLW9mLWphbmU"}}`: "", // jane was the first of five
		`{"response":{"userHandle":"!"}}`:               "",
		`{"response":{}}`:                               "",
		`x`:                                             "",
		``:                                              "",
	} {
		if got := p.PasskeyUser(browser.request(), json.RawMessage(credential)); got != want {
			t.Errorf("PasskeyUser(%s) = %q, want %q", credential, got, want)
		}
	}
	value := browser["__Host-sign-in-passkeys"]
	for name, forged := range map[string]string{
		"changed": flip(value, 9), "empty": "", "of a device": savedDevice(t, p),
		"written by a visitor": "W3siTmFtZSI6ImphbmUiLCJTdWIiOiJzdWItb2YtamFuZSJ9XQ",
	} {
		r := (jar{"__Host-sign-in-passkeys": forged}).request()
		if got := p.PasskeyUsers(r); got != nil {
			t.Errorf("PasskeyUsers with a cookie that is %s = %q, want none", name, got)
		}
	}
	if got := p.Device((jar{deviceName: value}).request()); got != nil {
		t.Errorf("Device of a cookie for passkeys = %v, want none", got)
	}
}
