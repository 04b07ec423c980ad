package account

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/examples/internal/strangers"
)

var secretShown = regexp.MustCompile(`<code id="secret">([A-Z2-7 ]+)</code>`)

// After a wrong code the page shows the secret that the user's app has already.
// A text that is no secret is not shown: the page begins with a new one.
func TestWrongCodeKeepsTheSecret(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true, Password: "Corr3ct-horse"}); err != nil {
		t.Fatal(err)
	}
	app, err := onPool(pool.Config())
	if err != nil {
		t.Fatal(err)
	}
	const page = strangers.BaseURL + AccountPath + "/mfa/app"
	browser := pool.Browser(app, strangers.BaseURL)
	shown := func(res *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		m := secretShown.FindSubmatch(body)
		if m == nil {
			t.Fatalf("%s shows no secret:\n%s", res.Request.URL, body)
		}
		return string(m[1])
	}
	login, err := browser.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	secret := shown(cognitotest.Submit(browser, login, "username", "jane", "password", "Corr3ct-horse"))
	if again := shown(browser.PostForm(page, url.Values{"code": {"000000"}, "secret": {secret}})); again != secret {
		t.Errorf("after a wrong code the page shows %q, want %q, which the app has", again, secret)
	}
	for _, odd := range []string{"", "<b>A</b>", "A-A"} {
		if other := shown(browser.PostForm(page, url.Values{"code": {"000000"}, "secret": {odd}})); other == secret || other == odd {
			t.Errorf("after a form with the secret %q the page shows %q, want a new one", odd, other)
		}
	}
	res, err := browser.PostForm(page, url.Values{"code": {pool.TOTP("jane")}, "secret": {secret}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := res.Request.URL.RequestURI(); got != AccountPath+"/mfa?done=app" {
		t.Errorf("after the right code: %s, want %s/mfa?done=app", got, AccountPath)
	}
}
