package hostedui_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// keys are random here. A real service keeps its keys in its configuration:
// see session.ParseKeys.
var keys = []session.Key{session.NewKey()}

func ExampleNew() {
	client, err := hostedui.New(hostedui.Config{
		Pool: cognito.Config{
			UserPoolID: "eu-west-1_aB3dE5gH7",
			ClientID:   "7exampleclientid0a1b2c3d",
			Domain:     "auth.example.com",
		},
		BaseURL:     "https://app.example.com",
		SessionKeys: keys,
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client) // login, callback, logout
	fmt.Println("register as callback URL:", client.CallbackURL())
	fmt.Println("register as sign-out URL:", client.SignedOutURL())
	// Output:
	// register as callback URL: https://app.example.com/auth/callback
	// register as sign-out URL: https://app.example.com/auth/signed-out
}

// New reports every problem of a configuration in one error.
func ExampleNew_problems() {
	_, err := hostedui.New(hostedui.Config{
		Pool:        cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d"},
		BaseURL:     "http://app.example.com",
		SessionKeys: keys,
	})
	fmt.Println(err)
	// Output:
	// hostedui: Pool.Domain: missing: the prefix, host or URL of the user pool's domain, which serves the Hosted UI
	// hostedui: BaseURL: "http://app.example.com": plain http is accepted for loopback hosts only; use https
}

func ExampleClient_Protect() {
	pool := cognitotest.NewPool()
	client, err := hostedui.New(hostedui.Config{Pool: pool.Config(), BaseURL: "http://localhost:8080", SessionKeys: keys})
	if err != nil {
		log.Fatal(err)
	}
	account := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "Hello %s", cognito.FromContext(r.Context()).Email)
	})
	mux := http.NewServeMux()
	mux.Handle("/account", client.Protect(account))
	mux.Handle("/admin", client.Protect(account, cognito.AnyGroup("admins")))

	// A page leads to the login, anything else gets 401.
	for _, accept := range []string{"text/html", "application/json"} {
		rec := httptest.NewRecorder()
		req := httptest.NewRequest("GET", "/account", nil)
		req.Header.Set("Accept", accept)
		mux.ServeHTTP(rec, req)
		fmt.Println(rec.Code, rec.Header().Get("Location"))
	}
	// Output:
	// 302 /auth/login?return_to=%2Faccount
	// 401
}

// Requiring is for routers that take middleware.
func ExampleClient_Requiring() {
	pool := cognitotest.NewPool()
	client, err := hostedui.New(hostedui.Config{Pool: pool.Config(), BaseURL: "http://localhost:8080", SessionKeys: keys})
	if err != nil {
		log.Fatal(err)
	}
	admins := client.Requiring(cognito.AnyGroup("admins")) // as in chi's r.Use(admins)
	page := admins(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(w, "Hello, administrator")
	}))

	rec := httptest.NewRecorder()
	page.ServeHTTP(rec, httptest.NewRequest("GET", "/admin", nil))
	fmt.Println(rec.Code)
	// Output:
	// 401
}

// A public page can greet the user who is signed in.
func ExampleClient_Optional() {
	pool := cognitotest.NewPool()
	client, err := hostedui.New(hostedui.Config{Pool: pool.Config(), BaseURL: "http://localhost:8080", SessionKeys: keys})
	if err != nil {
		log.Fatal(err)
	}
	home := client.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if id := cognito.FromContext(r.Context()); id != nil {
			_, _ = fmt.Fprintf(w, "Hello %s", id.Name)
			return
		}
		_, _ = fmt.Fprint(w, "Hello guest")
	}))
	rec := httptest.NewRecorder()
	home.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	fmt.Println(rec.Body)
	// Output: Hello guest
}

// An app may serve the endpoints itself. It keeps the attempt in the
// visitor's browser until the callback, and then passes the attempt to
// Exchange.
func ExampleProtocol_LoginURL() {
	protocol, err := hostedui.NewProtocol(hostedui.ProtocolConfig{
		Pool:         cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d", Domain: "auth.example.com"},
		CallbackURL:  "https://app.example.com/auth/callback",
		SignedOutURL: "https://app.example.com/",
	})
	if err != nil {
		log.Fatal(err)
	}
	attempt := hostedui.NewAttempt()
	login, err := url.Parse(protocol.LoginURL(attempt, hostedui.IdentityProvider("Google"), hostedui.Language("de")))
	if err != nil {
		log.Fatal(err)
	}
	q := login.Query()
	fmt.Println(login.Host + login.Path)
	fmt.Println(q.Get("identity_provider"), q.Get("lang"), q.Get("code_challenge_method"), q.Get("state") == attempt.State)
	// Output:
	// auth.example.com/oauth2/authorize
	// Google de S256 true
}

// newApp is the handler under test.
func newApp(pool cognito.Config) (http.Handler, error) {
	client, err := hostedui.New(hostedui.Config{Pool: pool, BaseURL: "https://app.example.com", SessionKeys: keys})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "Hello %s", cognito.FromContext(r.Context()).Email)
	})))
	return mux, nil
}

// An app whose BaseURL has a path can be mounted below that path, or behind a
// proxy that removes the path. The browser sees no difference.
func ExampleClient_ServeHTTP_belowAPath() {
	client, err := hostedui.New(hostedui.Config{
		Pool:        cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d", Domain: "auth.example.com"},
		BaseURL:     "https://example.com/app",
		SessionKeys: keys,
	})
	if err != nil {
		log.Fatal(err)
	}
	account := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "Hello %s", cognito.FromContext(r.Context()).Email)
	})
	fmt.Println(client.CallbackURL())

	app := http.NewServeMux()
	app.Handle("/app/auth/", client)
	app.Handle("/app/account", client.Protect(account))

	inside := http.NewServeMux()
	inside.Handle("/auth/", client)
	inside.Handle("/account", client.Protect(account))
	host := http.NewServeMux()
	host.Handle("/app/", http.StripPrefix("/app", inside))

	for _, ask := range []struct {
		server http.Handler
		path   string
	}{{app, "/app/account"}, {host, "/app/account"}, {inside, "/account"}} { // the last behind a proxy
		rec := httptest.NewRecorder()
		page := httptest.NewRequest("GET", ask.path, nil)
		page.Header.Set("Accept", "text/html")
		ask.server.ServeHTTP(rec, page)
		fmt.Println(rec.Header().Get("Location"))
	}
	// Output:
	// https://example.com/app/auth/callback
	// /app/auth/login?return_to=%2Fapp%2Faccount
	// /app/auth/login?return_to=%2Fapp%2Faccount
	// /app/auth/login?return_to=%2Fapp%2Faccount
}

// The app client has a callback URL that cannot change, so Paths moves the
// endpoint there.
func ExamplePaths() {
	pool := cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d", Domain: "auth.example.com"}
	client, err := hostedui.New(hostedui.Config{
		Pool:        pool,
		BaseURL:     "https://app.example.com",
		SessionKeys: keys,
		Paths:       hostedui.Paths{Callback: "/callback", Logout: "/sign-out"},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/callback", client)
	mux.Handle("/sign-out", client)
	mux.Handle("/auth/", client) // the other endpoints
	fmt.Println(client.CallbackURL(), client.SignedOutURL())
	// Output: https://app.example.com/callback https://app.example.com/auth/signed-out
}

// A test of an app's own handlers signs a user in through the real flow, in
// memory.
func Example_testingYourHandlers() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{"https://app.example.com/auth/callback"},
		LogoutURLs:   []string{"https://app.example.com/auth/signed-out"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"}); err != nil {
		log.Fatal(err)
	}
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	app, err := newApp(cfg)
	if err != nil {
		log.Fatal(err)
	}

	browser := pool.Browser(app, "https://app.example.com")
	res, err := pool.SignIn(browser, "https://app.example.com/account", "jane", "Correct-horse-1")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Status, res.Request.URL)
	fmt.Println(string(body))
	// Output:
	// 200 OK https://app.example.com/account
	// Hello jane@example.com
}

// OnLogin decides who may sign in, and finds the app's own record of the
// user.
func ExampleConfig_onLogin() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{"https://app.example.com/auth/callback"},
	}))
	for _, name := range []string{"jane", "joe"} {
		if _, err := pool.AddUser(cognitotest.User{Username: name, Password: "Correct-horse-1", Email: name + "@example.com", EmailVerified: name == "jane"}); err != nil {
			log.Fatal(err)
		}
	}
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(hostedui.Config{
		Pool:        cfg,
		BaseURL:     "https://app.example.com",
		SessionKeys: keys,
		OnLogin: func(ctx context.Context, login *hostedui.Login) error {
			if !login.Identity.EmailVerified {
				return cognito.Refuse("Please confirm your e-mail address first.")
			}
			login.Identity.UserID = "42" // from the app's database, by Issuer and Subject
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, "user ", cognito.FromContext(r.Context()).UserID)
	})))

	for _, name := range []string{"jane", "joe"} {
		browser := pool.Browser(mux, "https://app.example.com")
		res, err := pool.SignIn(browser, "https://app.example.com/account", name, "Correct-horse-1")
		if err != nil {
			log.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			log.Fatal(err)
		}
		text := string(body)
		if _, after, refused := strings.Cut(text, "<p>"); refused {
			text, _, _ = strings.Cut(after, "</p>")
		}
		fmt.Println(res.StatusCode, text)
	}
	// Output:
	// 200 user 42
	// 403 Please confirm your e-mail address first.
}

// A handler calls an API with the user's access token.
func Example_tokenSource() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{"https://app.example.com/auth/callback"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1"}); err != nil {
		log.Fatal(err)
	}
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(hostedui.Config{Pool: cfg, BaseURL: "https://app.example.com", SessionKeys: keys})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/orders", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), oauth2.HTTPClient, pool.Client()) // in memory
		api := oauth2.NewClient(ctx, session.TokenSource(ctx))
		res, err := api.Get(pool.URL() + "/oauth2/userInfo") // or an API of your own
		if err != nil {
			http.Error(w, "The API cannot be reached.", http.StatusBadGateway)
			return
		}
		defer func() { _ = res.Body.Close() }()
		_, _ = fmt.Fprint(w, "the API says ", res.Status)
	})))

	browser := pool.Browser(mux, "https://app.example.com")
	res, err := pool.SignIn(browser, "https://app.example.com/orders", "jane", "Correct-horse-1")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(os.Stdout, res.Body)
	// Output: the API says 200 OK
}

// signIn gets a code as a browser would bring it to the callback.
func signIn(pool *cognitotest.Pool, loginURL string) (code string) {
	callback := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { code = r.FormValue("code") })
	res, err := pool.SignIn(pool.Browser(callback, "http://localhost:8080"), loginURL, "jane", "Correct-horse-1")
	if err != nil {
		log.Fatal(err)
	}
	_ = res.Body.Close()
	return code
}

// A Protocol works without the endpoints and sessions of a Client.
func ExampleNewProtocol() {
	ctx := context.Background()
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com", EmailVerified: true}); err != nil {
		log.Fatal(err)
	}
	protocol, err := hostedui.NewProtocol(hostedui.ProtocolConfig{
		Pool:         pool.Config(),
		CallbackURL:  "http://localhost:8080/auth/callback",
		SignedOutURL: "http://localhost:8080/auth/signed-out",
	})
	if err != nil {
		log.Fatal(err)
	}
	attempt := hostedui.NewAttempt()
	code := signIn(pool, protocol.LoginURL(attempt))

	login, err := protocol.Exchange(ctx, code, attempt)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(login.Identity.Username, login.Identity.Email, login.Identity.Scopes)
	fmt.Println(login.Tokens.ID, login.Tokens.Access) // tokens do not print

	info, err := protocol.UserInfo(ctx, login.Tokens.Access, login.Identity.Subject)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Username, info.EmailVerified)

	tokens, _, err := protocol.Refresh(ctx, login.Tokens, login.Identity)
	if err != nil {
		log.Fatal(err)
	}
	if err := protocol.Revoke(ctx, tokens.Refresh); err != nil {
		log.Fatal(err)
	}
	_, _, err = protocol.Refresh(ctx, login.Tokens, login.Identity)
	fmt.Println(errors.Is(err, cognito.ErrInvalidGrant))

	_, err = protocol.Exchange(ctx, code, attempt)
	var refused *hostedui.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Op, refused.Code)
	}
	// Output:
	// jane jane@example.com [openid email profile]
	// [redacted] [redacted]
	// jane true
	// true
	// exchange invalid_grant
}

// The logout button of an app must be a form. If a link could sign users out,
// any other site could do so: <form method="post"
// action="/auth/logout"><button>Sign out</button></form>
//
// A script sends its POST to the same URL. It cannot follow a redirect to
// another site, so the answer has the URL to open next.
func ExampleClient_LogoutURL() {
	client, err := hostedui.New(hostedui.Config{
		Pool:        cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d", Domain: "auth.example.com"},
		BaseURL:     "https://app.example.com",
		SessionKeys: keys,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.LogoutURL())
	rec := httptest.NewRecorder()
	fetch := httptest.NewRequest("POST", "/auth/logout", nil)
	fetch.Header.Set("Accept", "application/json")
	client.ServeHTTP(rec, fetch)
	fmt.Println(rec.Code, rec.Header().Get("Content-Type"))
	// Output:
	// https://auth.example.com/logout?client_id=7exampleclientid0a1b2c3d&logout_uri=https%3A%2F%2Fapp.example.com%2Fauth%2Fsigned-out
	// 200 application/json
}

func ExampleConfigFromEnv() {
	for name, value := range map[string]string{
		"COGNITO_USER_POOL_ID": "eu-west-1_aB3dE5gH7",
		"COGNITO_CLIENT_ID":    "7exampleclientid0a1b2c3d",
		"APP_URL":              "http://app.example.com",
	} {
		_ = os.Setenv(name, value)
		defer func() { _ = os.Unsetenv(name) }()
	}
	_, err := hostedui.ConfigFromEnv()
	problems := strings.Split(err.Error(), "\n")
	slices.Sort(problems)
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// cognito: APP_URL: "http://app.example.com": plain http is accepted for loopback hosts only; use https
	// cognito: COGNITO_DOMAIN: missing: the prefix, host or URL of the user pool's domain
	// cognito: SESSION_KEYS: no key: generate one with openssl rand -base64 32
}
