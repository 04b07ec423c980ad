package session

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
)

// RequireSessionOrToken lets requests through to h that carry a session, or
// what tokens accepts, such as an access token. It is for routes that pages and
// programs share. Behind it [cognito.FromContext] has the user either way, and
// the policies mean the same.
//
// What a request carries in its own right decides. For a request with an
// Authorization header for tokens, only that header counts. Its cookie is not
// looked at, and a bad token never falls back to the cookie. All others need a
// session, and are checked as by [Manager.Require]. A request with a token may
// come from a page of any origin: no browser adds a token by itself.
//
// The MapUser of tokens runs for both kinds of requests. It gets a copy of the
// session's user: what it sets holds for this request.
func (m *Manager) RequireSessionOrToken(tokens cognito.Guard, h http.Handler, policies ...cognito.Policy) http.Handler {
	need := requirement{
		policies:   policies,
		mapUser:    tokens.MapUser,
		challenges: func(err error) []string { return tokens.Challenges(err, policies...) },
	}
	return tokens.RequireOr(h, m.require(h, need), policies...)
}
