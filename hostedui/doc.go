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
// Cognito. The login has a state, a nonce and a PKCE challenge, and their
// secrets stay sealed in the browser. Cognito sends the browser back to
// /auth/callback with a code. The Client trades the code once for tokens and
// verifies them in full. OnLogin may refuse the user. Then a session starts,
// and the visitor returns to the page they asked for. Tokens are refreshed
// before they end. /auth/logout ends the session, revokes the refresh token
// and signs the browser out of Cognito.
//
// # What it defends against
//
// The state is bound to the browser, against login CSRF and mix-up. PKCE and
// the nonce stop code injection. State, nonce and PKCE cannot be turned off.
// The package also stops replayed callbacks, open redirects, session fixation,
// swapped tokens and cross-site logout. It copes with unreadable and stale
// cookies, and does not show error texts from the URL.
//
// # When to use something else
//
// If your app has sessions already, use only a [Protocol]: it needs no session
// keys and sets no cookie (docs/own-sessions.md). For your own login forms, use
// package userpool. An API that only receives access tokens needs only
// [cognito.Verifier]. The implicit grant is not supported: the code grant with
// PKCE replaces it.
package hostedui
