package cognito_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// The tests of this file are the budget of key fetches in design.md, one
// number after the other: what floods, outages and rotations may cost.

// flood verifies n tokens, that many of them at a time.
func flood(n, atATime int, verify func(i int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range atATime {
		workers.Go(func() {
			for i := range next {
				verify(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}

// TestFloodOfUnknownKids: ten thousand tokens with kids of their own, fifty at
// a time, cost one fetch per cool-down.
func TestFloodOfUnknownKids(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		good := mint(pool, "access")
		wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", good), "", good)
		w.wantFetches(t, "after a good token", 1)

		token := underKid("early", good)
		wantCheck(t, "VerifyAccess(unknown kid within the cool-down)", verify(t, v, "access", token), "kid", token)
		w.wantFetches(t, "within the cool-down", 1)

		unknown := func(name string) {
			flood(10_000, 50, func(i int) {
				err := verify(t, v, "access", underKid(fmt.Sprint(name, i), good))
				var refused *cognito.VerifyError
				if !errors.As(err, &refused) || refused.Check != "kid" || errors.Is(err, cognito.ErrKeysUnavailable) {
					t.Errorf("VerifyAccess(unknown kid) = %v, want check kid", err)
				}
				if i%1000 == 0 {
					time.Sleep(time.Millisecond)
				}
			})
		}
		time.Sleep(10 * time.Second)
		w.slow(time.Second)
		unknown("first")
		w.wantFetches(t, "after ten thousand unknown kids", 2)
		time.Sleep(8 * time.Second) // not yet ten since that fetch
		unknown("second")
		w.wantFetches(t, "after ten thousand more within the cool-down", 2)
		time.Sleep(2 * time.Second)
		unknown("third")
		w.wantFetches(t, "after ten thousand more", 3)
		wantCheck(t, "VerifyAccess(good, after the flood)", verify(t, v, "access", good), "", good)
	})
}

// TestFloodInSequence: five hundred unknown kids, one after the other, ten a
// second: one fetch in ten seconds, and none of them waits but for that.
func TestFloodInSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		good := mint(pool, "access")
		wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", good), "", good)
		time.Sleep(10 * time.Second)
		start := time.Now()
		for i := range 500 {
			token := underKid(i, good)
			wantCheck(t, "VerifyAccess(unknown kid)", verify(t, v, "access", token), "kid", token)
			time.Sleep(100 * time.Millisecond)
		}
		if d := time.Since(start); d != 50*time.Second {
			t.Errorf("five hundred tokens took %v, want 50 seconds", d)
		}
		w.wantFetches(t, "after five hundred tokens in fifty seconds", 1+5)
	})
}

// TestFloodOfBadSignatures: under a kid that is known they cost no fetch, fast
// or slow.
func TestFloodOfBadSignatures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		good := mint(pool, "access")
		wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", good), "", good)
		_, payload := parts(t, good)
		forged := ownKey().sign(fmt.Sprintf(`{"kid":%q,"alg":"RS256"}`, pool.KeyID("access")), payload)
		time.Sleep(10 * time.Second)
		flood(1000, 50, func(int) {
			wantCheck(t, "VerifyAccess(forged)", verify(t, v, "access", forged), "signature", forged)
		})
		for range 25 {
			time.Sleep(time.Minute)
			wantCheck(t, "VerifyAccess(forged)", verify(t, v, "access", forged), "signature", forged)
		}
		w.wantFetches(t, "after bad signatures under a known kid", 1)
	})
}

// TestFloodWithTheJWKSDown: for two days, which no token outlives, the last
// good keys serve, nobody waits, and no more than one try is made in ten
// seconds. Of a kid that is not there nobody can say that it is bad.
func TestFloodWithTheJWKSDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		wantCheck(t, "VerifyAccess(JWKS up)", verify(t, v, "access", mint(pool, "access")), "", "")
		w.set(unreachable)
		start := time.Now()
		for range 48 * 4 {
			token := mint(pool, "access")
			flood(20, 5, func(int) {
				wantCheck(t, "VerifyAccess(JWKS down)", verify(t, v, "access", token), "", token)
			})
			time.Sleep(15 * time.Minute)
		}
		if d := time.Since(start); d != 48*time.Hour {
			t.Errorf("two days took %v", d)
		}
		w.wantFetches(t, "after two days, every quarter of an hour but the first two", 1+48*4-2)
		token := underKid(1, mint(pool, "access"))
		err := verify(t, v, "access", token)
		wantCheck(t, "VerifyAccess(unknown kid, JWKS down)", err, "keys", token)
		if !errors.Is(err, cognito.ErrKeysUnavailable) {
			t.Errorf("VerifyAccess(unknown kid, JWKS down) = %v, want ErrKeysUnavailable", err)
		}
		before := w.count.Load()
		for i := range 600 {
			_ = verify(t, v, "access", underKid(i, token))
			time.Sleep(100 * time.Millisecond)
		}
		if got := w.count.Load() - before; got < 5 || got > 6 {
			t.Errorf("a minute of unknown kids caused %d tries, want one in ten seconds", got)
		}
	})
}

// TestFloodOnAColdStart: fifty tokens at once, and the JWKS takes two seconds.
// One fetch, and all are through after it.
func TestFloodOnAColdStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		w.slow(2 * time.Second)
		v := newVerifier(t, pool, w.use)
		tokens := map[string]string{"id": mint(pool, "id"), "access": mint(pool, "access")}
		start := time.Now()
		flood(50, 50, func(i int) {
			time.Sleep(time.Duration(i) * 20 * time.Millisecond) // some come when the fetch is under way
			use := uses[i%2]
			wantCheck(t, verifyCall(use, "in the herd"), verify(t, v, use, tokens[use]), "", tokens[use])
		})
		if d := time.Since(start); d != 2*time.Second {
			t.Errorf("the herd waited %v, want the two seconds of one fetch", d)
		}
		w.wantFetches(t, "after a cold herd", 1)
	})
}

// TestFloodAndRotation: new keys are there within the cool-down of ten
// seconds, even right after the first fetch, and even if a forged kid has used
// up the fetch that was due.
func TestFloodAndRotation(t *testing.T) {
	for name, bogus := range map[string]bool{"at once": false, "after one bogus kid": true} {
		synctest.Test(t, func(t *testing.T) {
			pool := newPool(t)
			w := newWire(pool)
			v := newVerifier(t, pool, w.use)
			old := mint(pool, "access")
			wantCheck(t, name+": VerifyAccess(old key)", verify(t, v, "access", old), "", old)
			fetches := int64(1)
			if bogus {
				time.Sleep(10 * time.Second)
				token := underKid(1, old)
				wantCheck(t, name+": VerifyAccess(bogus kid)", verify(t, v, "access", token), "kid", token)
				fetches++
			}
			w.wantFetches(t, name+", before the rotation", fetches)
			if err := pool.RotateKeys(); err != nil {
				t.Fatal(err)
			}
			fresh := mint(pool, "access")
			start := time.Now()
			for verify(t, v, "access", fresh) != nil && time.Since(start) < time.Minute {
				time.Sleep(time.Second)
			}
			if d := time.Since(start); d != 10*time.Second {
				t.Errorf("%s: the new key serves after %v, want ten seconds", name, d)
			}
			w.wantFetches(t, name, fetches+1)
			wantCheck(t, name+": VerifyAccess(withdrawn key)", verify(t, v, "access", old), "kid", old)
		})
	}
}

// TestFloodOfOtherPoolsTokens: iss is looked at before any key, so that they
// cost nothing at all, keys there or not.
func TestFloodOfOtherPoolsTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, other := newPool(t), newOtherPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		token := mint(other, "access")
		flood(10_000, 50, func(i int) {
			head, rest, _ := strings.Cut(token, ".")
			if i%2 == 0 {
				head, rest, _ = strings.Cut(underKid(i, token), ".")
			}
			wantCheck(t, "VerifyAccess(another pool's)", verify(t, v, "access", head+"."+rest), "iss", "")
		})
		w.wantFetches(t, "after another pool's tokens", 0)
	})
}
