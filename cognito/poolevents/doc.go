// Package poolevents ends sessions and tokens when Cognito ends a user's access.
//
// An administrator disables or deletes a user, signs them out, or gives them a
// new password. Cognito refuses the user from then on. But the user's tokens
// still verify until they end, and sessions with these tokens go on. AWS
// reports such calls within minutes: CloudTrail records them, and EventBridge
// passes them on. A [Handler] takes these events and ends what began before
// them:
//
//	events, err := poolevents.New(poolevents.Config{
//		Pool:          pool,
//		Authorization: []cognito.Secret{secret}, // what EventBridge has to send
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
// Events may come late, twice, and in any order: each ends only what began before
// it. The Manager needs a Store or SignOuts, or its sessions cannot be ended.
//
// # Tokens of an API
//
// An API that verifies access tokens keeps no sessions. A [SignOuts] is its list of
// users who were signed out. [SignOuts.Verifier] lets the API's verifier look
// at it:
//
//	signOuts, err := poolevents.NewSignOuts(poolevents.SignOutsConfig{Store: store})
//	…
//	mux.Handle("/api/", cognito.RequireToken(signOuts.Verifier(verifier), api))
//
// Guards, gRPC interceptors and Lambda authorizers take such a verifier too. Each
// token then costs one read of the store.
//
// # Without events
//
// session.Options.Recheck needs no set-up at AWS. It asks Cognito every few
// minutes whether a session's tokens are still honoured.
package poolevents
