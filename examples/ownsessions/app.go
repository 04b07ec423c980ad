package main

import (
	"encoding/gob"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/alexedwards/scs/v2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

// An app keeps its users signed in with sessions of its own. The Protocol makes
// the requests to Cognito: it sets no cookie and needs no session keys.
type app struct {
	cognito  *hostedui.Protocol
	sessions *scs.SessionManager
	users    sync.Map // the app's own records: e-mail by issuer and sub
}

// What a session has.
const (
	pending = "pending" // a login that has begun: the Attempt
	user    = "user"    // who is signed in: the key of the app's own record
	refresh = "refresh" // the refresh token, to revoke at sign-out
)

func init() { gob.Register(hostedui.Attempt{}) } // scs encodes with gob

func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("GET /login", a.login)
	mux.HandleFunc("GET /auth/callback", a.callback)
	mux.HandleFunc("HEAD /auth/callback", a.notFound) // only GET uses up the code
	mux.HandleFunc("POST /logout", a.logout)
	mux.HandleFunc("GET /auth/signed-out", a.home)
	mux.HandleFunc("/", a.notFound)
	forms := http.NewCrossOriginProtection() // another site's form signs nobody out
	forms.SetDenyHandler(http.HandlerFunc(a.notFromHere))
	return a.sessions.LoadAndSave(forms.Handler(mux))
}

// login keeps the Attempt in the visitor's own session and sends the browser
// to Cognito.
func (a *app) login(w http.ResponseWriter, r *http.Request) {
	attempt := hostedui.NewAttempt()
	attempt.ReturnPath = "/" // a path you have checked, never a URL from a form
	a.sessions.Put(r.Context(), pending, attempt)
	http.Redirect(w, r, a.cognito.LoginURL(attempt), http.StatusFound)
}

// callback ends the login that this browser began, and no other.
func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	ctx, query := r.Context(), r.URL.Query()
	attempt, ok := a.sessions.Get(ctx, pending).(hostedui.Attempt)
	if !ok || query.Get("state") != attempt.State {
		a.fail(w, "This sign-in has expired.", fmt.Errorf("no login of this browser has the state of the callback"))
		return
	}
	a.sessions.Remove(ctx, pending) // used once
	if code := query.Get("error"); code != "" {
		refused := &cognito.OAuthError{Op: "callback", Code: cognito.OAuthCode(code), Description: query.Get("error_description")}
		a.fail(w, "The sign-in did not work.", refused) // the log gets the error, with a hint; the visitor gets the text
		return
	}
	login, err := a.cognito.Exchange(ctx, query.Get("code"), attempt)
	if err != nil {
		a.fail(w, "The sign-in did not work.", err)
		return
	}
	if err := a.sessions.RenewToken(ctx); err != nil { // a new id at every sign-in
		a.fail(w, "The app could not sign you in.", err)
		return
	}
	key := login.Identity.Issuer + " " + login.Identity.Subject // never the e-mail
	a.users.Store(key, login.Identity.Email)
	a.sessions.Put(ctx, user, key)
	a.sessions.Put(ctx, refresh, string(login.Tokens.Refresh))
	http.Redirect(w, r, attempt.ReturnPath, http.StatusSeeOther)
}

// logout ends the app's session first, then Cognito's.
func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	token := cognito.RefreshToken(a.sessions.GetString(r.Context(), refresh))
	if err := a.sessions.Destroy(r.Context()); err != nil {
		a.fail(w, "You are not signed out.", err)
		return
	}
	if token != "" {
		if err := a.cognito.Revoke(r.Context(), token); err != nil {
			slog.Warn("the refresh token was not revoked", "err", err)
		}
	}
	http.Redirect(w, r, a.cognito.LogoutURL(), http.StatusSeeOther)
}

func (a *app) home(w http.ResponseWriter, r *http.Request) {
	record, ok := a.users.Load(a.sessions.GetString(r.Context(), user))
	email, _ := record.(string)
	show(w, http.StatusOK, view{Title: "Own sessions", SignedIn: ok, Email: email})
}

func (a *app) notFound(w http.ResponseWriter, _ *http.Request) {
	show(w, http.StatusNotFound, view{Title: "There is no such page", Problem: "The link may be old, or has a mistake in it.", Home: true})
}

func (a *app) notFromHere(w http.ResponseWriter, _ *http.Request) {
	show(w, http.StatusForbidden, view{Title: "Please go on from here", Problem: "Another site sent you to this page. Nothing that it sent was processed.", Home: true})
}

// fail tells the visitor in our own words, and the log everything.
func (a *app) fail(w http.ResponseWriter, text string, err error) {
	slog.Warn("sign-in", "err", err)
	show(w, http.StatusBadRequest, view{Title: "Please try again", Problem: text})
}
