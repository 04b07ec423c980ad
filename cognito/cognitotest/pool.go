package cognitotest

import (
	"cmp"
	"sync"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// A Pool is a user pool with its domain: the OAuth endpoints, the hosted
// pages, the users and the keys. Make one with [NewPool]. Its methods may be
// called concurrently.
type Pool struct {
	core *pool.Pool

	mu     sync.Mutex // guards server
	server *server
}

// NewPool returns a pool. It answers in memory through [Pool.Client]. After
// [Pool.Start], or as a handler of your server, it also answers over a socket.
// NewPool starts nothing, so without Start you need not call Close.
//
// The first pool of a process generates two RSA keys when its first token is
// signed or its keys are fetched. That takes about a fifth of a second. All
// pools sign with these two keys until [Pool.RotateKeys].
//
// NewPool panics if an option is wrong, which is a mistake in the test.
func NewPool(opts ...Option) *Pool {
	o := options{pool.Options{Policy: credential.DefaultPolicy(), Names: settings.Names{Prefix: pool.DefaultPrefix}}}
	for _, opt := range opts {
		opt(&o)
	}
	return &Pool{core: pool.New(o.Options)}
}

// An Option is one setting of [NewPool].
type Option func(*options)

type options struct{ pool.Options }

// WithID sets the user-pool id, such as "us-east-1_aB3dE5gH7". The id also sets
// the region. Without it the id is "eu-west-1_Emulator1".
func WithID(id string) Option { return func(o *options) { o.ID = id } }

// Config returns the configuration of the pool's first app client, with the
// pool's clock. In memory its URLs are those of AWS and its HTTPClient is
// [Pool.Client]. If a socket serves the pool ([Pool.Start], [Pool.ServeAt]),
// its URLs are those of the socket, and HTTPClient is nil.
func (p *Pool) Config() cognito.Config { return p.configFor(p.core.Clients.First()) }

// ConfigFor is [Pool.Config] for another app client. It panics if the pool
// has no client of that id.
func (p *Pool) ConfigFor(clientID string) cognito.Config {
	return p.configFor(p.core.MustClient(clientID))
}

func (p *Pool) configFor(c *clients.Client) cognito.Config {
	cfg := cognito.Config{
		UserPoolID:   p.core.ID,
		ClientID:     c.ID,
		ClientSecret: p.core.Clients.NewestSecret(c.ID),
		Now:          p.Now,
	}
	if p.core.Identities != nil {
		cfg.IdentityPoolID = p.core.Identities.ID
	}
	if base := p.core.SocketURL(); base != "" {
		if p.core.Names().Exist() {
			cfg.Domain = base
		}
		cfg.Issuer = base + "/" + p.core.ID
		cfg.Endpoint = base
		cfg.EmulatorHost = pool.PlainHost(base)
		return cfg
	}
	cfg.Domain = cmp.Or(p.core.Names().Custom, p.core.Names().Prefix)
	if cfg.Domain == p.core.Names().Prefix && cfg.Domain != "" && hosts.PrefixDomain(cfg.Domain, p.core.Region()) == "" {
		cfg.Domain = p.core.PrefixHost()
	}
	cfg.HTTPClient = p.Client()
	return cfg
}

// URL returns the base URL of the pool's domain, without a trailing slash. In
// memory it is the custom domain if there is one, and otherwise the prefix
// domain, such as https://emulator.auth.<region>.amazoncognito.com. On a socket
// it is the socket's address. It is empty for a pool in memory that has no
// domain, such as a new pool of CreateUserPool.
func (p *Pool) URL() string { return p.core.URL() }

// Issuer returns the iss of the pool's tokens. In memory it is the issuer on
// AWS, in the original form or in that of [WithUpdatedIssuer]. If a socket
// serves the pool, it is [Pool.URL] followed by the pool id.
func (p *Pool) Issuer() string { return p.core.Issuer() }

// ServeAt tells the pool its base URL, such as "https://127.0.0.1:8443", if
// your own server serves the pool. It may be plain http on any host, such as
// "http://cognito:9229" in a network of containers. [Pool.Start] calls ServeAt
// itself. After an empty URL, the pool answers only in memory again.
func (p *Pool) ServeAt(baseURL string) { p.core.ServeAt(baseURL) }
