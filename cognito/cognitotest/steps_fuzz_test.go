package cognitotest_test

import (
	"net/url"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// FuzzSteps is FuzzForm for a browser that has come so far that the form
// counts. Its token is right, and it has passed the password, or the provider.
func FuzzSteps(f *testing.F) {
	const steps = 10
	for step := range steps {
		f.Add(step, "", "", "")
		f.Add(step, "1122", "123456", "gina@example.com")
		f.Add(step, cognitotest.FactorTOTP, "consent", "fail")
	}
	f.Add(0, "jane", password, "")
	f.Add(1, "new@example.com", password, "New")
	f.Add(8, "PHg+", "", "")
	f.Fuzz(func(t *testing.T, step int, a, b, c string) {
		if step < 0 {
			step = ^step
		}
		p := newFederatedPool(t, cognitotest.WithMFA(allMFA("ON")), cognitotest.WithRequiredAttributes("given_name"))
		for _, u := range []cognitotest.User{
			{Username: "both", EmailMFA: true, TOTPSecret: totpSecret, Email: "both@example.com"},
			{Username: "plain", Email: "plain@example.com"},
			{Username: "tmp", Status: cognitotest.StatusForceChangePassword},
		} {
			u.Password = password
			if _, err := p.AddUser(u); err != nil {
				t.Fatal(err)
			}
		}
		v := newVisitor(t, p)
		target, form := fuzzStep(v, step%steps, a, b, c)
		answer := v.post(target, form)
		checkLocation(t, p, answer)
		if answer.StatusCode >= 500 || answer.StatusCode == 403 {
			t.Errorf("POST %s = %d", target, answer.StatusCode)
		}
		// The page that comes next has to stand it too.
		for range 3 {
			if answer.StatusCode != 302 || len(answer.Header.Get("Location")) < len(p.URL()) || answer.Header.Get("Location")[:len(p.URL())] != p.URL() {
				break
			}
			answer = v.get(answer.Header.Get("Location"))
			checkLocation(t, p, answer)
			if answer.StatusCode >= 500 {
				t.Errorf("GET %s = %d", answer.Request.URL, answer.StatusCode)
			}
		}
	})
}

// fuzzStep brings the visitor to a form, and returns where it goes and what
// is in it.
func fuzzStep(v *visitor, step int, a, b, c string) (target string, form url.Values) {
	at := func(path string, pairs ...string) (string, url.Values) {
		form := url.Values{"_csrf": {v.get(path).csrf(v.t)}}
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return path, form
	}
	switch step {
	case 0:
		return at("/login"+query(), "username", a, "password", b)
	case 1:
		return at("/signup"+query(), "email", a, "password", b, "given_name", c)
	case 2:
		v.passwordOf("both")
		return at("/mfa"+query(), "factor", a)
	case 3:
		v.passwordOf("both")
		v.submit("/mfa"+query(), "factor", cognitotest.FactorEmail)
		return at("/mfa"+query(), "code", a)
	case 4:
		v.passwordOf("plain")
		v.submit("/mfa/register"+query(), "factor", cognitotest.FactorTOTP)
		return at("/mfa/register"+query(), "code", a)
	case 5:
		v.passwordOf("tmp")
		return at("/changePassword"+query(), "password", a, "given_name", b)
	case 6:
		v.submit("/forgotPassword"+query(), "username", "jane")
		return at("/confirmforgotPassword"+query(), "code", a, "password", b)
	case 7:
		page := v.atProvider("Google")
		return page.Request.URL.RequestURI(), url.Values{
			"_csrf": {page.csrf(v.t)}, "user": {a}, "id": {a}, "email": {c}, "name": {b}, "action": {b}, "fail": {c},
		}
	case 8:
		page := v.atProvider("Corp")
		v.post(page.Request.URL.RequestURI(), url.Values{"_csrf": {page.csrf(v.t)}, "id": {"x"}})
		return "/saml2/idpresponse", url.Values{"SAMLResponse": {a}, "RelayState": {page.Request.URL.Query().Get("RelayState")}}
	}
	return at("/forgotPassword"+query(), "username", a)
}

func checkLocation(t *testing.T, p *cognitotest.Pool, a answer) {
	t.Helper()
	location := a.Header.Get("Location")
	if location == "" {
		return
	}
	u, err := url.Parse(location)
	if err != nil {
		t.Fatalf("Location %q: %v", location, err)
	}
	if origin := u.Scheme + "://" + u.Host; origin != p.URL() && origin+u.Path != callbackURL {
		t.Errorf("%s %s redirects to %q", a.Request.Method, a.Request.URL.Path, location)
	}
}
