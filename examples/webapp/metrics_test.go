package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
)

// TestMetrics: what sessions do is sent to a collector, when the app ends at
// the latest, and nowhere without one.
func TestMetrics(t *testing.T) {
	sent := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent <- r.URL.Path + " " + string(body)
	}))
	defer collector.Close()
	before := otel.GetMeterProvider()
	defer otel.SetMeterProvider(before)

	clearEnv(t)
	stop, err := startTelemetry(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if otel.GetMeterProvider() != before {
		t.Error("metrics are collected without a collector")
	}

	clearEnv(t, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", collector.URL+"/v1/metrics", "OTEL_EXPORTER_OTLP_COMPRESSION", "none")
	if stop, err = startTelemetry(context.Background()); err != nil {
		t.Fatal(err)
	}
	s := open(t, optionCustom)
	s.visit().signIn("joe@example.com")
	stop()
	close(sent)
	var all strings.Builder
	for request := range sent {
		if !strings.HasPrefix(request, "/v1/metrics ") {
			t.Errorf("the collector of metrics got %.20q", request)
		}
		all.WriteString(request)
	}
	if !strings.Contains(all.String(), "session.login.duration") {
		t.Errorf("the collector got %q, want a sign-in", all.String())
	}
}

// TestRedisURL: what is wrong with REDIS_URL is told without its password.
func TestRedisURL(t *testing.T) {
	for _, wrong := range []string{"redis://:s3cret@localhost:port", "http://:s3cret@localhost", "redis://:s3cret@localhost/one", "://s3cret"} {
		s := settings{login: optionCustom, redisURL: wrong}
		_, err := newApp(context.Background(), s)
		if err == nil || !strings.Contains(err.Error(), "REDIS_URL: ") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("newApp with REDIS_URL %s: %v, want an error that names the variable and no password", wrong, err)
		}
	}
}
