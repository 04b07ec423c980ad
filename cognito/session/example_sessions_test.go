package session_test

import (
	"context"
	"fmt"
	"log"

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
