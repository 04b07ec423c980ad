// Package after is an app that has moved from Auth0 to Cognito. Its old version
// is ../../gooidc/before with Auth0 as the issuer. That version found its records
// by Auth0's sub.
package after

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

// Records are the app's own records of its users: a name by issuer and sub.
type Records struct {
	mu    sync.Mutex
	Names map[string]string
}

// claim finds the record of a user. A user whom Auth0 knew gets the old record,
// under the new key.
func (r *Records) claim(key, old string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.Names[key]; ok {
		return true
	}
	name, ok := r.Names[old]
	if ok {
		r.Names[key] = name
		delete(r.Names, old) // it serves once
	}
	return ok
}

func (r *Records) name(key string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.Names[key]
}

// New returns the app. Let no app client write custom:auth0_sub: a user could
// claim the record of another.
func New(cfg hostedui.Config, records *Records, auth0 string) (http.Handler, error) {
	cfg.OnLogin = func(_ context.Context, login *hostedui.Login) error {
		id := login.Identity
		key := id.Issuer + " " + id.Subject
		if !records.claim(key, auth0+" "+id.Attribute("custom:auth0_sub")) {
			return cognito.Refuse("This app does not know you.")
		}
		id.UserID = key
		return nil
	}
	client, err := hostedui.New(cfg)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("GET /account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(w, "Hello", records.name(cognito.FromContext(r.Context()).UserID))
	})))
	return mux, nil
}
