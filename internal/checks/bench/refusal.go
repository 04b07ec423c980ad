package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
)

var errAccepted = errors.New("a bad token was accepted")

// underOtherKid is a token whose header names a key that does not exist.
func underOtherKid(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(`{"kid":"h+7guc6GtoQ0vEShSVON9jifVSEx1VV8gWxFpe9loHo=","alg":"RS256"}`)) + "." + rest
}

// refused is the work of refusing a token by the named check.
func refused(v *cognito.Verifier, token, check string) func() error {
	ctx := context.Background()
	return func() error {
		_, err := v.VerifyAccess(ctx, cognito.AccessToken(token))
		if why, ok := err.(*cognito.VerifyError); !ok || string(why.Check) != check {
			return fmt.Errorf("%w: %v", errAccepted, err)
		}
		return nil
	}
}

// refusalTable is what forged tokens cost, in units of what RAW takes for a
// good one. None of these is worth a fetch of the keys.
func refusalTable(w *world, s settings) (table, error) {
	raw, err := newRaw(w)
	if err != nil {
		return table{}, err
	}
	v, err := cognito.NewVerifier(w.cfg)
	if err != nil {
		return table{}, err
	}
	results, err := measure([]contender{
		{"RAW: SHA-256 and rsa.VerifyPKCS1v15", "", func() error { _, err := raw(context.Background(), w.access); return err }},
		{"unknown kid", "", refused(v, underOtherKid(w.access), "kid")},
		{"another pool's iss", "", refused(v, w.accessToken(otherIssuer), "iss")},
		{"alg none", "", refused(v, base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))+w.access[strings.IndexByte(w.access, '.'):], "alg")},
		{"no token", "", refused(v, "not a token", "format")},
		{"a megabyte", "", refused(v, strings.Repeat("x", 1<<20), "size")},
	}, s)
	if err != nil {
		return table{}, err
	}
	t := table{
		title: "Refuse a token, cognito.Verifier, keys warm",
		note:  "In units of RAW, which verifies a good one.",
		head:  []string{"", "", "× RAW", "half of the rounds", "allocs"},
	}
	for _, r := range results {
		t.rows = append(t.rows, ratioRow(r, results[0]))
	}
	mid, _, _ := results[1].ratio(results[0])
	t.budget = verdict(fmt.Sprintf("%.2f × RAW for an unknown kid", maxRefusalRatio), mid <= maxRefusalRatio)
	return t, nil
}
