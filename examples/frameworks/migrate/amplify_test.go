package migrate_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/examples/frameworks/migrate/amplify/after"
	"github.com/seed75762126/cognito-go/examples/frameworks/migrate/amplify/before"
)

// TestMigrate_Amplify: the server reads Amplify's cookies before. After, they
// sign nobody in, and the browser loses them.
func TestMigrate_Amplify(t *testing.T) {
	pool := newPool(t, cognitotest.AppClient{
		CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"},
	})
	deployed, err := before.New(context.Background(), pool.Issuer(), pool.Config().ClientID, pool.Client())
	if err != nil {
		t.Fatal(err)
	}
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { deployed.ServeHTTP(w, r) })
	browser := pool.Browser(app, base)
	address, _ := url.Parse(base)
	prefix := "CognitoIdentityServiceProvider." + pool.Config().ClientID + "."
	tokens := pool.Tokens("jane")
	browser.Jar.SetCookies(address, []*http.Cookie{ // as Amplify's script does
		{Name: prefix + "LastAuthUser", Value: "jane", Path: "/"},
		{Name: prefix + "jane.idToken", Value: string(tokens.ID), Path: "/"},
		{Name: prefix + "jane.accessToken", Value: string(tokens.Access), Path: "/"},
		{Name: prefix + "jane.refreshToken", Value: string(tokens.Refresh), Path: "/"},
	})
	wantAccount(t, browser, "jane")

	moved, err := after.New(config(pool))
	if err != nil {
		t.Fatal(err)
	}
	deployed = moved
	wantStranger(t, browser)
	for _, c := range browser.Jar.Cookies(address) {
		if strings.HasPrefix(c.Name, "CognitoIdentityServiceProvider.") {
			t.Errorf("the browser still has %s", c.Name)
		}
	}
	wantSignIn(t, pool, browser, "jane")
	wantAccount(t, browser, "jane")
}
