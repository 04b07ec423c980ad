package grpcauth_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/grpcauth"
	"github.com/seed75762126/cognito-go/cognito/observe"
)

// TestObserver: each refused call is told, with the code that it was answered
// with.
func TestObserver(t *testing.T) {
	var told []string
	var fail error
	r := newRig(t, func(c *grpcauth.Config) {
		c.MapUser = func(context.Context, *cognito.Identity) error { return fail }
		c.Policies = map[string]cognito.Policy{"/": cognito.AnyGroup("staff")}
		c.Observer = &observe.Observer{Refusal: func(_ context.Context, e observe.Refusal) {
			told = append(told, fmt.Sprint(e.Guard, " ", e.Code, " ", e.UserHash != ""))
		}}
	})
	good := "Bearer " + string(r.pool.AccessToken("jane"))
	_, _ = r.call(t)
	_, _ = r.call(t, "Bearer x")
	_, _ = r.call(t, good)
	for _, fail = range []error{cognito.Refuse("closed"), errors.New("broken"), cognito.ErrNoCredentials} {
		_, _ = r.call(t, good)
	}
	want := []string{
		"grpc credentials_required false", "grpc invalid_token false", "grpc forbidden true",
		"grpc refused true", "grpc guard_error true", "grpc guard_error true",
	}
	var twice []string // a call is made in both ways: unary and as a stream
	for _, line := range want {
		twice = append(twice, line, line)
	}
	if !slices.Equal(told, twice) {
		t.Errorf("told %q, want %q", told, twice)
	}
}
