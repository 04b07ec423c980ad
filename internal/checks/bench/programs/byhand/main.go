// Command byhand does the same job as programs/cognito without this repository's
// library. Go-oidc and x/oauth2 sign users in, gorilla/sessions keeps them
// signed in, and log/slog logs. It has login, callback, refresh and logout.
package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/gob"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/gorilla/sessions"
	"golang.org/x/oauth2"
)

const (
	attemptCookie = "attempt"
	sessionCookie = "session"
)

func main() {
	if err := run(); err != nil {
		slog.Error("stopped", "err", err)
		os.Exit(1)
	}
}

func run() error {
	provider, err := oidc.NewProvider(context.Background(), os.Getenv("COGNITO_ISSUER"))
	if err != nil {
		return err
	}
	key, err := base64.StdEncoding.DecodeString(os.Getenv("SESSION_KEYS"))
	if err != nil {
		return err
	}
	gob.Register(&oauth2.Token{})
	a := &app{
		verifier: provider.Verifier(&oidc.Config{ClientID: os.Getenv("COGNITO_CLIENT_ID")}),
		config: oauth2.Config{
			ClientID:     os.Getenv("COGNITO_CLIENT_ID"),
			ClientSecret: os.Getenv("COGNITO_CLIENT_SECRET"),
			Endpoint:     provider.Endpoint(),
			RedirectURL:  os.Getenv("APP_URL") + "/callback",
			Scopes:       []string{"openid", "email", "profile"},
		},
		attempts: sessions.NewCookieStore(key, key),
		sessions: sessions.NewFilesystemStore(os.Getenv("SESSION_FOLDER"), key, key), // tokens are too long for a cookie
	}
	a.attempts.Options = options(10 * 60)
	a.sessions.Options = options(12 * 60 * 60)
	a.sessions.MaxLength(16 << 10)
	mux := http.NewServeMux()
	mux.HandleFunc("/login", a.login)
	mux.HandleFunc("/callback", a.callback)
	mux.HandleFunc("POST /logout", a.logout)
	mux.HandleFunc("/", a.home)
	return http.ListenAndServe("127.0.0.1:8080", http.NewCrossOriginProtection().Handler(mux))
}

func options(seconds int) *sessions.Options {
	return &sessions.Options{Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

type app struct {
	verifier *oidc.IDTokenVerifier
	config   oauth2.Config
	attempts *sessions.CookieStore
	sessions *sessions.FilesystemStore
}

func (a *app) login(w http.ResponseWriter, r *http.Request) {
	attempt, _ := a.attempts.New(r, attemptCookie)
	state, nonce, pkce := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	attempt.Values["state"], attempt.Values["nonce"], attempt.Values["pkce"] = state, nonce, pkce
	if err := attempt.Save(r, w); err != nil {
		fail(w, r, http.StatusInternalServerError, err)
		return
	}
	http.Redirect(w, r, a.config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(pkce)), http.StatusFound)
}

func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	attempt, _ := a.attempts.Get(r, attemptCookie)
	state, _ := attempt.Values["state"].(string)
	nonce, _ := attempt.Values["nonce"].(string)
	pkce, _ := attempt.Values["pkce"].(string)
	if state == "" || r.FormValue("state") != state {
		fail(w, r, http.StatusBadRequest, errors.New("the login of another browser"))
		return
	}
	tokens, err := a.config.Exchange(r.Context(), r.FormValue("code"), oauth2.VerifierOption(pkce))
	if err != nil {
		fail(w, r, http.StatusBadGateway, err)
		return
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := a.verifier.Verify(r.Context(), raw)
	if err != nil || id.Nonce != nonce {
		fail(w, r, http.StatusBadGateway, fmt.Errorf("not a good ID token: %w", err))
		return
	}
	session, _ := a.sessions.New(r, sessionCookie)
	session.Values["sub"], session.Values["tokens"] = id.Subject, tokens
	attempt.Options.MaxAge = -1
	if err := errors.Join(attempt.Save(r, w), session.Save(r, w)); err != nil {
		fail(w, r, http.StatusInternalServerError, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// home is a protected page. It renews the tokens before it answers.
func (a *app) home(w http.ResponseWriter, r *http.Request) {
	session, _ := a.sessions.Get(r, sessionCookie)
	sub, _ := session.Values["sub"].(string)
	tokens, ok := session.Values["tokens"].(*oauth2.Token)
	if !ok {
		http.Redirect(w, r, "/login", http.StatusFound)
		return
	}
	fresh, err := a.config.TokenSource(r.Context(), tokens).Token()
	if err != nil {
		fail(w, r, http.StatusUnauthorized, err)
		return
	}
	session.Values["tokens"] = fresh
	if err := session.Save(r, w); err != nil {
		fail(w, r, http.StatusInternalServerError, err)
		return
	}
	fmt.Fprintln(w, sub)
}

func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	session, _ := a.sessions.Get(r, sessionCookie)
	session.Options.MaxAge = -1
	if err := session.Save(r, w); err != nil {
		fail(w, r, http.StatusInternalServerError, err)
		return
	}
	back := url.Values{"client_id": {a.config.ClientID}, "logout_uri": {os.Getenv("APP_URL") + "/"}}
	http.Redirect(w, r, os.Getenv("COGNITO_DOMAIN")+"/logout?"+back.Encode(), http.StatusSeeOther)
}

func fail(w http.ResponseWriter, r *http.Request, status int, err error) {
	slog.WarnContext(r.Context(), "sign-in failed", "status", status, "err", err)
	http.Error(w, "Please sign in again.", status)
}
