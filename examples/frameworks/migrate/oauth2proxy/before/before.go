// Package before is an app behind oauth2-proxy, which signs users in and says
// in headers who they are.
package before

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// New returns the app. Only the proxy may reach it: it believes the headers.
func New() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /account", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(w, "Hello", r.Header.Get("X-Forwarded-Email"))
	})
	mux.HandleFunc("GET /admin", func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(strings.Split(r.Header.Get("X-Forwarded-Groups"), ","), "admins") {
			http.Error(w, "Administrators only.", http.StatusForbidden)
			return
		}
		_, _ = fmt.Fprintln(w, "Hello, administrator")
	})
	return mux
}
