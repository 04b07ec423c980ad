// Package after is the app of package before without oauth2-proxy.
package after

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

// New puts a Client in front of an app that reads oauth2-proxy's headers. The
// app client keeps its callback URL, and gets one sign-out URL.
func New(cfg hostedui.Config, app http.Handler) (http.Handler, error) {
	cfg.Paths.Callback = "/oauth2/callback"
	client, err := hostedui.New(cfg)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/oauth2/callback", client)
	mux.Handle("/", client.Protect(withHeaders(app)))
	return mux, nil
}

// withHeaders tells the app who the user is, in the headers that oauth2-proxy
// used. A visitor's own headers of these names do not arrive. Remove it when
// the app calls cognito.FromContext.
func withHeaders(app http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := cognito.FromContext(r.Context())
		r = r.Clone(r.Context())
		for name := range r.Header {
			if ofProxy.MatchString(name) {
				delete(r.Header, name)
			}
		}
		r.Header.Set("X-Forwarded-User", user.Subject)
		r.Header.Set("X-Forwarded-Email", user.Email)
		r.Header.Set("X-Forwarded-Groups", strings.Join(user.Groups, ","))
		app.ServeHTTP(w, r)
	})
}

// ofProxy matches what oauth2-proxy says of a user, also with the underscores
// that some servers read as hyphens. X-Forwarded-For and -Proto are not its own.
var ofProxy = regexp.MustCompile(`(?i)^X[-_](Auth[-_]Request[-_].*|Forwarded[-_](User|Email|Groups|Preferred[-_]Username|Access[-_]Token))$`)
