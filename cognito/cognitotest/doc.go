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
// of all requests without their secrets ([Pool.Events], [Pool.CountEvents]).
// [Pool.Fault] has endpoints fail in the ways that endpoints fail, and tokens
// be wrong in the ways that verification has to notice. [trigger.Hooks] are Go
// functions in place of Lambda triggers. [Pool.Snapshot] keeps a pool for
// another process, and a [Server] serves several at one address.
//
// # Testing a handler
//
// One line signs in to the app under test, through the real flow:
//
//	browser := pool.SignedIn(app, "https://app.example.com/account", "jane", "Correct-horse-1")
//
// Minted tokens spare the sign-in: [Pool.AccessToken], [Pool.IDToken],
// [Pool.Tokens], and [Pool.ClientToken] for programs that sign in as
// themselves. What a test wants gone, these end:
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
// A whole sign-in in memory (authorize, page, form, code, tokens) takes the
// pool 2.3 ms on a Xeon server with two cores, most of it for the two
// signatures with RSA-2048, and a new pool with its user takes 0.2 ms
// (BenchmarkSignIn and BenchmarkNewPool, November 2026). Keys are generated
// once per process, which takes longer than all of that. 200 parallel tests
// with a pool each take 3 s under the race detector.
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
// Through the user-pool API (AWS JSON 1.1 at POST /) users sign in with SRP,
// with the password, with a code by e-mail or text message, or as the hooks
// decide; every challenge is there but WEB_AUTHN. A sign-in on the pages and
// one through the API share users, passwords, lock-out and refresh tokens.
// [AppClient.ExplicitAuthFlows], [WithFirstAuthFactors], [WithMFA] and
// [WithDeviceTracking] decide what is possible. The pool checks SRP in earnest
// (3,072 bits, some 15 ms for a sign-in). Session strings have the length of
// real ones, live for [AppClient.AuthSessionValidity] and serve once.
// Administrators' operations want a request that is signed, but the signature
// itself is not checked.
//
// The forms of the pages have these fields, which a browser test may rely on:
//
//	/login                  username, password
//	/signup                 email, password, required attributes by their names
//	/confirm                code
//	/resendcode             (none)
//	/forgotPassword         username
//	/confirmforgotPassword  code, password
//	/changePassword         password, required attributes by their names
//	/mfa                    code; or factor, to choose one; or resend
//	/mfa/register           likewise
//	/idp/<provider>         action (consent, cancel, fail), user, id, email, email_verified, name, fail
//
// [Submit] fills them in. The pages are in English and German: lang chooses,
// and is remembered. The log has messages in Cognito's English.
//
// Users of Google, Facebook, Amazon, Apple, SAML and OIDC providers sign in
// through pages below /idp/ on which the pool plays the provider ([federation.Provider]):
// it takes the browser there and back as a real one would, and the users get
// names, groups, attributes and the identities claim as on AWS. Nobody else is
// asked, and no password is.
//
// # The user-pool API
//
// POST / answers the user-pool API on the same users, in memory under the host
// of AWS and on a socket under its address, which is [cognito.Config].Endpoint.
// docs/emulator-operations.md lists the operations. Those for administrators
// want a signature and look at no more than that there is one; of a pool that
// stands alone they change all, and pools on a [Server] they also make and
// delete. A pool that CreateUserPool made has no app client and no domain yet,
// and its schema holds: a custom attribute that is not in it is refused. A
// parameter that would change what a pool does, and cannot here, is refused
// by name; others, such as tags, are kept and given back. [Pool.Snapshot]
// keeps what the API changed.
//
// The SDK for Go needs the endpoint alone:
//
//	cognitoidentityprovider.New(cognitoidentityprovider.Options{Region: "eu-west-1", BaseEndpoint: aws.String(pool.URL())})
//
// Other languages' are in the overview of cmd/cognito-emulator, the program.
//
// # What is not known of Cognito
//
// Its documents leave these open, and no public report was found. An app
// should not depend on the branch chosen here. Each row has a test that names
// it.
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
//	secrets of a client with two                    both are accepted everywhere
//	client_credentials: a scope not enabled         400 invalid_scope
//	client_credentials: resource                    ignored
//	aws_client_metadata that is no object of texts  400 invalid_request
//	a grant that the client does not have           400 unauthorized_client, after the client was authenticated
//	client_credentials: origin_jti, event_id        absent
//	a scope whose attributes cannot be read         invalid_grant for email and phone; profile and openid leave them out
//	a refusing PreTokenGeneration trigger           400 invalid_request at the token endpoint; the code is used up
//	a trigger that changes a protected claim        the claim stays as it is
//	a number for a claim in V1_0                    Unrecognizable lambda output
//	a refusing trigger on a page                    its text on the page; from post authentication on, at the app
//	a refusing PostConfirmation trigger             the user stays confirmed
//	pre authentication of names that are no user's  runs, with userNotFound
//	"User is disabled."                             after the right password alone
//	codes and page sessions of a disabled user      invalid_grant; no silent sign-in
//	GlobalSignOut and a code not yet redeemed       the code stays good
//	discovery of a pool with the updated issuer     names the kind of the host it is read from
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
//	length of codes                                 six digits; eight for a second factor by e-mail
//	lang that is missing                            English; Accept-Language is ignored
//	lang other than de and en                       remembered if Cognito has it; the texts are English
//	paths of the pages for MFA, a forced password   /mfa, /mfa/register; /changePassword
//	which TOTP codes are accepted                   the present one and its neighbours, each once
//	wrong codes of a second factor                  no limit within the three minutes
//	a user of an MFA pool who can enrol in nothing  the message that MFA has to be set up
//	sign-in of a user in RESET_REQUIRED             a code and its page after the right password
//	temporary password: time on the page            three minutes
//	user_name in a confirmation link                the sub; a wrong code and a wrong name look alike
//	a user who cancels at a provider                the provider's own error and description
//	the same at a SAML provider                     invalid_request, Error in SAML response processing
//	an answer from a provider that nobody awaits    /error?error=invalid_request
//	identity_provider and a session of another one  the session does not count
//	identity_provider and idp_identifier            the first counts
//	a client with one external provider             /login shows its button
//	letter case of federated usernames              as the provider writes the id
//	e-mail of a federated user                      need not be unique, and signs nobody in
//	a mapped claim that is missing                  the attribute stays
//	identities of a linked local user               primary is "false"; no group; attributes are refreshed
//	identities in the ID token; at userInfo         always; with openid alone, as JSON in a string
//	a disabled federated user                       invalid_request, User is disabled.
//	tokens of the user-pool API: at_hash, version   none
//	the time in a proof of SRP                      as clients write it, to within a day
//	which refused answers leave the session usable  wrong codes, parameters and new passwords; not wrong passwords and proofs
//	MFA demanded through the API of who has none    MFA_SETUP if the pool has TOTP, else a code, which turns the factor on
//	USER_AUTH without a preferred challenge         SELECT_CHALLENGE; likewise with one that the user lacks
//	a tracked device at the token endpoint          no refresh: invalid_grant
//	a remembered device that spares no factor       proves itself after the factor
//	REFRESH_TOKEN_AUTH by a client with rotation    UnsupportedOperationException
//	custom authentication and the user's status     unconfirmed and disabled users are refused; others need nothing more
//	a wrong password in custom authentication       ends it; the trigger is not asked
//	a failing UserMigration trigger                 as if nobody had that name
//	an order of the checks of InitiateAuth          client, flow, username, secret hash, user
//	a challenge of another name, client or user     Invalid session for the user.; the session stays
//	triggers of a federated sign-in                 pre sign-up and post confirmation at the first, post authentication
//	identity pool: updated issuer, name in Logins   the original one, cognito-idp.…
//	identity pool: a role that is denied            NotAuthorizedException, in words of this package's
//	identity pool: a rule about a list              the list, joined with commas
//	identity pool: a user who is no longer there    NotAuthorizedException, Token is revoked., with ServerSideTokenCheck
//	identity pool: id of a guest who was merged     ResourceNotFoundException
//	identity pool: two logins at one provider       ResourceConflictException
//	a refusing CustomMessage trigger                nothing is sent; a user who signed up stays
//	a custom message without its code parameter     InvalidLambdaResponseException
//	ConfirmSignUp for a name that is nobody's       CodeMismatchException
//	SignUp without a password where one is due      as for any missing parameter
//	SignUp: an e-mail as username, another as email  InvalidParameterException
//	simulated CodeDeliveryDetails                   an e-mail address, the same one for a name each time
//	ForgotPassword in FORCE_CHANGE_PASSWORD         cannot be reset, to clients that mask too; the page hides it
//	ForgotPassword without AccountRecoverySetting   the verified e-mail, else the verified phone number
//	TooManyFailedAttemptsException                  never: LimitExceededException
//	a password of the history                       "Password has previously been used."; the present one counts
//	ChangePassword without PreviousPassword         a wrong one; none is needed where there is none
//	ChangePassword of a federated user              cannot be reset in the current state
//	access tokens of a user in RESET_REQUIRED       PasswordResetRequiredException
//	a new e-mail before it is verified              signs in at once, as a new phone number does
//	UpdateUserAttributes with the value it has      stays verified; no code is sent
//	a verification code for another attribute       InvalidParameterException, in words of our own
//	VerifyUserAttribute when no code was sent       ExpiredCodeException
//	SetUserMFAPreference: what cannot be set        InvalidParameterException, in words of our own
//	AdminCreateUser without DesiredDeliveryMediums  by e-mail, or by text message to a user without one
//	AdminCreateUser: a medium that the user has no address for  InvalidParameterException; nobody is created
//	AdminCreateUser in a pool without passwords     CONFIRMED and not invited, where a code by e-mail or SMS signs the user in
//	AdminUpdateUserAttributes with a new e-mail     not verified unless it says so; no code is sent
//	discovery of a pool without a domain            lacks the endpoints of the domain
//	UpdateUserPoolClient and the sign-ins of before  keep the settings that they began with
//	ListUsers: a filter with an empty value         = finds nobody, ^= those who have the attribute
//	ListUsers: an attribute in quotation marks      allowed
//
// # Not here
//
// Passkeys, sign-out at SAML providers, the implicit grant, other triggers than
// those of [trigger.Hooks], preferred_username as a name to sign in with, attributes
// that change only once they are verified, case-sensitive usernames, threat
// protection, principal tags of identity pools, and the operations of the
// user-pool API that docs/emulator-operations.md says no to. The range of token
// lifetimes that AWS allows is not enforced, nor are rate limits but those on
// passwords and codes; [fault.TooManyRequests] stands for them.
//
// # Against a real pool
//
// The same tests can meet a pool on AWS. Let it be one for tests alone, with
// an app client of its own whose callback URL is that of the app under test;
// http is allowed for localhost only. Its settings come from the environment,
// which [cognito.ConfigFromEnv] reads: COGNITO_USER_POOL_ID,
// COGNITO_CLIENT_ID, COGNITO_CLIENT_SECRET if the client has one, and
// COGNITO_DOMAIN for sign-in on the pages. Where none of them is set, it
// returns [cognito.ErrNotConfigured], and the tests take the emulator: the
// example RealPool has the helper.
//
// A user whose password is not a temporary one:
//
//	aws cognito-idp admin-create-user --user-pool-id $COGNITO_USER_POOL_ID \
//		--username jane --message-action SUPPRESS
//	aws cognito-idp admin-set-user-password --user-pool-id $COGNITO_USER_POOL_ID \
//		--username jane --password "$TEST_PASSWORD" --permanent
//
// Hosted pages are for people: their HTML changes without notice, so no test
// may fill in Cognito's forms. [Pool.SignIn], [SignIn] and [Submit] work
// on the emulator alone. On a real pool a person signs in to the running app,
// or the API issues the tokens. For the latter the client has to allow
// ALLOW_ADMIN_USER_PASSWORD_AUTH; one with a secret needs SECRET_HASH among
// the parameters:
//
//	aws cognito-idp admin-initiate-auth --user-pool-id $COGNITO_USER_POOL_ID \
//		--client-id $COGNITO_CLIENT_ID --auth-flow ADMIN_USER_PASSWORD_AUTH \
//		--auth-parameters USERNAME=jane,PASSWORD="$TEST_PASSWORD" \
//		--query AuthenticationResult.AccessToken --output text
//
// Such a token has the scope aws.cognito.signin.user.admin alone, which is not
// enough for userInfo or for an API that asks for a scope of its own.
//
// What has no counterpart on AWS: the clock ([Pool.Advance]), the mail
// ([Pool.Outbox], [Pool.LastCode]), the log ([Pool.Events]), faults, hooks in
// Go, snapshots, and minted tokens ([Pool.AccessToken], [Pool.Sign]). Tests
// that need these skip on a real pool.
package cognitotest
