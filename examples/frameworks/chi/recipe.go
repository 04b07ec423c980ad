// Package recipe protects routes of chi.
package recipe

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/seed75762126/cognito-go/cognito"
)

// Require lets only requests through whose access token is valid and whose
// user satisfies every policy. chi's middleware is that of net/http, so
// handlers read the user with cognito.FromContext(r.Context()).
func Require(v cognito.TokenVerifier, policies ...cognito.Policy) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return cognito.RequireToken(v, next, policies...) }
}

// Routes is an API with a route for everybody who has a token, one for a group
// and one for a scope.
func Routes(v cognito.TokenVerifier) http.Handler {
	r := chi.NewRouter()
	r.With(Require(v)).Get("/me", me)
	r.With(Require(v, cognito.AnyGroup("admins"))).Get("/admin", me)
	r.With(Require(v, cognito.AllScopes("orders/read"))).Get("/orders", me)
	return r
}

func me(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, cognito.FromContext(r.Context()).Subject)
}
