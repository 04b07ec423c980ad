// Package before signs users in with goth and keeps them signed in with
// gorilla/sessions.
package before

import (
	"fmt"
	"net/http"

	"github.com/gorilla/sessions"
	"github.com/markbates/goth"
	"github.com/markbates/goth/gothic"
	"github.com/markbates/goth/providers/cognito"
)

// Settings describe the app and its user pool.
type Settings struct {
	Domain, ClientID, ClientSecret, AppURL string
	Sessions                               sessions.Store // the app's own
	Pending                                sessions.Store // goth's
	HTTPClient                             *http.Client   // nil means http.DefaultClient
}

// New returns the app.
func New(s Settings) http.Handler {
	provider := cognito.New(s.ClientID, s.ClientSecret, s.Domain, s.AppURL+"/callback", "openid", "email", "profile")
	provider.HTTPClient = s.HTTPClient
	goth.UseProviders(provider)
	gothic.Store = s.Pending

	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", gothic.BeginAuthHandler)
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		user, err := gothic.CompleteUserAuth(w, gothic.GetContextWithProvider(r, "cognito"))
		if err != nil {
			http.Error(w, "The sign-in failed.", http.StatusBadGateway)
			return
		}
		session, _ := s.Sessions.Get(r, "app")
		session.Values["sub"], session.Values["email"] = user.UserID, user.Email
		if err := session.Save(r, w); err != nil {
			http.Error(w, "Please try again.", http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /account", func(w http.ResponseWriter, r *http.Request) {
		session, _ := s.Sessions.Get(r, "app")
		email, ok := session.Values["email"].(string)
		if !ok {
			http.Redirect(w, r, "/login?provider=cognito", http.StatusFound)
			return
		}
		_, _ = fmt.Fprintln(w, "Hello", email)
	})
	return mux
}
