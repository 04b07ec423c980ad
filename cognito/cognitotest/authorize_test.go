package cognitotest_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func TestAuthorizeLeadsToLogin(t *testing.T) {
	p := newPool(t)
	a := newVisitor(t, p).get("/oauth2/authorize" + query())
	if got, want := a.Header.Get("Location"), p.URL()+"/login"+query(); a.StatusCode != 302 || got != want {
		t.Errorf("authorize = %d %q, want 302 %q", a.StatusCode, got, want)
	}
}

// doc: error redirects
// doc: an unknown prompt value, or prompt=none with another value
// doc: response_type other than code and token
// doc: response_type=token for a client without the implicit grant
// doc: bad resource; unknown identity_provider
// doc: a parameter given twice
func TestAuthorizeErrors(t *testing.T) {
	const app, base = callbackURL, "https://emulator.auth.eu-west-1.amazoncognito.com"
	tests := []struct {
		name  string
		query string
		want  string // Location
	}{
		{"no client_id", query("client_id", ""), base + "/error?error=invalid_request&error_description=Missing+required+parameter+client_id+in+request+URL"},
		{"unknown client_id", query("client_id", "mallory"), base + "/error?error=invalid_request&client_id=mallory"},
		{"two client_ids", query() + "&client_id=client1", base + "/error?error=invalid_request&client_id=client1"},
		{"unregistered redirect_uri", query("redirect_uri", callbackURL+"/"), base + "/error?error=redirect_mismatch&client_id=client1"},
		{"two redirect_uris", query() + "&redirect_uri=https%3A%2F%2Fevil.example", base + "/error?error=invalid_request&client_id=client1"},
		{"empty redirect_uri", query("redirect_uri", "") + "&redirect_uri=", base + "/error?error=invalid_request&error_description=Missing+required+parameter+redirect_uri+in+request+URL&client_id=client1"},
		{"no response_type", query("response_type", ""), app + "?error=invalid_request&state=st-1"},
		{"hybrid", query("response_type", "code id_token"), app + "?error=invalid_request&state=st-1"},
		{"implicit", query("response_type", "token"), app + "#error=unauthorized_client&state=st-1"},
		{"challenge without method", query("code_challenge_method", ""), app + "?error=invalid_request&state=st-1"},
		{"method without challenge", query("code_challenge", ""), app + "?error=invalid_request&state=st-1"},
		{"plain", query("code_challenge_method", "plain"), app + "?error=invalid_request&state=st-1"},
		{"short challenge", query("code_challenge", "abc"), app + "?error=invalid_request&state=st-1"},
		{"offline_access", query("scope", "openid offline_access"), app + "?error_description=invalid_scope&state=st-1&error=invalid_request"},
		{"email without openid", query("scope", "email"), app + "?error_description=invalid_scope&state=st-1&error=invalid_request"},
		{"unknown prompt", query("prompt", "create"), app + "?error=invalid_request&state=st-1"},
		{"none and login", query("prompt", "none login"), app + "?error=invalid_request&state=st-1"},
		{"no session", query("prompt", "none"), app + "?error=login_required&state=st-1"},
		{"resource not a URL", query("resource", "orders"), app + "?error=invalid_request&state=st-1"},
		{"resource over http", query("resource", "http://api.example.com"), app + "?error=invalid_request&state=st-1"},
		{"two nonces", query() + "&nonce=2", app + "?error=invalid_request&state=st-1"},
		{"another provider", query("identity_provider", "Google"), app + "?error=invalid_request&state=st-1"},
		{"no state", query("state", "", "prompt", "none"), app + "?error=login_required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, path := range []string{"/oauth2/authorize", "/login", "/signup", "/forgotPassword"} {
				if strings.Contains(tt.want, "login_required") && path != "/oauth2/authorize" {
					continue
				}
				a := newVisitor(t, newPool(t)).get(path + tt.query)
				if got := a.Header.Get("Location"); a.StatusCode != 302 || got != tt.want {
					t.Errorf("GET %s = %d %q, want 302 %q", path, a.StatusCode, got, tt.want)
				}
			}
		})
	}
}

// doc: state with \, ^ or a stray %
func TestAuthorizeRefusesState(t *testing.T) {
	for _, state := range []string{`a\b`, "a^b", "100%"} {
		a := newVisitor(t, newPool(t)).get("/oauth2/authorize" + query("state", state))
		if a.StatusCode != 400 || a.Header.Get("Location") != "" {
			t.Errorf("authorize with state %q = %d %q, want 400 without redirect", state, a.StatusCode, a.Header.Get("Location"))
		}
	}
	a := newVisitor(t, newPool(t)).get("/oauth2/authorize?client_id=client1&state=%zz")
	if a.StatusCode != 400 {
		t.Errorf("authorize with a broken escape = %d, want 400", a.StatusCode)
	}
}

func TestErrorPage(t *testing.T) {
	v := newVisitor(t, newPool(t))
	a := v.get(v.get("/oauth2/authorize" + query("redirect_uri", "https://evil.example")).Header.Get("Location"))
	if a.StatusCode != 400 || a.says() != "An error was encountered with the requested page." {
		t.Errorf("error page = %d %q", a.StatusCode, a.says())
	}
	if a := v.get("/error?error=x&error_description=<b>Call+us</b>"); strings.Contains(a.body, "Call us") {
		t.Error("the error page shows a text from its URL")
	}
}

// doc: missing redirect_uri in the token request
func TestRedirectURIMayBeLeftOut(t *testing.T) {
	v := newVisitor(t, newPool(t))
	code := v.signIn("redirect_uri", "")
	v.post("/oauth2/token", tokenForm(code, "redirect_uri", "")).tokens(t)

	two := appClient()
	two.CallbackURLs = append(two.CallbackURLs, "myapp://cb?from=cognito")
	v = newVisitor(t, newPool(t, cognitotest.WithClient(two)))
	if a := v.get("/login" + query("redirect_uri", "")); !strings.Contains(a.Header.Get("Location"), "/error?error=invalid_request") {
		t.Errorf("login without redirect_uri, two registered = %d %q, want the error page", a.StatusCode, a.Header.Get("Location"))
	}
	a := v.submit("/login"+query("redirect_uri", "myapp://cb?from=cognito"), "username", "jane", "password", password)
	if got := a.Header.Get("Location"); !strings.HasPrefix(got, "myapp://cb?from=cognito&code=") {
		t.Errorf("Location = %q, want the code appended to the query", got)
	}
}

func TestCodeIsAUUIDAndStateComesBack(t *testing.T) {
	v := newVisitor(t, newPool(t))
	a := v.submit("/login"+query("state", "a b+c/d=&é"), "username", "jane", "password", password)
	want := regexp.MustCompile(`^` + regexp.QuoteMeta(callbackURL) + `\?code=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}&state=a\+b%2Bc%2Fd%3D%26%C3%A9$`)
	if got := a.Header.Get("Location"); a.StatusCode != 302 || !want.MatchString(got) {
		t.Errorf("Location = %q, want %v", got, want)
	}
}

func TestPageSession(t *testing.T) {
	p := newPool(t)
	p.AddClient(cognitotest.AppClient{ID: "client2", CallbackURLs: []string{callbackURL}})
	v := newVisitor(t, p)
	first := claimsOf(t, v.login().ID)

	p.Advance(30 * time.Minute)
	silent := v.get("/oauth2/authorize" + query())
	second := claimsOf(t, v.post("/oauth2/token", tokenForm(codeIn(t, silent))).tokens(t).ID)
	if first["auth_time"] != second["auth_time"] || first["origin_jti"] == second["origin_jti"] {
		t.Errorf("silent sign-in: auth_time %v, origin_jti %v, want the auth_time %v and a new origin_jti", second["auth_time"], second["origin_jti"], first["auth_time"])
	}
	codeIn(t, v.get("/oauth2/authorize"+query("prompt", "none", "client_id", "client2")))
	codeIn(t, v.get("/oauth2/authorize"+query("prompt", "select_account")))
	if a := v.get("/oauth2/authorize" + query("prompt", "login")); !strings.Contains(a.Header.Get("Location"), "/login?") {
		t.Errorf("prompt=login = %q, want the sign-in page", a.Header.Get("Location"))
	}

	p.Advance(30 * time.Minute)
	if a := v.get("/oauth2/authorize" + query("prompt", "none")); !strings.Contains(a.Header.Get("Location"), "login_required") {
		t.Errorf("prompt=none an hour after sign-in = %q, want login_required: silent sign-ins prolong nothing", a.Header.Get("Location"))
	}
}

func TestSessionCookie(t *testing.T) {
	v := newVisitor(t, newPool(t))
	a := v.submit("/login"+query(), "username", "jane", "password", password)
	var cookie *http.Cookie
	for _, c := range a.Cookies() {
		if c.Name == "cognito" {
			cookie = c
		}
	}
	if cookie == nil || !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge != 3600 || cookie.Path != "/" {
		t.Errorf("session cookie = %+v, want HttpOnly, Secure, Lax, one hour", cookie)
	}
}
