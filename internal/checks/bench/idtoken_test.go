package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestIDVerifiersVerify: each contender tells whose the token is, and refuses
// what it must.
func TestIDVerifiersVerify(t *testing.T) {
	w := newWorld()
	good := string(w.tokens.ID)
	spoilt := func(edit func(cognitotest.Claims)) string { return string(w.pool.IDToken("jane", edit)) }
	bad := map[string]string{
		"signature":    flip(good, strings.LastIndexByte(good, '.')+20),
		"expired":      spoilt(func(c cognitotest.Claims) { c["exp"] = time.Now().Add(-time.Hour).Unix() }),
		"other issuer": spoilt(otherIssuer),
		"other aud":    spoilt(func(c cognitotest.Claims) { c["aud"] = "6mallory" }),
		"access token": w.access,
	}
	for _, v := range idVerifiers {
		check, err := v.make(w)
		if err != nil {
			t.Fatal(err)
		}
		if subject, groups, err := check(context.Background(), good); err != nil || subject == "" || len(groups) != 2 {
			t.Errorf("%s: %q, %v, %v", v.name, subject, groups, err)
		}
		for name, token := range bad {
			if _, _, err := check(context.Background(), token); err == nil {
				t.Errorf("%s accepts %s", v.name, name)
			}
		}
	}
}
