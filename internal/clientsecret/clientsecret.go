// Package clientsecret keeps an app client's secret, which may change while
// the program runs.
package clientsecret

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/pace"
)

// ErrUnavailable means that there is no secret yet, because the source failed.
var ErrUnavailable = errors.New("the client secret could not be read")

var errEmpty = errors.New("the source returned an empty secret")

const (
	// Refused secrets may cause this many asks at once, and one in every
	// askEach after that.
	askBurst = 3
	askEach  = 5 * time.Second
)

// A Keeper has the secret. It is safe for concurrent use.
type Keeper struct {
	ask     func(context.Context) (string, error) // nil for a fixed secret
	timeout time.Duration
	now     func() time.Time
	logger  *slog.Logger
	budget  pace.Budget // of asks

	mu       sync.Mutex // guards the rest; never held while the source is asked
	secret   string     // "" before the first answer
	err      error      // of the last ask
	inflight *flight.Flight
}

// Options are the settings of a Keeper, from the configuration of its pool.
type Options struct {
	Timeout time.Duration // of one ask
	Now     func() time.Time
	Logger  *slog.Logger
}

// New returns a Keeper of a fixed secret, which may be empty, or of the secret
// of a source. The source is asked when the secret is first needed.
func New[S ~string](fixed S, source func(context.Context) (S, error), o Options) *Keeper {
	k := &Keeper{secret: string(fixed), timeout: o.Timeout, now: o.Now, logger: o.Logger, budget: pace.Budget{Burst: askBurst, Each: askEach}}
	if source != nil {
		k.ask = func(ctx context.Context) (string, error) {
			s, err := source(ctx)
			return string(s), err
		}
	}
	return k
}

// Exists reports whether the app client has a secret.
func (k *Keeper) Exists() bool { return k.ask != nil || k.known() != "" }

// Scrub lists what no text may quote: the secret, if there is one.
func (k *Keeper) Scrub() string { return k.known() }

func (k *Keeper) known() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.secret
}

// Do makes a call with the secret. If the call's error is a refusal of the
// secret, the source is asked again. If it has another secret, the call is
// repeated once with that one. Cognito checks the secret first, so a refused
// call has spent no code and no token. The error wraps [ErrUnavailable] where
// there is no secret to call with.
func (k *Keeper) Do(ctx context.Context, call func(secret string) error, isRefused func(error) bool) error {
	secret, err := k.Get(ctx)
	if err != nil {
		return err
	}
	err = call(secret)
	if k.ask == nil || err == nil || !isRefused(err) {
		return err
	}
	next, changed := k.other(ctx, secret)
	if !changed {
		return err
	}
	return call(next)
}

// Get returns the secret, or "" for a public app client. It asks the source
// if that has not answered yet, and waits until ctx ends.
func (k *Keeper) Get(ctx context.Context) (string, error) {
	if secret := k.known(); secret != "" || k.ask == nil {
		return secret, nil
	}
	if err := k.renew(ctx); err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.secret == "" {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, k.err)
	}
	return k.secret, nil
}

// other returns the secret after one was refused, and whether it is another
// one. A caller that comes late finds what others have asked for.
func (k *Keeper) other(ctx context.Context, refused string) (string, bool) {
	if secret := k.known(); secret != refused {
		return secret, true
	}
	if k.renew(ctx) != nil {
		return refused, false
	}
	secret := k.known()
	return secret, secret != refused
}

// renew waits for the ask under way, or for one that it starts if the budget
// allows. The error is the cause of ctx's end.
func (k *Keeper) renew(ctx context.Context) error {
	k.mu.Lock()
	if k.inflight == nil {
		if !k.budget.Spend(k.now()) {
			k.mu.Unlock()
			return nil
		}
		detached := context.WithoutCancel(ctx)
		k.inflight = flight.Start(func() { k.settle(detached) })
	}
	wait := k.inflight
	k.mu.Unlock()
	return wait.Wait(ctx)
}

// settle asks the source once. An ask that fails keeps the secret there is.
func (k *Keeper) settle(ctx context.Context) {
	secret, err := k.asked(ctx)
	k.mu.Lock()
	k.inflight, k.err = nil, err
	was := k.secret
	if err == nil {
		k.secret = secret
	}
	k.mu.Unlock()
	switch { // a log may be slow: no lock is held
	case err != nil:
		k.logger.WarnContext(ctx, "cognito: the client secret could not be read", "op", "client_secret", "err", err, "kept", was != "")
	case was != "" && was != secret:
		k.logger.InfoContext(ctx, "cognito: the client secret has changed", "op", "client_secret")
	}
}

func (k *Keeper) asked(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	secret, err := flight.Ask(ctx, k.ask)
	if err == nil && secret == "" {
		err = errEmpty
	}
	return secret, err
}
