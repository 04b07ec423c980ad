// Package fault has the failures that a test can cause at an endpoint of the
// emulator. A test sets one with the method Fault of a cognitotest.Pool:
//
//	pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable, Times: 2})
//
// A request gets at most one fault: the oldest one that fits it. The pool's
// events say which requests got a fault.
package fault

import (
	"time"
)

// A Fault makes requests at an endpoint fail, so that a test can see what the
// app does then.
type Fault struct {
	// Op is the endpoint, as in the events of the pool: "token", "userInfo",
	// "jwks", "discovery", "revoke", "authorize", "login", "InitiateAuth", and
	// so on. Empty means the usual endpoint of the kind, such as "token" for
	// [WrongNonce]. For kinds that are possible everywhere, empty means every
	// endpoint.
	Op string

	// Kind is the kind of failure.
	Kind Kind

	// Times is how many requests get the fault. Zero means all requests until
	// the pool's ClearFaults.
	Times int

	// Delay is how long the answer takes. [Slow] causes only this delay. It
	// follows the clock of the process, so it takes no real time in a
	// testing/synctest bubble. It ends with the request's context.
	Delay time.Duration
}

// A Kind is a kind of failure.
type Kind string

// Faults that can happen to any request.
const (
	Slow            Kind = "slow"                    // the right answer after Delay
	Drop            Kind = "drop"                    // the connection ends before the request is carried out
	LostAnswer      Kind = "lost answer"             // the request is carried out (the code is used, the token rotated), then the connection ends
	TooManyRequests Kind = "429"                     // the rate is limited
	ServerError     Kind = "500"                     // an internal error of Cognito, with a JSON body
	Unavailable     Kind = "503"                     // the HTML page of a gateway
	HTML            Kind = "HTML"                    // 200 with a page, as from a captive portal
	Truncated       Kind = "truncated"               // the request is carried out, but only the first half of the body is sent
	Redirect302     Kind = "302"                     // redirect to the same endpoint; the event log shows whether the client follows
	Redirect307     Kind = "307"                     // the same with 307, after which clients repeat a POST
	Redirect308     Kind = "308"                     // likewise
	Huge            Kind = "huge"                    // 8 MiB of JSON without its end
	GzipBomb        Kind = "gzip bomb"               // a body of 64 KiB that unpacks to 64 MiB
	OAuthError      Kind = "temporarily_unavailable" // 400 with an OAuth error that Cognito does not document
)

// Faults of the tokens in an answer of the token endpoint, or of an operation
// that signs in or refreshes.
const (
	WrongNonce    Kind = "wrong nonce"     // the ID token has another nonce
	NoNonce       Kind = "missing nonce"   // the ID token has none
	WrongKey      Kind = "wrong key"       // both are signed with keys that are not the pool's, but name the pool's kids
	WrongKid      Kind = "wrong kid"       // both name keys that are not published
	NoAtHash      Kind = "missing at_hash" // the ID token has none
	WrongAtHash   Kind = "wrong at_hash"   // the ID token has the at_hash of another access token
	NoIDToken     Kind = "missing id_token"
	NoAccessToken Kind = "missing access_token"
	WrongTokenUse Kind = "wrong token_use" // the ID token has "access", the access token has "id"
	Swapped       Kind = "swapped tokens"  // each is in the place of the other
	WrongIssuer   Kind = "wrong iss"       // both are from another pool
	WrongAudience Kind = "wrong aud"       // both are for another app client
	Expired       Kind = "expired"         // both expired an hour ago
	WrongSub      Kind = "wrong sub"       // both are for another user; at userInfo, the answer is about another user
	AlgNone       Kind = "alg none"        // both have no signature
)

// Faults of passkeys: the errors of StartWebAuthnRegistration, of
// CompleteWebAuthnRegistration and of the answer to WEB_AUTHN.
const (
	PasskeysOff          Kind = "WebAuthnNotEnabledException"
	PasskeysUnconfigured Kind = "WebAuthnConfigurationMissingException"
	PasskeyExpired       Kind = "WebAuthnChallengeNotFoundException"
	PasskeyDomain        Kind = "WebAuthnRelyingPartyMismatchException"
	PasskeyClient        Kind = "WebAuthnClientMismatchException"
	PasskeyOrigin        Kind = "WebAuthnOriginNotAllowedException"
	PasskeyKind          Kind = "WebAuthnCredentialNotSupportedException"
	PasskeyRefused       Kind = "passkey refused" // the same error as for a wrong password
	Plan                 Kind = "FeatureUnavailableInTierException"
)

// Faults of other endpoints.
const (
	Booleans   Kind = "booleans"      // userInfo has true and false instead of Cognito's strings
	NoKeys     Kind = "no keys"       // jwks: an empty list
	Unexpected Kind = "server_error"  // authorize: the browser goes back to the app with this error
	State      Kind = "decoded state" // authorize: %2B, %2F and %3D in the state are decoded once more on its way back
)
