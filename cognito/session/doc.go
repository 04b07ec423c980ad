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
// cookies, of at most 4 KiB together. With one, the cookie is a random id and
// the store holds the sealed parts under a hash of it, so that a copy of the
// store gives nobody a token or a session.
//
// # Who is signed in where
//
// In a store, a user's sessions are listed in a record of the user's, for
// [Manager.Sessions], [Manager.EndSession] and [Manager.EndAll], which is
// "sign out everywhere". Whoever ends a session leaves a mark for an hour, so
// that no other process that is writing it at the time brings it back; whoever
// signs a user out everywhere leaves a number, and a session that began before
// it ends when it is next written, in five minutes at most, should the list
// have lost it. Lists are changed by one process at a time where there is a
// [Locker]; without one, two sign-ins of one user in the same millisecond, in
// two processes, are what can make a list lose one. A request reads one
// record.
//
// Sessions in cookies cannot be listed. With Options.SignOuts, a store that
// holds nothing but who has signed out lately, they can be ended: one by one,
// and everywhere. Each request then reads one record.
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
