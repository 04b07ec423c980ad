package hostedui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/look"
	"github.com/seed75762126/cognito-go/internal/sampled"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A Client signs users in with the Hosted UI. Its [Protocol] makes the
// requests to Cognito. As an [http.Handler] it serves the app's side of a
// sign-in, and it keeps users signed in. It is safe for concurrent use; create
// one for the whole app.
type Client struct {
	*Protocol

	cfg       Config
	endpoints *endpoints
	issuers   []string
	sessions  *session.Manager
	attempts  *attempts
	used      *usedStates
	first     *firstLogin
	other     *otherHost
	mounting  *mounting
	strangers *sampled.Sampler // of the log lines that a stranger can cause
	crossing  *web.CrossOrigin
	brand     look.Brand
	starting  *startingCheck // nil without Config.CheckAtStart
	logger    *slog.Logger
}

// New returns a Client, or an error with every problem of cfg. It calls
// SessionKeySource for the keys, if that is set. It makes no network call
// itself, so the app can start while Cognito cannot be reached.
func New(cfg Config) (*Client, error) {
	if base, err := hosts.ParseBaseURL(cfg.BaseURL); err == nil {
		cfg.BaseURL = base // as everything below compares it
	}
	verifier, err := cognito.NewVerifier(cfg.Pool)
	at := newEndpoints(&cfg)
	errs := newProblems()
	errs.Join(err)
	cfg.validate(errs, at)
	pool := cfg.Pool.WithDefaults()
	c := &Client{
		Protocol:  newProtocol(cfg.protocol(at), verifier),
		cfg:       cfg,
		endpoints: at,
		issuers:   pool.Issuers(),
		used:      newUsedStates(pool.Now),
		first:     new(firstLogin),
		other:     newOtherHost(cfg.BaseURL, pool.Logger),
		mounting:  new(mounting),
		strangers: &sampled.Sampler{Now: pool.Now, PerMinute: 10},
		crossing:  web.NewCrossOrigin(cfg.BaseURL),
		logger:    pool.Logger,
	}
	keys, keysErr := seal.RingOf(cfg.SessionKeys, cfg.SessionKeySource, pool.Now, pool.Logger)
	c.sessions, err = session.New(c.sessionConfig(pool, keys, keysErr))
	joinSession(errs, err)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	bound := strings.Join([]string{pool.UserPoolID, pool.ClientID, c.CallbackURL()}, "\x00")
	if c.attempts, err = newAttempts(&c.cfg, keys, bound, pool.Now); err != nil {
		return nil, err
	}
	c.brand, _ = cfg.Brand.look(cfg.BaseURL) // validated
	if cfg.CheckAtStart != nil {
		c.starting = startCheck(func(ctx context.Context) { cfg.CheckAtStart(c.Protocol, ctx) })
	}
	return c, nil
}

// sessionConfig is the configuration of the sessions. Keys that could not be
// read are a problem that package session reports with all others.
func (c *Client) sessionConfig(pool cognito.Config, keys *seal.Ring, keysErr error) session.Config {
	return session.Config{
		Options:   c.cfg.Session,
		Keys:      c.cfg.SessionKeys,
		KeySource: c.cfg.keySource(keys, keysErr),
		BaseURL:   c.cfg.BaseURL,
		Pool:      pool,
		LoginPath: c.endpoints.paths[loginEndpoint],
		Refresher: c,
		Refused:   c.refused,
		OnRefresh: c.cfg.OnRefresh,
	}
}

// Format implements [fmt.Formatter]. A printed Client shows nothing of its
// configuration.
func (Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "hostedui.Client") }

// Protect passes a request on to h only if its user is signed in and
// satisfies every policy: see [session.Manager.Require].
func (c *Client) Protect(h http.Handler, policies ...cognito.Policy) http.Handler {
	guarded := c.sessions.Require(h, policies...)
	callback := c.endpoints.paths[callbackEndpoint]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mounting.guest(r, c)
		if c.endpoints.site.Is(r, callback) && c.isGuest(r) {
			c.logger.ErrorContext(r.Context(), "hostedui: the callback is behind Protect", "op", "protect", "path", callback,
				"hint", "no login can end: Protect must not wrap the Client; mount the Client separately, at its Prefix")
			c.refused(w, r, session.Refusal{Status: http.StatusInternalServerError, Code: cognito.PolicyMistake})
			return
		}
		if !c.endsLoop(w, r) {
			guarded.ServeHTTP(w, r)
		}
	})
}

// Requiring is [Client.Protect] as a middleware, for routers that take one:
//
//	r.With(client.Requiring(cognito.AnyGroup("admins"))).Get("/admin", admin)
func (c *Client) Requiring(policies ...cognito.Policy) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler { return c.Protect(h, policies...) }
}

func (c *Client) isGuest(r *http.Request) bool {
	_, err := c.sessions.FromRequest(r)
	return errors.Is(err, session.ErrNoSession)
}

// Optional passes every request on to h. [cognito.FromContext] returns the
// user there, or nil for a guest: see [session.Manager.Optional].
//
// If Config.SilentSignIn is set, Optional also signs in visitors who already
// have a session at Cognito, for example from another app of the pool. The
// browser of a guest goes to Cognito with prompt=none and comes back, at most
// once an hour. Cognito shows no page. A visitor who has no session there
// stays a guest. Scripts, crawlers and browsers without cookies or Sec-Fetch
// headers get the page at once. This needs managed login: the classic Hosted
// UI may ignore prompt=none and show its sign-in page to every visitor.
func (c *Client) Optional(h http.Handler) http.Handler {
	open := c.sessions.Optional(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.accepted(w, r)
		if page, done := c.trySilently(w, r); !done {
			open.ServeHTTP(w, page)
		}
	})
}

// Close finishes what runs in the background. Call it after the server has
// shut down, before the process ends: see [session.Manager.Close].
func (c *Client) Close(ctx context.Context) error {
	c.starting.end(ctx)
	return c.sessions.Close(ctx)
}

// Sessions returns the Client's session manager.
func (c *Client) Sessions() *session.Manager { return c.sessions }

// origin is scheme and host of a URL that was validated.
func origin(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// withOpenID returns scopes with openid among them: there is no ID token
// without it.
func withOpenID(scopes []string) []string {
	if slices.Contains(scopes, "openid") {
		return scopes
	}
	return append([]string{"openid"}, scopes...)
}

var (
	_ session.Refresher = (*Client)(nil)
	_ http.Handler      = (*Client)(nil)
)
