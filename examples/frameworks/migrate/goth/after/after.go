// Package after is the app of package before with hostedui.Protocol in place of
// goth. Its sessions are the same, so its users stay signed in.
package after

import (
	"encoding/gob"
	"fmt"
	"net/http"

	"github.com/gorilla/sessions"

	"github.com/seed75762126/cognito-go/hostedui"
)

func init() { gob.Register(hostedui.Attempt{}) } // gorilla/sessions encodes with gob

type app struct {
	cognito  *hostedui.Protocol
	sessions sessions.Store
}

// New returns the app. The app client keeps its callback URL.
func New(cfg hostedui.ProtocolConfig, own sessions.Store) (http.Handler, error) {
	protocol, err := hostedui.NewProtocol(cfg)
	if err != nil {
		return nil, err
	}
	a := &app{protocol, own}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", a.login)
	mux.HandleFunc("GET /callback", a.callback)
	mux.HandleFunc("HEAD /callback", http.NotFound) // only GET uses up the code
	mux.HandleFunc("GET /account", a.account)
	mux.Handle("POST /logout", http.NewCrossOriginProtection().Handler(http.HandlerFunc(a.logout)))
	return mux, nil
}

// login takes the place of gothic.BeginAuthHandler.
func (a *app) login(w http.ResponseWriter, r *http.Request) {
	session, _ := a.sessions.Get(r, "app")
	attempt := hostedui.NewAttempt()
	session.Values["attempt"] = attempt
	if err := session.Save(r, w); err != nil {
		http.Error(w, "Please try again.", http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, a.cognito.LoginURL(attempt), http.StatusFound)
}

// callback takes the place of gothic.CompleteUserAuth.
func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	session, _ := a.sessions.Get(r, "app")
	attempt, ok := session.Values["attempt"].(hostedui.Attempt)
	if !ok || r.URL.Query().Get("state") != attempt.State {
		http.Error(w, "This sign-in has expired.", http.StatusBadRequest)
		return
	}
	delete(session.Values, "attempt") // used once
	login, err := a.cognito.Exchange(r.Context(), r.URL.Query().Get("code"), attempt)
	if err != nil {
		_ = session.Save(r, w)
		http.Error(w, "The sign-in failed.", http.StatusBadGateway)
		return
	}
	session.Values = map[any]any{"sub": login.Identity.Subject, "email": login.Identity.Email}
	if err := session.Save(r, w); err != nil {
		http.Error(w, "Please try again.", http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/account", http.StatusSeeOther)
}

func (a *app) account(w http.ResponseWriter, r *http.Request) {
	session, _ := a.sessions.Get(r, "app")
	email, ok := session.Values["email"].(string)
	if !ok {
		http.Redirect(w, r, "/login", http.StatusFound)
		return
	}
	_, _ = fmt.Fprintln(w, "Hello", email)
}

// logout ends the app's session, and then Cognito's.
func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	session, _ := a.sessions.Get(r, "app")
	session.Options.MaxAge = -1
	if err := session.Save(r, w); err != nil {
		http.Error(w, "You are not signed out.", http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, a.cognito.LogoutURL(), http.StatusSeeOther)
}
