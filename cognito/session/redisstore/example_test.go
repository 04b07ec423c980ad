package redisstore_test

import (
	"fmt"
	"log"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
)

// Sessions are in Redis, and only one process at a time refreshes a session.
// New makes no call, so the app can start while Redis cannot be reached.
func ExampleNew() {
	client := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
	defer client.Close()
	store, err := redisstore.New(client, redisstore.Config{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = session.New(session.Config{
		Pool:    cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d"},
		Keys:    []session.Key{session.NewKey()}, // a service has them in its configuration
		BaseURL: "https://app.example.com",
		Options: session.Options{Store: store, Locker: store},
	})
	fmt.Println(err)
	// Output: <nil>
}
