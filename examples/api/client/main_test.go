package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// The program itself, as a user and as a machine, is run by the lines of the
// API's README.md: see TestReadme there.

var token = oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "secret"})

// A redirect to another host does not take the token there.
func TestNoTokenOnRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the client follows the redirect, with Authorization %q", r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	api := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
	defer api.Close()
	err := newClient(api.URL, token).call(t.Context(), "GET", "/me", nil, new(any))
	if err == nil || !strings.Contains(err.Error(), "302") {
		t.Errorf("call(redirect) = %v, want an error with 302", err)
	}
}

// An error says what the API says.
func TestProblem(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, `{"code": "insufficient_scope", "detail": "The token lacks a scope."}`, http.StatusForbidden)
	}))
	defer api.Close()
	err := run(t.Context(), t.Output(), newClient(api.URL, token), "tea", "/orders")
	if want := "GET /me: 403 Forbidden: insufficient_scope: The token lacks a scope."; err == nil || err.Error() != want {
		t.Errorf("run = %v, want %s", err, want)
	}
}

func TestSignIn(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: "web"}))
	for _, u := range []cognitotest.User{
		{Username: "jane", Password: "Correct-horse-1"},
		{Username: "sam", Password: "For-now-123", Email: "sam@example.com", Status: cognitotest.StatusForceChangePassword},
	} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	tokens, err := signIn(t.Context(), pool.Config(), "jane", "Correct-horse-1")
	if err != nil {
		t.Fatal(err)
	}
	if token, err := tokens.Token(); err != nil || strings.Count(token.AccessToken, ".") != 2 {
		t.Errorf("Token = %v, %v, want an access token", token, err)
	}
	if _, err := signIn(t.Context(), pool.Config(), "jane", "wrong"); err == nil {
		t.Error("signIn(wrong password) = nil, want an error")
	}
	if _, err := signIn(t.Context(), pool.Config(), "sam", "For-now-123"); err == nil || !strings.Contains(err.Error(), "NEW_PASSWORD_REQUIRED") {
		t.Errorf("signIn(temporary password) = %v, want the challenge's name", err)
	}
}
