// Package before is an app behind an Application Load Balancer whose rule has
// the action authenticate-cognito.
package before

import (
	"fmt"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/alb"
)

// New returns the app.
func New(cfg alb.Config) (http.Handler, error) {
	users, err := alb.New(cfg)
	if err != nil {
		return nil, err
	}
	guard := cognito.Guard{Authenticator: users}
	mux := http.NewServeMux()
	mux.Handle("GET /account", guard.Require(http.HandlerFunc(Account)))
	return mux, nil
}

// Account is a page that asks only cognito.FromContext: it moves as it is.
func Account(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintln(w, "Hello", cognito.FromContext(r.Context()).Email)
}
