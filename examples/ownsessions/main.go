// Command ownsessions signs users in with Cognito and keeps them signed in with
// sessions of its own, those of scs. Take it when your app has sessions already.
//
//	go run ./examples/ownsessions
//
// Without COGNITO_ settings in the environment it runs on a Cognito in this
// process, with a demo user.
package main

import (
	"errors"
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "where to listen")
	flag.Parse()
	cfg, err := hostedui.ConfigFromEnv()
	if errors.Is(err, cognito.ErrNotConfigured) {
		cfg, err = demoConfig("http://" + *addr)
		log.Printf("No COGNITO_ settings: sign in as jane@example.com, password %s", demoPassword)
	}
	if err != nil {
		log.Fatal(err)
	}
	a, err := newApp(cfg)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("Open %s", cfg.BaseURL)
	server := &http.Server{Addr: *addr, Handler: a.routes(), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

func newApp(cfg hostedui.Config) (*app, error) {
	client, err := hostedui.New(cfg)
	if err != nil {
		return nil, err
	}
	sessions := scs.New() // in memory: give it the store you have
	sessions.Cookie.Secure = client.CallbackURL()[:8] == "https://"
	return &app{client: client, sessions: sessions, users: map[string]string{}}, nil
}

const demoPassword = "Passw0rd!"

// demoConfig starts a Cognito in this process.
func demoConfig(baseURL string) (hostedui.Config, error) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{baseURL + "/auth/callback"},
		LogoutURLs:   []string{baseURL + "/auth/signed-out"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true, Password: demoPassword}); err != nil {
		return hostedui.Config{}, err
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		return hostedui.Config{}, err
	}
	return hostedui.Config{Pool: pool.Config(), BaseURL: baseURL, SessionKeys: []session.Key{session.NewKey()}}, nil
}
