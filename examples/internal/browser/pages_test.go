package browser_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
)

const password = "Corr3ct-horse"

// A walk is a browser on the pages of a pool, in one language.
type walk struct {
	t    *testing.T
	b    *browser.Tab
	pool *cognitotest.Pool
	lang string
	app  string
}

// newWalk starts a pool with everything its pages can show, and an app that
// is no more than a callback. The browser forgets what it knows of others.
func newWalk(t *testing.T, b *browser.Tab, lang string, opts ...cognitotest.Option) *walk {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<h1>app</h1>"))
	}))
	t.Cleanup(app.Close)
	opts = append(opts, cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{app.URL + "/callback"},
		LogoutURLs:   []string{app.URL + "/bye"},
	}))
	pool := cognitotest.NewPool(opts...)
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	b.ClearCookies()
	return &walk{t: t, b: b.For(t), pool: pool, lang: lang, app: app.URL}
}

func (w *walk) user(u cognitotest.User) {
	w.t.Helper()
	u.Email, u.EmailVerified = u.Username+"@example.com", true
	if u.Password == "" {
		u.Password = password
	}
	if _, err := w.pool.AddUser(u); err != nil {
		w.t.Fatal(err)
	}
}

// open begins a login at one of the pages.
func (w *walk) open(page string) {
	w.t.Helper()
	w.b.Open(w.pool.URL() + page + "?" + url.Values{
		"client_id":     {w.pool.Config().ClientID},
		"response_type": {"code"},
		"redirect_uri":  {w.app + "/callback"},
		"scope":         {"openid email"},
		"state":         {"walk"},
		"lang":          {w.lang},
	}.Encode())
}

// shows checks the page's language, what it says, and its look.
func (w *walk) shows(name, english, german string) {
	w.t.Helper()
	want := map[string]string{"en": english, "de": german}[w.lang]
	if got := w.b.Eval(`document.documentElement.lang`); got != w.lang {
		w.t.Errorf("%s: the page's language is %q, want %q", name, got, w.lang)
	}
	if !strings.Contains(strings.ToLower(w.b.Text()), strings.ToLower(want)) {
		w.t.Errorf("%s: %s does not say %q but:\n%s", name, w.b.URL(), want, w.b.Text())
	}
	w.b.Look(w.lang + "-" + name)
}

// signedIn checks that the walk ended at the app with a code, and forgets the
// page session.
func (w *walk) signedIn() {
	w.t.Helper()
	if got := w.b.URL(); !strings.HasPrefix(got, w.app+"/callback?") || !strings.Contains(got, "code=") {
		w.t.Fatalf("the browser is at %s, want the app's callback with a code; it shows:\n%s", got, w.b.Text())
	}
	w.b.Open(w.pool.URL() + "/logout?" + url.Values{"client_id": {w.pool.Config().ClientID}, "logout_uri": {w.app + "/bye"}}.Encode())
}

// send fills in fields and presses the first button of the form they are in.
func (w *walk) send(pairs ...string) {
	w.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		w.b.Fill("#"+pairs[i], pairs[i+1])
	}
	w.b.Click("main form button")
}

// TestBrowser_Pages walks every hosted page in both languages.
func TestBrowser_Pages(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		t.Run(lang, func(t *testing.T) {
			b := browser.New(t)
			t.Run("account", func(t *testing.T) { walkAccount(newWalk(t, b, lang)) })
			t.Run("links", func(t *testing.T) { walkLinks(newWalk(t, b, lang, cognitotest.WithVerificationLinks())) })
			t.Run("mfa", func(t *testing.T) {
				walkMFA(newWalk(t, b, lang, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true, Email: true})))
			})
			t.Run("sms", func(t *testing.T) {
				walkSMS(newWalk(t, b, lang, cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", SMS: true})))
			})
			t.Run("passkeys", func(t *testing.T) {
				walkPasskeys(newWalk(t, b, lang, cognitotest.WithFirstAuthFactors("PASSWORD", "WEB_AUTHN")))
			})
			t.Run("providers", func(t *testing.T) { walkProviders(newWalk(t, b, lang, providers()...)) })
			t.Run("mistakes", func(t *testing.T) { walkMistakes(newWalk(t, b, lang)) })
		})
	}
}

func walkAccount(w *walk) {
	w.user(cognitotest.User{Username: "jane"})
	w.user(cognitotest.User{Username: "tim", Status: cognitotest.StatusForceChangePassword})
	w.open("/login")
	w.shows("login", "Sign in", "Anmelden")
	w.send("username", "jane", "password", "wrong")
	w.shows("login-wrong", "Incorrect username or password", "Passwort")
	w.send("username", "jane", "password", password)
	w.signedIn()

	w.open("/signup")
	w.shows("signup", "Create", "Konto")
	w.send("email", "kim@example.com", "password", "short")
	w.shows("signup-policy", "password", "Passwort")
	w.send("email", "kim@example.com", "password", password)
	w.shows("confirm", "code", "Code")
	w.send("code", "000000")
	w.shows("confirm-wrong", "Invalid verification code", "Code")
	w.send("code", w.pool.LastCode("kim@example.com"))
	w.signedIn()

	w.open("/forgotPassword")
	w.shows("forgot", "password", "Passwort")
	w.send("username", "jane")
	w.shows("reset", "code", "Code")
	w.send("code", w.pool.LastCode("jane@example.com"), "password", "An0ther-horse")
	w.shows("reset-done", "Sign in", "Anmelden")

	w.open("/login")
	w.send("username", "tim", "password", password)
	w.shows("change", "password", "Passwort")
	w.send("password", "An0ther-horse")
	w.signedIn()
}

func walkSMS(w *walk) {
	w.user(cognitotest.User{Username: "phone", SMSMFA: true, Phone: "+15550100", PhoneVerified: true})
	w.open("/login")
	w.send("username", "phone", "password", password)
	w.shows("mfa-sms", "Enter the code from your text message", "Geben Sie den Code aus der SMS ein")
	w.send("code", w.pool.LastCode("+15550100"))
	w.signedIn()
}

// walkPasskeys sees what the pages say. No passkey is made: browsers make none
// for an IP address.
func walkPasskeys(w *walk) {
	w.user(cognitotest.User{Username: "jane"})
	w.open("/login")
	w.shows("login-passkey", "Sign in with a passkey", "Mit einem Passkey anmelden")
	w.b.Fill("#username", "jane")
	w.b.Click(`button[name="passkey"]`)
	w.b.Await(map[string]string{"en": "Passkeys do not work at this address.", "de": "Unter dieser Adresse gibt es keine Passkeys."}[w.lang])
	w.shows("passkey", "Sign in with a passkey", "Mit einem Passkey anmelden")
	w.open("/passkeys/add")
	w.shows("passkey-add-signed-out", "Passkeys can be added in the hour after that.", "In der Stunde danach können Sie Passkeys hinzufügen.")
	w.open("/login")
	w.send("username", "jane", "password", password)
	w.open("/passkeys/add")
	w.shows("passkey-add", "Add a passkey", "Passkey hinzufügen")
}

// walkMistakes opens the pages for errors of apps, and of visitors who took
// long.
func walkMistakes(w *walk) {
	at := func(path string, query ...string) {
		w.t.Helper()
		q := url.Values{"lang": {w.lang}}
		for i := 0; i < len(query); i += 2 {
			q.Set(query[i], query[i+1])
		}
		w.b.Open(w.pool.URL() + path + "?" + q.Encode())
	}
	client := w.pool.Config().ClientID
	at("/error", "error", "redirect_mismatch")
	w.shows("error", "Something went wrong", "Etwas ist schiefgegangen")
	at("/oauth2/authorize", "client_id", client, "response_type", "code", "redirect_uri", "http://localhost:1/other")
	w.shows("error-redirect", "http://localhost:1/other", "http://localhost:1/other")
	at("/oauth2/authorize", "client_id", "nobody", "response_type", "code", "redirect_uri", w.app+"/callback")
	w.shows("error-client", "No app client has this id.", "nobody")
	at("/login")
	w.shows("error-no-client", "client_id", "client_id")
	at("/nothing")
	w.shows("error-not-found", "There is no such page here.", "Diese Seite gibt es hier nicht.")
	w.user(cognitotest.User{Username: "jane"})
	w.open("/login")
	w.pool.Advance(6 * time.Minute)
	w.send("username", "jane", "password", password)
	w.shows("error-too-long", "This page was open for too long.", "Diese Seite war zu lange offen.")
	w.b.Open(w.unstyled())
	w.shows("error-no-style", "Login pages unavailable", "Anmeldeseiten nicht verfügbar")
}

// unstyled is the login page of another pool, whose domain has managed login
// while its app client has no style.
func (w *walk) unstyled() string {
	server := cognitotest.NewServer(cognitotest.NewPool())
	if err := server.Start("127.0.0.1:0"); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = server.Close() })
	call := func(op, body string) (out struct {
		UserPool       struct{ ID string }
		UserPoolClient struct{ ClientID string }
	}) {
		w.t.Helper()
		req, err := http.NewRequest(http.MethodPost, server.URL(), strings.NewReader(body))
		if err != nil {
			w.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			w.t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode != http.StatusOK {
			w.t.Fatalf("%s = %d, %v", op, res.StatusCode, err)
		}
		return out
	}
	id := call("CreateUserPool", `{"PoolName":"p"}`).UserPool.ID
	client := call("CreateUserPoolClient", `{"UserPoolId":"`+id+`","ClientName":"c","AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"],`+
		`"AllowedOAuthScopes":["openid"],"CallbackURLs":["https://app.example.com/cb"],"SupportedIdentityProviders":["COGNITO"]}`).UserPoolClient.ClientID
	call("CreateUserPoolDomain", `{"UserPoolId":"`+id+`","Domain":"customers-1","ManagedLoginVersion":2}`)
	return server.Pool(id).URL() + "/login?" + url.Values{
		"client_id": {client}, "response_type": {"code"}, "scope": {"openid"}, "redirect_uri": {"https://app.example.com/cb"}, "lang": {w.lang},
	}.Encode()
}

func walkLinks(w *walk) {
	w.open("/signup")
	w.send("email", "kim@example.com", "password", password)
	w.shows("confirm-link", "link", "Link")
	link := w.pool.LastLink("kim@example.com")
	w.b.Open(link)
	w.shows("confirmed", "confirmed", "bestätigt")
	w.b.Open(link)
	w.shows("confirmed-again", "The link may be old.", "Der Link")
}

func walkMFA(w *walk) {
	w.user(cognitotest.User{Username: "new"})
	w.user(cognitotest.User{Username: "app", TOTPSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})
	w.user(cognitotest.User{Username: "mail", EmailMFA: true})
	w.user(cognitotest.User{Username: "both", EmailMFA: true, TOTPSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})

	w.open("/login")
	w.send("username", "new", "password", password)
	w.shows("mfa-enrol", "second factor", "zweite")
	w.b.Click(`button[value="SOFTWARE_TOKEN_MFA"]`)
	w.shows("mfa-enrol-app", "authenticator app", "Authenticator-App")
	w.send("code", w.pool.TOTP("new"))
	w.signedIn()

	w.open("/login")
	w.send("username", "app", "password", password)
	w.shows("mfa-app", "code", "Code")
	w.send("code", "000000")
	w.shows("mfa-app-wrong", "code", "Code")
	w.send("code", w.pool.TOTP("app"))
	w.signedIn()

	w.open("/login")
	w.send("username", "mail", "password", password)
	w.shows("mfa-mail", "three minutes", "Minuten")
	w.send("code", w.pool.LastCode("mail@example.com"))
	w.signedIn()

	w.open("/login")
	w.send("username", "both", "password", password)
	w.shows("mfa-choice", "Authenticator app", "Authenticator-App")
	w.b.Click(`button[value="EMAIL_OTP"]`)
	w.send("code", w.pool.LastCode("both@example.com"))
	w.signedIn()
}

// providers is one of each kind.
func providers() []cognitotest.Option {
	var opts []cognitotest.Option
	for _, p := range []federation.Provider{
		{Type: federation.Google}, {Type: federation.Facebook}, {Type: federation.LoginWithAmazon}, {Type: federation.SignInWithApple},
		{Type: federation.SAML, Name: "Corporate"}, {Type: federation.OIDC, Name: "Partner"},
	} {
		p.Users = []federation.User{{ID: "1122", Email: "lee@example.com", EmailVerified: true, Name: "Lee"}}
		opts = append(opts, cognitotest.WithProvider(p))
	}
	return opts
}

func walkProviders(w *walk) {
	w.open("/login")
	w.shows("chooser", "Google", "Google")
	for _, name := range []string{"Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "Corporate", "Partner"} {
		w.open("/login")
		w.b.Click(`a[href*="identity_provider=` + name + `"]`)
		w.shows("provider-"+name, "Nothing leaves this machine", "Rechner")
		if name == "Google" {
			w.b.Eval(`document.querySelector("details").open = true, ""`)
			w.shows("provider-fails", "What goes wrong", "Was schiefgeht")
		}
		w.b.Eval(`document.querySelector('input[name="user"][value="1122"]').click(), ""`)
		w.b.Click(`button[value="consent"]`)
		if name == "Corporate" && !strings.HasPrefix(w.b.URL(), w.app) {
			w.shows("saml", "Corporate", "Corporate")
			w.b.Click("main form button")
		}
		w.signedIn()
	}
}
