package userpool_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

const (
	pendingName = "__Host-sign-in"
	deviceName  = "__Host-sign-in-device"
)

func sealKey(n byte) session.Key { return bytes.Repeat([]byte{n}, 32) }

func newPending(t testing.TB, c *userpool.Client, edit ...func(*userpool.PendingConfig)) *userpool.Pending {
	t.Helper()
	cfg := userpool.PendingConfig{Client: c, Keys: []session.Key{sealKey(1)}, BaseURL: "https://app.example.com"}
	for _, e := range edit {
		e(&cfg)
	}
	p, err := userpool.NewPending(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A jar is a browser's cookies.
type jar map[string]string

// request is one with the jar's cookies.
func (j jar) request() *http.Request {
	r := httptest.NewRequest("POST", "https://app.example.com/sign-in/code", nil)
	for name, value := range j {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// keep does what the answer says.
func (j jar) keep(rec *httptest.ResponseRecorder) {
	for _, c := range rec.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(j, c.Name)
		} else {
			j[c.Name] = c.Value
		}
	}
}

func (j jar) save(t testing.TB, p *userpool.Pending, ch userpool.Challenge) {
	t.Helper()
	rec := httptest.NewRecorder()
	if err := p.Save(rec, ch); err != nil {
		t.Fatal(err)
	}
	j.keep(rec)
}

func (j jar) take(p *userpool.Pending, id string) (userpool.Challenge, error) {
	rec := httptest.NewRecorder()
	ch, err := p.Take(rec, j.request(), id)
	j.keep(rec)
	return ch, err
}

// throughCookie saves ch with one Pending and takes it with another.
func throughCookie(t testing.TB, from, to *userpool.Pending, ch userpool.Challenge) (userpool.Challenge, error) {
	t.Helper()
	j := jar{}
	j.save(t, from, ch)
	return j.take(to, ch.ID())
}

// wantGone checks that err is the one of a challenge that is not there.
func wantGone(t testing.TB, what string, ch userpool.Challenge, err error) {
	t.Helper()
	if !errors.Is(err, userpool.ErrSessionExpired) || ch != nil {
		t.Errorf("%s = %v, %v, want ErrSessionExpired", what, ch, err)
		return
	}
	if e := asError(t, err); e.Code != "no_challenge" || userpool.CanAnswerAgain(err) || userpool.NoticeFor(err).Key != "start_again" {
		t.Errorf("%s = %v, notice %q, want no_challenge", what, err, userpool.NoticeFor(err).Key)
	}
}

// TestU2_EveryChallenge: each challenge comes back from the cookie with its
// type, and its answer sends what it would have sent.
func TestU2_EveryChallenge(t *testing.T) {
	a, c := newAPI(t, clientSecret)
	tokens := signedIn(a)
	for _, ex := range exchanges {
		t.Run(ex.name, func(t *testing.T) {
			params := map[string]string{"USER_ID_FOR_SRP": realName}
			for n, v := range ex.params {
				params[n] = v
			}
			ch := meet(t, a, c, challengedWith(strings.Repeat("s", 2048), ex.name, params, ex.available...))
			back, err := throughCookie(t, newPending(t, c), newPending(t, c), ch)
			if err != nil {
				t.Fatal(err)
			}
			if reflect.TypeOf(back) != reflect.TypeOf(ch) || back.Name() != ch.Name() || back.ID() != ch.ID() || back.Issued().Unix() != ch.Issued().Unix() {
				t.Errorf("Take = %T %s, want %T %s", back, back.ID(), ch, ch.ID())
			}
			sent := make([]apiCall, 2)
			for i, ch := range []userpool.Challenge{ch, back} {
				a.script(tokens)
				if _, err := ex.answer(t.Context(), ch); err != nil {
					t.Fatal(err)
				}
				sent[i] = a.made()[0]
				delete(sent[i].body["ChallengeResponses"].(map[string]any), "SRP_A") // random
			}
			if !reflect.DeepEqual(sent[0].body, sent[1].body) {
				t.Errorf("the answer sends\n%v, before the cookie\n%v", sent[1].body, sent[0].body)
			}
		})
	}
}

// TestU2_WhatPagesNeed: the fields of a challenge come back too, but for what
// is only for the page.
func TestU2_WhatPagesNeed(t *testing.T) {
	a, c := newAPI(t, "")
	p := newPending(t, c)
	back := func(name string, params map[string]string, available ...string) userpool.Challenge {
		ch, err := throughCookie(t, p, p, meet(t, a, c, challenged(name, params, available...)))
		if err != nil {
			t.Fatal(err)
		}
		return ch
	}
	attributes := map[string]string{"requiredAttributes": `["userAttributes.given_name"]`, "userAttributes": `{"email":"jane@example.com"}`}
	if ch := as[*userpool.NewPasswordRequired](t, back("NEW_PASSWORD_REQUIRED", attributes)); len(ch.Required) != 1 || ch.Attributes["email"] != "jane@example.com" {
		t.Errorf("Required = %q, Attributes = %q", ch.Required, ch.Attributes)
	}
	attributes["userAttributes"] = `{"bio":"` + noise(4000) + `"}`
	if ch := as[*userpool.NewPasswordRequired](t, back("NEW_PASSWORD_REQUIRED", attributes)); len(ch.Required) != 1 || len(ch.Attributes) != 0 {
		t.Errorf("Required = %q, Attributes = %.50q, want those left out", ch.Required, ch.Attributes)
	}
	for _, n := range []int{1, 5000} {
		if ch := as[*userpool.WebAuthn](t, back("WEB_AUTHN", map[string]string{"CREDENTIAL_REQUEST_OPTIONS": `{"x":"` + strings.Repeat("x", n) + `"}`})); ch.Options != nil {
			t.Errorf("Options = %s, want none", ch.Options)
		}
	}
	if ch := as[*userpool.SelectFactor](t, back("SELECT_CHALLENGE", nil, "PASSWORD", "EMAIL_OTP")); len(ch.Available) != 2 {
		t.Errorf("Available = %q", ch.Available)
	}
	if ch := as[*userpool.EmailCode](t, back("EMAIL_OTP", map[string]string{"CODE_DELIVERY_DESTINATION": "j***@e***"})); ch.Delivery.Destination != "j***@e***" {
		t.Errorf("Delivery = %+v", ch.Delivery)
	}
}

// noise is text that takes six bits for each character.
func noise(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)[:n]
}

// TestU2_TooLarge: what does not fit a cookie is an error, and sets none.
func TestU2_TooLarge(t *testing.T) {
	a, c := newAPI(t, "")
	p := newPending(t, c)
	for n := 500; n < 4000; n += 100 {
		ch := meet(t, a, c, challengedWith(noise(2048), "CUSTOM_CHALLENGE", map[string]string{"picture": noise(n)}))
		rec := httptest.NewRecorder()
		err := p.Save(rec, ch)
		lines := rec.Header()["Set-Cookie"]
		if err == nil && (len(lines) != 1 || len(lines[0]) > 4096) {
			t.Fatalf("Save(%d bytes) set %d cookies, of %d bytes", n, len(lines), len(lines[0]))
		}
		if err != nil {
			if n < 1400 || !errors.Is(err, session.ErrTooLarge) || len(lines) != 0 {
				t.Fatalf("Save(%d bytes) = %v and %d cookies, want 1,400 to fit, then ErrTooLarge", n, err, len(lines))
			}
			return
		}
	}
	t.Error("Save took everything")
}

func TestPendingSavesNothing(t *testing.T) {
	_, c := newAPI(t, "")
	rec := httptest.NewRecorder()
	if err := newPending(t, c).Save(rec, nil); asError(t, err).Reason != "bad_request" || len(rec.Header()) != 0 {
		t.Errorf("Save(nil) = %v, want bad_request and no cookie", err)
	}
}

// TestU2_MFASetup: an enrolment goes on with the same secret, also when the
// code was right and the next step failed.
func TestU2_MFASetup(t *testing.T) {
	a, c := newAPI(t, "")
	p := newPending(t, c)
	ch := as[*userpool.MFASetup](t, meet(t, a, c, challenged("MFA_SETUP", nil)))
	a.script(
		answer{body: `{"SecretCode":"JBSWY3DPEHPK3PXP","Session":"session-2"}`},
		answer{body: `{"Status":"SUCCESS","Session":"session-3"}`}, answer{err: errors.New("connection reset")},
		signedIn(a),
	)
	if _, err := ch.Enrol(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		back, err := throughCookie(t, p, p, ch)
		if err != nil {
			t.Fatal(err)
		}
		ch = as[*userpool.MFASetup](t, back)
		if token, err := ch.Enrol(t.Context()); err != nil || string(token.Secret) != "JBSWY3DPEHPK3PXP" {
			t.Errorf("Enrol = %v, %v, want the same secret", token, err)
		}
		step, err := ch.Answer(t.Context(), "123456", "")
		if err == nil && step.Identity == nil || err != nil && !userpool.CanAnswerAgain(err) {
			t.Errorf("Answer = %v, %v", step, err)
		}
	}
	var ops []string
	for _, call := range a.made() {
		ops = append(ops, fmt.Sprint(call.op, " ", call.body["Session"]))
	}
	want := []string{"AssociateSoftwareToken session-1", "VerifySoftwareToken session-2", "RespondToAuthChallenge session-3", "RespondToAuthChallenge session-3"}
	if !reflect.DeepEqual(ops, want) {
		t.Errorf("the calls were %q, want %q", ops, want)
	}
}

// TestU2_Admin: a challenge of the flow for administrators stays one.
func TestU2_Admin(t *testing.T) {
	a, c := newAPI(t, "", withCredentials)
	a.script(challenged("SMS_MFA", nil), signedIn(a))
	step, err := c.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "secret-word", Flow: userpool.FlowAdminPassword})
	if err != nil {
		t.Fatal(err)
	}
	back, err := throughCookie(t, newPending(t, c), newPending(t, c), step.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := as[*userpool.SMSCode](t, back).Answer(t.Context(), "123456"); err != nil || a.made()[1].op != "AdminRespondToAuthChallenge" {
		t.Errorf("Answer = %v by %s, want AdminRespondToAuthChallenge", err, a.made()[1].op)
	}
}

// TestU2_SingleUse: Take removes the challenge; a wrong code lets it be kept
// again, and a copy of the cookie ends in Cognito's refusal.
func TestU2_SingleUse(t *testing.T) {
	a, c := newAPI(t, "")
	p, browser := newPending(t, c), jar{}
	browser.save(t, p, meet(t, a, c, challenged("SMS_MFA", nil)))
	copied := jar{pendingName: browser[pendingName]}

	shown, err := p.Peek(browser.request())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Peek(browser.request()); err != nil {
		t.Errorf("Peek again = %v, want that it stays", err)
	}
	ch, err := browser.take(p, shown.ID())
	if err != nil {
		t.Fatal(err)
	}
	if len(browser) != 0 {
		t.Errorf("after Take the browser has %v", browser)
	}
	again, err := browser.take(p, shown.ID()) // Back and submit, or a double click
	wantGone(t, "Take again", again, err)

	a.script(refusal("CodeMismatchException", "Invalid code or auth state for the user."), signedIn(a), refusal("NotAuthorizedException", "Invalid session for the user, session can only be used once."))
	_, err = as[*userpool.SMSCode](t, ch).Answer(t.Context(), "000000")
	if !userpool.CanAnswerAgain(err) {
		t.Fatalf("Answer(wrong) = %v, want CanAnswerAgain", err)
	}
	browser.save(t, p, ch)
	if ch, err = browser.take(p, shown.ID()); err != nil {
		t.Fatalf("Take after a wrong code = %v", err)
	}
	if step, err := as[*userpool.SMSCode](t, ch).Answer(t.Context(), "123456"); err != nil || step.Identity == nil {
		t.Fatalf("Answer = %v, %v", step, err)
	}
	ch, err = copied.take(p, shown.ID())
	if err != nil {
		t.Fatalf("Take(copy) = %v, want that no server remembers", err)
	}
	_, err = as[*userpool.SMSCode](t, ch).Answer(t.Context(), "123456")
	if !errors.Is(err, userpool.ErrSessionExpired) || userpool.CanAnswerAgain(err) {
		t.Errorf("Answer(copy) = %v, want ErrSessionExpired", err)
	}
}

// TestU2_TwoTabs: the tab that signed in last has its challenge pending; the
// form of the other one is told, and harms nothing.
func TestU2_TwoTabs(t *testing.T) {
	a, c := newAPI(t, "")
	p, browser := newPending(t, c), jar{}
	first := meet(t, a, c, challenged("SMS_MFA", nil))
	browser.save(t, p, first)
	second := meet(t, a, c, challenged("EMAIL_OTP", nil))
	browser.save(t, p, second)
	if first.ID() == second.ID() {
		t.Fatal("two challenges have the same ID")
	}
	for _, id := range []string{first.ID(), "", second.ID() + "x"} {
		ch, err := browser.take(p, id)
		wantGone(t, "Take of the other tab", ch, err)
	}
	if ch, err := browser.take(p, second.ID()); err != nil || ch.Name() != "EMAIL_OTP" {
		t.Errorf("Take = %v, %v, want the second challenge", ch, err)
	}
}

// TestU2_ThreeMinutes: the time counts from when Cognito asked, whatever is
// saved again.
func TestU2_ThreeMinutes(t *testing.T) {
	tests := []struct {
		life, wait time.Duration
		ok         bool
	}{
		{0, 0, true},
		{0, 3*time.Minute - 2*time.Second, true},
		{0, 3*time.Minute + time.Second, false},
		{0, time.Hour, false},
		{15 * time.Minute, 14 * time.Minute, true},
		{15 * time.Minute, 15*time.Minute + time.Second, false},
		{time.Minute, time.Minute + time.Second, false},
	}
	for _, tt := range tests {
		a, c := newAPI(t, "")
		p, browser := newPending(t, c, func(cfg *userpool.PendingConfig) { cfg.Life = tt.life }), jar{}
		ch := meet(t, a, c, challenged("SMS_MFA", nil))
		browser.save(t, p, ch)
		a.pool.Advance(tt.wait / 2)
		if tt.ok {
			browser.save(t, p, ch)
		}
		a.pool.Advance(tt.wait - tt.wait/2)
		back, err := browser.take(p, ch.ID())
		if tt.ok && err != nil {
			t.Errorf("Take after %v of %v = %v", tt.wait, tt.life, err)
		}
		if !tt.ok {
			wantGone(t, fmt.Sprintf("Take after %v of %v", tt.wait, tt.life), back, err)
			rec := httptest.NewRecorder()
			if err := p.Save(rec, ch); !errors.Is(err, userpool.ErrSessionExpired) || len(rec.Header()["Set-Cookie"]) != 0 {
				t.Errorf("Save after %v = %v, want ErrSessionExpired and no cookie", tt.wait, err)
			}
		}
	}
}

// TestU2_Bound: a cookie that was changed, or is of another key, name, pool or
// app client, is none.
func TestU2_Bound(t *testing.T) {
	a, c := newAPI(t, "")
	p := newPending(t, c)
	ch := meet(t, a, c, challenged("SMS_MFA", nil))
	browser := jar{}
	browser.save(t, p, ch)
	value := browser[pendingName]
	_, otherClient := newAPI(t, "", func(cfg *userpool.Config) { cfg.Pool.ClientID = "6otherclient" })
	_, otherPool := newAPI(t, "", func(cfg *userpool.Config) { cfg.Pool.UserPoolID = "eu-west-1_Other1234" })
	rotated := newPending(t, c, func(cfg *userpool.PendingConfig) { cfg.Keys = []session.Key{sealKey(2), sealKey(1)} })
	if back, err := (jar{pendingName: value}).take(rotated, ch.ID()); err != nil || back.ID() != ch.ID() {
		t.Errorf("Take behind a new key = %v, %v, want the challenge", back, err)
	}
	for name, tt := range map[string]struct {
		p *userpool.Pending
		j jar
	}{
		"other key":             {newPending(t, c, func(cfg *userpool.PendingConfig) { cfg.Keys = []session.Key{sealKey(2)} }), jar{pendingName: value}},
		"other app client":      {newPending(t, otherClient), jar{pendingName: value}},
		"other pool":            {newPending(t, otherPool), jar{pendingName: value}},
		"other name":            {p, jar{"__Host-sign-in-1": value}},
		"no cookie":             {p, jar{}},
		"empty":                 {p, jar{pendingName: ""}},
		"no base64":             {p, jar{pendingName: "!" + value[1:]}},
		"cut":                   {p, jar{pendingName: value[:len(value)-4]}},
		"longer":                {p, jar{pendingName: value + "AAAA"}},
		"much longer":           {p, jar{pendingName: strings.Repeat("A", 5000)}},
		"first character":       {p, jar{pendingName: flip(value, 0)}},
		"last character":        {p, jar{pendingName: flip(value, len(value)-2)}},
		"a device in its place": {p, jar{pendingName: savedDevice(t, p)}},
	} {
		back, err := tt.j.take(tt.p, ch.ID())
		wantGone(t, "Take("+name+")", back, err)
	}
	r := (jar{pendingName: value}).request()
	r.AddCookie(&http.Cookie{Name: pendingName, Value: flip(value, 9)})
	back, err := p.Take(httptest.NewRecorder(), r, ch.ID())
	wantGone(t, "Take(two cookies)", back, err)
}

func flip(s string, i int) string {
	c := byte('A')
	if s[i] == 'A' {
		c = 'B'
	}
	return s[:i] + string(c) + s[i+1:]
}

func savedDevice(t testing.TB, p *userpool.Pending) string {
	rec := httptest.NewRecorder()
	if err := p.KeepDevice(rec, &userpool.Device{Key: "k", GroupKey: "g", Secret: "s"}); err != nil {
		t.Fatal(err)
	}
	return rec.Result().Cookies()[0].Value
}

// TestS1_PendingCookie: the attributes of the cookies, and one Set-Cookie for
// each name.
func TestS1_PendingCookie(t *testing.T) {
	a, c := newAPI(t, "")
	for base, want := range map[string]struct {
		name   string
		secure bool
		path   string
	}{
		"https://app.example.com":   {"__Host-sign-in", true, "/"},
		"https://example.com/app":   {"__Secure-sign-in_app", true, "/app"},
		"http://localhost:8080":     {"sign-in_8080", false, "/"},
		"http://127.0.0.1:8080/app": {"sign-in_8080_app", false, "/app"},
	} {
		p := newPending(t, c, func(cfg *userpool.PendingConfig) { cfg.BaseURL = base })
		ch := meet(t, a, c, challenged("SMS_MFA", nil))
		rec := httptest.NewRecorder()
		rec.Header().Add("Set-Cookie", "other=1")
		p.Drop(rec)
		if err := p.Save(rec, ch); err != nil {
			t.Fatal(err)
		}
		cookies := rec.Result().Cookies()
		if len(cookies) != 2 || cookies[0].Name != "other" {
			t.Fatalf("%s: the answer sets %v, want other and one of ours", base, cookies)
		}
		got := cookies[1]
		if got.Name != want.name || got.Secure != want.secure || !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Path != want.path || got.Domain != "" || got.MaxAge < 170 || got.MaxAge > 180 {
			t.Errorf("%s: the cookie is %v", base, got)
		}
		if rec.Header().Get("Cache-Control") != "no-store" || rec.Header().Get("Vary") != "Cookie" {
			t.Errorf("%s: Cache-Control = %q, Vary = %q", base, rec.Header().Get("Cache-Control"), rec.Header().Get("Vary"))
		}
	}
}

// TestU4_PendingHoldsNoPassword looks into the cookie with its key: neither
// password nor code is in there.
func TestU4_PendingHoldsNoPassword(t *testing.T) {
	a, c := newAPI(t, "")
	p, browser := newPending(t, c), jar{}
	ch := as[*userpool.SMSCode](t, meet(t, a, c, challenged("SMS_MFA", nil)))
	a.script(refusal("CodeMismatchException", "no"))
	_, _ = ch.Answer(t.Context(), "987654321")
	browser.save(t, p, ch)
	plain := inflate(t, openSealed(t, browser[pendingName]))
	if !strings.Contains(plain, "session-1") {
		t.Fatalf("the cookie holds %q, want the session in it", plain)
	}
	for _, secret := range []string{"secret-word", "987654321"} {
		if strings.Contains(plain, secret) {
			t.Errorf("the cookie holds %s", secret)
		}
	}
}

func TestPendingDevice(t *testing.T) {
	a, c := newAPI(t, "")
	p := newPending(t, c)
	other := jar{}
	other.save(t, p, meet(t, a, c, challenged("SMS_MFA", nil)))
	d := &userpool.Device{Key: deviceKey, GroupKey: deviceGroup, Secret: "device-secret"}
	browser, rec := jar{}, httptest.NewRecorder()
	if err := p.KeepDevice(rec, d); err != nil {
		t.Fatal(err)
	}
	cookie := rec.Result().Cookies()[0]
	if cookie.Name != deviceName || cookie.MaxAge != 400*24*3600 || !cookie.HttpOnly || !cookie.Secure {
		t.Errorf("the cookie is %v", cookie)
	}
	browser.keep(rec)
	if got := p.Device(browser.request()); !reflect.DeepEqual(got, d) {
		t.Errorf("Device = %v, want the one that was kept", got)
	}
	value := browser[deviceName]
	for name, j := range map[string]jar{"none": {}, "changed": {deviceName: flip(value, 5)}, "empty": {deviceName: ""}, "challenge in its place": {deviceName: other[pendingName]}} {
		if got := p.Device(j.request()); got != nil {
			t.Errorf("Device(%s) = %v, want nil", name, got)
		}
	}
	rec = httptest.NewRecorder()
	if err := p.KeepDevice(rec, &userpool.Device{Key: strings.Repeat("k", 4000), GroupKey: "g", Secret: "s"}); !errors.Is(err, session.ErrTooLarge) || len(rec.Header()["Set-Cookie"]) != 0 {
		t.Errorf("KeepDevice(large) = %v, want ErrTooLarge", err)
	}
	p.DropDevice(rec)
	browser.keep(rec)
	if got := p.Device(browser.request()); got != nil {
		t.Errorf("Device after DropDevice = %v, want nil", got)
	}
}

// TestE2_PendingConfig: every problem is reported at once.
func TestE2_PendingConfig(t *testing.T) {
	_, err := userpool.NewPending(userpool.PendingConfig{CookieName: "a b", Life: time.Hour})
	for _, text := range []string{"Client: missing", "Keys: no session key", "BaseURL: missing", "CookieName", "Life: 1h"} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("NewPending = %v, want %q in it", err, text)
		}
	}
	_, c := newAPI(t, "")
	for _, cfg := range []userpool.PendingConfig{
		{Client: c, BaseURL: "https://app.example.com", Keys: []session.Key{sealKey(1)[:31]}},
		{Client: c, BaseURL: "http://app.example.com", Keys: []session.Key{sealKey(1)}},
		{Client: c, BaseURL: "https://app.example.com", Keys: []session.Key{sealKey(1)}, Life: -1},
		{Client: c, BaseURL: "https://app.example.com", Keys: []session.Key{sealKey(1)}, CookieName: strings.Repeat("x", 65)},
	} {
		if p, err := userpool.NewPending(cfg); err == nil || p != nil {
			t.Errorf("NewPending(%v) = nil, want an error", cfg.BaseURL)
		}
	}
	if got := fmt.Sprintf("%+v %v", newPending(t, c), *newPending(t, c)); got != "userpool.Pending userpool.Pending" {
		t.Errorf("a Pending prints as %q", got)
	}
}

func TestCanAnswerAgain(t *testing.T) {
	a, c := newAPI(t, "")
	for _, tt := range []struct {
		answer answer
		want   bool
	}{
		{refusal("CodeMismatchException", "x"), true},
		{refusal("ExpiredCodeException", "Your software token has already been used once."), true},
		{refusal("InvalidPasswordException", "x"), true},
		{refusal("PasswordHistoryPolicyViolationException", "x"), true},
		{refusal("TooManyRequestsException", "x"), true},
		{refusal("InternalErrorException", "x"), true},
		{answer{err: errors.New("connection reset")}, true},
		{refusal("ExpiredCodeException", "Invalid code provided, please request a code again."), false},
		{refusal("NotAuthorizedException", "Incorrect username or password."), false},
		{refusal("NotAuthorizedException", "Invalid session for the user, session is expired."), false},
		{refusal("NotAuthorizedException", "User is disabled."), false},
		{refusal("UserNotFoundException", "x"), false},
		{refusal("PasswordResetRequiredException", "x"), false},
		{refusal("LimitExceededException", "x"), false},
		{answer{body: "{}"}, false},
	} {
		ch := as[*userpool.SMSCode](t, meet(t, a, c, challenged("SMS_MFA", nil)))
		a.script(tt.answer)
		_, err := ch.Answer(t.Context(), "123456")
		if got := userpool.CanAnswerAgain(err); got != tt.want {
			t.Errorf("CanAnswerAgain(%v) = %v, want %v", err, got, tt.want)
		}
	}
	for _, err := range []error{nil, errors.New("x"), context.Canceled} {
		if userpool.CanAnswerAgain(err) {
			t.Errorf("CanAnswerAgain(%v) = true", err)
		}
	}
}

// TestU2_ClockBehind: a challenge that seems to come from far in the future is
// refused. If one of two clocks is so wrong, nothing is known of its age.
func TestU2_ClockBehind(t *testing.T) {
	a, c := newAPI(t, "")
	for by, good := range map[time.Duration]bool{-time.Minute: true, -time.Hour: false} {
		_, behind := newAPI(t, "", func(cfg *userpool.Config) {
			cfg.Pool.Now = func() time.Time { return time.Now().Add(by) }
		})
		ch := meet(t, a, c, challenged(exchanges[0].name, exchanges[0].params, exchanges[0].available...))
		browser := jar{}
		browser.save(t, newPending(t, c), ch)
		got, err := browser.take(newPending(t, behind), ch.ID())
		if !good {
			wantGone(t, "Take an hour before the challenge was issued", got, err)
		} else if err != nil {
			t.Errorf("Take a minute before the challenge was issued = %v, want it", err)
		}
	}
}
