package scsstore_test

import (
	"fmt"
	"log"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/scsstore"
)

// Sessions are in a store of scs, such as sqlite3store.New(db).
func ExampleNew() {
	store, err := scsstore.New(newMemory(), scsstore.Config{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = session.New(session.Config{
		Pool:    cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d"},
		Keys:    []session.Key{session.NewKey()}, // a service has them in its configuration
		BaseURL: "https://app.example.com",
		Options: session.Options{Store: store},
	})
	fmt.Println(err)
	// Output: <nil>
}
