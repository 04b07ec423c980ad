package session_test

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// A page that needs only the identity works in an outage as ever, and may say
// that it is one. A page that calls an API in the user's name answers 503.
func ExampleSession_Stale() {
	orders := func(w http.ResponseWriter, r *http.Request) {
		if session.FromContext(r.Context()).Stale() {
			_, _ = fmt.Fprintln(w, "You cannot change anything at the moment.")
		}
		_, _ = fmt.Fprintln(w, "Orders of", cognito.FromContext(r.Context()).Subject)
	}
	invoices := func(w http.ResponseWriter, r *http.Request) {
		token, err := session.TokenSource(r.Context()).Token()
		if errors.Is(err, session.ErrRefresh) {
			w.Header().Set("Retry-After", "60")
			http.Error(w, "Invoices are not available at the moment.", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "an API is called with", token, err)
	}
	http.HandleFunc("/orders", orders)
	http.HandleFunc("/invoices", invoices)
}
