package doctor_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/doctor"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/cause"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

var update = flag.Bool("update", false, "rewrite docs/doctor.md")

const (
	base     = "https://app.example.com"
	clientID = "7exampleclientid0a1b2c3d"
	secret   = "client-secret-0123456789abcdefghij"
	orders   = "https://orders.example.com"
	api      = "https://api.example.com/orders"
)

// A setup is a pool, an app and what the doctor is told of them: a right one,
// that a mistake changes.
type setup struct {
	base    string // the app's URL
	mount   func(http.Handler) http.Handler
	options []cognitotest.Option
	client  cognitotest.AppClient
	prefix  string         // of the app's endpoints
	paths   hostedui.Paths // of those that are elsewhere
	forms   bool           // the app has forms of its own
	edit    func(*doctor.Config)
	keys    func() []session.Key                          // of the next process of the app
	answer  func(*http.Request, *http.Response)           // changes what comes back
	refuse  func(*http.Request) error                     // breaks the network
	now     func(pool *cognitotest.Pool) func() time.Time // this machine's clock
	sent    string                                        // the body of the last request
}

func right() *setup {
	key := session.NewKey()
	return &setup{
		base:  base,
		mount: func(h http.Handler) http.Handler { return h },
		client: cognitotest.AppClient{
			ID:                clientID,
			Secret:            secret,
			CallbackURLs:      []string{base + "/auth/callback"},
			LogoutURLs:        []string{base + "/auth/signed-out"},
			ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"},
		},
		options: []cognitotest.Option{
			cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: orders, Scopes: []string{"read"}}),
			cognitotest.WithIdentityPool(cognitotest.IdentityPool{}),
		},
		forms: true,
		edit:  func(*doctor.Config) {},
		keys:  func() []session.Key { return []session.Key{key} },
		now:   func(pool *cognitotest.Pool) func() time.Time { return pool.Now },
	}
}

// brief leaves out SRP, which takes most of a report's time at the emulator,
// unless the tests run in full.
func (s *setup) brief() *setup {
	if !thorough.Enabled() {
		s.forms = false
		s.client.ExplicitAuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"}
	}
	return s
}

// network is the doctor's way to the pool and the app.
type network struct {
	*setup
	pool *cognitotest.Pool
	api  http.Handler // on a host of its own
	next http.RoundTripper
}

// RoundTrip implements [http.RoundTripper].
func (n network) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.refuse != nil {
		if err := n.refuse(r); err != nil {
			return nil, err
		}
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	n.sent, r.Body = string(sent), io.NopCloser(bytes.NewReader(sent))
	res, err := n.forward(r)
	if err == nil { // as a server does
		res.Header.Set("Date", n.pool.Now().UTC().Format(http.TimeFormat))
	}
	if err == nil && n.answer != nil {
		n.answer(r, res)
	}
	return res, err
}

func (n network) forward(r *http.Request) (*http.Response, error) {
	if "https://"+r.URL.Host != strings.TrimSuffix(api, "/orders") {
		return n.next.RoundTrip(r)
	}
	rec := httptest.NewRecorder()
	n.api.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// processes answers each request from another process of the app.
type processes struct {
	handlers []http.Handler
	served   int
}

func (p *processes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.served++
	w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	p.handlers[p.served%len(p.handlers)].ServeHTTP(w, r)
}

// quiet logs nothing.
func quiet(c cognito.Config) cognito.Config {
	c.Logger = slog.New(slog.DiscardHandler)
	return c
}

func (s *setup) examine(t *testing.T) doctor.Report {
	t.Helper()
	pool := cognitotest.NewPool(append(s.options, cognitotest.WithClient(s.client))...)
	app := &processes{}
	for range 2 {
		client, err := hostedui.New(hostedui.Config{Pool: quiet(pool.Config()), BaseURL: s.base, SessionKeys: s.keys(), Prefix: s.prefix, Paths: s.paths})
		if err != nil {
			t.Fatal(err)
		}
		app.handlers = append(app.handlers, s.mount(client))
	}
	cfg := doctor.Config{Pool: pool.Config(), BaseURL: s.base, App: true, OwnForms: s.forms, ResourceURL: api, SessionKeys: sessionKey}
	cfg.Pool.Resources = []string{orders}
	cfg.Pool.HTTPClient = &http.Client{Transport: network{s, pool, describedAPI(t, pool), pool.Browser(app, base).Transport}}
	cfg.Pool.Now = s.now(pool)
	s.edit(&cfg)
	return doctor.Run(t.Context(), cfg)
}

// sessionKey is a key as SESSION_KEYS has it.
var sessionKey = base64.StdEncoding.EncodeToString(session.NewKey())

// describedAPI is an API that says where its clients sign in.
func describedAPI(t *testing.T, pool *cognitotest.Pool) http.Handler {
	t.Helper()
	verifier, err := cognito.NewVerifier(quiet(pool.Config()))
	if err != nil {
		t.Fatal(err)
	}
	resource := &cognito.Resource{URL: api, Pool: pool.Config()}
	mux := http.NewServeMux()
	mux.Handle("/.well-known/", resource)
	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}, Resource: resource}
	mux.Handle("/orders", guard.Require(http.NotFoundHandler()))
	return mux
}

// onPath changes the answers of one path.
func onPath(path string, change func(*http.Response)) func(*setup) {
	return func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if r.URL.Path == path {
				change(res)
			}
		}
	}
}

func body(text string) func(*http.Response) {
	return func(res *http.Response) { res.Body = io.NopCloser(strings.NewReader(text)) }
}

func header(name, value string) func(*http.Response) {
	return func(res *http.Response) { res.Header.Set(name, value) }
}

func inConfig(edit func(*doctor.Config)) func(*setup) { return func(s *setup) { s.edit = edit } }

func inClient(edit func(*cognitotest.AppClient)) func(*setup) {
	return func(s *setup) { edit(&s.client) }
}

// mistakes has at least one for each check.
var mistakes = []struct {
	check    string
	name     string
	make     func(*setup)
	want     doctor.State
	evidence string // part of it
}{
	{"settings", "a pool id of the wrong form", inConfig(func(c *doctor.Config) { c.Pool.UserPoolID = "eu-west-1" }), doctor.Fail, "UserPoolID"},
	{"settings", "a base URL without scheme", inConfig(func(c *doctor.Config) { c.BaseURL = "app.example.com" }), doctor.Fail, "BaseURL"},
	{"settings", "no domain", inConfig(func(c *doctor.Config) { c.Pool.Domain, c.OwnForms = "", false }), doctor.Fail, "COGNITO_DOMAIN"},
	{"settings", "a short session key", inConfig(func(c *doctor.Config) { c.SessionKeys = "c2hvcnQ=" }), doctor.Fail, "SESSION_KEYS: key 1 has 5 bytes"},
	{"settings", "a secret with a line break", inConfig(func(c *doctor.Config) { c.Pool.ClientSecret += "\n" }), doctor.Fail, "ClientSecret"},
	{"discovery", "the id of another pool", inConfig(func(c *doctor.Config) { c.Pool.UserPoolID, c.Pool.Issuer = "eu-west-1_zZ9zZ9zZ9", "" }), doctor.Fail, "there is no such pool"},
	{"discovery", "no network", func(s *setup) {
		s.refuse = func(r *http.Request) error {
			if strings.HasSuffix(r.URL.Path, "openid-configuration") {
				return fmt.Errorf("no route to host")
			}
			return nil
		}
	}, doctor.Fail, "no route to host"},
	{"discovery", "another issuer", func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if strings.HasSuffix(r.URL.Path, "openid-configuration") {
				body(`{"issuer":"https://idp.example.com"}`)(res)
			}
		}
	}, doctor.Fail, "https://idp.example.com"},
	{"discovery", "the issuer of another pool", inConfig(func(c *doctor.Config) {
		c.Pool.Issuer = c.Pool.IssuerURL()
		c.Pool.UserPoolID = "eu-west-1_zZ9zZ9zZ9"
	}), doctor.Fail, "and the settings say eu-west-1_zZ9zZ9zZ9"},
	{"discovery", "another domain", inConfig(func(c *doctor.Config) { c.Pool.Domain = "https://other.example.com" }), doctor.Warn, "other.example.com"},
	{"discovery", "another domain for one endpoint", func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if strings.HasSuffix(r.URL.Path, "openid-configuration") {
				text, _ := io.ReadAll(res.Body)
				body(regexp.MustCompile(`"end_session_endpoint": ?"https://[^/]*`).ReplaceAllString(string(text), `"end_session_endpoint":"https://old.example.com`))(res)
			}
		}
	}, doctor.Warn, "old.example.com"},
	{"keys", "only one key", func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if strings.HasSuffix(r.URL.Path, "jwks.json") {
				body(`{"keys":[{"kty":"RSA","alg":"RS256"}]}`)(res)
			}
		}
	}, doctor.Warn, "one RSA key"},
	{"keys", "no key", func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if strings.HasSuffix(r.URL.Path, "jwks.json") {
				body(`{"keys":[]}`)(res)
			}
		}
	}, doctor.Fail, "no RSA key"},
	{"clock", "the clock is two minutes fast", func(s *setup) {
		s.now = func(pool *cognitotest.Pool) func() time.Time {
			return func() time.Time { return pool.Now().Add(2 * time.Minute) }
		}
	}, doctor.Warn, "clock is 2m"},
	{"domain", "a name that does not resolve", func(s *setup) {
		s.refuse = func(r *http.Request) error {
			if strings.HasPrefix(r.URL.Path, "/oauth2/") {
				return fmt.Errorf("no such host")
			}
			return nil
		}
	}, doctor.Fail, "no such host"},
	{"domain", "a certificate for another name", func(s *setup) {
		s.refuse = func(r *http.Request) error {
			if strings.HasPrefix(r.URL.Path, "/oauth2/") {
				return x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"other.example.com"}}, Host: r.URL.Host}
			}
			return nil
		}
	}, doctor.Fail, "x509: certificate is valid for other.example.com"},
	{"client-id", "an app client of another pool", inConfig(func(c *doctor.Config) { c.Pool.ClientID = "5otherclientid0a1b2c3d" }), doctor.Fail, "5otherclientid0a1b2c3d"},
	{"callback-url", "the URL is not registered", inClient(func(c *cognitotest.AppClient) { c.CallbackURLs = []string{base + "/callback"} }), doctor.Fail, base + "/auth/callback is not registered"},
	{"code-grant", "only client credentials are enabled", inClient(func(c *cognitotest.AppClient) {
		c.Flows = []string{cognitotest.FlowClientCredentials}
	}), doctor.Fail, "unauthorized_client"},
	{"scopes", "profile is not enabled", inClient(func(c *cognitotest.AppClient) { c.Scopes = []string{"openid", "email"} }), doctor.Fail, "Cognito refuses profile"},
	{"scopes", "openid is not enabled", inClient(func(c *cognitotest.AppClient) { c.Scopes = []string{"aws.cognito.signin.user.admin"} }), doctor.Fail, "Cognito refuses openid"},
	{"scopes", "one of many scopes is not enabled", func(s *setup) {
		s.edit = func(c *doctor.Config) {
			c.Scopes = []string{"openid", "email", "phone", "profile", orders + "/read", orders + "/write", "aws.cognito.signin.user.admin"}
			c.App = false
		}
		s.client.Scopes = []string{"openid", "email", "phone", "profile", orders + "/read", "aws.cognito.signin.user.admin"}
	}, doctor.Fail, "Cognito refuses " + orders + "/write"},
	{"resource", "no such resource server", func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if q := r.URL.Query(); q.Get("resource") != "" {
				header("Location", base+"/auth/callback?error=invalid_request&state="+q.Get("state"))(res)
			}
		}
	}, doctor.Fail, orders},
	{"implicit-grant", "it is enabled", func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if r.URL.Query().Get("response_type") == "token" {
				header("Location", "/login?client_id="+clientID)(res)
			}
		}
	}, doctor.Warn, "response_type=token"},
	{"managed-login", "the domain has the classic Hosted UI", func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if r.URL.Query().Get("prompt") == "none" { // which the classic pages do not know
				header("Location", "/login?client_id="+clientID)(res)
			}
		}
	}, doctor.Warn, "classic Hosted UI"},
	{"login-page", "there is no branding style", onPath("/login", body("Login pages unavailable. Please contact an administrator.")), doctor.Fail, "Login pages unavailable"},
	{"client-secret", "a wrong secret", inConfig(func(c *doctor.Config) { c.Pool.ClientSecret = secret + "x" }), doctor.Fail, "refuses the secret"},
	{"client-secret", "no secret", inConfig(func(c *doctor.Config) { c.Pool.ClientSecret = "" }), doctor.Fail, "ClientSecret is empty"},
	{"client-secret", "a secret for a public client", func(s *setup) {
		s.client.Secret = ""
		s.edit = func(c *doctor.Config) { c.Pool.ClientSecret = secret }
	}, doctor.Fail, "refuses the secret"},
	{"client-secret", "no code grant, so the secret cannot be checked", func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if r.URL.Path == "/oauth2/token" && strings.Contains(s.sent, "authorization_code") {
				body(`{"error":"unauthorized_client"}`)(res)
			}
		}
	}, doctor.Fail, "authorization_code"},
	{"revocation", "revocation is disabled", inClient(func(c *cognitotest.AppClient) { c.DisableRevocation = true }), doctor.Warn, "invalid_request"},
	{"sign-out-url", "the URL is not registered", inClient(func(c *cognitotest.AppClient) { c.LogoutURLs = []string{base + "/"} }), doctor.Fail, base + "/auth/signed-out is not registered"},
	{"api", "another app client", func(s *setup) {
		inConfig(func(c *doctor.Config) {
			c.Pool.ClientID, c.Pool.Domain, c.BaseURL, c.Pool.Resources = "5otherclientid0a1b2c3d", "", "", nil
		})(s)
	}, doctor.Fail, "ResourceNotFoundException"},
	{"api", "no secret", func(s *setup) {
		inConfig(func(c *doctor.Config) { c.Pool.ClientSecret, c.Pool.Domain, c.BaseURL = "", "", "" })(s)
	}, doctor.Fail, "SECRET_HASH"},
	{"auth-flows", "SRP is not enabled", inClient(func(c *cognitotest.AppClient) { c.ExplicitAuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH"} }), doctor.Fail, "enabled: USER_PASSWORD_AUTH"},
	{"user-existence", "answers reveal who has an account", inClient(func(c *cognitotest.AppClient) { c.RevealUserExistence = true }), doctor.Warn, "UserNotFoundException"},
	{"identity-pool", "the id of another identity pool", inConfig(func(c *doctor.Config) {
		c.Pool.IdentityPoolID = "eu-west-1:00000000-0000-0000-0000-000000000000"
	}), doctor.Fail, "there is no identity pool"},
	{"identity-pool", "the user pool is not a provider", func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetId") {
				res.StatusCode = 400
				body(`{"__type":"NotAuthorizedException","message":"Token is not from a supported provider of this identity pool."}`)(res)
			}
		}
	}, doctor.Fail, "not from a supported provider"},
	{"identity-pool", "guests are allowed by mistake", func(s *setup) {
		s.options = append(s.options, cognitotest.WithIdentityPool(cognitotest.IdentityPool{Guests: true}))
	}, doctor.Warn, "guests are on"},
	{"identity-pool", "guests are not allowed, but the app has guests", inConfig(func(c *doctor.Config) { c.Guests = true }), doctor.Fail, "guests are off"},
	{"app-login", "the app asks for other scopes", inConfig(func(c *doctor.Config) { c.Scopes = []string{"openid"} }), doctor.Fail, `scope="openid email profile"`},
	{"app-cookies", "a proxy drops Secure", onPath("/auth/login", func(res *http.Response) {
		for i, c := range res.Header["Set-Cookie"] {
			res.Header["Set-Cookie"][i] = strings.Replace(c, "; Secure", "", 1)
		}
	}), doctor.Fail, "not Secure"},
	{"app-cookies", "a proxy drops HttpOnly", onPath("/auth/login", func(res *http.Response) {
		for i, c := range res.Header["Set-Cookie"] {
			res.Header["Set-Cookie"][i] = strings.Replace(c, "; HttpOnly", "", 1)
		}
	}), doctor.Fail, "not HttpOnly"},
	{"app-cookies", "a proxy changes their path", onPath("/auth/login", func(res *http.Response) {
		for i, c := range res.Header["Set-Cookie"] {
			res.Header["Set-Cookie"][i] = strings.Replace(c, "; Path=/", "; Path=/shop", 1)
		}
	}), doctor.Fail, "has Path=/shop: browsers do not send it to " + base},
	{"app-cache", "a proxy sets another Cache-Control", onPath("/auth/login", header("Cache-Control", "max-age=60")), doctor.Fail, "max-age=60"},
	{"app-headers", "a proxy accepts only 4 KiB", behindProxy(4 << 10), doctor.Warn, "status 502"},
	{"app-headers", "a proxy accepts only 2 KiB", behindProxy(2 << 10), doctor.Fail, "status 502"},
	{"app-hsts", "the header is not sent", onPath("/auth/login", func(res *http.Response) { res.Header.Del("Strict-Transport-Security") }), doctor.Warn, "no Strict-Transport-Security"},
	{"app-script", "a proxy shows its own page", onPath("/auth/me", func(res *http.Response) { res.StatusCode = 200 }), doctor.Fail, "status 200"},
	{"app-processes", "each process has its own keys", func(s *setup) {
		s.keys = func() []session.Key { return []session.Key{session.NewKey()} }
	}, doctor.Fail, "unknown to another"},
	{"resource-metadata", "the metadata is not served", onPath("/.well-known/oauth-protected-resource/orders", func(res *http.Response) {
		res.StatusCode = 404
	}), doctor.Fail, "status 404"},
	{"resource-metadata", "the metadata is of another API", onPath("/.well-known/oauth-protected-resource/orders", body(`{"resource":"https://other.example.com"}`)), doctor.Fail, "https://other.example.com"},
	{"resource-metadata", "it names another authorization server", onPath("/.well-known/oauth-protected-resource/orders",
		body(`{"resource":"`+api+`","authorization_servers":["https://login.example.com"]}`)), doctor.Fail, "https://login.example.com"},
	{"resource-metadata", "the API needs no token", onPath("/orders", func(res *http.Response) { res.StatusCode = 200 }), doctor.Fail, "without a token with 200"},
	{"resource-metadata", "a 401 does not name the metadata", onPath("/orders", func(res *http.Response) { res.Header.Del("WWW-Authenticate") }), doctor.Warn, "WWW-Authenticate"},
}

// behindProxy puts a proxy before the app that takes so many bytes of headers.
func behindProxy(most int) func(*setup) {
	return func(s *setup) {
		s.answer = func(r *http.Request, res *http.Response) {
			var headers bytes.Buffer
			_ = res.Header.Write(&headers)
			if "https://"+r.URL.Host == base && headers.Len() > most {
				*res = http.Response{StatusCode: 502, Header: http.Header{}, Body: http.NoBody, Request: r}
			}
		}
	}
}

// TestRun_Right: a pool and an app that are as they should be pass all checks.
func TestRun_Right(t *testing.T) {
	report := right().examine(t)
	if report.State() != doctor.OK || report.String() != "" {
		t.Errorf("State = %s, want ok:\n%s", report.State(), report)
	}
	var made []string
	for _, r := range report {
		made = append(made, r.ID)
	}
	for _, m := range mistakes {
		if !slices.Contains(made, m.check) {
			t.Errorf("the check %s was not made", m.check)
		}
	}
}

// TestRun_BelowAPath: an app whose URL has a path passes all checks, mounted
// below it and behind StripPrefix. Cookies of another path are found.
func TestRun_BelowAPath(t *testing.T) {
	for name, mount := range map[string]func(http.Handler) http.Handler{
		"mounted below": func(h http.Handler) http.Handler { return h },
		"StripPrefix":   func(h http.Handler) http.Handler { return http.StripPrefix("/app", h) },
	} {
		s := right().brief()
		s.base, s.mount = base+"/app", mount
		s.client.CallbackURLs, s.client.LogoutURLs = []string{s.base + "/auth/callback"}, []string{s.base + "/auth/signed-out"}
		if report := s.examine(t); report.State() != doctor.OK {
			t.Errorf("%s: State = %s, want ok:\n%s", name, report.State(), report)
		}
		onPath("/app/auth/login", func(res *http.Response) {
			for i, c := range res.Header["Set-Cookie"] {
				res.Header["Set-Cookie"][i] = strings.Replace(c, "; Path=/app", "; Path=/apple", 1)
			}
		})(s)
		if report := s.examine(t).String(); !strings.Contains(report, "has Path=/apple") {
			t.Errorf("%s: cookies of another path give\n%s", name, report)
		}
	}
}

// TestRun_MovedEndpoints: an app that has its endpoints elsewhere passes all
// checks where the doctor knows the paths. Where it does not, it says which one it
// has asked.
func TestRun_MovedEndpoints(t *testing.T) {
	elsewhere := hostedui.Paths{Login: "/start", Callback: "/callback", SignedOut: "/bye", Me: "/whoami"}
	for name, tt := range map[string]struct {
		prefix      string
		paths       hostedui.Paths
		ends, leave string // paths of callback and sign-out
		edit        func(*doctor.Config)
	}{
		"a prefix":       {"/sign-in/", hostedui.Paths{}, "/sign-in/callback", "/sign-in/signed-out", func(cfg *doctor.Config) { cfg.Prefix = "/sign-in/" }},
		"single paths":   {"", elsewhere, "/callback", "/bye", func(cfg *doctor.Config) { cfg.LoginPath, cfg.MePath = "/start", "/whoami" }},
		"below one more": {"/x/y/", hostedui.Paths{Login: "/start"}, "/x/y/callback", "/x/y/signed-out", func(cfg *doctor.Config) { cfg.Prefix, cfg.LoginPath = "/x/y", "start" }},
	} {
		s := right().brief()
		s.prefix, s.paths = tt.prefix, tt.paths
		s.client.CallbackURLs, s.client.LogoutURLs = []string{base + tt.ends}, []string{base + tt.leave}
		s.edit = func(cfg *doctor.Config) {
			tt.edit(cfg)
			if name == "single paths" {
				cfg.CallbackURL, cfg.SignedOutURL = base+tt.ends, base+tt.leave
			}
		}
		if report := s.examine(t); report.State() != doctor.OK {
			t.Errorf("%s: State = %s, want ok:\n%s", name, report.State(), report)
		}
		s.edit = func(cfg *doctor.Config) { cfg.CallbackURL, cfg.SignedOutURL = base+tt.ends, base+tt.leave }
		if report := s.examine(t).String(); !strings.Contains(report, base+"/auth/login leads to") {
			t.Errorf("%s: without the paths the report is\n%s\nwant it to name the login that was asked", name, report)
		}
	}
}

// TestRun_CallbackElsewhere: cookies of the app go to no other host.
func TestRun_CallbackElsewhere(t *testing.T) {
	s := right().brief()
	s.client.CallbackURLs = []string{base + "/auth/callback", "https://other.example.com/callback"}
	s.edit = func(cfg *doctor.Config) { cfg.CallbackURL = "https://other.example.com/callback" }
	s.refuse = func(r *http.Request) error {
		if r.URL.Host == "other.example.com" {
			t.Errorf("%s was asked", r.URL)
		}
		return nil
	}
	s.examine(t)
}

// TestRun_Mistakes: each check finds its mistake, says what it saw, how to mend
// it, and no secret. Every check has a mistake here.
func TestRun_Mistakes(t *testing.T) {
	found := map[string]bool{}
	for _, m := range mistakes {
		found[m.check] = true
		t.Run(m.check+"/"+m.name, func(t *testing.T) {
			s := right()
			if !slices.Contains([]string{"api", "auth-flows", "user-existence"}, m.check) {
				s.brief()
			}
			m.make(s)
			report := s.examine(t)
			i := slices.IndexFunc(report, func(r doctor.Result) bool { return r.ID == m.check })
			if i < 0 {
				t.Fatalf("the check was not made:\n%s", report)
			}
			r := report[i]
			if r.State != m.want || !strings.Contains(r.Evidence, m.evidence) {
				t.Errorf("%s = %s %q, want %s with %q\n%s", m.check, r.State, r.Evidence, m.want, m.evidence, report)
			}
			if r.Fix == nil || !slices.ContainsFunc(cause.All(), func(c cause.Cause) bool { return strings.HasPrefix(r.Fix.Text, c.Advice) }) {
				t.Errorf("the fix %+v is not in the table of causes", r.Fix)
			}
			ofCognito := !slices.Contains([]string{"settings", "keys", "clock", "resource-metadata"}, r.ID) && !strings.HasPrefix(r.ID, "app-")
			if f := r.Fix; f != nil && ofCognito && (f.CLI == "" || f.Terraform == "" || f.CDK == "" || f.Console == "") {
				t.Errorf("the fix %+v lacks a tool", f)
			}
			for _, earlier := range report[:i] {
				if earlier.State == doctor.Fail {
					t.Errorf("%s failed before: %s", earlier.ID, earlier.Evidence)
				}
			}
			if text := report.String(); strings.Contains(text, secret) || strings.Contains(text, sessionKey) {
				t.Errorf("the report holds a secret:\n%s", text)
			}
		})
	}
	for _, r := range right().examine(t) {
		if !found[r.ID] {
			t.Errorf("the check %s has no mistake in this test", r.ID)
		}
	}
}

// TestRun_SecretSource: a function of the app that hangs or panics is a finding.
func TestRun_SecretSource(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	for name, source := range map[string]func(context.Context) (cognito.Secret, error){
		"hangs":  func(context.Context) (cognito.Secret, error) { <-end; return "", nil },
		"panics": func(context.Context) (cognito.Secret, error) { panic("hunter2") },
	} {
		cfg := doctor.Config{Pool: cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: clientID, ClientSecretSource: source, Timeout: 10 * time.Millisecond}}
		for r := range doctor.Examine(t.Context(), cfg) {
			if r.ID != "settings" || r.State != doctor.Fail || !strings.Contains(r.Evidence, "ClientSecretSource") || strings.Contains(r.Evidence, "hunter2") {
				t.Errorf("it %s: %s, want that the settings fail for ClientSecretSource", name, r)
			}
			break
		}
	}
}

// TestRun_UnclearAPI: an answer of a firewall, or about the rate, says nothing of
// the app client. The doctor then does not know.
func TestRun_UnclearAPI(t *testing.T) {
	tests := []struct {
		name, flow string // "" for every flow
		status     int
		body       string
		want       map[string]doctor.State
		evidence   string
	}{
		{"a firewall", "", 403, `<html>blocked`, map[string]doctor.State{"api": doctor.Unknown, "auth-flows": doctor.Unknown, "user-existence": doctor.Unknown}, "403"},
		{"the rate", "USER_SRP_AUTH", 400, `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`,
			map[string]doctor.State{"api": doctor.OK, "auth-flows": doctor.Unknown, "user-existence": doctor.OK}, "TooManyRequestsException"},
		{"a trigger", "USER_PASSWORD_AUTH", 400, `{"__type":"UserLambdaValidationException","message":"UserMigration failed with error no"}`,
			map[string]doctor.State{"api": doctor.OK, "auth-flows": doctor.OK, "user-existence": doctor.OK}, "USER_PASSWORD_AUTH"},
	}
	for _, tt := range tests {
		s := right()
		s.answer = func(r *http.Request, res *http.Response) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".InitiateAuth") && strings.Contains(s.sent, `"`+tt.flow) {
				res.StatusCode = tt.status
				body(tt.body)(res)
			}
		}
		var seen strings.Builder
		for _, r := range s.examine(t) {
			if want := tt.want[r.ID]; want != "" {
				seen.WriteString(r.Evidence + "\n")
				if r.State != want {
					t.Errorf("%s: %s, want %s", tt.name, r, want)
				}
			}
		}
		if !strings.Contains(seen.String(), tt.evidence) {
			t.Errorf("%s: the evidence is %s, want %s in it", tt.name, &seen, tt.evidence)
		}
	}
	for status, want := range map[int]doctor.State{403: doctor.Unknown, 429: doctor.Unknown, 503: doctor.Unknown, 400: doctor.Fail, 404: doctor.Fail} {
		s := right().brief()
		onPath("/eu-west-1_Emulator1/.well-known/openid-configuration", func(res *http.Response) { res.StatusCode = status })(s)
		for _, r := range s.examine(t) {
			if r.ID == "discovery" && r.State != want {
				t.Errorf("status %d: %s, want %s", status, r, want)
			}
		}
	}
}

// TestRun_UnknownAfterFailure: checks that need one that failed say so.
func TestRun_UnknownAfterFailure(t *testing.T) {
	s := right().brief()
	s.client.CallbackURLs = nil
	report := s.examine(t)
	for _, r := range report {
		if r.ID == "scopes" && (r.State != doctor.Unknown || !strings.Contains(r.Evidence, "code-grant")) {
			t.Errorf("scopes = %s %q, want unknown for want of code-grant", r.State, r.Evidence)
		}
	}
	if report.State() != doctor.Fail {
		t.Errorf("State = %s, want fail", report.State())
	}
}

// TestE1_ConfigPrintsNothing: an app that prints what it gives to the doctor does
// not log its session keys.
func TestE1_ConfigPrintsNothing(t *testing.T) {
	cfg := doctor.Config{SessionKeys: sessionKey}
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("doctor", "config", cfg)
	slog.New(slog.NewTextHandler(&out, nil)).Info("doctor", "config", &cfg)
	fmt.Fprintf(&out, "%v %+v %#v %s %q", cfg, cfg, &cfg, cfg, cfg)
	if strings.Contains(out.String(), sessionKey) {
		t.Errorf("a Config prints its session keys: %s", &out)
	}
}

// TestRun_DisturbsNobody: no check makes a user, sends a message, or tries the
// password of a user who exists.
func TestRun_DisturbsNobody(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithClient(right().client))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!"}); err != nil {
		t.Fatal(err)
	}
	doctor.Run(t.Context(), doctor.Config{Pool: pool.Config(), BaseURL: base, OwnForms: true})
	if n := len(pool.Users()); n != 1 {
		t.Errorf("there are %d users, want 1", n)
	}
	if n := len(pool.Outbox()); n != 0 {
		t.Errorf("%d messages were sent, want none", n)
	}
}

// TestDocs_Doctor: docs/doctor.md has the table of checks. With -update it is
// written.
func TestDocs_Doctor(t *testing.T) {
	const page = "../../docs/doctor.md"
	var table bytes.Buffer
	table.WriteString("| check | what must hold | problems that it finds |\n|---|---|---|\n")
	for _, r := range right().examine(t) {
		var names []string
		for _, m := range mistakes {
			if m.check == r.ID {
				names = append(names, m.name)
			}
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", r.ID, r.About, strings.Join(names, "; "))
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| check \|(.*\n\|)*.*\n`)
	want := rows.ReplaceAllLiteral(text, table.Bytes())
	if bytes.Equal(text, want) && rows.Match(text) {
		return
	}
	if !*update {
		t.Fatal("docs/doctor.md has another table: run this test with -update")
	}
	if err := os.WriteFile(page, want, 0o644); err != nil {
		t.Fatal(err)
	}
}
