package main

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

// indexed is the index page over these pools, as the program serves it.
func indexed(pools ...*cognitotest.Pool) http.Handler {
	server := cognitotest.NewServer(pools...)
	server.ServeAt("http://127.0.0.1:9229")
	return withIndex(server, new(options).allowedHosts("http://127.0.0.1:9229"), server)
}

// open asks for a page as a browser does, which keeps the fragment to itself.
func open(h http.Handler, method, target string) *http.Response {
	target, _, _ = strings.Cut(target, "#")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(method, "http://127.0.0.1:9229"+target, nil))
	return rec.Result()
}

// plainText is what a page shows.
func plainText(page string) string {
	_, page, _ = strings.Cut(page, "</head>")
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(html.UnescapeString(page)), " ")
}

func TestIndexContent(t *testing.T) {
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{ID: "web", Secret: "s3cret", CallbackURLs: []string{"http://localhost:8080/cb"}, LogoutURLs: []string{"http://localhost:8080/bye"}}),
		cognitotest.WithClient(cognitotest.AppClient{ID: "bare"}),
		cognitotest.WithClient(cognitotest.AppClient{ID: "jobs", Secret: "s", Flows: []string{"client_credentials"}, Scopes: []string{"orders/read"}}),
	)
	for _, u := range []cognitotest.User{
		{Username: "jane", Email: "jane@example.com", Groups: []string{"admins", "readers"}},
		{Username: "<b>bob</b>", Disabled: true},
		{Email: "mail@example.com", Status: cognitotest.StatusUnconfirmed},
	} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	pool.AddGroup(cognitotest.Group{Name: "nobody-in-it"})
	page := bodyOf(t, open(indexed(pool), "GET", "/"))
	text := plainText(page)
	for _, want := range []string{
		"Amazon Cognito emulator", "at http://127.0.0.1:9229 .", "User pool eu-west-1_Emulator1",
		"web confidential Sign in Sign up Sign out Callback http://localhost:8080/cb Scopes openid email",
		"bare public No callback URL is registered",
		"jobs confidential Only for programs: client_credentials. Scopes orders/read",
		"<b>bob</b> disabled, CONFIRMED disabled by an administrator: cannot sign in",
		"jane CONFIRMED can sign in; e-mail not verified jane@example.com · in admins, readers",
		"mail@example.com UNCONFIRMED has to enter the code of the sign-up; e-mail not verified", "Groups admins nobody-in-it readers",
		"Nothing has been sent yet.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q; it shows %q", want, text)
		}
	}
	if strings.Contains(page, "s3cret") {
		t.Error("the page has a client's secret unasked")
	}
	if strings.Contains(page, "<b>") {
		t.Error("the page has a user's name as HTML")
	}
	if strings.Contains(page, "<script") {
		t.Error("the page has a script")
	}
}

// The page says in words what a pool asks of its users.
func TestIndexRules(t *testing.T) {
	policy := cognitotest.PasswordPolicy{MinimumLength: 12, RequireNumbers: true, RequireSymbols: true, History: 3}
	pool := cognitotest.NewPool(
		cognitotest.WithPasswordPolicy(policy),
		cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, Email: true}),
		cognitotest.WithFirstAuthFactors(cognitotest.FirstFactorPassword, cognitotest.FirstFactorPasskey),
		cognitotest.WithAutoVerified("email"), cognitotest.WithRequiredAttributes("given_name"), cognitotest.WithImmutableAttributes("custom:team"),
		cognitotest.WithDeviceTracking(cognitotest.DeviceTracking{ChallengeRequiredOnNewDevice: true}),
	)
	for _, u := range []cognitotest.User{
		{Username: "kim", Status: cognitotest.StatusForceChangePassword, Phone: "+15550100"},
		{Username: "sam", TOTPSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Email: "sam@example.com", EmailVerified: true, EmailMFA: true},
		{Username: "tom", Status: cognitotest.StatusResetRequired},
	} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	text := plainText(bodyOf(t, open(indexed(pool), "GET", "/")))
	for _, want := range []string{
		"Rules Passwords at least 12 characters, with a digit and a symbol; none of the last 3",
		"Second factor asked of users who have one: a code from an app or by e-mail",
		"First factor password or passkey Sign-up verifies email Required given name Set once team",
		"Devices remembered; these need no second factor",
		"kim FORCE_CHANGE_PASSWORD has a temporary password, and sets a new one at the next sign-in; phone number not verified",
		"sam CONFIRMED can sign in; second factor: app or e-mail sam@example.com",
		"tom RESET_REQUIRED has to set a new password with a code",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q; it shows %q", want, text)
		}
	}
	text = plainText(bodyOf(t, open(indexed(cognitotest.NewPool(cognitotest.WithAutoVerified())), "GET", "/")))
	if want := "Second factor never asked First factor password Sign-up verifies nothing: an administrator confirms users Devices not remembered"; !strings.Contains(text, want) {
		t.Errorf("the page lacks %q; it shows %q", want, text)
	}
}

// A pool may demand a second factor. The page then says what a user without one
// has to do, or that the user cannot sign in.
func TestIndexSecondFactorDemanded(t *testing.T) {
	for _, tt := range []struct {
		mfa  cognitotest.MFA
		user cognitotest.User
		want string
	}{
		{cognitotest.MFA{Mode: "ON", TOTP: true}, cognitotest.User{}, "can sign in; has to set up a second factor first"},
		{cognitotest.MFA{Mode: "ON", Email: true}, cognitotest.User{Email: "kim@example.com", EmailVerified: true, EmailMFA: true}, "can sign in; second factor: e-mail"},
		{cognitotest.MFA{Mode: "ON", SMS: true}, cognitotest.User{}, "cannot sign in: the pool demands a second factor, and offers none that this user can have"},
		{cognitotest.MFA{Mode: "OPTIONAL", SMS: true}, cognitotest.User{}, "can sign in"},
	} {
		pool := cognitotest.NewPool(cognitotest.WithMFA(tt.mfa))
		tt.user.Username, tt.user.Password = "kim", "Passw0rd!"
		if _, err := pool.AddUser(tt.user); err != nil {
			t.Fatal(err)
		}
		text := plainText(bodyOf(t, open(indexed(pool), "GET", "/")))
		if !strings.Contains(text, "kim CONFIRMED "+tt.want+" ") {
			t.Errorf("with %+v the page lacks %q; it shows %q", tt.mfa, tt.want, text)
		}
	}
}

// The page has a button for each identity provider, which leads to the page
// that the emulator plays.
func TestIndexProviders(t *testing.T) {
	const callback = "http://localhost:8080/cb"
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{ID: "web", CallbackURLs: []string{callback}, Providers: []string{"COGNITO", "Google"}}),
		cognitotest.WithProvider(federation.Provider{Type: federation.Google, Users: []federation.User{{ID: "1", Email: "max@example.com"}}}),
		cognitotest.WithProvider(federation.Provider{Type: federation.SAML, Name: "acme.com"}),
	)
	page := bodyOf(t, open(indexed(pool), "GET", "/"))
	text := plainText(page)
	for _, want := range []string{
		"Identity providers Google played by the emulator",
		"Its page offers max@example.com.",
		"acme.com SAML, played by the emulator No app client may use it. Its page offers no users: type one there.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q; it shows %q", want, text)
		}
	}
	button := regexp.MustCompile(`<a class="provider idp-google" href="([^"]*)">`).FindStringSubmatch(page)
	if button == nil {
		t.Fatal("there is no button for Google")
	}
	resp, err := pool.Browser(http.NotFoundHandler(), callback).Get(html.UnescapeString(button[1]))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, want := resp.Request.URL.Path, "/idp/Google"; got != want || resp.StatusCode != http.StatusOK {
		t.Errorf("the button leads to %s with %d, want %s", got, resp.StatusCode, want)
	}
}

// The index page and the sign-in page draw the same buttons.
func TestIndexProviderButtons(t *testing.T) {
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{"http://localhost:8080/cb"}}),
		cognitotest.WithProvider(federation.Provider{Type: federation.Google}),
	)
	index := bodyOf(t, open(indexed(pool), "GET", "/"))
	resp, err := pool.Browser(http.NotFoundHandler(), "http://localhost:8080").Get(links(index)["Sign in"])
	if err != nil {
		t.Fatal(err)
	}
	login := bodyOf(t, resp)
	drawn := regexp.MustCompile(`(?ms)^a\.provider \{.*idp-google \.mark \{ background-image`)
	on := drawn.FindString(index)
	if on == "" || on != drawn.FindString(login) {
		t.Errorf("the index page draws %q, and the sign-in page %q", on, drawn.FindString(login))
	}
}

// The settings of a client are a link away, on a page that stays.
func TestIndexSettings(t *testing.T) {
	h := indexed(cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: "web", Secret: "s3cret"})))
	resp := open(h, "GET", links(bodyOf(t, open(h, "GET", "/")))["Settings for the app"])
	want := "COGNITO_USER_POOL_ID=eu-west-1_Emulator1 COGNITO_CLIENT_ID=web COGNITO_CLIENT_SECRET=s3cret COGNITO_DOMAIN=http://127.0.0.1:9229 " +
		"COGNITO_ISSUER=http://127.0.0.1:9229/eu-west-1_Emulator1 COGNITO_ENDPOINT=http://127.0.0.1:9229"
	if got := plainText(bodyOf(t, resp)); !strings.Contains(got, want) || resp.Header.Get("Refresh") != "" {
		t.Errorf("the page shows %q with Refresh %q, want %q and no refresh", got, resp.Header.Get("Refresh"), want)
	}
}

var linkOn = regexp.MustCompile(`<a[^>]*href="([^"]*)"[^>]*>([^<]*)</a>`)

// links are the first link of each text on a page.
func links(page string) map[string]string {
	all := make(map[string]string)
	for _, m := range linkOn.FindAllStringSubmatch(page, -1) {
		if all[m[2]] == "" {
			all[m[2]] = html.UnescapeString(m[1])
		}
	}
	return all
}

// The links lead where they say.
func TestIndexLinks(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		ID: "web", CallbackURLs: []string{"http://localhost:8080/cb?a=b", "http://localhost:8080/other"}, LogoutURLs: []string{"http://localhost:8080/bye"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1"}); err != nil {
		t.Fatal(err)
	}
	landed := ""
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { landed = r.URL.String() })
	browser := pool.Browser(app, "http://localhost:8080")
	found := links(bodyOf(t, open(indexed(pool), "GET", "/")))
	resp, err := pool.SignIn(browser, found["Sign in"], "jane", "Correct-horse-1")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if !strings.HasPrefix(landed, "/cb?") || !strings.Contains(landed, "code=") {
		t.Errorf("the link to sign in led to %q of the app, want the first callback with a code", landed)
	}
	for text, want := range map[string]string{"Sign up": "/signup", "Sign out": "/bye", "Discovery document": "/eu-west-1_Emulator1/.well-known/openid-configuration"} {
		resp, err := browser.Get(found[text])
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Request.URL.Path; got != want || resp.StatusCode != 200 {
			t.Errorf("the link %q led to %s with %d, want %s", text, got, resp.StatusCode, want)
		}
	}
}

// The outbox has the newest message first, and a link where one was sent.
func TestIndexOutbox(t *testing.T) {
	codes := cognitotest.NewPool(cognitotest.WithID("eu-west-1_A"), cognitotest.WithClient(cognitotest.AppClient{ID: "a", CallbackURLs: []string{defaultCallback}}))
	mails := cognitotest.NewPool(cognitotest.WithID("eu-west-1_B"), cognitotest.WithVerificationLinks(), cognitotest.WithClient(cognitotest.AppClient{ID: "b", CallbackURLs: []string{defaultCallback}}))
	h := indexed(codes, mails)
	ask := func(p *cognitotest.Pool, clientID, email string) {
		t.Helper()
		browser := p.Browser(http.NotFoundHandler(), "http://localhost:8080")
		resp, err := browser.Get(p.URL() + "/signup?response_type=code&client_id=" + clientID + "&redirect_uri=" + defaultCallback)
		if err == nil {
			resp, err = cognitotest.Submit(browser, resp, "email", email, "password", "Correct-horse-1")
		}
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	ask(codes, "a", "first@example.com")
	ask(mails, "b", "second@example.com")
	page := bodyOf(t, open(h, "GET", "/"))
	text := plainText(page)
	code := codes.LastCode("first@example.com")
	if !strings.Contains(text, code+" to first@example.com · eu-west-1_A") {
		t.Errorf("the page shows %q, want the code %s", text, code)
	}
	if strings.Index(text, "second@example.com") > strings.Index(text, "first@example.com") {
		t.Errorf("the page shows %q, want the newest message first", text)
	}
	link := links(page)["Confirm the account"]
	if link == "" || link != mails.LastLink("second@example.com") {
		t.Fatalf("the page has the link %q, want %q", link, mails.LastLink("second@example.com"))
	}
	if resp := open(h, "GET", strings.TrimPrefix(link, "http://127.0.0.1:9229")); resp.StatusCode != 200 {
		t.Errorf("GET %s = %d, want 200", link, resp.StatusCode)
	}
	text = plainText(bodyOf(t, open(h, "GET", "/")))
	if !strings.Contains(text, "second@example.com CONFIRMED") {
		t.Errorf("after the link the page shows %q, want the user confirmed", text)
	}
}

func TestIndexIsBounded(t *testing.T) {
	pool := cognitotest.NewPool()
	for i := range maxUsersShown + 3 {
		if _, err := pool.AddUser(cognitotest.User{Email: fmt.Sprintf("u%d@example.com", i)}); err != nil {
			t.Fatal(err)
		}
	}
	page := bodyOf(t, open(indexed(pool), "GET", "/"))
	if got := strings.Count(page, "@example.com"); got != maxUsersShown {
		t.Errorf("the page shows %d users, want %d", got, maxUsersShown)
	}
	if !strings.Contains(page, "and 3 more") {
		t.Error("the page does not say how many users it leaves out")
	}
}

func TestIndexHeaders(t *testing.T) {
	h := indexed(cognitotest.NewPool())
	resp := open(h, "GET", "/")
	page := bodyOf(t, resp)
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page)[1]
	sum := sha256.Sum256([]byte(style))
	policy := resp.Header.Get("Content-Security-Policy")
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("Content-Security-Policy = %q, want %s and nothing else", policy, want)
	}
	for name, want := range map[string]string{"Refresh": "5", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Type": "text/html; charset=utf-8"} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	paused := open(h, "GET", "/?refresh=off")
	if got := paused.Header.Get("Refresh"); got != "" || !strings.Contains(bodyOf(t, paused), "paused") {
		t.Errorf("paused, Refresh = %q, want none, and the page to say so", got)
	}
	if resp := open(h, "POST", "/"); resp.Header.Get("X-Amz-Cognito-Request-Id") == "" {
		t.Error("POST / was not answered by the pool, whose API lives there")
	}
}

// A name that leads to this machine from a page elsewhere shows nothing.
func TestIndexIsForThisMachine(t *testing.T) {
	h := indexed(cognitotest.NewPool())
	for host, want := range map[string]int{
		"127.0.0.1:9229": 200, "localhost:9229": 200, "[::1]:9229": 200, "localhost": 200,
		"rebound.example.com": 403, "rebound.example.com:9229": 403, "localhost.example.com:9229": 403, "": 403,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != want {
			t.Errorf("GET / with Host %q = %d, want %d", host, rec.Code, want)
		}
		if want == 403 && strings.Contains(rec.Body.String(), "COGNITO_") {
			t.Errorf("GET / with Host %q shows settings", host)
		}
	}
}
