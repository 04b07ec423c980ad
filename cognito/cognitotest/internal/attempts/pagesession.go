package attempts

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// A PageSession is a browser signed in on the pages, for all app clients.
type PageSession struct {
	Sub      string
	Username string
	Provider string // where the user came from; "" means the pool's own directory
	AuthTime time.Time
	Expires  time.Time
}

type PageSessions struct {
	ByID expiring.Map[string, PageSession]
}

func (s *PageSessions) Add(session PageSession, now time.Time) (id string) {
	id = random.ID()
	s.ByID.Put(id, session, session.Expires, now)
	return id
}

func (s *PageSessions) Find(id string, now time.Time) (PageSession, bool) { return s.ByID.Get(id, now) }

func (s *PageSessions) End(id string) { s.ByID.Delete(id) }

// EndUser ends the sessions of a user in all browsers.
func (s *PageSessions) EndUser(sub string) {
	s.ByID.DeleteFunc(func(_ string, session PageSession) bool { return session.Sub == sub })
}
