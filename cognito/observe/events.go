package observe

import "time"

// A Service is who carries an operation out.
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

// An Op is the name of an operation, in events and in errors: one of the
// constants, or AWS's own name, such as "InitiateAuth".
type Op string

// The operations that have no name of AWS's.
const (
	OpLogin             Op = "login"              // of OAuth: the browser goes to Cognito
	OpCallback          Op = "callback"           // the browser comes back
	OpExchange          Op = "exchange"           // a code becomes tokens
	OpRefresh           Op = "refresh"            // new tokens, of OAuth or for a session
	OpUserInfo          Op = "userinfo"           // a user's attributes
	OpRevoke            Op = "revoke"             // a refresh token is given up
	OpClientCredentials Op = "client_credentials" // a service's own token
	OpFetch             Op = "fetch"              // of JWKS
	OpWait              Op = "wait"               // for a lock
	OpFind              Op = "find"               // of a store, as the three that follow
	OpCommit            Op = "commit"
	OpUpdate            Op = "update"
	OpDelete            Op = "delete"
)

// A Code says what went wrong, in events and in errors. It stays the same
// between releases. Its text is that of a cognito.RefusalCode, a
// cognito.OAuthCode or a cognito.Check, or one of the constants below. Other
// errors have AWS's own name, such as "NotAuthorizedException". "" means that
// all went well.
type Code string

// The codes of packages userpool and identitypool that AWS has no name for.
const (
	CodeUnreachable    Code = "unreachable"     // there was no answer
	CodeBadAnswer      Code = "bad_answer"      // the answer makes no sense
	CodeBadRequest     Code = "bad_request"     // the call lacks something; nothing was asked
	CodeNoChallenge    Code = "no_challenge"    // no sign-in is pending: see userpool.Pending.Take
	CodeSignInTooOld   Code = "sign_in_too_old" // see userpool.Client.StartWebAuthnRegistration
	CodePasskeyRefused Code = "passkey_refused" // the passkey is not the visitor's
	CodeStatusError    Code = "ERROR"           // VerifySoftwareToken's word, in a successful answer
	CodeNoIDToken      Code = "no_id_token"     // the session has none; nothing was asked
	CodeNoRole         Code = "no_role"         // no role was named or given; nothing was asked
	CodeOtherUser      Code = "other_user"      // identity and ID token are of two users; nothing was asked
	CodeOther          Code = "other"           // of an event: the error has no code, such as the end of the caller's context
)

// An Operation is one that begins.
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
// Cognito, or a form of the app's was handed in.
type SignInBegun struct {
	Kind     Kind
	ClientID string // of the app client
	Provider string // the identity provider that was chosen, or ""
}

// A SignIn is one that has ended.
type SignIn struct {
	Kind     Kind
	ClientID string
	Provider string // the identity provider, "COGNITO" for the pool's own users; "" if unknown
	UserHash string // see UserHash; "" where the user is unknown

	// Code is "" if the user is signed in. Otherwise it says why not: a code of
	// docs/logging.md, such as "access_denied" or "login_expired", and with
	// OwnForms Cognito's name of the error, such as "NotAuthorizedException".
	Code Code

	// Took is the time since the sign-in began, in whole seconds; 0 where it is
	// unknown. With HostedUI it includes the visitor's own time on Cognito's
	// pages. With OwnForms it is the time of the last step. There each step
	// that fails is told, such as a wrong code.
	Took time.Duration

	Err error // nil if the user is signed in
}

// An Outcome says how a [Stray] ended.
type Outcome string

// Outcomes of a [Stray].
const (
	StrayRestarted Outcome = "restarted" // the sign-in has begun again, once
	StrayContinued Outcome = "continued" // the visitor was signed in, and went on to the app
	StrayRefused   Outcome = "refused"   // a page says what happened; the SignIn that follows has the code
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
	Code      Code // "" if it went well; otherwise Cognito's code, "unreachable" or "bad_answer"
	Status    int  // of the HTTP answer, where it is known
	Took      time.Duration
	Err       error
}

// A KeyFetch is one fetch of a user pool's signing keys.
type KeyFetch struct {
	URL  string
	Keys int // how many it brought
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

// A Guard is what refuses requests.
type Guard string

// Guards.
const (
	TokenGuard      Guard = "token"      // cognito.Guard, and RequireToken
	SessionGuard    Guard = "session"    // session.Manager, and Protect of package hostedui
	CallGuard       Guard = "grpc"       // package grpcauth
	AuthorizerGuard Guard = "authorizer" // package apigateway
)

// A Refusal is a request that a guard did not let through. A visitor who is
// sent to the login is one, with the code "sign_in_required".
type Refusal struct {
	Guard    Guard
	Code     Code   // such as "token_expired": docs/logging.md lists them
	Status   int    // of the HTTP answer, or the one that belongs to the code
	UserHash string // see UserHash; "" where the user is unknown
	Err      error  // the reason; nil with SessionGuard
}

// A SessionStart is a sign-in that becomes a session.
type SessionStart struct {
	Session  string // a handle of the session: see SessionHandle
	UserHash string
	ClientID string
	Took     time.Duration
	Err      error // session.ErrStore or session.ErrTooLarge where no session has started
}

// A Refresh is one refresh of a session's tokens, with locking and saving.
type Refresh struct {
	Session  string
	UserHash string
	Took     time.Duration
	Err      error // session.ErrNoSession if the session has ended, ErrRefresh or ErrStore
}

// A Cause is why a session has ended.
type Cause string

// Causes of a [SessionEnd].
const (
	SignedOut Cause = "signed_out" // by the user, with this session or from another one
	Replaced  Cause = "replaced"   // by the next sign-in in the same browser
	TooMany   Cause = "too_many"   // the user had more than session.Options.MaxSessions
	Revoked   Cause = "revoked"    // Cognito no longer honours the refresh token
	Refused   Cause = "refused"    // the refreshed tokens can never be accepted
	ByApp     Cause = "app"        // session.Config.OnRefresh said so
	TooLarge  Cause = "too_large"  // the refreshed tokens do not fit into cookies
	ByEvent   Cause = "event"      // an event at Cognito: session.Manager.EndBefore, which package poolevents calls
	Everyone  Cause = "everyone"   // session.Manager.EndEveryone

	// NotHonoured means that Cognito, asked again, has refused the access token:
	// session.Options.Recheck.
	NotHonoured Cause = "not_honoured"
)

// A SessionEnd is a session that has ended before its time.
type SessionEnd struct {
	Cause    Cause
	Session  string // "" where it is unknown, or means all of a user's
	UserHash string // "" where the user is unknown
}

// A StoreCall is one call to a session store.
type StoreCall struct {
	Op   Op // OpFind, OpCommit, OpUpdate or OpDelete
	Took time.Duration
	Err  error
}

// A LockWait is a lock that was waited for.
type LockWait struct {
	Took time.Duration
	Err  error // nil if the lock is held
}
