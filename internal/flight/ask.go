package flight

import (
	"context"
	"fmt"
	"time"
)

// Ask calls code of the app, and does not trust it. It returns when ctx ends,
// even if the call goes on. A panic becomes an error that does not quote its
// value.
func Ask[V any](ctx context.Context, call func(context.Context) (V, error)) (V, error) {
	type answer struct {
		value V
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			if v := recover(); v != nil {
				a = answer{err: fmt.Errorf("panic: %T", v)}
			}
			answers <- a
		}()
		a.value, a.err = call(ctx)
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		var none V
		return none, context.Cause(ctx)
	}
}

// Finish calls code of the app, as [Ask] does. The call's own context does not
// end with ctx, but after the time limit.
func Finish(ctx context.Context, limit time.Duration, call func(context.Context) error) error {
	_, err := Ask(ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
		defer cancel()
		return struct{}{}, call(ctx)
	})
	return err
}
