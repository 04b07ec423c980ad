// Command mobileapi is the back end of an app on a phone: JSON for sign-up,
// sign-in with every challenge, forgotten password, refresh, passkeys and
// sign-out. It keeps nothing between two requests and sets no cookie.
//
//	go run ./examples/mobileapi
//
// Without COGNITO_ settings in the environment it runs on a Cognito in this
// process, with the user jane@example.com, password Passw0rd!. With COGNITO_
// settings and SESSION_KEYS it runs on the user pool that they name.
package main

import (
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

func main() {
	passkeys := flag.String("passkeys", "localhost", "RelyingPartyId of the pool, for sign-ins with passkeys")
	flag.Parse()
	pool, keys, err := fromEnv()
	if errors.Is(err, cognito.ErrNotConfigured) {
		pool, keys, err = demo()
	}
	if err != nil {
		log.Fatal(err)
	}
	api, err := newAPI(pool, keys, *passkeys)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("Listening on localhost:8080")
	server := &http.Server{Addr: "localhost:8080", Handler: api, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

func fromEnv() (cognito.Config, []session.Key, error) {
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return pool, nil, err
	}
	keys, err := session.ParseKeys(os.Getenv("SESSION_KEYS"))
	return pool, keys, err
}

func demo() (cognito.Config, []session.Key, error) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"}, RefreshTokenRotation: true,
	}), cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"), cognitotest.WithWebAuthn(cognitotest.WebAuthn{RelyingPartyID: "localhost"}))
	_, err := pool.AddUser(cognitotest.User{Email: "jane@example.com", EmailVerified: true, Password: "Passw0rd!"})
	return pool.Config(), []session.Key{session.NewKey()}, err
}

// newAPI is the whole back end.
func newAPI(pool cognito.Config, keys []session.Key, rpID string) (http.Handler, error) {
	client, err := userpool.New(userpool.Config{Pool: pool, RelyingPartyID: rpID})
	if err != nil {
		return nil, err
	}
	// The base URL is about cookies, of which this app has none.
	pending, err := userpool.NewPending(userpool.PendingConfig{Client: client, Keys: keys, BaseURL: "https://api.example.com"})
	if err != nil {
		return nil, err
	}
	a := &api{client: client, pending: pending}
	return a.routes(), nil
}
