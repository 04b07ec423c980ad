package migrate_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gorilla/sessions"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/frameworks/migrate/after"
	"github.com/seed75762126/cognito-go/examples/frameworks/migrate/before"
	"github.com/seed75762126/cognito-go/hostedui"
)

const base = "https://app.example.com"

// TestMigrate: a user signs in to the old app. The new one knows them without a
// new sign-in, and a newcomer signs in to it. Signing out ends there as it
// should.
func TestMigrate(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{base + "/callback"}, LogoutURLs: []string{base + "/auth/signed-out"},
	}))
	for _, name := range []string{"jane", "joe"} {
		if _, err := pool.AddUser(cognitotest.User{Username: name, Password: "Passw0rd!", Email: name + "@example.com"}); err != nil {
			t.Fatal(err)
		}
	}
	store := sessions.NewCookieStore([]byte(strings.Repeat("k", 32)))
	old, err := before.New(context.Background(), before.Settings{
		Issuer: pool.Issuer(), ClientID: pool.Config().ClientID, AppURL: base, Sessions: store, HTTPClient: pool.Client(),
	})
	if err != nil {
		t.Fatal(err)
	}
	renewed, err := after.New(hostedui.Config{Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}}, store)
	if err != nil {
		t.Fatal(err)
	}
	deployed := old
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { deployed.ServeHTTP(w, r) })
	browser := pool.Browser(app, base)

	signIn := func(b *http.Client, user string) string {
		t.Helper()
		res, err := pool.SignIn(b, base+"/account", user, "Passw0rd!")
		if err != nil {
			t.Fatal(err)
		}
		return read(t, res)
	}
	if got := signIn(browser, "jane"); got != "Hello jane@example.com\n" {
		t.Fatalf("before: the page says %q", got)
	}
	deployed = renewed
	address, _ := url.Parse(base)
	kept := browser.Jar.Cookies(address)
	browser = pool.Browser(app, base) // Cognito's own session has ended: no sign-in is possible behind their back
	for _, c := range kept {
		c.Path = "/"
	}
	browser.Jar.SetCookies(address, kept)
	for range 2 {
		res, err := browser.Get(base + "/account")
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, res); got != "Hello jane@example.com\n" || res.Request.URL.Path != "/account" {
			t.Errorf("after, with the old session: %s says %q, want the page without a sign-in", res.Request.URL, got)
		}
	}
	res, err := browser.Post(base+"/auth/logout", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.Request.URL.Path != "/auth/signed-out" {
		t.Errorf("sign-out ends on %s", res.Request.URL)
	}
	res, err = browser.Get(base + "/account")
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, res); strings.HasPrefix(got, "Hello") {
		t.Errorf("after the sign-out the page says %q", got)
	}
	if got := signIn(pool.Browser(app, base), "joe"); got != "Hello joe@example.com\n" {
		t.Errorf("after: a newcomer sees %q", got)
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
