// Package webauthn checks passkeys as a relying party does. It checks the
// answers of navigator.credentials.create and navigator.credentials.get, by the
// steps of Web Authentication Level 3, sections 7.1 and 7.2. It keeps nothing:
// the caller stores challenges and credentials.
//
// Signatures are ES256 and RS256, the two algorithms of Cognito. No attestation
// is required. Statements of the kinds "none" and "packed" are checked; other
// kinds are accepted without a check.
package webauthn

import "fmt"

// A Check names what an answer was refused for.
type Check string

// The checks, in the order in which they are made.
const (
	CheckFormat       Check = "format"        // JSON, base64url or CBOR that cannot be read
	CheckType         Check = "type"          // of client data or of the credential
	CheckChallenge    Check = "challenge"     // not the one that was asked
	CheckOrigin       Check = "origin"        // of the page
	CheckRelyingParty Check = "rp_id"         // hash of another relying party id
	CheckPresence     Check = "user_present"  // flag UP
	CheckVerification Check = "user_verified" // flag UV
	CheckBackup       Check = "backup"        // flags BE and BS
	CheckAlgorithm    Check = "algorithm"     // neither ES256 nor RS256
	CheckKey          Check = "key"           // no public key of that algorithm
	CheckAttestation  Check = "attestation"   // the statement
	CheckUser         Check = "user_handle"   // another user's
	CheckSignature    Check = "signature"
	CheckCounter      Check = "counter" // did not grow: perhaps a copy of the key
)

// An Error says which check refused an answer.
type Error struct {
	Check  Check
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("webauthn: %s: %s", e.Check, e.Reason) }

// refuse is the error of a check.
func refuse(c Check, format string, args ...any) error {
	return &Error{Check: c, Reason: fmt.Sprintf(format, args...)}
}

// A RelyingParty is whose passkeys are checked.
type RelyingParty struct {
	ID           string // a host name, such as "example.com"
	UserVerified bool   // flag UV is demanded
}
