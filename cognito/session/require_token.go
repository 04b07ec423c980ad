package session

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
)

// RequireSessionOrToken lets requests through to h that carry either a session
// or what tokens accepts, such as an access token: for routes that pages and
// programs share. Behind it [cognito.FromContext] has the user either way, and
// the policies mean the same.
//
// What a request carries in its own right decides: one with an Authorization
// header for tokens is judged by that alone, its cookie is not looked at, and
// a bad token never falls back to the cookie. All others need a session, and
// are checked as by [Manager.Require]. A request with a token may come from a
// page of any origin: no browser adds a token by itself.
func (m *Manager) RequireSessionOrToken(tokens cognito.Guard, h http.Handler, policies ...cognito.Policy) http.Handler {
	challenge := ""
	if c, ok := tokens.Authenticator.(interface{ Challenge() string }); ok {
		challenge = c.Challenge()
	}
	return tokens.RequireOr(h, m.require(h, challenge, policies), policies...)
}
