package main

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type requestKey struct{}

// requestID names the request that ctx belongs to, in the log and on pages
// about problems.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// observed gives each request an id and a span, and logs it when it is done.
// Queries are left out: there are codes in them.
func observed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		id := rand.Text()[:16]
		ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := otel.Tracer("webapp").Start(context.WithValue(ctx, requestKey{}, id), r.Method, trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		w.Header().Set("X-Request-Id", id)
		watched := &watchedWriter{ResponseWriter: w, status: http.StatusOK}
		r = r.WithContext(ctx)
		h.ServeHTTP(watched, r)

		if r.Pattern != "" { // the route, which the mux has found
			span.SetName(r.Pattern)
		}
		span.SetAttributes(
			attribute.String("http.request.method", r.Method), attribute.String("http.route", r.Pattern),
			attribute.String("url.path", r.URL.Path), attribute.Int("http.response.status_code", watched.status))
		if watched.status >= 500 {
			span.SetStatus(codes.Error, http.StatusText(watched.status))
		}
		slog.InfoContext(ctx, "request", "method", r.Method, "path", r.URL.Path, "status", watched.status, "took", time.Since(begun).Round(time.Microsecond))
	})
}

// A watchedWriter knows which status was sent.
type watchedWriter struct {
	http.ResponseWriter
	status int
}

func (w *watchedWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// newLogHandler writes the log as text or json.
func newLogHandler(format string, out io.Writer) slog.Handler {
	if format == "json" {
		return requestHandler{slog.NewJSONHandler(out, nil)}
	}
	return requestHandler{slog.NewTextHandler(out, nil)}
}

// A requestHandler adds to each record which request it is about.
type requestHandler struct{ slog.Handler }

// Handle implements [slog.Handler].
func (h requestHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := requestID(ctx); id != "" {
		record.AddAttrs(slog.String("request_id", id))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()))
	}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs implements [slog.Handler].
func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler].
func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}

// startTraces sends traces where OTEL_EXPORTER_OTLP_ENDPOINT, or the variable
// for traces, says so. The other variables of OpenTelemetry count, too.
func startTraces(ctx context.Context) (stop func(), err error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return func() {}, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return func() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if err := provider.Shutdown(bounded); err != nil {
			slog.Warn("traces", "err", err)
		}
	}, nil
}
