// Package tenancy finds and keeps tenants while a program runs. It limits how
// often invented tenants cause a call of the app's function.
package tenancy

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/internal/flight"
)

const (
	// pause is how long Resolve is not asked again for a key that it did not
	// know. The same pause holds for a tenant that is kept after a failure.
	pause = 10 * time.Second

	// maxUnknown bounds the keys that are remembered because they name no
	// tenant. It is more than can be found in a pause.
	maxUnknown = 4096

	// maxResolving bounds the calls of Resolve that run, and maxFlights those
	// that run or wait. Keys that were turned away before can use all of these
	// places. Other keys can use only maxResolvingNew and maxFlightsNew of
	// them.
	maxResolving    = 16
	maxResolvingNew = 12
	maxFlights      = 1000
	maxFlightsNew   = 64
)

var (
	// ErrNoTenant is what Resolve returns for a key that no tenant has, wrapped
	// or not. Package cognito exports it.
	ErrNoTenant = errors.New("there is no such tenant")

	// ErrUnknown means that Resolve does not know the key.
	ErrUnknown = errors.New("the key names no tenant")

	// ErrUnsigned means that the tenant is not kept, and that Resolve is not
	// asked for a token that cannot be a good one.
	ErrUnsigned = errors.New("the tenant is not kept, and the token is not signed")

	// ErrFailed means that Resolve failed. Its own error, which may quote a
	// token, is in the log.
	ErrFailed = errors.New("the tenant could not be resolved")

	errBusy = errors.New("too many tokens of unknown tenants: try again")
)

// A Config says how tenants are found. All fields are required.
type Config[T any] struct {
	// Resolve finds the tenant of a key. It may panic.
	Resolve func(ctx context.Context, key string) (T, error)

	// Timeout bounds a call of Resolve.
	Timeout time.Duration

	// Replace is called before a tenant that was resolved again takes the place
	// of the one that is kept.
	Replace func(kept, with T)

	// Drop is called when a tenant is no longer kept.
	Drop func(T)

	// Max is how many tenants are kept: the one that was not asked for the
	// longest time goes first.
	Max int

	// MaxAge is when a tenant that is kept is resolved again.
	MaxAge time.Duration

	Logger *slog.Logger
	Now    func() time.Time
}

// Kept are the tenants that are kept, a bounded number of them. Callers that
// need the same one share one call of Resolve, and each leaves when its own
// context ends. It is safe for concurrent use.
type Kept[T any] struct {
	cfg    Config[T]
	turns  chan struct{} // one in it for each call of Resolve under way
	firsts chan struct{} // the same for keys that were not turned away before

	mu       sync.Mutex // guards the rest; never held across Resolve
	tenants  map[string]*tenant[T]
	flights  map[string]*resolving[T]
	new      int    // flights of keys that were not turned away before
	uses     uint64 // counts, to tell what was used last
	unknown  unknown
	admitted admission
}

// A tenant is one that is kept.
type tenant[T any] struct {
	what     T
	resolved time.Time // when
	tried    time.Time // when the last try to resolve it again ended
	used     uint64
}

// A resolving is a call of Resolve under way, or waiting for its turn. Once it
// has ended what and err are there.
type resolving[T any] struct {
	flight *flight.Flight
	what   T
	err    error
	first  bool // the key was not turned away before
	void   bool // the tenant was forgotten in between
}

// New returns a Kept that keeps nothing yet.
func New[T any](cfg Config[T]) *Kept[T] {
	return &Kept[T]{
		cfg:      cfg,
		turns:    make(chan struct{}, maxResolving),
		firsts:   make(chan struct{}, maxResolvingNew),
		unknown:  unknown{most: maxUnknown, until: map[string]time.Time{}},
		admitted: newAdmission(),
		tenants:  map[string]*tenant[T]{},
		flights:  map[string]*resolving[T]{},
	}
}

// Forget drops what is kept of a tenant, and what a call of Resolve under way
// may bring: the next token resolves it again.
func (k *Kept[T]) Forget(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f := k.flights[key]; f != nil {
		f.void = true
		delete(k.flights, key)
	}
	k.unknown.forget(key)
	k.drop(key)
}

// drop is Forget for a tenant that is kept. k.mu is held.
func (k *Kept[T]) drop(key string) {
	if kept := k.tenants[key]; kept != nil {
		delete(k.tenants, key)
		k.cfg.Drop(kept.what)
	}
}

// Find returns the tenant that is kept, or waits until ctx ends for what
// Resolve brings. Resolve is not asked for a token that is not signed. The
// error is [ErrUnknown], [ErrUnsigned] or [ErrFailed]; any other one means that
// there was no time or no place to ask.
func (k *Kept[T]) Find(ctx context.Context, key string, signed bool) (T, error) {
	what, f, err := k.lookup(ctx, key, signed)
	if f == nil {
		return what, err
	}
	if err := f.flight.Wait(ctx); err != nil {
		return what, err
	}
	return f.what, f.err
}

// lookup returns the tenant, or the call to wait for, or why there is neither.
func (k *Kept[T]) lookup(ctx context.Context, key string, signed bool) (what T, _ *resolving[T], err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.cfg.Now()
	f := k.flights[key]
	if kept := k.tenants[key]; kept != nil {
		k.uses++
		kept.used = k.uses
		if f == nil && now.Sub(kept.resolved) >= k.cfg.MaxAge && now.Sub(kept.tried) >= pause {
			k.start(ctx, key, false)
		}
		return kept.what, nil, nil
	}
	switch {
	case !signed:
		return what, nil, ErrUnsigned
	case f != nil:
		return what, f, nil
	case k.unknown.has(key, now):
		return what, nil, ErrUnknown
	}
	f, err = k.enter(ctx, key, now)
	return what, f, err
}

// enter begins a call for a key that is not kept, if there is a place. k.mu is
// held.
func (k *Kept[T]) enter(ctx context.Context, key string, now time.Time) (*resolving[T], error) {
	lane := k.admitted.lane(key, now)
	full := len(k.flights) >= maxFlights || lane == 0 && k.new >= maxFlightsNew
	if full || !k.admitted.admit(lane, now) {
		k.admitted.turnAway(key)
		return nil, errBusy
	}
	return k.start(ctx, key, lane == 0), nil
}
