package hostedui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// newTenants is an app with one Client for each customer's host.
func newTenants(configs map[string]hostedui.Config, pages http.Handler) (http.Handler, error) {
	byHost := map[string]http.Handler{}
	for host, cfg := range configs {
		client, err := hostedui.New(cfg)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", host, err)
		}
		mux := http.NewServeMux()
		mux.Handle("/auth/", client)
		mux.Handle("/", client.Protect(pages))
		byHost[host] = mux
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tenant, ok := byHost[r.Host]
		if !ok {
			http.NotFound(w, r)
			return
		}
		tenant.ServeHTTP(w, r)
	}), nil
}

// TestS2_Tenants: two customers with a pool each and the same keys. Each one's
// users sign in at its host; cookies and callbacks of one are nothing at the
// other.
func TestS2_Tenants(t *testing.T) {
	keys := []session.Key{session.NewKey()}
	hosts := []string{"red.example.com", "blue.example.com"}
	pools := map[string]*cognitotest.Pool{}
	configs := map[string]hostedui.Config{}
	for i, host := range hosts {
		pool := cognitotest.NewPool(cognitotest.WithID(fmt.Sprintf("eu-west-1_Tenant%d", i)), cognitotest.WithClient(cognitotest.AppClient{
			CallbackURLs: []string{"https://" + host + "/auth/callback"}, LogoutURLs: []string{"https://" + host + "/auth/signed-out"},
		}))
		if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: password}); err != nil {
			t.Fatal(err)
		}
		pools[host] = pool
		configs[host] = hostedui.Config{Pool: pool.Config(), BaseURL: "https://" + host, SessionKeys: keys}
	}
	app, err := newTenants(configs, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, cognito.FromContext(r.Context()).Issuer)
	}))
	if err != nil {
		t.Fatal(err)
	}
	cookies := map[string][]*http.Cookie{}
	for _, host := range hosts {
		browser := pools[host].Browser(app, "https://"+host)
		res, err := pools[host].SignIn(browser, "https://"+host+"/page", "jane", password)
		if err != nil {
			t.Fatal(err)
		}
		if p := readPage(t, res); p.body != pools[host].Issuer() {
			t.Errorf("%s: the page says %q, want a user of %s", host, p.body, pools[host].Issuer())
		}
		u, _ := url.Parse("https://" + host)
		cookies[host] = browser.Jar.Cookies(u)
	}
	for _, host := range hosts {
		other := hosts[0]
		if other == host {
			other = hosts[1]
		}
		browser := pools[host].Browser(app, "https://"+host)
		u, _ := url.Parse("https://" + host)
		for _, c := range cookies[other] {
			c.Path, c.Secure = "/", true
		}
		browser.Jar.SetCookies(u, cookies[other])
		browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		res, err := browser.Get("https://" + host + "/page")
		if err != nil {
			t.Fatal(err)
		}
		if p := readPage(t, res); !strings.HasPrefix(p.location(), "/auth/login") {
			t.Errorf("%s with the cookies of %s = %v %q, want the login", host, other, p, p.body)
		}
	}
	if _, err := newTenants(map[string]hostedui.Config{"red.example.com": {}}, nil); err == nil || !strings.HasPrefix(err.Error(), "red.example.com: ") {
		t.Errorf("newTenants without settings = %v", err)
	}
}
