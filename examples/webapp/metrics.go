package main

import (
	"context"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/sdk/metric"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/examples/internal/sessionmetrics"
)

// startTelemetry starts the traces and the metrics, each where the environment
// says where to.
func startTelemetry(ctx context.Context) (stop func(), err error) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { slog.Warn("telemetry", "err", err) }))
	stopTraces, err := startTraces(ctx)
	if err != nil {
		return nil, err
	}
	stopMetrics, err := startMetrics(ctx)
	if err != nil {
		stopTraces()
		return nil, err
	}
	return func() { stopTraces(); stopMetrics() }, nil
}

// startMetrics sends metrics where OTEL_EXPORTER_OTLP_ENDPOINT, or the
// variable for metrics alone, says so: once a minute, or as often as
// OTEL_METRIC_EXPORT_INTERVAL says, and when the app ends.
func startMetrics(ctx context.Context) (stop func(), err error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") == "" {
		return func() {}, nil
	}
	exporter, err := otlpmetrichttp.New(ctx)
	if err != nil {
		return nil, err
	}
	provider := metric.NewMeterProvider(metric.WithReader(metric.NewPeriodicReader(exporter)))
	otel.SetMeterProvider(provider)
	return func() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if err := provider.Shutdown(bounded); err != nil {
			slog.Warn("metrics", "err", err)
		}
	}, nil
}

// sessionMetrics are the durations of sign-ins, refreshes, lock waits and
// calls to the store. They cost next to nothing where no metrics are sent.
func sessionMetrics() (*observe.Observer, error) {
	return sessionmetrics.New(otel.Meter("github.com/seed75762126/cognito-go/cognito/session"))
}
