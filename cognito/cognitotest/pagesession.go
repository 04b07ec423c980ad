package cognitotest

import (
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
	authTime time.Time
	expires  time.Time
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

// pageSession returns the session of the browser that makes the call.
func (c *call) pageSession() (pageSession, bool) {
	return c.session.find(c.cookie(sessionCookie), c.at)
}

// signIn gives the browser a new page session and the app a code.
func (c *call) signIn(req *authRequest, a *account) {
	c.event.Username = a.username
	session := pageSession{sub: a.sub, username: a.username, authTime: c.at, expires: c.at.Add(pageSessionLife)}
	c.setCookie(sessionCookie, c.session.add(session, c.at), pageSessionLife)
	c.giveCode(req, session)
}
