// Package observe tells an app what the packages of this module do: sign-ins,
// calls to Cognito, verifications, refusals, sessions and their store. It is
// for metrics and traces. Package otelcognito exports all of it by
// OpenTelemetry; for another system, write an [Observer] of your own:
//
//	var refused atomic.Int64
//	pool.Observer = &observe.Observer{
//		Refusal: func(context.Context, observe.Refusal) { refused.Add(1) },
//	}
//	client, err := hostedui.New(hostedui.Config{Pool: pool, BaseURL: baseURL, SessionKeys: keys})
//
// One Observer in cognito.Config serves every package that takes this
// configuration. A nil Observer, and each nil function, costs nothing.
//
// No event has a token, a code, a secret, an e-mail address or a session id.
package observe
