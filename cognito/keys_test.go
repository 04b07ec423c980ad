package cognito_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A logbook keeps what is logged.
type logbook struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logbook) use(c *cognito.Config) { c.Logger = slog.New(slog.NewTextHandler(l, nil)) }

func unreachable(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") }

// hang answers when the request's context ends, as a server that never does.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// slow lets the pool answer after a while.
func (w *wire) slow(d time.Duration) {
	w.set(func(r *http.Request) (*http.Response, error) {
		time.Sleep(d)
		return w.pool.Client().Transport.RoundTrip(r)
	})
}

// underKid gives a token a kid the pool has not.
func underKid(kid any, token string) string {
	_, rest, _ := strings.Cut(token, ".")
	return b64(fmt.Sprintf(`{"kid":"kid %v","alg":"RS256"}`, kid)) + "." + rest
}

func TestKeysAreFetchedLazilyAndOnce(t *testing.T) {
	pool := newPool(t)
	w := newWire(pool)
	v := newVerifier(t, pool, w.use)
	w.wantFetches(t, "after NewVerifier", 0)
	n := thorough.Or(5, 100)
	for range n {
		for _, use := range uses {
			token := mint(pool, use)
			wantCheck(t, verifyCall(use, "as issued"), verify(t, v, use, token), "", token)
		}
	}
	w.wantFetches(t, fmt.Sprint("after ", 2*n, " tokens"), 1)
	if want := "GET " + issuer + "/.well-known/jwks.json"; w.urls[0] != want {
		t.Errorf("fetched %q, want %q", w.urls[0], want)
	}
}

// TestKeysAKnownKidWaitsForNobody: a fetch that hangs for an unknown kid
// delays no token whose key is there.
func TestKeysAKnownKidWaitsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		good := mint(pool, "access")
		wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", good), "", good)
		time.Sleep(10 * time.Second)
		w.set(hang)
		start := time.Now()
		go func() {
			token := underKid(1, good)
			wantCheck(t, "VerifyAccess(unknown kid, JWKS hangs)", verify(t, v, "access", token), "keys", token)
			if d := time.Since(start); d != 10*time.Second {
				t.Errorf("the unknown kid waited %v, want the ten seconds of the default Timeout", d)
			}
		}()
		synctest.Wait()
		w.wantFetches(t, "with a fetch under way", 2)
		wantCheck(t, "VerifyAccess(good, JWKS hangs)", verify(t, v, "access", good), "", good)
		if d := time.Since(start); d != 0 {
			t.Errorf("a token whose key is there waited %v, want 0", d)
		}
		time.Sleep(11 * time.Second)
	})
}

func TestKeysAFailedFetchKeepsTheLastGoodOnes(t *testing.T) {
	bad := map[string]func(*http.Request) (*http.Response, error){
		"unreachable": unreachable,
		"empty set":   func(r *http.Request) (*http.Response, error) { return answerJSON(r, `{"keys":[]}`) },
		"error page": func(r *http.Request) (*http.Response, error) {
			return answer(r, http.StatusServiceUnavailable, "application/json", strings.NewReader(`{"message":"x"}`))
		},
	}
	for name, down := range bad {
		synctest.Test(t, func(t *testing.T) {
			pool := newPool(t)
			w := newWire(pool)
			var logs logbook
			v := newVerifier(t, pool, w.use, logs.use)
			token := mint(pool, "access")
			wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", token), "", token)
			w.set(down)
			for i := range 3 {
				time.Sleep(31 * time.Minute)
				token := mint(pool, "access")
				wantCheck(t, name+": VerifyAccess(keys grown old)", verify(t, v, "access", token), "", token)
				synctest.Wait()
				w.wantFetches(t, name, int64(i+2))
				// No more than one try per cool-down, however many tokens come.
				for range 50 {
					wantCheck(t, name+": VerifyAccess(keys grown old)", verify(t, v, "access", token), "", token)
				}
				synctest.Wait()
				w.wantFetches(t, name+", fifty tokens later", int64(i+2))
			}
			if got := logs.String(); strings.Count(got, "level=WARN") != 3 || !strings.Contains(got, "op=jwks") {
				t.Errorf("%s: logs =\n%s, want three warnings", name, got)
			}
			// A key that is not there may have come meanwhile: nobody knows.
			foreign := underKid(1, mint(pool, "access"))
			err := verify(t, v, "access", foreign)
			wantCheck(t, name+": VerifyAccess(unknown kid)", err, "keys", foreign)
			if !errors.Is(err, cognito.ErrKeysUnavailable) {
				t.Errorf("%s: VerifyAccess(unknown kid) = %v, want ErrKeysUnavailable", name, err)
			}
			w.set(nil)
			time.Sleep(10 * time.Second)
			wantCheck(t, name+": VerifyAccess(JWKS is back)", verify(t, v, "access", mint(pool, "access")), "", "")
			synctest.Wait()
			w.wantFetches(t, name+", JWKS is back", 5)
			wantCheck(t, name+": VerifyAccess(unknown kid, JWKS is back)", verify(t, v, "access", foreign), "kid", foreign)
		})
	}
}

// TestKeysAreFetchedAnewInTheBackground: a key the pool has withdrawn serves
// for thirty minutes at most while tokens come, and nobody waits for the news.
func TestKeysAreFetchedAnewInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		old := mint(pool, "access")
		wantCheck(t, "VerifyAccess(old key)", verify(t, v, "access", old), "", old)
		emergency.of(t, pool)
		time.Sleep(29*time.Minute + 59*time.Second)
		wantCheck(t, "VerifyAccess(old key, before thirty minutes)", verify(t, v, "access", old), "", old)
		w.wantFetches(t, "before thirty minutes", 1)
		time.Sleep(time.Second)
		w.slow(5 * time.Second)
		start := time.Now()
		wantCheck(t, "VerifyAccess(old key, at thirty minutes)", verify(t, v, "access", old), "", old)
		if d := time.Since(start); d != 0 {
			t.Errorf("the token waited %v for the background fetch, want 0", d)
		}
		time.Sleep(6 * time.Second)
		w.wantFetches(t, "at thirty minutes", 2)
		wantCheck(t, "VerifyAccess(old key, withdrawn)", verify(t, v, "access", old), "kid", old)
		fresh := mint(pool, "access")
		wantCheck(t, "VerifyAccess(new key)", verify(t, v, "access", fresh), "", fresh)
		w.wantFetches(t, "after the new key", 3) // one more for the withdrawn key, which may have been a new one
	})
}

// TestKeysIdleOnesAreFetchedFirst: a key that was withdrawn while nobody came
// does not serve the first who comes, who waits for the news.
func TestKeysIdleOnesAreFetchedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		token := mint(pool, "access")
		wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", token), "", token)
		emergency.of(t, pool)
		time.Sleep(time.Hour)
		w.slow(2 * time.Second)
		start := time.Now()
		wantCheck(t, "VerifyAccess(withdrawn key, an idle hour later)", verify(t, v, "access", token), "kid", token)
		if d := time.Since(start); d != 2*time.Second {
			t.Errorf("the token waited %v, want the two seconds of the fetch", d)
		}
		w.wantFetches(t, "after an idle hour", 2)

		// Where the news cannot be had, the last good keys serve; one token
		// waits for that to show, and no other.
		fresh := mint(pool, "access")
		wantCheck(t, "VerifyAccess(new key)", verify(t, v, "access", fresh), "", fresh)
		w.set(hang)
		time.Sleep(5 * time.Hour)
		fresh = mint(pool, "access")
		start = time.Now()
		wantCheck(t, "VerifyAccess(JWKS hangs, idle hours later)", verify(t, v, "access", fresh), "", fresh)
		if d := time.Since(start); d != 10*time.Second {
			t.Errorf("the token waited %v, want the ten seconds of the default Timeout", d)
		}
		for range 100 {
			start := time.Now()
			wantCheck(t, "VerifyAccess(JWKS hangs)", verify(t, v, "access", fresh), "", fresh)
			if d := time.Since(start); d != 0 {
				t.Errorf("a further token waited %v, want 0", d)
			}
			time.Sleep(time.Second)
		}
	})
}

// TestKeysRotationIsPickedUp at once, also within the cool-down after a token of
// an unknown kid.
func TestKeysRotationIsPickedUp(t *testing.T) {
	for name, rotation := range map[string]*rotation{"orderly": orderly, "emergency": emergency} {
		synctest.Test(t, func(t *testing.T) {
			pool := newPool(t)
			w := newWire(pool)
			v := newVerifier(t, pool, w.use)
			old := mint(pool, "id")
			wantCheck(t, name+": VerifyID(old key)", verify(t, v, "id", old), "", old)
			stray := underKid("stray", old)
			wantCheck(t, name+": VerifyID(unknown kid)", verify(t, v, "id", stray), "kid", stray)
			rotation.of(t, pool)
			fresh := mint(pool, "id")
			time.Sleep(time.Second)
			wantCheck(t, name+": VerifyID(new key, soon after an unknown kid)", verify(t, v, "id", fresh), "", fresh)
			w.wantFetches(t, name, 3)
			check := ""
			if name == "emergency" {
				check = "kid"
			}
			time.Sleep(10 * time.Second)
			wantCheck(t, name+": VerifyID(old key)", verify(t, v, "id", old), check, old)
			// A withdrawn key is no new one: its tokens are refused for good
			// within the cool-down, too.
			wantCheck(t, name+": VerifyID(old key, once more)", verify(t, v, "id", old), check, old)
		})
	}
}

// TestKeysRotationAfterTheBurst: while junk has used up the fetches, a token of
// a new key may be good. A caller that can come again is told so. One that has
// redeemed a code or a refresh token cannot, and waits for the next fetch.
func TestKeysRotationAfterTheBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use)
		good := mint(pool, "access")
		wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", good), "", good)
		for i := range 100 {
			_ = verify(t, v, "access", underKid(fmt.Sprint("junk", i), good))
		}
		w.wantFetches(t, "after the burst", 3)
		emergency.of(t, pool)
		time.Sleep(4 * time.Second)
		access, id := mint(pool, "access"), mint(pool, "id", set("nonce", "n"))
		start := time.Now()
		err := verify(t, v, "access", access)
		wantCheck(t, "VerifyAccess(new key after the burst)", err, "keys", access)
		if d := time.Since(start); d != 0 || !errors.Is(err, cognito.ErrKeysUnavailable) {
			t.Errorf("VerifyAccess(new key after the burst) = %v after %v, want ErrKeysUnavailable at once", err, d)
		}
		wantCheck(t, "VerifyID(new key after the burst, no grant)", verify(t, v, "id", id), "keys", id)
		wantCheck(t, "VerifyID(new key after the burst, of a login)", verify(t, v, "id", id, cognito.Nonce("n")), "", id)
		if d := time.Since(start); d != 6*time.Second {
			t.Errorf("the token of a login waited %v, want the six seconds to the next fetch", d)
		}
		w.wantFetches(t, "after the cool-down", 4)
		wantCheck(t, "VerifyAccess(new key after the cool-down)", verify(t, v, "access", access), "", access)

		// It waits once, and no longer than its context.
		forged := underKid("forged", id)
		start = time.Now()
		wantCheck(t, "VerifyID(unknown kid, of a login)", verify(t, v, "id", forged, cognito.Nonce("n")), "kid", forged)
		if d := time.Since(start); d != 10*time.Second {
			t.Errorf("the forged token of a login waited %v, want the ten seconds to the next fetch", d)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		_, err = v.VerifyID(ctx, cognito.IDToken(underKid("another", id)), cognito.IssuedWith(cognito.AccessToken(access)))
		wantCheck(t, "VerifyID(context ends)", err, "keys", id)
		if d := time.Since(start); d != time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("VerifyID(context ends) = %v after %v, want its cause after a second", err, d)
		}
	})
}

func TestE5_AWaiterLeavesWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		w.slow(5 * time.Second)
		v := newVerifier(t, pool, w.use)
		token := mint(pool, "access")
		reason := errors.New("the visitor has left")
		start := time.Now()
		var all sync.WaitGroup
		leave := func(after time.Duration, ctx context.Context, want error) {
			all.Go(func() {
				c, err := v.VerifyAccess(ctx, cognito.AccessToken(token))
				if c != nil || !errors.Is(err, cognito.ErrKeysUnavailable) || !errors.Is(err, want) {
					t.Errorf("VerifyAccess(context ended) = %v, %v, want ErrKeysUnavailable and %v", c, err, want)
				}
				wantCheck(t, "VerifyAccess(context ended)", err, "keys", token)
				if d := time.Since(start); d != after {
					t.Errorf("the waiter left after %v, want %v", d, after)
				}
			})
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		leave(0, ended, context.Canceled) // and it is the one that starts the fetch
		synctest.Wait()
		bounded, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		leave(time.Second, bounded, context.DeadlineExceeded)
		caused, cancelCause := context.WithCancelCause(t.Context())
		leave(2*time.Second, caused, reason)
		all.Go(func() {
			time.Sleep(2 * time.Second)
			cancelCause(reason)
		})
		all.Go(func() { // one that stays gets the keys of the same fetch
			wantCheck(t, "VerifyAccess(patient)", verify(t, v, "access", token), "", token)
			if d := time.Since(start); d != 5*time.Second {
				t.Errorf("the patient one waited %v, want the five seconds of the fetch", d)
			}
		})
		all.Wait()
		w.wantFetches(t, "after all have left", 1)
		// With the key there, an ended context ends no wait.
		if _, err := v.VerifyAccess(ended, cognito.AccessToken(token)); err != nil {
			t.Errorf("VerifyAccess(context ended, key there) = %v, want nil", err)
		}
	})
}

func TestE6_WarmWithCognitoUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		w.set(unreachable)
		var logs logbook
		v := newVerifier(t, pool, w.use, logs.use)
		v.Warm(t.Context())
		w.wantFetches(t, "after Warm", 1)
		if got := logs.String(); strings.Count(got, "level=WARN") != 1 || !strings.Contains(got, "op=jwks") || !strings.Contains(got, "no route to host") || !strings.Contains(got, issuer) {
			t.Errorf("Warm logs\n%s, want one warning with the URL and the cause", got)
		}
		for _, use := range uses {
			token := mint(pool, use)
			err := verify(t, v, use, token)
			wantCheck(t, verifyCall(use, "no keys"), err, "keys", token)
			if !errors.Is(err, cognito.ErrKeysUnavailable) || errors.Is(err, cognito.ErrExpired) {
				t.Errorf("%s = %v, want ErrKeysUnavailable", verifyCall(use, "no keys"), err)
			}
		}
		w.wantFetches(t, "within a second of the failure", 1)
		w.set(nil)
		time.Sleep(time.Second)
		token := mint(pool, "access")
		wantCheck(t, "VerifyAccess(Cognito is back)", verify(t, v, "access", token), "", token)
		w.wantFetches(t, "when Cognito is back", 2)
	})
}

// TestKeysColdAndUnreachable: while there are no keys at all, each second may
// bring them, but not each token.
func TestKeysColdAndUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		w.set(unreachable)
		v := newVerifier(t, pool, w.use)
		token := mint(pool, "access")
		for range 50 {
			for range 20 {
				wantCheck(t, "VerifyAccess(no keys)", verify(t, v, "access", token), "keys", token)
			}
			time.Sleep(100 * time.Millisecond)
		}
		w.wantFetches(t, "after a thousand tokens in five seconds", 5)
	})
}

func TestE6_Warm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		w.slow(3 * time.Second)
		v := newVerifier(t, pool, w.use)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		v.Warm(ctx)
		if d := time.Since(start); d != time.Second {
			t.Errorf("Warm(a context of a second) returned after %v, want a second", d)
		}
		v.Warm(t.Context()) // waits for the same fetch
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("Warm returned after %v, want the three seconds of the fetch", d)
		}
		token := mint(pool, "access")
		wantCheck(t, "VerifyAccess(warm)", verify(t, v, "access", token), "", token)
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("the warm verifier took until %v, want no more waiting", d)
		}
		w.wantFetches(t, "after Warm", 1)
		time.Sleep(time.Minute)
		v.Warm(t.Context())
		w.wantFetches(t, "after Warm of a warm verifier", 1)
	})
}

func TestKeysFixedKeysFetchNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		v := newVerifier(t, pool, w.use, func(c *cognito.Config) { c.JWKS = pool.JWKS() })
		v.Warm(t.Context())
		token := mint(pool, "access")
		wantCheck(t, "VerifyAccess(fixed keys)", verify(t, v, "access", token), "", token)
		time.Sleep(31 * time.Minute)
		wantCheck(t, "VerifyAccess(fixed keys, later)", verify(t, v, "access", token), "", token)
		emergency.of(t, pool)
		token = mint(pool, "access")
		err := verify(t, v, "access", token)
		wantCheck(t, "VerifyAccess(rotated key)", err, "kid", token)
		if errors.Is(err, cognito.ErrKeysUnavailable) {
			t.Errorf("VerifyAccess(rotated key) = %v, want no ErrKeysUnavailable: they will never come", err)
		}
		w.wantFetches(t, "with fixed keys", 0)
	})
}

// TestKeysFixedKeysAreCopied: the caller may reuse the slice.
func TestKeysFixedKeysAreCopied(t *testing.T) {
	pool := newPool(t)
	doc := pool.JWKS()
	v := newVerifier(t, pool, func(c *cognito.Config) { c.JWKS = doc })
	clear(doc)
	token := mint(pool, "access")
	wantCheck(t, "VerifyAccess(JWKS overwritten)", verify(t, v, "access", token), "", token)
}

// TestKeysALoggerThatBlocksHoldsNoLock: a full pipe behind the logger must
// not stop the service.
func TestKeysALoggerThatBlocksHoldsNoLock(t *testing.T) {
	pool := newPool(t)
	w := newWire(pool)
	entered, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	v := newVerifier(t, pool, w.use, func(c *cognito.Config) {
		c.Logger = slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
			once.Do(func() { close(entered) })
			<-release
			return len(p), nil
		}), nil))
	})
	token := mint(pool, "access")
	wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", token), "", token)
	pool.Advance(31 * time.Minute)
	w.set(unreachable)
	wantCheck(t, "VerifyAccess(keys grown old)", verify(t, v, "access", token), "", token)
	<-entered
	done := make(chan error)
	go func() {
		_, err := v.VerifyAccess(context.Background(), cognito.AccessToken(token))
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("VerifyAccess(logger blocks) = %v, want nil", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("VerifyAccess waits for the logger")
	}
	close(release)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestC8_JWKSAnswers: what is no JWKS is no key, is asked for once, leads
// nowhere else, and spoils nothing for later.
func TestC8_JWKSAnswers(t *testing.T) {
	redirect := func(status int) func(*http.Request) (*http.Response, error) {
		return func(r *http.Request) (*http.Response, error) {
			res, err := answer(r, status, "application/json", strings.NewReader(`{}`))
			res.Header.Set("Location", "https://evil.example/jwks.json")
			return res, err
		}
	}
	with := func(status int, contentType, body string) func(*http.Request) (*http.Response, error) {
		return func(r *http.Request) (*http.Response, error) {
			return answer(r, status, contentType, strings.NewReader(body))
		}
	}
	good := string(jwks(ownKey().jwk()))
	tests := []struct {
		name   string
		answer func(*http.Request) (*http.Response, error)
		good   bool
	}{
		{name: "JSON", answer: with(200, "application/json", good), good: true},
		{name: "JSON with a charset", answer: with(200, "application/json;charset=UTF-8", good), good: true},
		{name: "a JWK set", answer: with(200, "application/jwk-set+json", good), good: true},
		{name: "256 KiB", answer: with(200, "application/json", string(padded([]byte(good), 256<<10))), good: true},
		{name: "a byte more", answer: with(200, "application/json", string(padded([]byte(good), 256<<10+1)))},
		{name: "two megabytes", answer: with(200, "application/json", string(padded([]byte(good), 2<<20)))},
		{name: "HTML", answer: with(200, "text/html", "<html>sign in to the hotel's network</html>")},
		{name: "JSON said to be HTML", answer: with(200, "text/html", good)},
		{name: "JSON of no type", answer: with(200, "", good)},
		{name: "HTML said to be JSON", answer: with(200, "application/json", "<html>")},
		{name: "nothing", answer: with(200, "application/json", "")},
		{name: "cut", answer: with(200, "application/json", good[:len(good)/2])},
		{name: "no such pool", answer: with(400, "application/json", `{"message":"User pool eu-west-1_aB3dE5gH7 does not exist."}`)},
		{name: "throttled", answer: with(429, "application/json", good)},
		{name: "server error", answer: with(500, "application/json", good)},
		{name: "created", answer: with(201, "application/json", good)},
		{name: "no content", answer: with(204, "application/json", "")},
		{name: "moved", answer: redirect(301)},
		{name: "found", answer: redirect(302)},
		{name: "see other", answer: redirect(303)},
		{name: "temporary redirect", answer: redirect(307)},
		{name: "permanent redirect", answer: redirect(308)},
		{name: "not modified", answer: redirect(304)},
		{name: "the connection breaks", answer: func(r *http.Request) (*http.Response, error) {
			return answer(r, 200, "application/json", io.MultiReader(strings.NewReader(good[:100]), errorReader{}))
		}},
	}
	payload := rawToken(t, newPool(t), "access").remove("iat").remove("auth_time").set("exp", "4000000000").payload()
	token := ownKey().sign(ownKey().header(), payload)
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			pool := newPool(t)
			w := newWire(pool)
			w.set(tt.answer)
			var logs logbook
			v := newVerifier(t, pool, logs.use, func(c *cognito.Config) {
				c.HTTPClient = &http.Client{Transport: w, CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
			})
			err := verify(t, v, "access", token)
			w.wantFetches(t, tt.name, 1)
			if tt.good {
				wantCheck(t, tt.name+": VerifyAccess", err, "", token)
				return
			}
			wantCheck(t, tt.name+": VerifyAccess", err, "keys", token)
			if !errors.Is(err, cognito.ErrKeysUnavailable) {
				t.Errorf("%s: VerifyAccess = %v, want ErrKeysUnavailable", tt.name, err)
			}
			if got := logs.String(); strings.Count(got, "\n") != 1 || strings.Contains(got, "hotel") || strings.Contains(got, "does not exist") {
				t.Errorf("%s: logs\n%s, want one line that does not quote the answer", tt.name, got)
			}
			w.set(nil)
			time.Sleep(time.Second)
			token := mint(pool, "access")
			wantCheck(t, tt.name+", then a good answer: VerifyAccess", verify(t, v, "access", token), "", token)
		})
	}
}

type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestC8_JWKSHangs: each fetch has a deadline of its own, whatever the caller
// has, for the header and for the body.
func TestC8_JWKSHangs(t *testing.T) {
	body := func(r *http.Request) (*http.Response, error) {
		return answer(r, 200, "application/json", io.MultiReader(strings.NewReader(`{"keys":[`), readerFunc(func([]byte) (int, error) {
			<-r.Context().Done()
			return 0, r.Context().Err()
		})))
	}
	tests := []struct {
		name  string
		edit  func(*cognito.Config)
		after time.Duration
	}{
		{"default", func(*cognito.Config) {}, 10 * time.Second},
		{"Timeout", func(c *cognito.Config) { c.Timeout = 3 * time.Second }, 3 * time.Second},
		{"HTTPClient.Timeout", func(c *cognito.Config) { c.HTTPClient.Timeout = time.Second }, time.Second},
		{"HTTPClient.Timeout beyond it", func(c *cognito.Config) { c.HTTPClient.Timeout = time.Hour }, 10 * time.Second},
	}
	for _, tt := range tests {
		for part, answer := range map[string]func(*http.Request) (*http.Response, error){"header": hang, "body": body} {
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t)
				w := newWire(pool)
				w.set(answer)
				var logs logbook
				v := newVerifier(t, pool, w.use, logs.use, tt.edit)
				start := time.Now()
				token := mint(pool, "access")
				err := verify(t, v, "access", token)
				wantCheck(t, tt.name+", hanging "+part+": VerifyAccess", err, "keys", token)
				if d := time.Since(start); d != tt.after {
					t.Errorf("%s, hanging %s: VerifyAccess took %v, want %v", tt.name, part, d, tt.after)
				}
				if got := logs.String(); strings.Count(got, "\n") != 1 {
					t.Errorf("%s, hanging %s: logs\n%s, want one line", tt.name, part, got)
				}
			})
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestC8_JWKSKeepsNoCookies: the caller's jar is for the caller's own calls.
func TestC8_JWKSKeepsNoCookies(t *testing.T) {
	pool := newPool(t)
	w := newWire(pool)
	jar, _ := cookiejar.New(nil)
	w.set(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "" {
			t.Errorf("JWKS request has the header %v, want no credentials", r.Header)
		}
		res, err := answerJSON(r, string(pool.JWKS()))
		res.Header.Set("Set-Cookie", "a=b")
		return res, err
	})
	v := newVerifier(t, pool, func(c *cognito.Config) { c.HTTPClient = &http.Client{Transport: w, Jar: jar} })
	token := mint(pool, "access")
	wantCheck(t, "VerifyAccess", verify(t, v, "access", token), "", token)
	w.mu.Lock()
	defer w.mu.Unlock()
	if req, _ := http.NewRequest("GET", issuer, nil); len(jar.Cookies(req.URL)) != 0 {
		t.Errorf("the jar has %v, want nothing", jar.Cookies(req.URL))
	}
}

// TestKeysURL: keys come from there alone, also for a pool with replicas, and
// neither issuer nor any other URL changes with it.
func TestKeysURL(t *testing.T) {
	const url = "https://vpce-1a2b-3c4d.cognito-idp.eu-west-1.vpce.amazonaws.com/eu-west-1_aB3dE5gH7/.well-known/jwks.json"
	pool := newPool(t)
	w := newWire(pool)
	w.set(func(r *http.Request) (*http.Response, error) { return answerJSON(r, string(pool.JWKS())) })
	with := func(c *cognito.Config) { c.KeysURL = url; c.ReplicaRegions = []string{"us-west-2"} }
	v := newVerifier(t, pool, w.use, with)
	for _, use := range uses {
		token := mint(pool, use)
		wantCheck(t, verifyCall(use, "KeysURL"), verify(t, v, use, token), "", token)
	}
	stray := underKid("stray", mint(pool, "access"))
	wantCheck(t, "VerifyAccess(unknown kid)", verify(t, v, "access", stray), "kid", stray)
	if want := []string{"GET " + url, "GET " + url}; !slices.Equal(w.urls, want) {
		t.Errorf("fetched %q, want %q", w.urls, want)
	}
	cfg := pool.Config()
	plain := cfg
	with(&cfg)
	if cfg.JWKSURL() != url || cfg.IssuerURL() != plain.IssuerURL() || cfg.EndpointURL() != plain.EndpointURL() {
		t.Errorf("with KeysURL: JWKSURL = %s, IssuerURL = %s, EndpointURL = %s", cfg.JWKSURL(), cfg.IssuerURL(), cfg.EndpointURL())
	}
}

// TestKeysOfReplicas: where the pool's own region does not answer, a replica's
// keys serve, and a key that only a replica has is found. See
// [cognito.Config.ReplicaRegions].
func TestKeysOfReplicas(t *testing.T) {
	const home, replica = "cognito-idp.eu-west-1.amazonaws.com", "cognito-idp.us-west-2.amazonaws.com"
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		w := newWire(pool)
		var asked []string
		answers := map[string]func(*http.Request) (*http.Response, error){}
		w.set(func(r *http.Request) (*http.Response, error) {
			asked = append(asked, r.URL.Host)
			if r.URL.Path != "/"+pool.Config().UserPoolID+"/.well-known/jwks.json" {
				t.Errorf("asked for %s", r.URL)
			}
			if answer := answers[r.URL.Host]; answer != nil {
				return answer(r)
			}
			return answerJSON(r, string(pool.JWKS()))
		})
		wantAsked := func(when string, want ...string) {
			t.Helper()
			if !slices.Equal(asked, want) {
				t.Errorf("%s the verifier asked %v, want %v", when, asked, want)
			}
			asked = nil
		}
		v := newVerifier(t, pool, w.use, func(c *cognito.Config) { c.ReplicaRegions = []string{"us-west-2"} })
		check := func(call, token, want string) {
			t.Helper()
			wantCheck(t, call, verify(t, v, "access", token), want, token)
		}
		fresh := func() string { return mint(pool, "access") }

		check("VerifyAccess(all up)", fresh(), "")
		wantAsked("with all up", home)
		answers[home] = unreachable
		time.Sleep(2 * time.Hour)
		check("VerifyAccess(home is down)", fresh(), "")
		wantAsked("with home down", home, replica)
		time.Sleep(2 * time.Hour)
		check("VerifyAccess(home is still down)", fresh(), "")
		wantAsked("with home still down", replica)
		answers[replica] = unreachable
		check("VerifyAccess(all down)", fresh(), "")
		stray := underKid("stray", fresh())
		check("VerifyAccess(unknown kid, all down)", stray, "keys")
		wantAsked("with all down", replica, home)
		clear(answers)
		time.Sleep(time.Minute)

		own := ownKey()
		_, payload := parts(t, fresh())
		token := own.sign(own.header(), payload)
		check("VerifyAccess(a key of nobody)", token, "kid")
		wantAsked("for a key of nobody", replica, home)
		answers[home] = func(r *http.Request) (*http.Response, error) { return answerJSON(r, string(jwks(own.jwk()))) }
		time.Sleep(time.Minute)
		check("VerifyAccess(a key of home alone)", token, "")
		wantAsked("for a key of home alone", replica, home)
		check("VerifyAccess(a key of the replica)", fresh(), "")
		wantAsked("for keys that are there")
	})
}
