package hostedui_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/doctor"
	"github.com/seed75762126/cognito-go/hostedui"
)

func TestNewProtocol_Problems(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*hostedui.ProtocolConfig)
		want string // in the error; "" means accepted
	}{
		{"good", func(*hostedui.ProtocolConfig) {}, ""},
		{"loopback http", func(c *hostedui.ProtocolConfig) { c.CallbackURL = "http://127.0.0.1:8400/callback" }, ""},
		{"a native app's scheme", func(c *hostedui.ProtocolConfig) {
			c.CallbackURL, c.SignedOutURL = "com.example.app:/callback", "com.example.app://bye"
		}, ""},
		{"a query", func(c *hostedui.ProtocolConfig) { c.CallbackURL += "?tenant=a" }, ""},
		{"no domain", func(c *hostedui.ProtocolConfig) { c.Pool.Domain = "" }, "Pool.Domain: missing"},
		{"no client", func(c *hostedui.ProtocolConfig) { c.Pool.ClientID = "" }, "ClientID"},
		{"no callback", func(c *hostedui.ProtocolConfig) { c.CallbackURL = "" }, "CallbackURL: missing"},
		{"a path for the callback", func(c *hostedui.ProtocolConfig) { c.CallbackURL = "/callback" }, "CallbackURL: \"/callback\" is not an absolute URL"},
		{"a fragment", func(c *hostedui.ProtocolConfig) { c.CallbackURL += "#a" }, "CallbackURL"},
		{"plain http", func(c *hostedui.ProtocolConfig) { c.CallbackURL = "http://app.example.com/callback" }, "use https"},
		{"no host", func(c *hostedui.ProtocolConfig) { c.SignedOutURL = "https:///bye" }, "SignedOutURL"},
		{"no sign-out URL", func(c *hostedui.ProtocolConfig) { c.SignedOutURL = "" }, "SignedOutURL: missing"},
		{"offline_access", func(c *hostedui.ProtocolConfig) { c.Scopes = []string{"offline_access"} }, "offline_access"},
	} {
		good := goodConfig()
		cfg := hostedui.ProtocolConfig{Pool: good.Pool, CallbackURL: base + "/callback", SignedOutURL: base + "/bye"}
		tt.edit(&cfg)
		protocol, err := hostedui.NewProtocol(cfg)
		switch {
		case tt.want == "" && (err != nil || protocol == nil || protocol.CallbackURL() != cfg.CallbackURL):
			t.Errorf("NewProtocol(%s) = %v, %v", tt.name, protocol, err)
		case tt.want != "" && (err == nil || protocol != nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("NewProtocol(%s) = %v, %v, want one problem with %q", tt.name, protocol, err, tt.want)
		}
	}
	if _, err := hostedui.NewProtocol(hostedui.ProtocolConfig{}); err == nil || strings.Count(err.Error(), "missing") < 4 {
		t.Errorf("NewProtocol of nothing = %v, want every problem", err)
	}
}

// TestE4_ProtocolAlone: without session keys, an app signs a user in,
// refreshes, asks about the user and signs out. It does so as a public and as a
// confidential client.
func TestE4_ProtocolAlone(t *testing.T) {
	for _, appSecret := range []string{"", secret} {
		pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
			ID: clientID, Secret: cognito.Secret(appSecret), CallbackURLs: []string{base + "/oauth2/idpresponse"}, LogoutURLs: []string{base + "/"},
		}))
		if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com"}); err != nil {
			t.Fatal(err)
		}
		cfg := hostedui.ProtocolConfig{Pool: pool.Config(), CallbackURL: base + "/oauth2/idpresponse", SignedOutURL: base + "/"}
		protocol, err := hostedui.NewProtocol(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if printed := fmt.Sprintf("%v %+v %#v", protocol, protocol, protocol); appSecret != "" && strings.Contains(printed, appSecret) {
			t.Errorf("E1: a Protocol prints its secret")
		}
		for _, r := range protocol.Check(t.Context()) {
			if r.State != doctor.OK && r.ID != "clock" { // in memory, no answer has a Date
				t.Errorf("Check: %s", r)
			}
		}
		attempt := hostedui.NewAttempt()
		var callback url.Values
		b := pool.Browser(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { callback = r.URL.Query() }), base)
		if _, err := pool.SignIn(b, protocol.LoginURL(attempt), "jane", password); err != nil {
			t.Fatal(err)
		}
		if callback.Get("state") != attempt.State {
			t.Errorf("the callback has the state %q", callback.Get("state"))
		}
		login, err := protocol.Exchange(t.Context(), callback.Get("code"), attempt)
		if err != nil || login.Identity.Username != "jane" {
			t.Fatalf("Exchange = %v, %v", login, err)
		}
		if info, err := protocol.UserInfo(t.Context(), login.Tokens.Access, login.Identity.Subject); err != nil || info.Email != "jane@example.com" {
			t.Errorf("UserInfo = %v, %v", info, err)
		}
		tokens, id, err := protocol.Refresh(t.Context(), login.Tokens, login.Identity)
		if err != nil || id.Subject != login.Identity.Subject || tokens.Access == "" {
			t.Errorf("Refresh = %v, %v", id, err)
		}
		if err := protocol.Revoke(t.Context(), login.Tokens.Refresh); err != nil {
			t.Errorf("Revoke = %v", err)
		}
		if _, _, err := protocol.Refresh(t.Context(), login.Tokens, login.Identity); !errors.Is(err, cognito.ErrInvalidGrant) {
			t.Errorf("Refresh after Revoke = %v, want ErrInvalidGrant", err)
		}
		if got := param(t, protocol.LogoutURL(), "logout_uri"); got != base+"/" {
			t.Errorf("logout_uri = %s", got)
		}
	}
}

// TestPaths: endpoints are at the paths that an app client has registered
// already, at the root of a host and below a path. Others stay at the Prefix.
func TestPaths(t *testing.T) {
	for _, base := range []string{"https://app.example.com", "https://example.com/app"} {
		path := strings.TrimPrefix(base, base[:strings.Index(base, "com")+3])
		paths := hostedui.Paths{Login: "/login", Callback: "/callback", Logout: "/sign-out", SignedOut: "/bye/", Me: "/api/v1.0/me"}
		w := newWorld(t, withApp(func(a *cognitotest.AppClient) {
			a.CallbackURLs, a.LogoutURLs = []string{base + "/callback"}, []string{base + "/bye/"}
		}), withConfig(func(c *hostedui.Config) { c.BaseURL, c.Paths = base, paths }))
		mux := http.NewServeMux()
		for _, p := range []string{"/auth/", paths.Login, paths.Callback, paths.Logout, paths.SignedOut, paths.Me} {
			mux.Handle(path+p, w.client)
		}
		mux.Handle(path+"/", w.client.Protect(http.HandlerFunc(w.who)))
		b := &subBrowser{t: t, base: base, origin: strings.TrimSuffix(base, path), browser: &browser{w, w.pool.Browser(mux, base)}}

		if got := b.ask("GET", path+"/account").location(); got != path+"/login?return_to="+url.QueryEscape(path+"/account") {
			t.Errorf("%s: GET /account leads to %s", base, got)
		}
		if p := b.ask("GET", path+"/api/v1.0/me", fetched...); p.status != http.StatusUnauthorized || !strings.Contains(p.body, `"login_url":"`+path+`/login"`) {
			t.Errorf("%s: me = %v %s", base, p, p.body)
		}
		if p := b.signInAt(base+"/account", "jane"); p.url != base+"/account" || p.body != "user jane" {
			t.Errorf("%s: the sign-in ends on %v %s", base, p, p.body)
		}
		for _, own := range []string{"/login", "/callback", "/sign-out", "/bye/", "/bye", "/Sign-Out", "/api/v1.0/me", "/auth/me", "/auth/anything"} {
			if p := b.signInAt(base+"/login?return_to="+url.QueryEscape(path+own), "jane"); p.url != base+"/" {
				t.Errorf("%s: a login for %s ends on %v, want the default page", base, own, p)
			}
		}
		for _, page := range []string{"/sign-outs", "/callback/x", "/logins"} {
			if p := b.signInAt(base+"/login?return_to="+url.QueryEscape(path+page), "jane"); p.url != base+page {
				t.Errorf("%s: a login for %s ends on %v", base, page, p)
			}
		}
		if p := b.ask("GET", path+"/auth/login"); p.status != http.StatusNotFound {
			t.Errorf("%s: GET /auth/login = %v, want 404: the login has moved", base, p)
		}
		if p := b.ask("GET", path+"/auth/me"); p.status != http.StatusNotFound {
			t.Errorf("%s: GET /auth/me = %v, want 404: it has moved", base, p)
		}
		if p := b.ask("GET", path+"/auth/forget"); p.status != http.StatusNoContent {
			t.Errorf("%s: GET /auth/forget = %v: it has not moved", base, p)
		}
		if p := b.ask("GET", path+"/sign-out"); !strings.Contains(p.body, `action="`+path+`/sign-out"`) {
			t.Errorf("%s: GET /sign-out = %s", base, p.body)
		}
		p := b.open(b.ask("POST", path+"/sign-out").location())
		if p.url != base+"/bye/" || !strings.Contains(p.body, `href="`+path+`/login"`) || p.header.Get("Link") != "<"+path+"/auth/forget>; rel=preload; as=image" {
			t.Errorf("%s: the logout ends on %v %s", base, p, p.body)
		}
	}
}
