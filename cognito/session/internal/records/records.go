// Package records names the records that sessions have in a store.
package records

import (
	"crypto/sha256"

	"github.com/seed75762126/cognito-go/internal/base64url"
)

// A Handle is the name of a session, a user or an app in the store. The ids of
// its records follow from it; the cookie does not.
type Handle [sha256.Size]byte

// Of is the handle of the session that a cookie's value names.
func Of(secret string) Handle {
	return sha256.Sum256([]byte("cognito-go session\x00" + secret))
}

// OfUser is the handle of a user, who is known by pool and sub. The two issuers
// that a pool can have, and those of its replicas, are one user's.
func OfUser(pool, subject string) Handle {
	return sha256.Sum256([]byte("cognito-go user\x00" + pool + "\x00" + subject))
}

// OfApp is the handle of all sessions of an app client whose cookies have this
// name.
func OfApp(pool, clientID, cookie string) Handle {
	return sha256.Sum256([]byte("cognito-go app\x00" + pool + "\x00" + clientID + "\x00" + cookie))
}

// Records of a session.
const (
	Identity = "identity"
	Tokens   = "tokens"
	Ended    = "ended" // a mark, there when the session was ended
	Lock     = "lock"  // no record, but the name of its lock
	Held     = "held"  // no record, but what a process keeps of a refresh
)

// Records of a user.
const (
	Index        = "index"      // the user's sessions
	SignOuts     = "sign-outs"  // those that were ended
	IndexLock    = "index lock" // names of locks
	SignOutsLock = "sign-outs lock"
)

// Records of an app.
const (
	Everyone     = "everyone"
	EveryoneLock = "everyone lock" // the name of a lock
)

// ID is the id of one of the records of a handle.
func (h Handle) ID(part string) string {
	var buffer [64]byte
	sum := sha256.Sum256(append(append(append(buffer[:0], part...), 0), h[:]...))
	return base64url.Encode(sum[:])
}
