package cognitotest

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// sessionCookie is the name of the cookie that keeps a browser signed in on
// the pages.
const sessionCookie = "cognito"

// pageSessionLife is fixed: silent sign-ins do not prolong it.
const pageSessionLife = time.Hour

// A pageSession is a browser signed in on the pages, for all app clients.
type pageSession struct {
	sub      string
	username string
	provider string // where the user came from; "" means the pool's own directory
	authTime time.Time
	expires  time.Time
}

// serves reports whether the session is of the provider that req asks for, if
// it asks for one.
func (s pageSession) serves(req *authRequest) bool {
	switch {
	case req.localOnly:
		return s.provider == ""
	case req.provider != nil:
		return s.provider == req.provider.Name
	}
	return true
}

type pageSessions struct {
	byID expiring.Map[string, pageSession]
}

func (s *pageSessions) add(session pageSession, now time.Time) (id string) {
	id = random.ID()
	s.byID.Put(id, session, session.expires, now)
	return id
}

func (s *pageSessions) find(id string, now time.Time) (pageSession, bool) { return s.byID.Get(id, now) }

func (s *pageSessions) end(id string) { s.byID.Delete(id) }

// endUser ends the sessions of a user in all browsers.
func (s *pageSessions) endUser(sub string) {
	s.byID.DeleteFunc(func(_ string, session pageSession) bool { return session.sub == sub })
}

// pageSession returns the session of the browser that makes the call.
func (c *call) pageSession() (pageSession, bool) {
	session, ok := c.pageSessions.find(c.cookie(sessionCookie), c.at)
	a, known := c.users.find(session.sub)
	return session, ok && known && !a.disabled
}

// signIn gives the browser a new page session and the app a code. A user of
// an external provider comes from req.provider.
func (c *call) signIn(req *authRequest, a *account) {
	c.event.Username = a.username
	if err := c.postAuthentication(a, false); err != nil {
		c.refuseHook(req, err)
		return
	}
	session := pageSession{sub: a.sub, username: a.username, authTime: c.at, expires: c.at.Add(pageSessionLife)}
	if req.provider != nil {
		session.provider = req.provider.Name
	}
	c.setCookie(sessionCookie, c.pageSessions.add(session, c.at), pageSessionLife)
	c.giveCode(req, session)
}
