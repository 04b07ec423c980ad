package userpool_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// TestO3_EndAllRevokes: "sign out everywhere" of an app with forms of its own
// ends the refresh tokens of all the user's sessions at Cognito.
func TestO3_EndAllRevokes(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ExplicitAuthFlows: allFlows}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!"}); err != nil {
		t.Fatal(err)
	}
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := session.New(session.Config{
		Pool: pool.Config(), Keys: []session.Key{session.NewKey()}, BaseURL: "https://app.example.com",
		Options: session.Options{Store: session.NewMemoryStore(pool.Now)}, Refresher: client,
	})
	if err != nil {
		t.Fatal(err)
	}
	var last *userpool.Step
	for range 2 { // two browsers
		if last, err = client.SignIn(t.Context(), userpool.Credentials{Username: "jane", Password: "Passw0rd!", Flow: plainly}); err != nil {
			t.Fatal(err)
		}
		if err := sessions.Start(httptest.NewRecorder(), httptest.NewRequest("POST", "/auth/login", nil), last.Identity, last.Tokens); err != nil {
			t.Fatal(err)
		}
	}
	if err := sessions.EndAll(t.Context(), last.Identity); err != nil {
		t.Fatalf("EndAll = %v", err)
	}
	if n := len(pool.Events(cognitotest.Event{Op: "RevokeToken", Status: http.StatusOK})); n != 2 {
		t.Errorf("EndAll revoked %d refresh tokens, want 2", n)
	}
	if _, _, err := client.Refresh(t.Context(), last.Tokens, last.Identity); err == nil {
		t.Error("Refresh after EndAll = nil, want an error")
	}
}
