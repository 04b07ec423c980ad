package eventbridge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/eventbridge"
)

// newApp is the app under test: it prints the events that it gets.
func newApp(key string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+key {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var event struct{ Detail struct{ EventName string } }
		if err := json.NewDecoder(r.Body).Decode(&event); err == nil {
			fmt.Println(r.URL.Path, event.Detail.EventName)
		}
	})
}

func ExampleDestination() {
	const key = "0123456789abcdef"
	server := httptest.NewServer(newApp(key))
	defer server.Close()
	pool := cognitotest.NewPool()
	pool.AddUser(cognitotest.User{Username: "jane"})

	to := &eventbridge.Destination{
		URL:    server.URL + "/cognito-events",
		Header: http.Header{"Authorization": {"Bearer " + key}},
		Copies: 2,
	}
	pool.DeliverTrail(to.Send)
	pool.DisableUser("jane")

	to.Wait(context.Background())
	// Output:
	// /cognito-events AdminDisableUser
	// /cognito-events AdminDisableUser
}

func ExampleDestination_inMemory() {
	const key = "0123456789abcdef"
	app := newApp(key)
	pool := cognitotest.NewPool()
	pool.AddUser(cognitotest.User{Username: "jane"})

	pool.DeliverTrail(func(event []byte) {
		req := httptest.NewRequest("POST", "/cognito-events", bytes.NewReader(event))
		req.Header.Set("Authorization", "Bearer "+key)
		app.ServeHTTP(httptest.NewRecorder(), req)
	})
	pool.DisableUser("jane")
	// Output:
	// /cognito-events AdminDisableUser
}
