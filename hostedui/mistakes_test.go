package hostedui_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/doctor"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// TestE2_MistakesAtStart: a setting that cannot work is refused before the app
// serves anybody. The error names the setting and says what to write.
func TestE2_MistakesAtStart(t *testing.T) {
	good := map[string]string{
		"COGNITO_USER_POOL_ID": "eu-west-1_aB3dE5gH7", "COGNITO_CLIENT_ID": "7exampleclientid0a1b2c3d",
		"COGNITO_DOMAIN": "example", "APP_URL": base,
		"SESSION_KEYS": base64.StdEncoding.EncodeToString(session.NewKey()),
	}
	tests := []struct {
		name   string
		change map[string]string // of the environment
		edit   func(*hostedui.Config)
		want   []string // in the error
	}{
		{"nothing set", map[string]string{"COGNITO_USER_POOL_ID": "", "COGNITO_CLIENT_ID": "", "COGNITO_DOMAIN": "", "APP_URL": "", "SESSION_KEYS": ""}, nil,
			[]string{"COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_DOMAIN", "APP_URL", "SESSION_KEYS"}},
		{"pool id missing", map[string]string{"COGNITO_USER_POOL_ID": ""}, nil, []string{"COGNITO_USER_POOL_ID: missing", "eu-west-1_"}},
		{"pool ARN for its id", map[string]string{"COGNITO_USER_POOL_ID": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_aB3dE5gH7"}, nil, []string{"COGNITO_USER_POOL_ID", "looks like eu-west-1_"}},
		{"identity pool for the user pool", map[string]string{"COGNITO_USER_POOL_ID": "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab"}, nil, []string{"COGNITO_USER_POOL_ID", "looks like eu-west-1_"}},
		{"client id missing", map[string]string{"COGNITO_CLIENT_ID": ""}, nil, []string{"COGNITO_CLIENT_ID: missing", "App clients"}},
		{"client's name for its id", map[string]string{"COGNITO_CLIENT_ID": "my web app"}, nil, []string{"COGNITO_CLIENT_ID", "letters and digits"}},
		{"domain missing", map[string]string{"COGNITO_DOMAIN": ""}, nil, []string{"COGNITO_DOMAIN: missing", "user pool's domain"}},
		{"the API's host for the domain", map[string]string{"COGNITO_DOMAIN": "cognito-idp.eu-west-1.amazonaws.com"}, nil, []string{"COGNITO_DOMAIN", "cognito-idp.eu-west-1.amazonaws.com"}},
		{"domain of another region", map[string]string{"COGNITO_DOMAIN": "example.auth.us-east-1.amazoncognito.com"}, nil, []string{"COGNITO_DOMAIN", "us-east-1", "eu-west-1"}},
		{"an endpoint for the domain", map[string]string{"COGNITO_DOMAIN": "https://example.auth.eu-west-1.amazoncognito.com/oauth2/authorize"}, nil, []string{"COGNITO_DOMAIN", "/oauth2/authorize"}},
		{"APP_URL missing", map[string]string{"APP_URL": ""}, nil, []string{"APP_URL: missing"}},
		{"APP_URL without scheme", map[string]string{"APP_URL": "localhost:8080"}, nil, []string{"APP_URL", "http://localhost:8080"}},
		{"APP_URL without TLS", map[string]string{"APP_URL": "http://app.example.com"}, nil, []string{"APP_URL", "https"}},
		{"APP_URL with a query", map[string]string{"APP_URL": base + "/?x=1"}, nil, []string{"APP_URL", "query"}},
		{"SESSION_KEYS missing", map[string]string{"SESSION_KEYS": ""}, nil, []string{"SESSION_KEYS", "32"}},
		{"SESSION_KEYS short", map[string]string{"SESSION_KEYS": "c2hvcnQ="}, nil, []string{"SESSION_KEYS", "32"}},
		{"SESSION_KEYS no base64", map[string]string{"SESSION_KEYS": "a passphrase, as it were"}, nil, []string{"SESSION_KEYS", "base64"}},
		{"a scope Cognito does not know", nil, func(c *hostedui.Config) { c.Scopes = []string{"openid", "offline_access"} }, []string{"Scopes", "offline_access"}},
		{"scopes in one string", nil, func(c *hostedui.Config) { c.Scopes = []string{"openid email"} }, []string{"Scopes", "not one scope"}},
		{"clock skew of an hour", nil, func(c *hostedui.Config) { c.Pool.ClockSkew = time.Hour }, []string{"ClockSkew", "set this machine's clock"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env := maps.Clone(good)
			maps.Copy(env, tt.change)
			for name, value := range env {
				t.Setenv(name, value)
			}
			cfg, err := hostedui.ConfigFromEnv()
			if err == nil {
				if tt.edit != nil {
					tt.edit(&cfg)
				}
				_, err = hostedui.New(cfg)
			}
			for _, want := range tt.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("the error = %v, want %q in it", err, want)
				}
			}
		})
	}
	for name, change := range map[string]string{"a slash at the end": base + "/", "capitals": "https://App.Example.com", "the default port": base + ":443"} {
		t.Run("no mistake: "+name, func(t *testing.T) {
			env := maps.Clone(good)
			env["APP_URL"] = change
			for name, value := range env {
				t.Setenv(name, value)
			}
			cfg, err := hostedui.ConfigFromEnv()
			if err != nil {
				t.Fatal(err)
			}
			client, err := hostedui.New(cfg)
			if err != nil || client.CallbackURL() != base+"/auth/callback" {
				t.Errorf("New = %v, want the callback %s/auth/callback", err, base)
			}
		})
	}
}

// A setUp is an app with a pool, in which a test makes one mistake.
type setUp struct {
	t       *testing.T
	app     cognitotest.AppClient
	pool    *cognitotest.Pool
	cfg     hostedui.Config
	at      string                                                   // what the browser calls the app; base unless set
	mount   func(c *hostedui.Client, page http.Handler) http.Handler // as the README does unless set
	browser *http.Client
	log     *record
	text    string // of the page that the visitor ends on
}

func newSetUp(t *testing.T) *setUp {
	return &setUp{t: t, at: base, log: new(record), app: cognitotest.AppClient{
		ID: clientID, CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"},
	}}
}

// make builds the pool and the configuration.
func (s *setUp) make() {
	s.t.Helper()
	s.pool = cognitotest.NewPool(
		cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: "orders", Scopes: []string{"read"}}),
		cognitotest.WithClient(s.app),
	)
	if _, err := s.pool.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com"}); err != nil {
		s.t.Fatal(err)
	}
	s.cfg = hostedui.Config{Pool: s.pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}}
	s.cfg.Pool.Logger = slog.New(slog.NewTextHandler(s.log, nil))
	s.mount = newSetUpMux
}

// newSetUpMux mounts an app as the README does.
func newSetUpMux(c *hostedui.Client, page http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/auth/", c)
	mux.Handle("/", c.Protect(page))
	return mux
}

func (s *setUp) client() *hostedui.Client {
	s.t.Helper()
	c, err := hostedui.New(s.cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// handler is the app.
func (s *setUp) handler() http.Handler {
	return s.mount(s.client(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "the page") }))
}

// signIn does what a visitor does who wants to see a page.
func (s *setUp) signIn() {
	s.t.Helper()
	if s.browser == nil {
		s.browser = s.pool.Browser(s.handler(), s.at)
	}
	trace := &lastAnswer{through: s.browser.Transport}
	s.browser.Transport = trace
	res, err := s.pool.SignIn(s.browser, s.at+"/account", "jane", password)
	if err == nil {
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		s.text = string(body)
		return
	}
	s.text = trace.text + err.Error()
}

// lastAnswer keeps the text of a browser's last answer.
type lastAnswer struct {
	through http.RoundTripper
	text    string
}

func (l *lastAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := l.through.RoundTrip(r)
	if err == nil {
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		l.text = string(body)
		res.Body = io.NopCloser(strings.NewReader(l.text))
	}
	return res, err
}

// TestE2_MistakesInUse: a mistake that no check at the start can find shows up
// in the log, which names the cause and the setting to change. The visitor gets
// a page in the end, never an endless redirect.
func TestE2_MistakesInUse(t *testing.T) {
	tests := []struct {
		name string
		run  func(*setUp)
		log  []string // in the log
		page string   // in the visitor's last page, or in the error of an app that is not there
	}{
		{"wrong client id", func(s *setUp) {
			s.make()
			s.cfg.Pool.ClientID = "7anotherclientid0a1b2c3d"
			s.signIn()
		}, []string{"client_id=7anotherclientid0a1b2c3d", "COGNITO_CLIENT_ID is an app client of the pool"}, "An error was encountered"},
		{"secret missing", func(s *setUp) {
			s.app.Secret = secret
			s.make()
			s.cfg.Pool.ClientSecret = ""
			s.signIn()
		}, []string{"op=callback", "invalid_client", "status 400", "COGNITO_CLIENT_SECRET"}, "did not answer as it should"},
		{"secret wrong", func(s *setUp) {
			s.app.Secret = secret
			s.make()
			s.cfg.Pool.ClientSecret = "another0secret0of0the0client"
			s.signIn()
		}, []string{"invalid_client", "COGNITO_CLIENT_SECRET"}, "did not answer as it should"},
		{"secret needless", func(s *setUp) {
			s.make()
			s.cfg.Pool.ClientSecret = "a0secret0that0the0client0lacks"
			s.signIn()
		}, []string{"invalid_client", "for a public client, leave ClientSecret empty"}, "did not answer as it should"},
		{"domain with a typo", func(s *setUp) {
			s.make()
			s.cfg.Pool.Domain = "https://exampel.auth.eu-west-1.amazoncognito.com"
			s.signIn()
		}, []string{"domain=https://exampel.auth", "COGNITO_DOMAIN"}, "this browser knows"},
		{"callback not registered", func(s *setUp) {
			s.app.CallbackURLs = []string{base + "/callback"}
			s.make()
			s.signIn()
		}, []string{"callback=" + base + "/auth/callback", "CallbackURLs"}, "not one of those registered with its app client"},
		{"callback registered with a slash more", func(s *setUp) {
			s.app.CallbackURLs = []string{base + "/auth/callback/"}
			s.make()
			s.signIn()
		}, []string{"callback=" + base + "/auth/callback", "to the letter"}, "not one of those registered with its app client"},
		{"sign-out URL not registered", func(s *setUp) {
			s.app.LogoutURLs = []string{base + "/bye"}
			s.make()
			s.signIn()
			s.send("POST", "/auth/logout")
		}, []string{"signed_out=" + base + "/auth/signed-out", "LogoutURLs"}, "not one of those registered with its app client"},
		{"scope not enabled", func(s *setUp) {
			s.app.Scopes = []string{"openid", "email"}
			s.make()
			s.signIn()
		}, []string{"invalid_scope", "Config.Scopes", "AllowedOAuthScopes"}, "did not work"},
		{"code grant not enabled", func(s *setUp) {
			s.app.Flows, s.app.Scopes, s.app.Secret = []string{cognitotest.FlowClientCredentials}, []string{"orders/read"}, secret
			s.make()
			s.signIn()
		}, []string{"unauthorized_client", "AllowedOAuthFlows"}, ""},
		{"identity provider that is not there", func(s *setUp) {
			s.make()
			s.cfg.LoginOptions = func(*http.Request) []hostedui.LoginOption {
				return []hostedui.LoginOption{hostedui.IdentityProvider("Okta")}
			}
			s.signIn()
		}, []string{"op=callback", "SupportedIdentityProviders"}, "did not work"},
		{"another user pool", func(s *setUp) {
			s.make()
			s.cfg.Pool.UserPoolID = "eu-west-1_zZ3dE5gH7"
			s.cfg.Pool.Issuer = ""
			s.signIn()
		}, []string{"verify iss", "eu-west-1_zZ3dE5gH7", "COGNITO_USER_POOL_ID"}, "did not answer as it should"},
		{"clock 70 minutes fast", func(s *setUp) {
			s.make()
			s.cfg.Pool.Now = func() time.Time { return s.pool.Now().Add(70 * time.Minute) }
			s.signIn()
		}, []string{"verify exp", "clock is fast", "NTP"}, "did not answer as it should"},
		{"clock 10 minutes slow", func(s *setUp) {
			s.make()
			s.cfg.Pool.Now = func() time.Time { return s.pool.Now().Add(-10 * time.Minute) }
			s.signIn()
		}, []string{"verify iat", "clock is slow", "Config.ClockSkew"}, "did not answer as it should"},
		{"clock 10 minutes fast, which does no harm", func(s *setUp) {
			s.make()
			s.cfg.Pool.Now = func() time.Time { return s.pool.Now().Add(10 * time.Minute) }
			s.signIn()
		}, nil, "the page"},
		{"cookies blocked", func(s *setUp) {
			s.make()
			s.browser = s.pool.Browser(s.handler(), base)
			s.browser.Jar = onlyPool{s.browser.Jar}
			s.signIn()
		}, []string{"cookies_blocked", "APP_URL"}, "did not keep our cookie"},
		{"emulator not running", func(s *setUp) {
			s.make()
			s.browser = s.pool.Browser(s.handler(), base)
			s.cfg.Pool.HTTPClient = &http.Client{Transport: noRoute{}}
			s.browser = s.pool.Browser(s.handler(), base)
			s.signIn()
		}, []string{"unreachable", "is the emulator running?", "COGNITO_DOMAIN"}, "did not answer as it should"},
		{"a proxy that answers for Cognito", func(s *setUp) {
			s.make()
			s.cfg.Pool.HTTPClient = &http.Client{Transport: loginWall{}}
			s.signIn()
		}, []string{"bad_answer", "status 200", "no proxy answers in its place"}, "did not answer as it should"},
		{"keys not reachable", func(s *setUp) {
			s.make()
			s.cfg.Pool.HTTPClient = &http.Client{Transport: withoutKeys{s.pool.Client().Transport}}
			s.signIn()
		}, []string{"verify keys", "jwks.json"}, "did not answer as it should"},
		{"APP_URL left at localhost behind a TLS proxy", func(s *setUp) {
			s.app.CallbackURLs = []string{"http://localhost:8080/auth/callback"}
			s.app.LogoutURLs = []string{"http://localhost:8080/auth/signed-out"}
			s.make()
			s.cfg.BaseURL = "http://localhost:8080"
			s.signIn()
		}, []string{"host=app.example.com", "app_url=http://localhost:8080", "set APP_URL"}, "this browser knows"},
		{"APP_URL of an alias", func(s *setUp) {
			s.app.CallbackURLs = []string{"https://www.example.com/auth/callback"}
			s.app.LogoutURLs = []string{"https://www.example.com/auth/signed-out"}
			s.make()
			s.cfg.BaseURL = "https://www.example.com"
			s.signIn()
		}, []string{"host=app.example.com", "app_url=https://www.example.com", "redirect it to APP_URL"}, "this browser knows"},
		{"the default port in Host, which does no harm", func(s *setUp) {
			s.make()
			s.mount = func(c *hostedui.Client, page http.Handler) http.Handler {
				h := newSetUpMux(c, page)
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					r.Host = "APP.example.com:443"
					h.ServeHTTP(w, r)
				})
			}
			s.signIn()
			if strings.Contains(s.log.String(), "another host") {
				s.t.Errorf("the log = %s, want no warning", s.log)
			}
		}, nil, "the page"},
		{"SESSION_KEYS different in two processes", func(s *setUp) {
			s.make()
			s.mount = func(c *hostedui.Client, page http.Handler) http.Handler {
				s.cfg.SessionKeys = []session.Key{session.NewKey()}
				other := s.client()
				mux := http.NewServeMux()
				mux.Handle("/auth/", c)
				mux.Handle("/", other.Protect(page))
				return mux
			}
			s.signIn()
		}, []string{"session_failed", "another process has other SESSION_KEYS"}, "could not finish your sign-in"},
		{"another app that overwrites the cookie", func(s *setUp) {
			s.make()
			s.mount = func(c *hostedui.Client, page http.Handler) http.Handler {
				h := newSetUpMux(c, page)
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					for _, cookie := range r.CookiesNamed(sessionCookie) { // overwritten since it was set
						r.Header.Set("Cookie", strings.ReplaceAll(r.Header.Get("Cookie"), cookie.Value, "of-another-app"))
					}
					h.ServeHTTP(w, r)
				})
			}
			s.signIn()
		}, []string{"session_failed", "another app on this host overwrites the cookie"}, "could not finish your sign-in"},
		{"Protect around the login", func(s *setUp) {
			s.make()
			s.mount = func(c *hostedui.Client, page http.Handler) http.Handler { return c.Protect(newSetUpMux(c, page)) }
			s.signIn()
		}, []string{"the login is behind Require", "path=/auth/login", "Protect or Require must not wrap the handler of the login"}, "closed by mistake"},
		{"/auth/ not mounted, and / protected", func(s *setUp) {
			s.make()
			s.mount = func(c *hostedui.Client, page http.Handler) http.Handler { return c.Protect(page) }
			s.signIn()
		}, []string{"path=/auth/login", "so that it gets this path"}, "closed by mistake"},
		{"/auth/ not mounted", func(s *setUp) {
			s.make()
			s.mount = only("/account", "")
			s.visitors()
		}, []string{"none has arrived", "path=/auth/login", `mux.Handle(\"/auth/\", client)`}, "404"},
		{"/auth without the slash", func(s *setUp) {
			s.make()
			s.mount = only("/account", "/auth")
			s.visitors()
		}, []string{"none has arrived", "with the slash at the end"}, "404"},
		{"mounted only for GET", func(s *setUp) {
			s.make()
			s.mount = only("/account", "GET /auth/")
			s.signIn()
		}, []string{"mounted only for GET", "sign-out is a POST"}, "the page"},
		{"mounted at another path", func(s *setUp) {
			s.make()
			s.mount = only("/account", "/login/")
			s.browser = s.pool.Browser(s.handler(), base)
			s.send("GET", "/login/")
		}, []string{"gets paths that are not its own", "path=/login/", "login=/auth/login", "set Config.Prefix"}, "There is no such page"},
		{"StripPrefix around the Client", func(s *setUp) {
			s.make()
			s.mount = func(c *hostedui.Client, page http.Handler) http.Handler {
				mux := http.NewServeMux()
				mux.Handle("/auth/", http.StripPrefix("/auth", c))
				mux.Handle("/", c.Protect(page))
				return mux
			}
			s.signIn()
		}, []string{"path=/login ", "asked=\"/auth/login", "http.StripPrefix may take off the path of APP_URL"}, "There is no such page"},
		{"APP_URL with a path that the app is not below", func(s *setUp) {
			s.app.CallbackURLs = []string{base + "/app/auth/callback"}
			s.app.LogoutURLs = []string{base + "/app/auth/signed-out"}
			s.make()
			s.cfg.BaseURL = base + "/app"
			s.signIn()
		}, []string{"path=/app/auth/login", "base_url=" + base + "/app", "if BaseURL (APP_URL) has a path"}, "closed by mistake"},
		{"APP_URL with a path, and pages elsewhere", func(s *setUp) {
			s.app.CallbackURLs = []string{base + "/app/auth/callback"}
			s.app.LogoutURLs = []string{base + "/app/auth/signed-out"}
			s.make()
			s.cfg.BaseURL = base + "/app"
			s.mount = only("/account", "/auth/")
			s.visitors()
		}, []string{"none has arrived", "path=/app/auth/login", "the path of APP_URL"}, "404"},
		{"APP_URL with a path, which does no harm", func(s *setUp) {
			s.app.CallbackURLs = []string{base + "/app/auth/callback"}
			s.app.LogoutURLs = []string{base + "/app/auth/signed-out"}
			s.make()
			s.cfg.BaseURL, s.at = base+"/app", base+"/app"
			s.mount = func(c *hostedui.Client, page http.Handler) http.Handler {
				return http.StripPrefix("/app", newSetUpMux(c, page))
			}
			s.signIn()
		}, nil, "the page"},
		{"a slash behind APP_URL, which does no harm", func(s *setUp) {
			s.make()
			s.cfg.BaseURL += "/"
			s.signIn()
		}, nil, "the page"},
		{"OnLogin that fails", func(s *setUp) {
			s.make()
			s.onLogin(errors.New("no database"))
			s.signIn()
		}, []string{"OnLogin: no database"}, "could not finish your sign-in"},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSetUp(t)
			tt.run(s)
			if found := foundByCheck[tt.name]; found != "" || i%4 == 0 || thorough.Enabled() {
				s.checked(found)
			}
			if tt.log == nil && !strings.Contains(tt.name, "does no harm") {
				t.Error("neither Client.Check nor the log tells of it")
			}
			for _, want := range tt.log {
				if !strings.Contains(s.log.String(), want) {
					t.Errorf("the log = %s\nwant %q in it", s.log, want)
				}
			}
			if !strings.Contains(s.text, tt.page) {
				t.Errorf("the visitor sees\n%s\nwant %q", s.text, tt.page)
			}
		})
	}
}

// foundByCheck says which check of Client.Check finds a mistake of
// TestE2_MistakesInUse. The log alone tells of the others: they are in the app,
// in the browser or in one login, which Client.Check does not see.
var foundByCheck = map[string]string{
	"wrong client id":                           "client-id",
	"secret missing":                            "client-secret",
	"secret wrong":                              "client-secret",
	"secret needless":                           "client-secret",
	"domain with a typo":                        "domain",
	"callback not registered":                   "callback-url",
	"callback registered with a slash more":     "callback-url",
	"sign-out URL not registered":               "sign-out-url",
	"scope not enabled":                         "scopes",
	"code grant not enabled":                    "code-grant",
	"another user pool":                         "discovery",
	"clock 70 minutes fast":                     "clock",
	"clock 10 minutes slow":                     "clock",
	"clock 10 minutes fast, which does no harm": "clock",
	"emulator not running":                      "discovery",
	"a proxy that answers for Cognito":          "discovery",
	"keys not reachable":                        "keys",
}

// checked fails unless the first mistake that Client.Check finds is the one of
// this check, or there is none where id is "".
func (s *setUp) checked(id string) {
	s.t.Helper()
	s.cfg.Pool.HTTPClient = &http.Client{Transport: dated{s.cfg.Pool.HTTPClient.Transport, s.pool}}
	first := ""
	report := s.client().Check(s.t.Context())
	for _, r := range report {
		if first == "" && (r.State == doctor.Fail || r.ID == "clock" && r.State == doctor.Warn) {
			first = r.ID
		}
	}
	if first != id {
		s.t.Errorf("Check finds %q first, want %q:\n%s", first, id, report)
	}
}

// dated puts the pool's time into each answer, as servers do.
type dated struct {
	through http.RoundTripper
	pool    *cognitotest.Pool
}

func (d dated) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := d.through.RoundTrip(r)
	if err == nil {
		res.Header.Set("Date", d.pool.Now().UTC().Format(http.TimeFormat))
	}
	return res, err
}

// only mounts a protected page, and the Client at a pattern or not at all.
func only(page, pattern string) func(*hostedui.Client, http.Handler) http.Handler {
	return func(c *hostedui.Client, h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle(page, c.Protect(h))
		if pattern != "" {
			mux.Handle(pattern, c)
		}
		return mux
	}
}

// visitors are some who want to see a page and end where no sign-in is.
func (s *setUp) visitors() {
	s.t.Helper()
	h := s.handler()
	for range 6 {
		s.browser = s.pool.Browser(h, base)
		s.send("GET", "/account")
	}
	if n := strings.Count(s.log.String(), "level=WARN"); n != 1 {
		s.t.Errorf("%d warnings, want one: %s", n, s.log)
	}
}

func (s *setUp) send(method, path string) {
	s.t.Helper()
	req, err := http.NewRequest(method, base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := s.browser.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	s.text = string(body)
}

// onlyPool keeps the pool's cookies and none of the app's.
type onlyPool struct{ http.CookieJar }

func (j onlyPool) SetCookies(u *url.URL, cookies []*http.Cookie) {
	if !strings.HasPrefix(u.String(), base) {
		j.CookieJar.SetCookies(u, cookies)
	}
}

// noRoute is a network without a way to Cognito.
type noRoute struct{}

func (noRoute) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused")
}

// loginWall answers every request with a page, as the proxies of hotels do.
type loginWall struct{}

func (loginWall) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(w, "<h1>Welcome to our WLAN</h1>")
	return w.Result(), nil
}

// withoutKeys reaches Cognito's domain, but not its issuer.
type withoutKeys struct{ through http.RoundTripper }

func (t withoutKeys) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/jwks.json") {
		return nil, errors.New("connection refused")
	}
	return t.through.RoundTrip(r)
}

// onLogin has the app's hook fail.
func (s *setUp) onLogin(err error) {
	s.cfg.OnLogin = func(context.Context, *hostedui.Login) error { return err }
}

// TestE2_OtherHostOnce: the warning about another host comes once, however many
// logins begin, and a Host that somebody made up does no more than that.
func TestE2_OtherHostOnce(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		r := httptest.NewRequest("GET", base+"/auth/login", nil)
		r.Header.Set("Accept", "text/html")
		r.Host = "evil.example"
		rec := httptest.NewRecorder()
		w.client.ServeHTTP(rec, r)
		if at := rec.Header().Get("Location"); rec.Code != http.StatusFound || strings.Contains(at, "evil") {
			t.Fatalf("GET /auth/login = %d %s, want the same login as ever", rec.Code, at)
		}
	}
	if n := strings.Count(w.log.String(), "another host"); n != 1 {
		t.Errorf("%d warnings, want 1: %s", n, w.log)
	}
}
