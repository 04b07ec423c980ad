package cognitotest

import (
	"fmt"
	"sync"

	"github.com/seed75762126/cognito-go/cognito"
)

// A Pool is a user pool with its domain: the OAuth endpoints, the hosted
// pages, the users and the keys. Make one with [NewPool]. Its methods may be
// called concurrently.
type Pool struct {
	id      string
	clients clientSet
	clock   clock
	keys    keyRing
	users   directory
	lockout lockout
	quotas  quotas
	grants  grantStore
	session pageSessions
	steps   stepStore
	csrf    csrfGuard
	outbox  outbox
	events  eventLog

	mu     sync.Mutex // guards base and server
	base   string     // where a socket serves the pool; "" means in memory alone
	server *server
}

// defaultPoolID is the id of a pool made without [WithID].
const defaultPoolID = "eu-west-1_Emulator1"

// domainPrefix names the pool's domain in memory.
const domainPrefix = "emulator"

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
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if o.id == "" {
		o.id = defaultPoolID
	}
	if _, err := cognito.ParsePoolID(o.id); err != nil {
		panic("cognitotest: WithID: " + err.Error())
	}
	if len(o.clients) == 0 {
		o.clients = []AppClient{{
			CallbackURLs: []string{"http://localhost:8080/auth/callback"},
			LogoutURLs:   []string{"http://localhost:8080/auth/signed-out"},
		}}
	}
	p := &Pool{id: o.id, csrf: newCSRFGuard()}
	for _, c := range o.clients {
		p.AddClient(c)
	}
	return p
}

// An Option is one setting of [NewPool].
type Option func(*options)

type options struct {
	id      string
	clients []AppClient
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
	c := p.clients.find(clientID)
	if c == nil {
		panic(fmt.Sprintf("cognitotest: the pool has no app client %q", clientID))
	}
	return p.configFor(c)
}

func (p *Pool) configFor(c *AppClient) cognito.Config {
	cfg := cognito.Config{
		UserPoolID:   p.id,
		ClientID:     c.ID,
		ClientSecret: c.Secret,
		Now:          p.Now,
	}
	if base := p.socketURL(); base != "" {
		cfg.Domain = base
		cfg.Issuer = base + "/" + p.id
		cfg.Endpoint = base
		return cfg
	}
	cfg.Domain = domainPrefix
	cfg.HTTPClient = p.Client()
	return cfg
}

// URL is the base URL of the pool's domain: https://emulator.auth.<region>.amazoncognito.com
// in memory, else where the socket is. It has no trailing slash.
func (p *Pool) URL() string {
	if base := p.socketURL(); base != "" {
		return base
	}
	return "https://" + p.domainHost()
}

// Issuer is the iss of the pool's tokens: the one of AWS in memory, and
// [Pool.URL] followed by the pool id once a socket serves the pool.
func (p *Pool) Issuer() string {
	if base := p.socketURL(); base != "" {
		return base + "/" + p.id
	}
	return "https://" + p.issuerHosts()[0] + "/" + p.id
}

// ServeAt tells the pool the base URL, such as "https://127.0.0.1:8443", at
// which a server of the caller's own serves it. [Pool.Start] does this by
// itself. An empty URL takes the pool back to memory alone.
func (p *Pool) ServeAt(baseURL string) {
	if baseURL != "" {
		base, err := cognito.ParseBaseURL(baseURL)
		if err != nil {
			panic("cognitotest: ServeAt: " + err.Error())
		}
		baseURL = base
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.base = baseURL
}

func (p *Pool) socketURL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.base
}
