package otelcognito_test

import (
	"errors"
	"testing"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/seed75762126/cognito-go/cognito/otelcognito"
	"github.com/seed75762126/cognito-go/internal/problems/problemstest"
)

// refusing is a MeterProvider that has no counters.
type refusing struct{ noop.MeterProvider }

func (refusing) Meter(string, ...metric.MeterOption) metric.Meter { return noCounters{} }

type noCounters struct{ noop.Meter }

func (noCounters) Int64Counter(name string, _ ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	return noop.Int64Counter{}, errors.New(name + " is refused")
}

// TestE2_ConfigErrors: what a MeterProvider refuses is a ConfigError.
func TestE2_ConfigErrors(t *testing.T) {
	observer, err := otelcognito.New(otelcognito.Config{MeterProvider: refusing{}})
	if observer != nil {
		t.Error("New returned an Observer and an error")
	}
	problemstest.Check(t, "New", "otelcognito", err, "MeterProvider")
}
