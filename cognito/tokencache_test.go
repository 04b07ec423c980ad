package cognito_test

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func withCache(c *cognito.Config) { c.TokenCache = 100 }

// TestTokenCacheAnswersTheSame: what comes from the cache is what a
// verification in full yields, and is the caller's own.
func TestTokenCacheAnswersTheSame(t *testing.T) {
	pool := newPool(t)
	plain := newVerifier(t, pool)
	cached := newVerifier(t, pool, withCache, func(c *cognito.Config) { c.Resources = []string{"https://api.example.com"} })
	token := pool.AccessToken("jane", set("aud", clientID), set("device_key", "d"), set("x", 1))
	want, err := plain.VerifyAccess(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		got, err := cached.VerifyAccess(t.Context(), token)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("call %d: VerifyAccess = %+v, %v, want %+v", i, got, err, want)
		}
		var claims struct{ X int }
		if err := got.Claims(&claims); err != nil || claims.X != 1 {
			t.Errorf("call %d: Claims = %+v, %v, want the payload's", i, claims, err)
		}
		// The caller spoils what it got; the next one does not see it.
		got.Groups[0], got.Scopes[0], got.Audience[0] = "root", "all", "mallory"
		got.Groups = append(got.Groups, "root")
		got.Scopes = append(got.Scopes, "all")
		got.Subject, got.ClientID, got.Expiry = "root", "mallory", time.Time{}
	}
	bare := pool.AccessToken("jane", without("cognito:groups", "scope"))
	for range 2 {
		if c, err := cached.VerifyAccess(t.Context(), bare); err != nil || c.Groups != nil || c.Audience != nil {
			t.Errorf("VerifyAccess(no groups) = %+v, %v, want none", c, err)
		}
	}
}

// TestT4_TokenCacheChecksTimesAnew: by the clock of each hit.
func TestT4_TokenCacheChecksTimesAnew(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	pool := newPool(t)
	v := newVerifier(t, pool, withCache, func(c *cognito.Config) { c.Now = func() time.Time { return now } })
	token := mint(pool, "access", set("iat", now.Unix()), set("nbf", now.Unix()+30), set("exp", now.Unix()+3600))
	at := func(d time.Duration, check string) {
		t.Helper()
		now = time.Unix(1_800_000_000, 0).Add(d)
		err := verify(t, v, "access", token)
		wantCheck(t, "VerifyAccess(cached, "+d.String()+" later)", err, check, token)
		if errors.Is(err, cognito.ErrExpired) != (check == "exp") {
			t.Errorf("VerifyAccess(cached, %v later) = %v, want ErrExpired: %v", d, err, check == "exp")
		}
	}
	at(0, "")
	at(-29*time.Second, "") // nbf is 59 seconds ahead: within the skew
	at(-31*time.Second, "nbf")
	at(0, "")
	at(-61*time.Second, "iat")
	at(time.Hour, "")
	at(time.Hour+59*time.Second, "")
	at(time.Hour+time.Minute, "exp")
	at(time.Hour+time.Minute, "exp") // and in full
	at(0, "")
}

// TestT1_TokenCacheKnowsWholeTokens: another signature, header or spelling is
// another token.
func TestT1_TokenCacheKnowsWholeTokens(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool, withCache)
	good := mint(pool, "access")
	p := strings.Split(good, ".")
	other := strings.Split(mint(pool, "access", set("event_id", "another")), ".")
	none := b64(`{"alg":"none","kid":"` + pool.KeyID("access") + `"}`)
	for range 3 {
		wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", good), "", good)
		for name, tt := range map[string]struct{ token, check string }{
			"no signature":            {p[0] + "." + p[1] + ".", "signature"},
			"another signature":       {p[0] + "." + p[1] + "." + other[2], "signature"},
			"another payload":         {p[0] + "." + other[1] + "." + p[2], "signature"},
			"another header":          {none + "." + p[1] + "." + p[2], "alg"},
			"padding":                 {good + "=", "format"},
			"a line break":            {good + "\n", "format"},
			"as an ID token":          {"", ""},
			"twice, beyond any limit": {strings.Repeat(good, 20), "size"},
		} {
			if name == "as an ID token" {
				_, err := v.VerifyID(t.Context(), cognito.IDToken(good))
				wantCheck(t, "VerifyID(a cached access token)", err, "token_use", good)
				continue
			}
			wantCheck(t, "VerifyAccess("+name+")", verify(t, v, "access", tt.token), tt.check, tt.token)
		}
	}
}

// TestTokenCacheGoesWithTheKey: a hit keeps the keys fresh as any token does,
// and a withdrawn key takes what it signed along.
func TestTokenCacheGoesWithTheKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, withCache, w.use)
		old := mint(pool, "access", set("exp", time.Now().Add(24*time.Hour).Unix()))
		wantCheck(t, "VerifyAccess(first)", verify(t, v, "access", old), "", old)
		time.Sleep(30 * time.Minute)
		wantCheck(t, "VerifyAccess(cached)", verify(t, v, "access", old), "", old)
		synctest.Wait()
		w.wantFetches(t, "hits alone renew the keys", 2)
		emergency.of(t, pool)
		time.Sleep(29 * time.Minute)
		wantCheck(t, "VerifyAccess(cached, key withdrawn, not yet known)", verify(t, v, "access", old), "", old)
		time.Sleep(time.Minute)
		wantCheck(t, "VerifyAccess(cached, renewal begins)", verify(t, v, "access", old), "", old)
		synctest.Wait()
		w.wantFetches(t, "thirty minutes later", 3)
		wantCheck(t, "VerifyAccess(cached, key withdrawn)", verify(t, v, "access", old), "kid", old)
	})
}

// TestTokenCacheGoesWithTheKeyOfTheSameName: another key under the old kid
// vouches for nothing the old one signed.
func TestTokenCacheGoesWithTheKeyOfTheSameName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		key := ownKey()
		doc := jwks(key.jwk())
		w.set(func(r *http.Request) (*http.Response, error) { return answerJSON(r, string(doc)) })
		v := newVerifier(t, pool, withCache, w.use)
		_, payload := parts(t, mint(pool, "access"))
		token := key.sign(key.header(), payload)
		wantCheck(t, "VerifyAccess(first)", verify(t, v, "access", token), "", token)
		doc = jwks(otherKey().jwk("kid", key.kid))
		time.Sleep(30 * time.Minute)
		wantCheck(t, "VerifyAccess(cached, renewal begins)", verify(t, v, "access", token), "", token)
		synctest.Wait()
		wantCheck(t, "VerifyAccess(another key under the kid)", verify(t, v, "access", token), "signature", token)
	})
}

// TestTokenCacheOfPools: the pools share it, and each pool's rules hold.
func TestTokenCacheOfPools(t *testing.T) {
	p, a, b, _ := twoPools(t, withCache)
	tokens := []string{mint(a, "access"), mint(b, "access")}
	for range 3 {
		for _, token := range tokens {
			wantCheck(t, "VerifyAccess(cached)", verify(t, p, "access", token), "", token)
		}
	}
	a.Advance(2 * time.Hour)
	wantCheck(t, "VerifyAccess(expired in its pool)", verify(t, p, "access", tokens[0]), "exp", tokens[0])
	wantCheck(t, "VerifyAccess(not in the other)", verify(t, p, "access", tokens[1]), "", tokens[1])
}

// TestTokenCacheAmongMany runs hits, misses and rotations at a time; the race
// detector looks on.
func TestTokenCacheAmongMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use, func(c *cognito.Config) { c.TokenCache = 5 })
		var tokens []string
		for i := range 10 {
			tokens = append(tokens, mint(pool, "access", set("event_id", i)))
		}
		var herd sync.WaitGroup
		for i := range 20 {
			herd.Go(func() {
				for j := range 60 {
					token := tokens[(i+j)%len(tokens)]
					wantCheck(t, "VerifyAccess", verify(t, v, "access", token), "", token)
					time.Sleep(time.Minute)
				}
			})
		}
		herd.Go(func() {
			for range thorough.Or(1, 10) {
				if err := orderly.change(pool); err != nil {
					t.Error(err)
				}
				time.Sleep(5 * time.Minute)
			}
		})
		herd.Wait()
	})
}
