// Package before is a server beside an Amplify front end. Amplify signs users in
// by script and keeps their tokens in cookies, which the server reads.
package before

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
)

// New returns the app. A nil client means http.DefaultClient.
func New(ctx context.Context, issuer, clientID string, client *http.Client) (http.Handler, error) {
	if client != nil {
		ctx = oidc.ClientContext(ctx, client)
	}
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return nil, err
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: clientID})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /account", func(w http.ResponseWriter, r *http.Request) {
		token, err := verifier.Verify(ctx, idToken(r, clientID))
		if err != nil {
			http.Error(w, "Please sign in.", http.StatusUnauthorized)
			return
		}
		var claims struct {
			Email string `json:"email"`
		}
		_ = token.Claims(&claims)
		_, _ = fmt.Fprintln(w, "Hello", claims.Email)
	})
	return mux, nil
}

// idToken is the ID token of the user who signed in last in this browser.
func idToken(r *http.Request, clientID string) string {
	prefix := "CognitoIdentityServiceProvider." + clientID + "."
	user, err := r.Cookie(prefix + "LastAuthUser")
	if err != nil {
		return ""
	}
	token, err := r.Cookie(prefix + url.QueryEscape(user.Value) + ".idToken")
	if err != nil {
		return ""
	}
	return token.Value
}
