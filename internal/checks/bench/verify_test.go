package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestVerifiersVerify holds that every contender accepts the token that is
// measured, tells whose it is, and refuses what it must. A benchmark of
// something that lets anything pass would say nothing.
func TestVerifiersVerify(t *testing.T) {
	w := newWorld()
	bad := map[string]string{
		"signature": flip(w.access, strings.LastIndexByte(w.access, '.')+20),
		"payload":   flip(w.access, strings.IndexByte(w.access, '.')+60),
	}
	badClaims := map[string]string{
		"expired":      w.accessToken(func(c cognitotest.Claims) { c["exp"] = time.Now().Add(-time.Hour).Unix() }),
		"other issuer": w.accessToken(otherIssuer),
		"other aud":    w.accessToken(func(c cognitotest.Claims) { c["aud"] = "https://other.example.com" }),
		"other client": w.accessToken(func(c cognitotest.Claims) { c["client_id"] = "6mallory" }),
		"ID token":     w.accessToken(func(c cognitotest.Claims) { c["token_use"] = "id" }),
	}
	for i, v := range verifiers {
		t.Run(v.name, func(t *testing.T) {
			check, err := v.make(w)
			if err != nil {
				t.Fatal(err)
			}
			verifyAll(t, check, w.access, bad, i > 0)
			if i > 0 { // RAW looks at no claim
				verifyAll(t, check, w.access, badClaims, true)
			}
		})
	}
}

// verifyAll wants good accepted, before and after each of the bad was refused.
func verifyAll(t *testing.T, check verify, good string, bad map[string]string, tells bool) {
	t.Helper()
	accept := func() {
		t.Helper()
		who, err := check(context.Background(), good)
		if err != nil {
			t.Fatalf("verify(good) = %v, want nil", err)
		}
		if tells && (who.username != "jane" || who.subject == "" || len(who.groups) != 2) {
			t.Errorf("verify(good) = %+v, want jane with a subject and two groups", who)
		}
	}
	accept()
	for name, token := range bad {
		if _, err := check(context.Background(), token); err == nil {
			t.Errorf("verify(%s) = nil, want an error", name)
		}
		accept()
	}
}

// flip changes one character of a token, and with it bits that count.
func flip(token string, at int) string {
	other := "A"
	if token[at] == 'A' {
		other = "w"
	}
	return token[:at] + other + token[at+1:]
}

func BenchmarkVerify(b *testing.B) {
	contenders, err := verifyContenders(newWorld())
	benchmark(b, contenders, err)
}

// benchmark is for profiles of one contender. To compare, run the program.
func benchmark(b *testing.B, contenders []contender, err error) {
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range contenders {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.work(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
