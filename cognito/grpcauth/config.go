package grpcauth

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/isnil"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// Config configures [New].
type Config struct {
	// Verifier verifies the tokens. Required.
	Verifier cognito.TokenVerifier

	// Policies say which users may call which methods. A key is a full method
	// such as "/shop.Orders/Cancel", a service such as "/shop.Orders/", or "/"
	// for all methods. A call must satisfy every entry whose key fits it. A
	// method without an entry needs only a valid token.
	Policies map[string]cognito.Policy

	// Public are methods and services that may be called without a token, such
	// as "/grpc.health.v1.Health/". If a call has a token, the token must
	// still be valid. An entry of Public cannot have a policy.
	Public []string

	// MapUser finds the app's own record of each call's user: see
	// [cognito.Guard]. Nil means that no record is looked up. From ctx you can
	// read the call's metadata, and its method with
	// [google.golang.org/grpc.Method].
	MapUser func(ctx context.Context, id *cognito.Identity) error

	// Logger receives the reason for each refused call. Nil means
	// [slog.Default].
	Logger *slog.Logger

	// Observer is told of refusals. Nil means no observer.
	Observer *observe.Observer

	// Now is the clock for policies. Nil means [time.Now].
	Now func() time.Time
}

// validate reports every problem of c at once.
func (c Config) validate() error {
	errs := problems.New((&cognito.ConfigError{Package: "grpcauth"}).At)
	if isnil.Value(c.Verifier) {
		errs.Add("Verifier", "missing")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Policies)) {
		if name != "/" && !isMethod(name) {
			errs.Add("Policies", "%.80q is neither a method (/pkg.Service/Method), a service (/pkg.Service/) nor / for all", name)
		}
		if err := c.Policies[name].Err(); err != nil {
			errs.Add("Policies", "%s: %w", name, err)
		}
		for _, public := range c.Public {
			if covers(public, name) || covers(name, public) && name != "/" {
				errs.Add("Public", "%.80q has a policy: it can be one or the other", public)
			}
		}
	}
	for _, name := range c.Public {
		if !isMethod(name) {
			errs.Add("Public", "%.80q is neither a method (/pkg.Service/Method) nor a service (/pkg.Service/)", name)
		}
	}
	return errs.Err()
}

// isMethod recognizes a full method, and a service.
func isMethod(name string) bool {
	part := strings.Split(name, "/")
	return len(part) == 3 && part[0] == "" && part[1] != ""
}

// covers reports whether an entry is about a method, or a service.
func covers(entry, method string) bool {
	return entry == method || strings.HasSuffix(entry, "/") && strings.HasPrefix(method, entry)
}
