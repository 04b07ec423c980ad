package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
)

// Budgets of "verify an access token, keys warm".
const (
	maxVerifyRatio  = 1.15
	maxVerifyAllocs = 20
	maxCachedRatio  = 0.05
	maxRefusalRatio = 0.15
)

// verifiers are the ways to verify an access token. The first is the
// baseline, the next two are ours.
var verifiers = []struct {
	name, module string
	make         func(*world) (verify, error)
}{
	{"RAW: SHA-256 and rsa.VerifyPKCS1v15", "", newRaw},
	{"cognito.Verifier", "", newOurs},
	{"cognito.Verifier, TokenCache", "", newOursCached},
	{"golang-jwt/jwt/v5 with MicahParks/keyfunc/v3", "github.com/golang-jwt/jwt/v5", newGolangJWT},
	{"go-jose/v4", "github.com/go-jose/go-jose/v4", newGoJose},
	{"coreos/go-oidc/v3", "github.com/coreos/go-oidc/v3", newGoOIDC},
	{"hashicorp/cap", "github.com/hashicorp/cap", newCap},
	{"zitadel/oidc/v3", "github.com/zitadel/oidc/v3", newZitadel},
	{"lestrrat-go/jwx/v3", "github.com/lestrrat-go/jwx/v3", newJWX},
	{"auth0/go-jwt-middleware/v2", "github.com/auth0/go-jwt-middleware/v2", newAuth0},
}

func newOurs(w *world) (verify, error) { return newVerify(w.cfg) }

// newOursCached remembers tokens. The one that is measured comes again and
// again, so that every time is a hit.
func newOursCached(w *world) (verify, error) {
	cfg := w.cfg
	cfg.TokenCache = 1000
	return newVerify(cfg)
}

func newVerify(cfg cognito.Config) (verify, error) {
	v, err := cognito.NewVerifier(cfg)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, token string) (caller, error) {
		c, err := v.VerifyAccess(ctx, cognito.AccessToken(token))
		if err != nil {
			return caller{}, err
		}
		return caller{subject: c.Subject, username: c.Username, groups: c.Groups}, nil
	}, nil
}

func verifyContenders(w *world) ([]contender, error) {
	ctx := context.Background()
	var list []contender
	for _, v := range verifiers {
		check, err := v.make(w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.name, err)
		}
		list = append(list, contender{v.name, v.module, func() error {
			_, err := check(ctx, w.access)
			return err
		}})
	}
	return list, nil
}

func verifyTables(s settings) ([]table, error) {
	w := newWorld()
	contenders, err := verifyContenders(w)
	if err != nil {
		return nil, err
	}
	results, err := measure(contenders, s)
	if err != nil {
		return nil, err
	}
	raw, ours, cached, peers := results[0], results[1], results[2], results[3:]
	t := table{
		title: "Verify an access token, keys warm",
		note: fmt.Sprintf("One RS256 token of %d bytes, RSA-2048; %d rounds. RAW took %.1f µs.",
			len(w.access), s.rounds, raw.time()/1e3),
		head: []string{"", "version", "× RAW", "half of the rounds", "allocs"},
	}
	slices.SortStableFunc(peers, func(a, b result) int { return cmp.Compare(a.time(), b.time()) })
	for _, r := range results {
		t.rows = append(t.rows, ratioRow(r, raw))
	}
	mid, _, _ := ours.ratio(raw)
	hit, _, _ := cached.ratio(raw)
	t.budget = verdict(fmt.Sprintf("%.2f × RAW, %d allocs and ahead of every other; %.2f × RAW with the cache", maxVerifyRatio, maxVerifyAllocs, maxCachedRatio),
		mid <= maxVerifyRatio && ours.allocs <= maxVerifyAllocs && ours.time() < peers[0].time() && hit <= maxCachedRatio)
	refusals, err := refusalTable(w, s)
	if err != nil {
		return nil, err
	}
	ids, err := idTable(w, s)
	if err != nil {
		return nil, err
	}
	cores, err := coresTable(w, s)
	return []table{t, ids, refusals, cores}, err
}

func ratioRow(r, base result) []string {
	mid, low, high := r.ratio(base)
	return []string{r.name, versionOf(r.module), fmt.Sprintf("%.2f", mid), fmt.Sprintf("%.2f–%.2f", low, high), fmt.Sprintf("%.0f", r.allocs)}
}
