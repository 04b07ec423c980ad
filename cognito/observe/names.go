package observe

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// hashLength is how many bytes of a SHA-256 replace the id of a user or a
// session.
const hashLength = 8

// UserHash is how metrics and traces name a user (user.hash of the semantic
// conventions). It is the first 16 hex digits of a SHA-256 over the pool's id
// and the user's sub. The pool's issuers all have the same id, so they give one
// hash. Services that share a pool agree on it. It has no key, so anybody who
// knows a sub can compute its hash.
func UserHash(issuer, subject string) string {
	return hashed("cognito-go user hash", issuer[strings.LastIndexByte(issuer, '/')+1:], subject)
}

// SessionHandle is how logs and traces name a session. It is the first 16 hex
// digits of a SHA-256 over what session.Session.ID returns, which is random.
// The ID cannot be found from it.
func SessionHandle(id string) string { return hashed("cognito-go session handle", id) }

func hashed(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:hashLength])
}
