// Package session keeps users signed in.
//
// A [Manager] starts a session after a sign-in, finds it on each request,
// refreshes its tokens before they end, and protects handlers. It works with
// any kind of sign-in: it gets new tokens from a [Refresher], such as a
// userpool.Client or a hostedui.Client.
//
//	sessions, err := session.New(session.Config{
//		Pool:      pool, // the cognito.Config that the client has too
//		Keys:      keys, // 32 random bytes each, newest first
//		BaseURL:   "https://app.example.com",
//		Refresher: client,
//	})
//	…
//	err = sessions.Start(w, r, step.Identity, step.Tokens) // after the sign-in
//	…
//	mux.Handle("/account", sessions.Require(account))
//	mux.Handle("/admin", sessions.Require(admin, cognito.AnyGroup("admins")))
//
// Behind Require, [cognito.FromContext] returns the user, [FromContext] the
// session, and [TokenSource] the access token for calls to other APIs.
//
// If you use package hostedui, you need no Manager of your own: the Client has
// one.
//
// # Where sessions are kept
//
// By default a session is in the visitor's cookies, sealed with AES-256-GCM. No
// server keeps anything. The cookies have 4 KiB at most, so users with many
// groups need a [Store].
//
// With Options.Store the browser has a random id, and the store has the sealed
// session under a hash of that id. A leaked copy of the store reveals no token
// and opens no session. Packages redisstore, pgstore and scsstore are stores,
// and [MemoryStore] is one for a single process. Several processes also need a
// [Locker] if the app client rotates refresh tokens: then each token is sent
// once.
//
// With Options.SignOuts the sessions stay in the cookies, and a store notes who
// has signed out. Each request reads one record there.
//
// # Signing out
//
// [Manager.End] ends the session of a request. The others end sessions in other
// browsers as well, and need a Store or SignOuts:
//
//   - [Manager.EndSession] ends one of a user's sessions.
//   - [Manager.EndOthers] ends all but the session of the request.
//   - [Manager.EndAll] ends all: "sign out everywhere".
//   - [Manager.EndBefore] ends those that began before an event at Cognito, such
//     as the disabling of a user. Package poolevents calls it.
//   - [Manager.EndEveryone] ends those of all users.
//
// With Options.Recheck the Manager asks Cognito every few minutes whether a
// session is still honoured, and ends it if not.
//
// A session that has ended stays ended in every process, even while another
// process is saving it. With a Store, [Manager.Sessions] lists where a user is
// signed in. Without a Locker, two sign-ins of one user in the same millisecond
// can leave one of them off that list. It is listed again within five minutes of
// use.
//
// # What it checks
//
//   - Altered cookies, and cookies from another session, user pool or app
//     client, are rejected.
//   - Each sign-in gets a new id and ends the session that the browser had.
//   - The idle and the absolute lifetime are checked on the server.
//   - Rights that a user has lost end with the next refresh, whatever cookies
//     the browser sends.
//   - Requests that may change something, and WebSockets, are refused if a page
//     of another origin has caused them.
//   - Requests that arrive together refresh once. The refresh goes on if the
//     visitor leaves, and its tokens are saved before the handler runs.
//   - Only a refusal by Cognito ends a session early. An outage does not.
//
// The ResponseWriter is passed on as it is: WebSockets, server-sent events and
// [http.ResponseController] work behind every handler.
package session
