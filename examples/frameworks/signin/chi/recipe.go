// Package recipe signs users in to an app on chi.
package recipe

import (
	"fmt"
	"html"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

// Protect lets signed-in users through who satisfy every policy.
func Protect(client *hostedui.Client, policies ...cognito.Policy) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return client.Protect(next, policies...) }
}

// Routes is an app with a page for users, one for a group, and a form.
func Routes(client *hostedui.Client) http.Handler {
	r := chi.NewRouter()
	r.Handle("/auth/*", client) // guards its own forms
	r.Group(func(r chi.Router) {
		r.Use(http.NewCrossOriginProtection().Handler) // chi has none of its own
		r.With(Protect(client)).Get("/account", account)
		r.With(Protect(client)).Post("/note", note)
		r.With(Protect(client, cognito.AnyGroup("admins"))).Get("/admin", account)
	})
	return r
}

func account(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, `<!doctype html><p>Hello %s</p>
<form method="post" action="/note"><input name="text"><button>Save</button></form>
<form method="post" action="/auth/logout"><button>Sign out</button></form>`,
		html.EscapeString(cognito.FromContext(r.Context()).Email))
}

func note(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s noted %q", cognito.FromContext(r.Context()).Email, r.FormValue("text"))
}
