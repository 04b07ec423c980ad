// Package cognito verifies the tokens of an Amazon Cognito user pool and says
// who is behind a request. The other packages of the module build on it; an
// API that receives access tokens needs nothing else.
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
// A [Config] holds the facts; [ConfigFromEnv] reads them from the environment.
// The pool id and the domain determine every URL, so a service starts while
// Cognito is out of reach. The pool's keys are fetched when the first token
// comes, once for all requests that wait. Later fetches are rare. They happen
// in the background after half an hour, and when a token names an unknown key.
// Unknown keys cause three fetches at once and then one every ten seconds. If
// a fetch fails, the Verifier keeps the keys that it has.
//
// ID tokens and access tokens are different types with different calls.
// [Verifier.VerifyID] is for the app that signed the user in. Its options
// check the [Nonce] of the login, the nonce after a refresh
// ([Tokens.RefreshedNonce]) and the access token ([IssuedWith]).
// [Verifier.VerifyAccess] is for APIs. Both return typed claims, with
// [RegisteredClaims.Claims] for all the rest. The error is a [VerifyError]
// that names the [Check] that failed. A refresh helps only with [ErrExpired].
// [ErrKeysUnavailable] means that the token may be good: answer 503.
//
// A [Verifier] takes one user pool or several. [Tenants] finds pools while the
// program runs. [Config.TokenCache] remembers verified access tokens, which then
// cost a hash instead of a signature check.
//
// Claims become an [Identity], whether they came from a session, a token or a
// load balancer. The key of a user is Issuer and Subject together, never the
// e-mail address.
//
// These tokens are refused:
//
//   - tokens signed with anything but RS256 and a key of the pool
//   - tokens that bring their own key or a critical header
//   - tokens of other pools, app clients and resources
//   - an ID token in place of an access token, and the reverse
//   - claim names that differ in case or appear twice
//   - other spellings of a valid token
//   - tokens, headers and key sets beyond sane sizes
//
// No key fetch follows a redirect, and each has a deadline and a limit of its
// own. Tokens and secrets print, log and marshal as "[redacted]", and no error
// quotes a token.
//
// A verified token says what was true when it was issued. After a revocation
// or a global sign-out at Cognito it stays valid until it expires. If that
// matters, keep access tokens short-lived.
//
// # Policies
//
// A [Policy] says who may pass, in one language for tokens and sessions:
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
// [Satisfies] asks a database or an authorization service. If that returns an
// error, the request is refused with 503. [Policy.Check] asks a policy
// anywhere, and its [PolicyError] says what would help.
//
// # Guards
//
// [RequireToken] refuses requests without a valid access token, and users who
// do not satisfy the policies. Its answers follow RFC 6750. Behind it
// [FromContext] returns the user, as it does behind a session.
//
// A [Guard] does the same with more settings. Its [Authenticator] finds the
// user. [Bearer] reads the access token. Packages alb and apigateway read what
// AWS services in front of the app have added. Guard.MapUser maps users to the
// app's own records, and refuses with [Refuse]. A [Resource] describes the API
// to clients that do not know it, such as MCP clients. Refusals are JSON
// problems with a [RefusalCode]. Other frameworks get code and status from
// [CodeOf], and the challenge from [Guard.Challenges].
//
// # Other packages
//
// Package hostedui takes a Config too, signs users in with Cognito's Hosted UI
// (managed login) and protects the pages of a net/http app. Package session,
// which it uses, keeps them signed in. Package clientcredentials keeps the token
// with which a service calls others in its own name. Package cognitotest is a
// user pool in process, for tests and first runs: its Pool.Config is a Config.
package cognito
