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
// [RequireToken] answers requests without a valid access token, and those of
// users who do not satisfy the policies, as RFC 6750 has it. Behind it
// [FromContext] is the user, as it is behind a session. A [Guard] does the same
// with more settings, such as a hook that maps users to the app's own records,
// and takes other sources than a bearer token: packages alb and apigateway have
// what AWS services in front of the app say. The key of a user is Issuer and
// Subject together, never the e-mail address.
//
// A [Policy] says who may pass, in one language for tokens and sessions:
// groups, scopes, app clients, users or machines, a recent sign-in, a function
// of the app's own, and [And], [Or] and [Not] of these.
//
// A service that calls others in its own name gets its tokens from
// [ClientCredentials].
//
// # The flow
//
// A [Config] holds the facts; [ConfigFromEnv] reads them from the environment.
// The pool id and the domain determine every URL, so nothing is fetched before
// the first token comes, and a service starts while Cognito is out of reach.
// The pool's keys are then fetched once, however many requests wait for them,
// kept, and fetched anew when a token names an unknown one (every ten seconds
// at most) or, in the background, after half an hour. A fetch that fails leaves
// the keys there are; while there are none, each second may bring a new try.
//
// ID tokens and access tokens are different types with different calls.
// [Verifier.VerifyID] is for the app that signed the user in, and takes the
// nonce and the access token of that login as options. [Verifier.VerifyAccess]
// is for APIs. Both return typed claims with [RegisteredClaims.Claims] for all
// the rest, or a [VerifyError] that names the check which refused the token.
// [ErrExpired] is the one refusal that a refresh can cure.
//
// [Pools] has the same calls for several user pools, and [Tenants] for pools
// that are found while the program runs. [Config.TokenCache] remembers verified
// access tokens: one that comes again costs a hash instead of a signature check.
//
// # What it defends against
//
// Tokens signed with anything but RS256 and a key of the pool, keys and
// critical headers that a token brings along, tokens of other pools, other app
// clients and other resources, an ID token in place of an access token and the
// reverse, claim names that differ in case or appear twice, several spellings
// of one token, and tokens, headers and key sets beyond sane sizes. Forged
// tokens cause no more than one key fetch in ten seconds. No key fetch follows
// a redirect, and each has a deadline and a limit of its own.
//
// Tokens and secrets are types that print, log and marshal as [Redacted], and
// no error quotes a token. A [Policy] without conditions lets nobody pass.
//
// A verified token says what was true when it was issued: Cognito's revocation
// and global sign-out do not show in it before it expires. Keep access tokens
// short-lived where that matters.
//
// # When to use something else
//
// Package hostedui takes a Config too, signs users in with Cognito's Hosted UI
// (managed login) and protects the pages of a net/http app. Package session,
// which it uses, keeps them signed in. Package cognitotest is a user pool in
// process, for tests and first runs: its Pool.Config is a Config.
package cognito
