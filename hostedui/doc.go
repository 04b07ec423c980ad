// Package hostedui signs users of a net/http app in with Amazon Cognito's
// Hosted UI (managed login).
//
//	client, err := hostedui.New(hostedui.Config{
//		Pool: cognito.Config{
//			UserPoolID: "eu-west-1_aB3dE5gH7",
//			ClientID:   "7exampleclientid0a1b2c3d",
//			Domain:     "auth.example.com",
//		},
//		BaseURL:     "https://app.example.com",
//		SessionKeys: keys,
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	mux.Handle("/auth/", client)                    // login, callback, logout
//	mux.Handle("/account", client.Protect(account)) // signed-in users only
//
// Behind [Client.Protect], cognito.FromContext(r.Context()) is the user. The
// app client in Cognito needs the authorization code grant, the scopes asked
// for, the callback URL <BaseURL>/auth/callback and the sign-out URL
// <BaseURL>/auth/signed-out.
//
// # The flow
//
// A visitor without a session is sent to /auth/login, and from there to
// Cognito with a state, a nonce and a PKCE challenge whose secrets stay sealed
// in the browser. Cognito sends the browser back to /auth/callback with a
// code, which is traded once for tokens. These are verified in full, OnLogin
// may refuse the user, a session starts, and the visitor is back on the page
// they asked for. Tokens are refreshed before they end; /auth/logout ends the
// session, revokes the refresh token and signs the browser out of Cognito.
//
// # What it defends against
//
// Login CSRF and mix-up (state, bound to the browser), code injection (PKCE,
// nonce), replayed callbacks, open redirects, session fixation, swapped
// tokens, unreadable or stale cookies, cross-site logout, and error texts that
// somebody else wrote. State, nonce and PKCE cannot be turned off.
//
// # When to use something else
//
// An app that has sessions already takes a [Protocol] alone: it needs no
// session keys and sets no cookie (docs/own-sessions.md). For an app's own
// login forms there is package userpool; an API that only
// receives access tokens needs nothing but [cognito.Verifier]. The implicit
// grant is not supported: the code grant with PKCE replaces it.
package hostedui
