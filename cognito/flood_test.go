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
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// The tests of this file check how many key fetches floods, outages and
// rotations of keys may cause.

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
// a time, cost three fetches, and then one per cool-down. While
// the next fetch could bring the key, no refusal says that there is none.
// The quick form has a thousand.
func TestFloodOfUnknownKids(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		good := mint(pool, "access")
		n := thorough.Or(1000, 10_000)
		unknown := func(name string) {
			flood(n, 50, func(i int) {
				err := verify(t, v, "access", underKid(fmt.Sprint(name, i), good))
				var refused *cognito.VerifyError
				if !errors.As(err, &refused) || refused.Check != "kid" && refused.Check != "keys" || (refused.Check == "keys") != errors.Is(err, cognito.ErrKeysUnavailable) {
					t.Errorf("VerifyAccess(unknown kid) = %v, want check kid, or check keys and ErrKeysUnavailable", err)
				}
				if i%(n/10) == 0 {
					time.Sleep(time.Millisecond)
				}
			})
		}
		w.slow(time.Second)
		unknown("first")
		w.wantFetches(t, fmt.Sprint("after ", n, " unknown kids"), 3)
		start := time.Now()
		wantCheck(t, "VerifyAccess(good, after the flood)", verify(t, v, "access", good), "", good)
		token := underKid("late", good)
		wantCheck(t, "VerifyAccess(unknown kid after the burst)", verify(t, v, "access", token), "keys", token)
		if d := time.Since(start); d != 0 {
			t.Errorf("tokens after the flood waited %v, want 0", d)
		}
		for i := range 6 {
			time.Sleep(10 * time.Second)
			unknown(fmt.Sprint("again", i))
			w.wantFetches(t, fmt.Sprint("after ", n, " more"), int64(4+i))
		}
		time.Sleep(30 * time.Second) // the burst is there again
		unknown("after a rest")
		w.wantFetches(t, "after a rest", 3+6+3)
	})
}

// TestFloodInSequence: five hundred unknown kids, one after the other, ten a
// second. They cause a burst, then one fetch in ten seconds, and wait only for
// these.
func TestFloodInSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		good := mint(pool, "access")
		wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", good), "", good)
		time.Sleep(time.Minute)
		start := time.Now()
		told := map[cognito.Check]int{}
		for i := range 500 {
			var refused *cognito.VerifyError
			if err := verify(t, v, "access", underKid(i, good)); !errors.As(err, &refused) {
				t.Errorf("VerifyAccess(unknown kid) = %v, want a VerifyError", err)
				continue
			}
			told[refused.Check]++
			time.Sleep(100 * time.Millisecond)
		}
		if d := time.Since(start); d != 50*time.Second {
			t.Errorf("five hundred tokens took %v, want 50 seconds", d)
		}
		const burst, later = 3, 4 // at 10, 20, 30 and 40 seconds
		w.wantFetches(t, "after five hundred tokens in fifty seconds", 1+burst+later)
		if told["kid"] != burst+later || told["keys"] != 500-burst-later {
			t.Errorf("the tokens were refused by %v, want %d by kid, each after a fetch, and the rest by keys", told, burst+later)
		}
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
		flood(thorough.Or(200, 1000), 50, func(int) {
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
// good keys serve. Nobody waits, and at most one try is made in ten seconds. Of
// a kid that is not there nobody can say that it is bad.
func TestFloodWithTheJWKSDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		wantCheck(t, "VerifyAccess(JWKS up)", verify(t, v, "access", mint(pool, "access")), "", "")
		w.set(unreachable)
		start := time.Now()
		var token string
		for i := range 48 * 4 {
			if i%3 == 0 { // before it ends
				token = mint(pool, "access")
			}
			flood(thorough.Or(5, 20), 5, func(int) {
				wantCheck(t, "VerifyAccess(JWKS down)", verify(t, v, "access", token), "", token)
			})
			time.Sleep(15 * time.Minute)
		}
		if d := time.Since(start); d != 48*time.Hour {
			t.Errorf("two days took %v", d)
		}
		w.wantFetches(t, "after two days, every quarter of an hour but the first two", 1+48*4-2)
		token = underKid(1, mint(pool, "access"))
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

// TestFloodAndRotation: new keys are there at once, even right after the first
// fetch and after a forged kid. They are there within the cool-down of ten
// seconds if forged kids have used up the burst.
func TestFloodAndRotation(t *testing.T) {
	for bogus, wait := range map[int]time.Duration{0: 0, 1: 0, 2: 10 * time.Second, 100: 10 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			pool := newPool(t)
			w := newWire(pool)
			v := newVerifier(t, pool, w.use)
			old := mint(pool, "access")
			wantCheck(t, "VerifyAccess(old key)", verify(t, v, "access", old), "", old)
			for i := range bogus {
				_ = verify(t, v, "access", underKid(i, old))
			}
			fetches := int64(min(1+bogus, 3))
			w.wantFetches(t, "before the rotation", fetches)
			emergency.of(t, pool)
			fresh := mint(pool, "access")
			start := time.Now()
			for verify(t, v, "access", fresh) != nil && time.Since(start) < time.Minute {
				time.Sleep(time.Second)
			}
			if d := time.Since(start); d != wait {
				t.Errorf("after %d bogus kids the new key serves after %v, want %v", bogus, d, wait)
			}
			w.wantFetches(t, "after the rotation", fetches+1)
			time.Sleep(time.Minute)
			wantCheck(t, "VerifyAccess(withdrawn key)", verify(t, v, "access", old), "kid", old)
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
		flood(thorough.Or(1000, 10_000), 50, func(i int) {
			head, rest, _ := strings.Cut(token, ".")
			if i%2 == 0 {
				head, rest, _ = strings.Cut(underKid(i, token), ".")
			}
			wantCheck(t, "VerifyAccess(another pool's)", verify(t, v, "access", head+"."+rest), "iss", "")
		})
		w.wantFetches(t, "after another pool's tokens", 0)
	})
}
