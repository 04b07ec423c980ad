package scsstore

import (
	"context"
	"errors"
	"fmt"
)

// errTimeout is the error of a call that took longer than Config.Timeout.
var errTimeout = errors.New("the store did not answer in time")

// call runs f until ctx ends, and for Timeout at most. What f returns later
// is dropped. Call waits for one of MaxCalls slots, and f keeps it until it
// returns: a store that hangs keeps that many goroutines and no more.
func call[T any](ctx context.Context, s *Store, op string, f func(context.Context) (T, error)) (T, error) {
	var zero T
	ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, errTimeout)
	defer cancel()
	if ctx.Err() != nil {
		return zero, wrap(op, context.Cause(ctx))
	}
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return zero, wrap(op, context.Cause(ctx))
	}
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-s.slots }()
		value, err := safely(ctx, f)
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return zero, wrap(op, r.err)
		}
		return r.value, nil
	case <-ctx.Done():
		return zero, wrap(op, context.Cause(ctx))
	}
}

// safely returns a panic of f as an error. On f's own goroutine a panic would
// end the program; on a request's goroutine the server would have caught it.
func safely[T any](ctx context.Context, f func(context.Context) (T, error)) (value T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the store panicked: %v", p)
		}
	}()
	return f(ctx)
}

func wrap(op string, err error) error { return fmt.Errorf("scsstore: %s: %w", op, err) }
