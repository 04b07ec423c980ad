package migrate_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gorilla/sessions"

	"github.com/seed75762126/cognito-go/cognito/alb"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	albafter "github.com/seed75762126/cognito-go/examples/frameworks/migrate/alb/after"
	albbefore "github.com/seed75762126/cognito-go/examples/frameworks/migrate/alb/before"
	gooidcafter "github.com/seed75762126/cognito-go/examples/frameworks/migrate/gooidc/after"
	gooidcbefore "github.com/seed75762126/cognito-go/examples/frameworks/migrate/gooidc/before"
	gothafter "github.com/seed75762126/cognito-go/examples/frameworks/migrate/goth/after"
	gothbefore "github.com/seed75762126/cognito-go/examples/frameworks/migrate/goth/before"
	proxyafter "github.com/seed75762126/cognito-go/examples/frameworks/migrate/oauth2proxy/after"
	proxybefore "github.com/seed75762126/cognito-go/examples/frameworks/migrate/oauth2proxy/before"
	"github.com/seed75762126/cognito-go/hostedui"
)

const (
	base     = "https://app.example.com"
	password = "Passw0rd!"
)

// A move is an app that moves. Before and after are made for one pool.
type move struct {
	name   string
	before func(t *testing.T, pool *cognitotest.Pool) http.Handler
	after  func(t *testing.T, pool *cognitotest.Pool) http.Handler

	keeps     bool   // who was signed in before still is
	callback  string // of the app client
	signedOut string // likewise
	logout    string // the endpoint after
}

func moves() []move {
	cookies := sessions.NewCookieStore([]byte(strings.Repeat("k", 32))) // the app's own
	return []move{
		{
			name: "gooidc", keeps: true, callback: "/callback", signedOut: "/auth/signed-out", logout: "/auth/logout",
			before: func(t *testing.T, pool *cognitotest.Pool) http.Handler {
				app, err := gooidcbefore.New(context.Background(), gooidcbefore.Settings{
					Issuer: pool.Issuer(), ClientID: pool.Config().ClientID, AppURL: base, Sessions: cookies, HTTPClient: pool.Client(),
				})
				return must(t, app, err)
			},
			after: func(t *testing.T, pool *cognitotest.Pool) http.Handler {
				app, err := gooidcafter.New(config(pool), cookies)
				return must(t, app, err)
			},
		},
		{
			name: "goth", keeps: true, callback: "/callback", signedOut: "/account", logout: "/logout",
			before: func(t *testing.T, pool *cognitotest.Pool) http.Handler {
				pending := sessions.NewFilesystemStore(t.TempDir(), []byte(strings.Repeat("p", 32)))
				pending.MaxLength(1 << 16) // goth's session has all tokens
				return gothbefore.New(gothbefore.Settings{
					Domain: pool.URL(), ClientID: pool.Config().ClientID, AppURL: base,
					Sessions: cookies, Pending: pending, HTTPClient: pool.Client(),
				})
			},
			after: func(t *testing.T, pool *cognitotest.Pool) http.Handler {
				app, err := gothafter.New(hostedui.ProtocolConfig{
					Pool: pool.Config(), CallbackURL: base + "/callback", SignedOutURL: base + "/account",
				}, cookies)
				return must(t, app, err)
			},
		},
		{
			name: "oauth2proxy", callback: "/oauth2/callback", signedOut: "/auth/signed-out", logout: "/auth/logout",
			before: func(t *testing.T, pool *cognitotest.Pool) http.Handler { return newProxy(t, pool, proxybefore.New()) },
			after: func(t *testing.T, pool *cognitotest.Pool) http.Handler {
				app, err := proxyafter.New(config(pool), proxybefore.New())
				return must(t, app, err)
			},
		},
		{
			name: "alb", callback: "/auth/callback", signedOut: "/auth/signed-out", logout: "/auth/logout",
			before: func(t *testing.T, pool *cognitotest.Pool) http.Handler {
				balancer := newBalancer(t, pool)
				app, err := albbefore.New(alb.Config{Pool: balancer.pool, LoadBalancers: []string{balancer.arn}})
				return balancer.inFrontOf(must(t, app, err))
			},
			after: func(t *testing.T, pool *cognitotest.Pool) http.Handler {
				app, err := albafter.New(config(pool))
				return must(t, app, err)
			},
		},
	}
}

// TestMigrate: a user signs in to the old app. The new one knows them without a
// new sign-in, or after one, as the page says. A newcomer signs in to it.
// Signing out ends there as it should.
func TestMigrate(t *testing.T) {
	for _, m := range moves() {
		t.Run(m.name, func(t *testing.T) {
			pool := newPool(t, cognitotest.AppClient{
				CallbackURLs: []string{base + m.callback, base + "/oauth2/idpresponse"},
				LogoutURLs:   []string{base + m.signedOut},
			})
			deployed := m.before(t, pool)
			app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { deployed.ServeHTTP(w, r) })
			browser := pool.Browser(app, base)
			wantSignIn(t, pool, browser, "jane")
			wantAccount(t, browser, "jane")

			deployed = m.after(t, pool)
			browser = withCookies(pool.Browser(app, base), browser)
			if m.keeps {
				wantAccount(t, browser, "jane")
			} else {
				wantStranger(t, browser)
				wantSignIn(t, pool, browser, "jane")
			}
			wantAccount(t, browser, "jane")

			res, err := browser.Post(base+m.logout, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			if body := read(t, res); strings.HasPrefix(body, "Hello") {
				t.Errorf("sign-out ends on %s with %q", res.Request.URL, body)
			}
			wantStranger(t, browser)
			wantSignIn(t, pool, pool.Browser(app, base), "joe")
		})
	}
}

func must(t *testing.T, app http.Handler, err error) http.Handler {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func newPool(t *testing.T, client cognitotest.AppClient, opts ...cognitotest.Option) *cognitotest.Pool {
	t.Helper()
	pool := cognitotest.NewPool(append([]cognitotest.Option{cognitotest.WithClient(client)}, opts...)...)
	for _, name := range []string{"jane", "joe"} {
		_, err := pool.AddUser(cognitotest.User{Username: name, Password: password, Email: name + "@example.com", Groups: []string{"staff"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

func config(pool *cognitotest.Pool) hostedui.Config {
	return hostedui.Config{Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}}
}

// withCookies gives to a browser what the other has for the app, and nothing of
// Cognito's: no sign-in is possible behind the test's back.
func withCookies(to, from *http.Client) *http.Client {
	app, _ := url.Parse(base)
	kept := from.Jar.Cookies(app)
	for _, c := range kept {
		c.Path = "/"
	}
	to.Jar.SetCookies(app, kept)
	return to
}

func wantSignIn(t *testing.T, pool *cognitotest.Pool, browser *http.Client, user string) {
	t.Helper()
	res, err := pool.SignIn(browser, base+"/account", user, password)
	if err != nil {
		t.Fatal(err)
	}
	if body := read(t, res); body != "Hello "+user+"@example.com\n" {
		t.Fatalf("the sign-in ends on %s with %q", res.Request.URL, body)
	}
}

func wantAccount(t *testing.T, browser *http.Client, user string) {
	t.Helper()
	res, err := browser.Get(base + "/account")
	if err != nil {
		t.Fatal(err)
	}
	if body := read(t, res); body != "Hello "+user+"@example.com\n" || res.Request.URL.Path != "/account" {
		t.Errorf("%s says %q, want the page without a sign-in", res.Request.URL, body)
	}
}

func wantStranger(t *testing.T, browser *http.Client) {
	t.Helper()
	res, err := browser.Get(base + "/account")
	if err != nil {
		t.Fatal(err)
	}
	if body := read(t, res); strings.HasPrefix(body, "Hello") {
		t.Errorf("%s says %q to somebody who is not signed in", res.Request.URL, body)
	}
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
