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

// A client_id that no app client has is named in the log and on the error page.
// Text that cannot be an id is not shown.
func TestUnknownClientIsExplained(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	for _, target := range []string{"/oauth2/authorize" + query("client_id", "mallory"), "/login" + query("client_id", "mallory")} {
		a := v.get(target)
		events := p.Events()
		if got := events[len(events)-1]; got.ClientID != "mallory" || !strings.Contains(got.Error, "no app client has this client_id") {
			t.Errorf("GET %s: the log says %q of client %q, want the cause and mallory", target, got.Error, got.ClientID)
		}
		if page := v.get(a.Header.Get("Location")).body; !strings.Contains(page, "client_id mallory") || !strings.Contains(page, "No app client has this id.") {
			t.Errorf("the error page of %s lacks the client_id and the cause:\n%s", target, page)
		}
	}
	for _, id := range []string{"client1", "call%20the%20help%20desk", "%3Cb%3E"} {
		if page := v.get("/error?error=invalid_request&client_id=" + id).body; strings.Contains(page, "<code>client_id") {
			t.Errorf("the error page names %s", id)
		}
	}
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
