package observe

import "time"

// The services of operations.
const (
	OAuth         = "oauth"            // endpoints of the user-pool domain
	UserPools     = "cognito-idp"      // the user-pool API
	IdentityPools = "cognito-identity" // the identity-pool API
	STS           = "sts"
	JWKS          = "jwks" // a user pool's signing keys
	Sessions      = "session"
	Store         = "store"
	Lock          = "lock"
)

// An Operation is one that begins.
type Operation struct {
	Service string // one of the constants
	Name    string // such as "exchange", "InitiateAuth", "fetch", "refresh", "find"
}

// Kinds of sign-ins.
const (
	HostedUI = "hosted_ui" // on Cognito's pages
	Silent   = "silent"    // on Cognito's pages, without showing one
	OwnForms = "own_forms" // on pages of the app
)

// A SignInBegun is a sign-in that a visitor has begun: the browser was sent to
// Cognito, or a form of the app's was handed in.
type SignInBegun struct {
	Kind     string // HostedUI, Silent or OwnForms
	ClientID string // of the app client
	Provider string // the identity provider that was chosen, or ""
}

// A SignIn is one that has ended.
type SignIn struct {
	Kind     string
	ClientID string
	Provider string // the identity provider, "COGNITO" for the pool's own users; "" if unknown
	UserHash string // see UserHash; "" where the user is unknown

	// Code is "" if the user is signed in. Otherwise it says why not: a code of
	// docs/logging.md, such as "access_denied" or "login_expired", and with
	// OwnForms Cognito's name of the error, such as "NotAuthorizedException".
	Code string

	// Took is the time since the sign-in began, in whole seconds; 0 where it is
	// unknown. With HostedUI it includes the visitor's own time on Cognito's
	// pages. With OwnForms it is the time of the last step. There each step
	// that fails is told, such as a wrong code.
	Took time.Duration

	Err error // nil if the user is signed in
}

// Outcomes of a [Stray].
const (
	StrayRestarted = "restarted" // the sign-in has begun again, once
	StrayContinued = "continued" // the visitor was signed in, and went on to the app
	StrayRefused   = "refused"   // a page says what happened; the SignIn that follows has the code
)

// A Stray is a callback that belongs to no pending sign-in of its browser, or
// to one that must begin again. Causes are Back, a bookmark, a double click or
// a forgery.
type Stray struct {
	Outcome string // one of the constants
}

// A Call is one call to an endpoint of Cognito or STS.
type Call struct {
	Service   string // OAuth, UserPools, IdentityPools or STS
	Operation string // with OAuth, "exchange", "refresh", "userinfo", "revoke" or "client_credentials"; otherwise AWS's name
	Code      string // "" if it went well; otherwise Cognito's code, "unreachable" or "bad_answer"
	Status    int    // of the HTTP answer, where it is known
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

// Uses of tokens.
const (
	IDToken     = "id"
	AccessToken = "access"
)

// A Verification is one token that was verified.
type Verification struct {
	Use    string // IDToken or AccessToken
	Check  string // "" if the token is good; otherwise the check that refused it, such as "exp" or "kid" (an unknown key)
	Cached bool   // the signature was verified earlier
	Took   time.Duration
	Err    error
}

// Guards.
const (
	TokenGuard      = "token"      // cognito.Guard, and RequireToken
	SessionGuard    = "session"    // session.Manager, and Protect of package hostedui
	CallGuard       = "grpc"       // package grpcauth
	AuthorizerGuard = "authorizer" // package apigateway
)

// A Refusal is a request that a guard did not let through. A visitor who is
// sent to the login is one, with the code "sign_in_required".
type Refusal struct {
	Guard    string // one of the constants
	Code     string // such as "token_expired": docs/logging.md lists them
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

// Causes of a [SessionEnd].
const (
	SignedOut = "signed_out" // by the user, with this session or from another one
	Replaced  = "replaced"   // by the next sign-in in the same browser
	TooMany   = "too_many"   // the user had more than session.Options.MaxSessions
	Revoked   = "revoked"    // Cognito no longer honours the refresh token
	Refused   = "refused"    // the refreshed tokens can never be accepted
	ByApp     = "app"        // session.Config.OnRefresh said so
	TooLarge  = "too_large"  // the refreshed tokens do not fit into cookies
	ByEvent   = "event"      // an event at Cognito: session.Manager.EndBefore, which package poolevents calls
	Everyone  = "everyone"   // session.Manager.EndEveryone

	// NotHonoured means that Cognito, asked again, has refused the access token:
	// session.Options.Recheck.
	NotHonoured = "not_honoured"
)

// A SessionEnd is a session that has ended before its time.
type SessionEnd struct {
	Cause    string // one of the constants
	Session  string // "" where it is unknown, or means all of a user's
	UserHash string // "" where the user is unknown
}

// A StoreCall is one call to a session store.
type StoreCall struct {
	Op   string // "find", "commit", "update" or "delete"
	Took time.Duration
	Err  error
}

// A LockWait is a lock that was waited for.
type LockWait struct {
	Took time.Duration
	Err  error // nil if the lock is held
}
