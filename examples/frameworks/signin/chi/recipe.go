// Package recipe signs users in to an app on chi.
package recipe

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/examples/frameworks/signin/page"
	"github.com/seed75762126/cognito-go/hostedui"
)

// Routes is an app with a page for users, one for a group, and a form.
func Routes(client *hostedui.Client) http.Handler {
	r := chi.NewRouter()
	r.Handle("/auth/*", client) // guards its own forms
	r.Group(func(r chi.Router) {
		r.Use(http.NewCrossOriginProtection().Handler) // chi has none of its own
		r.With(client.Requiring()).Get("/account", account)
		r.With(client.Requiring()).Post("/note", note)
		r.With(client.Requiring(cognito.AnyGroup("admins"))).Get("/admin", account)
	})
	return r
}

func account(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, page.Account(cognito.FromContext(r.Context()).Email))
}

func note(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s noted %q", cognito.FromContext(r.Context()).Email, r.FormValue("text"))
}
