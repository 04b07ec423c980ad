// Package recipe protects routes of chi.
package recipe

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/seed75762126/cognito-go/cognito"
)

// Routes is an API with a route for everybody who has a token, one for a group
// and one for a scope. chi's middleware is that of net/http, so handlers read
// the user with cognito.FromContext(r.Context()).
func Routes(v cognito.TokenVerifier) http.Handler {
	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: v}}
	r := chi.NewRouter()
	r.With(guard.Requiring()).Get("/me", me)
	r.With(guard.Requiring(cognito.AnyGroup("admins"))).Get("/admin", me)
	r.With(guard.Requiring(cognito.AllScopes("orders/read"))).Get("/orders", me)
	return r
}

func me(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, cognito.FromContext(r.Context()).Subject)
}
