package cognitotest_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/authenticator"
)

var (
	passkeyOptions = regexp.MustCompile(`data-options="([^"]*)"`)
	randomValues   = regexp.MustCompile(`&#34;(?:challenge|id)&#34;:&#34;[^&]*&#34;|value="[^"]*"`)
	addQuery       = "?" + url.Values{"client_id": {"client1"}, "redirect_uri": {callbackURL}}.Encode()
)

// newPasskeyPool returns a pool whose pages take passkeys.
func newPasskeyPool(t testing.TB, opts ...cognitotest.Option) *cognitotest.Pool {
	t.Helper()
	return newPool(t, append(opts, cognitotest.WithClient(appClient()), cognitotest.WithFirstAuthFactors("PASSWORD", "WEB_AUTHN"))...)
}

func (a answer) options(t testing.TB) []byte {
	t.Helper()
	m := passkeyOptions.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("%s asks for no passkey: %d %s %s", a.Request.URL.Path, a.StatusCode, a.Header.Get("Location"), a.says())
	}
	return []byte(html.UnescapeString(m[1]))
}

// addPasskey adds one on the page, in a browser at that origin.
func (v *visitor) addPasskey(device *authenticator.Authenticator, origin string) answer {
	v.t.Helper()
	page := v.get("/passkeys/add" + addQuery)
	credential, err := device.Create(page.options(v.t), origin)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.post("/passkeys/add"+addQuery, url.Values{"_csrf": {page.csrf(v.t)}, "credential": {string(credential)}})
}

// askPasskey goes from the sign-in page to the page that asks for the passkey.
func (v *visitor) askPasskey(username string) answer {
	v.t.Helper()
	wantPage(v.t, v.submit("/login"+query(), "username", username, "passkey", "1"), "/passkeys/verify")
	return v.get("/passkeys/verify" + query())
}

// sendPasskey answers such a page, in a browser at that origin.
func (v *visitor) sendPasskey(page answer, device *authenticator.Authenticator, origin string) (answer, url.Values) {
	v.t.Helper()
	credential, err := device.Get(page.options(v.t), origin)
	if err != nil {
		v.t.Fatal(err)
	}
	form := url.Values{"_csrf": {page.csrf(v.t)}, "credential": {string(credential)}}
	return v.post("/passkeys/verify"+query(), form), form
}

// wantRefused: the browser is at the sign-in page, which says why.
func wantRefused(t testing.TB, v *visitor, a answer, says string) {
	t.Helper()
	wantPage(t, a, "/login")
	if got := v.get("/login" + query()).says(); got != says {
		t.Errorf("the sign-in page says %q, want %q", got, says)
	}
}

// A user who is signed in on the pages adds a passkey, and signs in with it
// from another browser.
//
// doc: passkeys: the page for sign-ins
// doc: passkeys: the way back from /passkeys/add
func TestPasskeyPages(t *testing.T) {
	p := newPasskeyPool(t)
	var device authenticator.Authenticator
	v := newVisitor(t, p)
	v.signIn()
	if a := v.addPasskey(&device, p.URL()); a.StatusCode != http.StatusFound || a.Header.Get("Location") != callbackURL {
		t.Fatalf("POST /passkeys/add = %d %q %s, want 302 to %s", a.StatusCode, a.Header.Get("Location"), a.says(), callbackURL)
	}

	v = newVisitor(t, p)
	if login := v.get("/login" + query()); !strings.Contains(login.body, `name="passkey"`) {
		t.Error("the sign-in page offers no passkey")
	}
	a, _ := v.sendPasskey(v.askPasskey("jane@example.com"), &device, p.URL())
	tokens := v.post("/oauth2/token", tokenForm(codeIn(t, a)))
	if tokens.StatusCode != http.StatusOK {
		t.Errorf("the code is worth %d %s, want tokens", tokens.StatusCode, tokens.body)
	}
	if location := v.get("/oauth2/authorize" + query()).Header.Get("Location"); !strings.HasPrefix(location, callbackURL) {
		t.Errorf("the next authorization request leads to %s, want the app", location)
	}
}

// The pages for passkeys run the pool's script, and no other page runs any.
func TestPasskeyPages_Script(t *testing.T) {
	p := newPasskeyPool(t)
	v := newVisitor(t, p)
	verify := v.askPasskey("jane")
	v.signIn()
	for path, page := range map[string]answer{
		"/passkeys/verify": verify, "/passkeys/add": v.get("/passkeys/add" + addQuery),
		"/login": v.get("/login" + query()), "/signup": v.get("/signup" + query()),
	} {
		runs := strings.HasPrefix(path, "/passkeys/")
		policy := page.Header.Get("Content-Security-Policy")
		if strings.Contains(policy, "; script-src 'self'") != runs || strings.Contains(page.body, "<script") != runs {
			t.Errorf("%s = %d with the policy %q, want a script: %v", path, page.StatusCode, policy, runs)
		}
		if runs && !strings.Contains(page.body, `<script src="/passkeys/script.js" defer></script>`) {
			t.Errorf("%s does not name the script", path)
		}
	}
	script := v.get("/passkeys/script.js")
	if script.StatusCode != http.StatusOK || !strings.HasPrefix(script.Header.Get("Content-Type"), "text/javascript") || !strings.Contains(script.body, "navigator.credentials") {
		t.Errorf("GET /passkeys/script.js = %d %s", script.StatusCode, script.Header.Get("Content-Type"))
	}
}

// Passkeys are added by users who are signed in on the pages, and only where
// the pool has them.
//
// doc: passkeys: /passkeys/add without a session of a local user
func TestPasskeyPages_AddRefusals(t *testing.T) {
	p := newPasskeyPool(t)
	v := newVisitor(t, p)
	refused := func(why string, v *visitor) {
		t.Helper()
		a := v.get("/passkeys/add" + addQuery)
		if a.StatusCode != http.StatusBadRequest || passkeyOptions.MatchString(a.body) {
			t.Errorf("/passkeys/add %s = %d, want 400 and no options", why, a.StatusCode)
		}
	}
	refused("without a session", v)
	v.signIn()
	foreign := "?" + url.Values{"client_id": {"client1"}, "redirect_uri": {"https://evil.example"}}.Encode()
	if a := v.get("/passkeys/add" + foreign); !strings.HasPrefix(a.Header.Get("Location"), p.URL()+"/error?error=redirect_mismatch") {
		t.Errorf("a foreign redirect_uri = %d %s, want the error page", a.StatusCode, a.Header.Get("Location"))
	}
	if a := v.post("/passkeys/add"+addQuery, url.Values{"credential": {"{}"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("a form without its CSRF token = %d, want 403", a.StatusCode)
	}
	var device authenticator.Authenticator
	if a := v.addPasskey(&device, "https://evil.example"); a.says() != "The origin is not one of the relying party id." {
		t.Errorf("a passkey of another origin = %d %q", a.StatusCode, a.says())
	}
	if a := v.submit("/passkeys/add"+addQuery, "credential", "{"); a.StatusCode != http.StatusOK || a.says() == "" {
		t.Errorf("a spoilt passkey = %d %q, want the page with a message", a.StatusCode, a.says())
	}
	p.Advance(61 * time.Minute)
	refused("after the session", v)

	v = newVisitor(t, newPool(t))
	v.signIn()
	refused("in a pool without passkeys", v)
	if a := v.get("/login" + query()); strings.Contains(a.body, `name="passkey"`) {
		t.Error("a pool without passkeys offers one")
	}
	if a := v.submit("/login"+query(), "username", "jane", "passkey", "1"); a.StatusCode != http.StatusOK || a.says() != "WebAuthn is not enabled for the user pool." {
		t.Errorf("a passkey in a pool without = %d %q", a.StatusCode, a.says())
	}

	federated := newVisitor(t, newFederatedPool(t, cognitotest.WithFirstAuthFactors("PASSWORD", "WEB_AUTHN")))
	federated.federate("Google", "1122")
	refused("of a user from a provider", federated)
}

// A passkey that does not pass leads back to the sign-in page, and its
// challenge is used up.
//
// doc: passkeys: a sign-in on the pages that does not pass
func TestPasskeyPages_SignInRefusals(t *testing.T) {
	const incorrect = "Incorrect username or password."
	p := newPasskeyPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", Email: true}))
	var device authenticator.Authenticator
	v := newVisitor(t, p)
	v.signIn()
	v.addPasskey(&device, p.URL())

	v = newVisitor(t, p)
	a, _ := v.sendPasskey(v.askPasskey("jane"), &device, "https://evil.example")
	wantRefused(t, v, a, incorrect)
	a, form := v.sendPasskey(v.askPasskey("jane"), &device, p.URL())
	codeIn(t, a)
	wantPage(t, v.post("/passkeys/verify"+query(), form), "/login")
	v.askPasskey("jane")
	wantRefused(t, v, v.post("/passkeys/verify"+query(), form), incorrect) // another challenge
	if a := v.submit("/login"+query(), "username", "", "passkey", "1"); a.says() != "Enter your username." {
		t.Errorf("without a name the page says %q", a.says())
	}

	page := v.askPasskey("jane")
	p.Advance(6 * time.Minute)
	a, _ = v.sendPasskey(page, &device, p.URL())
	wantPage(t, a, "/login")

	page = v.askPasskey("jane")
	if err := p.DisableUser("jane"); err != nil {
		t.Fatal(err)
	}
	a, _ = v.sendPasskey(page, &device, p.URL())
	wantRefused(t, v, a, "User is disabled.")
}

// Whether a name is a user's, and whether they have a passkey, cannot be told
// from the pages.
func TestPasskeyPages_HideWhoExists(t *testing.T) {
	p := newPasskeyPool(t)
	shape := func(a answer) string { return randomValues.ReplaceAllString(a.body, "") }
	known, unknown := newVisitor(t, p).askPasskey("jane"), newVisitor(t, p).askPasskey("nobody")
	if a, b := shape(known), shape(unknown); a != b {
		t.Errorf("a user without a passkey sees\n%s\nand a name of no user\n%s", a, b)
	}
	v := newVisitor(t, p)
	again := v.askPasskey("nobody")
	wantRefused(t, v, v.post("/passkeys/verify"+query(), url.Values{"_csrf": {again.csrf(t)}, "credential": {"{}"}}), "Incorrect username or password.")
}

// A pool that is started under a name keeps it in its URLs: browsers make
// passkeys for no IP address.
func TestPasskeyPages_Localhost(t *testing.T) {
	p := newPasskeyPool(t)
	if err := p.Start("localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	for _, got := range []string{p.URL(), p.Issuer(), p.Config().Endpoint} {
		if !strings.HasPrefix(got, "http://localhost:") {
			t.Errorf("the pool is at %q, want http://localhost:…", got)
		}
	}
}
