package flight

import (
	"context"
	"sync"
)

// A Group joins calls by key: those that come while one with the same key is
// under way get its result. The zero value is ready for use.
type Group[K comparable, V any] struct {
	mu    sync.Mutex // guards calls; never held across a call
	calls map[K]*joined[V]
}

// joined is one call and, once it has landed, its result.
type joined[V any] struct {
	flight *Flight
	result V
}

// Do returns the result of the call under way for key, or of call, which it
// then starts. The error is the cause of ctx's end, which ends only the wait:
// call has to bound itself.
func (g *Group[K, V]) Do(ctx context.Context, key K, call func() V) (V, error) {
	j := g.join(key, call)
	if err := j.flight.Wait(ctx); err != nil {
		var none V
		return none, err
	}
	return j.result, nil
}

func (g *Group[K, V]) join(key K, call func() V) *joined[V] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if j := g.calls[key]; j != nil {
		return j
	}
	if g.calls == nil {
		g.calls = map[K]*joined[V]{}
	}
	j := &joined[V]{}
	g.calls[key] = j
	j.flight = Start(func() {
		defer g.leave(key)
		j.result = call()
	})
	return j
}

func (g *Group[K, V]) leave(key K) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.calls, key)
}
