package cognitotest_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func ExampleNewPool() {
	pool := cognitotest.NewPool()
	resp, err := pool.Client().Get(pool.Issuer() + "/.well-known/openid-configuration")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)
	fmt.Println(pool.Issuer())
	fmt.Println(pool.URL())
	// Output:
	// 200 OK
	// https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1
	// https://emulator.auth.eu-west-1.amazoncognito.com
}

// A browser in memory signs in to an app's handler through the real flow.
func ExamplePool_SignIn() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		ID:           "client1",
		CallbackURLs: []string{"https://app.example.com/callback"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1"}); err != nil {
		log.Fatal(err)
	}
	app := http.NewServeMux()
	app.HandleFunc("/account", func(w http.ResponseWriter, r *http.Request) {
		q := url.Values{"response_type": {"code"}, "client_id": {"client1"}, "redirect_uri": {"https://app.example.com/callback"}}
		http.Redirect(w, r, pool.URL()+"/oauth2/authorize?"+q.Encode(), http.StatusFound)
	})
	app.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "a code of %d characters", len(r.FormValue("code")))
	})

	browser := pool.Browser(app, "https://app.example.com")
	_, err := pool.SignIn(browser, "https://app.example.com/account", "jane", "a guess")
	fmt.Println(err)
	resp, err := pool.SignIn(browser, "https://app.example.com/account", "jane", "Correct-horse-1")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body))
	// Output:
	// cognitotest: sign-in ended on /login: Incorrect username or password.
	// a code of 36 characters
}

// To test an API you need a token, but no sign-in.
func ExamplePool_IDToken() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Groups: []string{"admins"}}); err != nil {
		log.Fatal(err)
	}
	good := pool.IDToken("jane")
	expired := pool.IDToken("jane", func(c cognitotest.Claims) {
		c["exp"] = pool.Now().Add(-time.Hour).Unix()
	})
	fmt.Println(good) // tokens do not print
	fmt.Println(strings.Count(string(good), "."), string(good) != string(expired))
	// Output:
	// [redacted]
	// 2 true
}

// Tokens and sessions of the pool expire by its clock.
func ExamplePool_Advance() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		log.Fatal(err)
	}
	token := pool.AccessToken("jane")
	ask := func() {
		req, err := http.NewRequest(http.MethodGet, pool.URL()+"/oauth2/userInfo", nil)
		if err != nil {
			log.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+string(token))
		resp, err := pool.Client().Do(req)
		if err != nil {
			log.Fatal(err)
		}
		defer resp.Body.Close()
		fmt.Println(resp.Status)
	}
	ask()
	pool.Advance(time.Hour)
	ask()
	// Output:
	// 200 OK
	// 401 Unauthorized
}
