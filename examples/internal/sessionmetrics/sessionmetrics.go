// Package sessionmetrics exports what sessions do by OpenTelemetry. Copy it:
// the library itself depends on no metrics package.
package sessionmetrics

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// New returns an Observer that record durations, in seconds, with the meter:
//
//	session.login.duration
//	session.refresh.duration
//	session.lock_wait.duration
//	session.store_call.duration, by the attribute op
//
// Each has the attribute outcome: "ok", "ended", "unavailable", "too_large" or
// "failed". The number of records of a histogram is the number of events. The
// counter session.ended has the attribute cause, with the values that
// observe.SessionEnd names.
func New(meter metric.Meter) (*observe.Observer, error) {
	var errs []error
	histogram := func(name, description string) metric.Float64Histogram {
		h, err := meter.Float64Histogram("session."+name+".duration", metric.WithUnit("s"), metric.WithDescription(description),
			metric.WithExplicitBucketBoundaries(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10))
		errs = append(errs, err)
		return h
	}
	login := histogram("login", "Sessions that were started.")
	refresh := histogram("refresh", "Refreshes that this process carried out.")
	wait := histogram("lock_wait", "Waits for a lock.")
	store := histogram("store_call", "Calls to the session store.")
	ended, err := meter.Int64Counter("session.ended", metric.WithDescription("Sessions that have ended."))
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	record := func(h metric.Float64Histogram) func(context.Context, time.Duration, error) {
		return func(ctx context.Context, took time.Duration, err error) {
			h.Record(ctx, took.Seconds(), metric.WithAttributes(outcome(err)))
		}
	}
	return &observe.Observer{
		SessionStart: func(ctx context.Context, e observe.SessionStart) { record(login)(ctx, e.Took, e.Err) },
		Refresh:      func(ctx context.Context, e observe.Refresh) { record(refresh)(ctx, e.Took, e.Err) },
		LockWait:     func(ctx context.Context, e observe.LockWait) { record(wait)(ctx, e.Took, e.Err) },
		SessionEnd: func(ctx context.Context, e observe.SessionEnd) {
			ended.Add(ctx, 1, metric.WithAttributes(attribute.String("cause", e.Cause)))
		},
		StoreCall: func(ctx context.Context, e observe.StoreCall) {
			store.Record(ctx, e.Took.Seconds(), metric.WithAttributes(outcome(e.Err), attribute.String("op", e.Op)))
		},
	}, nil
}

// outcome tells errors apart by what to do about them.
func outcome(err error) attribute.KeyValue {
	value := "failed"
	switch {
	case err == nil:
		value = "ok"
	case errors.Is(err, session.ErrNoSession):
		value = "ended"
	case errors.Is(err, session.ErrRefresh), errors.Is(err, session.ErrStore):
		value = "unavailable"
	case errors.Is(err, session.ErrTooLarge):
		value = "too_large"
	}
	return attribute.String("outcome", value)
}
