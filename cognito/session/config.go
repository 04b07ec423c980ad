package session

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/cookies"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/problems"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// Options are the settings of sessions that an app chooses. [Config] and
// hostedui.Config share them. The zero value keeps sessions in cookies.
type Options struct {
	// Store keeps the sessions. Nil means that they are in the cookies.
	Store Store

	// SignOuts is a store for sign-outs if the sessions are in cookies. A
	// session that ends is noted there, and each request reads one record, so
	// all processes of a service know it. Nil means that only the process
	// which ended a session knows it: see "What a copy of the cookies can do"
	// in docs/operations.md. SignOuts must be nil if Store is set, which notes
	// sign-outs itself.
	SignOuts Store

	// Locker stops two processes from refreshing one session, or changing the
	// records of one user, at the same time. You need none for a single
	// process. You also need none if refresh tokens are not rotated, or have
	// a grace period of a few seconds.
	Locker Locker

	// IdleTimeout ends a session that was not used for this long. Zero means
	// 24 hours.
	IdleTimeout time.Duration

	// AbsoluteTimeout ends a session this long after the sign-in, used or
	// not. Zero means 30 days.
	AbsoluteTimeout time.Duration

	// OutageGrace serves sessions without their tokens while Cognito cannot be
	// reached. It is for pages that need only the identity. Handlers still run
	// for this long after the access token has ended, while refreshes fail for
	// a reason that will pass. Policies are still checked. In these handlers
	// [Session.Stale] is true, and every method that returns tokens returns
	// [ErrRefresh]. A user whom you disable in that time is served too. A
	// session that has ended, or whose lifetime is over, is not served. Zero
	// means no grace: the answer is 503. More than 24 hours is an error.
	OutageGrace time.Duration

	// CookieName names the cookies, without the prefix "__Host-" or
	// "__Secure-". Empty means "session", and "cognito_session" on a loopback
	// host. If BaseURL has a port or a path, the port or path is added to the
	// name. So two apps on one host have cookies of different names.
	CookieName string

	// MaxSessions is how many sessions a user may have in a Store. A sign-in
	// beyond this number ends the session that was used longest ago. Zero
	// means 100; more than 1,000 is an error.
	MaxSessions int

	// MaxRefreshes is how many token requests the process makes at a time. Zero
	// means 16. If more sessions need a refresh, they are served with the
	// tokens they have, and are refreshed later. If a session's access token
	// has ended, its request waits for up to ten seconds. After that the answer
	// is 503 with Retry-After.
	MaxRefreshes int

	// Recheck ends the sessions of users who were disabled, deleted or signed
	// out everywhere at Cognito. It is the time between two questions to
	// Cognito about a session. The first request after that time starts the
	// question in the background. A hostedui.Client calls userInfo, and a
	// userpool.Client calls GetUser. Only a refusal ends the session; an outage
	// does not. Zero means that Cognito is never asked: the session of such a
	// user goes on until its access token ends. The shortest time is a minute.
	//
	// If access tokens last ten minutes or more, a session ends within 1.1
	// times Recheck after Cognito began to refuse its user. In the last minute
	// of an access token Cognito is not asked, because the refresh gives the
	// same answer. If the last answer is older than 1.1 times Recheck, the
	// request waits for the new answer, for up to a second. Each process asks
	// about a session at most once in the time of Recheck. The session keeps
	// the time of the last answer, and other processes read it there. Watch
	// Cognito's quotas: 10,000 sessions in use, with a question every five
	// minutes, make 33 calls a second. Package poolevents ends sessions sooner,
	// without questions.
	Recheck time.Duration

	// Address returns where a session was started, such as the visitor's IP
	// address. [Manager.Sessions] returns it, cut to 64 bytes. Nil means that
	// no address is kept: an address is personal data.
	Address func(r *http.Request) string

	// InsecureSkipCrossOriginCheck lets pages of other origins send POST and
	// other unsafe requests to protected handlers, and open WebSockets. By
	// default [Manager.Require] and [Manager.Optional] refuse such requests
	// with 403, because SameSite cookies do not stop a page on a sibling
	// subdomain. Set this only if every handler checks the origin itself, for
	// example because pages of another origin of yours may send requests.
	InsecureSkipCrossOriginCheck bool

	// KeepIDToken keeps the ID token in the cookies too. Set it if your app
	// uses package identitypool and has no Store. The cookies of a session may
	// then take 6 KiB instead of 4 KiB. A proxy in front of the app needs
	// larger buffers for the answer of a sign-in (docs/operations.md). With a
	// Store the ID token is always kept.
	KeepIDToken bool
}

// Config configures a [Manager].
type Config struct {
	Options

	// Pool describes the user pool and the app client of the sessions. Give it
	// the same value as hostedui and userpool. Every session is bound to
	// UserPoolID and ClientID, and each request checks that the issuer is one
	// of [cognito.Config.Issuers]. So a session of another app client or pool
	// is rejected, even if two apps share keys, cookie name and store. The
	// Manager uses Pool's Logger, Observer and Now. Required.
	Pool cognito.Config

	// Keys encrypt the sessions. The first key encrypts; every key decrypts.
	// To change the key, put the new key first, and keep the old key for as
	// long as a session may last. Required, unless KeySource is set.
	Keys []Key

	// KeySource is a function that returns the keys. Set it instead of Keys if
	// the keys can change while the program runs: see "Change session keys" in
	// docs/operations.md. Package secretfile has such a function for keys in a
	// file. [New] calls it. After that the Manager calls it once a minute while
	// there are requests. It also calls it when no key opens a cookie, every
	// five seconds at most. If it fails, the old keys stay and a line in the
	// log says so. A key that it no longer returns opens no session after two
	// minutes.
	KeySource func(ctx context.Context) ([]Key, error)

	// BaseURL is the app's own public URL, such as "https://app.example.com"
	// or "https://example.com/app". Required.
	//
	// BaseURL decides the names and attributes of the cookies. They are
	// Secure, and their names begin with "__Host-" (RFC 6265bis section
	// 4.1.3). If BaseURL has a path, the names begin with "__Secure-", and
	// browsers send the cookies only to that path. On a loopback host with
	// http the names have no prefix.
	//
	// If BaseURL has a path, mount the app below it, or behind
	// [http.StripPrefix] or a proxy that removes it. If a request's path
	// begins with the path of BaseURL, the Manager assumes that nothing has
	// removed it.
	BaseURL string

	// LoginPath is the page to which visitors without a session are sent, with
	// the parameter return_to. It is below BaseURL. Empty means "/auth/login".
	LoginPath string

	// Refresher gets new tokens. Nil means that a session ends with its
	// access token.
	Refresher Refresher

	// Refused writes the page for a refused request, if a person will see the
	// answer as a page or in a frame. The argument why has the reason. Its
	// Status is 401 if nobody is signed in, and 403 if the user is not allowed.
	// It is 503 if Cognito or the store cannot be reached, and 500 after a
	// mistake in the app. If the user is known, cognito.FromContext returns the
	// user. Nil means a built-in page. Scripts and programs always get a JSON
	// problem.
	Refused func(w http.ResponseWriter, r *http.Request, why Refusal)

	// OnRefresh is called after each refresh, when the new tokens are saved
	// and before the handler runs. Its context does not end with the request.
	// To end the session, for example because the app has disabled the user,
	// return [ErrNoSession]. Any other error is logged and changes nothing.
	OnRefresh func(ctx context.Context, id *cognito.Identity, tokens cognito.Tokens) error
}

const (
	defaultLoginPath       = "/auth/login"
	defaultIdleTimeout     = 24 * time.Hour
	defaultAbsoluteTimeout = 30 * 24 * time.Hour
	maxLifetime            = 100 * 365 * 24 * time.Hour // a longer one could overflow
	defaultMaxSessions     = 100
	maxSessionsLimit       = 1000
	defaultMaxRefreshes    = 16
	maxRechecks            = 16
	maxOutageGrace         = 24 * time.Hour
)

func (c *Config) loginPath() string        { return cmp.Or(c.LoginPath, defaultLoginPath) }
func (o *Options) idle() time.Duration     { return cmp.Or(o.IdleTimeout, defaultIdleTimeout) }
func (o *Options) absolute() time.Duration { return cmp.Or(o.AbsoluteTimeout, defaultAbsoluteTimeout) }
func (o *Options) maxSessions() int        { return cmp.Or(o.MaxSessions, defaultMaxSessions) }
func (o *Options) maxRefreshes() int       { return cmp.Or(o.MaxRefreshes, defaultMaxRefreshes) }

// validate returns the keys, or every problem of c at once.
func (c *Config) validate() (*seal.Ring, error) {
	p := problems.New((&cognito.ConfigError{Package: "session"}).At)
	p.Join(c.Pool.Validate())
	field := "Keys"
	if c.KeySource != nil {
		field = "KeySource"
	}
	pool := c.Pool.WithDefaults()
	keys, err := seal.RingOf(c.Keys, c.KeySource, pool.Now, pool.Logger)
	p.Check(field, err)
	if c.BaseURL == "" {
		p.Add("BaseURL", "missing: the app's own public URL")
	} else {
		_, err := hosts.ParseBaseURL(c.BaseURL)
		p.Check("BaseURL", err)
	}
	if path := c.loginPath(); !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "?#") {
		p.Add("LoginPath", "%q is not a path of this site without a query", path)
	}
	if name := c.CookieName; strings.HasPrefix(name, "__") {
		p.Add("CookieName", "%q begins with __: leave the prefix off, it is added where browsers allow it", name)
	} else if name != "" && !cookies.IsName(name) {
		p.Add("CookieName", "%q is not a cookie name: letters, digits, - and _", name)
	}
	if c.IdleTimeout < 0 {
		p.Add("IdleTimeout", "a lifetime cannot be negative")
	}
	if c.AbsoluteTimeout < 0 {
		p.Add("AbsoluteTimeout", "a lifetime cannot be negative")
	}
	if c.OutageGrace < 0 || c.OutageGrace > maxOutageGrace {
		p.Add("OutageGrace", "%v is not between 0 and %v", c.OutageGrace, maxOutageGrace)
	}
	if c.Locker != nil && c.Store == nil && c.SignOuts == nil {
		p.Add("Locker", "without a Store or SignOuts the processes share nothing that a lock could guard")
	}
	if c.SignOuts != nil && c.Store != nil {
		p.Add("SignOuts", "a Store notes sign-outs itself: leave SignOuts empty")
	}
	if c.MaxSessions < 0 || c.MaxSessions > maxSessionsLimit {
		p.Add("MaxSessions", "%d is not between 0 and %d; 0 means %d", c.MaxSessions, maxSessionsLimit, defaultMaxSessions)
	}
	p.Check("Recheck", c.checkRecheck())
	if c.MaxRefreshes < 0 {
		p.Add("MaxRefreshes", "%d is negative; 0 means %d", c.MaxRefreshes, defaultMaxRefreshes)
	}
	return keys, p.Err()
}
