package observe

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// hashLength is how many bytes of a SHA-256 replace the id of a user or a
// session.
const hashLength = 8

// UserHash returns the name of a user in metrics and traces (user.hash of the
// semantic conventions). It is the first 16 hex digits of a SHA-256 over the
// pool's id and the user's sub. All issuers of a pool give the same hash, and
// so do all services that share the pool. There is no secret key in it: anybody
// who knows a sub can compute its hash.
func UserHash(issuer, subject string) string {
	return hashed("cognito-go user hash", issuer[strings.LastIndexByte(issuer, '/')+1:], subject)
}

// SessionHandle returns the name of a session in logs and traces. It is the
// first 16 hex digits of a SHA-256 over the random text that session.Session.ID
// returns. The ID cannot be computed from it.
func SessionHandle(id string) string { return hashed("cognito-go session handle", id) }

func hashed(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:hashLength])
}
