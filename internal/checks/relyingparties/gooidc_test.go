package relyingparties

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"golang.org/x/oauth2"
)

// TestGoOIDC signs in to an app made as go-oidc's examples are. It has
// discovery, x/oauth2 with the way of client authentication left to it, and
// state and nonce in cookies.
func TestGoOIDC(t *testing.T) {
	for name, secret := range map[string]cognito.Secret{"public client": "", "confidential client": secret} {
		t.Run(name, func(t *testing.T) {
			mux, base := newApp(t)
			pool, jane := newPool(t, base, secret)
			app, err := newGoOIDC(t.Context(), pool.Issuer(), string(secret), base)
			if err != nil {
				t.Fatal(err)
			}
			app.register(mux)
			checkRelyingParty(t, pool, base, "/logout", jane)
			checkPKCE(t, pool, true)
			if n := len(pool.Events(cognitotest.Event{Op: "userInfo", Status: http.StatusOK})); n != 1 {
				t.Errorf("%d answers of userInfo, want 1", n)
			}
		})
	}
}

type goOIDC struct {
	sessions
	config     oauth2.Config
	provider   *oidc.Provider
	endSession string
	base       string
}

func newGoOIDC(ctx context.Context, issuer, secret, base string) (*goOIDC, error) {
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	return &goOIDC{
		provider: provider,
		config: oauth2.Config{
			ClientID: clientID, ClientSecret: secret,
			Endpoint:    provider.Endpoint(),
			RedirectURL: base + "/callback",
			Scopes:      []string{oidc.ScopeOpenID, "email"},
		},
		endSession: more.EndSession,
		base:       base,
	}, nil
}

func (a *goOIDC) register(mux *http.ServeMux) {
	mux.HandleFunc("GET /account", a.require("/login"))
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
		for name, value := range map[string]string{"state": state, "nonce": nonce, "verifier": verifier} {
			http.SetCookie(w, &http.Cookie{Name: name, Value: value, MaxAge: int(time.Hour.Seconds()), HttpOnly: true})
		}
		http.Redirect(w, r, a.config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), http.StatusFound)
	})
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		user, err := a.finish(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		a.start(w, user)
		http.Redirect(w, r, "/account", http.StatusFound)
	})
	mux.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		a.end(w, r)
		http.Redirect(w, r, a.endSession+"?"+url.Values{"client_id": {clientID}, "logout_uri": {a.base + "/signed-out"}}.Encode(), http.StatusFound)
	})
}

// finish redeems the code and believes the ID token, a refreshed one, and
// userInfo, if they agree.
func (a *goOIDC) finish(r *http.Request) (account, error) {
	state, err := r.Cookie("state")
	if err != nil || r.FormValue("state") != state.Value {
		return account{}, errors.New("state did not match")
	}
	verifier, err := r.Cookie("verifier")
	if err != nil {
		return account{}, err
	}
	nonce, err := r.Cookie("nonce")
	if err != nil {
		return account{}, err
	}
	token, err := a.config.Exchange(r.Context(), r.FormValue("code"), oauth2.VerifierOption(verifier.Value))
	if err != nil {
		return account{}, fmt.Errorf("exchange: %w", err)
	}
	id, err := a.verify(r.Context(), token)
	if err != nil {
		return account{}, err
	}
	if id.Nonce != nonce.Value {
		return account{}, errors.New("nonce did not match")
	}
	refreshed, err := a.config.TokenSource(r.Context(), &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	if err != nil {
		return account{}, fmt.Errorf("refresh: %w", err)
	}
	again, err := a.verify(r.Context(), refreshed)
	if err != nil {
		return account{}, fmt.Errorf("after the refresh: %w", err)
	}
	info, err := a.provider.UserInfo(r.Context(), oauth2.StaticTokenSource(refreshed))
	if err != nil {
		return account{}, fmt.Errorf("userInfo: %w", err)
	}
	if id.Subject != again.Subject || id.Subject != info.Subject || !info.EmailVerified {
		return account{}, fmt.Errorf("ID token for %q, then for %q, userInfo for %q, e-mail verified: %v", id.Subject, again.Subject, info.Subject, info.EmailVerified)
	}
	return account{Sub: id.Subject, Email: info.Email}, nil
}

// verify checks the ID token that came with an access token.
func (a *goOIDC) verify(ctx context.Context, token *oauth2.Token) (*oidc.IDToken, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, errors.New("no id_token")
	}
	id, err := a.provider.Verifier(&oidc.Config{ClientID: clientID}).Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	return id, id.VerifyAccessToken(token.AccessToken)
}
