package migrate_test

import (
	"net/http"
	"testing"

	"github.com/gorilla/sessions"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	gothafter "github.com/seed75762126/cognito-go/examples/frameworks/migrate/goth/after"
	"github.com/seed75762126/cognito-go/hostedui"
)

// The app in place of goth sends a code once, also where the exchange fails. A
// HEAD of the callback sends none.
func TestC5_GothAfter(t *testing.T) {
	const base = "https://app.example.com"
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{base + "/callback"}, LogoutURLs: []string{base + "/account"},
	}))
	app, err := gothafter.New(hostedui.ProtocolConfig{Pool: pool.Config(), CallbackURL: base + "/callback", SignedOutURL: base + "/account"},
		sessions.NewCookieStore([]byte("0123456789abcdef0123456789abcdef")))
	if err != nil {
		t.Fatal(err)
	}
	browser := pool.Browser(app, base)
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	ask := func(method, target string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, base+target, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := browser.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res
	}
	authorize, err := ask("GET", "/login").Location()
	if err != nil {
		t.Fatal(err)
	}
	callback := "/callback?code=wrong&state=" + authorize.Query().Get("state")
	for _, step := range []struct {
		method       string
		status, sent int
	}{{"HEAD", 404, 0}, {"GET", 502, 1}, {"GET", 400, 1}} {
		status := ask(step.method, callback).StatusCode
		if sent := len(pool.Events(cognitotest.Event{Op: "token"})); status != step.status || sent != step.sent {
			t.Errorf("%s of the callback = %d, %d codes were sent, want %d and %d", step.method, status, sent, step.status, step.sent)
		}
	}
}
