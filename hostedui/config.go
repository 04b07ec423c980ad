package hostedui

import (
	"context"
	"net/http"
	"os"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/secretfile"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/problems"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// Config configures a [Client]. Pool, BaseURL and SessionKeys (or
// SessionKeySource) are required.
type Config struct {
	// Pool is the user pool and the app client. Its Domain is required here.
	Pool cognito.Config

	// BaseURL is the app's own public URL, such as "https://app.example.com"
	// or "https://example.com/app". Callback URL, cookies and sign-out URL
	// are made from BaseURL, never from a request header. Plain http is
	// accepted on loopback hosts. For a URL with a path, see
	// [Client.ServeHTTP].
	BaseURL string

	// SessionKeys encrypt sessions and pending logins. List the newest key
	// first. An app that keeps its own sessions uses [NewProtocol], which
	// needs no keys.
	SessionKeys []session.Key

	// SessionKeySource is a function that returns the keys. Set it instead of
	// SessionKeys if the keys can change while the program runs. [New] calls it
	// once. [session.Config].KeySource says when it is called again. Package
	// secretfile reads keys from a file.
	SessionKeySource func(ctx context.Context) ([]session.Key, error)

	// Endpoints.

	// Prefix is the path below which the Client serves its endpoints; it starts
	// and ends with a slash. Empty means "/auth/". Register BaseURL + Prefix +
	// "callback" and BaseURL + Prefix + "signed-out" with the app client.
	Prefix string

	// Paths moves single endpoints away from Prefix, such as a callback whose
	// URL is registered and cannot change. The zero value moves none.
	Paths Paths

	// DefaultPage is the path, below BaseURL, that a visitor sees after a
	// login without a page to return to. Empty means "/".
	DefaultPage string

	// SignedOutURL is where Cognito sends the browser after a logout. It must
	// be registered. Empty means the endpoint "signed-out".
	SignedOutURL string

	// Logins.

	// Scopes are the scopes that every login requests; "openid" is added if it
	// is missing. Nil means openid, email and profile. Each must be enabled on
	// the app client. (Cognito has no offline_access: it always issues a
	// refresh token.)
	Scopes []string

	// LoginOptions returns the options, such as [Prompt], of a login that a
	// visitor begins. Nil means no options.
	LoginOptions func(r *http.Request) []LoginOption

	// Providers are the values that a link to the login may have in its
	// parameter identity_provider. Languages are the values that it may have in
	// lang. Other values are ignored. If a list is nil, every value is ignored.
	Providers []string
	Languages []string

	// SilentSignIn lets [Client.Optional] sign in visitors who are signed in at
	// Cognito already. It needs managed login.
	SilentSignIn bool

	// Sessions.

	// Session has the settings of the sessions, such as a Store, lifetimes
	// and the name of the cookies. The zero value keeps sessions in cookies.
	Session session.Options

	// MeClaims are the claims that the endpoint "me" returns to a single-page
	// app. Nil means sub, name, email, email_verified, picture and
	// cognito:groups.
	MeClaims []string

	// Checks.

	// CheckAtStart examines the user pool, the app client and the domain once,
	// in the background, and logs what it found. Set it to
	// (*Protocol).LogCheck. [New] does not wait for it; [Client.Close] ends it.
	// Nil means no check; package doctor is then not part of your program.
	CheckAtStart func(p *Protocol, ctx context.Context)

	// Hooks. Nil means no call.

	// OnLogin is called when a sign-in has been verified, before the session
	// starts. It may look up the app's own record of the user and put that
	// record's key into login.Identity.UserID. It may set in login.Session how
	// long this session lasts. If it returns an error, the user is not signed
	// in. The page shows the text of a [cognito.Refuse]; for any other error
	// it says that the app failed.
	OnLogin func(ctx context.Context, login *Login) error

	// OnLogout is called when a user has signed out.
	OnLogout func(ctx context.Context, id *cognito.Identity)

	// OnRefresh is called after each refresh. To end the session, for example
	// of a user whom the app has disabled, return [session.ErrNoSession]. Any
	// other error is logged and changes nothing.
	OnRefresh func(ctx context.Context, id *cognito.Identity, tokens cognito.Tokens) error

	// OnError is called for each login, callback and logout that failed, after
	// it was logged. If Cognito caused the failure, the error is an [*Error].
	OnError func(ctx context.Context, err error)

	// Pages. The zero value means the built-in page.

	// Brand is the look of the built-in pages.
	Brand Brand

	// ErrorPage shows an error to a visitor: it must write the status and the
	// page. It is called only for page navigations. Cache-Control is already
	// set.
	ErrorPage func(w http.ResponseWriter, r *http.Request, e PageError)

	// SignedOutPage is shown after a logout.
	SignedOutPage http.Handler
}

// A Login is a sign-in that is verified and has no session yet.
type Login struct {
	Identity *cognito.Identity
	Claims   *cognito.IDClaims
	Tokens   cognito.Tokens
	Request  *http.Request // the callback

	// Session says how long this session lasts. OnLogin may set it, to
	// shorten the lifetimes of Config.Session. Zero means the lifetimes of
	// Config.Session. In this example, the app's own form "Keep me signed in"
	// has set the cookie "keep":
	//
	//	if keep, err := login.Request.Cookie("keep"); err != nil || keep.Value != "yes" {
	//		login.Session = session.StartOptions{IdleTimeout: time.Hour, UntilBrowserCloses: true}
	//	}
	Session session.StartOptions

	// ResponseWriter is for headers of the answer, such as a cookie of your
	// app. Do not write the status or the body: the Client does that.
	ResponseWriter http.ResponseWriter
}

var (
	defaultScopes   = []string{"openid", "email", "profile"}
	defaultMeClaims = []string{"sub", "name", "email", "email_verified", "picture", "cognito:groups"}
)

func (c *Config) prefix() string {
	if c.Prefix == "" {
		return "/auth/"
	}
	return c.Prefix
}

func (c *Config) defaultPage() string {
	if c.DefaultPage == "" {
		return "/"
	}
	return c.DefaultPage
}

// keySource is the source of the sessions' keys. Pending logins use the same
// source, so that both change together. It is nil for fixed keys.
func (c *Config) keySource(keys *seal.Ring, keysErr error) func(context.Context) ([]session.Key, error) {
	if c.SessionKeySource == nil {
		return nil
	}
	return func(ctx context.Context) ([]session.Key, error) {
		if keysErr != nil {
			return nil, keysErr
		}
		plain, err := keys.Keys(ctx)
		if err != nil {
			return nil, err
		}
		ring := make([]session.Key, len(plain))
		for i := range plain {
			ring[i] = plain[i]
		}
		return ring, nil
	}
}

// protocol is the part of the configuration that requests to Cognito need.
func (c *Config) protocol(at *endpoints) ProtocolConfig {
	p := ProtocolConfig{Pool: c.Pool, CallbackURL: c.BaseURL + at.paths[callbackEndpoint], SignedOutURL: c.SignedOutURL, Scopes: c.Scopes}
	if p.SignedOutURL == "" {
		p.SignedOutURL = c.BaseURL + at.paths[signedOutEndpoint]
	}
	return p
}

func (c *Config) meClaims() []string {
	if c.MeClaims == nil {
		return defaultMeClaims
	}
	return c.MeClaims
}

func newProblems() *problems.List {
	return problems.New((&cognito.ConfigError{Package: "hostedui"}).At)
}

// joinSession adds what package session has found, under the names that the
// caller has set. LoginPath follows from Prefix and Paths, which are checked.
func joinSession(errs *problems.List, err error) {
	for _, e := range problems.Split(err) {
		problem, ok := e.(*cognito.ConfigError)
		switch {
		case !ok || problem.Package != "session":
			errs.Join(e)
		case problem.Field == "LoginPath":
		case problem.Field == "Keys":
			errs.Check("SessionKeys", problem.Err)
		case problem.Field == "KeySource":
			errs.Check("SessionKeySource", problem.Err)
		case problem.Field == "BaseURL", problem.Field == "SESSION_KEYS":
			errs.Check(problem.Field, problem.Err)
		default:
			errs.Check("Session."+problem.Field, problem.Err)
		}
	}
}

// validate adds every problem that the packages below do not report.
func (c *Config) validate(errs *problems.List, at *endpoints) {
	checkDomain(errs, c.Pool)
	at.validate(errs, c)
	if c.SignedOutURL != "" {
		_, err := hosts.ParseBaseURL(c.SignedOutURL)
		errs.Check("SignedOutURL", err)
	}
	checkScopes(errs, c.Scopes)
	_, err := c.Brand.look(c.BaseURL)
	errs.Join(err)
}

// ConfigFromEnv reads the pool as [cognito.ConfigFromEnv] does, BaseURL from
// APP_URL and SessionKeys from SESSION_KEYS. If SESSION_KEYS_FILE names a file
// instead, SessionKeySource reads the keys from it with package secretfile. The
// error names every variable that is missing or wrong. If no COGNITO_ variable
// is set, the error is also [cognito.ErrNotConfigured].
func ConfigFromEnv() (Config, error) {
	pool, err := cognito.ConfigFromEnv()
	errs := problems.New(new(cognito.ConfigError).At)
	errs.Join(err)
	if strings.TrimSpace(os.Getenv("COGNITO_DOMAIN")) == "" {
		errs.Add("COGNITO_DOMAIN", "missing: the prefix, host or URL of the user pool's domain")
	}
	base := strings.TrimSpace(os.Getenv("APP_URL"))
	if base == "" {
		errs.Add("APP_URL", "missing: the app's own public URL, such as https://app.example.com")
	} else if _, err := hosts.ParseBaseURL(base); err != nil {
		errs.Check("APP_URL", err)
	}
	cfg := Config{Pool: pool, BaseURL: base}
	cfg.keysFromEnv(errs)
	if err := errs.Err(); err != nil {
		return Config{}, err
	}
	return cfg, nil
}

// keysFromEnv reads the keys, or where they are.
func (c *Config) keysFromEnv(errs *problems.List) {
	text, path := os.Getenv("SESSION_KEYS"), strings.TrimSpace(os.Getenv("SESSION_KEYS_FILE"))
	var err error
	switch {
	case path == "":
		c.SessionKeys, err = session.ParseKeys(text)
		joinSession(errs, err)
	case strings.TrimSpace(text) != "":
		errs.Add("SESSION_KEYS_FILE", "SESSION_KEYS is set as well: set one of the two")
	default:
		c.SessionKeySource = (&secretfile.File{Path: path}).SessionKeys
		_, err = c.SessionKeySource(context.Background())
		errs.Check("SESSION_KEYS_FILE", err)
	}
}
