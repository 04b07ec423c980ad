package main

import (
	"context"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// zitadelClaims add to the library's claims those of Cognito's own. They do
// not embed accessClaims: client_id and auth_time would then have two fields
// of equal rank, and encoding/json would fill neither.
type zitadelClaims struct {
	oidc.TokenClaims
	TokenUse string   `json:"token_use"`
	Username string   `json:"username"`
	Scope    string   `json:"scope"`
	Groups   []string `json:"cognito:groups"`
}

// newZitadel is zitadel's verifier for access tokens, the one its providers
// use, with the key set of its relying party. It leaves aud to its user.
func newZitadel(w *world) (verify, error) {
	keys := rp.NewRemoteKeySet(w.pool.Client(), w.cfg.JWKSURL())
	verifier := op.NewAccessTokenVerifier(w.pool.Issuer(), keys)
	return func(ctx context.Context, token string) (caller, error) {
		z, err := op.VerifyAccessToken[*zitadelClaims](ctx, token, verifier)
		if err != nil {
			return caller{}, err
		}
		if !slices.Contains(z.Audience, resource) {
			return caller{}, oidc.ErrAudience
		}
		c := accessClaims{TokenUse: z.TokenUse, ClientID: z.ClientID, Username: z.Username, Groups: z.Groups}
		return c.caller(z.Subject, w.cfg.ClientID)
	}, nil
}
