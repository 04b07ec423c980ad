package main

import (
	"context"
	"net/url"
	"time"

	"github.com/auth0/go-jwt-middleware/v2/jwks"
	"github.com/auth0/go-jwt-middleware/v2/validator"
)

// auth0Claims are the claims beyond the registered ones.
type auth0Claims struct{ accessClaims }

// Validate implements validator.CustomClaims.
func (*auth0Claims) Validate(context.Context) error { return nil }

// newAuth0 is the validator of Auth0's middleware with its caching key
// provider, and without the middleware around it.
func newAuth0(w *world) (verify, error) {
	issuer, err := url.Parse(w.pool.Issuer())
	if err != nil {
		return nil, err
	}
	provider := jwks.NewCachingProvider(issuer, time.Hour, jwks.WithCustomClient(w.pool.Client()))
	v, err := validator.New(provider.KeyFunc, validator.RS256, issuer.String(), []string{resource},
		validator.WithCustomClaims(func() validator.CustomClaims { return new(auth0Claims) }),
		validator.WithAllowedClockSkew(time.Minute),
	)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, token string) (caller, error) {
		validated, err := v.ValidateToken(ctx, token)
		if err != nil {
			return caller{}, err
		}
		all := validated.(*validator.ValidatedClaims)
		return all.CustomClaims.(*auth0Claims).caller(all.RegisteredClaims.Subject, w.cfg.ClientID)
	}, nil
}
