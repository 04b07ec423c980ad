package tenancy

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// start begins a call, detached from the request that caused it. k.mu is held.
func (k *Kept[T]) start(ctx context.Context, key string, first bool) *resolving[T] {
	f := &resolving[T]{first: first}
	k.flights[key] = f
	if first {
		k.new++
	}
	ctx = context.WithoutCancel(ctx)
	f.flight = flight.Start(func() {
		what, err := k.turn(ctx, key, first)
		k.settle(key, f, what, err)
	})
	return f
}

// turn waits for a turn and asks Resolve.
func (k *Kept[T]) turn(ctx context.Context, key string, first bool) (T, error) {
	if first {
		k.firsts <- struct{}{}
		defer func() { <-k.firsts }()
	}
	k.turns <- struct{}{}
	what, err := k.resolve(ctx, key)
	<-k.turns
	if err != nil && !errors.Is(err, ErrNoTenant) {
		k.cfg.Logger.WarnContext(ctx, "cognito: a tenant could not be resolved", "op", "tenant", "tenant", hosts.Clip(key), "err", err)
	}
	return what, err
}

func (k *Kept[T]) resolve(ctx context.Context, key string) (what T, err error) {
	defer func() { // no request's server would catch it here
		if v := recover(); v != nil {
			err = fmt.Errorf("panic in Resolve: %v", v)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, k.cfg.Timeout)
	defer cancel()
	return k.cfg.Resolve(ctx, key)
}

// settle ends a flight: it keeps what Resolve has brought, or remembers that
// there is no such tenant, or leaves what there was.
func (k *Kept[T]) settle(key string, f *resolving[T], what T, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f.first {
		k.new--
	}
	now := k.cfg.Now()
	kept := k.tenants[key]
	switch {
	case err == nil:
		f.what = what
	case errors.Is(err, ErrNoTenant):
		f.err = ErrUnknown
	default:
		f.err = ErrFailed
	}
	if f.void { // forgotten: those who waited get the answer, later ones do not
		return
	}
	delete(k.flights, key)
	switch {
	case err == nil:
		if kept != nil {
			k.cfg.Replace(kept.what, what)
		}
		k.drop(key)
		k.makeRoom()
		k.uses++
		k.tenants[key] = &tenant[T]{what: what, resolved: now, tried: now, used: k.uses}
	case errors.Is(err, ErrNoTenant):
		k.drop(key)
		k.unknown.add(key, now)
	case kept != nil:
		kept.tried = now
	}
}

// makeRoom drops the tenant that was used the longest time ago, if there are
// as many as may be. k.mu is held.
func (k *Kept[T]) makeRoom() {
	if len(k.tenants) < k.cfg.Max {
		return
	}
	var oldest string
	var first *tenant[T]
	for key, kept := range k.tenants {
		if first == nil || kept.used < first.used {
			oldest, first = key, kept
		}
	}
	k.drop(oldest)
}
