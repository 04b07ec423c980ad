// Package clients has a pool's app clients: their settings, secrets, scopes and
// flows, and the resource servers whose scopes they may have.
package clients

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

var defaultScopes = []string{"openid", "email", "phone", "profile", AdminScope}

// WithDefaults returns a copy of c with every default filled in.
func (c Client) WithDefaults() Client {
	if c.ID == "" {
		c.ID = random.Alnum(26)
	}
	if c.Flows == nil {
		c.Flows = []string{FlowCode}
	}
	if c.Scopes == nil && !c.Allows(FlowClientCredentials) {
		c.Scopes = defaultScopes
	}
	setDefault := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	if c.ExplicitAuthFlows == nil {
		c.ExplicitAuthFlows = defaultAuthFlows
	}
	setDefault(&c.AuthSessionValidity, minAuthSession)
	setDefault(&c.AccessTokenValidity, time.Hour)
	setDefault(&c.IDTokenValidity, time.Hour)
	setDefault(&c.RefreshTokenValidity, 30*24*time.Hour)
	c.CallbackURLs = slices.Clone(c.CallbackURLs)
	c.LogoutURLs = slices.Clone(c.LogoutURLs)
	c.Scopes = slices.Clone(c.Scopes)
	c.Flows = slices.Clone(c.Flows)
	c.ExplicitAuthFlows = slices.Clone(c.ExplicitAuthFlows)
	c.ReadAttributes = slices.Clone(c.ReadAttributes)
	c.WriteAttributes = slices.Clone(c.WriteAttributes)
	c.Providers = slices.Clone(c.Providers)
	return c
}

func (c *Client) Validate() error {
	for _, raw := range slices.Concat(c.CallbackURLs, c.LogoutURLs) {
		if u, err := url.Parse(raw); err != nil || !u.IsAbs() || strings.Contains(raw, "#") {
			return fmt.Errorf("%q is not an absolute URL without fragment", raw)
		}
	}
	for _, d := range []time.Duration{c.AccessTokenValidity, c.IDTokenValidity, c.RefreshTokenValidity} {
		if d < time.Second || d%time.Second != 0 {
			return fmt.Errorf("a token validity of %v: it must be a positive whole number of seconds", d)
		}
	}
	if c.RetryGracePeriod < 0 || c.RetryGracePeriod > time.Minute {
		return fmt.Errorf("a RetryGracePeriod of %v: it must be 0 to 60 s", c.RetryGracePeriod)
	}
	for _, scope := range c.Scopes {
		if !slices.Contains(defaultScopes, scope) && !IsCustomScope(scope) {
			return fmt.Errorf("%q is no scope of Cognito's, nor of the form <resource server>/<scope>", scope)
		}
	}
	if c.DefaultRedirectURI != "" && !slices.Contains(c.CallbackURLs, c.DefaultRedirectURI) {
		return fmt.Errorf("the DefaultRedirectURI %q is not one of the CallbackURLs", c.DefaultRedirectURI)
	}
	if c.SecondSecret != "" && (c.Secret == "" || c.Secret == c.SecondSecret) {
		return errors.New("a SecondSecret needs another Secret beside it")
	}
	if err := c.validateAuthFlows(); err != nil {
		return err
	}
	return c.validateFlows()
}

func (c *Client) validateFlows() error {
	for _, flow := range c.Flows {
		if flow != FlowCode && flow != FlowClientCredentials {
			return fmt.Errorf("%q is no OAuth flow this package has: it is %q or %q", flow, FlowCode, FlowClientCredentials)
		}
	}
	if !c.Allows(FlowClientCredentials) {
		return nil
	}
	switch {
	case c.Allows(FlowCode):
		return fmt.Errorf("%q and %q cannot be flows of one app client", FlowCode, FlowClientCredentials)
	case c.Secret == "":
		return fmt.Errorf("%q needs a client secret", FlowClientCredentials)
	case !slices.ContainsFunc(c.Scopes, IsCustomScope):
		return fmt.Errorf("%q needs a custom scope: add a resource server with WithResourceServer", FlowClientCredentials)
	}
	return nil
}

// Allows reports whether the client may use an OAuth flow.
func (c *Client) Allows(flow string) bool { return slices.Contains(c.Flows, flow) }

// Reads reports whether the client may read an attribute.
func (c *Client) Reads(attribute string) bool {
	return c.ReadAttributes == nil || slices.Contains(c.ReadAttributes, attribute)
}

// Writes reports whether users may set an attribute through the client.
func (c *Client) Writes(attribute string) bool {
	return c.WriteAttributes == nil || slices.Contains(c.WriteAttributes, attribute)
}

// ReadsAllOf reports whether the client may read the attributes of the email
// and phone scopes, where scopes have them.
func (c *Client) ReadsAllOf(scopes []string) bool {
	needs := map[string][]string{
		"email": {"email", "email_verified"},
		"phone": {"phone_number", "phone_number_verified"},
	}
	for _, scope := range scopes {
		for _, attribute := range needs[scope] {
			if !c.Reads(attribute) {
				return false
			}
		}
	}
	return true
}

// DefaultCallback is where an authorization request without redirect_uri
// leads; "" means that it needs one.
func (c *Client) DefaultCallback() string {
	if c.DefaultRedirectURI == "" && len(c.CallbackURLs) == 1 {
		return c.CallbackURLs[0]
	}
	return c.DefaultRedirectURI
}

// Revocable reports whether the client's tokens carry origin_jti.
func (c *Client) Revocable() bool { return !c.DisableRevocation || c.RefreshTokenRotation }

// A Set holds the pool's app clients. A client itself does not change:
// another takes its place. The secrets are kept apart.
type Set struct {
	mu      sync.Mutex // guards everything below
	list    []*Client
	current map[string][]cognito.Secret // by client id, the oldest first

	profiles map[string]Profile // of clients that the API made or changed
}

// maxSecrets is how many secrets a client can have at once.
const maxSecrets = 2

func (s *Set) Secrets(id string) []cognito.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.current[id])
}

// LongestValidity is the longest lifetime of an access or ID token that is
// issued now.
func (s *Set) LongestValidity() (longest time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.list {
		longest = max(longest, c.AccessTokenValidity, c.IDTokenValidity)
	}
	return longest
}

// NewestSecret returns "" for a public client.
func (s *Set) NewestSecret(id string) cognito.Secret {
	have := s.Secrets(id)
	if len(have) == 0 {
		return ""
	}
	return have[len(have)-1]
}

func (s *Set) AddSecret(id string, secret cognito.Secret) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.append(id, secret)
}

// append is AddSecret for callers that hold the lock.
func (s *Set) append(id string, secret cognito.Secret) error {
	have := s.current[id]
	switch {
	case secret == "":
		return errors.New("it is empty")
	case len(have) == 0:
		return errors.New("there is no confidential client of that id")
	case len(have) == maxSecrets:
		return fmt.Errorf("it has %d, delete one first", maxSecrets)
	case slices.Contains(have, secret):
		return errors.New("it has this secret already")
	}
	s.current[id] = append(slices.Clone(have), secret)
	return nil
}

func (s *Set) DeleteSecret(id string, secret cognito.Secret) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	have := s.current[id]
	switch {
	case !slices.Contains(have, secret):
		return errors.New("there is no such secret")
	case len(have) == 1:
		return errors.New("it is the last one")
	}
	s.current[id] = slices.DeleteFunc(slices.Clone(have), func(s cognito.Secret) bool { return s == secret })
	s.forgetDate(id, secret)
	return nil
}

func (s *Set) Add(c *Client) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.list {
		if other.ID == c.ID {
			return fmt.Errorf("there is another of this id")
		}
	}
	s.list = append(s.list, c)
	if s.current == nil {
		s.current = make(map[string][]cognito.Secret)
	}
	for _, secret := range []cognito.Secret{c.Secret, c.SecondSecret} {
		if secret != "" {
			s.current[c.ID] = append(s.current[c.ID], secret)
		}
	}
	return nil
}

func (s *Set) First() *Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) == 0 {
		panic("cognitotest: the pool has no app client")
	}
	return s.list[0]
}

// Find returns nil if there is no such client.
func (s *Set) Find(id string) *Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.list {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// A Client has the fields of cognitotest.AppClient.
type Client struct {
	ID                                   string
	Secret                               cognito.Secret
	SecondSecret                         cognito.Secret
	Flows                                []string
	CallbackURLs                         []string
	DefaultRedirectURI                   string
	LogoutURLs                           []string
	Scopes                               []string
	ReadAttributes                       []string
	WriteAttributes                      []string
	RevealUserExistence                  bool
	Providers                            []string
	ExplicitAuthFlows                    []string
	AuthSessionValidity                  time.Duration
	AccessTokenValidity, IDTokenValidity time.Duration
	RefreshTokenValidity                 time.Duration
	RefreshTokenRotation                 bool
	RetryGracePeriod                     time.Duration
	DisableRevocation                    bool
}
