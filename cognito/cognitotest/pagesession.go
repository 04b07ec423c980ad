package cognitotest

import (
	"maps"
	"sync"
	"time"
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
	mu   sync.Mutex // guards byID
	byID map[string]pageSession
}

func (s *pageSessions) add(session pageSession, now time.Time) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = make(map[string]pageSession)
	}
	for id, old := range s.byID {
		if !now.Before(old.expires) {
			delete(s.byID, id)
		}
	}
	id = randomID()
	s.byID[id] = session
	return id
}

func (s *pageSessions) find(id string, now time.Time) (pageSession, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session, ok := s.byID[id]
	return session, ok && now.Before(session.expires)
}

func (s *pageSessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}

// endUser ends the sessions of a user in all browsers.
func (s *pageSessions) endUser(sub string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.byID, func(_ string, session pageSession) bool { return session.sub == sub })
}

// pageSession returns the session of the browser that makes the call.
func (c *call) pageSession() (pageSession, bool) {
	session, ok := c.session.find(c.cookie(sessionCookie), c.at)
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
	c.setCookie(sessionCookie, c.session.add(session, c.at), pageSessionLife)
	c.giveCode(req, session)
}
