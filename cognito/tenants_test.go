package cognito_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A directory is what Resolve asks: configurations by key. It counts.
type directory struct {
	count atomic.Int64

	mu   sync.Mutex // guards the rest
	cfgs map[string]cognito.Config
	hook func(context.Context) error // comes before the answer
}

func (d *directory) resolve(ctx context.Context, key string) (cognito.Config, error) {
	d.count.Add(1)
	d.mu.Lock()
	hook := d.hook
	d.mu.Unlock()
	if hook != nil {
		if err := hook(ctx); err != nil {
			return cognito.Config{}, err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	cfg, ok := d.cfgs[key]
	if !ok {
		return cognito.Config{}, fmt.Errorf("select: no rows: %w", cognito.ErrNoTenant)
	}
	return cfg, nil
}

func (d *directory) set(hook func(context.Context) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hook = hook
}

func (d *directory) wantCalls(t testing.TB, when string, want int64) {
	t.Helper()
	if got := d.count.Load(); got != want {
		t.Errorf("%s: Resolve was called %d times, want %d", when, got, want)
	}
}

// wait is a hook that takes a while.
func wait(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// newTenants returns Tenants by issuer of the pools, on the pools' wires.
func newTenants(t testing.TB, edit func(*cognito.TenantsConfig), pools ...*cognitotest.Pool) (*cognito.Tenants, *directory, []*wire) {
	t.Helper()
	d := &directory{cfgs: map[string]cognito.Config{}}
	var wires []*wire
	for _, pool := range pools {
		w := newWire(pool)
		cfg := quiet(pool)
		w.use(&cfg)
		d.cfgs[pool.Issuer()] = cfg
		wires = append(wires, w)
	}
	cfg := cognito.TenantsConfig{Resolve: d.resolve, Now: pools[0].Now, Logger: quiet(pools[0]).Logger}
	if edit != nil {
		edit(&cfg)
	}
	tenants, err := cognito.NewTenants(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return tenants, d, wires
}

func foreignToken(pool *cognitotest.Pool, n any) string {
	return mint(pool, "access", set("iss", fmt.Sprintf("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Mallory%v", n)))
}

func TestT3_TenantsByIssuer(t *testing.T) {
	a, b := newPool(t), newOtherPool(t)
	v, d, wires := newTenants(t, nil, a, b)
	d.wantCalls(t, "before the first token", 0)
	for range 3 {
		for _, use := range uses {
			for _, pool := range []*cognitotest.Pool{a, b} {
				token := mint(pool, use)
				wantCheck(t, verifyCall(use, pool.Issuer()), verify(t, v, use, token), "", token)
			}
		}
	}
	d.wantCalls(t, "after twelve tokens of two tenants", 2)
	wires[0].wantFetches(t, "first tenant", 1)
	token := mint(b, "access", set("iss", a.Issuer()), set("client_id", clientID))
	wantCheck(t, "VerifyAccess(signed by another tenant)", verify(t, v, "access", token), "kid", token)
	token = foreignToken(a, 1)
	wantCheck(t, "VerifyAccess(nobody's)", verify(t, v, "access", token), "iss", token)
	d.wantCalls(t, "after a foreign token", 3)
	wantCheck(t, "VerifyAccess(nobody's, again)", verify(t, v, "access", token), "iss", token)
	d.wantCalls(t, "after it came again", 3)
	for name, iss := range map[string]string{"long": a.Issuer() + strings.Repeat("x", 513), "8 KB": strings.Repeat("x", 8<<10)} {
		token := mint(a, "access", set("iss", iss))
		wantCheck(t, "VerifyAccess(iss "+name+")", verify(t, v, "access", token), "iss", token)
	}
	d.wantCalls(t, "after issuers that are too long", 3)
	a.Advance(10 * time.Second)
	token = foreignToken(a, 1)
	wantCheck(t, "VerifyAccess(nobody's, later)", verify(t, v, "access", token), "iss", token)
	d.wantCalls(t, "after ten seconds", 4)
}

type hostKey struct{}

// TestT3_TenantsByRequest: where the request says whose it is, another
// tenant's token is refused, kept or not, cached or not.
func TestT3_TenantsByRequest(t *testing.T) {
	a, b := newPool(t), newOtherPool(t)
	v, d, _ := newTenants(t, func(c *cognito.TenantsConfig) {
		c.TokenCache = 10
		c.Key = func(ctx context.Context) (string, error) {
			host, ok := ctx.Value(hostKey{}).(string)
			if !ok {
				return "", errors.New("no host")
			}
			return host, nil
		}
	}, a, b)
	d.cfgs["a.example.com"], d.cfgs["b.example.com"] = d.cfgs[a.Issuer()], d.cfgs[b.Issuer()]
	tokens := map[string]string{"a.example.com": mint(a, "access"), "b.example.com": mint(b, "access")}
	for range 3 {
		for host := range tokens {
			for of, token := range tokens {
				check := ""
				if of != host {
					check = "iss"
				}
				_, err := v.VerifyAccess(context.WithValue(t.Context(), hostKey{}, host), cognito.AccessToken(token))
				wantCheck(t, "VerifyAccess("+of+"'s at "+host+")", err, check, token)
			}
		}
	}
	_, err := v.VerifyAccess(context.WithValue(t.Context(), hostKey{}, "c.example.com"), cognito.AccessToken(tokens["a.example.com"]))
	wantCheck(t, "VerifyAccess(at an unknown host)", err, "iss", "")
	_, err = v.VerifyAccess(t.Context(), cognito.AccessToken(tokens["a.example.com"]))
	wantCheck(t, "VerifyAccess(no host)", err, "tenant", "")
	d.wantCalls(t, "after three hosts", 3)
}

// TestE5_TenantsShareResolve: a herd costs one call, and E5 holds in it.
func TestE5_TenantsShareResolve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newPool(t)
		v, d, wires := newTenants(t, nil, a)
		d.set(wait(2 * time.Second))
		token := mint(a, "access")
		start := time.Now()
		var herd sync.WaitGroup
		herd.Go(func() { // the first, who leaves
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := v.VerifyAccess(ctx, cognito.AccessToken(token))
			wantCheck(t, "VerifyAccess(context ended)", err, "tenant", token)
			if !errors.Is(err, cognito.ErrKeysUnavailable) || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
				t.Errorf("VerifyAccess(context ended) = %v after %v, want ErrKeysUnavailable after a second", err, time.Since(start))
			}
		})
		synctest.Wait()
		for range 50 {
			herd.Go(func() {
				wantCheck(t, "VerifyAccess(in the herd)", verify(t, v, "access", token), "", token)
			})
		}
		herd.Wait()
		if got := time.Since(start); got != 2*time.Second {
			t.Errorf("the herd waited %v, want two seconds", got)
		}
		d.wantCalls(t, "after the herd", 1)
		wires[0].wantFetches(t, "after the herd", 1)
	})
}

// junk is a token of an issuer that is nobody's, with a signature as long as a
// good one.
func junk(token string, n any) string {
	head, _, _ := strings.Cut(token, ".")
	return head + "." + b64(fmt.Sprintf(`{"iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_M%v","sub":"s","exp":4000000000}`, n)) + "." + strings.Repeat("A", 342)
}

// TestTenantsFloods: junk tokens, each of an issuer of its own, come for five
// minutes, or for half a minute in the quick form. In every ten seconds a tenant that is not kept gets through, and one
// that is kept is served at once. The calls of Resolve are bounded.
func TestTenantsFloods(t *testing.T) {
	for _, perSecond := range []int{50, 1000} {
		t.Run(fmt.Sprintf("%d a second", perSecond), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { floodTenants(t, perSecond) })
		})
	}
}

func floodTenants(t *testing.T, perSecond int) {
	windows := thorough.Or(3, 30) // of ten seconds
	warm, cold := newPool(t), newOtherPool(t)
	v, d, _ := newTenants(t, nil, warm, cold)
	var now, most atomic.Int64
	d.set(func(ctx context.Context) error {
		most.Store(max(most.Load(), now.Add(1)))
		defer now.Add(-1)
		return wait(20 * time.Millisecond)(ctx)
	})
	good := mint(warm, "access")
	wantCheck(t, "VerifyAccess(before the flood)", verify(t, v, "access", good), "", good)

	var flood sync.WaitGroup
	flood.Go(func() {
		for i := range perSecond * 10 * windows {
			flood.Go(func() {
				if _, err := v.VerifyAccess(t.Context(), cognito.AccessToken(junk(good, i))); err == nil {
					t.Error("VerifyAccess(junk) = nil, want a refusal")
				}
			})
			time.Sleep(time.Second / time.Duration(perSecond))
		}
	})
	begun := time.Now()
	for window := range windows {
		time.Sleep(time.Until(begun.Add(time.Duration(window) * 10 * time.Second)))
		v.Forget(cold.Issuer())
		good, fresh := mint(warm, "access"), mint(cold, "access")
		start := time.Now()
		wantCheck(t, "VerifyAccess(a tenant that is kept)", verify(t, v, "access", good), "", good)
		if d := time.Since(start); d != 0 {
			t.Errorf("a tenant that is kept waited %v, want 0", d)
		}
		for {
			err := verify(t, v, "access", fresh)
			if err == nil {
				break
			}
			if !errors.Is(err, cognito.ErrKeysUnavailable) {
				t.Errorf("VerifyAccess(a cold tenant) = %v, want ErrKeysUnavailable until it gets through", err)
			}
			if time.Since(start) >= 10*time.Second {
				t.Errorf("window %d: a cold tenant was shut out for ten seconds", window)
				break
			}
			time.Sleep(time.Second)
		}
	}
	flood.Wait()
	bound := int64(min(perSecond, 225)*10*windows + 225 + 2*windows)
	if got := d.count.Load(); got > bound {
		t.Errorf("Resolve was called %d times, want at most %d", got, bound)
	}
	if most.Load() > 16 {
		t.Errorf("%d calls of Resolve at a time, want at most 16", most.Load())
	}
}

// TestTenantsUnsignedFlood: tokens whose signature is none, and those of other
// issuers than AWS's, cost no call of Resolve.
func TestTenantsUnsignedFlood(t *testing.T) {
	pool := newPool(t)
	v, d, _ := newTenants(t, nil, pool)
	good := mint(pool, "access")
	for i := range 1000 {
		unsigned := junk(good, i)
		unsigned = unsigned[:strings.LastIndex(unsigned, ".")+1+i%300]
		if i%4 == 1 || i%300 == 0 { // of a length that base64 has not, or with no signature at all
			unsigned += "AA"
		}
		var refused *cognito.VerifyError
		if err := verify(t, v, "access", unsigned); !errors.As(err, &refused) || refused.Check != "signature" && refused.Check != "format" {
			t.Fatalf("VerifyAccess(unsigned) = %v, want check signature", err)
		}
		foreign := strings.Replace(junk(good, i), ".", "."+b64(`{"iss":"https://169.254.169.254/eu-west-1_M","sub":"s","exp":4000000000}`)+".x", 1)
		foreign = foreign[:strings.Index(foreign, ".x")] + "." + strings.Repeat("A", 342)
		wantCheck(t, "VerifyAccess(an issuer that is not AWS's)", verify(t, v, "access", foreign), "iss", foreign)
	}
	d.wantCalls(t, "after unsigned and foreign tokens", 0)
	wantCheck(t, "VerifyAccess(good)", verify(t, v, "access", good), "", good)
}

// TestTenantsRemembersRefusals: each unknown key is asked for once in ten
// seconds, also after more of them than are remembered at a time have come.
func TestTenantsRemembersRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		v, d, _ := newTenants(t, nil, pool)
		good := mint(pool, "access")
		for i := range 5000 {
			for range 2 {
				token := junk(good, i)
				wantCheck(t, "VerifyAccess(junk)", verify(t, v, "access", token), "iss", token)
			}
			time.Sleep(20 * time.Millisecond)
		}
		d.wantCalls(t, "after five thousand unknown keys, twice each", 5000)
		token := junk(good, 4999)
		time.Sleep(9 * time.Second)
		wantCheck(t, "VerifyAccess(junk again)", verify(t, v, "access", token), "iss", token)
		d.wantCalls(t, "before ten seconds", 5000)
		time.Sleep(time.Second)
		wantCheck(t, "VerifyAccess(junk later)", verify(t, v, "access", token), "iss", token)
		d.wantCalls(t, "after ten seconds", 5001)
	})
}

// TestTenantsWaitingIsBounded: while Resolve hangs, few new keys may wait for
// their turn; the others are told so at once, and come first later.
func TestTenantsWaitingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		v, d, _ := newTenants(t, nil, pool)
		d.set(wait(time.Hour))
		good := mint(pool, "access")
		start := time.Now()
		var atOnce atomic.Int64
		ask := func(i int) {
			err := verify(t, v, "access", junk(good, i))
			if !errors.Is(err, cognito.ErrKeysUnavailable) {
				t.Errorf("VerifyAccess(Resolve hangs) = %v, want ErrKeysUnavailable", err)
			}
			if time.Since(start) == 0 {
				atOnce.Add(1)
			}
		}
		for i := range 1500 {
			go ask(i)
		}
		synctest.Wait()
		d.wantCalls(t, "with fifteen hundred new keys", 12)
		if got := atOnce.Load(); got != 1500-64 {
			t.Errorf("%d tokens were refused at once, want all but 64", got)
		}
		for i := range 1500 {
			go ask(i)
		}
		synctest.Wait()
		d.wantCalls(t, "with the same keys again", 16)
		time.Sleep(time.Hour) // sixteen at a time, ten seconds each
	})
}

// TestTenantsOfAnyIssuer: Resolve that copies a token's iss cannot make keys be
// fetched from elsewhere than AWS, unless that is asked for.
func TestTenantsOfAnyIssuer(t *testing.T) {
	const elsewhere = "https://169.254.169.254"
	pool := newPool(t)
	token := mint(pool, "access", set("iss", elsewhere))
	for _, byRequest := range []bool{false, true} {
		for _, insecure := range []bool{false, true} {
			w := newWire(pool)
			w.set(func(r *http.Request) (*http.Response, error) { return answerJSON(r, string(pool.JWKS())) })
			cfg := cognito.TenantsConfig{
				Resolve: func(context.Context, string) (cognito.Config, error) {
					c := quiet(pool)
					w.use(&c)
					c.Issuer = elsewhere
					return c, nil
				},
				Now: pool.Now, Logger: quiet(pool).Logger, InsecureAnyIssuer: insecure,
			}
			if byRequest {
				cfg.Key = func(context.Context) (string, error) { return "shop", nil }
			}
			v, err := cognito.NewTenants(cfg)
			if err != nil {
				t.Fatal(err)
			}
			check, fetches := "iss", int64(0)
			if insecure {
				check, fetches = "", 1
			}
			call := fmt.Sprintf("VerifyAccess(by request: %v, InsecureAnyIssuer: %v)", byRequest, insecure)
			wantCheck(t, call, verify(t, v, "access", token), check, token)
			w.wantFetches(t, call, fetches)
			if byRequest && !insecure { // a good token of a tenant whose configuration is bad
				good := mint(pool, "access")
				wantCheck(t, call+", configuration", verify(t, v, "access", good), "tenant", good)
				w.wantFetches(t, call, 0)
			}
		}
	}
}

// TestTenantsChangeTheirKeys: fixed keys that Resolve replaces are gone.
func TestTenantsChangeTheirKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t)
		own := ownKey()
		_, payload := parts(t, mint(pool, "access"))
		a, b := mint(pool, "access"), own.sign(own.header(), payload)
		v, d, _ := newTenants(t, nil, pool)
		fix := func(doc []byte) {
			d.mu.Lock()
			defer d.mu.Unlock()
			cfg := d.cfgs[pool.Issuer()]
			cfg.JWKS = doc
			d.cfgs[pool.Issuer()] = cfg
		}
		fix(pool.JWKS())
		wantCheck(t, "VerifyAccess(A, keys A)", verify(t, v, "access", a), "", a)
		wantCheck(t, "VerifyAccess(B, keys A)", verify(t, v, "access", b), "kid", b)
		fix(jwks(own.jwk()))
		time.Sleep(15 * time.Minute)
		_ = verify(t, v, "access", a)
		synctest.Wait()
		wantCheck(t, "VerifyAccess(A, keys B)", verify(t, v, "access", a), "kid", a)
		wantCheck(t, "VerifyAccess(B, keys B)", verify(t, v, "access", b), "", b)
	})
}

// TestTenantsAreBounded: the one that was used the longest time ago goes, and
// its keys with it.
func TestTenantsAreBounded(t *testing.T) {
	a := newPool(t)
	v, d, wires := newTenants(t, func(c *cognito.TenantsConfig) { c.Max = 2; c.TokenCache = 10 }, a)
	cfg := d.cfgs[a.Issuer()]
	tokens := map[string]string{}
	for _, name := range []string{"A", "B", "C"} {
		c := cfg
		c.UserPoolID = "eu-west-1_" + name
		c.JWKS = a.JWKS()
		d.cfgs[c.IssuerURL()] = c
		tokens[name] = mint(a, "access", set("iss", c.IssuerURL()))
	}
	for i, step := range []struct {
		name  string
		calls int64
	}{{"A", 1}, {"B", 2}, {"A", 2}, {"B", 2}, {"A", 2}, {"C", 3}, {"A", 3}, {"C", 3}, {"B", 4}, {"C", 4}, {"A", 5}} {
		wantCheck(t, fmt.Sprintf("step %d: VerifyAccess(%s)", i, step.name), verify(t, v, "access", tokens[step.name]), "", "")
		d.wantCalls(t, fmt.Sprintf("step %d", i), step.calls)
	}
	wires[0].wantFetches(t, "with fixed keys", 0)
}

// TestTenantsLeave: Forget at once, and MaxAge in the background.
func TestTenantsLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newPool(t)
		v, d, wires := newTenants(t, func(c *cognito.TenantsConfig) { c.TokenCache = 10 }, a)
		cfg := d.cfgs[a.Issuer()]
		token := mint(a, "access")
		want := func(when, check string, calls, fetches int64) {
			t.Helper()
			wantCheck(t, when+": VerifyAccess", verify(t, v, "access", token), check, token)
			synctest.Wait()
			d.wantCalls(t, when, calls)
			wires[0].wantFetches(t, when, fetches)
		}
		leave := func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			delete(d.cfgs, a.Issuer())
		}
		join := func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.cfgs[a.Issuer()] = cfg
		}
		want("first", "", 1, 1)
		leave()
		v.Forget(a.Issuer())
		want("forgotten and gone", "iss", 2, 1)
		join()
		want("back, within the pause", "iss", 2, 1)
		v.Forget(a.Issuer())
		want("back, and forgotten to be gone", "", 3, 2)
		time.Sleep(15*time.Minute - time.Second)
		want("before MaxAge", "", 3, 2)
		time.Sleep(time.Second)
		d.set(wait(time.Second))
		want("at MaxAge, served meanwhile", "", 4, 2)
		time.Sleep(2 * time.Second)
		want("resolved anew, the keys kept", "", 4, 2)

		d.set(func(context.Context) error { return errors.New("the database is down") })
		time.Sleep(15 * time.Minute)
		token = mint(a, "access")
		want("at MaxAge, the database down", "", 5, 3) // the keys are half an hour old
		want("within the pause", "", 5, 3)
		time.Sleep(10 * time.Second)
		want("after the pause", "", 6, 3)
		d.set(nil)
		leave()
		time.Sleep(10 * time.Second)
		want("the tenant has left, nobody knows yet", "", 7, 3)
		want("the tenant has left", "iss", 7, 3)
	})
}

// TestTenantsForgetWhileResolving: what was asked before Forget is not kept.
func TestTenantsForgetWhileResolving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newPool(t)
		v, d, _ := newTenants(t, nil, a)
		d.set(wait(2 * time.Second))
		token := mint(a, "access")
		go func() { _ = verify(t, v, "access", token) }()
		time.Sleep(time.Second)
		v.Forget(a.Issuer())
		d.set(nil)
		wantCheck(t, "VerifyAccess(after Forget)", verify(t, v, "access", token), "", token)
		d.wantCalls(t, "after Forget", 2)
		d.mu.Lock()
		delete(d.cfgs, a.Issuer()) // the first call will bring that nobody is there
		d.mu.Unlock()
		time.Sleep(time.Minute)
		wantCheck(t, "VerifyAccess(later)", verify(t, v, "access", token), "", token)
		d.wantCalls(t, "later", 2)
	})
}

// TestE2_TenantsResolveFails: what cannot be found out is no refusal of the
// token, the log has the cause, and the next token tries again.
func TestE2_TenantsResolveFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newPool(t)
		var logs logbook
		v, d, _ := newTenants(t, func(c *cognito.TenantsConfig) {
			var cfg cognito.Config
			logs.use(&cfg)
			c.Logger = cfg.Logger
		}, a)
		token := mint(a, "access")
		fails := func(name string, after time.Duration, hook func(context.Context) error) {
			t.Helper()
			d.set(hook)
			start := time.Now()
			err := verify(t, v, "access", token)
			wantCheck(t, name+": VerifyAccess", err, "tenant", token)
			if !errors.Is(err, cognito.ErrKeysUnavailable) || time.Since(start) != after {
				t.Errorf("%s: VerifyAccess = %v after %v, want ErrKeysUnavailable after %v", name, err, time.Since(start), after)
			}
		}
		fails("down", 0, func(context.Context) error { return errors.New("the database is down: " + issuer) })
		fails("hangs", 10*time.Second, wait(time.Hour))
		d.cfgs[issuer] = cognito.Config{UserPoolID: "nonsense"}
		fails("bad configuration", 0, nil)
		if got := logs.String(); strings.Count(got, "level=WARN") != 3 || !strings.Contains(got, "the database is down") || !strings.Contains(got, "nonsense") {
			t.Errorf("logs =\n%s, want three warnings with their causes", got)
		}
		d.wantCalls(t, "after three failures", 3)
	})
}

func TestNewTenants(t *testing.T) {
	_, err := cognito.NewTenants(cognito.TenantsConfig{Max: -1, TokenCache: -1})
	for _, field := range []string{"TenantsConfig.Resolve", "TenantsConfig.Max", "TenantsConfig.TokenCache"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("NewTenants(nothing right) = %v, want it to name %s", err, field)
		}
	}
}

// A Resolve that panics takes nobody down with it, and is asked again later.
func TestE3_TenantsResolvePanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := cognitotest.NewPool()
		if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
			t.Fatal(err)
		}
		d := &directory{cfgs: map[string]cognito.Config{pool.Issuer(): pool.Config()}}
		d.set(func(context.Context) error { panic("no such table") })
		tenants, err := cognito.NewTenants(cognito.TenantsConfig{Resolve: d.resolve, Now: pool.Now})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tenants.VerifyAccess(t.Context(), pool.AccessToken("jane")); !errors.Is(err, cognito.ErrKeysUnavailable) {
			t.Errorf("VerifyAccess = %v, want ErrKeysUnavailable", err)
		}
		d.set(nil)
		time.Sleep(time.Minute)
		if _, err := tenants.VerifyAccess(t.Context(), pool.AccessToken("jane")); err != nil {
			t.Errorf("VerifyAccess afterwards = %v", err)
		}
	})
}
