package cognitotest_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

// exampleApp signs in whoever comes to /account.
func exampleApp(pool *cognitotest.Pool) http.Handler {
	cfg := pool.Config()
	app := http.NewServeMux()
	app.HandleFunc("/account", func(w http.ResponseWriter, r *http.Request) {
		q := url.Values{"response_type": {"code"}, "client_id": {cfg.ClientID}}
		http.Redirect(w, r, pool.URL()+"/oauth2/authorize?"+q.Encode(), http.StatusFound)
	})
	app.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "a code of %d characters", len(r.FormValue("code")))
	})
	return app
}

func exampleClient() cognitotest.Option {
	return cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{"https://app.example.com/callback"}})
}

func printBody(resp *http.Response) {
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body))
}

// A user with an authenticator app passes the second page with the code that
// the app would show.
func ExampleSubmit() {
	pool := cognitotest.NewPool(exampleClient(), cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true}))
	_, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", TOTPSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"})
	if err != nil {
		log.Fatal(err)
	}
	browser := pool.Browser(exampleApp(pool), "https://app.example.com")

	resp, err := browser.Get("https://app.example.com/account")
	if err != nil {
		log.Fatal(err)
	}
	resp, err = cognitotest.Submit(browser, resp, "username", "jane", "password", "Correct-horse-1")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.Request.URL.Path)
	resp, err = cognitotest.Submit(browser, resp, "code", pool.TOTP("jane"))
	if err != nil {
		log.Fatal(err)
	}
	printBody(resp)
	// Output:
	// /mfa
	// a code of 36 characters
}

// SignIn knows the password alone, and says where it stopped.
func ExampleWithMFA() {
	pool := cognitotest.NewPool(exampleClient(), cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true, Email: true}))
	_, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com", EmailMFA: true})
	if err != nil {
		log.Fatal(err)
	}
	browser := pool.Browser(exampleApp(pool), "https://app.example.com")
	_, err = pool.SignIn(browser, "https://app.example.com/account", "jane", "Correct-horse-1")
	var stopped *cognitotest.SignInError
	fmt.Println(errors.As(err, &stopped), stopped.Path)
	fmt.Println(len(pool.LastCode("jane@example.com")), "digits were sent")
	// Output:
	// true /mfa
	// 8 digits were sent
}

// A user comes from Google, which the pool plays itself.
func ExamplePool_SignInWith() {
	pool := cognitotest.NewPool(exampleClient(), cognitotest.WithProvider(federation.Provider{
		Type:  federation.Google,
		Users: []federation.User{{ID: "112233", Email: "jane@example.com", EmailVerified: true, Name: "Jane"}},
	}))
	browser := pool.Browser(exampleApp(pool), "https://app.example.com")
	resp, err := pool.SignInWith(browser, "https://app.example.com/account", "Google", "112233")
	if err != nil {
		log.Fatal(err)
	}
	printBody(resp)
	fmt.Println(pool.UserStatus("Google_112233"))
	// Output:
	// a code of 36 characters
	// EXTERNAL_PROVIDER false <nil>
}

// A provider's page can fail in the ways that Cognito reports.
func ExampleWithProvider() {
	pool := cognitotest.NewPool(exampleClient(), cognitotest.WithProvider(federation.Provider{Type: federation.OIDC, Name: "Partner"}))
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, r.FormValue("error"))
		fmt.Fprint(w, r.FormValue("error_description"))
	})
	browser := pool.Browser(app, "https://app.example.com")
	q := url.Values{"response_type": {"code"}, "client_id": {pool.Config().ClientID}, "identity_provider": {"Partner"}}
	resp, err := browser.Get(pool.URL() + "/oauth2/authorize?" + q.Encode())
	if err != nil {
		log.Fatal(err)
	}
	resp, err = cognitotest.Submit(browser, resp, "action", "fail", "fail", "token-timeout")
	if err != nil {
		log.Fatal(err)
	}
	printBody(resp)
	// Output:
	// invalid_request
	// Timeout occurred in calling IdP token endpoint
}

// A linked user signs in with the password or through the provider.
func ExamplePool_LinkUser() {
	pool := cognitotest.NewPool(exampleClient(), cognitotest.WithProvider(federation.Provider{Type: federation.Google}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1"}); err != nil {
		log.Fatal(err)
	}
	if err := pool.LinkUser("jane", "Google", "112233"); err != nil {
		log.Fatal(err)
	}
	browser := pool.Browser(exampleApp(pool), "https://app.example.com")
	resp, err := pool.SignInWith(browser, "https://app.example.com/account", "Google", "112233")
	if err != nil {
		log.Fatal(err)
	}
	printBody(resp)
	events := pool.Events()
	fmt.Println(events[len(events)-1].Op, events[len(events)-1].Username == "jane")
	// Output:
	// a code of 36 characters
	// idpresponse true
}

// A mail with a link instead of a code.
func ExampleWithVerificationLinks() {
	pool := cognitotest.NewPool(exampleClient(), cognitotest.WithVerificationLinks())
	browser := pool.Browser(exampleApp(pool), "https://app.example.com")
	q := url.Values{"response_type": {"code"}, "client_id": {pool.Config().ClientID}}
	resp, err := browser.Get(pool.URL() + "/signup?" + q.Encode())
	if err != nil {
		log.Fatal(err)
	}
	resp, err = cognitotest.Submit(browser, resp, "email", "jane@example.com", "password", "Correct-horse-1")
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	fmt.Println(pool.UserStatus("jane@example.com"))
	resp, err = browser.Get(pool.LastLink("jane@example.com"))
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	fmt.Println(pool.UserStatus("jane@example.com"))
	// Output:
	// UNCONFIRMED false <nil>
	// CONFIRMED false <nil>
}
