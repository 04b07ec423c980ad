package cognitotest

import (
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
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
	revoked   bool      // guarded by the grantStore

	api         bool   // the user signed in through the user-pool API
	tracked     bool   // refresh tokens serve together with device alone
	device      string // DEVICE_KEY; "" means none
	deviceGroup string // of a device that was not confirmed yet
	byPassword  bool   // USER_PASSWORD_AUTH: with tracked devices its refresh token serves nobody
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
	codes expiring.Map[string, *authCode]

	mu      sync.Mutex               // guards everything below
	refresh map[string]*refreshToken // by keys.Digest
	access  map[string]accessNote    // by jti
	byUser  map[string]userGrants    // the grants of the two maps above, by sub
	sweepAt int                      // entries at which to forget what has expired
}

// userGrants are the grants of a user that have a token, by origin_jti.
type userGrants map[string]*grant

// noteLife is how long an access token is remembered at least, since a test
// may have prolonged it.
const noteLife = 24 * time.Hour

// An accessNote is what the pool remembers of an access token.
type accessNote struct {
	grant   *grant
	expires time.Time
}

var errInvalidGrant = errors.New("invalid_grant")

// Why a refresh token is refused, in the words of the API. At the token
// endpoint each is invalid_grant.
var (
	errRefreshUnknown = refusal.New(refusal.NotAuthorizedException, "Invalid Refresh Token.")
	errRefreshRevoked = refusal.New(refusal.NotAuthorizedException, "Refresh Token has been revoked")
	errRefreshExpired = refusal.New(refusal.NotAuthorizedException, "Refresh Token has expired")
	errRefreshReused  = refusal.New("RefreshTokenReuseException", "The refresh token has been used already.")
)

func (s *grantStore) init() {
	if s.refresh == nil {
		s.refresh = make(map[string]*refreshToken)
		s.access = make(map[string]accessNote)
		s.byUser = make(map[string]userGrants)
		s.sweepAt = 1024
	}
}

// sweep forgets what has expired, once the tokens are twice as many as the last
// sweep has left.
func (s *grantStore) sweep(now time.Time) {
	if len(s.refresh)+len(s.access) < s.sweepAt {
		return
	}
	maps.DeleteFunc(s.refresh, func(_ string, r *refreshToken) bool { return !now.Before(r.grant.expires) })
	maps.DeleteFunc(s.access, func(_ string, n accessNote) bool { return !now.Before(n.expires) })
	s.byUser = make(map[string]userGrants)
	for _, r := range s.refresh {
		s.index(r.grant)
	}
	for _, n := range s.access {
		s.index(n.grant)
	}
	s.sweepAt = max(1024, 2*(len(s.refresh)+len(s.access)))
}

// index notes that a grant has a token.
func (s *grantStore) index(g *grant) {
	if s.byUser[g.sub] == nil {
		s.byUser[g.sub] = make(userGrants)
	}
	s.byUser[g.sub][g.originJTI] = g
}

// addCode returns a new code.
func (s *grantStore) addCode(c *authCode, now time.Time) string {
	code := random.UUID()
	s.codes.Put(code, c, c.expires, now)
	return code
}

// takeCode uses up a code. One of another client stays that client's.
func (s *grantStore) takeCode(code string, client *AppClient, now time.Time) (*authCode, error) {
	c, ok := s.codes.Get(code, now)
	if !ok || c.grant.client.ID != client.ID {
		return nil, errInvalidGrant
	}
	if c, ok = s.codes.Take(code, now); !ok { // used by another request, just now
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
	token := keys.NewRefreshToken()
	s.refresh[keys.Digest(token)] = &refreshToken{grant: g}
	s.index(g)
	return token
}

// useRefresh accepts a refresh token and, for a client with rotation, returns
// its successor. A token within its grace period gets one more successor each
// time. A grant of a tracked device wants its key.
func (s *grantStore) useRefresh(token, device string, client *AppClient, now time.Time) (g *grant, successor string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.refresh[keys.Digest(token)]
	switch {
	case r == nil, r.grant.client.ID != client.ID, r.grant.tracked && (device == "" || r.grant.device != device):
		return nil, "", errRefreshUnknown
	case r.grant.revoked:
		return nil, "", errRefreshRevoked
	case !now.Before(r.grant.expires):
		return nil, "", errRefreshExpired
	}
	if !r.rotated.IsZero() && (client.RetryGracePeriod == 0 || !now.Before(r.rotated.Add(client.RetryGracePeriod))) {
		return nil, "", errRefreshReused
	}
	if !client.RefreshTokenRotation {
		return r.grant, "", nil
	}
	if r.rotated.IsZero() {
		r.rotated = now
	}
	return r.grant, s.newRefresh(r.grant), nil
}

// revoke ends the grant a refresh token belongs to. A token of another client
// than that is left alone; "" means any. It reports whether it ended one.
func (s *grantStore) revoke(token, clientID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.refresh[keys.Digest(token)]
	if r == nil || clientID != "" && r.grant.client.ID != clientID {
		return false
	}
	r.grant.revoked = true
	return true
}

// expireUser ends the refresh tokens of a user.
func (s *grantStore) expireUser(sub string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.byUser[sub] {
		g.expires = now
	}
}

// revokeUser ends every grant of a user that has a token.
func (s *grantStore) revokeUser(sub string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.byUser[sub] {
		g.revoked = true
	}
}

// originRevoked reports whether the sign-in that a user's token came of was
// revoked.
func (s *grantStore) originRevoked(sub, originJTI string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.byUser[sub][originJTI]
	return g != nil && g.revoked
}

// noteAccess remembers which grant an access token belongs to.
func (s *grantStore) noteAccess(jti string, g *grant, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.init()
	s.sweep(now)
	s.access[jti] = accessNote{g, now.Add(max(g.client.AccessTokenValidity, noteLife))}
	s.index(g)
}

// accessRevoked reports whether the access token of that jti belongs to a
// grant that was revoked.
func (s *grantStore) accessRevoked(jti string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.access[jti]
	return ok && n.grant.revoked
}

// grantOf returns the grant of a refresh token, or nil.
func (s *grantStore) grantOf(token string) *grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.refresh[keys.Digest(token)]; r != nil {
		return r.grant
	}
	return nil
}

// grantOfAccess returns the grant of the access token of that jti, or nil.
func (s *grantStore) grantOfAccess(jti string) *grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.access[jti].grant
}

// revokeDevice ends the grants of a user on a device.
func (s *grantStore) revokeDevice(sub, device string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.byUser[sub] {
		if g.device == device {
			g.revoked = true
		}
	}
}

// revokeClient ends all sign-ins to an app client.
func (s *grantStore) revokeClient(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.refresh {
		if r.grant.client.ID == id {
			r.grant.revoked = true
		}
	}
	for _, n := range s.access {
		if n.grant.client.ID == id {
			n.grant.revoked = true
		}
	}
}
