// Command goth signs in with goth's provider for Cognito.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/gorilla/sessions"
	"github.com/markbates/goth"
	"github.com/markbates/goth/gothic"
	"github.com/markbates/goth/providers/cognito"
)

func main() {
	gothic.Store = sessions.NewCookieStore([]byte(os.Getenv("SESSION_KEYS")))
	goth.UseProviders(cognito.New(
		os.Getenv("COGNITO_CLIENT_ID"), os.Getenv("COGNITO_CLIENT_SECRET"), os.Getenv("COGNITO_DOMAIN"),
		os.Getenv("APP_URL")+"/callback", "openid", "email", "profile",
	))
	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		gothic.BeginAuthHandler(w, gothic.GetContextWithProvider(r, "cognito"))
	})
	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		user, err := gothic.CompleteUserAuth(w, gothic.GetContextWithProvider(r, "cognito"))
		if err != nil {
			http.Error(w, "not signed in", http.StatusBadGateway)
			return
		}
		fmt.Fprintln(w, user.UserID)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", nil))
}
