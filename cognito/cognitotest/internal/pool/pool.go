// Package pool is a user pool: all its data, the claims of its tokens, and its
// snapshots. It answers no requests itself.
package pool

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identitypool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/journal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/limits"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/replay"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/trail"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// NewEmpty is a pool without app clients and without a domain.
func NewEmpty(id string, s settings.Settings) *Pool {
	p := New(Options{ID: id, Policy: credential.DefaultPolicy(), Names: settings.Names{Prefix: DefaultPrefix}})
	p.Clients.Replace(nil, nil, nil)
	p.ownClient = ""
	s.ByAPI = true
	p.Settings.Now.Store(&s)
	return p
}

// A Pool is a user pool with all its data. Its methods may be called
// concurrently.
type Pool struct {
	ID           string
	Clients      clients.Set
	Started      time.Time // when it was made, by its clock
	ownClient    string    // id of the client that nobody asked for; "" if there is none
	Clock        Clock
	Keys         keys.Ring
	Users        directory.Directory
	Lockout      limits.Lockout
	Quotas       limits.Quotas
	Decoys       limits.Decoys
	Grants       grants.Store
	AuthSessions attempts.SignIns
	NewPasskeys  passkeys.Starts
	PageSessions attempts.PageSessions
	Steps        attempts.Steps
	CSRF         keys.FormGuard
	Outbox       journal.Messages
	Events       journal.Events
	Hooks        trigger.Hooks // set once, by NewPool
	Settings     settings.Box
	Flights      attempts.Flights
	Servers      clients.ResourceServers
	Faults       journal.Faults
	Answers      replay.Answers
	Trail        trail.Sink
	Mismatches   expiring.Map[string, journal.Mismatch] // by app client id

	Identities *identitypool.Pool // nil if there is none; set once, by NewPool

	mu       sync.Mutex // guards everything below
	base     string     // where a socket serves the pool; "" means only in memory
	disguise []byte     // what made-up names and salts follow from
}

// DefaultPoolID is the id of a pool made without [WithID].
const DefaultPoolID = "eu-west-1_Emulator1"

// DefaultPrefix is the prefix domain of a pool made without [WithDomain].
const DefaultPrefix = "emulator"

// New returns a pool with these options. It panics if one is wrong.
func New(o Options) *Pool {
	if o.ID == "" {
		o.ID = DefaultPoolID
	}
	if _, err := hosts.ParsePoolID(o.ID); err != nil {
		panic("cognitotest: WithID: " + err.Error())
	}
	byDefault := len(o.Clients) == 0
	if byDefault {
		o.Clients = []clients.Client{{
			CallbackURLs: []string{"http://localhost:8080/auth/callback"},
			LogoutURLs:   []string{"http://localhost:8080/auth/signed-out"},
		}}
	}
	p := &Pool{ID: o.ID, CSRF: keys.NewFormGuard(), disguise: random.Bytes(32), Hooks: o.Hooks}
	p.Users.Now = p.Now
	p.Started = p.Now()
	if err := p.setSettings(&o); err != nil {
		panic("cognitotest: " + err.Error())
	}
	for _, s := range o.Servers {
		p.AddResourceServer(s)
	}
	if err := p.setIdentities(o.Identities); err != nil {
		panic("cognitotest: " + err.Error())
	}
	for i, c := range o.Clients {
		added := p.AddClient(c)
		if i == 0 && byDefault {
			p.ownClient = added.ID
		}
	}
	return p
}

// setSettings gives a new pool its settings.
func (p *Pool) setSettings(o *Options) (err error) {
	if err := checkFunctions(o.Hooks.Functions); err != nil {
		return err
	}
	s := settings.Settings{Policy: o.Policy.WithDefaults(), Names: o.Names}
	if err := s.Policy.Validate(); err != nil {
		return fmt.Errorf("WithPasswordPolicy: %w", err)
	}
	if s.Rules, err = o.Rules.Checked(); err != nil {
		return err
	}
	if err := s.Names.Validate(p.Region()); err != nil {
		return err
	}
	p.Settings.Now.Store(&s)
	return nil
}

// Options are what a pool is made of.
type Options struct {
	ID      string
	Clients []clients.Client
	Hooks   trigger.Hooks
	Policy  credential.Policy
	Names   settings.Names
	Servers []clients.ResourceServer
	Rules   settings.Rules

	Identities *identitypool.Settings
}

// URL is the base URL of the pool's domain. In memory it is the custom domain
// if there is one, else the prefix domain, such as
// https://emulator.auth.<region>.amazoncognito.com. On a socket it is the
// socket's address. It has no trailing slash. In memory it is empty for a pool
// without a domain, as CreateUserPool makes them.
func (p *Pool) URL() string {
	if base := p.SocketURL(); base != "" {
		return base
	}
	if hosts := p.DomainHosts(); len(hosts) > 0 {
		return "https://" + hosts[0]
	}
	return ""
}

// Issuer is the iss of the pool's tokens. In memory it is the one of AWS, of
// the kind that [WithUpdatedIssuer] chooses. Once a socket serves the pool, it
// is [Pool.URL] followed by the pool id.
func (p *Pool) Issuer() string {
	if base := p.SocketURL(); base != "" {
		return base + "/" + p.ID
	}
	return "https://" + p.IssuerHosts()[0] + "/" + p.ID
}

// ServeAt tells the pool the base URL, such as "https://127.0.0.1:8443", at
// which a server of the caller's own serves it. It may be plain http on any
// host, such as "http://cognito:9229" in a network of containers. [Pool.Start]
// does this by itself. An empty URL takes the pool back to memory.
func (p *Pool) ServeAt(baseURL string) {
	if baseURL != "" {
		base, err := hosts.ParseBaseURL(baseURL, PlainHost(baseURL))
		if err != nil {
			panic("cognitotest: ServeAt: " + err.Error())
		}
		baseURL = base
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.base = baseURL
}

// PlainHost is the host of an http URL that is not this machine: the one that
// an app's configuration has to name as an emulator's. It is "" for others.
func PlainHost(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" || hosts.IsLoopback(u.Hostname()) {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

func (p *Pool) SocketURL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.base
}
