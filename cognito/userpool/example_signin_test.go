package userpool_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// examplePool is an emulated pool with the user jane, and a Client of it.
func examplePool(jane cognitotest.User, opts ...cognitotest.Option) (*cognitotest.Pool, *userpool.Client) {
	opts = append(opts, cognitotest.WithClient(cognitotest.AppClient{ExplicitAuthFlows: []string{
		"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
	}}))
	pool := cognitotest.NewPool(opts...)
	jane.Username, jane.Password, jane.Email, jane.EmailVerified = "jane", "Correct-horse-1", "jane@example.com", true
	if _, err := pool.AddUser(jane); err != nil {
		log.Fatal(err)
	}
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	return pool, client
}

// A sign-in by password. It is proved and not sent.
func ExampleClient_SignIn() {
	_, client := examplePool(cognitotest.User{})
	step, err := client.SignIn(context.Background(), userpool.Credentials{Username: "jane@example.com", Password: "Correct-horse-1"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(step.Identity.Username, step.Identity.Email, step.Tokens.Access)

	_, err = client.SignIn(context.Background(), userpool.Credentials{Username: "jane@example.com", Password: "correct-horse-1"})
	fmt.Println(errors.Is(err, userpool.ErrNotAuthorized))
	fmt.Println(userpool.NoticeFor(err).Text)
	// Output:
	// jane jane@example.com [redacted]
	// true
	// The user name or password is incorrect, or this account cannot sign in yet. Check both. If you are new here, confirm your account first. If that does not help, set a new password, or wait a few minutes.
}

// A sign-in without a password, by a code that comes with an e-mail.
func ExampleClient_SignIn_withoutPassword() {
	pool, client := examplePool(cognitotest.User{}, cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"))
	ctx := context.Background()
	step, err := client.SignIn(ctx, userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice, First: userpool.FactorEmailOTP})
	if err != nil {
		log.Fatal(err)
	}
	email := step.Challenge.(*userpool.EmailCode)
	fmt.Println("A code went to", email.Delivery.Destination)

	step, err = email.Answer(ctx, pool.LastCode("jane@example.com"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello", step.Identity.Username)
	// Output:
	// A code went to j***@e***
	// Hello jane
}

// A server that has AWS credentials can use an app client that allows no
// other flow.
func ExampleClient_SignIn_admin() {
	pool, _ := examplePool(cognitotest.User{})
	client, err := userpool.New(userpool.Config{
		Pool: pool.Config(),
		SDK: cip.New(cip.Options{ // in an app: cip.NewFromConfig
			Region:     "eu-west-1",
			HTTPClient: pool.Client(),
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
			}),
		}),
	})
	if err != nil {
		log.Fatal(err)
	}
	step, err := client.SignIn(context.Background(),
		userpool.Credentials{Username: "jane", Password: "Correct-horse-1", Flow: userpool.FlowAdminPassword},
		userpool.WithServerContext(userpool.ServerContext{IP: "192.0.2.7", ServerName: "app.example.com", Path: "/sign-in"}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(step.Identity.Username)
	// Output: jane
}

// A user who got a temporary password chooses a new one.
func ExampleNewPasswordRequired_Answer() {
	_, client := examplePool(cognitotest.User{Status: cognitotest.StatusForceChangePassword}, cognitotest.WithRequiredAttributes("given_name"))
	ctx := context.Background()
	step, err := client.SignIn(ctx, userpool.Credentials{Username: "jane", Password: "Correct-horse-1"})
	if err != nil {
		log.Fatal(err)
	}
	ch := step.Challenge.(*userpool.NewPasswordRequired)
	fmt.Println(ch.Required)

	name := map[string]string{"given_name": "Jane"}
	_, err = ch.Answer(ctx, "short", name)
	fmt.Println(userpool.CanAnswerAgain(err), userpool.NoticeFor(err).Text)

	step, err = ch.Answer(ctx, "Battery-staple-2", name)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello", step.Identity.Username)
	// Output:
	// [given_name]
	// true Choose a longer password.
	// Hello jane
}

// The pool requires a second factor, and the user has none yet.
func ExampleMFASetup_Enrol() {
	pool, client := examplePool(cognitotest.User{}, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true}))
	ctx := context.Background()
	step, err := client.SignIn(ctx, userpool.Credentials{Username: "jane", Password: "Correct-horse-1"})
	if err != nil {
		log.Fatal(err)
	}
	setup := step.Challenge.(*userpool.MFASetup)
	token, err := setup.Enrol(ctx)
	if err != nil {
		log.Fatal(err)
	}
	uri, err := url.Parse(token.URI("Example Shop", "jane@example.com")) // for a QR code
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(uri.Path)

	step, err = setup.Answer(ctx, codeOf(token, pool.Now()), "My phone")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello", step.Identity.Username)
	// Output:
	// /Example Shop:jane@example.com
	// Hello jane
}

// A user with several second factors chooses one.
func ExampleSelectMFA_Choose() {
	pool, client := examplePool(
		cognitotest.User{TOTPSecret: "JBSWY3DPEHPK3PXP", Phone: "+491711234567", PhoneVerified: true, SMSMFA: true},
		cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true, SMS: true}))
	ctx := context.Background()
	step, err := client.SignIn(ctx, userpool.Credentials{Username: "jane", Password: "Correct-horse-1"})
	if err != nil {
		log.Fatal(err)
	}
	choice := step.Challenge.(*userpool.SelectMFA)
	fmt.Println(choice.Choices)
	if step, err = choice.Choose(ctx, "SOFTWARE_TOKEN_MFA"); err != nil {
		log.Fatal(err)
	}
	if step, err = step.Challenge.(*userpool.TOTPCode).Answer(ctx, pool.TOTP("jane")); err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello", step.Identity.Username)
	// Output:
	// [SOFTWARE_TOKEN_MFA SMS_MFA]
	// Hello jane
}

// The user decides how to sign in after having said who.
func ExampleSelectFactor() {
	_, client := examplePool(cognitotest.User{}, cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"))
	ctx := context.Background()
	step, err := client.SignIn(ctx, userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice})
	if err != nil {
		log.Fatal(err)
	}
	factor := step.Challenge.(*userpool.SelectFactor)
	fmt.Println(factor.Available)
	if step, err = factor.PasswordSRP(ctx, "Correct-horse-1"); err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello", step.Identity.Username)
	// Output:
	// [EMAIL_OTP PASSWORD_SRP PASSWORD]
	// Hello jane
}

// Triggers of the pool ask a question of their own.
func ExampleCustomChallenge_Answer() {
	_, client := examplePool(cognitotest.User{}, quiz()...)
	ctx := context.Background()
	step, err := client.SignIn(ctx, userpool.Credentials{Username: "jane", Flow: userpool.FlowCustom})
	if err != nil {
		log.Fatal(err)
	}
	ch := step.Challenge.(*userpool.CustomChallenge)
	fmt.Println(ch.Parameters["question"])
	if step, err = ch.Answer(ctx, "42"); err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello", step.Identity.Username)
	// Output:
	// 7 * 6?
	// Hello jane
}

// A device that is remembered spares its user the second factor.
func ExampleClient_ConfirmDevice() {
	pool, client := examplePool(cognitotest.User{TOTPSecret: "JBSWY3DPEHPK3PXP"},
		cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true}),
		cognitotest.WithDeviceTracking(cognitotest.DeviceTracking{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true}))
	ctx := context.Background()
	jane := userpool.Credentials{Username: "jane", Password: "Correct-horse-1"}
	step, err := client.SignIn(ctx, jane)
	if err != nil {
		log.Fatal(err)
	}
	if step, err = step.Challenge.(*userpool.TOTPCode).Answer(ctx, pool.TOTP("jane")); err != nil {
		log.Fatal(err)
	}
	device, err := client.ConfirmDevice(ctx, step.Tokens.Access, *step.NewDevice, "Firefox on Linux")
	if err != nil {
		log.Fatal(err)
	}
	if device.AskUser { // … and the user has agreed:
		if err := client.UpdateDeviceStatus(ctx, step.Tokens.Access, device.Key, true); err != nil {
			log.Fatal(err)
		}
	}

	jane.Device = device // next time; Pending.KeepDevice keeps it in the browser
	if step, err = client.SignIn(ctx, jane); err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello", step.Identity.Username)

	devices, _, err := client.ListDevices(ctx, step.Tokens.Access, "")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(devices[0].Name, devices[0].Remembered)
	if err := client.ForgetDevice(ctx, step.Tokens.Access, devices[0].Key); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Hello jane
	// Firefox on Linux true
}

// The handlers of an app with two forms: one for the password, one for a
// code.
func ExamplePending() {
	pool, client := examplePool(cognitotest.User{TOTPSecret: "JBSWY3DPEHPK3PXP"}, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true}))
	keys := []session.Key{session.NewKey()} // in an app: session.ParseKeys
	sessions, err := session.New(session.Config{Pool: pool.Config(), BaseURL: "https://app.example.com", Keys: keys, Refresher: client})
	if err != nil {
		log.Fatal(err)
	}
	pending, err := userpool.NewPending(userpool.PendingConfig{Client: client, Keys: keys, BaseURL: "https://app.example.com"})
	if err != nil {
		log.Fatal(err)
	}

	// again shows a form with what the visitor may know of err.
	again := func(w http.ResponseWriter, form string, err error) {
		fmt.Fprintf(w, "%s: %s", form, userpool.NoticeFor(err).Key)
	}
	// next goes on from a step.
	next := func(w http.ResponseWriter, r *http.Request, step *userpool.Step) {
		if step.Challenge == nil {
			if err := sessions.Start(w, r, step.Identity, step.Tokens); err != nil {
				http.Error(w, "Please try again later.", http.StatusInternalServerError)
				return
			}
			fmt.Fprint(w, "Hello ", step.Identity.Username)
			return
		}
		if err := pending.Save(w, step.Challenge); err != nil {
			again(w, "sign-in form", err)
			return
		}
		fmt.Fprint(w, step.Challenge.ID()) // in an app: a form with the ID in a hidden field
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		step, err := client.SignIn(r.Context(), userpool.Credentials{Username: r.PostFormValue("username"), Password: cognito.Secret(r.PostFormValue("password"))})
		if err != nil {
			again(w, "sign-in form", err)
			return
		}
		next(w, r, step)
	})
	mux.HandleFunc("POST /sign-in/code", func(w http.ResponseWriter, r *http.Request) {
		ch, err := pending.Take(w, r, r.PostFormValue("challenge"))
		code, ok := ch.(*userpool.TOTPCode)
		if !ok {
			again(w, "sign-in form", err)
			return
		}
		step, err := code.Answer(r.Context(), r.PostFormValue("code"))
		switch {
		case userpool.CanAnswerAgain(err) && pending.Save(w, ch) == nil:
			again(w, "code form", err)
		case err != nil:
			again(w, "sign-in form", err)
		default:
			next(w, r, step)
		}
	})
	app := http.NewCrossOriginProtection().Handler(mux)

	// A visitor.
	jar, _ := cookiejar.New(nil)
	post := func(path string, form url.Values) string {
		site, _ := url.Parse("https://app.example.com" + path)
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", site.String(), nil)
		r.PostForm = form
		for _, c := range jar.Cookies(site) {
			r.AddCookie(c)
		}
		app.ServeHTTP(w, r)
		jar.SetCookies(site, w.Result().Cookies())
		return w.Body.String()
	}
	fmt.Println(post("/sign-in", url.Values{"username": {"jane"}, "password": {"wrong"}}))
	id := post("/sign-in", url.Values{"username": {"jane"}, "password": {"Correct-horse-1"}})
	fmt.Println(post("/sign-in/code", url.Values{"challenge": {id}, "code": {"000000"}}))
	right := url.Values{"challenge": {id}, "code": {pool.TOTP("jane")}}
	fmt.Println(post("/sign-in/code", right))
	fmt.Println(post("/sign-in/code", right)) // the Back button
	// Output:
	// sign-in form: credentials
	// code form: code
	// Hello jane
	// sign-in form: start_again
}

// codeOf is the code that an authenticator app shows.
func codeOf(token userpool.SoftwareToken, at time.Time) string { return totp(string(token.Secret), at) }

// An API for an app on a phone: the sign-in keeps its state with the app.
func ExampleClient_Answer() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH"}}),
		cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", TOTPSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}); err != nil {
		log.Fatal(err)
	}
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	pending, err := userpool.NewPending(userpool.PendingConfig{Client: client, Keys: []session.Key{session.NewKey()}, BaseURL: "https://api.example.com"})
	if err != nil {
		log.Fatal(err)
	}
	reply := func(w http.ResponseWriter, step *userpool.Step, err error) {
		var out *userpool.Reply
		if err == nil {
			out, err = pending.Reply(step)
		}
		if err != nil {
			notice := userpool.NoticeFor(err)
			w.WriteHeader(notice.Status)
			_ = json.NewEncoder(w).Encode(notice)
			return
		}
		_ = json.NewEncoder(w).Encode(out)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /signin", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Username string
			Password cognito.Secret
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, "no JSON", http.StatusBadRequest)
			return
		}
		step, err := client.SignIn(r.Context(), userpool.Credentials{Username: in.Username, Password: in.Password})
		reply(w, step, err)
	})
	mux.HandleFunc("POST /challenge", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			State string
			userpool.Answers
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, "no JSON", http.StatusBadRequest)
			return
		}
		ch, err := pending.Open(in.State)
		if err != nil {
			reply(w, nil, err)
			return
		}
		step, err := client.Answer(r.Context(), ch, in.Answers)
		reply(w, step, err)
	})

	post := func(path string, in map[string]string) (out userpool.Reply) {
		body, _ := json.Marshal(in)
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequest("POST", path, bytes.NewReader(body)))
		_ = json.Unmarshal(rec.Body.Bytes(), &out)
		return out
	}
	out := post("/signin", map[string]string{"username": "jane", "password": "Correct-horse-1"})
	fmt.Println(out.Challenge.Name)
	out = post("/challenge", map[string]string{"state": out.Challenge.State, "code": pool.TOTP("jane")})
	fmt.Println(out.User.Username, out.Tokens.TokenType)
	// Output:
	// SOFTWARE_TOKEN_MFA
	// jane Bearer
}
