package hostedui

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/clientsecret"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// A Protocol makes the requests of a sign-in with the Hosted UI: it builds
// URLs, exchanges codes, and verifies, refreshes and revokes tokens. It sets no
// cookie and keeps no session. Use it if your app has its own sessions.
// Otherwise use a [Client], which contains a Protocol. A Protocol is safe for
// concurrent use.
type Protocol struct {
	pool      cognito.Config
	oauth     oauth2.Config // without the secret
	secret    *clientsecret.Keeper
	domain    string // base URL of the user-pool domain
	signedOut string
	verifier  *cognito.Verifier
	http      *http.Client // for calls that answer JSON
	httpAny   *http.Client // for revocation, which answers nothing
	now       func() time.Time
	tell      observing
}

// ProtocolConfig configures a [Protocol]. Pool, CallbackURL and SignedOutURL are
// required.
type ProtocolConfig struct {
	// Pool is the user pool and the app client; its Domain is required here.
	Pool cognito.Config

	// CallbackURL is where Cognito sends the browser after a sign-in, such as
	// "https://app.example.com/auth/callback". Register it with the app client.
	// Plain http is accepted on loopback hosts. The URL of a native app may have
	// a scheme of its own (RFC 8252 section 7.1).
	CallbackURL string

	// SignedOutURL is where Cognito sends the browser after a logout. Register
	// it with the app client.
	SignedOutURL string

	// Scopes are the scopes that every login requests, as in [Config].
	Scopes []string
}

// NewProtocol returns a Protocol, or an error with every problem of cfg. It
// makes no request.
func NewProtocol(cfg ProtocolConfig) (*Protocol, error) {
	verifier, err := cognito.NewVerifier(cfg.Pool)
	errs := newProblems()
	errs.Join(err)
	checkDomain(errs, cfg.Pool)
	checkURL(errs, "CallbackURL", cfg.CallbackURL)
	checkURL(errs, "SignedOutURL", cfg.SignedOutURL)
	checkScopes(errs, cfg.Scopes)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return newProtocol(cfg, verifier), nil
}

// newProtocol is NewProtocol for a configuration that was checked.
func newProtocol(cfg ProtocolConfig, verifier *cognito.Verifier) *Protocol {
	pool := cfg.Pool.WithDefaults()
	p := &Protocol{
		pool:      cfg.Pool,
		domain:    pool.DomainURL(),
		signedOut: cfg.SignedOutURL,
		verifier:  verifier,
		http:      fetch.New(pool.HTTPClient, pool.Timeout),
		httpAny:   fetch.NewAny(pool.HTTPClient, pool.Timeout),
		secret:    clientsecret.New(pool.ClientSecret, pool.ClientSecretSource, clientsecret.Options{Timeout: pool.Timeout, Now: pool.Now, Logger: pool.Logger}),
		now:       pool.Now,
		tell:      observing{pool.Observer, pool.ClientID},
	}
	p.oauth = oauth2.Config{
		ClientID:    pool.ClientID,
		RedirectURL: cfg.CallbackURL,
		Scopes:      scopesOf(cfg.Scopes),
		Endpoint: oauth2.Endpoint{
			AuthURL:   p.domain + "/oauth2/authorize",
			TokenURL:  p.domain + "/oauth2/token",
			AuthStyle: authStyle(p.secret.Exists()),
		},
	}
	return p
}

// authStyle is fixed, never probed: a probe that fails burns the code.
func authStyle(confidential bool) oauth2.AuthStyle {
	if confidential {
		return oauth2.AuthStyleInHeader
	}
	return oauth2.AuthStyleInParams
}

// scopesOf returns the scopes of a login: the default ones for nil, and openid
// always, since there is no ID token without it.
func scopesOf(scopes []string) []string {
	if scopes == nil {
		return defaultScopes
	}
	return withOpenID(scopes)
}

// Format implements [fmt.Formatter]. A printed Protocol shows nothing of its
// configuration.
func (Protocol) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "hostedui.Protocol") }

// Verifier returns the verifier of the pool's tokens.
func (p *Protocol) Verifier() *cognito.Verifier { return p.verifier }

// CallbackURL returns the URL that must be among the app client's callback
// URLs.
func (p *Protocol) CallbackURL() string { return p.oauth.RedirectURL }

// SignedOutURL returns the URL that must be among the app client's sign-out
// URLs.
func (p *Protocol) SignedOutURL() string { return p.signedOut }

// LogoutURL returns the URL of Cognito's logout. Cognito then ends the Hosted
// UI's own session and sends the browser to SignedOutURL. This is not the
// RP-initiated logout of OpenID Connect: its only parameters are client_id
// and logout_uri.
func (p *Protocol) LogoutURL() string {
	return p.domain + "/logout?" + url.Values{
		"client_id":  {p.oauth.ClientID},
		"logout_uri": {p.signedOut},
	}.Encode()
}

var _ session.Refresher = (*Protocol)(nil)

func checkDomain(p *problems.List, pool cognito.Config) {
	if pool.Domain == "" {
		p.Add("Pool.Domain", "missing: the prefix, host or URL of the user pool's domain, which serves the Hosted UI")
	}
}

// checkURL reports a URL that Cognito would not register.
func checkURL(p *problems.List, field, raw string) {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		p.Add(field, "missing: a URL that is registered with the app client")
	case err != nil || u.Scheme == "" || strings.Contains(raw, "#") || u.User != nil:
		p.Add(field, "%q is not an absolute URL without a fragment", hosts.Clip(raw))
	case u.Scheme == "http" && !hosts.IsLoopback(u.Hostname()):
		p.Add(field, "%q: plain http is accepted for loopback hosts only; use https", hosts.Clip(raw))
	case u.Scheme == "https" && u.Host == "":
		p.Add(field, "%q has no host", hosts.Clip(raw))
	}
}

var errOfflineAccess = errors.New("offline_access is not known to Cognito, which would refuse every login: leave it out, because Cognito always issues a refresh token")

func checkScopes(p *problems.List, scopes []string) {
	for _, s := range scopes {
		if s == "" || strings.ContainsAny(s, " \t\r\n\"\\") {
			p.Add("Scopes", "%q is not one scope", s)
		}
		if s == "offline_access" {
			p.Add("Scopes", "%w", errOfflineAccess)
		}
	}
}
