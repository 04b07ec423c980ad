//go:build unix

package hostedui_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// TestS4_BehindNginx: users sign in, load pages and sign out behind an nginx
// that has proxy_pass and nothing else.
func TestS4_BehindNginx(t *testing.T) {
	modes := map[string]func() session.Options{
		"cookies": func() session.Options { return session.Options{} },
		"store":   func() session.Options { return session.Options{Store: session.NewMemoryStore(nil)} },
	}
	for mode, options := range modes {
		for _, n := range []int{0, 10, 20} {
			t.Run(fmt.Sprintf("%s, %d groups", mode, n), func(t *testing.T) { behindNginx(t, n, options()) })
		}
	}
}

// TestS1_BelowAPathBehindNginx: the location of docs/deploying.md takes the path
// off, and without its last slash passes it on. The app below it works in both.
func TestS1_BelowAPathBehindNginx(t *testing.T) {
	doc, err := os.ReadFile("../docs/deploying.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(doc), "```nginx\n")
	location, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 || strings.Count(location, "127.0.0.1:8080/;") != 1 {
		t.Fatal("docs/deploying.md has no location of nginx")
	}
	for name, end := range map[string]string{"takes it off": "/;", "passes it on": ";"} {
		t.Run(name, func(t *testing.T) {
			const base = "https://example.com/app"
			_, b := below(t, base, "/app", func(path string, routes map[string]http.Handler) http.Handler {
				mux := http.NewServeMux()
				for pattern, h := range routes {
					if end == ";" {
						pattern = path + pattern
					}
					mux.Handle(pattern, h)
				}
				app := httptest.NewServer(mux)
				t.Cleanup(app.Close)
				conf := strings.ReplaceAll(location, "127.0.0.1:8080/;", app.Listener.Addr().String()+end)
				nginx := &url.URL{Scheme: "http", Host: servers.StartNginxWith(t, conf)}
				return httputil.NewSingleHostReverseProxy(nginx) // in place of the TLS in front of nginx
			})
			if p := b.signInAt(base+"/account/orders?id=7", "jane"); p.url != base+"/account/orders?id=7" || p.body != "user jane" {
				t.Errorf("the sign-in ends on %v %s", p, p.body)
			}
			if p := b.open(b.ask("POST", "/app/auth/logout").location()); p.url != base+"/auth/signed-out" {
				t.Errorf("the logout ends on %v", p)
			}
		})
	}
}

func behindNginx(t *testing.T, groupCount int, options session.Options) {
	const base = "https://app.example.com"
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com", Groups: groups(groupCount)}); err != nil {
		t.Fatal(err)
	}
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(hostedui.Config{Pool: cfg, BaseURL: base, SessionKeys: []session.Key{session.NewKey()}, Session: options})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "page "+r.URL.Path)
	})))
	app := httptest.NewServer(mux)
	t.Cleanup(app.Close)
	nginx := &url.URL{Scheme: "http", Host: servers.StartNginx(t, app.Listener.Addr().String())}

	// In place of the TLS in front of nginx.
	browser := pool.Browser(httputil.NewSingleHostReverseProxy(nginx), base)
	res, err := pool.SignIn(browser, base+"/account", "jane", "Correct-horse-1")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Request.URL.Path != "/account" {
		t.Fatalf("the sign-in ended at %s with %d, want /account with 200", res.Request.URL.Path, res.StatusCode)
	}
	for i := range 5 {
		path := fmt.Sprint("/page/", i)
		res, err := browser.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK || string(body) != "page "+path || res.Header.Get("Server") == "" {
			t.Errorf("GET %s = %d %.40q by %q, want the page by nginx", path, res.StatusCode, body, res.Header.Get("Server"))
		}
	}
	res, err = browser.Post(base+"/auth/logout", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Request.URL.Path != "/auth/signed-out" {
		t.Errorf("the logout ended at %s with %d, want /auth/signed-out with 200", res.Request.URL.Path, res.StatusCode)
	}
}
