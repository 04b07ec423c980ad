package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// Config configures a [Manager].
type Config struct {
	// Keys seal the sessions: the first seals, all open, so that a new key
	// goes in front and old ones stay as long as sessions live. Required.
	Keys []Key

	// BaseURL is the app's own public URL, such as "https://app.example.com".
	// It alone decides whether cookies are Secure and have the __Host-
	// prefix: both, except for http on a loopback host. Required.
	BaseURL string

	// Issuers binds the sessions to a user pool: the issuers of its tokens,
	// as [cognito.Config.Issuers] lists them. A session of another issuer is
	// none, even where two apps share keys and cookie name. Empty means that
	// any issuer's session counts.
	Issuers []string

	// LoginPath is where visitors without a session are sent, with the
	// parameter return_to. Empty means "/auth/login".
	LoginPath string

	// CookieName names the cookies, before any prefix. Empty means "session".
	CookieName string

	// Store keeps the sessions. Nil means that they live in the cookies.
	Store Store

	// Denials makes "signed out" known to all processes of a service whose
	// sessions live in the cookies: whoever signs out, or is signed out
	// everywhere, is noted here, and each request reads one record. Nil means
	// that only the process which ended a session knows of that; in another
	// one, cookies that somebody has kept are good until the access token
	// ends. With a Store, which knows anyway, it must be nil.
	Denials Store

	// Locker keeps other processes from refreshing a session, or changing
	// what is known of a user, at the same time. Nil means that this is the
	// only one, or that refresh tokens are not rotated, or with a grace
	// period of a few seconds.
	Locker Locker

	// Refresher gets new tokens. Nil means that a session ends with its
	// access token.
	Refresher Refresher

	// IdleTimeout ends a session that was not used for this long. Zero means
	// 24 hours.
	IdleTimeout time.Duration

	// AbsoluteTimeout ends a session this long after the sign-in, used or
	// not. Zero means 30 days.
	AbsoluteTimeout time.Duration

	// MaxSessions is how many sessions a user may have in a Store. The next
	// sign-in ends the one that was used longest ago. Zero means 100; more
	// than 1,000 is refused.
	MaxSessions int

	// Address returns what [Manager.Sessions] tells of where a session was
	// started, such as the visitor's IP address, cut to 64 bytes. Nil means
	// that nothing is kept: an address is personal data.
	Address func(r *http.Request) string

	// Metrics are told what happens.
	Metrics Metrics

	// Refused answers a request that may not pass, where a person will see
	// the answer: a page, a form, a frame. Nobody is signed in (401), the user
	// is not allowed (403), or Cognito or the store cannot be reached (503).
	// Where the user is known, cognito.FromContext has them. Nil means a
	// built-in page. Scripts and programs get a JSON problem, always.
	Refused func(w http.ResponseWriter, r *http.Request, why Refusal)

	// OnRefresh is told of each refresh, after the new tokens were saved and
	// before the handler runs. It is not told who asked: its context is not
	// the request's.
	OnRefresh func(ctx context.Context, id *cognito.Identity, tokens cognito.Tokens)

	// Logger receives what an operator should know. Nil means
	// [slog.Default].
	Logger *slog.Logger

	// Now is the clock. Nil means [time.Now].
	Now func() time.Time
}

const (
	defaultLoginPath       = "/auth/login"
	defaultCookieName      = "session"
	defaultIdleTimeout     = 24 * time.Hour
	defaultAbsoluteTimeout = 30 * 24 * time.Hour
	defaultMaxSessions     = 100
	maxSessionsLimit       = 1000
)

func (c *Config) loginPath() string       { return or(c.LoginPath, defaultLoginPath) }
func (c *Config) cookieName() string      { return or(c.CookieName, defaultCookieName) }
func (c *Config) idle() time.Duration     { return or(c.IdleTimeout, defaultIdleTimeout) }
func (c *Config) absolute() time.Duration { return or(c.AbsoluteTimeout, defaultAbsoluteTimeout) }
func (c *Config) maxSessions() int        { return or(c.MaxSessions, defaultMaxSessions) }
func (c *Config) logger() *slog.Logger    { return or(c.Logger, slog.Default()) }
func (c *Config) clock() (now func() time.Time) {
	if c.Now == nil {
		return time.Now
	}
	return c.Now
}

func or[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// problems are what is wrong with a Config.
type problems []error

func (p *problems) add(field, format string, args ...any) {
	*p = append(*p, fmt.Errorf("session: "+field+": "+format, args...))
}

// validate reports every problem of c at once.
func (c *Config) validate() error {
	var p problems
	if _, err := seal.NewBox(c.Keys, "check"); err != nil {
		p.add("Keys", "%w", err)
	}
	if c.BaseURL == "" {
		p.add("BaseURL", "missing: the app's own public URL")
	} else if _, err := cognito.ParseBaseURL(c.BaseURL); err != nil {
		p.add("BaseURL", "%w", err)
	}
	if path := c.loginPath(); !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "?#") {
		p.add("LoginPath", "%q is not a path of this site without a query", path)
	}
	if name := c.cookieName(); !isToken(name) {
		p.add("CookieName", "%q is not a cookie name: letters, digits, - and _", name)
	}
	if c.IdleTimeout < 0 || c.AbsoluteTimeout < 0 {
		p.add("IdleTimeout, AbsoluteTimeout", "a lifetime cannot be negative")
	}
	if c.Locker != nil && c.Store == nil && c.Denials == nil {
		p.add("Locker", "without a Store or Denials the processes share nothing that a lock could guard")
	}
	if c.Denials != nil && c.Store != nil {
		p.add("Denials", "the Store knows who has signed out: leave it out")
	}
	if c.MaxSessions < 0 || c.MaxSessions > maxSessionsLimit {
		p.add("MaxSessions", "%d is not between 0, which means %d, and %d", c.MaxSessions, defaultMaxSessions, maxSessionsLimit)
	}
	return errors.Join(p...)
}

func isToken(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_')
	})
}

// secure reports whether cookies are Secure: always, but on loopback http.
func (c *Config) secure() bool {
	u, err := url.Parse(c.BaseURL)
	return err != nil || u.Scheme != "http"
}
