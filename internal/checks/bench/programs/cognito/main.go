// Command cognito signs in with this repository's library.
package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

func main() {
	if err := run(); err != nil {
		slog.Error("stopped", "err", err)
		os.Exit(1)
	}
}

func run() error {
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return err
	}
	keys, err := session.ParseKeys(os.Getenv("SESSION_KEYS"))
	if err != nil {
		return err
	}
	client, err := hostedui.New(hostedui.Config{Pool: pool, BaseURL: os.Getenv("APP_URL"), SessionKeys: keys})
	if err != nil {
		return err
	}
	http.Handle("/auth/", client)
	http.Handle("/", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, cognito.FromContext(r.Context()).Subject)
	})))
	return http.ListenAndServe("127.0.0.1:8080", nil)
}
