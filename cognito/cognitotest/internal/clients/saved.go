package clients

import (
	"errors"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
)

// A Saved has its secrets as text: in [AppClient] they redact
// themselves.
type Saved struct {
	Client
	Secret, SecondSecret string `json:",omitempty"` // always empty: they hide those of AppClient
	Secrets              []string
	Profile              *Profile `json:",omitempty"` // where the API made or changed the client
}

func (s *Set) Save() []Saved {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Saved
	for _, c := range s.list {
		saved := Saved{Client: *c}
		saved.Client.Secret, saved.Client.SecondSecret = "", ""
		for _, secret := range s.current[c.ID] {
			saved.Secrets = append(saved.Secrets, string(secret))
		}
		if profile, changed := s.profiles[c.ID]; changed {
			saved.Profile = &profile
		}
		all = append(all, saved)
	}
	return all
}

func (s Saved) Typed() []cognito.Secret {
	all := []cognito.Secret{} // not nil, since the client is there
	for _, secret := range s.Secrets {
		all = append(all, cognito.Secret(secret))
	}
	return all
}

func (s Saved) Read() (*Client, error) {
	if s.ID == "" || len(s.Secrets) > maxSecrets || slices.Contains(s.Secrets, "") {
		return nil, errors.New("no id, or too many or empty secrets")
	}
	c := s.Client
	if len(s.Secrets) > 0 {
		c.Secret = cognito.Secret(s.Secrets[0])
	}
	c = c.WithDefaults()
	return &c, c.Validate()
}

func (s *Set) All() []*Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// Replace sets the clients, their secrets and their profiles. A client that the
// set had already keeps its own profile, if it has one.
func (s *Set) Replace(list []*Client, secrets map[string][]cognito.Secret, profiles map[string]Profile) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range list {
		if own, had := s.profiles[c.ID]; had && slices.Contains(s.list, c) {
			profiles[c.ID] = own
		}
	}
	s.list, s.current, s.profiles = list, secrets, profiles
}
