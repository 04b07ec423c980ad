package grants

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// CodeLife is how long an authorization code can be redeemed.
const CodeLife = 5 * time.Minute

// A Code is an authorization code that waits to be redeemed.
type Code struct {
	Grant         *Grant
	RedirectURI   string
	RedirectGiven bool // redirect_uri was a parameter of the authorize request
	Challenge     string
	Nonce         string
	Expires       time.Time
}

// AddCode returns a new code.
func (s *Store) AddCode(c *Code, now time.Time) string {
	code := random.UUID()
	s.codes.Put(code, c, c.Expires, now)
	return code
}

// TakeCode uses up a code. A code of another client is refused and stays valid.
func (s *Store) TakeCode(code string, client *clients.Client, now time.Time) (*Code, error) {
	c, ok := s.codes.Get(code, now)
	if !ok || c.Grant.Client.ID != client.ID {
		return nil, ErrInvalidGrant
	}
	if c, ok = s.codes.Take(code, now); !ok { // used by another request, just now
		return nil, ErrInvalidGrant
	}
	return c, nil
}
