package grants

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
)

// A Saved is a sign-in with all tokens that came of it.
type Saved struct {
	ClientID    string
	Sub         string
	Scopes      []string
	Resource    string `json:",omitempty"`
	AuthTime    time.Time
	OriginJTI   string
	Expires     time.Time
	Revoked     bool                   `json:",omitempty"`
	API         bool                   `json:",omitempty"`
	Tracked     bool                   `json:",omitempty"`
	Device      string                 `json:",omitempty"`
	DeviceGroup string                 `json:",omitempty"`
	ByPassword  bool                   `json:",omitempty"`
	Refresh     map[string]time.Time   // when each was rotated, by keys.Digest
	Access      map[string]savedAccess // by jti
}

type savedAccess struct{ Expires time.Time }

// Save leaves out what has expired.
func (s *Store) Save(now time.Time) []Saved {
	s.mu.Lock()
	defer s.mu.Unlock()
	byGrant := make(map[*Grant]*Saved)
	saved := func(g *Grant) *Saved {
		if byGrant[g] == nil {
			byGrant[g] = g.Save()
		}
		return byGrant[g]
	}
	for key, r := range s.Refresh {
		if now.Before(r.Grant.Expires) {
			saved(r.Grant).Refresh[key] = r.rotated
		}
	}
	for jti, n := range s.access {
		if now.Before(n.expires) {
			saved(n.grant).Access[jti] = savedAccess{n.expires}
		}
	}
	var all []Saved
	for _, g := range byGrant {
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b Saved) int { return strings.Compare(a.OriginJTI, b.OriginJTI) })
	return all
}

func (g *Grant) Save() *Saved {
	return &Saved{
		ClientID: g.Client.ID, Sub: g.Sub, Scopes: g.Scopes, Resource: g.Resource, AuthTime: g.AuthTime,
		OriginJTI: g.OriginJTI, Expires: g.Expires, Revoked: g.Revoked,
		API: g.API, Tracked: g.Tracked, Device: g.Device, DeviceGroup: g.DeviceGroup, ByPassword: g.ByPassword,
		Refresh: make(map[string]time.Time), Access: make(map[string]savedAccess),
	}
}

// ReadSaved makes a store of what a snapshot has. A sign-in whose app client was
// deleted must be revoked.
func ReadSaved(saved []Saved, apps []*clients.Client) (*Store, error) {
	store := new(Store)
	store.init()
	for _, s := range saved {
		client := s.client(apps)
		if client == nil || s.Sub == "" || s.OriginJTI == "" {
			return nil, fmt.Errorf("a sign-in of app client %q without user or origin_jti, or the client is unknown", s.ClientID)
		}
		g := &Grant{
			Client: client, Sub: s.Sub, Scopes: s.Scopes, Resource: s.Resource,
			AuthTime: s.AuthTime, OriginJTI: s.OriginJTI, Expires: s.Expires, Revoked: s.Revoked,
			API: s.API, Tracked: s.Tracked, Device: s.Device, DeviceGroup: s.DeviceGroup, ByPassword: s.ByPassword,
		}
		for key, rotated := range s.Refresh {
			store.Refresh[key] = &refreshToken{g, rotated}
			store.index(g)
		}
		for jti, access := range s.Access {
			store.access[jti] = accessNote{g, access.Expires}
			store.index(g)
		}
	}
	return store, nil
}

// client is the app client of a sign-in. It is nil if the client is unknown and
// the sign-in goes on.
func (s *Saved) client(apps []*clients.Client) *clients.Client {
	i := slices.IndexFunc(apps, func(c *clients.Client) bool { return c.ID == s.ClientID })
	switch {
	case i >= 0:
		return apps[i]
	case s.Revoked && s.ClientID != "":
		return &clients.Client{ID: s.ClientID}
	}
	return nil
}

func (s *Store) Replace(by *Store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Refresh, s.access, s.byUser, s.sweepAt = by.Refresh, by.access, by.byUser, by.sweepAt
	s.codes.Clear()
}
