package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/seed75762126/cognito-go/cognito"
)

// maxIDOverhead is what cognito.Verifier may take for an ID token above
// go-oidc, in units of RAW: both decide on it.
const maxIDOverhead = 0.5

// An idVerify function decides on an ID token and tells whose it is.
type idVerify func(ctx context.Context, token string) (subject string, groups []string, err error)

// idVerifiers are the ways to verify an ID token, ours first.
var idVerifiers = []struct {
	name, module string
	make         func(*world) (idVerify, error)
}{
	{"cognito.Verifier (go-oidc and ours)", "", newOursID},
	{"coreos/go-oidc/v3", "github.com/coreos/go-oidc/v3", newGoOIDCID},
}

func newOursID(w *world) (idVerify, error) {
	v, err := cognito.NewVerifier(w.cfg)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, token string) (string, []string, error) {
		c, err := v.VerifyID(ctx, cognito.IDToken(token))
		if err != nil {
			return "", nil, err
		}
		return c.Subject, c.Groups, nil
	}, nil
}

var errNoIDToken = errors.New("not an ID token")

// newGoOIDCID is go-oidc with the decoding of Cognito's claims, which its users
// write themselves.
func newGoOIDCID(w *world) (idVerify, error) {
	ctx := oidc.ClientContext(context.Background(), w.pool.Client())
	verifier := oidc.NewVerifier(w.pool.Issuer(), oidc.NewRemoteKeySet(ctx, w.cfg.JWKSURL()), &oidc.Config{ClientID: w.cfg.ClientID})
	return func(ctx context.Context, token string) (string, []string, error) {
		t, err := verifier.Verify(ctx, token)
		if err != nil {
			return "", nil, err
		}
		var c struct {
			TokenUse      string   `json:"token_use"`
			Username      string   `json:"cognito:username"`
			Groups        []string `json:"cognito:groups"`
			Email         string   `json:"email"`
			EmailVerified bool     `json:"email_verified"`
			Name          string   `json:"name"`
		}
		if err := t.Claims(&c); err != nil {
			return "", nil, err
		}
		if c.TokenUse != "id" {
			return "", nil, errNoIDToken
		}
		return t.Subject, c.Groups, nil
	}, nil
}

// idTable is what an ID token costs, keys warm.
func idTable(w *world, s settings) (table, error) {
	token := string(w.tokens.ID)
	ctx := context.Background()
	raw, err := newRawOf(w, "id")
	if err != nil {
		return table{}, err
	}
	contenders := []contender{{"RAW: SHA-256 and rsa.VerifyPKCS1v15", "", func() error { _, err := raw(ctx, token); return err }}}
	for _, v := range idVerifiers {
		check, err := v.make(w)
		if err != nil {
			return table{}, fmt.Errorf("%s: %w", v.name, err)
		}
		contenders = append(contenders, contender{v.name, v.module, func() error {
			_, _, err := check(ctx, token)
			return err
		}})
	}
	results, err := measure(contenders, s)
	if err != nil {
		return table{}, err
	}
	t := table{
		title: "Verify an ID token, keys warm",
		note:  fmt.Sprintf("One RS256 token of %d bytes, RSA-2048; %d rounds.", len(token), s.rounds),
		head:  []string{"", "version", "× RAW", "half of the rounds", "allocs"},
	}
	for _, r := range results {
		t.rows = append(t.rows, ratioRow(r, results[0]))
	}
	ours, _, _ := results[1].ratio(results[0])
	alone, _, _ := results[2].ratio(results[0])
	t.budget = verdict(fmt.Sprintf("go-oidc's own + %.1f × RAW", maxIDOverhead), ours <= alone+maxIDOverhead)
	return t, nil
}
