// Package cognitotest is an Amazon Cognito user pool that runs in process. It
// has the OAuth and OpenID Connect endpoints and the hosted pages (managed
// login) of a user-pool domain. A test signs users in through the real flow in
// milliseconds, without an AWS account, a container or a socket. You can also
// run an app with sign-in before you have a pool on AWS.
//
// # Start here
//
// This test has a pool, a user, a token for an API, a browser that is signed in
// to the app, and a fault:
//
//	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
//		CallbackURLs: []string{"https://app.example.com/auth/callback"},
//	}))
//	pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"})
//	token := pool.AccessToken("jane")
//
//	app := newApp(pool.Config()) // the handler under test
//	browser := pool.SignedIn(app, "https://app.example.com/account", "jane", "Correct-horse-1")
//	resp, err := browser.Get("https://app.example.com/settings")
//
//	pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable, Times: 2}) // the next two token requests
//
// Five packages below this one have types to use with a Pool. Package
// fault has failures, and package trigger has Go functions that replace Lambda
// triggers. Package outbox has the messages that Cognito would send. Package
// federation describes external identity providers, which the pool replaces.
// Package eventbridge sends the events of CloudTrail to an app.
//
// Some methods return an error. The other methods panic after a mistake in the
// test. Examples are a wrong option or fault, and a user or app client that
// does not exist.
//
// # The pool
//
// [Pool.Config] returns all settings that an app needs. In memory, its URLs are
// those of AWS. Its HTTPClient, [Pool.Client], answers requests to these URLs
// without a socket, also inside a testing/synctest bubble. [Pool.Start] serves
// the pool on a loopback address for a browser or another program. A Pool is
// also a [net/http.Handler] that your own server can use: tell the Pool its
// address with [Pool.ServeAt].
//
// Your test controls the clock ([Pool.Advance]) and the keys
// ([Pool.RotateKeys]). It can read the messages that Cognito would send
// ([Pool.Outbox], [Pool.LastCode]), and a log of all requests without their
// secrets ([Pool.Events]). [Pool.Fault] makes endpoints fail, or makes tokens
// that verification must refuse. [trigger.Hooks] replace Lambda triggers with
// Go functions, or with URLs of functions in other programs.
// [Pool.DeliverTrail] passes on the events that CloudTrail would record.
// [Pool.Snapshot] saves a pool for another process. A [Server] serves several
// pools at one address.
//
// # Testing a handler
//
// [Pool.SignedIn] goes through the whole flow: authorize, page, form, code,
// tokens. [Pool.SignIn] does so with a browser that [Pool.Browser] has made,
// and returns the page or a [SignInError]. [Pool.SessionBrowser] returns a
// browser with a session of the app, without a sign-in, for tests with many
// cases. [Pool.AccessToken], [Pool.IDToken] and [Pool.Tokens] make tokens of a
// user. [Pool.ClientToken] makes a token of an app client that acts for itself.
// [Pool.Sign] signs any text. These calls end tokens, sessions, users and keys:
//
//	access tokens, by expiry        Pool.ExpireAccessTokens
//	refresh tokens, by expiry       Pool.ExpireRefreshTokens
//	one sign-in                     Pool.RevokeRefreshToken
//	all sign-ins of a user          Pool.SignOutUser
//	the browser's page session      Pool.EndPageSessions
//	a user                          Pool.DisableUser, Pool.DeleteUser
//	the keys                        Pool.RotateKeys
//	a client secret                 Pool.DeleteClientSecret
//
// On a Xeon server with two cores, a whole sign-in in memory (authorize, page,
// form, code, tokens) takes 2.3 ms. Most of that time goes into two signatures
// with RSA-2048. A new pool with its user takes 0.2 ms (BenchmarkSignIn and
// BenchmarkNewPool, November 2026). Keys are generated once per process, which
// takes longer. 200 parallel tests, each with its own pool, take 3 s together
// under the race detector.
//
// The package is for tests and first runs. It keeps everything in memory and
// sends no mail. Its pages say that they belong to an emulator.
//
// # As on AWS
//
// Paths, parameters, redirects and error codes are Cognito's, with their quirks:
//
//   - Redirect URIs are compared character by character. A request whose
//     redirect URI is not registered ends on an error page.
//   - A wrong scope gets invalid_request with error_description=invalid_scope.
//     The error invalid_client has the status 400.
//   - A refresh returns a new refresh token only if rotation is on. The old
//     token is accepted during a grace period. The new token has the remaining
//     lifetime of the old one.
//   - userInfo writes booleans as strings, and its WWW-Authenticate header
//     lacks the word Bearer. /logout takes Cognito's own parameters. The
//     discovery document does not mention PKCE.
//   - Codes are valid for five minutes and work once. The session of the hosted
//     pages always lasts one hour. A revocation ends all tokens of a sign-in.
//   - ID and access tokens are signed with two RSA-2048 keys, whose kid is
//     standard base64. They have Cognito's claims and types, write a slash as
//     \/, and are as large as real tokens.
//
// Users also sign in through the user-pool API (AWS JSON 1.1 at POST /). They
// use SRP, a password, a code by e-mail or text message, or the challenges of
// your hooks. The API has every challenge of Cognito. A sign-in on the pages
// and one through the API share users, passwords, lock-out and refresh tokens.
// [AppClient.ExplicitAuthFlows], [WithFirstAuthFactors], [WithMFA] and
// [WithDeviceTracking] set which flows and challenges are allowed. The pool
// computes SRP in full (3,072 bits, some 15 ms for a sign-in). Session strings
// are as long as real ones, are valid for [AppClient.AuthSessionValidity] and
// work once. Operations for administrators need a signed request, but the pool
// does not check the signature.
//
// The forms of the pages have these fields, which a browser test may rely on:
//
//	/login                  username, password; or passkey, in place of the password
//	/signup                 email, password, required attributes by their names
//	/confirm                code
//	/resendcode             (none)
//	/forgotPassword         username
//	/confirmforgotPassword  code, password
//	/changePassword         password, required attributes by their names
//	/mfa                    code; or factor, to choose one; or resend
//	/mfa/register           likewise
//	/passkeys/add           credential, which the page's script fills in
//	/passkeys/verify        likewise
//	/idp/<provider>         action (consent, cancel, fail), user, id, email, email_verified, name, fail
//
// [Submit] fills them in. The pages are in English and German. The parameter
// lang selects the language, and a cookie remembers it. [Pool.Events] has
// Cognito's English messages.
//
// Users of Google, Facebook, Amazon, Apple, SAML and OIDC providers sign in
// through pages below /idp/. On these pages the pool acts as the provider
// ([federation.Provider]). It redirects the browser there and back as with a
// real provider. The users get names, groups, attributes and the identities
// claim as on AWS. No other service is called, and no password is needed.
//
// # The user-pool API
//
// POST / answers the user-pool API, for the same users. In memory it is at the
// host of AWS, and on a socket at [cognito.Config].Endpoint.
// docs/emulator-operations.md lists the operations. Operations for
// administrators need a signature, which is not checked. They can change
// everything in a pool. On a [Server] they can also create and delete pools. A
// pool made by CreateUserPool has no app client and no domain yet. It refuses
// custom attributes that are not in its schema. If a parameter would change
// what a pool does, and the emulator cannot do it, the call fails and the error
// names the parameter. Other parameters, such as tags, are stored and returned.
// [Pool.Snapshot] keeps what the API changed.
//
// The SDK for Go needs only the endpoint:
//
//	cognitoidentityprovider.New(cognitoidentityprovider.Options{Region: "eu-west-1", BaseEndpoint: aws.String(pool.URL())})
//
// For the SDKs of other languages, see the documentation of the program
// cmd/cognito-emulator.
//
// # What is not known of Cognito
//
// Some details are not in Cognito's documentation, nor in any public report
// that we found. docs/emulator-unknowns.md lists them, with the choice made
// here. An app should not depend on these choices.
//
// # Not here
//
// These parts of Cognito are missing:
//
//   - the implicit grant, and sign-out at SAML providers
//   - triggers other than those of [trigger.Hooks]
//   - preferred_username as a name to sign in with
//   - two users whose names differ only in case
//   - threat protection, and principal tags of identity pools
//   - the operations that docs/emulator-operations.md marks "no"
//
// AWS allows only a range of token lifetimes. The user-pool API refuses other
// lifetimes; an [AppClient] of a test may have any. The only rate limits are
// those on passwords and codes. For other limits use [fault.TooManyRequests].
//
// # Against a real pool
//
// The same tests can run against a pool on AWS. Use a pool that is only for
// tests, with its own app client. Register the callback URL of the app under
// test; http is allowed for localhost only. [cognito.ConfigFromEnv] reads the
// settings: COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET if
// the client has one, and COGNITO_DOMAIN for sign-in on the pages. If none of
// them is set, it returns [cognito.ErrNotConfigured], and the tests use the
// emulator. The example RealPool has the helper.
//
// These commands create a user whose password is not temporary:
//
//	aws cognito-idp admin-create-user --user-pool-id $COGNITO_USER_POOL_ID \
//		--username jane --message-action SUPPRESS
//	aws cognito-idp admin-set-user-password --user-pool-id $COGNITO_USER_POOL_ID \
//		--username jane --password "$TEST_PASSWORD" --permanent
//
// Hosted pages are for people. Their HTML changes without notice, so do not
// write tests that fill in Cognito's forms. [Pool.SignIn] and [Submit] work
// only on the emulator. On a real pool a person signs in to the running app, or
// you get tokens from the API. For that, the app client must allow
// ALLOW_ADMIN_USER_PASSWORD_AUTH. If the client has a secret, add SECRET_HASH
// to the parameters:
//
//	aws cognito-idp admin-initiate-auth --user-pool-id $COGNITO_USER_POOL_ID \
//		--client-id $COGNITO_CLIENT_ID --auth-flow ADMIN_USER_PASSWORD_AUTH \
//		--auth-parameters USERNAME=jane,PASSWORD="$TEST_PASSWORD" \
//		--query AuthenticationResult.AccessToken --output text
//
// Such a token has one scope, aws.cognito.signin.user.admin. That is not
// enough for userInfo, or for an API with scopes of its own.
//
// A real pool has no clock to move ([Pool.Advance]), no outbox ([Pool.Outbox],
// [Pool.LastCode]) and no log ([Pool.Events]). It has no faults, no hooks in
// Go, no snapshots, and no tokens without a sign-in ([Pool.AccessToken],
// [Pool.Sign]). On a real pool, skip the tests that need these.
package cognitotest
