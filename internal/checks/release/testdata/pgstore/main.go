// This program stands for one outside this repository. It signs a user in and
// keeps the session in PostgreSQL.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/pgstore"
	"github.com/seed75762126/cognito-go/hostedui"
)

func main() {
	const base = "https://app.example.com"
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{base + "/auth/callback"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!"}); err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	connections, err := pgxpool.New(ctx, os.Getenv("POSTGRES_DSN"))
	if err != nil {
		log.Fatal(err)
	}
	defer connections.Close()
	store, err := pgstore.New(connections, pgstore.Config{})
	if err != nil {
		log.Fatal(err)
	}
	if err := store.CreateTable(ctx); err != nil {
		log.Fatal(err)
	}
	client, err := hostedui.New(hostedui.Config{
		Pool:        pool.Config(),
		BaseURL:     base,
		SessionKeys: []session.Key{session.NewKey()},
		Session:     session.Options{Store: store, Locker: store},
	})
	if err != nil {
		log.Fatal(err)
	}
	app := http.NewServeMux()
	app.Handle("/auth/", client)
	app.Handle("/", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, cognito.FromContext(r.Context()).Username, "is signed in")
	})))
	res, err := pool.SignedIn(app, base+"/", "jane", "Passw0rd!").Get(base + "/")
	if err != nil {
		log.Fatal(err)
	}
	page, err := io.ReadAll(res.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(page))
}
