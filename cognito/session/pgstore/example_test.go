package pgstore_test

import (
	"context"
	"fmt"
	"log"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/pgstore"
)

// Sessions are in PostgreSQL, and only one process at a time refreshes a
// session. New makes no call, so the app can start while PostgreSQL cannot be
// reached.
func ExampleNew() {
	pool, err := pgxpool.New(context.Background(), "postgres://app@localhost/app?statement_timeout=3000")
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	store, err := pgstore.New(pool, pgstore.Config{})
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
