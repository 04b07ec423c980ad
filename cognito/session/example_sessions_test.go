package session_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// A page that lists where the user is signed in, and its button "sign out
// everywhere".
func ExampleManager_EndAll() {
	sessions, err := session.New(session.Config{
		Pool:    examplePool,
		Keys:    exampleKeys,
		BaseURL: "https://app.example.com",
		Options: session.Options{Store: session.NewMemoryStore(nil)},
	})
	if err != nil {
		log.Fatal(err)
	}
	for range 2 { // two browsers
		exampleVisit(exampleLogin(sessions), "/auth/callback")
	}
	ctx := context.Background()
	list, err := sessions.Sessions(ctx, exampleIdentity)
	fmt.Println(len(list), "sessions", err)

	err = sessions.EndAll(ctx, exampleIdentity)
	list, _ = sessions.Sessions(ctx, exampleIdentity)
	fmt.Println(len(list), "sessions", err)
	// Output:
	// 2 sessions <nil>
	// 0 sessions <nil>
}

// The button "Sign out on all other devices".
func ExampleManager_EndOthers() {
	sessions, err := session.New(session.Config{
		Pool:    examplePool,
		Keys:    exampleKeys,
		BaseURL: "https://app.example.com",
		Options: session.Options{SignOuts: session.NewMemoryStore(nil)}, // sessions in cookies
	})
	if err != nil {
		log.Fatal(err)
	}
	others := sessions.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := sessions.EndOthers(w, r); err != nil {
			http.Error(w, "Please try again in a moment.", http.StatusServiceUnavailable)
		}
	}))
	account := sessions.Require(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))

	phone, laptop := exampleVisit(exampleLogin(sessions), "/auth/callback"), exampleVisit(exampleLogin(sessions), "/auth/callback")
	exampleVisit(others, "/sessions/others", laptop)
	fmt.Println("laptop", exampleVisit(account, "/account", laptop).Code)
	fmt.Println("phone", exampleVisit(account, "/account", phone).Code)
	// Output:
	// laptop 200
	// phone 302
}
