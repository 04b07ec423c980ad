package userpool_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// strangers are what Cognito says at the first step of a sign-in to somebody
// who does not have the password.
var strangers = []answer{
	refusal("NotAuthorizedException", "Incorrect username or password."),
	refusal("UserNotFoundException", "User does not exist."),
	refusal("UserNotConfirmedException", "User is not confirmed."),
	refusal("PasswordResetRequiredException", "Password reset required for the user"),
	refusal("NotAuthorizedException", "User is disabled."),
	refusal("NotAuthorizedException", "Password attempts exceeded"),
	refusal("NotAuthorizedException", "Temporary password has expired and must be reset by an administrator."),
	refusal("NotAuthorizedException", "words never seen before"),
}

// TestU3_SignInTellsNothing: whatever the account is, the notice is the same at
// the first proof, in each flow. So is the status of an API's answer with it.
func TestU3_SignInTellsNothing(t *testing.T) {
	a, c := newAPI(t, "")
	srp := challenged("PASSWORD_VERIFIER", map[string]string{
		"SALT": "abcd", "SRP_B": strings.Repeat("7", 200), "SECRET_BLOCK": "AAAA", "USER_ID_FOR_SRP": realName,
	})
	for name, try := range map[string]func(said answer) error{
		"FlowPassword": func(said answer) error {
			a.script(said)
			_, err := c.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "no idea", Flow: userpool.FlowPassword})
			return err
		},
		"FlowSRP": func(said answer) error {
			a.script(srp, said)
			_, err := c.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "no idea"})
			return err
		},
		"FlowChoice": func(said answer) error {
			a.script(challenged("SELECT_CHALLENGE", nil, "PASSWORD"), said)
			step, err := c.SignIn(t.Context(), userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice})
			if err != nil {
				t.Fatal(err)
			}
			_, err = as[*userpool.SelectFactor](t, step.Challenge).Password(t.Context(), "no idea")
			return err
		},
	} {
		want := userpool.NoticeFor(try(strangers[0]))
		if want.Key != userpool.NoticeCredentials || want.Status != 401 {
			t.Errorf("%s: NoticeFor = %+v, want credentials and status 401", name, want)
		}
		those := strangers
		if name == "FlowSRP" {
			those = thorough.Sample(strangers, 4, 1)
		}
		for _, said := range those {
			if got := userpool.NoticeFor(try(said)); got != want {
				t.Errorf("%s: NoticeFor(%s) = %+v, want %+v", name, said.body, got, want)
			}
		}
	}
}

// TestU3_CodeSignIn: a code as the first factor that is not sent leads to a
// challenge that looks and behaves like one that was.
func TestU3_CodeSignIn(t *testing.T) {
	a, c := newAPI(t, "")
	p := newPending(t, c)
	who := userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice, First: userpool.FactorEmailOTP}
	a.script(challengedWith(noise(900), "EMAIL_OTP", map[string]string{"USERNAME": realName, "CODE_DELIVERY_DESTINATION": "j***@e***"}))
	sent, err := c.SignIn(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	look := func(step *userpool.Step) (cookie int, text int) {
		rec := httptest.NewRecorder()
		if err := p.Save(rec, step.Challenge); err != nil {
			t.Fatal(err)
		}
		sealed, err := p.Seal(step.Challenge)
		if err != nil {
			t.Fatal(err)
		}
		return len(rec.Header().Get("Set-Cookie")), len(sealed)
	}
	for _, said := range append(strangers, refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")) {
		a.script(said)
		_, err := c.SignIn(t.Context(), who)
		if !userpool.RevealsAccount(err) {
			t.Errorf("RevealsAccount(%v) = false", err)
		}
		decoy := c.Decoy(who)
		cookie, text := look(sent)
		if c, s := look(decoy); c != cookie || s != text {
			t.Errorf("a decoy takes %d and %d bytes, a challenge %d and %d", c, s, cookie, text)
		}
		if sent.Challenge.Name() != decoy.Challenge.Name() {
			t.Errorf("the decoy is a %s", decoy.Challenge.Name())
		}
		back, err := throughCookie(t, p, p, decoy.Challenge)
		if err != nil {
			t.Fatal(err)
		}
		a.script(refusal("NotAuthorizedException", "Invalid session for the user."))
		_, err = as[*userpool.EmailCode](t, back).Answer(t.Context(), "12345678")
		if !errors.Is(err, userpool.ErrCodeMismatch) || !userpool.CanAnswerAgain(err) || len(a.made()) != 1 {
			t.Errorf("Answer to a decoy = %v after %d calls, want ErrCodeMismatch after one", err, len(a.made()))
		}
		if got := userpool.NoticeFor(err).Key; got != userpool.NoticeCode {
			t.Errorf("NoticeFor(%v) = %s, want that of a wrong code", err, got)
		}
	}
	a.script(refusal("NotAuthorizedException", "Incorrect username or password."))
	if _, err := c.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "x", Flow: userpool.FlowPassword}); userpool.RevealsAccount(err) {
		t.Error("RevealsAccount = true for a password, which has an answer of its own")
	}
}

// TestU3_SignUpCookie: a sign-up sets one cookie of one length, whether the
// name was free or not.
func TestU3_SignUpCookie(t *testing.T) {
	_, c := newAPI(t, "")
	p := newPending(t, c)
	var lengths, texts []int
	for _, s := range []cognito.Secret{"", "a-session-of-twenty-characters", cognito.Secret(noise(1500))} {
		rec := httptest.NewRecorder()
		p.SaveSignUp(rec, s)
		r := httptest.NewRequest("POST", "https://app.example.com/confirm", nil)
		for _, cookie := range rec.Result().Cookies() {
			r.AddCookie(cookie)
		}
		if got := p.SignUp(r); got != s {
			t.Errorf("SignUp = %q, want %q", string(got), string(s))
		}
		sealed := p.SealSignUp(s)
		if got := p.OpenSignUp(sealed); got != s {
			t.Errorf("OpenSignUp = %q, want %q", string(got), string(s))
		}
		lengths, texts = append(lengths, len(rec.Header().Get("Set-Cookie"))), append(texts, len(sealed))
	}
	if lengths[0] != lengths[1] || lengths[0] != lengths[2] || texts[0] != texts[1] || texts[0] != texts[2] {
		t.Errorf("lengths %v and %v, want one", lengths, texts)
	}
	if p.OpenSignUp("AAAA") != "" || p.OpenSignUp("") != "" {
		t.Error("OpenSignUp opened what SealSignUp has not made")
	}
}

// TestNewPassword_AttributesThatAreThere: what has not changed is not sent, and
// the refusal of one that has is not told as wrong credentials.
func TestNewPassword_AttributesThatAreThere(t *testing.T) {
	a, c := newAPI(t, "")
	params := map[string]string{"requiredAttributes": `["userAttributes.given_name"]`, "userAttributes": `{"email":"jane@example.com"}`}
	ch := as[*userpool.NewPasswordRequired](t, meet(t, a, c, challenged("NEW_PASSWORD_REQUIRED", params)))
	a.script(refusal("NotAuthorizedException", "Cannot modify an already provided email"))
	_, err := ch.Answer(t.Context(), "New-word-2", map[string]string{"given_name": "Jane", "email": "jane@example.com"})
	sent := a.made()[0].texts("ChallengeResponses")
	if _, there := sent["userAttributes.email"]; there || sent["userAttributes.given_name"] != "Jane" {
		t.Errorf("Answer sent %v, want no e-mail", sent)
	}
	if errors.Is(err, userpool.ErrNotAuthorized) || asError(t, err).Reason != userpool.ReasonAttributeSet || userpool.NoticeFor(err).Key != userpool.NoticeForm {
		t.Errorf("Answer = %v, notice %q, want attribute_set", err, userpool.NoticeFor(err).Key)
	}
	a.script(refusal("NotAuthorizedException", "words never seen before"))
	_, err = ch.Answer(t.Context(), "New-word-2", map[string]string{"given_name": "Jane"})
	if errors.Is(err, userpool.ErrNotAuthorized) || userpool.NoticeFor(err).Key == userpool.NoticeCredentials {
		t.Errorf("Answer = %v, notice %q, want nothing about the password that was right", err, userpool.NoticeFor(err).Key)
	}
}

// TestMFASetup_Email: codes by e-mail are set up at the sign-in.
func TestMFASetup_Email(t *testing.T) {
	a, c := newAPI(t, "")
	ch := as[*userpool.MFASetup](t, meet(t, a, c, challenged("MFA_SETUP", map[string]string{"USER_ID_FOR_SRP": realName, "MFAS_CAN_SETUP": `["EMAIL_OTP"]`})))
	a.script(challenged("EMAIL_OTP", map[string]string{"CODE_DELIVERY_DESTINATION": "j***@e***"}))
	step, err := ch.AnswerEmail(t.Context(), "jane@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if sent := a.made()[0].texts("ChallengeResponses"); sent["EMAIL"] != "jane@example.com" || sent["USERNAME"] != realName {
		t.Errorf("AnswerEmail sent %v", sent)
	}
	as[*userpool.EmailCode](t, step.Challenge)
	app := as[*userpool.MFASetup](t, meet(t, a, c, challenged("MFA_SETUP", map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`})))
	if _, err := app.AnswerEmail(t.Context(), "jane@example.com"); asError(t, err).Reason != userpool.ReasonBadRequest {
		t.Errorf("AnswerEmail = %v, want bad_request where it is no choice", err)
	}
}

// TestMFASetup_EmailOrApp: Email and Enrol say what Answer sets up.
func TestMFASetup_EmailOrApp(t *testing.T) {
	a, c := newAPI(t, "")
	setUp := challenged("MFA_SETUP", map[string]string{"MFAS_CAN_SETUP": `["EMAIL_OTP","SOFTWARE_TOKEN_MFA"]`})
	ch := as[*userpool.MFASetup](t, meet(t, a, c, setUp))
	ch.Email("jane@example.com")
	a.script(challenged("EMAIL_OTP", nil))
	if _, err := ch.Answer(t.Context(), "", ""); err != nil || a.made()[0].texts("ChallengeResponses")["EMAIL"] != "jane@example.com" {
		t.Errorf("Answer after Email = %v", err)
	}
	ch = as[*userpool.MFASetup](t, meet(t, a, c, setUp))
	ch.Email("jane@example.com")
	a.script(answer{body: `{"SecretCode":"JBSWY3DPEHPK3PXP","Session":"` + strings.Repeat("s", 40) + `"}`})
	if _, err := ch.Enrol(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := ch.Answer(t.Context(), "", ""); asError(t, err).Reason != userpool.ReasonBadRequest {
		t.Errorf("Answer without a code after Enrol = %v, want bad_request", err)
	}
}

// TestE3_ChallengesOfTheApp: a challenge that the app made itself is refused.
func TestE3_ChallengesOfTheApp(t *testing.T) {
	ctx := context.Background()
	tries := map[string]func() (*userpool.Step, error){
		"SMSCode":             func() (*userpool.Step, error) { return (&userpool.SMSCode{}).Answer(ctx, "1") },
		"EmailCode":           func() (*userpool.Step, error) { return (&userpool.EmailCode{}).Answer(ctx, "1") },
		"TOTPCode":            func() (*userpool.Step, error) { return (&userpool.TOTPCode{}).Answer(ctx, "1") },
		"NewPasswordRequired": func() (*userpool.Step, error) { return (&userpool.NewPasswordRequired{}).Answer(ctx, "x", nil) },
		"SelectMFA":           func() (*userpool.Step, error) { return (&userpool.SelectMFA{}).Choose(ctx, "SMS_MFA") },
		"SelectFactor":        func() (*userpool.Step, error) { return (&userpool.SelectFactor{}).Choose(ctx, "EMAIL_OTP") },
		"SelectFactor, SRP":   func() (*userpool.Step, error) { return (&userpool.SelectFactor{}).PasswordSRP(ctx, "x") },
		"MFASetup":            func() (*userpool.Step, error) { return (&userpool.MFASetup{}).Answer(ctx, "1", "") },
		"MFASetup, e-mail":    func() (*userpool.Step, error) { return (&userpool.MFASetup{}).AnswerEmail(ctx, "jane@example.com") },
		"MFASetup, Enrol":     func() (*userpool.Step, error) { _, err := (&userpool.MFASetup{}).Enrol(ctx); return nil, err },
		"PasswordChallenge":   func() (*userpool.Step, error) { return (&userpool.PasswordChallenge{}).Answer(ctx, "x") },
		"WebAuthn":            func() (*userpool.Step, error) { return (&userpool.WebAuthn{}).Answer(ctx, json.RawMessage(`{}`)) },
		"CustomChallenge":     func() (*userpool.Step, error) { return (&userpool.CustomChallenge{}).Answer(ctx, "x") },
		"DeviceChallenge": func() (*userpool.Step, error) {
			return (&userpool.DeviceChallenge{}).Answer(ctx, &userpool.Device{Key: "k", GroupKey: "g", Secret: "s"})
		},
		"UnknownChallenge": func() (*userpool.Step, error) { return (&userpool.UnknownChallenge{}).Answer(ctx, nil) },
	}
	for name, try := range tries {
		if step, err := try(); step != nil || asError(t, err).Reason != userpool.ReasonBadRequest {
			t.Errorf("%s = %v, %v, want bad_request", name, step, err)
		}
	}
	_, c := newAPI(t, "")
	p := newPending(t, c)
	ch := &userpool.SMSCode{}
	if err := p.Save(httptest.NewRecorder(), ch); asError(t, err).Reason != userpool.ReasonBadRequest {
		t.Errorf("Save = %v, want bad_request", err)
	}
	if _, err := p.Seal(ch); asError(t, err).Reason != userpool.ReasonBadRequest {
		t.Errorf("Seal = %v, want bad_request", err)
	}
	if ch.Name() != "" || ch.ID() != "" || !ch.Issued().IsZero() {
		t.Error("an empty challenge has a name")
	}
}

// TestU2_CustomChallengeFits: a question of 1,900 characters and a session as
// long as Cognito's fit into one cookie, and in an answer that proxies pass.
func TestU2_CustomChallengeFits(t *testing.T) {
	a, c := newAPI(t, "")
	p := newPending(t, c)
	question := strings.Repeat("What is the name of your first teacher? ", 50)[:1900]
	ch := meet(t, a, c, challengedWith(noise(1600), "CUSTOM_CHALLENGE", map[string]string{"question": question}))
	rec := httptest.NewRecorder()
	if err := p.Save(rec, ch); err != nil {
		t.Fatal(err)
	}
	if n := len(rec.Header().Get("Set-Cookie")); n > 3800 {
		t.Errorf("the cookie has %d bytes, want 3,800 at most", n)
	}
	back, err := throughCookie(t, p, p, ch)
	if err != nil || as[*userpool.CustomChallenge](t, back).Parameters["question"] != question {
		t.Errorf("Take = %v, %v, want the question", back, err)
	}
	large := meet(t, a, c, challenged("CUSTOM_CHALLENGE", map[string]string{"picture": noise(9000)}))
	if err := p.Save(httptest.NewRecorder(), large); !errors.Is(err, session.ErrTooLarge) || !strings.Contains(err.Error(), "Pending.Seal") || strings.Contains(err.Error(), "Store") {
		t.Errorf("Save = %v, want ErrTooLarge with a remedy that there is", err)
	}
	text, err := p.Seal(large)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := p.Open(text); err != nil || len(as[*userpool.CustomChallenge](t, back).Parameters["picture"]) != 9000 {
		t.Errorf("Open(Seal) = %v, %v, want all of the challenge", back, err)
	}
}

// TestU2_Strings: a challenge goes through a string as through a cookie, for
// this app client and key alone, and neither serves as the other.
func TestU2_Strings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, c := newAPI(t, "")
		p := newPending(t, c)
		ch := meet(t, a, c, challenged("WEB_AUTHN", map[string]string{"CREDENTIAL_REQUEST_OPTIONS": `{"challenge":"AAAA"}`}))
		text, err := p.Seal(ch)
		if err != nil {
			t.Fatal(err)
		}
		back, err := p.Open(text)
		if err != nil || back.ID() != ch.ID() || string(as[*userpool.WebAuthn](t, back).Options) != `{"challenge":"AAAA"}` {
			t.Fatalf("Open(Seal) = %v, %v, want the challenge with its options", back, err)
		}
		wantGone(t, "Peek with a string for a cookie", nil, peekError(p, jar{pendingName: text}))
		j := jar{}
		j.save(t, p, ch)
		for what, sealed := range map[string]string{"a cookie": j[pendingName], "nothing": "", "a changed string": flip(text, 40), "much": strings.Repeat("A", 1<<20)} {
			got, err := p.Open(sealed)
			wantGone(t, "Open("+what+")", got, err)
		}
		other := newPending(t, c, func(cfg *userpool.PendingConfig) { cfg.Keys = []session.Key{sealKey(2)} })
		got, err := other.Open(text)
		wantGone(t, "Open with another key", got, err)
		renamed := newPending(t, c, func(cfg *userpool.PendingConfig) { cfg.CookieName = "other" })
		wantGone(t, "Peek at a cookie under another name", nil, peekError(renamed, jar{"__Host-other": j[pendingName]}))
		a.pool.Advance(4 * 60e9)
		got, err = p.Open(text)
		wantGone(t, "Open after four minutes", got, err)
	})
}

func peekError(p *userpool.Pending, j jar) error {
	_, err := p.Peek(j.request())
	return err
}

// TestR1_TokensOnly: a client that holds tokens alone refreshes without an
// identity, two at a time make one request, and all keep the refresh token.
func TestR1_TokensOnly(t *testing.T) {
	api, client := newAPI(t, clientSecret)
	old, who := janesTokens(t, api, client)
	api.script(result(string(api.pool.IDToken("jane")), string(api.pool.AccessToken("jane")), ""))
	tokens, identity, err := client.Refresh(t.Context(), cognito.Tokens{Refresh: old.Refresh}, nil)
	if err != nil || identity.Subject != who.Subject || tokens.Refresh != old.Refresh {
		t.Fatalf("Refresh = %v, %v, want jane and the old refresh token", identity, err)
	}
	if _, err := api.pool.AddUser(cognitotest.User{Username: "max"}); err != nil {
		t.Fatal(err)
	}
	api.script(result(string(api.pool.IDToken("max")), string(api.pool.AccessToken("max")), ""))
	if _, _, err := client.Refresh(t.Context(), old, nil); err == nil {
		t.Error("Refresh turned jane into max")
	}
}

// TestR1_TokensOnlyJoined: refreshes with one token at a time are one request,
// and a caller who leaves takes nothing from the others.
func TestR1_TokensOnlyJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"}, RefreshTokenRotation: true}))
		if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: rightWord}); err != nil {
			t.Fatal(err)
		}
		var refreshes atomic.Int32
		cfg := pool.Config()
		cfg.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetTokensFromRefreshToken") {
				refreshes.Add(1)
				time.Sleep(time.Second)
			}
			return pool.Client().Transport.RoundTrip(r)
		})}
		client, err := userpool.New(userpool.Config{Pool: cfg})
		if err != nil {
			t.Fatal(err)
		}
		step, err := client.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: rightWord, Flow: plainly})
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for i := range 10 {
			group.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i == 0 {
					cancel()
				}
				tokens, _, err := client.Refresh(ctx, step.Tokens, nil)
				if i > 0 && (err != nil || tokens.Refresh == step.Tokens.Refresh) {
					t.Errorf("Refresh = %v, want the rotated token for all", err)
				}
			})
		}
		group.Wait()
		if n := refreshes.Load(); n != 1 {
			t.Errorf("ten refreshes made %d requests, want 1", n)
		}
	})
}

// TestRefresh_Unsupported: an emulator that does not know the operation is
// asked with the older flow, also where it answers with status 500.
func TestRefresh_Unsupported(t *testing.T) {
	api, client := newAPI(t, "")
	old, who := janesTokens(t, api, client)
	no := refusal("Unsupported", "unsupported feature: GetTokensFromRefreshToken")
	no.status = 500
	api.script(no, result(string(api.pool.IDToken("jane")), string(api.pool.AccessToken("jane")), ""))
	if _, _, err := client.Refresh(t.Context(), old, who); err != nil || len(api.made()) != 2 || api.made()[1].op != "InitiateAuth" {
		t.Errorf("Refresh = %v after %v, want REFRESH_TOKEN_AUTH", err, api.made())
	}
}

// TestE2_Explain: an error of a call that the app made with the SDK itself is
// told like one of this package's.
func TestE2_Explain(t *testing.T) {
	a, c := newAPI(t, "")
	sdk := cip.New(cip.Options{Region: "eu-west-1", HTTPClient: &http.Client{Transport: a}, Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKIAANY", SecretAccessKey: "any"}, nil
	})})
	a.script(refusal("UsernameExistsException", "User account already exists"))
	_, err := sdk.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: aws.String(poolID), Username: aws.String("jane")})
	err = c.Explain("AdminCreateUser", err)
	if !errors.Is(err, userpool.ErrUsernameExists) || asError(t, err).Op != "AdminCreateUser" || c.Explain("AdminCreateUser", err) != err {
		t.Errorf("Explain = %v, want ErrUsernameExists of AdminCreateUser", err)
	}
	if err := c.Explain("AdminCreateUser", nil); err != nil {
		t.Errorf("Explain(nil) = %v", err)
	}
	if got, want := userpool.SecretHash("test", "123abd", "clientSecret"), "LoIX/oPJWZzFYv8liJYRo+CHv16FNDY10JlZEDjL3Vg="; got != want {
		t.Errorf("SecretHash = %s, want %s", got, want)
	}
}

// TestReply: a step and a device go to the app in clear, and only there.
func TestReply(t *testing.T) {
	a, c := newAPI(t, "")
	p := newPending(t, c)
	a.script(signedIn(a))
	step, err := c.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "secret-word", Flow: userpool.FlowPassword})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := p.Reply(step)
	if err != nil {
		t.Fatal(err)
	}
	open, _ := json.Marshal(reply)
	shut, _ := json.Marshal(step)
	if access := string(step.Tokens.Access); !strings.Contains(string(open), `"access_token":"`+access+`"`) || strings.Contains(string(shut), access) || !strings.Contains(string(open), `"sub":"`+step.Identity.Subject+`"`) {
		t.Errorf("Reply = %s\nthe step marshals as %s", open, shut)
	}
	d := userpool.Device{Key: "k", GroupKey: "g", Secret: "s"}
	text, _ := json.Marshal(d.Reply())
	var back userpool.Device
	if err := json.Unmarshal(text, &back); err != nil || back != d {
		t.Errorf("Device from %s = %v, %v", text, back, err)
	}
	ch := meet(t, a, c, challenged("EMAIL_OTP", map[string]string{"CODE_DELIVERY_DESTINATION": "j***@e***"}))
	reply, err = p.Reply(&userpool.Step{Challenge: ch})
	if err != nil || reply.Tokens != nil || reply.Challenge.Name != "EMAIL_OTP" || reply.Challenge.Delivery != nil {
		t.Errorf("Reply = %+v, %v", reply, err)
	}
	if back, err := p.Open(reply.Challenge.State); err != nil || back.ID() != ch.ID() {
		t.Errorf("Open(state) = %v, %v", back, err)
	}
}
