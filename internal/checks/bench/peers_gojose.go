package main

import (
	"context"
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// newGoJose is go-jose's jwt package, which finds the key in the JWKS by kid.
func newGoJose(w *world) (verify, error) {
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal(w.pool.JWKS(), &keys); err != nil {
		return nil, err
	}
	algorithms := []jose.SignatureAlgorithm{jose.RS256}
	expected := jwt.Expected{Issuer: w.pool.Issuer(), AnyAudience: jwt.Audience{resource}}
	return func(_ context.Context, token string) (caller, error) {
		t, err := jwt.ParseSigned(token, algorithms)
		if err != nil {
			return caller{}, err
		}
		var registered jwt.Claims
		var c accessClaims
		if err := t.Claims(&keys, &registered, &c); err != nil {
			return caller{}, err
		}
		if err := registered.Validate(expected); err != nil {
			return caller{}, err
		}
		return c.caller(registered.Subject, w.cfg.ClientID)
	}, nil
}
