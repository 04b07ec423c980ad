package session

import (
	"errors"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
)

var (
	errBinding    = errors.New("session: the identity is of another user pool or app client than Config.Pool")
	errNoIdentity = errors.New("session: there is no identity to start a session for")
)

// ours reports whether id is of the user pool and the app client that the
// sessions are for. The seal binds a session to the pool and the app client,
// but not to the issuer. A pool has two issuers, and more with replicas. Some
// may no longer be configured.
func (m *Manager) ours(id *cognito.Identity) bool {
	return id.ClientID == m.clientID && slices.Contains(m.issuers, id.Issuer)
}

// sameUser reports whether refreshed tokens are those of the session's user.
// The issuer may change to another one of the same pool: its second form, or
// that of a replica in another region.
func (m *Manager) sameUser(was, is *cognito.Identity) bool {
	return poolOf(is.Issuer) == poolOf(was.Issuer) && is.Subject == was.Subject && is.ClientID == was.ClientID && m.ours(is)
}

// poolOf is the id of the user pool that an issuer belongs to.
func poolOf(issuer string) string { return issuer[strings.LastIndexByte(issuer, '/')+1:] }

func handleOfUser(who *cognito.Identity) records.Handle {
	return records.OfUser(poolOf(who.Issuer), who.Subject)
}
