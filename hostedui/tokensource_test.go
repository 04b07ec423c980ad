package hostedui_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// An api is a transport to an API that answers with the bearer token it got.
type api struct{}

func (api) RoundTrip(r *http.Request) (*http.Response, error) {
	return answer(r, 200, "text/plain", strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")), nil
}

func TestTokenSource(t *testing.T) {
	for name, options := range map[string][]option{"cookies": {withRotation}, "store": {withRotation, withStore}} {
		w := newWorld(t, options...)
		var got string
		work := func(context.Context) {} // what the handler does before it calls the API
		call := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			work(r.Context())
			ctx := context.WithValue(r.Context(), oauth2.HTTPClient, &http.Client{Transport: api{}})
			res, err := oauth2.NewClient(ctx, session.TokenSource(r.Context())).Get("https://api.example.com/orders")
			if err != nil {
				got = "error: " + err.Error()
				return
			}
			defer func() { _ = res.Body.Close() }()
			body, _ := io.ReadAll(res.Body)
			got = string(body)
		})
		w.mux.Handle("/call", w.client.Protect(call))
		w.mux.Handle("/maybe", w.client.Optional(call))
		b := w.signedIn()
		for _, path := range []string{"/call", "/maybe"} {
			b.open(path)
			if got != string(w.last().tokens.Access) {
				t.Errorf("%s: %s sent another token than the session's", name, path)
			}
			w.wire.noteSecret(got)
		}

		// The token was due before the handler began: the new one is sent.
		old := w.last().tokens.Access
		w.pool.Advance(61 * time.Minute)
		b.open("/call")
		if got == string(old) || strings.HasPrefix(got, "error") {
			t.Errorf("%s: after an hour the API got %.30s", name, got)
		}
		if c, err := w.client.Verifier().VerifyAccess(t.Context(), cognito.AccessToken(got)); err != nil || c.Username != "jane" {
			t.Errorf("%s: after an hour the API got a token that is refused: %v", name, err)
		}

		// It ends while the handler runs. Only a store can take a new one.
		work = func(context.Context) { w.pool.Advance(61 * time.Minute) }
		refreshes := len(w.refreshes())
		b.open("/call")
		if refreshed := len(w.refreshes()) - refreshes; (name == "store") != (refreshed == 1) {
			t.Errorf("%s: a handler that ran for an hour had %d refreshes", name, refreshed)
		}
		_, err := w.client.Verifier().VerifyAccess(t.Context(), cognito.AccessToken(got))
		if ok := err == nil; ok != (name == "store") || !ok && !strings.HasPrefix(got, "error") {
			t.Errorf("%s: a handler that ran for an hour sent %.30s (%v)", name, got, err)
		}
		work = func(context.Context) {}
		if p := b.open("/account"); p.body != "user jane" {
			t.Errorf("%s: the next request = %v", name, p)
		}

		w.newBrowser().open("/maybe")
		if !strings.Contains(got, session.ErrNoSession.Error()) {
			t.Errorf("%s: a guest's TokenSource gave %.60s, want ErrNoSession", name, got)
		}
	}
}

func TestTokenSource_Token(t *testing.T) {
	w := newWorld(t)
	if token, err := session.TokenSource(t.Context()).Token(); token != nil || !errors.Is(err, session.ErrNoSession) {
		t.Errorf("Token without a request = %v, %v, want ErrNoSession", token, err)
	}
	var token *oauth2.Token
	w.mux.Handle("/call", w.client.Protect(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var err error
		if token, err = session.TokenSource(r.Context()).Token(); err != nil {
			t.Error(err)
		}
	})))
	b := w.signedIn()
	b.open("/call")
	want := w.last().tokens
	if token.AccessToken != string(want.Access) || token.Type() != "Bearer" || !token.Expiry.Equal(want.Expiry.Truncate(time.Second)) || token.RefreshToken != "" || token.Extra("id_token") != nil {
		t.Errorf("Token = %s, want the access token and its end alone", fmt.Sprint(token.Expiry, want.Expiry, token.TokenType, token.RefreshToken != ""))
	}
}
