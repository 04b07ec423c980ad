package cognitotest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// An AppClient is an app client of the pool. The zero value is a public
// client with no callback URL.
type AppClient struct {
	// ID is the client id. Empty means a generated one of 26 lower-case
	// letters and digits.
	ID string

	// Secret makes the client a confidential one. Empty means public.
	Secret cognito.Secret

	// CallbackURLs are where a sign-in may end. They are compared letter for
	// letter, and must be absolute and without fragment.
	CallbackURLs []string

	// LogoutURLs are where /logout may lead. They are compared letter for
	// letter.
	LogoutURLs []string

	// Scopes are the scopes a sign-in may ask for: openid, email, phone,
	// profile, aws.cognito.signin.user.admin, and custom ones of the form
	// <resource server>/<scope>. Nil means those five.
	Scopes []string

	// AccessTokenValidity and IDTokenValidity are the tokens' lifetimes.
	// Zero means one hour. AWS allows 5 minutes to 24 hours; here any
	// positive whole number of seconds is possible.
	AccessTokenValidity, IDTokenValidity time.Duration

	// RefreshTokenValidity is the lifetime of refresh tokens, counted from
	// when the code was redeemed. Zero means 30 days.
	RefreshTokenValidity time.Duration

	// RefreshTokenRotation gives a new refresh token with every refresh. It
	// lives as long as the first one would have; the one before ends at once
	// or after RetryGracePeriod.
	RefreshTokenRotation bool

	// RetryGracePeriod is how long a rotated-out refresh token is still
	// accepted: 0 to 60 seconds.
	RetryGracePeriod time.Duration

	// DisableRevocation turns token revocation off, as for clients older than
	// that feature: /oauth2/revoke refuses, and without rotation tokens carry
	// no origin_jti.
	DisableRevocation bool
}

var defaultScopes = []string{"openid", "email", "phone", "profile", adminScope}

// withDefaults returns a copy of c with every default filled in.
func (c AppClient) withDefaults() AppClient {
	if c.ID == "" {
		c.ID = newAlnum(26)
	}
	if c.Scopes == nil {
		c.Scopes = defaultScopes
	}
	setDefault := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	setDefault(&c.AccessTokenValidity, time.Hour)
	setDefault(&c.IDTokenValidity, time.Hour)
	setDefault(&c.RefreshTokenValidity, 30*24*time.Hour)
	c.CallbackURLs = slices.Clone(c.CallbackURLs)
	c.LogoutURLs = slices.Clone(c.LogoutURLs)
	c.Scopes = slices.Clone(c.Scopes)
	return c
}

func (c *AppClient) validate() error {
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
		if !slices.Contains(defaultScopes, scope) && !isCustomScope(scope) {
			return fmt.Errorf("%q is no scope of Cognito's, nor of the form <resource server>/<scope>", scope)
		}
	}
	return nil
}

// revocable reports whether the client's tokens carry origin_jti.
func (c *AppClient) revocable() bool { return !c.DisableRevocation || c.RefreshTokenRotation }

// AddClient adds an app client and returns its configuration: what
// [WithClient] does, for when an app's address is known only after the pool
// was made. It panics if the client is not possible or its id is taken.
func (p *Pool) AddClient(c AppClient) cognito.Config {
	c = c.withDefaults()
	err := c.validate()
	if err == nil {
		err = p.clients.add(&c)
	}
	if err != nil {
		panic("cognitotest: app client " + c.ID + ": " + err.Error())
	}
	return p.configFor(&c)
}

// A clientSet holds the pool's app clients. They do not change once added.
type clientSet struct {
	mu   sync.Mutex // guards list
	list []*AppClient
}

func (s *clientSet) add(c *AppClient) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.list {
		if other.ID == c.ID {
			return fmt.Errorf("there is another of this id")
		}
	}
	s.list = append(s.list, c)
	return nil
}

func (s *clientSet) first() *AppClient {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list[0]
}

// find returns nil if there is no such client.
func (s *clientSet) find(id string) *AppClient {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.list {
		if c.ID == id {
			return c
		}
	}
	return nil
}
