package session

import (
	"errors"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
)

var (
	errBinding    = errors.New("session: the identity is of an issuer or app client that Config.Issuers and Config.ClientIDs do not list")
	errNoIdentity = errors.New("session: there is no identity to start a session for")
)

// ours reports whether id is of the user pool and the app client that the
// sessions are bound to.
func (m *Manager) ours(id *cognito.Identity) bool {
	return (len(m.cfg.Issuers) == 0 || slices.Contains(m.cfg.Issuers, id.Issuer)) &&
		(len(m.cfg.ClientIDs) == 0 || slices.Contains(m.cfg.ClientIDs, id.ClientID))
}

// sameUser reports whether refreshed tokens are those of the session's user.
// The issuer may change to another one of the same pool: its second form, or
// that of a replica in another region.
func (m *Manager) sameUser(was, is *cognito.Identity) bool {
	return poolOf(is.Issuer) == poolOf(was.Issuer) && is.Subject == was.Subject && is.ClientID == was.ClientID && m.ours(is)
}

// poolOf is the id of the user pool that an issuer belongs to.
func poolOf(issuer string) string { return issuer[strings.LastIndexByte(issuer, '/')+1:] }
