// Command cap signs in with the oidc package of HashiCorp's cap.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/hashicorp/cap/oidc"
)

func main() {
	callback := os.Getenv("APP_URL") + "/callback"
	config, err := oidc.NewConfig(
		os.Getenv("COGNITO_ISSUER"), os.Getenv("COGNITO_CLIENT_ID"), oidc.ClientSecret(os.Getenv("COGNITO_CLIENT_SECRET")),
		[]oidc.Alg{oidc.RS256}, []string{callback},
	)
	if err != nil {
		log.Fatal(err)
	}
	provider, err := oidc.NewProvider(config)
	if err != nil {
		log.Fatal(err)
	}
	defer provider.Done()
	var pending sync.Map // state → oidc.Request
	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		pkce, err := oidc.NewCodeVerifier()
		if err != nil {
			http.Error(w, "no verifier", http.StatusInternalServerError)
			return
		}
		login, err := oidc.NewRequest(10*time.Minute, callback, oidc.WithPKCE(pkce))
		if err != nil {
			http.Error(w, "no request", http.StatusInternalServerError)
			return
		}
		url, err := provider.AuthURL(r.Context(), login)
		if err != nil {
			http.Error(w, "no URL", http.StatusInternalServerError)
			return
		}
		pending.Store(login.State(), login)
		http.Redirect(w, r, url, http.StatusFound)
	})
	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		login, ok := pending.LoadAndDelete(r.FormValue("state"))
		if !ok {
			http.Error(w, "no such login", http.StatusBadRequest)
			return
		}
		tokens, err := provider.Exchange(r.Context(), login.(oidc.Request), r.FormValue("state"), r.FormValue("code"))
		if err != nil {
			http.Error(w, "not signed in", http.StatusBadGateway)
			return
		}
		var claims struct {
			Subject string `json:"sub"`
		}
		if err := tokens.IDToken().Claims(&claims); err != nil {
			http.Error(w, "no claims", http.StatusBadGateway)
			return
		}
		fmt.Fprintln(w, claims.Subject)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", nil))
}
