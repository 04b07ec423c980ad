package main

import (
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
	"github.com/seed75762126/cognito-go/hostedui"
)

// below are the three ways in which an app gets the requests for its pages
// below /app. Each takes the app's own routes, which are at the root.
var below = map[string]func(t *testing.T, routes map[string]http.Handler) http.Handler{
	"mounted below the path": func(_ *testing.T, routes map[string]http.Handler) http.Handler {
		mux := http.NewServeMux()
		for pattern, h := range routes {
			mux.Handle("/app"+pattern, h)
		}
		return mux
	},
	"behind StripPrefix": func(_ *testing.T, routes map[string]http.Handler) http.Handler {
		return http.StripPrefix("/app", atRoot(routes))
	},
	"behind a proxy that takes the path off": func(t *testing.T, routes map[string]http.Handler) http.Handler {
		app := httptest.NewServer(atRoot(routes))
		t.Cleanup(app.Close)
		inside, err := url.Parse(app.URL)
		if err != nil {
			t.Fatal(err)
		}
		proxy := http.NewServeMux()
		proxy.Handle("/app/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Path = strings.TrimPrefix(r.In.URL.Path, "/app")
			r.SetURL(inside)
		}})
		return proxy
	},
}

func atRoot(routes map[string]http.Handler) http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range routes {
		mux.Handle(pattern, h)
	}
	return mux
}

// newSiteBelow serves a site below /app with TLS, so that the browser enforces
// what the names of its cookies promise.
func newSiteBelow(t *testing.T, mount func(*testing.T, map[string]http.Handler) http.Handler) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	s := &site{t: t, url: "https://localhost:" + port}
	s.pool = cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{s.url + "/app/auth/callback"},
		LogoutURLs:   []string{s.url + "/app/auth/signed-out"},
	}))
	if _, err := s.pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true, Password: demoPassword}); err != nil {
		t.Fatal(err)
	}
	if err := s.pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.pool.Close() })
	cfg := hostedui.Config{Pool: s.pool.Config(), BaseURL: s.url + "/app", SessionKeys: []session.Key{session.NewKey()}}
	cfg.Pool.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	handler := mount(t, map[string]http.Handler{
		"/auth/": client,
		"/{$}":   client.Optional(page(`<p>Start for USER</p>`)),
		"/account/orders": client.Protect(page(`<p>Hello USER</p>
<form method="post" action="../note"><button>Save</button></form>
<form id="out" method="post" action="../auth/logout"><button>Sign out</button></form>`)),
		"/note": client.Protect(page(`<p>USER noted it</p>`)),
	})
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}} // the browser says what it misses
	server.StartTLS()
	t.Cleanup(server.Close)
	return s
}

// TestBrowser_S1_BelowAPath: the app below /app, in the three ways of mounting
// it: a deep link, a form, scripts, sign-out and the next sign-in.
func TestBrowser_S1_BelowAPath(t *testing.T) {
	b := browser.New(t)
	b.TrustAnyCertificate()
	for name, mount := range below {
		t.Run(name, func(t *testing.T) {
			s := newSiteBelow(t, mount)
			b := b.For(t)
			b.Open(s.url + "/app/") // the origin of the scripts
			fetched := func(path string) string {
				return b.Eval(`fetch("` + path + `").then(async r => r.status + " " + await r.text())`)
			}
			for _, path := range []string{"/app/account/orders", "/app/auth/me"} {
				if got := fetched(path); !strings.HasPrefix(got, "401 ") || !strings.Contains(got, `"login_url":"/app/auth/login"`) {
					t.Errorf("fetch(%s) as a guest = %s, want 401 and the login's URL", path, got)
				}
			}
			s.signIn(t, b, "/app/account/orders?id=7")
			name := "__Secure-cognito_session_" + s.url[strings.LastIndex(s.url, ":")+1:] + "_app"
			if b.Cookie(name) == "" {
				t.Errorf("the browser has no cookie %s", name)
			}
			if got := fetched("/app/auth/me"); !strings.HasPrefix(got, "200 ") {
				t.Errorf("fetch(/app/auth/me) = %s", got)
			}
			b.Click(`form[action="../note"] button`)
			shows(t, b, "jane@example.com noted it")
			b.Open(s.url + "/app/")
			shows(t, b, "Start for jane@example.com")
			b.Open(s.url + "/app/account/orders?id=7")
			b.Click("#out button")
			if got := b.URL(); got != s.url+"/app/auth/signed-out" {
				t.Fatalf("the sign-out ends at %s; it shows:\n%s", got, b.Text())
			}
			if b.Cookie(name) != "" {
				t.Errorf("the browser still has the cookie %s", name)
			}
			b.Click("main a.primary") // sign in again
			if !strings.HasPrefix(b.URL(), s.pool.URL()+"/login?") {
				t.Fatalf("its button leads to %s, want the Hosted UI", b.URL())
			}
			b.Fill("#username", "jane")
			b.Fill("#password", demoPassword)
			b.Click(`form[action*="login"] button`)
			if got := b.URL(); got != s.url+"/app/" {
				t.Errorf("the sign-in ends at %s, want the app's first page", got)
			}
			shows(t, b, "Start for jane@example.com")
		})
	}
}
