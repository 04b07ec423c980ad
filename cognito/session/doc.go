// Package session keeps users signed in.
//
// A [Manager] starts a session when a sign-in has succeeded, finds it again
// on each request, refreshes its tokens before they end and protects
// handlers. It knows cookies and stores, and nothing of OAuth: a [Refresher],
// such as a hostedui.Client, trades the refresh token.
//
//	sessions, err := session.New(session.Config{
//		Keys:      keys, // 32 random bytes each, newest first
//		BaseURL:   "https://app.example.com",
//		LoginPath: "/auth/login",
//		Refresher: client,
//	})
//	…
//	mux.Handle("/account", sessions.Require(account))
//	mux.Handle("/admin", sessions.Require(admin, cognito.AnyGroup("admins")))
//
// Whoever uses hostedui has a Manager already: hostedui.Client.Protect.
//
// # Two sealed parts
//
// A session is two parts, each sealed with AES-256-GCM: the identity, a few
// hundred bytes that are opened on every request, and the tokens, opened only
// when somebody needs them. Without a [Store] both live in the visitor's
// cookies, of at most 8 KiB together. With one, the cookie is a random id and
// the store holds the sealed parts under a hash of it, so that a copy of the
// store gives nobody a token or a session.
//
// # What it defends against
//
// Cookies that were changed, mixed, cut or taken from another session are no
// session. A new sign-in gets a new id and ends the session before it. The
// idle and the absolute lifetime are checked on the server. Requests that
// arrive together refresh once, in a goroutine that outlives the visitor who
// closes the tab; only a refresh token that Cognito no longer honours ends a
// session, an outage does not. Nothing here wraps a ResponseWriter.
package session
