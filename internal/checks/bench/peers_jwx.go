package main

import (
	"context"
	"errors"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jwt"
)

// newJWX is jwx with a parsed key set. Its tokens keep the claims that have no
// method by their names.
func newJWX(w *world) (verify, error) {
	keys, err := jwk.Parse(w.pool.JWKS())
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, token string) (caller, error) {
		t, err := jwt.ParseString(token,
			jwt.WithKeySet(keys),
			jwt.WithIssuer(w.pool.Issuer()),
			jwt.WithAudience(resource),
			jwt.WithAcceptableSkew(time.Minute),
		)
		if err != nil {
			return caller{}, err
		}
		var c accessClaims
		var groups []any
		err = errors.Join(
			t.Get("token_use", &c.TokenUse),
			t.Get("client_id", &c.ClientID),
			t.Get("username", &c.Username),
			t.Get("cognito:groups", &groups),
		)
		if err != nil {
			return caller{}, err
		}
		c.Groups = texts(groups)
		subject, _ := t.Subject()
		return c.caller(subject, w.cfg.ClientID)
	}, nil
}

// texts are the strings of a decoded JSON array.
func texts(list []any) []string {
	all := make([]string, 0, len(list))
	for _, v := range list {
		if s, ok := v.(string); ok {
			all = append(all, s)
		}
	}
	return all
}
