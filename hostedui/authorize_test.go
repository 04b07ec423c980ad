package hostedui_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/hostedui"
)

// attempt is a fixed attempt, for golden files.
var attempt = hostedui.Attempt{
	State:        "c3RhdGUtc3RhdGUtc3RhdGUtc3RhdGUtc3RhdGUtc3Q",
	Nonce:        "bm9uY2Utbm9uY2Utbm9uY2Utbm9uY2Utbm9uY2Utbm8",
	CodeVerifier: "dmVyaWZpZXItdmVyaWZpZXItdmVyaWZpZXItdmVyaWY",
	ReturnPath:   "/account?tab=2",
}

// every option of a login, with values that try to say more than they may.
var loginOptions = []struct {
	name string
	opts []hostedui.LoginOption
}{
	{"no option", nil},
	{"identity provider", []hostedui.LoginOption{hostedui.IdentityProvider("Google")}},
	{"identity provider, hostile", []hostedui.LoginOption{hostedui.IdentityProvider("x&state=evil&code_challenge_method=plain#")}},
	{"idp identifier", []hostedui.LoginOption{hostedui.IDPIdentifier("example.com")}},
	{"login hint", []hostedui.LoginOption{hostedui.LoginHint("jane+test@example.com")}},
	{"language", []hostedui.LoginOption{hostedui.Language("pt-BR")}},
	{"prompt", []hostedui.LoginOption{hostedui.Prompt("login")}},
	{"prompt, two values", []hostedui.LoginOption{hostedui.Prompt("login", "select_account")}},
	{"prompt, hostile", []hostedui.LoginOption{hostedui.Prompt("none&nonce=evil")}},
	{"resource", []hostedui.LoginOption{hostedui.Resource("https://api.example.com")}},
	{"scopes", []hostedui.LoginOption{hostedui.Scopes("openid", "orders/read")}},
	{"scopes without openid", []hostedui.LoginOption{hostedui.Scopes("email")}},
	{"scopes, none", []hostedui.LoginOption{hostedui.Scopes()}},
	{"sign-up page", []hostedui.LoginOption{hostedui.SignUpPage()}},
	{"forgotten-password page", []hostedui.LoginOption{hostedui.ForgotPasswordPage()}},
	{"everything", []hostedui.LoginOption{
		hostedui.IdentityProvider("Google"), hostedui.IDPIdentifier("example.com"), hostedui.LoginHint("jane"), hostedui.Language("de"),
		hostedui.Prompt("login"), hostedui.Resource("https://api.example.com"), hostedui.Scopes("email"), hostedui.SignUpPage(),
	}},
	{"twice: the last one counts", []hostedui.LoginOption{
		hostedui.Language("de"), hostedui.Language("fr"), hostedui.Scopes("email"), hostedui.Scopes("phone"), hostedui.SignUpPage(), hostedui.ForgotPasswordPage(),
	}},
}

func TestL6_LoginURLGolden(t *testing.T) {
	w := newWorld(t)
	var b strings.Builder
	for _, tt := range loginOptions {
		b.WriteString("# " + tt.name + "\n" + w.client.LoginURL(attempt, tt.opts...) + "\n\n")
	}
	golden(t, "login_url.txt", strings.TrimRight(b.String(), "\n")+"\n")
}

// TestL1_NoOptionTurnsOneOff: state, nonce and challenge are in every login,
// once, whatever an option says.
func TestL1_NoOptionTurnsOneOff(t *testing.T) {
	w := newWorld(t)
	sum := sha256.Sum256([]byte(attempt.CodeVerifier))
	want := url.Values{
		"state":                 {attempt.State},
		"nonce":                 {attempt.Nonce},
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(sum[:])},
		"code_challenge_method": {"S256"},
		"response_type":         {"code"},
		"client_id":             {clientID},
		"redirect_uri":          {base + "/auth/callback"},
	}
	for _, tt := range loginOptions {
		raw := w.client.LoginURL(attempt, tt.opts...)
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatalf("LoginURL(%s) = %q: %v", tt.name, raw, err)
		}
		q := u.Query()
		for name, values := range want {
			if !slices.Equal(q[name], values) {
				t.Errorf("LoginURL(%s): %s = %q, want %q", tt.name, name, q[name], values)
			}
		}
		if !slices.Contains(strings.Fields(q.Get("scope")), "openid") {
			t.Errorf("LoginURL(%s): scope = %q, want openid in it", tt.name, q.Get("scope"))
		}
		if u.Scheme+"://"+u.Host != w.pool.URL() || u.Fragment != "" {
			t.Errorf("LoginURL(%s) = %q, want a URL of the pool's domain", tt.name, raw)
		}
		if strings.Contains(raw, attempt.CodeVerifier) || strings.Contains(raw, "tab") {
			t.Errorf("LoginURL(%s) = %q: it gives the verifier or the return path away", tt.name, raw)
		}
	}
}

// TestL1_VisitorTurnsNothingOff: the login endpoint makes three fresh values
// whatever its query, the app's options or the entry page say.
func TestL1_VisitorTurnsNothingOff(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.LoginOptions = func(*http.Request) []hostedui.LoginOption {
			return []hostedui.LoginOption{hostedui.Scopes(), hostedui.LoginHint("&state=evil")}
		}
	}))
	seen := map[string]bool{}
	const hostile = "?state=evil&nonce=evil&code_challenge=evil&code_challenge_method=plain&response_type=token&scope=x&client_id=evil&redirect_uri=https://evil.example/&code_verifier=x"
	for _, path := range []string{"/auth/login", "/auth/signup", "/auth/forgot-password"} {
		for _, query := range []string{"", hostile} {
			u := w.newBrowser().begin(path + query)
			q := u.Query()
			for _, name := range []string{"state", "nonce", "code_challenge"} {
				if len(q[name]) != 1 || !random32.MatchString(q.Get(name)) || seen[q.Get(name)] {
					t.Errorf("%s%s: %s = %q, want a new value of 32 bytes", path, query, name, q[name])
				}
				seen[q.Get(name)] = true
			}
			fixed := url.Values{"code_challenge_method": {"S256"}, "response_type": {"code"}, "client_id": {clientID}, "redirect_uri": {base + "/auth/callback"}}
			for name, values := range fixed {
				if !slices.Equal(q[name], values) {
					t.Errorf("%s%s: %s = %q, want %q", path, query, name, q[name], values)
				}
			}
		}
	}
}

func TestLoginURL_EntryPages(t *testing.T) {
	w := newWorld(t)
	for path, want := range map[string]string{
		"/auth/login":           "/oauth2/authorize",
		"/auth/signup":          "/signup",
		"/auth/forgot-password": "/forgotPassword",
	} {
		b := w.newBrowser()
		if u := b.begin(path); u.Path != want {
			t.Errorf("GET %s leads to %s, want %s", path, u.Path, want)
		}
		if p := b.open(path); p.status != http.StatusOK || !strings.HasPrefix(p.url, w.pool.URL()) {
			t.Errorf("GET %s ends at %v, want a page of the pool", path, p)
		}
	}
}

// Resource binds the access token, which is then accepted only if its
// resource is configured.
func TestResource(t *testing.T) {
	const api = "https://api.example.com"
	for _, tt := range []struct {
		name      string
		resources []string
		check     string
	}{
		{"listed", []string{"https://other.example.com", api}, ""},
		{"not listed", []string{"https://other.example.com"}, "aud"},
	} {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
			cfg.Pool.Resources = tt.resources
			cfg.LoginOptions = func(*http.Request) []hostedui.LoginOption { return []hostedui.LoginOption{hostedui.Resource(api)} }
		}))
		b := w.newBrowser()
		p := b.signIn("/account", "jane")
		if tt.check != "" {
			wantCheck(t, tt.name+": sign-in", w.lastError(), tt.check)
			if b.hasSession() {
				t.Errorf("%s: there is a session", tt.name)
			}
			continue
		}
		if p.body != "user jane" {
			t.Fatalf("%s: sign-in = %v %q", tt.name, p, p.body)
		}
		if aud := claims(t, string(w.last().tokens.Access))["aud"]; aud != api {
			t.Errorf("%s: aud of the access token = %v, want %s", tt.name, aud, api)
		}
	}
}

func TestScopes(t *testing.T) {
	tests := []struct {
		name   string
		config []string
		option hostedui.LoginOption
		want   string
	}{
		{"default", nil, nil, "openid email profile"},
		{"configured", []string{"openid", "phone"}, nil, "openid phone"},
		{"configured without openid", []string{"phone"}, nil, "openid phone"},
		{"configured empty", []string{}, nil, "openid"},
		{"per login", []string{"openid", "phone"}, hostedui.Scopes("email"), "openid email"},
	}
	for _, tt := range tests {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
			cfg.Scopes = tt.config
			if tt.option != nil {
				cfg.LoginOptions = func(*http.Request) []hostedui.LoginOption { return []hostedui.LoginOption{tt.option} }
			}
		}))
		b := w.newBrowser()
		if got := b.begin("/auth/login").Query().Get("scope"); got != tt.want {
			t.Errorf("%s: scope = %q, want %q", tt.name, got, tt.want)
		}
		b.signIn("/account", "jane")
		if got := w.last().id.Scopes; !slices.Equal(got, strings.Fields(tt.want)) {
			t.Errorf("%s: the identity's scopes = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A scope that is not enabled fails as it does on AWS, and the log says what
// to do.
func TestE2_ScopeNotEnabled(t *testing.T) {
	w := newWorld(t, withApp(func(c *cognitotest.AppClient) { c.Scopes = []string{"openid"} }))
	b := w.newBrowser()
	p := b.open("/account")
	if !p.shows(http.StatusBadRequest, "login_failed") {
		t.Errorf("login with a scope that is not enabled = %v, want the page login_failed", p)
	}
	e := wantError(t, "callback", w.lastError(), "callback", "invalid_request")
	if e.Description != "invalid_scope" || !strings.Contains(e.Hint(), "AllowedOAuthScopes") || !strings.Contains(w.log.String(), "AllowedOAuthScopes") {
		t.Errorf("the error = %v, hint %q, want one about AllowedOAuthScopes, in the log too", e, e.Hint())
	}
}

func TestSilentSignIn(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.LoginOptions = func(*http.Request) []hostedui.LoginOption { return []hostedui.LoginOption{hostedui.Prompt("none")} }
	}))
	b := w.newBrowser()
	if p := b.open("/account"); !p.shows(http.StatusUnauthorized, "login_required") {
		t.Errorf("prompt=none without a page session = %v, want the page login_required", p)
	}
	wantError(t, "callback", w.lastError(), "callback", "login_required")
}
