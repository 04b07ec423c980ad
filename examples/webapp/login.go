package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/internal/ownlogin"
	"github.com/seed75762126/cognito-go/hostedui"
)

// newFront makes what signs users in and out, and the sessions.
func (a *app) newFront() (http.Handler, error) {
	kept, err := a.keepSessions()
	if err != nil {
		return nil, err
	}
	if a.mode.Flow == optionHosted {
		return a.newHosted(kept)
	}
	return a.newCustom(kept)
}

// keepSessions says where sessions live: in sealed cookies, or in a Redis that
// all processes of the app share. Another store plugs in here.
func (a *app) keepSessions() (session.Config, error) {
	if a.settings.redisURL == "" {
		return session.Config{}, nil
	}
	options, err := redis.ParseURL(a.settings.redisURL)
	if err != nil {
		return session.Config{}, err
	}
	client := redis.NewClient(options)
	a.closers = append(a.closers, client)
	store, err := redisstore.New(client, redisstore.Config{})
	return session.Config{Store: store, Locker: store}, err
}

// newHosted has Cognito's pages sign users in.
func (a *app) newHosted(kept session.Config) (http.Handler, error) {
	client, err := hostedui.New(hostedui.Config{
		Pool: a.settings.pool, BaseURL: a.settings.baseURL, SessionKeys: a.settings.keys, Session: kept,
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
func (a *app) newCustom(kept session.Config) (http.Handler, error) {
	s := a.settings
	client, err := userpool.New(userpool.Config{Pool: s.pool})
	if err != nil {
		return nil, err
	}
	kept.Keys, kept.BaseURL, kept.Refresher, kept.Now = s.keys, s.baseURL, client, s.pool.Now
	kept.Issuers, kept.Refused = s.pool.Issuers(), a.showRefusal
	if a.sessions, err = session.New(kept); err != nil {
		return nil, err
	}
	pending, err := userpool.NewPending(userpool.PendingConfig{Client: client, Keys: s.keys, BaseURL: s.baseURL})
	if err != nil {
		return nil, err
	}
	cfg := ownlogin.Config{
		Client: client, Sessions: a.sessions, Pending: pending, Site: a.site,
		BaseURL: s.baseURL, AppName: "Corner Shop", EmailCodes: s.emailCodes, OnLogin: a.onLogin,
	}
	if kept.Store != nil {
		cfg.SignOutEverywhere = a.sessions.EndAll
	}
	return ownlogin.New(cfg), nil
}

// onLogin maps whoever has signed in, on either kind of pages, to the app's
// own record.
func (a *app) onLogin(ctx context.Context, who *cognito.Identity, _ cognito.Tokens) (err error) {
	who.UserID, err = a.db.SignedIn(ctx, who)
	if err != nil {
		return err
	}
	slog.InfoContext(ctx, "signed in", append(a.mode.attrs(), "user_id", who.UserID, "user", who)...)
	return nil
}

// mapToken maps the user behind a bearer token the same way.
func (a *app) mapToken(ctx context.Context, who *cognito.Identity) (err error) {
	if who.Machine() {
		return cognito.Refuse("This API is about the orders of people, and the token is a program's own.")
	}
	who.UserID, err = a.db.Known(ctx, who)
	return err
}
