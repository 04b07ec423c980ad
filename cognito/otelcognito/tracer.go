package otelcognito

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/seed75762126/cognito-go/cognito/observe"
)

// A tracer makes the spans.
type tracer struct{ trace.Tracer }

// spanKey finds the span of an operation in its context.
type spanKey struct{}

// services are the names of the AWS APIs in traces.
var services = map[observe.Service]string{
	observe.UserPools:     "CognitoIdentityProvider",
	observe.IdentityPools: "CognitoIdentity",
	observe.STS:           "STS",
}

// begin starts the span of an operation.
func (t *tracer) begin(ctx context.Context, op observe.Operation) context.Context {
	kind, name, attributes := describe(op)
	ctx, span := t.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(attributes...))
	return context.WithValue(ctx, spanKey{}, span)
}

// describe names an operation as the semantic conventions do: of calls by HTTP,
// and of the AWS SDK.
func describe(op observe.Operation) (trace.SpanKind, string, []attribute.KeyValue) {
	name := string(op.Name)
	switch op.Service {
	case observe.OAuth:
		method := semconv.HTTPRequestMethodPost
		if op.Name == observe.OpUserInfo {
			method = semconv.HTTPRequestMethodGet
		}
		return trace.SpanKindClient, "oauth " + name, []attribute.KeyValue{method, operation.String(name)}
	case observe.JWKS:
		return trace.SpanKindClient, "GET jwks", []attribute.KeyValue{semconv.HTTPRequestMethodGet}
	case observe.Store:
		return trace.SpanKindClient, "session store " + name, []attribute.KeyValue{storeOperation.String(name)}
	}
	if api, ok := services[op.Service]; ok {
		return trace.SpanKindClient, api + "." + name,
			[]attribute.KeyValue{semconv.RPCSystemNameKey.String("aws-api"), semconv.RPCMethod(api + "/" + name)}
	}
	return trace.SpanKindInternal, string(op.Service) + " " + name, nil
}

// end ends the span of an operation. Only the kind of an error is told: the
// text is for the log.
func (t *tracer) end(ctx context.Context, attributes []attribute.KeyValue, failed bool) {
	span, ok := ctx.Value(spanKey{}).(trace.Span)
	if !ok {
		return
	}
	span.SetAttributes(attributes...)
	if failed {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// event adds an event to the span of the request.
func (t *tracer) event(ctx context.Context, name string, attributes []attribute.KeyValue) {
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		span.AddEvent(name, trace.WithAttributes(attributes...))
	}
}
