// Package after is the app of package before without the load balancer's action.
package after

import (
	"net/http"

	"github.com/seed75762126/cognito-go/examples/frameworks/migrate/alb/before"
	"github.com/seed75762126/cognito-go/hostedui"
)

// New returns the app. Its app client has the callback URL
// <APP_URL>/auth/callback beside the load balancer's /oauth2/idpresponse, until
// the action has gone from every rule.
func New(cfg hostedui.Config) (http.Handler, error) {
	client, err := hostedui.New(cfg)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("GET /account", client.Protect(http.HandlerFunc(before.Account)))
	return mux, nil
}
