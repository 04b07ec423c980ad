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
// configuration uses it. A nil Observer costs nothing, and neither does a nil
// function in it.
//
// No event has a token, a code, a secret, an e-mail address or a session id in
// it.
package observe
