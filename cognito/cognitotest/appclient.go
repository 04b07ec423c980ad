package cognitotest

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

// An AppClient is an app client of the pool. The zero value is a public
// client with no callback URL.
type AppClient struct {
	// ID is the client id. Empty means a generated one of 26 lower-case
	// letters and digits.
	ID string

	// Secret makes the client a confidential one. Empty means public.
	Secret cognito.Secret

	// SecondSecret is accepted beside Secret, as while secrets are being
	// exchanged. [Pool.AddClientSecret] and [Pool.DeleteClientSecret] do the
	// same later. Empty means that there is one secret.
	SecondSecret cognito.Secret

	// Flows are the OAuth grants the client may use: [FlowCode] or
	// [FlowClientCredentials], which AWS does not allow together, and which
	// needs a secret. Nil means [FlowCode].
	Flows []string

	// CallbackURLs are where a sign-in may end. They are compared letter for
	// letter, and must be absolute and without fragment.
	CallbackURLs []string

	// DefaultRedirectURI is the callback URL of an authorization request
	// without redirect_uri. Empty means the one in CallbackURLs, if there is
	// just one.
	DefaultRedirectURI string

	// LogoutURLs are where /logout may lead. They are compared letter for
	// letter.
	LogoutURLs []string

	// Scopes are the scopes a sign-in may ask for: openid, email, phone,
	// profile, aws.cognito.signin.user.admin, and custom ones of the form
	// <resource server>/<scope>. Nil means those five; for a client with
	// [FlowClientCredentials], which can have custom scopes alone, it means
	// all that the pool's resource servers have when the client is added.
	Scopes []string

	// ReadAttributes are the user attributes the client may read, by their
	// Cognito names; ID tokens and userInfo show no others. Nil means all. A
	// client that cannot read email and email_verified, or phone_number and
	// phone_number_verified, and yet gets a sign-in with the email or phone
	// scope, is refused its tokens with invalid_grant, as on AWS.
	ReadAttributes []string

	// WriteAttributes are the user attributes that users may set through the
	// client when they sign up and later, by their Cognito names. Nil means
	// all but the ones that no user sets: sub, identities, email_verified and
	// phone_number_verified.
	WriteAttributes []string

	// RevealUserExistence tells unknown user names apart from wrong passwords
	// (PreventUserExistenceErrors LEGACY). The console of AWS makes clients
	// that do not.
	RevealUserExistence bool

	// Providers are the identity providers whose users may sign in: names of
	// the pool's [federation.Provider]s, and "COGNITO" for its own directory. Nil means
	// all of them.
	Providers []string

	// ExplicitAuthFlows are the ways to sign in through the user-pool API, by
	// Cognito's names: ALLOW_USER_SRP_AUTH, ALLOW_USER_PASSWORD_AUTH,
	// ALLOW_USER_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH and
	// ALLOW_REFRESH_TOKEN_AUTH. Nil means Cognito's default:
	// ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH and ALLOW_CUSTOM_AUTH. The
	// pages do not ask.
	ExplicitAuthFlows []string

	// AuthSessionValidity is how long each step of a sign-in through the API
	// may take, and how long the codes sent for it are good: 3 to 15 minutes.
	// Zero means 3.
	AuthSessionValidity time.Duration

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

// The values of [AppClient.Flows].
const (
	FlowCode              = "code"
	FlowClientCredentials = "client_credentials"
)

var defaultScopes = []string{"openid", "email", "phone", "profile", adminScope}

// withDefaults returns a copy of c with every default filled in.
func (c AppClient) withDefaults() AppClient {
	if c.ID == "" {
		c.ID = random.Alnum(26)
	}
	if c.Flows == nil {
		c.Flows = []string{FlowCode}
	}
	if c.Scopes == nil && !c.allows(FlowClientCredentials) {
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

func (c *AppClient) validateFlows() error {
	for _, flow := range c.Flows {
		if flow != FlowCode && flow != FlowClientCredentials {
			return fmt.Errorf("%q is no OAuth flow this package has: it is %q or %q", flow, FlowCode, FlowClientCredentials)
		}
	}
	if !c.allows(FlowClientCredentials) {
		return nil
	}
	switch {
	case c.allows(FlowCode):
		return fmt.Errorf("%q and %q cannot be flows of one app client", FlowCode, FlowClientCredentials)
	case c.Secret == "":
		return fmt.Errorf("%q needs a client secret", FlowClientCredentials)
	case !slices.ContainsFunc(c.Scopes, isCustomScope):
		return fmt.Errorf("%q needs a custom scope: add a resource server with WithResourceServer", FlowClientCredentials)
	}
	return nil
}

// allows reports whether the client may use an OAuth flow.
func (c *AppClient) allows(flow string) bool { return slices.Contains(c.Flows, flow) }

// reads reports whether the client may read an attribute.
func (c *AppClient) reads(attribute string) bool {
	return c.ReadAttributes == nil || slices.Contains(c.ReadAttributes, attribute)
}

// writes reports whether users may set an attribute through the client.
func (c *AppClient) writes(attribute string) bool {
	return c.WriteAttributes == nil || slices.Contains(c.WriteAttributes, attribute)
}

// readsAllOf reports whether the client may read what the email and phone
// scopes stand for, where scopes have them.
func (c *AppClient) readsAllOf(scopes []string) bool {
	needs := map[string][]string{
		"email": {"email", "email_verified"},
		"phone": {"phone_number", "phone_number_verified"},
	}
	for _, scope := range scopes {
		for _, attribute := range needs[scope] {
			if !c.reads(attribute) {
				return false
			}
		}
	}
	return true
}

// defaultCallback is where an authorization request without redirect_uri
// leads; "" means that it needs one.
func (c *AppClient) defaultCallback() string {
	if c.DefaultRedirectURI == "" && len(c.CallbackURLs) == 1 {
		return c.CallbackURLs[0]
	}
	return c.DefaultRedirectURI
}

// revocable reports whether the client's tokens carry origin_jti.
func (c *AppClient) revocable() bool { return !c.DisableRevocation || c.RefreshTokenRotation }

// AddClient adds an app client and returns its configuration: what
// [WithClient] does, for when an app's address is known only after the pool
// was made. It panics if the client is not possible or its id is taken.
func (p *Pool) AddClient(c AppClient) cognito.Config {
	c = c.withDefaults()
	if c.Scopes == nil {
		c.Scopes = p.servers.scopes()
	}
	err := p.checkClient(&c)
	if err == nil {
		err = p.clients.add(&c)
	}
	if err != nil {
		panic("cognitotest: app client " + c.ID + ": " + err.Error())
	}
	return p.configFor(&c)
}

// checkClient checks a client by itself and against the pool's resource
// servers.
func (p *Pool) checkClient(c *AppClient) error {
	if err := c.validate(); err != nil {
		return err
	}
	if err := p.checkProviders(c); err != nil {
		return err
	}
	return p.servers.check(c.Scopes)
}

// ClientSecrets returns the secrets that an app client has now, which are at
// most two. A public one has none. It panics if there is no such client.
func (p *Pool) ClientSecrets(clientID string) []cognito.Secret {
	return p.clients.secrets(p.mustClient(clientID).ID)
}

// AddClientSecret gives a confidential app client a second secret, which is
// accepted beside the first. It fails if the client is public or has two.
func (p *Pool) AddClientSecret(clientID string, secret cognito.Secret) error {
	if err := p.clients.addSecret(clientID, secret); err != nil {
		return fmt.Errorf("cognitotest: add a secret to app client %q: %w", clientID, err)
	}
	return nil
}

// DeleteClientSecret takes one of two secrets away: requests with it get
// invalid_client from then on. The last one stays, as on AWS.
func (p *Pool) DeleteClientSecret(clientID string, secret cognito.Secret) error {
	if err := p.clients.deleteSecret(clientID, secret); err != nil {
		return fmt.Errorf("cognitotest: delete a secret of app client %q: %w", clientID, err)
	}
	return nil
}

// mustClient finds an app client that the test says is there.
func (p *Pool) mustClient(id string) *AppClient {
	c := p.clients.find(id)
	if c == nil {
		panic(fmt.Sprintf("cognitotest: the pool has no app client %q", id))
	}
	return c
}

// A clientSet holds the pool's app clients. A client itself does not change:
// another takes its place. The secrets are kept apart.
type clientSet struct {
	mu      sync.Mutex // guards everything below
	list    []*AppClient
	current map[string][]cognito.Secret // by client id, the oldest first

	profiles map[string]clientProfile // of clients that the API made or changed
}

// maxSecrets is how many secrets a client can have at once.
const maxSecrets = 2

func (s *clientSet) secrets(id string) []cognito.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.current[id])
}

// longestValidity is after how long no access or ID token issued now is good.
func (s *clientSet) longestValidity() (longest time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.list {
		longest = max(longest, c.AccessTokenValidity, c.IDTokenValidity)
	}
	return longest
}

// newestSecret returns "" for a public client.
func (s *clientSet) newestSecret(id string) cognito.Secret {
	have := s.secrets(id)
	if len(have) == 0 {
		return ""
	}
	return have[len(have)-1]
}

func (s *clientSet) addSecret(id string, secret cognito.Secret) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.append(id, secret)
}

// append is addSecret for callers that hold the lock.
func (s *clientSet) append(id string, secret cognito.Secret) error {
	have := s.current[id]
	switch {
	case secret == "":
		return errors.New("it is empty")
	case len(have) == 0:
		return errors.New("there is no confidential client of that id")
	case len(have) == maxSecrets:
		return fmt.Errorf("it has %d, delete one first", maxSecrets)
	case slices.Contains(have, secret):
		return errors.New("it has that one")
	}
	s.current[id] = append(slices.Clone(have), secret)
	return nil
}

func (s *clientSet) deleteSecret(id string, secret cognito.Secret) error {
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

func (s *clientSet) add(c *AppClient) error {
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

func (s *clientSet) first() *AppClient {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) == 0 {
		panic("cognitotest: the pool has no app client")
	}
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
