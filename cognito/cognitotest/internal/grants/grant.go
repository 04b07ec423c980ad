// Package grants has authorization codes, refresh tokens and what was revoked.
package grants

import (
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A Grant is what a sign-in gave an app client: everything that its tokens
// say and that a refresh does not change.
type Grant struct {
	Client    *clients.Client
	Sub       string
	Scopes    []string
	Resource  string // aud of the access tokens; "" means none
	AuthTime  time.Time
	OriginJTI string
	Expires   time.Time // end of the refresh tokens
	Revoked   bool      // guarded by the Store

	API         bool   // the user signed in through the user-pool API
	Tracked     bool   // refresh tokens work only together with Device
	Device      string // DEVICE_KEY; "" means none
	DeviceGroup string // of a device that was not confirmed yet
	ByPassword  bool   // USER_PASSWORD_AUTH: with tracked devices its refresh token serves nobody
}

// A refreshToken belongs to a grant; rotation gives the grant another one.
type refreshToken struct {
	Grant   *Grant
	rotated time.Time // when its successor was issued; zero if it has none
}

// A Store knows the codes, the refresh tokens and what was revoked.
type Store struct {
	codes expiring.Map[string, *Code]

	mu      sync.Mutex               // guards everything below
	Refresh map[string]*refreshToken // by keys.Digest
	access  map[string]accessNote    // by jti
	byUser  map[string]userGrants    // the grants of the two maps above, by sub
	sweepAt int                      // entries at which to forget what has expired
}

// userGrants are the grants of a user that have a token, by origin_jti.
type userGrants map[string]*Grant

// noteLife is how long an access token is remembered at least, since a test
// may have prolonged it.
const noteLife = 24 * time.Hour

// An accessNote is what the pool remembers of an access token.
type accessNote struct {
	grant   *Grant
	expires time.Time
}

var ErrInvalidGrant = errors.New("invalid_grant")

// Why a refresh token is refused, in the words of the API. At the token
// endpoint each is invalid_grant.
var (
	ErrRefreshUnknown = refusal.New(refusal.NotAuthorizedException, "Invalid Refresh Token.")
	ErrRefreshRevoked = refusal.New(refusal.NotAuthorizedException, "Refresh Token has been revoked")
	errRefreshExpired = refusal.New(refusal.NotAuthorizedException, "Refresh Token has expired")
	errRefreshReused  = refusal.New("RefreshTokenReuseException", "The refresh token has been used already.")
)

func (s *Store) init() {
	if s.Refresh == nil {
		s.Refresh = make(map[string]*refreshToken)
		s.access = make(map[string]accessNote)
		s.byUser = make(map[string]userGrants)
		s.sweepAt = 1024
	}
}

// sweep forgets what has expired, once the tokens are twice as many as the last
// sweep has left.
func (s *Store) sweep(now time.Time) {
	if len(s.Refresh)+len(s.access) < s.sweepAt {
		return
	}
	maps.DeleteFunc(s.Refresh, func(_ string, r *refreshToken) bool { return !now.Before(r.Grant.Expires) })
	maps.DeleteFunc(s.access, func(_ string, n accessNote) bool { return !now.Before(n.expires) })
	s.byUser = make(map[string]userGrants)
	for _, r := range s.Refresh {
		s.index(r.Grant)
	}
	for _, n := range s.access {
		s.index(n.grant)
	}
	s.sweepAt = max(1024, 2*(len(s.Refresh)+len(s.access)))
}

// index notes that a grant has a token.
func (s *Store) index(g *Grant) {
	if s.byUser[g.Sub] == nil {
		s.byUser[g.Sub] = make(userGrants)
	}
	s.byUser[g.Sub][g.OriginJTI] = g
}

// AddRefresh returns a refresh token of g.
func (s *Store) AddRefresh(g *Grant) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newRefresh(g)
}

func (s *Store) newRefresh(g *Grant) string {
	s.init()
	token := keys.NewRefreshToken()
	s.Refresh[keys.Digest(token)] = &refreshToken{Grant: g}
	s.index(g)
	return token
}

// UseRefresh accepts a refresh token and, for a client with rotation, returns
// its successor. A token within its grace period gets one more successor each
// time. A grant of a tracked device wants its key.
func (s *Store) UseRefresh(token, device string, client *clients.Client, now time.Time) (g *Grant, successor string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.Refresh[keys.Digest(token)]
	switch {
	case r == nil, r.Grant.Client.ID != client.ID, r.Grant.Tracked && (device == "" || r.Grant.Device != device):
		return nil, "", ErrRefreshUnknown
	case r.Grant.Revoked:
		return nil, "", ErrRefreshRevoked
	case !now.Before(r.Grant.Expires):
		return nil, "", errRefreshExpired
	}
	if !r.rotated.IsZero() && (client.RetryGracePeriod == 0 || !now.Before(r.rotated.Add(client.RetryGracePeriod))) {
		return nil, "", errRefreshReused
	}
	if !client.RefreshTokenRotation {
		return r.Grant, "", nil
	}
	if r.rotated.IsZero() {
		r.rotated = now
	}
	return r.Grant, s.newRefresh(r.Grant), nil
}

// RefreshSub is the sub of the user of a refresh token, or "".
func (s *Store) RefreshSub(token string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.Refresh[keys.Digest(token)]; r != nil {
		return r.Grant.Sub
	}
	return ""
}

// Revoke ends the grant a refresh token belongs to. A token of another client
// is not touched; "" means any client. It reports whether it ended one.
func (s *Store) Revoke(token, clientID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.Refresh[keys.Digest(token)]
	if r == nil || clientID != "" && r.Grant.Client.ID != clientID {
		return false
	}
	r.Grant.Revoked = true
	return true
}

// ExpireUser ends the refresh tokens of a user.
func (s *Store) ExpireUser(sub string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.byUser[sub] {
		g.Expires = now
	}
}

// RevokeUser ends every grant of a user that has a token.
func (s *Store) RevokeUser(sub string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.byUser[sub] {
		g.Revoked = true
	}
}

// OriginRevoked reports whether the sign-in that a user's token came of was
// revoked.
func (s *Store) OriginRevoked(sub, originJTI string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.byUser[sub][originJTI]
	return g != nil && g.Revoked
}

// NoteAccess remembers which grant an access token belongs to.
func (s *Store) NoteAccess(jti string, g *Grant, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.init()
	s.sweep(now)
	s.access[jti] = accessNote{g, now.Add(max(g.Client.AccessTokenValidity, noteLife))}
	s.index(g)
}

// AccessRevoked reports whether the access token of that jti belongs to a
// grant that was revoked.
func (s *Store) AccessRevoked(jti string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.access[jti]
	return ok && n.grant.Revoked
}

// GrantOf returns the grant of a refresh token, or nil.
func (s *Store) GrantOf(token string) *Grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.Refresh[keys.Digest(token)]; r != nil {
		return r.Grant
	}
	return nil
}

// GrantOfAccess returns the grant of the access token of that jti, or nil.
func (s *Store) GrantOfAccess(jti string) *Grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.access[jti].grant
}

// RevokeDevice ends the grants of a user on a device.
func (s *Store) RevokeDevice(sub, device string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.byUser[sub] {
		if g.Device == device {
			g.Revoked = true
		}
	}
}

// RevokeClient ends all sign-ins to an app client.
func (s *Store) RevokeClient(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.Refresh {
		if r.Grant.Client.ID == id {
			r.Grant.Revoked = true
		}
	}
	for _, n := range s.access {
		if n.grant.Client.ID == id {
			n.grant.Revoked = true
		}
	}
}
