package cognitotest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"golang.org/x/oauth2"
)

// TestRelyingParty signs in to a program made of only go-oidc and x/oauth2,
// which learns everything by discovery. The emulator does not depend on the
// client in this module.
func TestRelyingParty(t *testing.T) {
	t.Run("in memory", func(t *testing.T) {
		p := newPool(t)
		ctx := oidc.ClientContext(t.Context(), p.Client())
		const base = "https://app.example.com"
		app := relyingParty(ctx, t, p.Issuer(), "client1", "", base)
		checkSignIn(t, p, p.Browser(app, base), base)
	})
	for _, secret := range []cognito.Secret{"", "5ecret0000000000000000000000000000000000000000000051"} {
		t.Run(fmt.Sprintf("over a socket, confidential %v", secret != ""), func(t *testing.T) {
			mux := http.NewServeMux()
			server := httptest.NewServer(mux)
			defer server.Close()
			p := newPool(t, cognitotest.WithClient(cognitotest.AppClient{ID: "client1", Secret: secret, CallbackURLs: []string{server.URL + "/cb"}}))
			if err := p.Start("127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			mux.Handle("/", relyingParty(t.Context(), t, p.Issuer(), "client1", string(secret), server.URL))
			jar, _ := cookiejar.New(nil)
			checkSignIn(t, p, &http.Client{Jar: jar}, server.URL)
		})
	}
}

func checkSignIn(t *testing.T, p *cognitotest.Pool, browser *http.Client, base string) {
	t.Helper()
	resp, err := p.SignIn(browser, base+"/account", "jane", password)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if got, want := string(body), "jane@example.com true [admins]"; resp.StatusCode != 200 || got != want {
		t.Errorf("account page = %d %q, want 200 %q", resp.StatusCode, got, want)
	}
}

// relyingParty is the program: /account starts a sign-in, /cb ends it.
func relyingParty(ctx context.Context, t *testing.T, issuer, clientID, secret, base string) http.Handler {
	t.Helper()
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		t.Fatal(err)
	}
	config := oauth2.Config{
		ClientID: clientID, ClientSecret: secret, Endpoint: provider.Endpoint(), RedirectURL: base + "/cb",
		Scopes: []string{oidc.ScopeOpenID, "email"},
	}
	verifier, nonce := oauth2.GenerateVerifier(), "a-nonce"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /account", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, config.AuthCodeURL("a-state", oauth2.S256ChallengeOption(verifier), oidc.Nonce(nonce)), http.StatusFound)
	})
	mux.HandleFunc("GET /cb", func(w http.ResponseWriter, r *http.Request) {
		line, err := finish(ctx, provider, &config, r, verifier, nonce)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		io.WriteString(w, line)
	})
	return mux
}

// finish exchanges the code, verifies the ID token, refreshes, and asks
// userInfo.
func finish(ctx context.Context, provider *oidc.Provider, config *oauth2.Config, r *http.Request, verifier, nonce string) (string, error) {
	if r.FormValue("state") != "a-state" {
		return "", fmt.Errorf("state %q", r.FormValue("state"))
	}
	token, err := config.Exchange(ctx, r.FormValue("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return "", err
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: config.ClientID}).Verify(ctx, raw)
	if err != nil {
		return "", err
	}
	if id.Nonce != nonce {
		return "", fmt.Errorf("nonce %q", id.Nonce)
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil {
		return "", err
	}
	again, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	if err != nil {
		return "", err
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(again))
	if err != nil {
		return "", err
	}
	var claims struct {
		Groups []string `json:"cognito:groups"`
	}
	if err := id.Claims(&claims); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %v %v", info.Email, info.EmailVerified, claims.Groups), nil
}
