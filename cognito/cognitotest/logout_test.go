package cognitotest_test

import (
	"strings"
	"testing"
)

// doc: unregistered logout_uri
func TestLogout(t *testing.T) {
	const base = "https://emulator.auth.eu-west-1.amazoncognito.com"
	tests := []struct {
		name, query, want string
	}{
		{"logout_uri", "?client_id=client1&logout_uri=https%3A%2F%2Fapp.example.com%2Fbye", signedOutURL},
		{"state is not echoed", "?client_id=client1&state=x&logout_uri=https%3A%2F%2Fapp.example.com%2Fbye", signedOutURL},
		{"logout_uri wins", query("scope", "", "state", "", "nonce", "") + "&logout_uri=https%3A%2F%2Fapp.example.com%2Fbye", signedOutURL},
		{"redirect_uri", query(), base + "/login" + query()},
		{"unregistered", "?client_id=client1&logout_uri=https%3A%2F%2Fevil.example", base + "/error?error=redirect_mismatch&client_id=client1"},
		{"callback as logout_uri", "?client_id=client1&logout_uri=https%3A%2F%2Fapp.example.com%2Fcb", base + "/error?error=redirect_mismatch&client_id=client1"},
		{"twice", "?client_id=client1&logout_uri=https%3A%2F%2Fapp.example.com%2Fbye&logout_uri=x", base + "/error?error=invalid_request&client_id=client1"},
		{"as OpenID Connect has it", "?post_logout_redirect_uri=x&id_token_hint=y", base + "/login?post_logout_redirect_uri=x&id_token_hint=y"},
		{"unknown client", "?client_id=mallory&logout_uri=https%3A%2F%2Fevil.example", base + "/login?client_id=mallory&logout_uri=https%3A%2F%2Fevil.example"},
		{"nothing", "", base + "/login"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newVisitor(t, newPool(t))
			v.signIn()
			a := v.get("/logout" + tt.query)
			if got := a.Header.Get("Location"); a.StatusCode != 302 || got != tt.want {
				t.Errorf("logout = %d %q, want 302 %q", a.StatusCode, got, tt.want)
			}
			if got := v.get("/oauth2/authorize" + query("prompt", "none")).Header.Get("Location"); !strings.Contains(got, "login_required") {
				t.Errorf("prompt=none after logout = %q, want login_required", got)
			}
		})
	}
}

func TestLogoutEndsTheSessionOnTheServer(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	v.signIn()
	req := v.get("/login" + query()).Request // carries the cookies
	stolen := req.Header.Get("Cookie")
	v.get("/logout")
	thief := newVisitor(t, p)
	again := req.Clone(req.Context())
	again.URL.Path, again.Header = "/oauth2/authorize", map[string][]string{"Cookie": {stolen}}
	if got := thief.do(again).Header.Get("Location"); !strings.Contains(got, "/login?") {
		t.Errorf("authorize with the cookie of an ended session = %q, want the sign-in page", got)
	}
}

func TestLogoutWithoutClientEndsOnErrorPage(t *testing.T) {
	v := newVisitor(t, newPool(t))
	a := v.get("/logout?post_logout_redirect_uri=x")
	for a.StatusCode == 302 {
		a = v.get(a.Header.Get("Location"))
	}
	if a.StatusCode != 400 || !strings.Contains(a.body, "Missing required parameter client_id in request URL") {
		t.Errorf("end of logout without client_id = %d %q", a.StatusCode, a.says())
	}
}
