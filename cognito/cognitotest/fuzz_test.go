package cognitotest_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// FuzzQuery: whatever the query of a page says, the pool does not panic and
// answers with less than 500. It redirects only to its own pages and to
// registered URLs.
func FuzzQuery(f *testing.F) {
	paths := []string{
		"/oauth2/authorize", "/login", "/signup", "/confirm", "/forgotPassword", "/confirmforgotPassword", "/logout", "/error",
		"/confirmUser", "/changePassword", "/mfa", "/mfa/register", "/oauth2/idpresponse", "/idp/Google", "/idp/Corp", "/idp/x",
		"/passkeys/add", "/passkeys/verify", "/passkeys/script.js",
	}
	for i := range paths {
		f.Add(i, query()[1:])
	}
	f.Add(0, query("prompt", "none", "resource", "https://a.example")[1:])
	f.Add(0, query("redirect_uri", callbackURL+"@evil.example")[1:])
	f.Add(0, "client_id=client1&redirect_uri=%2F%2Fevil.example&state=%zz;")
	f.Add(6, "\x00")
	f.Add(6, "client_id=client1&logout_uri=https%3A%2F%2Fapp.example.com%2Fbye")
	f.Add(0, query("identity_provider", "Google", "lang", "de")[1:])
	f.Add(1, query("idp_identifier", "corp.example", "prompt", "login consent", "login_hint", "x")[1:])
	f.Add(8, "client_id=client1&user_name=jane&confirmation_code=1")
	f.Add(12, "code=x&state=y&error=z&error_description=w")
	p := newFederatedPool(f)
	f.Fuzz(func(t *testing.T, path int, rawQuery string) {
		if path < 0 {
			path = ^path
		}
		r := httptest.NewRequest(http.MethodGet, p.URL()+paths[path%len(paths)], nil)
		r.URL.RawQuery = rawQuery
		checkAnswer(t, p, r)
	})
}

// FuzzForm is FuzzQuery for the bodies that the endpoints take.
func FuzzForm(f *testing.F) {
	paths := []string{
		"/oauth2/token", "/oauth2/revoke", "/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmforgotPassword",
		"/changePassword", "/mfa", "/mfa/register", "/idp/Google", "/idp/Corp", "/saml2/idpresponse",
		"/passkeys/add", "/passkeys/verify",
	}
	for i := range paths {
		f.Add(i, tokenForm("x").Encode(), "Basic eDp5")
	}
	f.Add(0, "grant_type=refresh_token&refresh_token=a.b.c.d.e&client_id=client1", "")
	f.Add(1, "token=a.b.c&client_id=client1", "")
	f.Add(2, "_csrf=x&username=jane&password=x", "")
	f.Add(0, "%zz;&&=", "Bearer")
	f.Add(13, "SAMLResponse=PHg%2B&RelayState=x", "")
	p := newFederatedPool(f)
	f.Fuzz(func(t *testing.T, path int, body, authorization string) {
		if path < 0 {
			path = ^path
		}
		r := httptest.NewRequest(http.MethodPost, p.URL()+paths[path%len(paths)], strings.NewReader(body))
		r.URL.RawQuery = query()[1:]
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", authorization)
		checkAnswer(t, p, r)
	})
}

func checkAnswer(t *testing.T, p *cognitotest.Pool, r *http.Request) {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	if w.Code >= 500 {
		t.Errorf("%s %s = %d", r.Method, r.URL.Path, w.Code)
	}
	location := w.Header().Get("Location")
	if location == "" {
		return
	}
	u, err := url.Parse(location)
	if err != nil {
		t.Fatalf("Location %q: %v", location, err)
	}
	switch origin := u.Scheme + "://" + u.Host; {
	case origin == p.URL():
	case origin+u.Path == callbackURL, location == signedOutURL:
	default:
		t.Errorf("%s %s redirects to %q", r.Method, r.URL.Path, location)
	}
}
