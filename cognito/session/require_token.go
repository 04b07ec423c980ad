package session

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
)

// RequireSessionOrToken passes a request on to h if it has a session, or
// credentials that the guard tokens accepts, such as an access token. It is for
// routes that pages and programs share. In both cases [cognito.FromContext]
// returns the user, and the policies mean the same.
//
// If a request has credentials for the guard, such as an Authorization header,
// only these count. Its cookie is ignored, even if the token is bad. Every
// other request needs a session and is checked as by [Manager.Require]. A
// request with a token may come from a page of any origin, because a browser
// never adds a token by itself.
//
// The MapUser of the guard runs for both kinds of requests. For a session it
// gets a copy of the user, so what it sets is valid for this request only.
func (m *Manager) RequireSessionOrToken(tokens cognito.Guard, h http.Handler, policies ...cognito.Policy) http.Handler {
	need := requirement{
		policies:   policies,
		mapUser:    tokens.MapUser,
		challenges: func(err error) []string { return tokens.Challenges(err, policies...) },
	}
	return tokens.RequireOr(h, m.require(h, need), policies...)
}
