// Package fault has the things that can go wrong at an endpoint of the
// emulator. A test sets one with the Fault method of a cognitotest.Pool:
//
//	pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable, Times: 2})
//
// Each request meets at most one fault: the oldest that is for it. The pool's
// events say which requests met one.
package fault

import (
	"time"
)

// A Fault is something that goes wrong at an endpoint, for a test to see what
// the app makes of it.
type Fault struct {
	// Op is the endpoint, as in the events of the pool: "token", "userInfo", "jwks",
	// "discovery", "revoke", "authorize", "login", "InitiateAuth", and so on. Empty means
	// where the kind belongs, such as "token" for [WrongNonce], or every
	// endpoint for the kinds that can happen anywhere.
	Op string

	// Kind is what goes wrong.
	Kind Kind

	// Times is how many requests it happens to. Zero means all, until
	// ClearFaults of the pool.
	Times int

	// Delay is how long the answer takes; with [Slow] that is all. It
	// passes on the clock of the process, so that it costs nothing within a
	// testing/synctest bubble, and ends with the request's context.
	Delay time.Duration
}

// A Kind names what goes wrong.
type Kind string

// Faults that can happen to any request.
const (
	Slow            Kind = "slow"                    // the right answer after Delay
	Drop            Kind = "drop"                    // the connection ends before anything is done
	LostAnswer      Kind = "lost answer"             // all is done, a code used up, a token rotated, and then the connection ends
	TooManyRequests Kind = "429"                     // throttled
	ServerError     Kind = "500"                     // an error within Cognito, with a JSON body
	Unavailable     Kind = "503"                     // a gateway's page
	HTML            Kind = "HTML"                    // 200 with a page, as from a captive portal
	Truncated       Kind = "truncated"               // all is done, and the first half of the body is sent
	Redirect302     Kind = "302"                     // to the same endpoint; the event log shows who follows
	Redirect307     Kind = "307"                     // likewise, which has clients repeat a POST
	Redirect308     Kind = "308"                     // likewise
	Huge            Kind = "huge"                    // 8 MiB of JSON that never end well
	GzipBomb        Kind = "gzip bomb"               // a body of 64 KiB that unpacks to 64 MiB
	OAuthError      Kind = "temporarily_unavailable" // 400 with an OAuth error that no list of Cognito's has
)

// Faults of the tokens in an answer: of the token endpoint, or of an operation
// that signs in or refreshes.
const (
	WrongNonce    Kind = "wrong nonce"     // the ID token's is another one
	NoNonce       Kind = "missing nonce"   // the ID token has none
	WrongKey      Kind = "wrong key"       // both are signed with keys that are not the pool's, under the pool's kids
	WrongKid      Kind = "wrong kid"       // both name keys that are not published
	NoAtHash      Kind = "missing at_hash" // the ID token has none
	WrongAtHash   Kind = "wrong at_hash"   // the ID token's is that of another access token
	NoIDToken     Kind = "missing id_token"
	NoAccessToken Kind = "missing access_token"
	WrongTokenUse Kind = "wrong token_use" // the ID token says access, the access token id
	Swapped       Kind = "swapped tokens"  // each is where the other belongs
	WrongIssuer   Kind = "wrong iss"       // both are another pool's
	WrongAudience Kind = "wrong aud"       // both are another app client's
	Expired       Kind = "expired"         // both ended an hour ago
	WrongSub      Kind = "wrong sub"       // both are another user's; at userInfo, the answer is
	AlgNone       Kind = "alg none"        // neither is signed
)

// Faults of passkeys: the refusals of StartWebAuthnRegistration and
// CompleteWebAuthnRegistration, and that of the answer to WEB_AUTHN.
const (
	PasskeysOff          Kind = "WebAuthnNotEnabledException"
	PasskeysUnconfigured Kind = "WebAuthnConfigurationMissingException"
	PasskeyExpired       Kind = "WebAuthnChallengeNotFoundException"
	PasskeyDomain        Kind = "WebAuthnRelyingPartyMismatchException"
	PasskeyClient        Kind = "WebAuthnClientMismatchException"
	PasskeyOrigin        Kind = "WebAuthnOriginNotAllowedException"
	PasskeyKind          Kind = "WebAuthnCredentialNotSupportedException"
	PasskeyRefused       Kind = "passkey refused" // as a wrong password
	Plan                 Kind = "FeatureUnavailableInTierException"
)

// Faults of other endpoints.
const (
	Booleans   Kind = "booleans"      // userInfo has true and false in place of Cognito's strings
	NoKeys     Kind = "no keys"       // jwks: an empty list
	Unexpected Kind = "server_error"  // authorize: the browser goes back to the app with this error
	State      Kind = "decoded state" // authorize: %2B, %2F and %3D in the state are decoded once more on its way back
)
