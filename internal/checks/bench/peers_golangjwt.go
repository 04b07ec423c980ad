package main

import (
	"context"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
)

// newGolangJWT is golang-jwt with the key function its users take for a JWKS,
// given the JWKS as JSON.
func newGolangJWT(w *world) (verify, error) {
	keys, err := keyfunc.NewJWKSetJSON(w.pool.JWKS())
	if err != nil {
		return nil, err
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256"}),
		jwt.WithIssuer(w.pool.Issuer()),
		jwt.WithAudience(resource),
		jwt.WithExpirationRequired(),
		jwt.WithLeeway(time.Minute),
	)
	return func(_ context.Context, token string) (caller, error) {
		var c struct {
			jwt.RegisteredClaims
			accessClaims
		}
		if _, err := parser.ParseWithClaims(token, &c, keys.Keyfunc); err != nil {
			return caller{}, err
		}
		return c.caller(c.Subject, w.cfg.ClientID)
	}, nil
}
