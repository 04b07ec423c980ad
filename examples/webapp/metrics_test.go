package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
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
	stop, err := startTelemetry(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if otel.GetMeterProvider() != before {
		t.Error("metrics are collected without a collector")
	}

	clearEnv(t, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", collector.URL+"/v1/metrics", "OTEL_EXPORTER_OTLP_COMPRESSION", "none")
	if stop, err = startTelemetry(context.Background(), ""); err != nil {
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
	if !strings.Contains(all.String(), "cognito.session.start.duration") {
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

// TestMetricsPage: Prometheus finds each metric under the name that the
// dashboard has.
func TestMetricsPage(t *testing.T) {
	before := otel.GetMeterProvider()
	defer otel.SetMeterProvider(before)
	clearEnv(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	_ = listener.Close()
	stop, err := startTelemetry(context.Background(), addr)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	s := open(t, optionCustom)
	s.visit().signIn("joe@example.com")
	res, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	dashboard, err := os.ReadFile("../../cognito/otelcognito/monitoring/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^# TYPE (cognito_\w+) `).FindAllStringSubmatch(string(page), -1)
	if len(names) < 5 || !strings.Contains(string(page), `cognito_authentication_sign_ins_total{`) || !strings.Contains(string(page), `cognito_sign_in_kind="own_forms"`) {
		t.Errorf("the page has %q, want a sign-in among others:\n%s", names, page)
	}
	for _, name := range names {
		if !strings.Contains(string(dashboard), name[1]) {
			t.Errorf("the dashboard does not show %s", name[1])
		}
	}
}
