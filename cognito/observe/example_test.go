package observe_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// An app counts what happens in a sign-in.
func ExampleObserver() {
	const base = "https://app.example.com"
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"}); err != nil {
		log.Fatal(err)
	}
	cfg := pool.Config()
	cfg.Observer = &observe.Observer{
		Refusal:      func(_ context.Context, e observe.Refusal) { fmt.Println("refused:", e.Code) },
		Call:         func(_ context.Context, e observe.Call) { fmt.Println("called:", e.Service, e.Operation) },
		SignIn:       func(_ context.Context, e observe.SignIn) { fmt.Println("sign-in:", e.Kind, e.Provider) },
		SessionStart: func(_ context.Context, e observe.SessionStart) { fmt.Println("a session starts:", e.Err == nil) },
	}
	client, err := hostedui.New(hostedui.Config{Pool: cfg, BaseURL: base, SessionKeys: []session.Key{session.NewKey()}})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.NotFoundHandler()))

	pool.SignedIn(mux, base+"/account", "jane", "Correct-horse-1")
	// Output:
	// refused: sign_in_required
	// called: oauth exchange
	// a session starts: true
	// sign-in: hosted_ui COGNITO
}
