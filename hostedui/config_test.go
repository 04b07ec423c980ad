package hostedui_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// goodConfig is one that New accepts.
func goodConfig() hostedui.Config {
	return hostedui.Config{
		Pool: cognito.Config{
			UserPoolID: "eu-west-1_aB3dE5gH7",
			ClientID:   clientID,
			Domain:     "auth.example.com",
		},
		BaseURL:     base,
		SessionKeys: []session.Key{session.NewKey()},
	}
}

func TestNew_Problems(t *testing.T) {
	tests := []struct {
		name string
		edit func(*hostedui.Config)
		want string // in the error; "" means accepted
	}{
		{"good", func(*hostedui.Config) {}, ""},
		{"prefix domain", func(c *hostedui.Config) { c.Pool.Domain = "my-app" }, ""},
		{"slash behind BaseURL", func(c *hostedui.Config) { c.BaseURL += "/" }, ""},
		{"loopback http", func(c *hostedui.Config) { c.BaseURL = "http://localhost:8080" }, ""},
		{"query in DefaultPage", func(c *hostedui.Config) { c.DefaultPage = "/home?tab=1" }, ""},
		{"no pool", func(c *hostedui.Config) { c.Pool.UserPoolID = "" }, "UserPoolID"},
		{"no client", func(c *hostedui.Config) { c.Pool.ClientID = "" }, "ClientID"},
		{"no domain", func(c *hostedui.Config) { c.Pool.Domain = "" }, "Pool.Domain: missing"},
		{"bad domain", func(c *hostedui.Config) { c.Pool.Domain = "My App" }, "Domain"},
		{"domain with a path", func(c *hostedui.Config) { c.Pool.Domain = "https://auth.example.com/x" }, "Domain"},
		{"domain on plain http", func(c *hostedui.Config) { c.Pool.Domain = "http://auth.example.com" }, "Domain"},
		{"no BaseURL", func(c *hostedui.Config) { c.BaseURL = "" }, "BaseURL: missing"},
		{"plain http", func(c *hostedui.Config) { c.BaseURL = "http://app.example.com" }, "BaseURL"},
		{"BaseURL with a path", func(c *hostedui.Config) { c.BaseURL = base + "/shop" }, ""},
		{"BaseURL with an escape in its path", func(c *hostedui.Config) { c.BaseURL = base + "/my%20shop" }, "the path must be plain"},
		{"BaseURL with dot segments", func(c *hostedui.Config) { c.BaseURL = base + "/shop/.." }, "the path must be plain"},
		{"Paths at the root", func(c *hostedui.Config) {
			c.Paths = hostedui.Paths{Login: "/login", Callback: "/signin-oidc/", Logout: "/logout", SignedOut: "/bye", Me: "/api/v1.0/me"}
		}, ""},
		{"Paths: two the same", func(c *hostedui.Config) { c.Paths = hostedui.Paths{Login: "/in", Callback: "/in"} }, `Paths.Callback: "/in" is the path of Login already`},
		{"Paths: two the same but for case and slash", func(c *hostedui.Config) { c.Paths = hostedui.Paths{Login: "/in", Callback: "/In/"} }, "the path of Login already"},
		{"Paths: one of the Prefix", func(c *hostedui.Config) { c.Paths.Callback = "/auth/login" }, "Paths.Callback: \"/auth/login\" is the path of Login already"},
		{"Paths: relative", func(c *hostedui.Config) { c.Paths.Callback = "callback" }, "Paths.Callback"},
		{"Paths: a URL", func(c *hostedui.Config) { c.Paths.Callback = base + "/callback" }, "Paths.Callback"},
		{"Paths: a query", func(c *hostedui.Config) { c.Paths.Me = "/me?x=1" }, "Paths.Me"},
		{"Paths: the root", func(c *hostedui.Config) { c.Paths.SignedOut = "/" }, "Paths.SignedOut"},
		{"Paths: an escape", func(c *hostedui.Config) { c.Paths.Login = "/log%69n" }, "Paths.Login"},
		{"Paths: dot segments", func(c *hostedui.Config) { c.Paths.Forget = "/a/../forget" }, "Paths.Forget"},
		{"Paths: two slashes", func(c *hostedui.Config) { c.Paths.SignUp = "//evil.example" }, "Paths.SignUp"},
		{"Paths: ambiguous below a path", func(c *hostedui.Config) {
			c.BaseURL += "/app"
			c.Paths = hostedui.Paths{Login: "/x", Callback: "/app/x"}
		}, "choose another path"},
		{"Paths: the DefaultPage", func(c *hostedui.Config) { c.DefaultPage, c.Paths.Login = "/hello", "/hello" }, "DefaultPage"},
		{"BaseURL with a query", func(c *hostedui.Config) { c.BaseURL = base + "?x" }, "BaseURL"},
		{"BaseURL without a scheme", func(c *hostedui.Config) { c.BaseURL = "app.example.com" }, "BaseURL"},
		{"no key", func(c *hostedui.Config) { c.SessionKeys = nil }, "openssl rand -base64 32"},
		{"short key", func(c *hostedui.Config) { c.SessionKeys = []session.Key{make([]byte, 31)} }, "31 bytes"},
		{"short second key", func(c *hostedui.Config) { c.SessionKeys = append(c.SessionKeys, nil) }, "key 2 has 0 bytes"},
		{"Prefix without slashes", func(c *hostedui.Config) { c.Prefix = "auth" }, "Prefix"},
		{"Prefix without the last slash", func(c *hostedui.Config) { c.Prefix = "/auth" }, "Prefix"},
		{"Prefix is the root", func(c *hostedui.Config) { c.Prefix = "/" }, "Prefix"},
		{"Prefix with empty segments", func(c *hostedui.Config) { c.Prefix = "//auth/" }, "Prefix"},
		{"Prefix with dots", func(c *hostedui.Config) { c.Prefix = "/a/../auth/" }, "Prefix"},
		{"Prefix with a query", func(c *hostedui.Config) { c.Prefix = "/auth?x/" }, "Prefix"},
		{"Prefix with an escape", func(c *hostedui.Config) { c.Prefix = "/%61uth/" }, "Prefix"},
		{"DefaultPage elsewhere", func(c *hostedui.Config) { c.DefaultPage = "https://evil.example/" }, "DefaultPage"},
		{"DefaultPage without a scheme", func(c *hostedui.Config) { c.DefaultPage = "//evil.example" }, "DefaultPage"},
		{"DefaultPage is the login", func(c *hostedui.Config) { c.DefaultPage = "/auth/login" }, "DefaultPage"},
		{"SignedOutURL is a path", func(c *hostedui.Config) { c.SignedOutURL = "/bye" }, "SignedOutURL"},
		{"SignedOutURL on plain http", func(c *hostedui.Config) { c.SignedOutURL = "http://www.example.com" }, "SignedOutURL"},
		{"empty scope", func(c *hostedui.Config) { c.Scopes = []string{"openid", ""} }, "Scopes"},
		{"two scopes in one", func(c *hostedui.Config) { c.Scopes = []string{"openid email"} }, `"openid email" is not one scope`},
		{"offline_access", func(c *hostedui.Config) { c.Scopes = []string{"openid", "offline_access"} }, "offline_access"},
		{"Session.CookieName", func(c *hostedui.Config) { c.Session.CookieName = "a b" }, "CookieName"},
		{"ClockSkew", func(c *hostedui.Config) { c.Pool.ClockSkew = 1e12 }, "ClockSkew"},
	}
	for _, tt := range tests {
		cfg := goodConfig()
		tt.edit(&cfg)
		client, err := hostedui.New(cfg)
		if tt.want == "" {
			if err != nil || client == nil {
				t.Errorf("New(%s) = %v", tt.name, err)
			}
			continue
		}
		if err == nil || client != nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("New(%s) = %v, %v, want an error with %q", tt.name, client, err, tt.want)
			continue
		}
		if n := strings.Count(err.Error(), "\n") + 1; n != 1 {
			t.Errorf("New(%s) reports %d problems, want 1:\n%v", tt.name, n, err)
		}
	}
}

// TestNew_AllAtOnce: every problem is in one error, whichever package it
// belongs to.
func TestNew_AllAtOnce(t *testing.T) {
	cfg := hostedui.Config{
		Pool:         cognito.Config{UserPoolID: "x", ClientID: "a b", ClockSkew: 1e12},
		BaseURL:      "http://app.example.com",
		SessionKeys:  []session.Key{{1, 2, 3}},
		Prefix:       "auth",
		DefaultPage:  "//evil.example",
		SignedOutURL: "x",
		Scopes:       []string{"", "offline_access"},
		Session:      session.Options{CookieName: "a b", IdleTimeout: -1},
	}
	_, err := hostedui.New(cfg)
	if err == nil {
		t.Fatal("New = nil")
	}
	for _, field := range []string{"UserPoolID", "ClientID", "ClockSkew", "Pool.Domain", "BaseURL", "Keys", "Prefix", "DefaultPage", "SignedOutURL", "Scopes", "offline_access", "CookieName", "IdleTimeout"} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("New does not report %s:\n%v", field, err)
		}
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != 13 {
		t.Errorf("New reports %d problems, want 13:\n%v", n, err)
	}
	var problem *cognito.ConfigError
	if !errors.As(err, &problem) {
		t.Error("a problem of the pool is no ConfigError")
	}
	if strings.Contains(err.Error(), "\x01") {
		t.Error("the error quotes a key")
	}
}

// setEnv sets these variables, and unsets the others that are read.
func setEnv(t *testing.T, env map[string]string) {
	t.Helper()
	for _, name := range []string{"COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_CLIENT_SECRET", "COGNITO_DOMAIN", "COGNITO_ISSUER", "COGNITO_ENDPOINT", "COGNITO_IDENTITY_POOL_ID", "APP_URL", "SESSION_KEYS"} {
		t.Setenv(name, env[name])
	}
}

// completeEnv is an environment with all that is needed.
var completeEnv = map[string]string{
	"COGNITO_USER_POOL_ID": "eu-west-1_Emulator1",
	"COGNITO_CLIENT_ID":    clientID,
	"COGNITO_DOMAIN":       "emulator",
	"APP_URL":              base + "/",
	"SESSION_KEYS":         "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=, Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=",
}

func TestConfigFromEnv(t *testing.T) {
	setEnv(t, completeEnv)
	cfg, err := hostedui.ConfigFromEnv()
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Pool.UserPoolID != "eu-west-1_Emulator1" || cfg.Pool.ClientID != clientID || cfg.Pool.ClientSecret != "" || cfg.Pool.Domain != "emulator" || len(cfg.SessionKeys) != 2 {
		t.Errorf("ConfigFromEnv = %+v", cfg)
	}
	// It signs a user in.
	w := newWorld(t, withConfig(func(c *hostedui.Config) {
		cfg.Pool.HTTPClient, cfg.Pool.Now, cfg.Pool.Logger, cfg.OnError = c.Pool.HTTPClient, c.Pool.Now, c.Pool.Logger, c.OnError
		*c = cfg
	}))
	w.signedIn()
}

// TestConfigFromEnv_AllAtOnce: the error names every variable that is missing
// or wrong.
func TestConfigFromEnv_AllAtOnce(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string // beside completeEnv; "-" takes one away
		want []string          // variables the error names; nil means none
	}{
		{"complete", nil, nil},
		{"secret", map[string]string{"COGNITO_CLIENT_SECRET": "0123456789abcdef0123456789"}, nil},
		{"spaces", map[string]string{"APP_URL": "  " + base + " ", "COGNITO_DOMAIN": " emulator\n"}, nil},
		{"no pool", map[string]string{"COGNITO_USER_POOL_ID": "-"}, []string{"COGNITO_USER_POOL_ID"}},
		{"no client", map[string]string{"COGNITO_CLIENT_ID": "-"}, []string{"COGNITO_CLIENT_ID"}},
		{"no domain", map[string]string{"COGNITO_DOMAIN": "-"}, []string{"COGNITO_DOMAIN"}},
		{"no app", map[string]string{"APP_URL": "-"}, []string{"APP_URL"}},
		{"no keys", map[string]string{"SESSION_KEYS": "-"}, []string{"SESSION_KEYS"}},
		{"short key", map[string]string{"SESSION_KEYS": "c2hvcnQ="}, []string{"SESSION_KEYS"}},
		{"no base64", map[string]string{"SESSION_KEYS": "***"}, []string{"SESSION_KEYS"}},
		{"plain http", map[string]string{"APP_URL": "http://app.example.com"}, []string{"APP_URL"}},
		{"wrong pool and app", map[string]string{"COGNITO_USER_POOL_ID": "x", "APP_URL": "x"}, []string{"COGNITO_USER_POOL_ID", "APP_URL"}},
		{"all but the pool", map[string]string{"COGNITO_CLIENT_ID": "-", "COGNITO_DOMAIN": "a b", "APP_URL": "-", "SESSION_KEYS": "-"}, []string{"COGNITO_CLIENT_ID", "COGNITO_DOMAIN", "APP_URL", "SESSION_KEYS"}},
		{"all but the client", map[string]string{"COGNITO_USER_POOL_ID": "-", "COGNITO_DOMAIN": "-", "APP_URL": "-", "SESSION_KEYS": "-"}, []string{"COGNITO_USER_POOL_ID", "COGNITO_DOMAIN", "APP_URL", "SESSION_KEYS"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env := map[string]string{}
			for name, value := range completeEnv {
				env[name] = value
			}
			for name, value := range tt.env {
				env[name] = strings.TrimPrefix(value, "-")
			}
			setEnv(t, env)
			cfg, err := hostedui.ConfigFromEnv()
			if tt.want == nil {
				if err != nil {
					t.Fatalf("ConfigFromEnv = %v", err)
				}
				if _, err := hostedui.New(cfg); err != nil {
					t.Errorf("New(ConfigFromEnv) = %v", err)
				}
				return
			}
			if err == nil || errors.Is(err, cognito.ErrNotConfigured) || cfg.BaseURL != "" || cfg.SessionKeys != nil {
				t.Fatalf("ConfigFromEnv = %v, want an error and nothing else", err)
			}
			lines := strings.Split(err.Error(), "\n")
			for _, name := range tt.want {
				if !strings.Contains(err.Error(), name+": ") {
					t.Errorf("ConfigFromEnv does not name %s:\n%v", name, err)
				}
			}
			if len(lines) != len(tt.want) {
				t.Errorf("ConfigFromEnv reports %d problems, want %d:\n%v", len(lines), len(tt.want), err)
			}
		})
	}
}

// TestE2_ConfigFromEnv_LittleSet: with nothing set, or little, the error names
// all that is missing of the five settings.
func TestE2_ConfigFromEnv_LittleSet(t *testing.T) {
	five := []string{"COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_DOMAIN", "APP_URL", "SESSION_KEYS"}
	tests := [][]string{nil, {"APP_URL"}, {"SESSION_KEYS"}, {"APP_URL", "SESSION_KEYS"}, {"COGNITO_DOMAIN"}, {"COGNITO_USER_POOL_ID"}, {"COGNITO_CLIENT_ID", "APP_URL"}}
	for _, set := range tests {
		env := map[string]string{}
		for _, name := range set {
			env[name] = completeEnv[name]
		}
		setEnv(t, env)
		_, err := hostedui.ConfigFromEnv()
		pool := strings.Contains(strings.Join(set, " "), "COGNITO_")
		if err == nil || errors.Is(err, cognito.ErrNotConfigured) == pool {
			t.Fatalf("ConfigFromEnv with %v = %v, want ErrNotConfigured: %t", set, err, !pool)
		}
		for _, name := range five {
			if missing := !slices.Contains(set, name); strings.Contains(err.Error(), name) != missing {
				t.Errorf("ConfigFromEnv with %v names %s: %t, want %t:\n%v", set, name, !missing, missing, err)
			}
		}
	}
}

// TestE2_AppURLWithoutScheme: the error says what is really missing.
func TestE2_AppURLWithoutScheme(t *testing.T) {
	for raw, want := range map[string]string{"localhost:8080": "APP_URL: \"localhost:8080\": the scheme is missing: write http://localhost:8080", "app.example.com": "write https://app.example.com"} {
		env := map[string]string{"APP_URL": raw}
		for name, value := range completeEnv {
			if name != "APP_URL" {
				env[name] = value
			}
		}
		setEnv(t, env)
		if _, err := hostedui.ConfigFromEnv(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ConfigFromEnv with APP_URL=%s = %v, want %q", raw, err, want)
		}
	}
}

// TestE1_ConfigFromEnvQuotesNoSecret: what is wrong with a key is told
// without the key.
func TestE1_ConfigFromEnvQuotesNoSecret(t *testing.T) {
	for _, keys := range []string{"c2VjcmV0LXNlY3JldA==", "not+base64+but+secret!", completeEnv["SESSION_KEYS"] + ",c2VjcmV0LXNlY3JldA=="} {
		setEnv(t, map[string]string{"COGNITO_USER_POOL_ID": "x", "COGNITO_CLIENT_SECRET": "secret-of-the-client", "SESSION_KEYS": keys})
		_, err := hostedui.ConfigFromEnv()
		if err == nil || strings.Contains(err.Error(), "secret-") || strings.Contains(err.Error(), "c2Vj") || strings.Contains(err.Error(), "not+base64") {
			t.Errorf("ConfigFromEnv = %v, want an error without the secrets", err)
		}
	}
}

// The session's settings reach the manager.
func TestSessionSettings(t *testing.T) {
	w := newWorld(t, withApp(func(c *cognitotest.AppClient) { c.AccessTokenValidity = 24 * 3600e9 }), withConfig(func(cfg *hostedui.Config) {
		cfg.Session.IdleTimeout = 3600e9
		cfg.Session.CookieName = "shop"
	}))
	b := w.signedIn()
	if b.cookies()["__Host-shop"] == "" {
		t.Errorf("CookieName has no effect: %v", b.cookies())
	}
	w.pool.Advance(3601e9)
	if p := b.do("GET", "/account"); p.status != http.StatusFound {
		t.Errorf("GET /account after the IdleTimeout = %v, want 302", p)
	}
}
