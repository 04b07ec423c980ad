package cognitotest

import (
	"errors"
	"sync"
	"time"
)

// codeLife is how long an authorization code can be redeemed.
const codeLife = 5 * time.Minute

// A grant is what a sign-in gave an app client: everything that its tokens
// say and that a refresh does not change.
type grant struct {
	client    *AppClient
	sub       string
	scopes    []string
	resource  string // aud of the access tokens; "" means none
	authTime  time.Time
	originJTI string
	expires   time.Time // end of the refresh tokens
}

// An authCode is an authorization code that waits to be redeemed.
type authCode struct {
	grant         *grant
	redirectURI   string
	redirectGiven bool // redirect_uri was a parameter of the authorize request
	challenge     string
	nonce         string
	expires       time.Time
}

// A refreshToken belongs to a grant; rotation gives the grant another one.
type refreshToken struct {
	grant   *grant
	rotated time.Time // when its successor was issued; zero if it has none
}

// A grantStore knows the codes, the refresh tokens and what was revoked.
type grantStore struct {
	mu      sync.Mutex // guards everything below
	codes   map[string]*authCode
	refresh map[string]*refreshToken
	access  map[string]*grant // jti of access tokens
	revoked map[*grant]bool
}

var errInvalidGrant = errors.New("invalid_grant")

func (s *grantStore) init() {
	if s.codes == nil {
		s.codes = make(map[string]*authCode)
		s.refresh = make(map[string]*refreshToken)
		s.access = make(map[string]*grant)
		s.revoked = make(map[*grant]bool)
	}
}

// addCode returns a new code.
func (s *grantStore) addCode(c *authCode) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.init()
	code := newUUID()
	s.codes[code] = c
	return code
}

// takeCode uses up a code. One of another client stays that client's.
func (s *grantStore) takeCode(code string, client *AppClient, now time.Time) (*authCode, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.codes[code]
	if c == nil || c.grant.client.ID != client.ID {
		return nil, errInvalidGrant
	}
	delete(s.codes, code)
	if !now.Before(c.expires) {
		return nil, errInvalidGrant
	}
	return c, nil
}

// addRefresh returns a refresh token of g.
func (s *grantStore) addRefresh(g *grant) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newRefresh(g)
}

func (s *grantStore) newRefresh(g *grant) string {
	s.init()
	token := newOpaqueToken()
	s.refresh[token] = &refreshToken{grant: g}
	return token
}

// useRefresh accepts a refresh token and, for a client with rotation, returns
// its successor. A token within its grace period gets one more successor each
// time.
func (s *grantStore) useRefresh(token string, client *AppClient, now time.Time) (g *grant, successor string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.refresh[token]
	if r == nil || r.grant.client.ID != client.ID || s.revoked[r.grant] || !now.Before(r.grant.expires) {
		return nil, "", errInvalidGrant
	}
	if !r.rotated.IsZero() && (client.RetryGracePeriod == 0 || !now.Before(r.rotated.Add(client.RetryGracePeriod))) {
		return nil, "", errInvalidGrant
	}
	if !client.RefreshTokenRotation {
		return r.grant, "", nil
	}
	if r.rotated.IsZero() {
		r.rotated = now
	}
	return r.grant, s.newRefresh(r.grant), nil
}

// revoke ends the grant a refresh token of client belongs to. An unknown
// token is no error.
func (s *grantStore) revoke(token string, client *AppClient) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.refresh[token]; r != nil && r.grant.client.ID == client.ID {
		s.revoked[r.grant] = true
	}
}

// revokeUser ends every grant of a user that has a token.
func (s *grantStore) revokeUser(sub string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.init()
	for _, g := range s.access {
		if g.sub == sub {
			s.revoked[g] = true
		}
	}
	for _, r := range s.refresh {
		if r.grant.sub == sub {
			s.revoked[r.grant] = true
		}
	}
}

// noteAccess remembers which grant an access token belongs to.
func (s *grantStore) noteAccess(jti string, g *grant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.init()
	s.access[jti] = g
}

// accessRevoked reports whether the access token of that jti belongs to a
// grant that was revoked.
func (s *grantStore) accessRevoked(jti string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.access[jti]
	return g != nil && s.revoked[g]
}
