// Command ownsessions signs users in with Cognito and keeps them signed in with
// its own sessions, made with scs. Copy from it if your app already has
// sessions.
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
	"os"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/hostedui"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "where to listen")
	flag.Parse()
	cfg, err := configFromEnv()
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
	log.Printf("Open %s", strings.TrimSuffix(cfg.CallbackURL, callbackPath))
	server := &http.Server{Addr: *addr, Handler: a.routes(), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

const callbackPath, signedOutPath = "/auth/callback", "/auth/signed-out"

func newApp(cfg hostedui.ProtocolConfig) (*app, error) {
	protocol, err := hostedui.NewProtocol(cfg)
	if err != nil {
		return nil, err
	}
	sessions := scs.New() // in memory: give it the store you have
	sessions.Cookie.Secure = strings.HasPrefix(cfg.CallbackURL, "https://")
	return &app{cognito: protocol, sessions: sessions}, nil
}

// configFromEnv reads the pool's settings and APP_URL.
func configFromEnv() (hostedui.ProtocolConfig, error) {
	pool, err := cognito.ConfigFromEnv()
	return config(pool, strings.TrimSuffix(os.Getenv("APP_URL"), "/")), err
}

func config(pool cognito.Config, baseURL string) hostedui.ProtocolConfig {
	return hostedui.ProtocolConfig{Pool: pool, CallbackURL: baseURL + callbackPath, SignedOutURL: baseURL + signedOutPath}
}

const demoPassword = "Passw0rd!"

// demoConfig starts a Cognito in this process.
func demoConfig(baseURL string) (hostedui.ProtocolConfig, error) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{baseURL + callbackPath},
		LogoutURLs:   []string{baseURL + signedOutPath},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true, Password: demoPassword}); err != nil {
		return hostedui.ProtocolConfig{}, err
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		return hostedui.ProtocolConfig{}, err
	}
	return config(pool.Config(), baseURL), nil
}
