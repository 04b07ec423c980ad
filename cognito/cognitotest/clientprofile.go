package cognitotest

import (
	"maps"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// A clientProfile is what only the API says of an app client. That of a
// client which the API has neither made nor changed is empty.
type clientProfile struct {
	Created, Modified time.Time
	Settings          clientSettingsInput  // as given
	Secrets           map[string]time.Time `json:",omitempty"` // when each was added later
	Branding          *brandingStyle       `json:",omitempty"` // of the managed login pages
}

// profile is the profile of a client.
func (s *clientSet) profile(id string) clientProfile {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.profiles[id]
}

// note keeps the profile of a client.
func (s *clientSet) note(id string, p clientProfile) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.profiles == nil {
		s.profiles = make(map[string]clientProfile)
	}
	s.profiles[id] = p
}

// addDatedSecret adds a secret of a client and notes when, in one step. It
// returns the secret with its date, which ids are made of: that of two secrets
// differs by a second at least.
func (s *clientSet) addDatedSecret(id string, secret cognito.Secret, at, beginning time.Time) (datedSecret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.append(id, secret); err != nil {
		return datedSecret{}, err
	}
	if s.profiles == nil {
		s.profiles = make(map[string]clientProfile)
	}
	p := s.profiles[id]
	p.Secrets = cloneOf(p.Secrets)
	p.Secrets[string(secret)] = at
	s.profiles[id] = p
	all := s.dated(id, beginning)
	added := all[len(all)-1]
	p.Secrets[string(secret)] = added.created // so that the id stays when the other secret goes
	return added, nil
}

// forgetDate drops the date of a secret that is gone.
func (s *clientSet) forgetDate(id string, secret cognito.Secret) {
	p, ok := s.profiles[id]
	if !ok {
		return
	}
	p.Secrets = maps.Clone(p.Secrets)
	delete(p.Secrets, string(secret))
	s.profiles[id] = p
}

// change puts a client, with what edit makes of its profile, in the place of
// the one of its id, which keeps its secrets. It reports false if there is none.
func (s *clientSet) change(c *AppClient, edit func(*clientProfile)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.list, func(other *AppClient) bool { return other.ID == c.ID })
	if i < 0 {
		return false
	}
	s.list = slices.Clone(s.list)
	s.list[i] = c
	p := s.profiles[c.ID]
	edit(&p)
	if s.profiles == nil {
		s.profiles = make(map[string]clientProfile)
	}
	s.profiles[c.ID] = p
	return true
}

// remove reports false if there is no such client.
func (s *clientSet) remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.list)
	s.list = slices.DeleteFunc(slices.Clone(s.list), func(c *AppClient) bool { return c.ID == id })
	s.current = maps.Clone(s.current)
	delete(s.current, id)
	delete(s.profiles, id)
	return len(s.list) < before
}

// A datedSecret is a secret of a client and when it was added.
type datedSecret struct {
	secret  cognito.Secret
	created time.Time
}

// datedSecrets returns the secrets of a client, the oldest first. Their times
// differ by a second at least, for ids are made of them. Those that were there
// from the beginning have that time.
func (s *clientSet) datedSecrets(id string, beginning time.Time) []datedSecret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dated(id, beginning)
}

func (s *clientSet) dated(id string, beginning time.Time) []datedSecret {
	p := s.profiles[id]
	if !p.Created.IsZero() {
		beginning = p.Created
	}
	var all []datedSecret
	for i, secret := range s.current[id] {
		d := datedSecret{secret, p.Secrets[string(secret)]}
		if d.created.IsZero() {
			d.created = beginning
		}
		if i > 0 && d.created.Sub(all[i-1].created) < time.Second {
			d.created = all[i-1].created.Add(time.Second)
		}
		all = append(all, d)
	}
	return all
}
