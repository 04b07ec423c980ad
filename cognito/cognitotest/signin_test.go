package cognitotest_test

import (
	"errors"
	"html"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// An app that answers 401, as to a script, has not begun a sign-in: SignIn says
// so. Other answers of an app that needs no sign-in are returned.
func TestSignInAt401(t *testing.T) {
	p := newPool(t)
	status := http.StatusUnauthorized
	browser := p.Browser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }), "https://app.example.com")
	_, err := p.SignIn(browser, "https://app.example.com/api", "jane", password)
	var failed *cognitotest.SignInError
	if !errors.As(err, &failed) || failed.Path != "/api" || !strings.Contains(failed.Message, "401 Unauthorized") {
		t.Errorf("SignIn at a status 401 = %v, want a SignInError for /api that says so", err)
	}
	status = http.StatusForbidden
	resp, err := p.SignIn(browser, "https://app.example.com/admins", "jane", password)
	if err != nil || resp.StatusCode != http.StatusForbidden {
		t.Fatalf("SignIn at a status 403 = %v, %v, want the app's answer", resp, err)
	}
	resp.Body.Close()
}

// An address that is not registered is named in the log and on the error page,
// beside those that are.
func TestMismatchIsExplained(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tests := []struct{ target, sent, registered string }{
		{"/oauth2/authorize" + query("redirect_uri", "https://app.example.com/<b>"), "redirect_uri https://app.example.com/<b>", "registered: " + callbackURL},
		{"/logout?client_id=client1&logout_uri=https%3A%2F%2Fother.example", "logout_uri https://other.example", "registered: https://app.example.com/"},
	}
	for _, tt := range tests {
		a := v.get(tt.target)
		events := p.Events()
		got := events[len(events)-1].Error
		for _, want := range []string{"redirect_mismatch", "client_id client1", tt.sent, tt.registered} {
			if !strings.Contains(got, want) {
				t.Errorf("GET %s: the log says %q, want %q in it", tt.target, got, want)
			}
		}
		page := v.get(a.Header.Get("Location")).body
		for _, want := range []string{"client_id client1", html.EscapeString(tt.sent), tt.registered} {
			if !strings.Contains(page, want) {
				t.Errorf("the error page of %s lacks %q:\n%s", tt.target, want, page)
			}
		}
		if strings.Contains(page, "<b>") {
			t.Error("the error page has the address as HTML")
		}
	}
	if page := v.get("/error?error=redirect_mismatch&client_id=mallory").body; strings.Contains(page, "registered:") {
		t.Error("the error page of an unknown client names addresses")
	}
}
