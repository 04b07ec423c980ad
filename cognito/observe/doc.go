// Package observe has events for metrics and traces. They tell an app about
// sign-ins, calls to Cognito, verifications, refusals, sessions and their
// store. Package otelcognito exports all events to OpenTelemetry. For another
// system, write your own [Observer]:
//
//	var refused atomic.Int64
//	pool.Observer = &observe.Observer{
//		Refusal: func(context.Context, observe.Refusal) { refused.Add(1) },
//	}
//	client, err := hostedui.New(hostedui.Config{Pool: pool, BaseURL: baseURL, SessionKeys: keys})
//
// Set one Observer in cognito.Config: every package that takes this
// configuration uses it. If the Observer or one of its functions is nil, that
// costs nothing.
//
// No event has a token, a code, a secret, an e-mail address or a session id in
// it.
package observe
