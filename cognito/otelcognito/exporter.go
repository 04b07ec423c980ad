package otelcognito

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// Attributes that the semantic conventions do not have.
const (
	signInKind     = attribute.Key("cognito.sign_in.kind")
	provider       = attribute.Key("cognito.provider")
	clientID       = attribute.Key("cognito.client_id")
	strayOutcome   = attribute.Key("cognito.stray.outcome")
	tokenUse       = attribute.Key("cognito.token.use")
	tokenCached    = attribute.Key("cognito.token.cached")
	guard          = attribute.Key("cognito.guard")
	service        = attribute.Key("cognito.service")
	operation      = attribute.Key("cognito.operation")
	storeOperation = attribute.Key("cognito.store.operation")
	endCause       = attribute.Key("cognito.session.end.cause")
	sessionHandle  = attribute.Key("cognito.session.handle")
)

// set adds an attribute, unless it is empty.
func set(list []attribute.KeyValue, key attribute.Key, value string) []attribute.KeyValue {
	if value == "" {
		return list
	}
	return append(list, key.String(value))
}

// person adds who is concerned, only to spans: metrics would grow with the
// users.
func person(list []attribute.KeyValue, userHash, handle string) []attribute.KeyValue {
	return set(set(list[:len(list):len(list)], semconv.UserHashKey, userHash), sessionHandle, handle)
}

func (e *exporter) signInBegun(ctx context.Context, b observe.SignInBegun) {
	attributes := set([]attribute.KeyValue{signInKind.String(string(b.Kind)), clientID.String(b.ClientID)}, provider, b.Provider)
	count(ctx, e.challenges, attributes)
	e.event(ctx, "cognito.sign_in.begun", attributes)
}

func (e *exporter) signIn(ctx context.Context, s observe.SignIn) {
	attributes := set([]attribute.KeyValue{signInKind.String(string(s.Kind)), clientID.String(s.ClientID)}, provider, s.Provider)
	if s.Code == "" && s.Took > 0 {
		record(ctx, e.signInTime, s.Took, attributes)
	}
	attributes = set(attributes, semconv.ErrorTypeKey, string(s.Code))
	count(ctx, e.signIns, attributes)
	e.event(ctx, "cognito.sign_in", person(attributes, s.UserHash, ""))
}

func (e *exporter) stray(ctx context.Context, s observe.Stray) {
	attributes := []attribute.KeyValue{strayOutcome.String(string(s.Outcome))}
	count(ctx, e.strays, attributes)
	e.event(ctx, "cognito.stray", attributes)
}

func (e *exporter) call(ctx context.Context, c observe.Call) {
	attributes := withStatus(set(nil, semconv.ErrorTypeKey, string(c.Code)), c.Status)
	e.end(ctx, attributes, c.Err != nil)
	record(ctx, e.calls, c.Took, append(attributes, service.String(string(c.Service)), operation.String(string(c.Operation))))
}

func (e *exporter) keyFetch(ctx context.Context, k observe.KeyFetch) {
	attributes := failure(k.Err)
	e.end(ctx, append(attributes[:len(attributes):len(attributes)], semconv.URLFull(k.URL)), k.Err != nil)
	record(ctx, e.keyFetches, k.Took, attributes)
	if k.Err == nil {
		e.mu.Lock()
		e.fetched[k.URL] = e.now()
		e.mu.Unlock()
	}
}

func (e *exporter) verification(ctx context.Context, v observe.Verification) {
	record(ctx, e.verifications, v.Took, set([]attribute.KeyValue{tokenUse.String(string(v.Use)), tokenCached.Bool(v.Cached)}, semconv.ErrorTypeKey, string(v.Check)))
}

func (e *exporter) refusal(ctx context.Context, r observe.Refusal) {
	attributes := withStatus([]attribute.KeyValue{guard.String(string(r.Guard)), semconv.ErrorTypeKey.String(string(r.Code))}, r.Status)
	count(ctx, e.forbids, attributes)
	e.event(ctx, "cognito.refusal", person(attributes, r.UserHash, ""))
}

func (e *exporter) sessionStart(ctx context.Context, s observe.SessionStart) {
	attributes := append(failure(s.Err), clientID.String(s.ClientID))
	record(ctx, e.starts, s.Took, attributes)
	e.event(ctx, "cognito.session.start", person(attributes, s.UserHash, s.Session))
}

func (e *exporter) refresh(ctx context.Context, r observe.Refresh) {
	attributes := failure(r.Err)
	e.end(ctx, person(attributes, r.UserHash, r.Session), r.Err != nil)
	record(ctx, e.refreshes, r.Took, attributes)
}

func (e *exporter) recheck(ctx context.Context, r observe.Recheck) {
	attributes := failure(r.Err)
	record(ctx, e.rechecks, r.Took, attributes)
	e.event(ctx, "cognito.session.recheck", person(attributes, r.UserHash, r.Session))
}

func (e *exporter) staleRequest(ctx context.Context, s observe.Stale) {
	count(ctx, e.stale, nil)
	e.event(ctx, "cognito.session.stale", person(nil, s.UserHash, s.Session))
}

func (e *exporter) sessionEnd(ctx context.Context, s observe.SessionEnd) {
	attributes := []attribute.KeyValue{endCause.String(string(s.Cause))}
	count(ctx, e.ends, attributes)
	e.event(ctx, "cognito.session.end", person(attributes, s.UserHash, s.Session))
}

func (e *exporter) storeCall(ctx context.Context, s observe.StoreCall) {
	attributes := failure(s.Err)
	e.end(ctx, attributes, s.Err != nil)
	record(ctx, e.storeCalls, s.Took, append(attributes, storeOperation.String(string(s.Op))))
}

func (e *exporter) lockWait(ctx context.Context, l observe.LockWait) {
	attributes := failure(l.Err)
	e.end(ctx, attributes, l.Err != nil)
	record(ctx, e.waits, l.Took, attributes)
}

func withStatus(list []attribute.KeyValue, status int) []attribute.KeyValue {
	if status == 0 {
		return list
	}
	return append(list[:len(list):len(list)], semconv.HTTPResponseStatusCode(status))
}

// failure is the attribute error.type of an error, one of a few words. It is
// empty for nil.
func failure(err error) []attribute.KeyValue {
	word := "_OTHER"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, session.ErrNoSession):
		word = "no_session"
	case errors.Is(err, session.ErrStore):
		word = "store_unavailable"
	case errors.Is(err, session.ErrRefresh):
		word = "refresh_unavailable"
	case errors.Is(err, session.ErrTooLarge):
		word = "too_large"
	case errors.Is(err, cognito.ErrInvalidGrant):
		word = "invalid_grant"
	case errors.Is(err, errors.ErrUnsupported):
		word = "unsupported"
	case errors.Is(err, context.Canceled):
		word = "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		word = "timeout"
	}
	return []attribute.KeyValue{semconv.ErrorTypeKey.String(word)}
}
