// Package cognitotest is an Amazon Cognito user pool that runs in process:
// the OAuth and OpenID Connect endpoints and the hosted pages (managed login)
// of a user-pool domain. A test signs users in through the real flow in
// milliseconds, without an AWS account, a container or a socket; a first run
// of an app has a sign-in page before there is a pool on AWS.
//
//	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
//		CallbackURLs: []string{"https://app.example.com/auth/callback"},
//	}))
//	pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"})
//	app := newApp(pool.Config()) // the handler under test
//
//	browser := pool.Browser(app, "https://app.example.com")
//	resp, err := pool.SignIn(browser, "https://app.example.com/account", "jane", "Correct-horse-1")
//
// [Pool.Config] is all that an app needs to know. In memory its URLs are
// those of AWS, and its HTTPClient, [Pool.Client], answers them without a
// socket, also inside a testing/synctest bubble. [Pool.Start] serves the pool
// on a loopback address for a browser or another program. A test of an API
// that takes tokens needs no sign-in: [Pool.AccessToken] and [Pool.IDToken]
// mint them, and [Pool.Sign] signs anything.
//
// The test has the clock ([Pool.Advance]), the mail that Cognito would send
// ([Pool.Outbox], [Pool.LastCode]), the keys ([Pool.RotateKeys]), and a log
// of all requests without their secrets ([Pool.Events]).
//
// It is for tests and first runs. Everything is kept in memory, nothing is
// sent, and the pages say that they are an emulator's.
//
// # As on AWS
//
// Paths, parameters, redirects, error codes and their quirks: exact redirect
// URIs, an error page for requests that name no trusted one, scope errors as
// invalid_request with error_description=invalid_scope, invalid_client as
// 400, no refresh token from a refresh unless rotation is on, strings for
// booleans and no Bearer word at userInfo, a /logout of Cognito's own kind,
// and a discovery document that does not mention PKCE. Codes live five
// minutes and serve once; the page session is one hour, fixed. ID and access
// tokens are signed with two RSA-2048 keys, whose kid is standard base64,
// have Cognito's claims and types, slashes written \/, and the size of real
// ones. Refresh tokens rotate with grace and keep the remaining lifetime;
// revocation ends everything that came of a sign-in.
//
// The forms of the pages have these fields, which a browser test may rely on:
//
//	/login                  username, password
//	/signup                 email, password
//	/confirm                code
//	/resendcode             (none)
//	/forgotPassword         username
//	/confirmforgotPassword  code, password
//
// # What is not known of Cognito
//
// Its documents leave these open, and no public report was found. An app
// should not depend on the branch chosen here.
//
//	question                                        here
//	a refreshed ID token: nonce, at_hash            no nonce; at_hash of the new access token
//	a refreshed ID token: auth_time                 that of the sign-in
//	reuse of a rotated-out refresh token            invalid_grant; the family lives on
//	reuse within the grace period                   another successor each time
//	PKCE mismatch, missing or needless verifier     invalid_grant
//	missing redirect_uri in the token request       invalid_grant, if authorize had one
//	a failed redemption of a code                   uses it up, unless the client was refused or is another one
//	replay of a code                                invalid_grant; revokes no token
//	unknown client_id at the token endpoint         400 invalid_client without description
//	missing client_id at the token endpoint         400 invalid_request
//	secret or Basic header from a public client     400 invalid_client, invalid_client_secret
//	client_secret in the body of a revocation       accepted
//	revocation by another client                    200, nothing happens
//	a body that is no form; one above 64 KiB        400; 413
//	error for email, phone, profile without openid  as for a scope that is not enabled
//	openid with the admin or custom scopes only     all attributes, as openid alone
//	error redirects                                 carry state; no description but invalid_scope
//	unknown prompt, or none with another            invalid_request
//	response_type other than code and token         invalid_request
//	response_type=token, never enabled here         unauthorized_client, in the fragment
//	bad resource; unknown identity_provider         invalid_request
//	a parameter given twice                         invalid_request; the error page for client_id and redirect_uri
//	state with \, ^ or a stray %                    400 page, before anything else is checked
//	max_age, claims, request, other unknown ones    ignored
//	/login while the page session lives             shows the form
//	unregistered logout_uri                         /error?error=redirect_mismatch; the session ends
//	userInfo: token without openid; POST            401 invalid_token; 405
//	body of a userInfo refusal                      JSON error and error_description
//	discovery and keys of an unknown pool           400
//	CORS preflight                                  204 for token, revoke and userInfo
//	sign-in of an unconfirmed user                  /confirm after the right password, "Incorrect …" after a wrong one
//	sign-up on the pages                            by e-mail; the username is the sub
//	status of a form shown again with a message     200
//	a form without its CSRF token                   403
//	lock-out for names that are no user's           the same as for users
//	length of codes                                 six digits
//
// # Not here
//
// Federation (external identity providers), MFA, passkeys, forced new
// passwords, the implicit grant, client_credentials, triggers, the JSON API
// of user pools, several languages. The range of token lifetimes that AWS
// allows is not enforced, nor are rate limits but those on passwords and
// codes.
package cognitotest
