package cognito_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const (
	otherPoolID   = "us-east-1_Zz9Yy8Xx7"
	otherClientID = "3otherclientid0a1b2c3d"
)

// newOtherPool returns a second pool in memory, with a jane of its own.
func newOtherPool(t testing.TB) *cognitotest.Pool {
	t.Helper()
	pool, err := makeOtherPool()
	if err != nil {
		t.Fatal(err)
	}
	otherKeys.of(t, pool) // all pools of a process begin with the same
	return pool
}

func makeOtherPool() (*cognitotest.Pool, error) {
	pool := cognitotest.NewPool(cognitotest.WithID(otherPoolID), cognitotest.WithClient(cognitotest.AppClient{ID: otherClientID}))
	_, err := pool.AddUser(cognitotest.User{Username: "jane"})
	return pool, err
}

// quiet returns the pool's Config with a logger that says nothing.
func quiet(pool *cognitotest.Pool) cognito.Config {
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	return cfg
}

// twoPools returns a Verifier of both, and the wires their calls go over.
func twoPools(t testing.TB, edit ...func(*cognito.Config)) (v *cognito.Verifier, a, b *cognitotest.Pool, wires [2]*wire) {
	t.Helper()
	a, b = newPool(t), newOtherPool(t)
	wires = [2]*wire{newWire(a), newWire(b)}
	cfgs := []cognito.Config{quiet(a), quiet(b)}
	for i := range cfgs {
		wires[i].use(&cfgs[i])
		for _, e := range edit {
			e(&cfgs[i])
		}
	}
	v, err := cognito.NewVerifier(cfgs[0], cfgs[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return v, a, b, wires
}

func TestT3_PoolsAreChosenByIssuer(t *testing.T) {
	p, a, b, wires := twoPools(t)
	for _, use := range uses {
		for name, pool := range map[string]*cognitotest.Pool{"first": a, "second": b} {
			token := mint(pool, use)
			wantCheck(t, verifyCall(use, "of the "+name+" pool"), verify(t, p, use, token), "", token)
		}
	}
	wires[0].wantFetches(t, "first pool", 1)
	wires[1].wantFetches(t, "second pool", 1)
	c, err := p.VerifyAccess(t.Context(), b.AccessToken("jane"))
	if err != nil || c.Issuer != b.Issuer() || c.ClientID != otherClientID {
		t.Errorf("VerifyAccess(second pool) = %+v, %v, want the second pool's issuer and client", c, err)
	}
}

// TestT3_PoolsShareNothing: what one pool signs and accepts counts for no
// other, and an iss that is nobody's costs no call.
func TestT3_PoolsShareNothing(t *testing.T) {
	p, a, b, wires := twoPools(t)
	_, claims := parts(t, mint(a, "access"))
	tests := []struct{ name, token, check string }{
		{"signed by the second pool for the first", mint(b, "access", set("iss", a.Issuer()), set("client_id", clientID)), "kid"},
		{"signed by the second pool under a kid of the first", b.Sign("access", `{"alg":"RS256","kid":"`+a.KeyID("access")+`"}`, claims), "signature"},
		{"the first pool's client in the second", mint(b, "access", set("client_id", clientID)), "client_id"},
		{"the second pool's client in the first", mint(a, "access", set("client_id", otherClientID)), "client_id"},
	}
	for _, tt := range tests {
		wantCheck(t, "VerifyAccess("+tt.name+")", verify(t, p, "access", tt.token), tt.check, tt.token)
	}
	before := wires[0].count.Load() + wires[1].count.Load()
	for name, iss := range map[string]any{
		"neither's": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Mallory01", "with a slash": a.Issuer() + "/", "in capitals": strings.ToUpper(a.Issuer()),
		"another host": "https://evil.example/" + poolID, "both": a.Issuer() + "," + b.Issuer(), "a list": []string{a.Issuer()}, "empty": "", "null": nil,
		"the first region, the second pool": "https://cognito-idp.eu-west-1.amazonaws.com/" + otherPoolID, "a megabyte's start": a.Issuer() + strings.Repeat("x", 8000),
	} {
		for _, use := range uses {
			token := mint(a, use, set("iss", iss))
			wantCheck(t, verifyCall(use, "iss "+name), verify(t, p, use, token), "iss", token)
		}
	}
	if got := wires[0].count.Load() + wires[1].count.Load(); got != before {
		t.Errorf("foreign issuers cost %d fetches, want 0", got-before)
	}
}

// TestPoolsOneDownIsOneDown: the pools fetch apart.
func TestPoolsOneDownIsOneDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, a, b, wires := twoPools(t)
		wires[0].set(hang)
		go func() {
			token := mint(a, "access")
			wantCheck(t, "VerifyAccess(pool that hangs)", verify(t, p, "access", token), "keys", token)
		}()
		synctest.Wait()
		start := time.Now()
		token := mint(b, "access")
		wantCheck(t, "VerifyAccess(the other)", verify(t, p, "access", token), "", token)
		if d := time.Since(start); d != 0 {
			t.Errorf("the other pool's token waited %v, want 0", d)
		}
		time.Sleep(time.Minute)
	})
}

func TestE6_PoolsWarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, a, _, wires := twoPools(t)
		wires[0].slow(3 * time.Second)
		wires[1].set(unreachable)
		start := time.Now()
		p.Warm(t.Context())
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("Warm took %v, want the three seconds of the slower pool", d)
		}
		token := mint(a, "access")
		wantCheck(t, "VerifyAccess(warm)", verify(t, p, "access", token), "", token)
		wires[0].wantFetches(t, "after Warm", 1)
	})
}

func TestNewVerifier_Pools(t *testing.T) {
	good := cognito.Config{UserPoolID: poolID, ClientID: clientID}
	other := cognito.Config{UserPoolID: otherPoolID, ClientID: otherClientID}
	if _, err := cognito.NewVerifier(good, other); err != nil {
		t.Errorf("NewVerifier(two) = %v, want nil", err)
	}
	_, err := cognito.NewVerifier(good, cognito.Config{UserPoolID: "nonsense", ClientID: "c"}, cognito.Config{UserPoolID: poolID})
	for _, want := range []string{`"nonsense"`, "UserPoolID", "ClientID", poolID} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("NewVerifier(two bad ones) = %v, want it to say %s", err, want)
		}
	}
	_, err = cognito.NewVerifier(good, cognito.Config{UserPoolID: poolID, ClientID: otherClientID})
	var problem *cognito.ConfigError
	if !errors.As(err, &problem) || problem.Field != "UserPoolID" || !strings.Contains(err.Error(), "OtherClientIDs") {
		t.Errorf("NewVerifier(one pool twice) = %v, want a problem of UserPoolID that names OtherClientIDs", err)
	}
}
