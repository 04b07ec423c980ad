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
// Five packages below this one have the types of such calls. Package fault has
// failures, and package trigger has Go functions that replace Lambda triggers.
// Package outbox has the messages that Cognito would send, and package
// federation has the identity providers that the pool plays. Package
// eventbridge sends the events of CloudTrail to an app.
//
// A call with an error among its results returns it. A call without one panics
// on a mistake in the test. Such mistakes are a wrong option, client or fault,
// or a user or app client that does not exist.
//
// # The pool
//
// [Pool.Config] returns all settings that an app needs. In memory its URLs are
// those of AWS, and its HTTPClient, [Pool.Client], answers them without a
// socket, also inside a testing/synctest bubble. [Pool.Start] serves the pool
// on a loopback address for a browser or another program. A Pool is also an
// [net/http.Handler] for a server of your own: [Pool.ServeAt] tells it the
// address, also when the port is chosen late.
//
// The test controls the clock ([Pool.Advance]) and the keys
// ([Pool.RotateKeys]). It reads the mail that Cognito would send
// ([Pool.Outbox], [Pool.LastCode]), and a log of all requests without their
// secrets ([Pool.Events]). [Pool.Fault] makes endpoints fail, or makes tokens
// wrong in ways that verification must notice. [trigger.Hooks] are Go functions,
// or URLs of functions in other programs, in place of Lambda triggers.
// [Pool.DeliverTrail] hands on the events that CloudTrail would record.
// [Pool.Snapshot] keeps a pool for another process, and a [Server] serves
// several at one address.
//
// # Testing a handler
//
// [Pool.SignedIn] goes through the whole flow: authorize, page, form, code,
// tokens. [Pool.SignIn] does so with a browser of [Pool.Browser], and returns
// the page or a [SignInError]. [Pool.SessionBrowser] gives a browser a session
// of the app without a sign-in, for tables of many cases. [Pool.AccessToken],
// [Pool.IDToken] and [Pool.Tokens] make tokens, [Pool.ClientToken] makes one for
// a program that calls in its own name, and [Pool.Sign] signs anything. These
// calls end what a test wants to end:
//
//	access tokens, by their time    Pool.ExpireAccessTokens
//	refresh tokens, by their time   Pool.ExpireRefreshTokens
//	one sign-in                     Pool.RevokeRefreshToken
//	all sign-ins of a user          Pool.SignOutUser
//	the browser's page session      Pool.EndPageSessions
//	a user                          Pool.DisableUser, Pool.DeleteUser
//	the keys                        Pool.RotateKeys
//	a client secret                 Pool.DeleteClientSecret
//
// On a Xeon server with two cores, a whole sign-in in memory (authorize, page,
// form, code, tokens) takes 2.3 ms. Most of that is for two signatures with
// RSA-2048. A new pool with its user takes 0.2 ms (BenchmarkSignIn and
// BenchmarkNewPool, November 2026). Keys are generated once per process, which
// takes longer. 200 parallel tests with a pool each take 3 s under the race
// detector.
//
// It is for tests and first runs. It keeps everything in memory and sends no
// mail. Its pages say that they belong to an emulator.
//
// # As on AWS
//
// Paths, parameters, redirects and error codes are Cognito's, with their quirks:
//
//   - Redirect URIs are compared letter for letter. A request without a
//     registered one ends on an error page.
//   - A wrong scope is invalid_request with error_description=invalid_scope, and
//     invalid_client has the status 400.
//   - A refresh brings a new refresh token only where rotation is on. They
//     rotate with a grace period, and keep the remaining lifetime.
//   - userInfo writes booleans as strings, and its challenge lacks the word
//     Bearer. /logout takes Cognito's own parameters. Discovery does not
//     mention PKCE.
//   - Codes live five minutes and work once. The page session always lasts one
//     hour. A revocation ends all tokens of a sign-in.
//   - ID and access tokens are signed with two RSA-2048 keys, whose kid is
//     standard base64. They have Cognito's claims and types, slashes written \/,
//     and the size of real ones.
//
// Users also sign in through the user-pool API (AWS JSON 1.1 at POST /). They
// use SRP, a password, a code by e-mail or text message, or what the hooks
// decide. It has every challenge of Cognito. A sign-in on the pages and one
// through the API share users, passwords, lock-out and refresh tokens.
// [AppClient.ExplicitAuthFlows], [WithFirstAuthFactors], [WithMFA] and
// [WithDeviceTracking] decide what is possible. The pool computes SRP in full
// (3,072 bits, some 15 ms for a sign-in). Session strings have the length of
// real ones, live for [AppClient.AuthSessionValidity] and work once.
// Administrators' operations need a signed request, but the pool does not check
// the signature.
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
// [Submit] fills them in. The pages are in English and German: lang chooses,
// and is remembered. The log has messages in Cognito's English.
//
// Users of Google, Facebook, Amazon, Apple, SAML and OIDC providers sign in
// through pages below /idp/. There the pool plays the provider
// ([federation.Provider]), and takes the browser there and back as a real one
// would. The users get names, groups, attributes and the identities claim as on
// AWS. No other service is called, and no password is needed.
//
// # The user-pool API
//
// POST / answers the user-pool API, for the same users. In memory it is at the
// host of AWS, and on a socket at [cognito.Config].Endpoint.
// docs/emulator-operations.md lists the operations. Those for administrators
// need a signature, and do not check it. They can change everything in a pool.
// On a [Server] they can also create and delete pools. A pool that
// CreateUserPool made has no app client and no domain yet. It refuses custom
// attributes that are not in its schema. If a parameter would change what a
// pool does, and the emulator cannot do that, the error names it. Other
// parameters, such as tags, are kept and returned. [Pool.Snapshot] keeps what
// the API changed.
//
// The SDK for Go needs only the endpoint:
//
//	cognitoidentityprovider.New(cognitoidentityprovider.Options{Region: "eu-west-1", BaseEndpoint: aws.String(pool.URL())})
//
// The overview of the program cmd/cognito-emulator has those of other
// languages.
//
// # What is not known of Cognito
//
// Cognito's documents leave some things open, and no public report was found.
// docs/emulator-unknowns.md lists them, with the choice made here. An app
// should not depend on that choice.
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
//   - the operations that docs/emulator-operations.md marks with no
//
// AWS allows a range of token lifetimes. The API holds app clients to it; an
// [AppClient] may have any lifetime. Only the rate limits on passwords and
// codes exist: [fault.TooManyRequests] plays the others.
//
// # Against a real pool
//
// The same tests can meet a pool on AWS. Use a pool that is only for tests,
// with its own app client. The callback URL of that client is that of the app
// under test; http is allowed for localhost only. Its settings come from the
// environment, which [cognito.ConfigFromEnv] reads: COGNITO_USER_POOL_ID,
// COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET if the client has one, and
// COGNITO_DOMAIN for sign-in on the pages. If none of them is set, it returns
// [cognito.ErrNotConfigured], and the tests use the emulator. The example
// RealPool has the helper.
//
// A user whose password is not a temporary one:
//
//	aws cognito-idp admin-create-user --user-pool-id $COGNITO_USER_POOL_ID \
//		--username jane --message-action SUPPRESS
//	aws cognito-idp admin-set-user-password --user-pool-id $COGNITO_USER_POOL_ID \
//		--username jane --password "$TEST_PASSWORD" --permanent
//
// Hosted pages are for people: their HTML changes without notice, so no test
// may fill in Cognito's forms. [Pool.SignIn] and [Submit] work only on the
// emulator. On a real pool a person signs in to the running app, or the API
// issues the tokens. For the API the client has to allow
// ALLOW_ADMIN_USER_PASSWORD_AUTH. A client with a secret needs SECRET_HASH
// among the parameters:
//
//	aws cognito-idp admin-initiate-auth --user-pool-id $COGNITO_USER_POOL_ID \
//		--client-id $COGNITO_CLIENT_ID --auth-flow ADMIN_USER_PASSWORD_AUTH \
//		--auth-parameters USERNAME=jane,PASSWORD="$TEST_PASSWORD" \
//		--query AuthenticationResult.AccessToken --output text
//
// Such a token has one scope, aws.cognito.signin.user.admin. That is not
// enough for userInfo, or for an API with scopes of its own.
//
// A real pool lacks these: the clock ([Pool.Advance]), the mail
// ([Pool.Outbox], [Pool.LastCode]), the log ([Pool.Events]), faults, hooks in
// Go, snapshots, and minted tokens ([Pool.AccessToken], [Pool.Sign]). Tests
// that need these skip on a real pool.
package cognitotest
