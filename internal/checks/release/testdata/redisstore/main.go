// This program stands for one outside this repository. It signs a user in and
// keeps the session in Redis.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
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
	redisClient := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	defer func() { _ = redisClient.Close() }()
	store, err := redisstore.New(redisClient, redisstore.Config{})
	if err != nil {
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
