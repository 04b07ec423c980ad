// Package before signs users in with go-oidc, x/oauth2 and gorilla/sessions.
package before

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/gorilla/sessions"
	"golang.org/x/oauth2"
)

// Settings describe the app and its user pool.
type Settings struct {
	Issuer, ClientID, AppURL string
	Sessions                 sessions.Store
	HTTPClient               *http.Client // nil means http.DefaultClient
}

// New returns the app.
func New(ctx context.Context, s Settings) (http.Handler, error) {
	if s.HTTPClient != nil {
		ctx = oidc.ClientContext(ctx, s.HTTPClient)
	}
	provider, err := oidc.NewProvider(ctx, s.Issuer)
	if err != nil {
		return nil, err
	}
	a := &app{Settings: s, ctx: ctx, verifier: provider.Verifier(&oidc.Config{ClientID: s.ClientID})}
	a.oauth = oauth2.Config{
		ClientID: s.ClientID, RedirectURL: s.AppURL + "/callback",
		Endpoint: provider.Endpoint(), Scopes: []string{"openid", "email", "profile"},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/login", a.login)
	mux.HandleFunc("/callback", a.callback)
	mux.HandleFunc("/account", a.account)
	return mux, nil
}

type app struct {
	Settings
	ctx      context.Context // has the HTTP client
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
}

func (a *app) login(w http.ResponseWriter, r *http.Request) {
	s, _ := a.Sessions.Get(r, "session")
	state, verifier := rand.Text(), oauth2.GenerateVerifier()
	s.Values["state"], s.Values["verifier"] = state, verifier
	if err := s.Save(r, w); err != nil {
		http.Error(w, "Please try again.", http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, a.oauth.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)), http.StatusFound)
}

func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	s, _ := a.Sessions.Get(r, "session")
	state, _ := s.Values["state"].(string)
	verifier, _ := s.Values["verifier"].(string)
	if state == "" || r.URL.Query().Get("state") != state {
		http.Error(w, "This sign-in has expired.", http.StatusBadRequest)
		return
	}
	token, err := a.oauth.Exchange(a.ctx, r.URL.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		http.Error(w, "The sign-in failed.", http.StatusBadGateway)
		return
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := a.verifier.Verify(a.ctx, raw)
	if err != nil {
		http.Error(w, "The sign-in failed.", http.StatusBadGateway)
		return
	}
	var claims struct {
		Email string `json:"email"`
	}
	_ = id.Claims(&claims)
	s.Values = map[any]any{"sub": id.Subject, "email": claims.Email, "refresh": token.RefreshToken}
	if err := s.Save(r, w); err != nil {
		http.Error(w, "Please try again.", http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/account", http.StatusSeeOther)
}

func (a *app) account(w http.ResponseWriter, r *http.Request) {
	s, _ := a.Sessions.Get(r, "session")
	email, ok := s.Values["email"].(string)
	if !ok {
		http.Redirect(w, r, "/login", http.StatusFound)
		return
	}
	_, _ = fmt.Fprintln(w, "Hello", email)
}
