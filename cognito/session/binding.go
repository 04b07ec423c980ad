package session

import (
	"errors"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
)

var errIssuer = errors.New("session: the identity is of an issuer that Config.Issuers does not list")

// ours reports whether id is of the user pool that the sessions are bound to.
func (m *Manager) ours(id *cognito.Identity) bool {
	return len(m.cfg.Issuers) == 0 || slices.Contains(m.cfg.Issuers, id.Issuer)
}
