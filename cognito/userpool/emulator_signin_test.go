package userpool_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// allFlows lets an app client sign in every way there is.
var allFlows = []string{
	"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH",
	"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
}

const rightWord = "Correct-horse-1"

// newPool is an emulated pool with a confidential app client and the user
// jane, who signs in as jane@example.com, and its Client.
func newPool(t testing.TB, user cognitotest.User, opts ...cognitotest.Option) (*cognitotest.Pool, *userpool.Client) {
	t.Helper()
	opts = append([]cognitotest.Option{cognitotest.WithClient(cognitotest.AppClient{Secret: "s3cr3tOfTheAppClient", ExplicitAuthFlows: allFlows})}, opts...)
	pool := cognitotest.NewPool(opts...)
	user.Username, user.Email, user.EmailVerified = realName, alias, true
	if user.Password == "" {
		user.Password = rightWord
	}
	if _, err := pool.AddUser(user); err != nil {
		t.Fatal(err)
	}
	return pool, clientOf(t, pool)
}

// clientOf is a Client of the pool, which has no domain; each edit may change
// its Config.
func clientOf(t testing.TB, pool *cognitotest.Pool, edit ...func(*userpool.Config)) *userpool.Client {
	t.Helper()
	cfg := pool.Config()
	cfg.Domain = ""
	cfg.Logger = slog.New(slog.DiscardHandler)
	config := userpool.Config{Pool: cfg}
	withCredentials(&config)
	for _, e := range edit {
		e(&config)
	}
	client, err := userpool.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// A walk answers a challenge at the emulator, the way a user would.
type walk func(t *testing.T, pool *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error)

// lastCode is the last code sent to jane by mail, or in a text message.
func lastCode(t testing.TB, pool *cognitotest.Pool, to string) string {
	t.Helper()
	code := pool.LastCode(to)
	if code == "" {
		t.Fatalf("no code was sent to %s: %v", to, pool.Outbox())
	}
	return code
}

const phone = "+491711234567"

var (
	newPassword walk = func(t *testing.T, _ *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
		attributes := map[string]string{"given_name": "Jane"}
		_, err := as[*userpool.NewPasswordRequired](t, ch).Answer(t.Context(), "short", attributes)
		if !errors.Is(err, userpool.ErrInvalidPassword) || !userpool.CanAnswerAgain(err) {
			t.Errorf("Answer(short) = %v, want ErrInvalidPassword", err)
		}
		return as[*userpool.NewPasswordRequired](t, ch).Answer(t.Context(), "New-password-1", attributes)
	}
	smsCode walk = func(t *testing.T, pool *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
		sms := as[*userpool.SMSCode](t, ch)
		if _, err := sms.Answer(t.Context(), "000"); !errors.Is(err, userpool.ErrCodeMismatch) || !userpool.CanAnswerAgain(err) {
			t.Errorf("Answer(wrong) = %v, want ErrCodeMismatch", err)
		}
		if sms.Delivery == nil || sms.Delivery.Medium != "SMS" {
			t.Errorf("Delivery = %+v, want SMS", sms.Delivery)
		}
		return sms.Answer(t.Context(), lastCode(t, pool, phone))
	}
	emailCode walk = func(t *testing.T, pool *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
		email := as[*userpool.EmailCode](t, ch)
		if _, err := email.Answer(t.Context(), "000"); !errors.Is(err, userpool.ErrCodeMismatch) || !userpool.CanAnswerAgain(err) {
			t.Errorf("Answer(wrong) = %v, want ErrCodeMismatch", err)
		}
		return email.Answer(t.Context(), lastCode(t, pool, alias))
	}
	totpCode walk = func(t *testing.T, pool *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
		totp := as[*userpool.TOTPCode](t, ch)
		if _, err := totp.Answer(t.Context(), "000"); err == nil || !userpool.CanAnswerAgain(err) {
			t.Errorf("Answer(wrong) = %v, want CanAnswerAgain", err)
		}
		return totp.Answer(t.Context(), pool.TOTP(realName))
	}
	chooseTOTP walk = func(t *testing.T, _ *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
		return as[*userpool.SelectMFA](t, ch).Choose(t.Context(), "SOFTWARE_TOKEN_MFA")
	}
	choose = func(f userpool.Factor) walk {
		return func(t *testing.T, _ *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
			return as[*userpool.SelectFactor](t, ch).Choose(t.Context(), f)
		}
	}
	choosePassword walk = func(t *testing.T, _ *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
		return as[*userpool.SelectFactor](t, ch).Password(t.Context(), rightWord)
	}
	chooseSRP walk = func(t *testing.T, _ *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
		return as[*userpool.SelectFactor](t, ch).PasswordSRP(t.Context(), rightWord)
	}
	custom = func(answer string) walk {
		return func(t *testing.T, _ *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
			if q := as[*userpool.CustomChallenge](t, ch).Parameters["question"]; q != "7 * 6?" {
				t.Errorf("the question is %q", q)
			}
			return as[*userpool.CustomChallenge](t, ch).Answer(t.Context(), answer)
		}
	}
	enrol walk = func(t *testing.T, pool *cognitotest.Pool, ch userpool.Challenge) (*userpool.Step, error) {
		setup := as[*userpool.MFASetup](t, ch)
		token, err := setup.Enrol(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := setup.Answer(t.Context(), "000000", ""); !errors.Is(err, userpool.ErrCodeMismatch) || !userpool.CanAnswerAgain(err) {
			t.Errorf("Answer(wrong) = %v, want ErrCodeMismatch", err)
		}
		return setup.Answer(t.Context(), totp(string(token.Secret), pool.Now()), "phone")
	}
)

// A path is a sign-in at the emulator.
type path struct {
	name  string
	user  cognitotest.User
	pool  []cognitotest.Option
	who   userpool.Credentials // of jane@example.com
	walks []walk
}

var paths = []path{
	{name: "SRP", who: userpool.Credentials{Password: rightWord}},
	{name: "password", who: userpool.Credentials{Password: rightWord, Flow: userpool.FlowPassword}},
	{name: "admin", who: userpool.Credentials{Password: rightWord, Flow: userpool.FlowAdminPassword}},
	{name: "choice: password", who: userpool.Credentials{Password: rightWord, Flow: userpool.FlowChoice, First: userpool.FactorPassword}},
	{name: "choice: SRP", who: userpool.Credentials{Password: rightWord, Flow: userpool.FlowChoice, First: userpool.FactorPasswordSRP}},
	{name: "choice: e-mail", pool: factors("PASSWORD", "EMAIL_OTP"), who: userpool.Credentials{Flow: userpool.FlowChoice, First: userpool.FactorEmailOTP}, walks: []walk{emailCode}},
	{name: "choice: SMS", user: cognitotest.User{Phone: phone, PhoneVerified: true}, pool: factors("PASSWORD", "SMS_OTP"), who: userpool.Credentials{Flow: userpool.FlowChoice, First: userpool.FactorSMSOTP}, walks: []walk{smsCode}},
	{name: "choice later: e-mail", pool: factors("PASSWORD", "EMAIL_OTP"), who: userpool.Credentials{Flow: userpool.FlowChoice}, walks: []walk{choose("EMAIL_OTP"), emailCode}},
	{name: "choice later: password", pool: factors("PASSWORD", "EMAIL_OTP"), who: userpool.Credentials{Flow: userpool.FlowChoice}, walks: []walk{choosePassword}},
	{name: "choice later: SRP", pool: factors("PASSWORD", "EMAIL_OTP"), who: userpool.Credentials{Flow: userpool.FlowChoice}, walks: []walk{chooseSRP}},
	{name: "temporary password", user: cognitotest.User{Status: cognitotest.StatusForceChangePassword}, pool: []cognitotest.Option{cognitotest.WithRequiredAttributes("given_name")},
		who: userpool.Credentials{Password: rightWord, Flow: plainly}, walks: []walk{newPassword}},
	{name: "SMS", user: cognitotest.User{Phone: phone, PhoneVerified: true, SMSMFA: true}, pool: mfa(cognitotest.MFA{Mode: "OPTIONAL", SMS: true}), who: userpool.Credentials{Password: rightWord, Flow: plainly}, walks: []walk{smsCode}},
	{name: "SMS, admin", user: cognitotest.User{Phone: phone, PhoneVerified: true, SMSMFA: true}, pool: mfa(cognitotest.MFA{Mode: "OPTIONAL", SMS: true}),
		who: userpool.Credentials{Password: rightWord, Flow: userpool.FlowAdminPassword}, walks: []walk{smsCode}},
	{name: "e-mail", user: cognitotest.User{EmailMFA: true}, pool: mfa(cognitotest.MFA{Mode: "OPTIONAL", Email: true}), who: userpool.Credentials{Password: rightWord, Flow: plainly}, walks: []walk{emailCode}},
	{name: "TOTP", user: cognitotest.User{TOTPSecret: "JBSWY3DPEHPK3PXP"}, pool: mfa(cognitotest.MFA{Mode: "ON", TOTP: true}), who: userpool.Credentials{Password: rightWord, Flow: plainly}, walks: []walk{totpCode}},
	{name: "choice of MFA", user: cognitotest.User{TOTPSecret: "JBSWY3DPEHPK3PXP", Phone: phone, PhoneVerified: true, SMSMFA: true}, pool: mfa(cognitotest.MFA{Mode: "ON", TOTP: true, SMS: true}),
		who: userpool.Credentials{Password: rightWord, Flow: plainly}, walks: []walk{chooseTOTP, totpCode}},
	{name: "set-up of TOTP", pool: mfa(cognitotest.MFA{Mode: "ON", TOTP: true}), who: userpool.Credentials{Password: rightWord, Flow: plainly}, walks: []walk{enrol}},
	{name: "temporary password, then set-up", user: cognitotest.User{Status: cognitotest.StatusForceChangePassword}, pool: mfa(cognitotest.MFA{Mode: "ON", TOTP: true}),
		who: userpool.Credentials{Password: rightWord, Flow: plainly}, walks: []walk{newPassword, enrol}},
	{name: "custom", pool: quiz(), who: userpool.Credentials{Flow: userpool.FlowCustom}, walks: []walk{custom("41"), custom("42")}},
	{name: "custom after SRP", pool: quiz(), who: userpool.Credentials{Flow: userpool.FlowCustom, Password: rightWord}, walks: []walk{custom("42")}},
}

func factors(names ...string) []cognitotest.Option {
	return []cognitotest.Option{cognitotest.WithFirstAuthFactors(names...)}
}

func mfa(m cognitotest.MFA) []cognitotest.Option {
	return []cognitotest.Option{cognitotest.WithMFA(m)}
}

// quiz asks 7 * 6 until the answer is right, after a password where the app
// begins with one.
func quiz() []cognitotest.Option {
	return []cognitotest.Option{cognitotest.WithHooks(trigger.Hooks{
		DefineAuthChallenge: func(_ context.Context, e *trigger.DefineAuthChallenge) error {
			n := len(e.Session)
			switch {
			case n > 0 && e.Session[n-1].ChallengeName == "SRP_A":
				e.ChallengeName = "PASSWORD_VERIFIER"
			case n > 0 && e.Session[n-1].ChallengeName == "CUSTOM_CHALLENGE" && e.Session[n-1].ChallengeResult:
				e.IssueTokens = true
			default:
				e.ChallengeName = "CUSTOM_CHALLENGE"
			}
			return nil
		},
		CreateAuthChallenge: func(_ context.Context, e *trigger.CreateAuthChallenge) error {
			e.PublicChallengeParameters = map[string]string{"question": "7 * 6?"}
			e.PrivateChallengeParameters = map[string]string{"answer": "42"}
			return nil
		},
		VerifyAuthChallengeResponse: func(_ context.Context, e *trigger.VerifyAuthChallengeResponse) error {
			e.AnswerCorrect = e.ChallengeAnswer == e.PrivateChallengeParameters["answer"]
			return nil
		},
	})}
}

// TestU1_EveryPath goes every way through the emulator, with a client secret
// and an alias, each challenge out of a cookie, and refreshes at the end.
func TestU1_EveryPath(t *testing.T) {
	for _, p := range paths {
		t.Run(p.name, func(t *testing.T) {
			pool, c := newPool(t, p.user, p.pool...)
			pending := newPending(t, c)
			p.who.Username = alias
			step, err := c.SignIn(t.Context(), p.who)
			for _, walk := range p.walks {
				if err != nil || step.Challenge == nil {
					t.Fatalf("SignIn = %+v, %v, want a challenge", step, err)
				}
				ch, pendingErr := throughCookie(t, pending, pending, step.Challenge)
				if pendingErr != nil {
					t.Fatal(pendingErr)
				}
				step, err = walk(t, pool, ch)
			}
			if err != nil || step.Identity == nil {
				t.Fatalf("SignIn ends with %+v, %v, want tokens", step, err)
			}
			if step.Identity.Username != realName || step.Identity.Email != alias {
				t.Errorf("the identity is %+v, want jane's", step.Identity)
			}
			tokens, who, err := c.Refresh(t.Context(), step.Tokens, step.Identity)
			if err != nil || who.Subject != step.Identity.Subject || tokens.Access == step.Tokens.Access {
				t.Errorf("Refresh = %v, %v, want new tokens of jane", who, err)
			}
		})
	}
}

// rounds is how many sign-ins TestU1_ManySignIns makes, and TestPlainSDK if it
// is more than a hundred. CI makes a thousand.
var rounds = flag.Int("rounds", thorough.Or(2, 10), "sign-ins of TestU1_ManySignIns and TestPlainSDK")

// TestU1_ManySignIns: each with a user and a password of its own, so that
// numbers with leading zeros come up in every place.
func TestU1_ManySignIns(t *testing.T) {
	pool, c := newPool(t, cognitotest.User{})
	for i := range *rounds {
		name, word := fmt.Sprint("user-", i), fmt.Sprint("Passwört-", i)
		if _, err := pool.AddUser(cognitotest.User{Username: name, Password: word, Email: name + "@example.com", EmailVerified: true}); err != nil {
			t.Fatal(err)
		}
		step, err := c.SignIn(t.Context(), userpool.Credentials{Username: name + "@example.com", Password: cognito.Secret(word)})
		if err != nil || step.Identity == nil || step.Identity.Username != name {
			t.Fatalf("sign-in %d = %+v, %v", i, step, err)
		}
	}
}

// TestU3_UnknownUser: with PreventUserExistenceErrors, and without, a sign-in
// of nobody fails as a wrong password does.
func TestU3_UnknownUser(t *testing.T) {
	for _, reveal := range []bool{false, true} {
		pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ExplicitAuthFlows: allFlows, RevealUserExistence: reveal}))
		if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: rightWord}); err != nil {
			t.Fatal(err)
		}
		c := clientOf(t, pool)
		for _, flow := range []userpool.Flow{userpool.FlowSRP, userpool.FlowPassword, userpool.FlowAdminPassword} {
			var notices []userpool.Notice
			for _, name := range []string{"jane", "nobody"} {
				_, err := c.SignIn(t.Context(), userpool.Credentials{Username: name, Password: "wrong", Flow: flow})
				if !errors.Is(err, userpool.ErrNotAuthorized) {
					t.Errorf("SignIn(%s, %s) = %v, want ErrNotAuthorized", name, flow, err)
				}
				notices = append(notices, userpool.NoticeFor(err))
			}
			if notices[0] != notices[1] {
				t.Errorf("%s: NoticeFor tells nobody from somebody: %v", flow, notices)
			}
		}
	}
}

// TestE2_FlowDisabled: the error names what to set, in its full text.
func TestE2_FlowDisabled(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: clientID, ExplicitAuthFlows: []string{"ALLOW_REFRESH_TOKEN_AUTH"}}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: rightWord}); err != nil {
		t.Fatal(err)
	}
	c := clientOf(t, pool)
	for _, tt := range []struct {
		who  userpool.Credentials
		flow string
	}{
		{userpool.Credentials{Password: rightWord}, "USER_SRP_AUTH"},
		{userpool.Credentials{Password: rightWord, Flow: userpool.FlowPassword}, "USER_PASSWORD_AUTH"},
		{userpool.Credentials{Password: rightWord, Flow: userpool.FlowAdminPassword}, "ADMIN_USER_PASSWORD_AUTH"},
		{userpool.Credentials{Flow: userpool.FlowChoice}, "USER_AUTH"},
		{userpool.Credentials{Flow: userpool.FlowCustom}, "CUSTOM_AUTH"},
	} {
		tt.who.Username = "jane"
		_, err := c.SignIn(t.Context(), tt.who)
		want := "ALLOW_" + tt.flow + " is missing for app client " + clientID
		if e := asError(t, err); e.Reason != "flow_disabled" || !strings.HasSuffix(e.Error(), "; "+want) {
			t.Errorf("SignIn(%s) = %v, want %q", tt.flow, err, want)
		}
	}
}

// TestU2_ReplayAtCognito: a challenge answered once is over, and one that is
// too old as well.
func TestU2_ReplayAtCognito(t *testing.T) {
	user := cognitotest.User{TOTPSecret: "JBSWY3DPEHPK3PXP"}
	signIn := func() (*cognitotest.Pool, *userpool.TOTPCode) {
		pool, c := newPool(t, user, mfa(cognitotest.MFA{Mode: "ON", TOTP: true})...)
		step, err := c.SignIn(t.Context(), userpool.Credentials{Username: alias, Password: rightWord, Flow: plainly})
		if err != nil {
			t.Fatal(err)
		}
		return pool, as[*userpool.TOTPCode](t, step.Challenge)
	}
	pool, ch := signIn()
	if _, err := ch.Answer(t.Context(), pool.TOTP(realName)); err != nil {
		t.Fatal(err)
	}
	pool.Advance(time.Minute)
	if _, err := ch.Answer(t.Context(), pool.TOTP(realName)); !errors.Is(err, userpool.ErrSessionExpired) || userpool.CanAnswerAgain(err) {
		t.Errorf("Answer again = %v, want ErrSessionExpired", err)
	}
	pool, ch = signIn()
	pool.Advance(4 * time.Minute)
	if _, err := ch.Answer(t.Context(), pool.TOTP(realName)); !errors.Is(err, userpool.ErrSessionExpired) {
		t.Errorf("Answer after 4 minutes = %v, want ErrSessionExpired", err)
	}
}

// TestU2_DoubleClick: of two requests with the same cookie that cross, one
// signs the user in.
func TestU2_DoubleClick(t *testing.T) {
	pool, c := newPool(t, cognitotest.User{Phone: phone, PhoneVerified: true, SMSMFA: true}, mfa(cognitotest.MFA{Mode: "OPTIONAL", SMS: true})...)
	p, browser := newPending(t, c), jar{}
	step, err := c.SignIn(t.Context(), userpool.Credentials{Username: alias, Password: rightWord, Flow: plainly})
	if err != nil {
		t.Fatal(err)
	}
	browser.save(t, p, step.Challenge)
	code := lastCode(t, pool, phone)
	errs := make(chan error, 2)
	for range cap(errs) {
		ch, err := p.Take(httptest.NewRecorder(), browser.request(), step.Challenge.ID())
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_, err := ch.(*userpool.SMSCode).Answer(t.Context(), code)
			errs <- err
		}()
	}
	first, second := <-errs, <-errs
	if first != nil {
		first, second = second, first
	}
	if first != nil || !errors.Is(second, userpool.ErrSessionExpired) {
		t.Errorf("two answers = %v and %v, want one to sign in and ErrSessionExpired", first, second)
	}
}

// TestRememberedDeviceAtCognito: a device is confirmed, remembered, spares the
// second factor, is listed and forgotten; refreshes know it.
func TestRememberedDeviceAtCognito(t *testing.T) {
	pool, c := newPool(t, cognitotest.User{TOTPSecret: "JBSWY3DPEHPK3PXP"},
		cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true}),
		cognitotest.WithDeviceTracking(cognitotest.DeviceTracking{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true}))
	ctx := t.Context()
	who := userpool.Credentials{Username: alias, Password: rightWord} // by SRP: Cognito refreshes no other sign-in with a device
	first := func() *userpool.Step {
		t.Helper()
		step, err := c.SignIn(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		pool.Advance(30 * time.Second) // a code serves once
		if step, err = as[*userpool.TOTPCode](t, step.Challenge).Answer(ctx, pool.TOTP(realName)); err != nil {
			t.Fatal(err)
		}
		return step
	}
	step := first()
	if step.NewDevice == nil {
		t.Fatal("NewDevice = nil, want one")
	}
	device, err := c.ConfirmDevice(ctx, step.Tokens.Access, *step.NewDevice, "Firefox")
	if err != nil || !device.AskUser {
		t.Fatalf("ConfirmDevice = %v, %v, want that the user is asked", device, err)
	}
	if _, _, err := c.Refresh(ctx, step.Tokens, step.Identity); err != nil {
		t.Errorf("Refresh = %v, want that the device key goes with it", err)
	}
	if err := c.UpdateDeviceStatus(ctx, step.Tokens.Access, device.Key, true); err != nil {
		t.Fatal(err)
	}
	who.Device = device
	step, err = c.SignIn(ctx, who)
	if err != nil || step.Identity == nil || step.NewDevice != nil {
		t.Fatalf("SignIn(device) = %+v, %v, want tokens at once", step, err)
	}
	if _, _, err := c.Refresh(ctx, step.Tokens, step.Identity); err != nil {
		t.Errorf("Refresh = %v", err)
	}
	list, next, err := c.ListDevices(ctx, step.Tokens.Access, "")
	if err != nil || len(list) != 1 || next != "" || list[0].Key != device.Key || list[0].Name != "Firefox" || !list[0].Remembered || list[0].Created.IsZero() {
		t.Errorf("ListDevices = %+v, %q, %v", list, next, err)
	}
	if info, err := c.GetDevice(ctx, step.Tokens.Access, device.Key); err != nil || info.Key != device.Key {
		t.Errorf("GetDevice = %+v, %v", info, err)
	}
	if err := c.UpdateDeviceStatus(ctx, step.Tokens.Access, device.Key, false); err != nil {
		t.Error(err)
	}
	who.Flow = plainly
	if again, err := c.SignIn(ctx, who); err != nil || again.Challenge == nil {
		t.Errorf("SignIn(device not remembered) = %+v, %v, want the second factor", again, err)
	}
	if err := c.ForgetDevice(ctx, step.Tokens.Access, device.Key); err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetDevice(ctx, step.Tokens.Access, device.Key); !errors.Is(err, userpool.ErrAccessToken) {
		t.Errorf("GetDevice = %v, want ErrAccessToken: the device's tokens have gone with it", err)
	}
	if again, err := c.SignIn(ctx, who); err != nil || again.Challenge == nil {
		t.Errorf("SignIn(forgotten device) = %+v, %v, want the second factor", again, err)
	}
	who.Device = nil
	if _, err := c.GetDevice(ctx, first().Tokens.Access, device.Key); !errors.Is(err, userpool.ErrUnknownDevice) {
		t.Errorf("GetDevice = %v, want ErrUnknownDevice", err)
	}
}

// TestSignInAfterSignUp goes on with the session of the confirmation.
func TestSignInAfterSignUp(t *testing.T) {
	pool, c := newPool(t, cognitotest.User{}, factors("PASSWORD", "EMAIL_OTP")...)
	ctx := t.Context()
	up, err := c.SignUp(ctx, userpool.NewUser{Username: "joe", Password: rightWord, Attributes: map[string]string{"email": "joe@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	session, err := c.ConfirmSignUp(ctx, userpool.Confirmation{Username: "joe", Code: pool.LastCode("joe@example.com"), Session: up.Session})
	if err != nil || session == "" {
		t.Fatalf("ConfirmSignUp = %q, %v, want a session", string(session), err)
	}
	step, err := c.SignIn(ctx, userpool.Credentials{Username: "joe", Flow: userpool.FlowChoice, Session: session})
	if err != nil || step.Identity == nil || step.Identity.Username != "joe" {
		t.Errorf("SignIn = %+v, %v, want joe's tokens", step, err)
	}
}

// totp is the code that an authenticator app shows (RFC 6238).
func totp(secret string, at time.Time) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		panic(err)
	}
	h := hmac.New(sha1.New, key)
	_ = binary.Write(h, binary.BigEndian, at.Unix()/30)
	sum := h.Sum(nil)
	from := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[from:])&0x7fffffff%1_000_000)
}
