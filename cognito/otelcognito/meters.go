package otelcognito

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// meters are the instruments.
type meters struct {
	challenges, signIns, strays, forbids, stale, ends                                            metric.Int64Counter
	signInTime, verifications, calls, keyFetches, starts, refreshes, rechecks, storeCalls, waits metric.Float64Histogram

	now func() time.Time

	mu      sync.Mutex           // guards fetched
	fetched map[string]time.Time // when keys were last fetched, by URL
}

// Boundaries of the histograms, in seconds.
var (
	callTimes   = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
	verifyTimes = []float64{0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.01, 0.1, 1, 10}
	signInTimes = []float64{1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600}
)

func newMeters(meter metric.Meter, now func() time.Time) (*meters, error) {
	m := &meters{now: now, fetched: map[string]time.Time{}}
	var errs []error
	counter := func(c *metric.Int64Counter, name, unit, description string) {
		var err error
		*c, err = meter.Int64Counter("cognito."+name, metric.WithUnit(unit), metric.WithDescription(description))
		errs = append(errs, err)
	}
	histogram := func(h *metric.Float64Histogram, name string, bounds []float64, description string) {
		var err error
		*h, err = meter.Float64Histogram("cognito."+name, metric.WithUnit("s"), metric.WithDescription(description), metric.WithExplicitBucketBoundaries(bounds...))
		errs = append(errs, err)
	}
	counter(&m.challenges, "authentication.challenges", "{sign_in}", "Sign-ins that visitors have begun.")
	counter(&m.signIns, "authentication.sign_ins", "{sign_in}", "Sign-ins that have ended.")
	histogram(&m.signInTime, "authentication.sign_in.duration", signInTimes, "The time from the beginning of a sign-in to its end.")
	counter(&m.strays, "authentication.strays", "{callback}", "Callbacks that belong to no pending sign-in.")
	histogram(&m.verifications, "authentication.authenticate.duration", verifyTimes, "Verifications of tokens.")
	counter(&m.forbids, "authentication.forbids", "{request}", "Requests that a guard has refused.")
	histogram(&m.calls, "client.call.duration", callTimes, "Calls to Cognito and STS.")
	histogram(&m.keyFetches, "keys.fetch.duration", callTimes, "Fetches of a user pool's signing keys.")
	histogram(&m.starts, "session.start.duration", callTimes, "Attempts to start a session.")
	histogram(&m.refreshes, "session.refresh.duration", callTimes, "Refreshes of sessions that this process carried out.")
	histogram(&m.rechecks, "session.recheck.duration", callTimes, "Questions to Cognito whether a session's access token is still honoured.")
	counter(&m.stale, "session.stale", "{request}", "Requests that were served without tokens while Cognito did not answer.")
	counter(&m.ends, "session.ends", "{session}", "Sessions that have ended before their time.")
	histogram(&m.storeCalls, "session.store.duration", callTimes, "Calls to the session store.")
	histogram(&m.waits, "session.lock.wait.duration", callTimes, "Waits for a lock.")
	_, err := meter.Float64ObservableGauge("cognito.keys.age", metric.WithUnit("s"),
		metric.WithDescription("The time since a user pool's signing keys were last fetched."),
		metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
			m.ages(o)
			return nil
		}))
	return m, errors.Join(append(errs, err)...)
}

// ages observes how old the keys of each place are.
func (m *meters) ages(o metric.Float64Observer) {
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	for url, at := range m.fetched {
		o.Observe(now.Sub(at).Seconds(), metric.WithAttributes(semconv.URLFull(url)))
	}
}

func record(ctx context.Context, h metric.Float64Histogram, took time.Duration, attributes []attribute.KeyValue) {
	h.Record(ctx, took.Seconds(), metric.WithAttributes(attributes...))
}

func count(ctx context.Context, c metric.Int64Counter, attributes []attribute.KeyValue) {
	c.Add(ctx, 1, metric.WithAttributes(attributes...))
}
