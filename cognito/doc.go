// Package cognito verifies the tokens of an Amazon Cognito user pool and
// tells a handler which user made a request. The other packages of the module
// use it. An API that only receives access tokens needs no other package.
//
//	verifier, err := cognito.NewVerifier(cognito.Config{
//		UserPoolID: "eu-west-1_aB3dE5gH7",
//		ClientID:   "7exampleclientid0a1b2c3d",
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	…
//	mux.Handle("GET /orders", cognito.RequireToken(verifier, listOrders, cognito.AllScopes("orders/read")))
//
// This page has three chapters: verification, policies and guards.
//
// # Verification
//
// A [Config] describes the user pool; [ConfigFromEnv] reads one from the
// environment. All URLs are computed from the pool id and the domain, so a
// service can start while Cognito cannot be reached. The pool's keys are
// fetched when the first token comes, once for all requests that wait. They
// are fetched again in the background after half an hour, and when a token
// names an unknown key. Unknown keys cause at most three fetches without a
// pause, and then one every ten seconds. If a fetch fails, the Verifier keeps
// the keys that it has.
//
// ID tokens and access tokens are different types with different calls.
// [Verifier.VerifyID] is for the app that signed the user in. Its options check
// the [Nonce] of the login, the nonce after a refresh ([Tokens.RefreshedNonce])
// and the access token ([IssuedWith]). [Verifier.VerifyAccess] is for APIs.
// Both return typed claims; [RegisteredClaims.Claims] decodes all others. The
// error is a [VerifyError] that names the [Check] that failed. A refresh helps
// only after [ErrExpired]. After [ErrKeysUnavailable] the token may be good:
// answer 503.
//
// A [Verifier] takes one user pool or several. [Tenants] is for pools that are
// not known when the program starts. [Config.TokenCache] remembers verified
// access tokens, which then cost a hash instead of a signature check.
//
// An [Identity] describes the user. It is the same type behind a session, a
// token and a load balancer. Issuer and Subject together identify a user. Never
// use the e-mail address for that.
//
// These tokens are refused:
//
//   - tokens signed with anything but RS256 and a key of the pool
//   - tokens with a key, or the member crit, in their header
//   - tokens of other pools, app clients and resources
//   - an ID token in place of an access token, and the reverse
//   - claim names that differ in case or appear twice
//   - valid tokens in another form, such as with padding or white space
//   - tokens, headers and key sets that are too large
//
// A key fetch never follows a redirect. It has a deadline and a limit on the
// size of the answer. Tokens and secrets print, log and marshal as
// "[redacted]", and no error contains a token.
//
// A verified token says what was true when Cognito issued it. It stays valid
// until it expires, even after a revocation or a global sign-out at Cognito.
// If that matters, give access tokens a short lifetime, or use package
// poolevents.
//
// # Policies
//
// A [Policy] says which users may pass. The same policies work for tokens and
// sessions:
//
//	groups       AnyGroup, AllGroups
//	scopes       AnyScope, AllScopes
//	app clients  FromClient
//	resources    ForResource
//	kind         UserOnly, MachineOnly
//	sign-in      SignedInWithin
//	your own     Satisfies
//	together     And, Or, Not
//
// A policy without conditions refuses every user: see [Policy.Err].
// [Satisfies] asks a database or an authorization service. If that fails, the
// request is refused with 503. [Policy.Check] checks a policy outside of a
// guard. If the policy refuses the user, the [PolicyError] says why, and
// whether a new sign-in or another token helps.
//
// # Guards
//
// [RequireToken] refuses requests without a valid access token, and users who
// do not satisfy the policies. Its answers follow RFC 6750. Behind it
// [FromContext] returns the user, as it does behind a session.
//
// A [Guard] does the same with more settings. Its [Authenticator] finds the
// user. There are three Authenticators. [Bearer] reads the access token. Those
// of packages alb and apigateway read what an AWS service in front of the app
// has added. Guard.MapUser finds the app's own record of the user; it can
// return a [Refuse] to refuse the user. A [Resource] publishes a description of
// the API for clients that do not know it, such as MCP clients. Refusals are
// JSON problems with a [RefusalCode]. Other frameworks get code and status from
// [CodeOf], and the challenge from [Guard.Challenges].
//
// # Other packages
//
// Package hostedui signs users in with Cognito's Hosted UI (managed login) and
// protects the pages of a net/http app. It uses package session, which keeps
// users signed in. Package clientcredentials gets and keeps the token with
// which a service calls other services in its own name. Package cognitotest is
// a user pool inside your process, for tests and first runs: its Pool.Config
// returns a Config.
package cognito
