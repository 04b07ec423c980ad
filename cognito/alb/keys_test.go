package alb_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func curveKey(bits int) *ecdsa.PublicKey {
	curve := elliptic.P384()
	if bits == 224 {
		curve = elliptic.P224()
	}
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return &key.PublicKey
}

func (b *balancer) withKey(kid string) string {
	return b.data(func(h part) { h["kid"] = kid }, nil)
}

// TestC8_MadeUpKeyIDs: a flood of key ids causes ten fetches in ten seconds,
// says "try again" to the rest, and leaves the known key at work.
func TestC8_MadeUpKeyIDs(t *testing.T) {
	b := newBalancer()
	v := newVerifier(t, b)
	good := b.data(nil, nil)
	if err := verify(t, v, good); err != nil {
		t.Fatal(err)
	}
	var unknown, unchecked int
	for i := range 500 {
		err := verify(t, v, b.withKey(fmt.Sprint("kid-", i)))
		switch {
		case errors.Is(err, cognito.ErrKeysUnavailable):
			unchecked++
		default:
			wantCheck(t, "flood", err, "kid")
			unknown++
		}
	}
	if b.fetches() != 10 || unknown != 9 || unchecked != 491 {
		t.Errorf("500 key ids caused %d fetches, %d unknown and %d unchecked, want 10, 9 and 491", b.fetches(), unknown, unchecked)
	}
	if err := verify(t, v, good); err != nil {
		t.Errorf("Verify(known key) = %v", err)
	}
	for range 5 {
		wantCheck(t, "again", verify(t, v, b.withKey("kid-3")), "kid") // remembered
	}
	b.pass(10 * time.Second)
	if err := verify(t, v, b.withKey("kid-499")); errors.Is(err, cognito.ErrKeysUnavailable) || b.fetches() != 11 {
		t.Errorf("after the window: %v, %d fetches, want 11", err, b.fetches())
	}
	for i := range thorough.Or(500, 3000) { // what is remembered is bounded
		b.pass(time.Second)
		_ = verify(t, v, b.data(func(h part) { h["kid"] = fmt.Sprint("late-", i) }, nil))
	}
	before := b.fetches()
	if err := verify(t, v, b.data(nil, nil)); err != nil || b.fetches() > before+1 {
		t.Errorf("the known key: %v after the flood", err)
	}
}

func TestKeysAbsentAreAskedForAgain(t *testing.T) {
	b := newBalancer()
	v := newVerifier(t, b)
	wantCheck(t, "not there", verify(t, v, b.withKey("new")), "kid")
	b.set(func() { b.keys[keysURL+"new"] = publicPEM(&b.key.PublicKey) })
	b.pass(59 * time.Second)
	wantCheck(t, "within the minute", verify(t, v, b.withKey("new")), "kid")
	b.pass(time.Second)
	if err := verify(t, v, b.withKey("new")); err != nil {
		t.Errorf("after a minute: Verify = %v", err)
	}
}

// TestC8_KeyOutage: an endpoint that fails refuses nobody: 503. It is asked
// again a second later.
func TestC8_KeyOutage(t *testing.T) {
	for name, answer := range map[string]func(string) (*http.Response, error){
		"no network": func(string) (*http.Response, error) { return nil, errors.New("no route") },
		"500":        func(string) (*http.Response, error) { return reply(500, ""), nil },
		"redirect": func(string) (*http.Response, error) {
			r := reply(302, "")
			r.Header.Set("Location", "https://evil.example")
			return r, nil
		},
	} {
		b := newBalancer()
		b.answer = answer
		v := newVerifier(t, b)
		for range 3 {
			if err := verify(t, v, b.data(nil, nil)); !errors.Is(err, cognito.ErrKeysUnavailable) {
				t.Errorf("%s: Verify = %v, want ErrKeysUnavailable", name, err)
			}
		}
		if b.fetches() != 1 {
			t.Errorf("%s: %d fetches within a second, want 1", name, b.fetches())
		}
		b.set(func() { b.answer = nil })
		b.pass(time.Second)
		if err := verify(t, v, b.data(nil, nil)); err != nil {
			t.Errorf("%s: after the outage: %v", name, err)
		}
	}
}

// TestKeysInUse: a key is fetched anew in the background; an outage keeps it,
// and one that was withdrawn goes.
func TestKeysInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBalancer()
		v := newVerifier(t, b)
		check := func(what string, want bool, fetches int) {
			t.Helper()
			err := verify(t, v, b.data(nil, nil))
			synctest.Wait()
			if (err == nil) != want || b.fetches() != fetches {
				t.Errorf("%s: Verify = %v after %d fetches, want accepted %v after %d", what, err, b.fetches(), want, fetches)
			}
		}
		check("first", true, 1)
		b.pass(29 * time.Minute)
		check("young", true, 1)
		b.pass(time.Minute)
		check("old", true, 2)
		check("renewed", true, 2)
		b.set(func() { b.answer = func(string) (*http.Response, error) { return nil, errors.New("no route") } })
		b.pass(24 * time.Hour)
		check("outage", true, 3)
		b.pass(9 * time.Second)
		check("outage, within ten seconds", true, 3)
		b.pass(time.Second)
		check("outage, later", true, 4)
		b.set(func() { b.answer = nil; delete(b.keys, keysURL+keyID) })
		b.pass(10 * time.Second)
		check("withdrawn, not yet known", true, 5)
		check("withdrawn", false, 5)
	})
}

// TestE5_KeyWaiters: callers share one fetch, and each leaves when its own
// context ends.
func TestE5_KeyWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBalancer()
		v := newVerifier(t, b)
		release := make(chan struct{})
		b.answer = func(url string) (*http.Response, error) {
			<-release
			return reply(200, publicPEM(&b.key.PublicKey)), nil
		}
		data := b.data(nil, nil)
		ctx, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			wg.Go(func() {
				c := t.Context()
				if i == 0 {
					c = ctx
				}
				_, errs[i] = v.Verify(c, data)
			})
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		close(release)
		wg.Wait()
		if !errors.Is(errs[0], context.Canceled) || !errors.Is(errs[0], cognito.ErrKeysUnavailable) {
			t.Errorf("the one who left: %v", errs[0])
		}
		for _, err := range errs[1:] {
			if err != nil {
				t.Errorf("the others: %v", err)
			}
		}
		if b.fetches() != 1 {
			t.Errorf("%d fetches, want 1", b.fetches())
		}
	})
}
