package clients

import (
	"maps"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A BrandingStyle is the style of an app client's managed login pages.
type BrandingStyle struct {
	ID                string
	Created, Modified time.Time
	BrandingLook
}

// A BrandingLook is what a style looks like: Cognito's own values, or some of
// the owner's.
type BrandingLook struct {
	UseCognitoProvidedValues bool
	Settings                 awsjson.Kept `json:",omitempty"`
	Assets                   awsjson.Kept `json:",omitempty"`
}

func (l BrandingLook) Check() error {
	if l.UseCognitoProvidedValues && (l.Settings != nil || l.Assets != nil) {
		return refusal.New(refusal.InvalidParameterException, "Settings and Assets cannot be given with UseCognitoProvidedValues.")
	}
	return nil
}

// A Profile is what only the API says of an app client. That of a
// client which the API has neither made nor changed is empty.
type Profile struct {
	Created, Modified time.Time
	Settings          SettingsInput        // as given
	Secrets           map[string]time.Time `json:",omitempty"` // when each was added later
	Branding          *BrandingStyle       `json:",omitempty"` // of the managed login pages
}

// Profile is the Profile of a client.
func (s *Set) Profile(id string) Profile {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.profiles[id]
}

// Note keeps the profile of a client.
func (s *Set) Note(id string, p Profile) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.profiles == nil {
		s.profiles = make(map[string]Profile)
	}
	s.profiles[id] = p
}

// AddDatedSecret adds a secret of a client and notes when, in one step. It
// returns the secret with its date. Ids are made of dates, so the dates of two
// secrets differ by a second at least.
func (s *Set) AddDatedSecret(id string, secret cognito.Secret, at, beginning time.Time) (DatedSecret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.append(id, secret); err != nil {
		return DatedSecret{}, err
	}
	if s.profiles == nil {
		s.profiles = make(map[string]Profile)
	}
	p := s.profiles[id]
	secrets := make(map[string]time.Time)
	maps.Copy(secrets, p.Secrets)
	p.Secrets = secrets
	p.Secrets[string(secret)] = at
	s.profiles[id] = p
	all := s.dated(id, beginning)
	added := all[len(all)-1]
	p.Secrets[string(secret)] = added.Created // so that the id stays when the other secret goes
	return added, nil
}

// forgetDate drops the date of a secret that is gone.
func (s *Set) forgetDate(id string, secret cognito.Secret) {
	p, ok := s.profiles[id]
	if !ok {
		return
	}
	p.Secrets = maps.Clone(p.Secrets)
	delete(p.Secrets, string(secret))
	s.profiles[id] = p
}

// Change replaces the client with the id of c by c, and lets edit change its
// profile. The secrets stay. It reports false if there is no such client.
func (s *Set) Change(c *Client, edit func(*Profile)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.list, func(other *Client) bool { return other.ID == c.ID })
	if i < 0 {
		return false
	}
	s.list = slices.Clone(s.list)
	s.list[i] = c
	p := s.profiles[c.ID]
	edit(&p)
	if s.profiles == nil {
		s.profiles = make(map[string]Profile)
	}
	s.profiles[c.ID] = p
	return true
}

// Remove reports false if there is no such client.
func (s *Set) Remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.list)
	s.list = slices.DeleteFunc(slices.Clone(s.list), func(c *Client) bool { return c.ID == id })
	s.current = maps.Clone(s.current)
	delete(s.current, id)
	delete(s.profiles, id)
	return len(s.list) < before
}

// A DatedSecret is a secret of a client and when it was added.
type DatedSecret struct {
	Secret  cognito.Secret
	Created time.Time
}

// DatedSecrets returns the secrets of a client, the oldest first. Their times
// differ by a second at least, for ids are made of them. Secrets that the
// client had from the beginning have that time.
func (s *Set) DatedSecrets(id string, beginning time.Time) []DatedSecret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dated(id, beginning)
}

func (s *Set) dated(id string, beginning time.Time) []DatedSecret {
	p := s.profiles[id]
	if !p.Created.IsZero() {
		beginning = p.Created
	}
	var all []DatedSecret
	for i, secret := range s.current[id] {
		d := DatedSecret{secret, p.Secrets[string(secret)]}
		if d.Created.IsZero() {
			d.Created = beginning
		}
		if i > 0 && d.Created.Sub(all[i-1].Created) < time.Second {
			d.Created = all[i-1].Created.Add(time.Second)
		}
		all = append(all, d)
	}
	return all
}
