package poolevents_test

import (
	"bytes"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/poolevents"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

func ExampleHandler() {
	emulator := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{"https://app.example.com/auth/callback"}}))
	emulator.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"})
	pool := emulator.Config()
	store := session.NewMemoryStore(nil)
	secret := cognito.Secret("0123456789abcdef0123456789abcdef")
	client, err := hostedui.New(hostedui.Config{
		Pool:        pool,
		BaseURL:     "https://app.example.com",
		SessionKeys: []session.Key{session.NewKey()},
		Session:     session.Options{SignOuts: store},
	})
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool)
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	page := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

	signOuts, err := poolevents.NewSignOuts(poolevents.SignOutsConfig{Store: store})
	if err != nil {
		log.Fatal(err)
	}
	events, err := poolevents.New(poolevents.Config{
		Pool:          pool,
		Authorization: []cognito.Secret{secret},
		Sessions:      []*session.Manager{client.Sessions()},
		Tokens:        signOuts,
	})
	if err != nil {
		log.Fatal(err)
	}
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(page))
	mux.Handle("/api/", cognito.RequireToken(signOuts.Verifier(verifier), page))
	mux.Handle("/events/cognito", events)

	browser := emulator.SignedIn(mux, "https://app.example.com/account", "jane", "Correct-horse-1")
	emulator.DeliverTrail(func(event []byte) { // as EventBridge does
		req := httptest.NewRequest("POST", "/events/cognito", bytes.NewReader(event))
		req.Header.Set("Authorization", string(secret))
		mux.ServeHTTP(httptest.NewRecorder(), req)
	})
	if err := emulator.DisableUser("jane"); err != nil {
		log.Fatal(err)
	}
	req, _ := http.NewRequest("GET", "https://app.example.com/account", nil)
	req.Header.Set("Sec-Fetch-Mode", "cors")
	resp, err := browser.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.Status)
	// Output: 401 Unauthorized
}
