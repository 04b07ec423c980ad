// Package session keeps users signed in.
//
// A [Manager] starts a session after a sign-in, finds it on each request,
// refreshes its tokens before they end, and protects handlers. It works with
// any kind of sign-in: it gets new tokens from a [Refresher], such as a
// userpool.Client or a hostedui.Client.
//
//	sessions, err := session.New(session.Config{
//		Pool:      pool, // the cognito.Config of the client
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
// If you use package hostedui, do not make a Manager: the Client has one.
//
// # Where sessions are kept
//
// By default a session is in the visitor's cookies, encrypted ("sealed") with
// AES-256-GCM. The server stores nothing. The cookies have 4 KiB at most, so if
// users have many groups, use a [Store].
//
// With Options.Store the browser has a random id, and the store has the sealed
// session under a hash of that id. A leaked copy of the store reveals no token
// and opens no session. Packages redisstore, pgstore and scsstore are stores,
// and [MemoryStore] is one for a single process. If the app client rotates
// refresh tokens, several processes also need a [Locker]: it makes sure that
// each refresh token is sent only once.
//
// With Options.SignOuts the sessions stay in the cookies, and a store keeps a
// list of sign-outs. Each request reads one record of it.
//
// # Signing out
//
// [Manager.End] ends the session of a request. The following methods end
// sessions in other browsers too. They need a Store or SignOuts:
//
//   - [Manager.EndSession] ends one of a user's sessions.
//   - [Manager.EndOthers] ends all but the session of the request.
//   - [Manager.EndAll] ends all: "sign out everywhere".
//   - [Manager.EndBefore] ends a user's sessions that began before an event
//     at Cognito, for example before the user was disabled. Package
//     poolevents calls it.
//   - [Manager.EndEveryone] ends the sessions of all users.
//
// With Options.Recheck the Manager asks Cognito every few minutes whether the
// user of a session may still sign in. If not, it ends the session.
//
// A session that has ended stays ended in every process, even while another
// process is saving it. With a Store, [Manager.Sessions] lists where a user is
// signed in. Without a Locker, two sign-ins of one user in the same millisecond
// can leave one session off that list. The session is back on the list after
// five minutes of use at most.
//
// # What it checks
//
//   - Altered cookies, and cookies from another session, user pool or app
//     client, are rejected.
//   - Each sign-in gets a new id and ends the session that the browser had.
//   - The idle and the absolute lifetime are checked on the server.
//   - If a user loses a right, such as a group, the session loses it with the
//     next refresh, even if the browser sends older cookies.
//   - Requests that may change something, and WebSockets, are refused if a page
//     of another origin has caused them.
//   - Requests that arrive together refresh once. The refresh goes on if the
//     visitor leaves, and its tokens are saved before the handler runs.
//   - Only a refusal by Cognito ends a session early. An outage does not.
//
// Your handler gets the ResponseWriter unchanged: WebSockets, server-sent
// events and [http.ResponseController] work.
package session
