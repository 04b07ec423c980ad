// Package otelcognito exports the events of package observe as OpenTelemetry
// metrics and spans:
//
//	pool.Observer, err = otelcognito.New(otelcognito.Config{})
//	if err != nil {
//		log.Fatal(err)
//	}
//	client, err := hostedui.New(hostedui.Config{Pool: pool, BaseURL: baseURL, SessionKeys: keys})
//
// # Metrics
//
// Names follow ASP.NET Core's authentication metrics and the semantic
// conventions. Histograms are in seconds, and their count is the number of
// events. A failed event has the attribute error.type.
//
//	cognito.authentication.challenges             sign-ins begun: cognito.sign_in.kind, cognito.provider
//	cognito.authentication.sign_ins               sign-ins that ended: the same attributes, error.type
//	cognito.authentication.sign_in.duration       from begin to end, of those that succeeded
//	cognito.authentication.strays                 callbacks without a pending sign-in: cognito.stray.outcome
//	cognito.authentication.authenticate.duration  tokens verified: cognito.token.use, cognito.token.cached; error.type is the check
//	cognito.authentication.forbids                requests refused: cognito.guard, http.response.status_code; error.type is the code
//	cognito.client.call.duration                  calls to Cognito: cognito.service, cognito.operation, http.response.status_code
//	cognito.keys.fetch.duration                   fetches of signing keys
//	cognito.keys.age                              seconds since keys were last fetched, by url.full
//	cognito.session.start.duration                attempts to start a session
//	cognito.session.refresh.duration              refreshes of sessions
//	cognito.session.recheck.duration              questions to Cognito about a session's access token
//	cognito.session.stale                         requests served without tokens during an outage of Cognito
//	cognito.session.ends                          sessions that ended: cognito.session.end.cause
//	cognito.session.store.duration                calls to the store: cognito.store.operation
//	cognito.session.lock.wait.duration            waits for a lock
//
// Prometheus has the same names with underscores and the unit, such as
// cognito_session_refresh_duration_seconds. The folder monitoring has a
// dashboard for Grafana and alert rules for Prometheus with these names.
//
// # Spans
//
// Each call to Cognito, fetch of keys, refresh, store call and lock wait is a
// span. Sign-ins, strays, refusals, rechecks, requests served without tokens,
// and sessions that start or end are events of the request's span. A user
// appears as user.hash, and a session as cognito.session.handle: see
// observe.UserHash and observe.SessionHandle.
package otelcognito
