// Package poolevents ends sessions and tokens when Cognito ends a user's access.
//
// When an administrator disables or deletes a user, signs the user out, or sets
// a new password, Cognito refuses the user's old tokens. But the tokens still
// verify until they expire, and sessions with these tokens go on. AWS reports
// such calls within minutes: CloudTrail records them, and EventBridge sends
// them as events, if the AWS account has a trail in CloudTrail. A [Handler]
// receives these events and ends the sessions and tokens that began before
// them:
//
//	events, err := poolevents.New(poolevents.Config{
//		Pool:          pool,
//		Authorization: []cognito.Secret{secret}, // EventBridge must send this value
//		Sessions:      []*session.Manager{client.Sessions()},
//		Tokens:        signOuts, // for APIs; see below
//	})
//	…
//	mux.Handle("/events/cognito", events)
//
// For events that come through a queue or a Lambda function, call
// [Handler.Handle] with the body of each message. docs/operations.md has the rule
// and the destination for EventBridge, for the CLI and the CDK.
//
// Events may come late, twice, and in any order: each ends only what began
// before it. The session Manager needs session.Options.Store or
// session.Options.SignOuts; otherwise its sessions cannot be ended.
//
// # Tokens of an API
//
// An API that verifies access tokens keeps no sessions. Instead it needs a list
// of users who were signed out: a [SignOuts]. [SignOuts.Verifier] makes a
// verifier that also checks this list:
//
//	signOuts, err := poolevents.NewSignOuts(poolevents.SignOutsConfig{Store: store})
//	…
//	mux.Handle("/api/", cognito.RequireToken(signOuts.Verifier(verifier), api))
//
// Guards, gRPC interceptors and Lambda authorizers accept such a verifier too.
// Each verification then reads the store once.
//
// # Without events
//
// If you cannot set up events at AWS, use session.Options.Recheck. It asks
// Cognito every few minutes whether it still accepts a session's tokens.
package poolevents
