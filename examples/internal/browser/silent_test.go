package browser_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestBrowser_SilentSignIn opens a public page of one app as a guest, and as a
// user who is signed in at Cognito by another app.
func TestBrowser_SilentSignIn(t *testing.T) {
	const shopID, newsID = "1shop0example0client0id0", "2news0example0client0id0"
	muxes := map[string]*http.ServeMux{shopID: http.NewServeMux(), newsID: http.NewServeMux()}
	urls := map[string]string{}
	var opts []cognitotest.Option
	for id, mux := range muxes {
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		urls[id] = server.URL
		opts = append(opts, cognitotest.WithClient(cognitotest.AppClient{
			ID: id, CallbackURLs: []string{server.URL + "/auth/callback"}, LogoutURLs: []string{server.URL + "/auth/signed-out"},
		}))
	}
	pool := cognitotest.NewPool(opts...)
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: password}); err != nil {
		t.Fatal(err)
	}
	for id, mux := range muxes {
		cfg := pool.Config()
		cfg.ClientID = id
		client, err := hostedui.New(hostedui.Config{
			Pool: cfg, BaseURL: urls[id], SessionKeys: []session.Key{session.NewKey()}, SilentSignIn: id == newsID,
		})
		if err != nil {
			t.Fatal(err)
		}
		who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			name := "guest"
			if user := cognito.FromContext(r.Context()); user != nil {
				name = user.Username
			}
			_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><p>` + name + `</p>`))
		})
		mux.Handle("/auth/", client)
		mux.Handle("/account", client.Protect(who))
		mux.Handle("/", client.Optional(who))
	}
	news, shop := urls[newsID], urls[shopID]

	b := browser.New(t)
	shows := func(what, url, name string) {
		t.Helper()
		if got := b.Text(); got != name || b.URL() != url {
			t.Errorf("%s: %s says %q, want %s to say %q", what, b.URL(), got, url, name)
		}
	}
	b.Open(news + "/today?page=2")
	shows("a guest", news+"/today?page=2", "guest")
	b.Open(news + "/")
	shows("a guest who goes on", news+"/", "guest")

	b = browser.New(t) // somebody else's
	b.Open(shop + "/account")
	if u, err := url.Parse(b.URL()); err != nil || "http://"+u.Host != pool.URL() {
		t.Fatalf("the shop leads to %s, want the sign-in page", b.URL())
	}
	b.Fill("#username", "jane")
	b.Fill("#password", password)
	b.Click("main form button")
	shows("in the shop", shop+"/account", "jane")
	b.Open(news + "/today?page=2")
	shows("signed in at Cognito", news+"/today?page=2", "jane")
	b.Open(news + "/")
	shows("signed in, who goes on", news+"/", "jane")
}
