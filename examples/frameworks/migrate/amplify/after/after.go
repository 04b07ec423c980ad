// Package after is the app of package before with hostedui: the server signs
// users in, and scripts see no token.
package after

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

// New returns the app.
func New(cfg hostedui.Config) (http.Handler, error) {
	client, err := hostedui.New(cfg)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("GET /account", client.Protect(http.HandlerFunc(account)))
	return dropTokens(mux), nil
}

func account(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintln(w, "Hello", cognito.FromContext(r.Context()).Email)
}

// dropTokens has the browser delete the cookies that Amplify made. Scripts could
// read the tokens in them, so no session is made of them. Remove it when the
// refresh tokens have ended.
func dropTokens(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, c := range r.Cookies() {
			if strings.HasPrefix(c.Name, "CognitoIdentityServiceProvider.") {
				http.SetCookie(w, &http.Cookie{Name: c.Name, Path: "/", MaxAge: -1, Secure: true})
			}
		}
		h.ServeHTTP(w, r)
	})
}
