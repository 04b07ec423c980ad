package relyingparties

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/cap/oidc"
	"github.com/hashicorp/cap/oidc/callback"
	"github.com/seed75762126/cognito-go/cognito"
)

// TestCap signs in to an app made as the documentation of hashicorp/cap shows
// one. It has discovery, a request with PKCE, and cap's own callback handler,
// which checks state, nonce, at_hash and audience.
func TestCap(t *testing.T) {
	for name, secret := range map[string]cognito.Secret{"public client": "", "confidential client": secret} {
		t.Run(name, func(t *testing.T) {
			mux, base := newApp(t)
			pool, jane := newPool(t, base, secret)
			config, err := oidc.NewConfig(pool.Issuer(), clientID, oidc.ClientSecret(secret), []oidc.Alg{oidc.RS256}, []string{base + "/callback"})
			if err != nil {
				t.Fatal(err)
			}
			provider, err := oidc.NewProvider(config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(provider.Done)
			if err := registerCap(t.Context(), mux, provider, base); err != nil {
				t.Fatal(err)
			}
			checkRelyingParty(t, pool, base, "/logout", jane)
			checkPKCE(t, pool, true)
		})
	}
}

// attempts are the sign-ins that have begun, by their state.
type attempts struct{ byState sync.Map }

func (a *attempts) Read(_ context.Context, state string) (oidc.Request, error) {
	request, ok := a.byState.LoadAndDelete(state)
	if !ok {
		return nil, fmt.Errorf("%w: no such state", oidc.ErrNotFound)
	}
	return request.(oidc.Request), nil
}

func registerCap(ctx context.Context, mux *http.ServeMux, provider *oidc.Provider, base string) error {
	var discovered struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&discovered); err != nil {
		return err
	}
	var all sessions
	var begun attempts
	back, err := callback.AuthCode(ctx, provider, &begun,
		func(_ string, token oidc.Token, w http.ResponseWriter, r *http.Request) {
			user, err := capAccount(r.Context(), provider, token)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			all.start(w, user)
			http.Redirect(w, r, "/account", http.StatusFound)
		},
		func(_ string, refused *callback.AuthenErrorResponse, err error, w http.ResponseWriter, r *http.Request) {
			http.Error(w, fmt.Sprint(refused, err), http.StatusBadGateway)
		})
	if err != nil {
		return err
	}
	mux.HandleFunc("GET /callback", back)
	mux.HandleFunc("GET /account", all.require("/login"))
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		target, err := begun.begin(r.Context(), provider, base)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, target, http.StatusFound)
	})
	mux.HandleFunc("GET /logout", func(w http.ResponseWriter, r *http.Request) {
		all.end(w, r)
		http.Redirect(w, r, discovered.EndSession+"?"+url.Values{"client_id": {clientID}, "logout_uri": {base + "/signed-out"}}.Encode(), http.StatusFound)
	})
	return nil
}

// begin starts a sign-in and returns where the browser has to go.
func (a *attempts) begin(ctx context.Context, provider *oidc.Provider, base string) (string, error) {
	verifier, err := oidc.NewCodeVerifier()
	if err != nil {
		return "", err
	}
	request, err := oidc.NewRequest(2*time.Minute, base+"/callback", oidc.WithPKCE(verifier), oidc.WithScopes("openid", "email"))
	if err != nil {
		return "", err
	}
	a.byState.Store(request.State(), request)
	return provider.AuthURL(ctx, request)
}

// capAccount asks userInfo about the user of the ID token.
func capAccount(ctx context.Context, provider *oidc.Provider, token oidc.Token) (account, error) {
	var id, info account
	if err := token.IDToken().Claims(&id); err != nil {
		return account{}, err
	}
	source, ok := token.(oidc.StaticTokenSource)
	if !ok {
		return account{}, fmt.Errorf("%T has no token source", token)
	}
	if err := provider.UserInfo(ctx, source.StaticTokenSource(), id.Sub, &info); err != nil {
		return account{}, err
	}
	if id != info {
		return account{}, fmt.Errorf("ID token %+v, userInfo %+v", id, info)
	}
	return info, nil
}
