package cognito

import (
	"context"
	"crypto/rsa"
	"errors"

	"github.com/seed75762126/cognito-go/cognito/internal/keyset"
	"github.com/seed75762126/cognito-go/internal/fetch"
)

// keySet returns the signing keys of the pool. Optional settings of c are there.
func (c *Config) keySet() *keyset.Set {
	if c.JWKS != nil {
		return keyset.Fixed(c.JWKS)
	}
	return keyset.New(keyset.Config{
		Issuer:   c.IssuerURL(),
		Cache:    c.KeyCache,
		URLs:     c.keyURLs(),
		Client:   fetch.New(c.HTTPClient, c.Timeout),
		Logger:   c.Logger,
		Observer: c.Observer,
		Now:      c.Now,
	})
}

// key returns the key named kid, as [keyset.Set.Key] does.
func (v *poolVerifier) key(ctx context.Context, kid string, patient bool) (*rsa.PublicKey, error) {
	key, err := v.keys.Key(ctx, kid, patient)
	switch {
	case err == nil:
		return key, nil
	case errors.Is(err, ErrKeysUnavailable):
		return nil, &VerifyError{Check: CheckKeys, Err: err}
	}
	return nil, &VerifyError{Check: CheckKeyID, Err: err}
}
