package migrate_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/examples/frameworks/migrate/oauth2proxy/after"
	"github.com/seed75762126/cognito-go/examples/frameworks/migrate/oauth2proxy/before"
)

// TestMigrate_HeadersOfVisitors: without the proxy a visitor can send the
// headers that an app believes, in any spelling. None arrives.
func TestMigrate_HeadersOfVisitors(t *testing.T) {
	pool := newPool(t, cognitotest.AppClient{
		CallbackURLs: []string{base + "/oauth2/callback"}, LogoutURLs: []string{base + "/auth/signed-out"},
	})
	page := before.New()
	app, err := after.New(config(pool), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			if slices.Contains(values, "admins") {
				t.Errorf("%s arrives", name)
			}
		}
		page.ServeHTTP(w, r)
	}))
	if err != nil {
		t.Fatal(err)
	}
	browser := pool.Browser(app, base)
	wantSignIn(t, pool, browser, "jane")
	for _, name := range []string{"X-Forwarded-Groups", "X_Forwarded_Groups", "X-Forwarded_Groups", "X-Forwarded-Preferred-Username", "X-Auth-Request-Groups", "X_auth_request_groups"} {
		r, err := http.NewRequest("GET", base+"/admin", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header[name] = []string{"admins"}
		res, err := browser.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if body := read(t, res); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d %q, want 403", name, res.StatusCode, body)
		}
	}
}
