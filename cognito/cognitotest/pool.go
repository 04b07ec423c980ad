package cognitotest

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/limits"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/replay"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// A Pool is a user pool with its domain: the OAuth endpoints, the hosted
// pages, the users and the keys. Make one with [NewPool]. Its methods may be
// called concurrently.
type Pool struct {
	id           string
	clients      clientSet
	started      time.Time // when it was made, by its clock
	ownClient    string    // id of the client that nobody asked for; "" if there is none
	clock        clock
	keys         keys.Ring
	users        directory
	lockout      limits.Lockout
	quotas       limits.Quotas
	decoys       limits.Decoys
	grants       grantStore
	authSessions sessionStore
	newPasskeys  passkeys.Starts
	pageSessions pageSessions
	steps        stepStore
	csrf         keys.FormGuard
	outbox       messageLog
	events       eventLog
	hooks        trigger.Hooks // set once, by NewPool
	settings     settingsBox
	flights      flightStore
	servers      resourceServers
	faults       faultList
	answers      replay.Answers
	mismatches   expiring.Map[string, mismatch] // by app client id

	identities *identityPool // nil if there is none; set once, by NewPool

	mu       sync.Mutex // guards everything below
	base     string     // where a socket serves the pool; "" means in memory alone
	server   *server
	disguise []byte // what made-up names and salts follow from
}

// defaultPoolID is the id of a pool made without [WithID].
const defaultPoolID = "eu-west-1_Emulator1"

// defaultPrefix is the prefix domain of a pool made without [WithDomain].
const defaultPrefix = "emulator"

// NewPool returns a pool that answers in memory through [Pool.Client], and
// over a socket after [Pool.Start] or as a handler of the caller's server. It
// starts nothing and needs no Close until Start is called.
//
// The first pool of a process takes the time that two RSA keys take, about a
// fifth of a second, when its first token is signed or its keys are fetched.
// All pools sign with these two until [Pool.RotateKeys].
//
// NewPool panics if an option is wrong, which is a mistake in the test.
func NewPool(opts ...Option) *Pool {
	o := options{policy: credential.DefaultPolicy(), names: poolNames{prefix: defaultPrefix}}
	for _, opt := range opts {
		opt(&o)
	}
	if o.id == "" {
		o.id = defaultPoolID
	}
	if _, err := hosts.ParsePoolID(o.id); err != nil {
		panic("cognitotest: WithID: " + err.Error())
	}
	byDefault := len(o.clients) == 0
	if byDefault {
		o.clients = []AppClient{{
			CallbackURLs: []string{"http://localhost:8080/auth/callback"},
			LogoutURLs:   []string{"http://localhost:8080/auth/signed-out"},
		}}
	}
	p := &Pool{id: o.id, csrf: keys.NewFormGuard(), disguise: random.Bytes(32), hooks: o.hooks}
	p.users.now = p.Now
	p.started = p.Now()
	if err := p.setSettings(&o); err != nil {
		panic("cognitotest: " + err.Error())
	}
	for _, s := range o.servers {
		p.AddResourceServer(s)
	}
	if err := p.setIdentities(o.identities); err != nil {
		panic("cognitotest: " + err.Error())
	}
	for i, c := range o.clients {
		cfg := p.AddClient(c)
		if i == 0 && byDefault {
			p.ownClient = cfg.ClientID
		}
	}
	return p
}

// setSettings gives a new pool its settings.
func (p *Pool) setSettings(o *options) (err error) {
	s := settings{policy: o.policy.WithDefaults(), names: o.names}
	if err := s.policy.Validate(); err != nil {
		return fmt.Errorf("WithPasswordPolicy: %w", err)
	}
	if s.rules, err = o.rules.checked(); err != nil {
		return err
	}
	if err := s.names.validate(p.region()); err != nil {
		return err
	}
	p.settings.now.Store(&s)
	return nil
}

// An Option is one setting of [NewPool].
type Option func(*options)

type options struct {
	id      string
	clients []AppClient
	hooks   trigger.Hooks
	policy  credential.Policy
	names   poolNames
	servers []ResourceServer
	rules   poolRules

	identities *IdentityPool
}

// WithID sets the user-pool id, such as "us-east-1_aB3dE5gH7", and with it
// the region. Without it the id is "eu-west-1_Emulator1".
func WithID(id string) Option { return func(o *options) { o.id = id } }

// WithClient adds an app client. The first is the one [Pool.Config]
// describes. Without any there is one public client, made for an app on
// http://localhost:8080: callback /auth/callback, sign-out /auth/signed-out.
func WithClient(c AppClient) Option {
	return func(o *options) { o.clients = append(o.clients, c) }
}

// Config returns the configuration an app needs to be the pool's first app
// client, with the pool's clock. In memory its URLs are those of AWS and its
// HTTPClient is [Pool.Client]. Once a socket serves the pool ([Pool.Start],
// [Pool.ServeAt]) they are URLs of that socket, and HTTPClient is nil.
func (p *Pool) Config() cognito.Config { return p.configFor(p.clients.first()) }

// ConfigFor is [Pool.Config] for another app client. It panics if the pool
// has no client of that id.
func (p *Pool) ConfigFor(clientID string) cognito.Config {
	return p.configFor(p.mustClient(clientID))
}

func (p *Pool) configFor(c *AppClient) cognito.Config {
	cfg := cognito.Config{
		UserPoolID:   p.id,
		ClientID:     c.ID,
		ClientSecret: p.clients.newestSecret(c.ID),
		Now:          p.Now,
	}
	if p.identities != nil {
		cfg.IdentityPoolID = p.identities.ID
	}
	if base := p.socketURL(); base != "" {
		if p.names().exist() {
			cfg.Domain = base
		}
		cfg.Issuer = base + "/" + p.id
		cfg.Endpoint = base
		cfg.EmulatorHost = plainHost(base)
		return cfg
	}
	cfg.Domain = cmp.Or(p.names().custom, p.names().prefix)
	if cfg.Domain == p.names().prefix && cfg.Domain != "" && hosts.PrefixDomain(cfg.Domain, p.region()) == "" {
		cfg.Domain = p.prefixHost()
	}
	cfg.HTTPClient = p.Client()
	return cfg
}

// URL is the base URL of the pool's domain: in memory the custom domain if
// there is one, else the prefix domain, such as
// https://emulator.auth.<region>.amazoncognito.com; otherwise where the socket
// is. It has no trailing slash. In memory it is empty for a pool without a
// domain, as CreateUserPool makes them.
func (p *Pool) URL() string {
	if base := p.socketURL(); base != "" {
		return base
	}
	if hosts := p.domainHosts(); len(hosts) > 0 {
		return "https://" + hosts[0]
	}
	return ""
}

// Issuer is the iss of the pool's tokens: the one of AWS in memory, of the
// kind that [WithUpdatedIssuer] chooses, and [Pool.URL] followed by the pool
// id once a socket serves the pool.
func (p *Pool) Issuer() string {
	if base := p.socketURL(); base != "" {
		return base + "/" + p.id
	}
	return "https://" + p.issuerHosts()[0] + "/" + p.id
}

// PrefixURL is the base URL of the pool's prefix domain in memory, which
// answers beside a custom one.
func (p *Pool) PrefixURL() string { return "https://" + p.prefixHost() }

// ServeAt tells the pool the base URL, such as "https://127.0.0.1:8443", at
// which a server of the caller's own serves it; it may be plain http on any
// host, such as "http://cognito:9229" in a network of containers. [Pool.Start]
// does this by itself. An empty URL takes the pool back to memory alone.
func (p *Pool) ServeAt(baseURL string) {
	if baseURL != "" {
		base, err := hosts.ParseBaseURL(baseURL, plainHost(baseURL))
		if err != nil {
			panic("cognitotest: ServeAt: " + err.Error())
		}
		baseURL = base
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.base = baseURL
}

// plainHost is the host of an http URL that is not this machine: the one that
// an app's configuration has to name as an emulator's. It is "" for others.
func plainHost(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" || hosts.IsLoopback(u.Hostname()) {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

func (p *Pool) socketURL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.base
}
