// Command protocol does the job of programs/plain with this repository's
// library: login and callback, and no session after it.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

func main() {
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	protocol, err := hostedui.NewProtocol(hostedui.ProtocolConfig{Pool: pool, CallbackURL: os.Getenv("APP_URL") + "/callback"})
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		attempt := hostedui.NewAttempt()
		for name, value := range map[string]string{"state": attempt.State, "nonce": attempt.Nonce, "pkce": attempt.CodeVerifier} {
			http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 600, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		}
		http.Redirect(w, r, protocol.LoginURL(attempt), http.StatusFound)
	})
	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("state") == "" || r.FormValue("state") != cookie(r, "state") {
			http.Error(w, "another browser's login", http.StatusBadRequest)
			return
		}
		attempt := hostedui.Attempt{State: cookie(r, "state"), Nonce: cookie(r, "nonce"), CodeVerifier: cookie(r, "pkce")}
		login, err := protocol.Exchange(r.Context(), r.FormValue("code"), attempt)
		if err != nil {
			http.Error(w, "no tokens", http.StatusBadGateway)
			return
		}
		fmt.Fprintln(w, login.Identity.Subject)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", nil))
}

func cookie(r *http.Request, name string) string {
	k, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return k.Value
}
