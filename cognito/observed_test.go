package cognito_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/observe"
)

// TestT4_KeptTokenIsRefusedAtOnce: what time has made of a token that is kept
// needs no second look at its signature.
func TestT4_KeptTokenIsRefusedAtOnce(t *testing.T) {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	token := pool.AccessToken("jane")
	cfg := pool.Config()
	cfg.TokenCache = 10
	var told []observe.Verification
	cfg.Observer = &observe.Observer{Verification: func(_ context.Context, e observe.Verification) { told = append(told, e) }}
	v, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	verify := func() error { _, err := v.VerifyAccess(t.Context(), token); return err }
	if err := errors.Join(verify(), verify()); err != nil {
		t.Fatal(err)
	}
	pool.Advance(25 * time.Hour)
	for range 2 { // it is kept no longer
		if err := verify(); !errors.Is(err, cognito.ErrExpired) {
			t.Errorf("VerifyAccess of an expired token = %v, want ErrExpired", err)
		}
	}
	for i, want := range []observe.Verification{{Cached: false}, {Cached: true}, {Cached: true, Check: "exp"}, {Cached: false, Check: "exp"}} {
		if i >= len(told) || told[i].Cached != want.Cached || told[i].Check != want.Check {
			t.Errorf("event %d of %+v, want Cached %v and the check %q", i, told, want.Cached, want.Check)
		}
	}
}

// TestUnknownKeyIsTold: a token whose kid no key has is told as such, and so is
// the fetch that it caused.
func TestUnknownKeyIsTold(t *testing.T) {
	pool := newPool(t)
	cfg := pool.Config()
	var told []string
	cfg.Observer = &observe.Observer{
		Verification: func(_ context.Context, e observe.Verification) { told = append(told, "check "+string(e.Check)) },
		KeyFetch: func(_ context.Context, e observe.KeyFetch) {
			told = append(told, fmt.Sprint("keys ", e.Keys, " ", e.Err))
		},
	}
	v, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	token := pool.AccessToken("jane")
	emergency.of(t, pool) // the token's key has gone
	var refused *cognito.VerifyError
	if _, err := v.VerifyAccess(t.Context(), token); !errors.As(err, &refused) || refused.Check != cognito.CheckKeyID {
		t.Errorf("VerifyAccess of a token with an unknown kid = %v, want the check kid", err)
	}
	if want := []string{"keys 2 <nil>", "check kid"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
