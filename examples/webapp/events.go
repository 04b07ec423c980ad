package main

import (
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/poolevents"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// eventsPath is where EventBridge posts what administrators do at Cognito.
const eventsPath = "/events/cognito"

// recheckEvery is how often Cognito is asked whether a user is still honoured,
// in case an event is lost.
const recheckEvery = 5 * time.Minute

// events has sessions and tokens end when an administrator disables a user,
// deletes them, signs them out or gives them a new password. It returns the
// verifier of the API, which then knows who was signed out.
func (a *app) events(mux *http.ServeMux, kept session.Options, verifier cognito.TokenVerifier) (cognito.TokenVerifier, error) {
	if a.settings.eventsSecret == "" {
		return verifier, nil
	}
	list := poolevents.SignOutsConfig{Store: kept.Store, Locker: kept.Locker, Now: a.settings.pool.Now}
	if list.Store == nil {
		list.Store = kept.SignOuts
	}
	tokens, err := poolevents.NewSignOuts(list)
	if err != nil {
		return nil, err
	}
	handler, err := poolevents.New(poolevents.Config{
		Pool:          a.settings.pool,
		Authorization: []cognito.Secret{a.settings.eventsSecret},
		Sessions:      []*session.Manager{a.sessions},
		Tokens:        tokens,
	})
	if err != nil {
		return nil, err
	}
	mux.Handle("POST "+eventsPath, handler)
	return tokens.Verifier(verifier), nil
}
