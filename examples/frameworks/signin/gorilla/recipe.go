// Package recipe signs users in to an app on gorilla/mux.
package recipe

import (
	"fmt"
	"net/http"

	"github.com/gorilla/csrf"
	"github.com/gorilla/mux"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/examples/frameworks/signin/page"
	"github.com/seed75762126/cognito-go/hostedui"
)

// Routes is an app with a page for users, one for a group, and a form. The key
// of csrf.Protect has 32 bytes.
func Routes(client *hostedui.Client, csrfKey []byte) http.Handler {
	r := mux.NewRouter()
	r.PathPrefix("/auth/").Handler(client) // guards its own forms
	pages := r.NewRoute().Subrouter()
	pages.Use(csrf.Protect(csrfKey, csrf.Path("/")), client.Requiring())
	pages.HandleFunc("/account", account).Methods("GET")
	pages.HandleFunc("/note", note).Methods("POST")
	admins := pages.NewRoute().Subrouter()
	admins.Use(client.Requiring(cognito.AnyGroup("admins")))
	admins.HandleFunc("/admin", account).Methods("GET")
	return r
}

func account(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, page.Account(cognito.FromContext(r.Context()).Email, string(csrf.TemplateField(r))))
}

func note(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s noted %q", cognito.FromContext(r.Context()).Email, r.FormValue("text"))
}
