package otelcognito

import (
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
)

// scope names this package to OpenTelemetry.
const scope = "github.com/seed75762126/cognito-go/cognito/otelcognito"

// Config configures [New]. If the app sets OpenTelemetry's global providers,
// use the zero value.
type Config struct {
	// MeterProvider receives the metrics. Nil means [otel.GetMeterProvider].
	MeterProvider metric.MeterProvider

	// TracerProvider receives the spans. Nil means [otel.GetTracerProvider].
	TracerProvider trace.TracerProvider

	// Now is the clock for the age of keys. Nil means [time.Now].
	Now func() time.Time
}

// New returns an Observer for cognito.Config. The error is a
// [cognito.ConfigError] if the MeterProvider refuses an instrument.
func New(cfg Config) (*observe.Observer, error) {
	if cfg.MeterProvider == nil {
		cfg.MeterProvider = otel.GetMeterProvider()
	}
	if cfg.TracerProvider == nil {
		cfg.TracerProvider = otel.GetTracerProvider()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	m, err := newMeters(cfg.MeterProvider.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL)), cfg.Now)
	if err != nil {
		return nil, &cognito.ConfigError{Package: "otelcognito", Field: "MeterProvider", Err: err}
	}
	e := &exporter{m, &tracer{cfg.TracerProvider.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL))}}
	return &observe.Observer{
		Begin:        e.begin,
		SignInBegun:  e.signInBegun,
		SignIn:       e.signIn,
		Stray:        e.stray,
		Call:         e.call,
		KeyFetch:     e.keyFetch,
		Verification: e.verification,
		Refusal:      e.refusal,
		SessionStart: e.sessionStart,
		Refresh:      e.refresh,
		Recheck:      e.recheck,
		Stale:        e.staleRequest,
		SessionEnd:   e.sessionEnd,
		StoreCall:    e.storeCall,
		LockWait:     e.lockWait,
	}, nil
}

// An exporter has a method for each function of an Observer.
type exporter struct {
	*meters
	*tracer
}
