package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/webapp/account"
	"github.com/seed75762126/cognito-go/hostedui"
)

// newFront makes what signs users in and out, and the sessions.
func (a *app) newFront(kept session.Options) (http.Handler, error) {
	if a.mode.Flow == optionHosted {
		return a.newHosted(kept)
	}
	return a.newCustom(kept)
}

// keepSessions says where sessions live: in sealed cookies, or in a Redis that
// all processes of the app share. Another store plugs in here.
func (a *app) keepSessions() (session.Options, error) {
	if !a.sessionsStored() {
		kept := session.Options{KeepIDToken: true, Recheck: recheckEvery} // the files need the ID token
		if a.settings.eventsSecret != "" {
			kept.SignOuts = session.NewMemoryStore(a.settings.pool.Now) // of this process
		}
		return kept, nil
	}
	options, err := redis.ParseURL(a.settings.redisURL)
	if err != nil {
		var quoted *url.Error
		if errors.As(err, &quoted) { // with the password
			err = quoted.Err
		}
		return session.Options{}, fmt.Errorf("REDIS_URL: %w", err)
	}
	redis.SetLogger(redisLog{})
	client := redis.NewClient(options)
	a.closers = append(a.closers, client)
	store, err := redisstore.New(client, redisstore.Config{Prefix: "shop:"})
	return session.Options{Store: store, Locker: store, Recheck: recheckEvery}, err
}

// redisLog logs what the client says about its connections, only for debugging:
// the code that needed a connection reports the error.
type redisLog struct{}

func (redisLog) Printf(ctx context.Context, format string, args ...any) {
	slog.DebugContext(ctx, "redis", "says", fmt.Sprintf(format, args...))
}

// newHosted has Cognito's pages sign users in.
func (a *app) newHosted(kept session.Options) (http.Handler, error) {
	s := a.settings
	client, err := hostedui.New(hostedui.Config{
		Pool: s.pool, BaseURL: s.baseURL, SessionKeys: s.keys, SessionKeySource: s.keySource, Session: kept,
		OnLogin: func(ctx context.Context, login *hostedui.Login) error {
			return a.onLogin(ctx, login.Identity, login.Tokens)
		},
		ErrorPage: a.showHostedError,
	})
	if err != nil {
		return nil, err
	}
	a.sessions = client.Sessions()
	return client, nil
}

// newCustom has this app's own pages do it.
func (a *app) newCustom(kept session.Options) (http.Handler, error) {
	s := a.settings
	client, err := userpool.New(userpool.Config{Pool: s.pool})
	if err != nil {
		return nil, err
	}
	a.sessions, err = session.New(session.Config{
		Options: kept, Pool: s.pool, Keys: s.keys, KeySource: s.keySource, BaseURL: s.baseURL,
		Refresher: client, Refused: a.showRefusal,
	})
	if err != nil {
		return nil, err
	}
	pending, err := userpool.NewPending(userpool.PendingConfig{Client: client, Keys: s.keys, KeySource: s.keySource, BaseURL: s.baseURL})
	if err != nil {
		return nil, err
	}
	cfg := account.Config{
		Client: client, Sessions: a.sessions, Pending: pending, Site: a.site,
		BaseURL: s.baseURL, AppName: "Corner Shop", EmailCodes: s.emailCodes, OnLogin: a.onLogin,
	}
	if kept.Store != nil {
		cfg.SignOutEverywhere = a.sessions.EndAll
	}
	return account.New(cfg), nil
}

// onLogin maps a user who has signed in, on either kind of pages, to the app's
// own record.
func (a *app) onLogin(ctx context.Context, who *cognito.Identity, _ cognito.Tokens) (err error) {
	who.UserID, err = a.db.SignedIn(ctx, who)
	if err != nil {
		return err
	}
	slog.InfoContext(ctx, "signed in", append(a.mode.attrs(), "user_id", who.UserID, "user", who)...)
	return nil
}

// mapToken maps the user behind a request of the API the same way.
func (a *app) mapToken(r *http.Request, who *cognito.Identity) (err error) {
	if who.Machine() {
		return cognito.Refuse("This API is about the orders of people, and the token is a program's own.")
	}
	who.UserID, err = a.db.Known(r.Context(), who)
	if err != nil { // 503, as for everything that the database is needed for
		return &cognito.PolicyError{Code: cognito.PolicyUnchecked, Policy: "a customer of the shop", Err: err}
	}
	return nil
}
