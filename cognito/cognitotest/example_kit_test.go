package cognitotest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// shop is the app under test in these examples: /account wants a signed-in
// user. A real one is made with hostedui.New(hostedui.Config{Pool: cfg, …}).
func shop(cfg cognito.Config) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/account", func(w http.ResponseWriter, r *http.Request) {
		name, err := r.Cookie("name")
		if err != nil {
			q := url.Values{"response_type": {"code"}, "client_id": {cfg.ClientID}, "redirect_uri": {"https://app.example.com/callback"}}
			http.Redirect(w, r, cfg.DomainURL()+"/oauth2/authorize?"+q.Encode(), http.StatusFound)
			return
		}
		fmt.Fprintf(w, "Hello %s", name.Value)
	})
	mux.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		resp, err := cfg.HTTPClient.PostForm(cfg.DomainURL()+"/oauth2/token", url.Values{
			"grant_type": {"authorization_code"}, "client_id": {cfg.ClientID}, "code": {r.FormValue("code")},
			"redirect_uri": {"https://app.example.com/callback"},
		})
		if err != nil {
			http.Error(w, "Cognito cannot be reached", http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			http.Error(w, "Cognito said no", http.StatusBadGateway)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "name", Value: "jane"})
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	})
	return mux
}

// shopPool is a pool with the shop's app client and a user.
func shopPool(opts ...cognitotest.Option) *cognitotest.Pool {
	pool := cognitotest.NewPool(append(opts, cognitotest.WithClient(cognitotest.AppClient{
		ID:           "shop",
		CallbackURLs: []string{"https://app.example.com/callback"},
	}))...)
	_, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com", EmailVerified: true})
	if err != nil {
		log.Fatal(err)
	}
	return pool
}

// refresh asks the token endpoint for new tokens and returns its status.
func refresh(pool *cognitotest.Pool, token cognito.RefreshToken) string {
	resp, err := pool.Client().PostForm(pool.URL()+"/oauth2/token", url.Values{
		"grant_type": {"refresh_token"}, "client_id": {pool.Config().ClientID}, "refresh_token": {string(token)},
	})
	if err != nil {
		return "no answer"
	}
	defer resp.Body.Close()
	return resp.Status
}

// One line gives an *http.Client that is signed in to the app under test
// through the real flow.
func ExamplePool_SignedIn() {
	pool := shopPool()
	app := shop(pool.Config())

	browser := pool.SignedIn(app, "https://app.example.com/account", "jane", "Correct-horse-1")

	resp, err := browser.Get("https://app.example.com/account")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body))
	// Output: Hello jane
}

// An API is called with minted tokens: no sign-in, no page.
func ExamplePool_AccessToken() {
	pool := shopPool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		claims, err := verifier.VerifyAccess(r.Context(), cognito.AccessToken(token))
		if err != nil {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, claims.Username)
	})
	call := func(token cognito.AccessToken) {
		r := httptest.NewRequest("GET", "/orders", nil)
		r.Header.Set("Authorization", "Bearer "+string(token))
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
	}
	call(pool.AccessToken("jane"))
	call(pool.AccessToken("jane", func(c cognitotest.Claims) { c["client_id"] = "another app" }))
	// Output:
	// 200 jane
	// 401 no
}

// The refresh token works, so that a test can begin with a session.
func ExamplePool_Tokens() {
	pool := shopPool()
	tokens := pool.Tokens("jane")
	fmt.Println(refresh(pool, tokens.Refresh))
	// Output: 200 OK
}

// The access tokens end; the refresh tokens do not.
func ExamplePool_ExpireAccessTokens() {
	pool := shopPool()
	tokens := pool.Tokens("jane")
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}

	pool.ExpireAccessTokens()

	_, err = verifier.VerifyAccess(context.Background(), tokens.Access)
	fmt.Println(errors.Is(err, cognito.ErrExpired), refresh(pool, tokens.Refresh))
	// Output: true 200 OK
}

// One sign-in ends, and the user's others do not.
func ExamplePool_RevokeRefreshToken() {
	pool := shopPool()
	phone, laptop := pool.Tokens("jane"), pool.Tokens("jane")

	pool.RevokeRefreshToken(phone.Refresh)

	fmt.Println(refresh(pool, phone.Refresh))
	fmt.Println(refresh(pool, laptop.Refresh))
	// Output:
	// 400 Bad Request
	// 200 OK
}

// All sign-ins of a user end, as by GlobalSignOut.
func ExamplePool_SignOutUser() {
	pool := shopPool()
	tokens := pool.Tokens("jane")
	if err := pool.SignOutUser("jane"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(refresh(pool, tokens.Refresh))
	// Output: 400 Bad Request
}

// The refresh token's time has come, while the access token is still good.
func ExamplePool_ExpireRefreshTokens() {
	pool := shopPool()
	tokens := pool.Tokens("jane")
	if err := pool.ExpireRefreshTokens("jane"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(refresh(pool, tokens.Refresh))
	// Output: 400 Bad Request
}

// A disabled user can neither refresh nor sign in.
func ExamplePool_DisableUser() {
	pool := shopPool()
	tokens := pool.Tokens("jane")
	if err := pool.DisableUser("jane"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(refresh(pool, tokens.Refresh))
	browser := pool.Browser(shop(pool.Config()), "https://app.example.com")
	_, err := pool.SignIn(browser, "https://app.example.com/account", "jane", "Correct-horse-1")
	fmt.Println(err)
	// Output:
	// 400 Bad Request
	// cognitotest: sign-in ended on /login: User is disabled.
}

// Without its page session, a browser has to sign in again.
func ExamplePool_EndPageSessions() {
	pool := shopPool()
	browser := pool.SignedIn(shop(pool.Config()), "https://app.example.com/account", "jane", "Correct-horse-1")
	authorize := pool.URL() + "/oauth2/authorize?response_type=code&client_id=shop"
	open := func() {
		resp, err := browser.Get(authorize)
		if err != nil {
			log.Fatal(err)
		}
		defer resp.Body.Close()
		fmt.Println(resp.Request.URL.Path)
	}
	open()
	if err := pool.EndPageSessions("jane"); err != nil {
		log.Fatal(err)
	}
	open()
	// Output:
	// /account
	// /login
}

// Tokens signed with withdrawn keys verify nowhere.
func ExamplePool_RotateKeys() {
	pool := shopPool()
	token := pool.AccessToken("jane")
	if err := pool.RotateKeys(); err != nil {
		log.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	_, err = verifier.VerifyAccess(context.Background(), token)
	fmt.Println(err != nil)
	_, err = verifier.VerifyAccess(context.Background(), pool.AccessToken("jane"))
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

// The token endpoint is down for two requests, and loses the answer of a
// third.
func ExamplePool_Fault() {
	pool := shopPool()
	token := pool.Tokens("jane").Refresh
	pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable, Times: 2})
	pool.Fault(fault.Fault{Op: "token", Kind: fault.LostAnswer, Times: 1})
	for range 4 {
		fmt.Println(refresh(pool, token))
	}
	// Output:
	// 503 Service Unavailable
	// 503 Service Unavailable
	// no answer
	// 200 OK
}

// The app must refuse a token with somebody else's nonce; this one looks at
// none.
func ExamplePool_Fault_wrongNonce() {
	pool := shopPool()
	pool.Fault(fault.Fault{Kind: fault.WrongNonce, Times: 1})
	browser := pool.Browser(shop(pool.Config()), "https://app.example.com")
	resp, err := pool.SignIn(browser, "https://app.example.com/account", "jane", "Correct-horse-1")
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	fmt.Println(resp.Status, len(pool.Events(cognitotest.Event{Fault: fault.WrongNonce})))
	// Output: 200 OK 1
}

// What the app asked of Cognito can be counted.
func ExamplePool_Events() {
	pool := shopPool()
	app := shop(pool.Config())
	browser := pool.SignedIn(app, "https://app.example.com/account", "jane", "Correct-horse-1")
	pool.TakeEvents()
	for range 3 {
		resp, err := browser.Get("https://app.example.com/account")
		if err != nil {
			log.Fatal(err)
		}
		resp.Body.Close()
	}
	fmt.Println(len(pool.Events(cognitotest.Event{Op: "token"})), "token requests")
	// Output: 0 token requests
}

// A pool goes on where another left off, in another process too.
func ExamplePool_Snapshot() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "pool.json")

	pool := shopPool()
	tokens := pool.Tokens("jane")
	data, err := pool.Snapshot()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil { // it holds private keys
		log.Fatal(err)
	}

	data, err = os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	another := cognitotest.NewPool()
	if err := another.Restore(data); err != nil {
		log.Fatal(err)
	}
	fmt.Println(refresh(another, tokens.Refresh))
	// Output: 200 OK
}

// Two pools at one address find their requests by the client id.
func ExampleServer() {
	customers := shopPool(cognitotest.WithID("eu-west-1_Customers"))
	staff := cognitotest.NewPool(cognitotest.WithID("eu-west-1_Staff"))
	server := cognitotest.NewServer(customers, staff)
	if err := server.Start("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	for _, pool := range server.Pools() {
		fmt.Println(strings.TrimPrefix(pool.Issuer(), server.URL()), pool.URL() == server.URL())
	}
	// Output:
	// /eu-west-1_Customers true
	// /eu-west-1_Staff true
}

// Go functions take the place of Lambda triggers.
func ExampleWithHooks() {
	pool := shopPool(cognitotest.WithHooks(trigger.Hooks{
		PreAuthentication: func(_ context.Context, e *trigger.PreAuthentication) error {
			if e.UserNotFound {
				return errors.New("no such user")
			}
			return nil
		},
		PreTokenGeneration: func(_ context.Context, e *trigger.PreTokenGeneration) error {
			e.AccessTokenGeneration.ClaimsToAddOrOverride = map[string]any{"plan": "gold"}
			e.AccessTokenGeneration.ScopesToAdd = []string{"orders/read"}
			return nil
		},
	}))
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	claims, err := verifier.VerifyAccess(context.Background(), pool.AccessToken("jane"))
	if err != nil {
		log.Fatal(err)
	}
	var own struct{ Plan string }
	if err := claims.Claims(&own); err != nil {
		log.Fatal(err)
	}
	fmt.Println(own.Plan)

	browser := pool.Browser(shop(pool.Config()), "https://app.example.com")
	_, err = pool.SignIn(browser, "https://app.example.com/account", "john", "x")
	fmt.Println(err)
	// Output:
	// gold
	// cognitotest: sign-in ended on /login: PreAuthentication failed with error no such user.
}

// A program gets a token for itself with client_credentials.
func ExampleWithResourceServer() {
	pool := cognitotest.NewPool(
		cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: "orders", Scopes: []string{"read", "write"}}),
		cognitotest.WithClient(cognitotest.AppClient{
			ID: "nightly", Secret: "a-secret-of-the-nightly-job", Flows: []string{cognitotest.FlowClientCredentials},
		}),
	)
	resp, err := pool.Client().PostForm(pool.URL()+"/oauth2/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"nightly"}, "client_secret": {"a-secret-of-the-nightly-job"},
		"scope": {"orders/read"},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)

	// A test of the API needs no request for it.
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	claims, err := verifier.VerifyAccess(context.Background(), pool.ClientToken("nightly", "orders/read"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(claims.ClientID, claims.Scopes)
	// Output:
	// 200 OK
	// nightly [orders/read]
}

// The new secret and the old one are both accepted until the old one goes.
func ExamplePool_AddClientSecret() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: "shop", Secret: "the-old-secret-of-the-shop"}))
	if err := pool.AddClientSecret("shop", "the-new-secret-of-the-shop"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(pool.ClientSecrets("shop")))
	if err := pool.DeleteClientSecret("shop", "the-old-secret-of-the-shop"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(pool.ClientSecrets("shop")))
	// Output:
	// 2
	// 1
}

// Tokens carry the issuer that AWS introduced in 2026.
func ExampleWithUpdatedIssuer() {
	pool := cognitotest.NewPool(cognitotest.WithUpdatedIssuer(), cognitotest.WithCustomDomain("auth.example.com"))
	fmt.Println(pool.Issuer())
	fmt.Println(pool.URL())
	// Output:
	// https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1
	// https://auth.example.com
}

// Passwords on the pages are held to the pool's policy.
func ExampleWithPasswordPolicy() {
	policy := cognitotest.DefaultPasswordPolicy()
	policy.MinimumLength = 14
	policy.RequireSymbols = false
	shopPool(cognitotest.WithPasswordPolicy(policy))
	fmt.Println(policy.MinimumLength, policy.RequireNumbers)
	// Output: 14 true
}

// A slow Cognito ends with the caller's deadline.
func ExampleFault() {
	pool := shopPool()
	pool.Fault(fault.Fault{Op: "discovery", Kind: fault.Slow, Delay: time.Hour})
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", pool.Issuer()+"/.well-known/openid-configuration", nil)
	if err != nil {
		log.Fatal(err)
	}
	_, err = pool.Client().Do(req)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
}
