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
// Behind [Client.Protect], cognito.FromContext(r.Context()) returns the user.
// The app client in Cognito needs the authorization code grant and the scopes
// that the app requests. It also needs the callback URL
// <BaseURL>/auth/callback and the sign-out URL <BaseURL>/auth/signed-out.
//
// # The flow
//
// A visitor without a session is sent to /auth/login, and from there to
// Cognito. The login has a state, a nonce and a PKCE challenge. Their secrets
// stay in the browser, in an encrypted cookie. Cognito sends the browser back
// to /auth/callback with a code. The Client exchanges the code once for
// tokens and verifies them in full. Your function OnLogin may refuse the
// user. Then a session starts, and the visitor returns to the page they asked
// for. Tokens are refreshed before they expire. /auth/logout ends the
// session, revokes the refresh token and signs the browser out of Cognito.
//
// # What it defends against
//
// The state is bound to the browser: this stops login CSRF and mix-up attacks.
// PKCE and the nonce stop code injection. State, nonce and PKCE cannot be
// turned off. The package also stops replayed callbacks, open redirects,
// session fixation, swapped tokens and cross-site logout. Cookies that are old
// or cannot be read do no harm. Error texts from the URL are never shown.
//
// # When to use something else
//
// If your app already has sessions, use only a [Protocol]: it needs no session
// keys and sets no cookie (docs/own-sessions.md). If your app has its own login
// forms, use package userpool. If your program is an API that only receives
// access tokens, use [cognito.Verifier]. The implicit grant is not supported:
// the code grant with PKCE replaces it.
package hostedui
