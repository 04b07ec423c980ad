package main

import (
	"context"

	"github.com/coreos/go-oidc/v3/oidc"
)

// newGoOIDC is go-oidc with its remote key set, which fetches from the pool in
// memory, and once.
func newGoOIDC(w *world) (verify, error) {
	ctx := oidc.ClientContext(context.Background(), w.pool.Client())
	keys := oidc.NewRemoteKeySet(ctx, w.cfg.JWKSURL())
	verifier := oidc.NewVerifier(w.pool.Issuer(), keys, &oidc.Config{ClientID: resource})
	return func(ctx context.Context, token string) (caller, error) {
		t, err := verifier.Verify(ctx, token)
		if err != nil {
			return caller{}, err
		}
		var c accessClaims
		if err := t.Claims(&c); err != nil {
			return caller{}, err
		}
		return c.caller(t.Subject, w.cfg.ClientID)
	}, nil
}
