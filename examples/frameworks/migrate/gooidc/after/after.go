// Package after is the app of package before with hostedui. It takes over the
// old sessions.
package after

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gorilla/sessions"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

// New returns the app. The app client keeps its callback URL, which is
// /callback, and gets one sign-out URL.
func New(cfg hostedui.Config, old sessions.Store) (http.Handler, error) {
	cfg.Paths.Callback = "/callback"
	client, err := hostedui.New(cfg)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/callback", client)
	mux.Handle("/account", takeOver(client, cfg, old, client.Protect(http.HandlerFunc(account))))
	return mux, nil
}

func account(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintln(w, "Hello", cognito.FromContext(r.Context()).Email)
}

// takeOver starts a session for a visitor who has one of the old kind: its
// refresh token brings new tokens, which are verified. Remove it when the old
// sessions have ended.
func takeOver(client *hostedui.Client, cfg hostedui.Config, old sessions.Store, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := old.Get(r, "session")
		refresh, ok := s.Values["refresh"].(string)
		if err != nil || !ok || r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		sub, _ := s.Values["sub"].(string)
		who := &cognito.Identity{Issuer: cfg.Pool.Issuers()[0], Subject: sub, ClientID: cfg.Pool.ClientID}
		tokens, id, err := client.Refresh(r.Context(), cognito.Tokens{Refresh: cognito.RefreshToken(refresh)}, who)
		if err == nil {
			err = client.Sessions().Start(w, r, id, tokens)
		}
		if err != nil && !errors.Is(err, cognito.ErrInvalidGrant) {
			http.Error(w, "Please try again in a moment.", http.StatusServiceUnavailable)
			return
		}
		s.Options.MaxAge = -1 // the old session has ended
		_ = s.Save(r, w)
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusSeeOther)
	})
}
