package hosted

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/oauth"
)

// sessionCookie is the name of the cookie that keeps a browser signed in on
// the pages.
const sessionCookie = "cognito"

// pageSessionLife is fixed: silent sign-ins do not prolong it.
const pageSessionLife = time.Hour

// sessionServes reports whether the session is of the provider that req asks for, if
// it asks for one.
func sessionServes(s attempts.PageSession, req *oauth.AuthRequest) bool {
	switch {
	case req.LocalOnly:
		return s.Provider == ""
	case req.Provider != nil:
		return s.Provider == req.Provider.Name
	}
	return true
}

// pageSession returns the session of the browser that makes the call.
func (c *Handler) pageSession() (attempts.PageSession, bool) {
	session, ok := c.PageSessions.Find(c.Cookie(sessionCookie), c.At)
	a, known := c.Users.Find(session.Sub)
	return session, ok && known && !a.Disabled
}

// signIn gives the browser a new page session and the app a code. A user of
// an external provider comes from req.Provider.
func (c *Handler) signIn(req *oauth.AuthRequest, a *directory.Account) {
	c.Event.Username = a.Username
	if err := c.PostAuthentication(a, false); err != nil {
		c.RefuseHook(req, err)
		return
	}
	session := attempts.PageSession{Sub: a.Sub, Username: a.Username, AuthTime: c.At, Expires: c.At.Add(pageSessionLife)}
	if req.Provider != nil {
		session.Provider = req.Provider.Name
	}
	c.SetCookie(sessionCookie, c.PageSessions.Add(session, c.At), pageSessionLife)
	c.GiveCode(req, session)
}
