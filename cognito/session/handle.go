package session

import (
	"crypto/sha256"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/base64url"
)

// A handle is the name of a session, or of a user, in the store. The ids of its
// records follow from it; the cookie does not.
type handle [sha256.Size]byte

// handleOf is the handle of the session that a cookie's value names.
func handleOf(secret string) handle {
	return sha256.Sum256([]byte("cognito-go session\x00" + secret))
}

// handleOfUser is the handle of a user, who is known by pool and sub. The two
// issuers that a pool can have, and those of its replicas, are one user's.
func handleOfUser(who *cognito.Identity) handle {
	return sha256.Sum256([]byte("cognito-go user\x00" + poolOf(who.Issuer) + "\x00" + who.Subject))
}

// Records of a session.
const (
	partIdentity = "identity"
	partTokens   = "tokens"
	partEnded    = "ended" // a mark, there when the session was ended
	partLock     = "lock"  // no record, but the name of its lock
	partHeld     = "held"  // no record, but what a process keeps of a refresh
)

// Records of a user.
const (
	partIndex        = "index"      // the user's sessions
	partSignOuts     = "sign-outs"  // those that were ended
	partIndexLock    = "index lock" // names of locks
	partSignOutsLock = "sign-outs lock"
)

// Records of an app.
const (
	partEveryone     = "everyone"
	partEveryoneLock = "everyone lock" // the name of a lock
)

// recordID is the id of one of the records of a handle.
func (h handle) recordID(part string) string {
	var buffer [64]byte
	sum := sha256.Sum256(append(append(append(buffer[:0], part...), 0), h[:]...))
	return base64url.Encode(sum[:])
}
