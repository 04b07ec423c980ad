package observe

import "time"

// A Service is the system that carries out an operation.
type Service string

// The services of operations.
const (
	OAuth         Service = "oauth"            // endpoints of the user-pool domain
	UserPools     Service = "cognito-idp"      // the user-pool API
	IdentityPools Service = "cognito-identity" // the identity-pool API
	STS           Service = "sts"
	JWKS          Service = "jwks" // a user pool's signing keys
	Sessions      Service = "session"
	Store         Service = "store"
	Lock          Service = "lock"
)

// An Op is the name of an operation, in events and in errors. It is one of the
// constants, or AWS's own name, such as "InitiateAuth".
type Op string

// The operations for which AWS has no name.
const (
	OpLogin             Op = "login"              // OAuth: the browser goes to Cognito
	OpCallback          Op = "callback"           // OAuth: the browser comes back
	OpExchange          Op = "exchange"           // OAuth: a code is exchanged for tokens
	OpRefresh           Op = "refresh"            // new tokens, at OAuth's endpoint or for a session
	OpUserInfo          Op = "userinfo"           // a user's attributes
	OpRevoke            Op = "revoke"             // a refresh token is revoked
	OpClientCredentials Op = "client_credentials" // a service gets its own token
	OpFetch             Op = "fetch"              // signing keys are fetched
	OpWait              Op = "wait"               // a wait for a lock
	OpFind              Op = "find"               // operations of a store
	OpCommit            Op = "commit"
	OpUpdate            Op = "update"
	OpDelete            Op = "delete"
)

// A Code says what went wrong, in events and in errors. It stays the same
// between releases. It is the text of a cognito.RefusalCode, a
// cognito.OAuthCode or a cognito.Check, or one of the constants below. Other
// errors have AWS's own name, such as "NotAuthorizedException". "" means
// success.
type Code string

// The codes of packages userpool and identitypool for which AWS has no name.
const (
	CodeUnreachable    Code = "unreachable"     // there was no answer
	CodeBadAnswer      Code = "bad_answer"      // the answer cannot be read or lacks a part
	CodeBadRequest     Code = "bad_request"     // a parameter is missing; no call was made
	CodeNoChallenge    Code = "no_challenge"    // no sign-in is pending: see userpool.Pending.Take
	CodeSignInTooOld   Code = "sign_in_too_old" // see userpool.Client.StartWebAuthnRegistration
	CodePasskeyRefused Code = "passkey_refused" // the passkey does not belong to the visitor
	CodeStatusError    Code = "ERROR"           // VerifySoftwareToken was answered with 200, but with Status ERROR: a wrong code
	CodeNoIDToken      Code = "no_id_token"     // the session has no ID token; no call was made
	CodeNoRole         Code = "no_role"         // the basic flow needs a role, and none is configured; no call was made
	CodeOtherUser      Code = "other_user"      // identity and ID token belong to different users; no call was made
	CodeOther          Code = "other"           // in events: the error has no code, such as when the caller's context ends
)

// An Operation describes an operation that begins.
type Operation struct {
	Service Service
	Name    Op
}

// A Kind says where a user signs in.
type Kind string

// Kinds of sign-ins.
const (
	HostedUI Kind = "hosted_ui" // on Cognito's pages
	Silent   Kind = "silent"    // on Cognito's pages, without showing one
	OwnForms Kind = "own_forms" // on pages of the app
)

// A SignInBegun is a sign-in that a visitor has begun: the browser was sent to
// Cognito, or the visitor sent a form of the app.
type SignInBegun struct {
	Kind     Kind
	ClientID string // app client
	Provider string // the identity provider that was chosen, or ""
}

// A SignIn is a sign-in that has ended.
type SignIn struct {
	Kind     Kind
	ClientID string
	Provider string // the identity provider, "COGNITO" for the pool's own users; "" if unknown
	UserHash string // see UserHash; "" if the user is unknown

	// Code is "" if the user is signed in. Otherwise it says why not: a code of
	// docs/logging.md, such as "access_denied" or "login_expired", and with
	// OwnForms Cognito's name of the error, such as "NotAuthorizedException".
	Code Code

	// Took is how long the sign-in took. With HostedUI and Silent it is the
	// time since the visitor was sent to Cognito's pages, in whole seconds, or
	// 0 after a failure. With OwnForms it is the time of the last step; a step
	// that fails, such as a wrong code, is an event of its own.
	Took time.Duration

	Err error // nil if the user is signed in
}

// An Outcome says how a [Stray] ended.
type Outcome string

// Outcomes of a [Stray].
const (
	StrayRestarted Outcome = "restarted" // the sign-in has begun again, once
	StrayContinued Outcome = "continued" // the visitor was signed in already, and went on to the app
	StrayRefused   Outcome = "refused"   // the sign-in has failed; the next SignIn event has the code
)

// A Stray is a callback that belongs to no pending sign-in of its browser, or
// to one that must begin again. Causes are Back, a bookmark, a double click or
// a forgery.
type Stray struct {
	Outcome Outcome
}

// A Call is one call to an endpoint of Cognito or STS.
type Call struct {
	Service   Service // OAuth, UserPools, IdentityPools or STS
	Operation Op
	Code      Code // "" after success; otherwise Cognito's code, "unreachable" or "bad_answer"
	Status    int  // status of the HTTP answer, if it is known
	Took      time.Duration
	Err       error
}

// A KeyFetch is one fetch of a user pool's signing keys.
type KeyFetch struct {
	URL  string
	Keys int // number of fetched keys
	Took time.Duration
	Err  error
}

// A Use is what a token is for: its token_use.
type Use string

// Uses of tokens.
const (
	IDToken     Use = "id"
	AccessToken Use = "access"
)

// A Verification is one token that was verified.
type Verification struct {
	Use    Use
	Check  Code // "" if the token is good; otherwise the check that refused it, such as "exp" or "kid" (an unknown key)
	Cached bool // the signature was verified earlier
	Took   time.Duration
	Err    error
}

// A Guard names the part of the module that has refused a request.
type Guard string

// Guards.
const (
	TokenGuard      Guard = "token"      // cognito.Guard, and RequireToken
	SessionGuard    Guard = "session"    // session.Manager, and Protect of package hostedui
	CallGuard       Guard = "grpc"       // package grpcauth
	AuthorizerGuard Guard = "authorizer" // package apigateway
)

// A Refusal is a request that a guard has refused. If a visitor is sent to the
// login, this is also a Refusal, with the code "sign_in_required".
type Refusal struct {
	Guard    Guard
	Code     Code   // such as "token_expired": docs/logging.md lists them
	Status   int    // status of the HTTP answer, or the status that belongs to the code
	UserHash string // see UserHash; "" if the user is unknown
	Err      error  // the reason; nil with SessionGuard
}

// A SessionStart is a sign-in that becomes a session.
type SessionStart struct {
	Session  string // see SessionHandle
	UserHash string
	ClientID string
	Took     time.Duration
	Err      error // session.ErrStore or session.ErrTooLarge if no session has started
}

// A Refresh is one refresh of a session's tokens. Its time includes locking and
// saving.
type Refresh struct {
	Session  string
	UserHash string
	Took     time.Duration
	Err      error // session.ErrNoSession (the session has ended), ErrRefresh or ErrStore
}

// A Recheck is one question to Cognito whether it still honours a session's
// access token: session.Options.Recheck.
type Recheck struct {
	Session  string
	UserHash string
	Took     time.Duration

	// Err is nil if Cognito honours the token. It is cognito.ErrInvalidGrant if
	// Cognito refuses it, and the session ends. After any other error nothing is
	// known, and the session goes on.
	Err error
}

// A Stale is a request that is served without tokens during an outage of
// Cognito: session.Options.OutageGrace.
type Stale struct {
	Session  string
	UserHash string
	Since    time.Duration // time since the access token expired
	Err      error         // why the refresh failed
}

// A Cause is why a session has ended.
type Cause string

// Causes of a [SessionEnd].
const (
	SignedOut Cause = "signed_out" // the user signed out, in this session or in another
	Replaced  Cause = "replaced"   // the same browser signed in again
	TooMany   Cause = "too_many"   // the user had more than session.Options.MaxSessions
	Revoked   Cause = "revoked"    // Cognito refuses the refresh token
	Refused   Cause = "refused"    // the refreshed tokens can never be accepted
	ByApp     Cause = "app"        // session.Config.OnRefresh has ended it
	TooLarge  Cause = "too_large"  // the refreshed tokens do not fit into cookies
	ByEvent   Cause = "event"      // an event at Cognito: session.Manager.EndBefore, which package poolevents calls
	Everyone  Cause = "everyone"   // session.Manager.EndEveryone

	// NotHonoured means that Cognito has refused the access token when
	// session.Options.Recheck asked.
	NotHonoured Cause = "not_honoured"
)

// A SessionEnd is a session that has ended before its lifetime was over.
type SessionEnd struct {
	Cause    Cause
	Session  string // "" if it is unknown, or if all sessions of the user have ended
	UserHash string // "" if the user is unknown
}

// A StoreCall is one call to a session store.
type StoreCall struct {
	Op   Op // OpFind, OpCommit, OpUpdate or OpDelete
	Took time.Duration
	Err  error
}

// A LockWait is a wait for a lock.
type LockWait struct {
	Took time.Duration
	Err  error // nil if the lock was obtained
}
