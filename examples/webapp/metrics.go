package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
)

// startTelemetry starts the traces and the metrics if the environment says
// where to send them. It also starts the metrics page.
func startTelemetry(ctx context.Context, pageAddr string) (stop func(), err error) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { slog.Warn("telemetry", "err", err) }))
	stopTraces, err := startTraces(ctx)
	if err != nil {
		return nil, err
	}
	stopMetrics, err := startMetrics(ctx, pageAddr)
	if err != nil {
		stopTraces()
		return nil, err
	}
	return func() { stopTraces(); stopMetrics() }, nil
}

// startMetrics sends metrics if OTEL_EXPORTER_OTLP_ENDPOINT, or the variable
// for metrics, says so. It sends them once a minute, or as often as
// OTEL_METRIC_EXPORT_INTERVAL says, and when the app ends. For Prometheus it
// serves a page at an address of its own, unless that is empty: the metrics are
// not for visitors.
func startMetrics(ctx context.Context, pageAddr string) (stop func(), err error) {
	var readers []metric.Option
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") != "" {
		sender, err := otlpmetrichttp.New(ctx)
		if err != nil {
			return nil, err
		}
		readers = append(readers, metric.WithReader(metric.NewPeriodicReader(sender)))
	}
	var page *http.Server
	if pageAddr != "" {
		registry := prometheus.NewRegistry()
		reader, err := exporter.New(exporter.WithRegisterer(registry))
		if err != nil {
			return nil, err
		}
		readers = append(readers, metric.WithReader(reader))
		if page, err = servePage(pageAddr, promhttp.HandlerFor(registry, promhttp.HandlerOpts{})); err != nil {
			return nil, err
		}
	}
	if len(readers) == 0 {
		return func() {}, nil
	}
	provider := metric.NewMeterProvider(readers...)
	otel.SetMeterProvider(provider)
	return func() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if page != nil {
			_ = page.Close()
		}
		if err := provider.Shutdown(bounded); err != nil {
			slog.Warn("metrics", "err", err)
		}
	}, nil
}

// servePage serves /metrics at addr.
func servePage(addr string, metrics http.Handler) (*http.Server, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	page := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute}
	slog.Info("metrics", "url", "http://"+listener.Addr().String()+"/metrics")
	go func() {
		if err := page.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("metrics", "err", err)
		}
	}()
	return page, nil
}
