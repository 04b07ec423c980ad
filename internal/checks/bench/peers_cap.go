package main

import (
	"context"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/hashicorp/cap/jwt"
)

// newCap is the jwt package of HashiCorp's cap, which gives the claims as a
// map.
func newCap(w *world) (verify, error) {
	ctx := oidc.ClientContext(context.Background(), w.pool.Client())
	keys, err := jwt.NewJSONWebKeySet(ctx, w.cfg.JWKSURL(), "")
	if err != nil {
		return nil, err
	}
	validator, err := jwt.NewValidator(keys)
	if err != nil {
		return nil, err
	}
	expected := jwt.Expected{
		Issuer:            w.pool.Issuer(),
		Audiences:         []string{resource},
		SigningAlgorithms: []jwt.Alg{jwt.RS256},
	}
	return func(ctx context.Context, token string) (caller, error) {
		claims, err := validator.Validate(ctx, token, expected)
		if err != nil {
			return caller{}, err
		}
		text := func(name string) string {
			s, _ := claims[name].(string)
			return s
		}
		groups, _ := claims["cognito:groups"].([]any)
		c := accessClaims{TokenUse: text("token_use"), ClientID: text("client_id"), Username: text("username"), Groups: texts(groups)}
		return c.caller(text("sub"), w.cfg.ClientID)
	}, nil
}
