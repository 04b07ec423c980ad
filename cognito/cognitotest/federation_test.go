package cognitotest_test

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

var providerNames = []string{"Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "Corp", "Partner"}

var ginaAtGoogle = federation.User{
	ID: "1122", Email: "gina@example.com", EmailVerified: true, Name: "Gina",
	Claims: map[string]string{"hd": "example.com"},
}

// newFederatedPool has jane and every kind of provider.
func newFederatedPool(t testing.TB, opts ...cognitotest.Option) *cognitotest.Pool {
	t.Helper()
	return newPool(t, append([]cognitotest.Option{
		cognitotest.WithClient(appClient()),
		cognitotest.WithProvider(federation.Provider{Type: federation.Google, Users: []federation.User{ginaAtGoogle}}),
		cognitotest.WithProvider(federation.Provider{Type: federation.Facebook}),
		cognitotest.WithProvider(federation.Provider{Type: federation.LoginWithAmazon}),
		cognitotest.WithProvider(federation.Provider{Type: federation.SignInWithApple}),
		cognitotest.WithProvider(federation.Provider{Type: federation.SAML, Name: "Corp", Identifiers: []string{"corp.example"}}),
		cognitotest.WithProvider(federation.Provider{
			Type: federation.OIDC, Name: "Partner", Issuer: "https://partner.example", Identifiers: []string{"partner.example", "p2.example"},
			AttributeMapping: map[string]string{"email": "email", "custom:team": "department"},
			Users:            []federation.User{{ID: "p1", Email: "pia@example.com", EmailVerified: true, Claims: map[string]string{"department": "blue"}}},
		}),
	}, opts...)...)
}

// follow goes on as long as the pool redirects to itself.
func (v *visitor) follow(a answer) answer {
	v.t.Helper()
	for a.StatusCode == 302 && strings.HasPrefix(a.Header.Get("Location"), v.p.URL()+"/") {
		a = v.get(a.Header.Get("Location"))
	}
	return a
}

// atProvider goes to a provider's page.
func (v *visitor) atProvider(name string, pairs ...string) answer {
	v.t.Helper()
	a := v.follow(v.get("/oauth2/authorize" + query(append([]string{"identity_provider", name}, pairs...)...)))
	if a.StatusCode != 200 || a.Request.URL.Path != "/idp/"+name {
		v.t.Fatalf("authorize with identity_provider=%s ends on %s: %d %s", name, a.Request.URL.Path, a.StatusCode, a.Header.Get("Location"))
	}
	return a
}

// answers sends in a provider's page and goes on to the app.
func (v *visitor) answers(page answer, pairs ...string) answer {
	v.t.Helper()
	form := url.Values{"_csrf": {page.csrf(v.t)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	a := v.follow(v.post(page.Request.URL.RequestURI(), form))
	if form := fieldsByName(a.body); form["SAMLResponse"] != "" {
		a = v.follow(v.post("/saml2/idpresponse", url.Values{"SAMLResponse": {form["SAMLResponse"]}, "RelayState": {form["RelayState"]}}))
	}
	return a
}

// federate is the whole flow.
func (v *visitor) federate(name, user string, pairs ...string) tokens {
	v.t.Helper()
	field := "id"
	if user == "1122" && name == "Google" || user == "p1" && name == "Partner" {
		field = "user"
	}
	a := v.answers(v.atProvider(name, pairs...), field, user, "action", "consent")
	return v.post("/oauth2/token", tokenForm(codeIn(v.t, a))).tokens(v.t)
}

type field struct {
	name, id         string
	visible, inLabel bool
}

var (
	fieldTag  = regexp.MustCompile(`<(?:input|select)\b[^>]*>`)
	nameValue = regexp.MustCompile(` (name|id|type|value)="([^"]*)"`)
)

func fieldsOf(body string) []field {
	var all []field
	for _, at := range fieldTag.FindAllStringIndex(body, -1) {
		a := tagAttributes(body[at[0]:at[1]])
		before := body[:at[0]]
		all = append(all, field{
			name: a["name"], id: a["id"], visible: a["type"] != "hidden",
			inLabel: strings.LastIndex(before, "<label") > strings.LastIndex(before, "</label"),
		})
	}
	return all
}

func fieldsByName(body string) map[string]string {
	all := make(map[string]string)
	for _, tag := range fieldTag.FindAllString(body, -1) {
		a := tagAttributes(tag)
		all[a["name"]] = a["value"]
	}
	return all
}

func tagAttributes(tag string) map[string]string {
	all := make(map[string]string)
	for _, m := range nameValue.FindAllStringSubmatch(tag, -1) {
		all[m[1]] = html.UnescapeString(m[2])
	}
	return all
}

func TestFederatedSignIn(t *testing.T) {
	types := map[string]string{"Corp": "SAML", "Partner": "OIDC"}
	for _, name := range providerNames {
		t.Run(name, func(t *testing.T) {
			p := newFederatedPool(t)
			v := newVisitor(t, p)
			before := p.Now().UnixMilli()
			tok := v.federate(name, "u-1", "scope", "openid profile")
			id, access := claimsOf(t, tok.ID), claimsOf(t, tok.Access)
			if id["cognito:username"] != name+"_u-1" || access["username"] != name+"_u-1" || id["sub"] == id["cognito:username"] {
				t.Errorf("username = %v, %v, sub %v, want %s_u-1", id["cognito:username"], access["username"], id["sub"], name)
			}
			group := []any{"eu-west-1_Emulator1_" + name}
			if !slices.Equal(id["cognito:groups"].([]any), group) || !slices.Equal(access["cognito:groups"].([]any), group) {
				t.Errorf("cognito:groups = %v, %v, want %v", id["cognito:groups"], access["cognito:groups"], group)
			}
			if got := statusOf(t, p, name+"_u-1"); got != cognitotest.StatusExternalProvider {
				t.Errorf("status = %s", got)
			}
			kind := types[name]
			if kind == "" {
				kind = name
			}
			var issuer any
			if name == "Partner" {
				issuer = "https://partner.example"
			}
			identity := id["identities"].([]any)[0].(map[string]any)
			created, err := strconv.ParseInt(identity["dateCreated"].(string), 10, 64)
			if err != nil || created < before || created > p.Now().UnixMilli() {
				t.Errorf("dateCreated = %v, want the time in milliseconds", identity["dateCreated"])
			}
			delete(identity, "dateCreated")
			want := map[string]any{"userId": "u-1", "providerName": name, "providerType": kind, "issuer": issuer, "primary": "true"}
			if len(identity) != len(want) {
				t.Errorf("identities = %v, want %v", identity, want)
			}
			for k, w := range want {
				if identity[k] != w {
					t.Errorf("identities: %s = %#v, want %#v", k, identity[k], w)
				}
			}
			if access["identities"] != nil {
				t.Error("the access token has identities")
			}
			codeIn(t, v.get("/oauth2/authorize"+query("prompt", "none")))
			if a := v.submit("/login"+query(), "username", name+"_u-1", "password", ""); a.says() != "Incorrect username or password." {
				t.Errorf("password sign-in of a federated user says %q", a.says())
			}
		})
	}
}

// doc: a mapped claim that is missing
// quirk: Q25
func TestFederatedUserTwice(t *testing.T) {
	p := newFederatedPool(t)
	v := newVisitor(t, p)
	first := claimsOf(t, v.federate("Google", "1122").ID)
	p.Advance(time.Hour)
	page := v.atProvider("Google")
	a := v.answers(page, "user", "1122", "id", "1122", "email", "new@example.com", "action", "consent") // what is typed goes first
	second := claimsOf(t, v.post("/oauth2/token", tokenForm(codeIn(t, a))).tokens(t).ID)
	if first["sub"] != second["sub"] || first["email"] != "gina@example.com" || first["email_verified"] != true {
		t.Errorf("first sign-in: %v; second sub %v", first, second["sub"])
	}
	if second["email"] != "new@example.com" || second["email_verified"] != false {
		t.Errorf("second sign-in: email %v, verified %v, want what the provider says now", second["email"], second["email_verified"])
	}
	dateCreated := func(claims map[string]any) any {
		return claims["identities"].([]any)[0].(map[string]any)["dateCreated"]
	}
	if dateCreated(first) != dateCreated(second) {
		t.Error("the second sign-in changes dateCreated")
	}
	profile := claimsOf(t, string(p.IDToken("Google_1122")))
	if profile["name"] != "Gina" {
		t.Errorf("name = %v, want the old one, since the provider said nothing", profile["name"])
	}
}

// quirk: Q25
func TestAttributeMapping(t *testing.T) {
	p := newFederatedPool(t)
	v := newVisitor(t, p)
	v.federate("Partner", "p1")
	claims := claimsOf(t, string(p.IDToken("Partner_p1")))
	if claims["custom:team"] != "blue" || claims["email"] != "pia@example.com" || claims["email_verified"] != false || claims["name"] != nil {
		t.Errorf("claims = %v, want custom:team from department, and an e-mail that nothing vouches for", claims)
	}
	newVisitor(t, p).federate("Google", "1122")
	if claims := claimsOf(t, string(p.IDToken("Google_1122"))); claims["hd"] != nil || claims["name"] != "Gina" {
		t.Errorf("claims = %v, want no claim that is not mapped", claims)
	}
	// Typed users of the kinds that vouch for nothing.
	for _, name := range []string{"Facebook", "LoginWithAmazon", "Corp"} {
		v := newVisitor(t, p)
		codeIn(t, v.answers(v.atProvider(name), "id", "x", "email", "x@example.com", "email_verified", "true", "name", "X", "action", "consent"))
		claims := claimsOf(t, string(p.IDToken(name+"_x")))
		if claims["email"] != "x@example.com" || claims["name"] != "X" || claims["email_verified"] != false {
			t.Errorf("%s: claims = %v", name, claims)
		}
	}
}

// Their e-mails are not names that people sign in with.
//
// doc: e-mail of a federated user
func TestFederatedEmailsNeedNotBeUnique(t *testing.T) {
	p := newFederatedPool(t)
	for _, name := range []string{"Google", "SignInWithApple"} {
		v := newVisitor(t, p)
		codeIn(t, v.answers(v.atProvider(name), "id", "j", "email", "jane@example.com", "action", "consent"))
	}
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "jane@example.com", "password", password))
	v := newVisitor(t, p)
	v.submit("/forgotPassword"+query(), "username", "Google_j")
	if got := p.Outbox(); len(got) != 0 {
		t.Errorf("Outbox = %+v, want nothing: a federated user has no password", got)
	}
}

func TestQ1_SelfMadeNonce(t *testing.T) {
	p := newFederatedPool(t)
	v := newVisitor(t, p)
	if got := claimsOf(t, v.federate("Google", "1122", "nonce", "").ID)["nonce"]; got == nil || got == "" {
		t.Errorf("nonce of a federated sign-in without one = %v, want one of Cognito's", got)
	}
	silent := v.get("/oauth2/authorize" + query("nonce", ""))
	if got := claimsOf(t, v.post("/oauth2/token", tokenForm(codeIn(t, silent))).tokens(t).ID)["nonce"]; got != nil {
		t.Errorf("nonce of a silent sign-in = %v, want none", got)
	}
	if got := claimsOf(t, newVisitor(t, p).federate("Google", "1122").ID)["nonce"]; got != "no-1" {
		t.Errorf("nonce = %v, want the one that was sent", got)
	}
	if got := claimsOf(t, newVisitor(t, p).login("nonce", "").ID)["nonce"]; got != nil {
		t.Errorf("nonce of a local sign-in without one = %v, want none", got)
	}
}

// doc: identity_provider, and a session from another provider
func TestQ29_IdentityProviderAndSessions(t *testing.T) {
	p := newFederatedPool(t)
	local, federated := newVisitor(t, p), newVisitor(t, p)
	local.login()
	federated.federate("Google", "1122")
	tests := []struct {
		name             string
		pairs            []string
		local, federated string // "code", "login_required", or the path it leads to
	}{
		{"none", []string{"prompt", "none"}, "code", "code"},
		{"none for COGNITO", []string{"prompt", "none", "identity_provider", "COGNITO"}, "code", "login_required"},
		{"none for Google", []string{"prompt", "none", "identity_provider", "Google"}, "login_required", "code"},
		{"COGNITO", []string{"identity_provider", "COGNITO"}, "code", "/login"},
		{"Google", []string{"identity_provider", "Google"}, "/idp/Google", "code"},
		{"Facebook", []string{"identity_provider", "Facebook"}, "/idp/Facebook", "/idp/Facebook"},
		{"login", []string{"prompt", "login"}, "/login", "/login"},
		{"login for Google", []string{"prompt", "login", "identity_provider", "Google"}, "/idp/Google", "/idp/Google"},
	}
	for _, tt := range tests {
		for i, v := range []*visitor{local, federated} {
			want := []string{tt.local, tt.federated}[i]
			a := v.get("/oauth2/authorize" + query(tt.pairs...))
			u, err := url.Parse(a.Header.Get("Location"))
			if err != nil {
				t.Fatal(err)
			}
			got := u.Path
			switch q := u.Query(); {
			case q.Get("error") != "":
				got = q.Get("error")
			case q.Get("code") != "":
				got = "code"
			}
			if got != want {
				t.Errorf("%s: authorize leads to %q (%s), want %q", tt.name, got, u, want)
			}
		}
	}
}

func TestChooser(t *testing.T) {
	p := newFederatedPool(t)
	p.AddClient(cognitotest.AppClient{ID: "local", CallbackURLs: []string{callbackURL}, Providers: []string{"COGNITO"}})
	p.AddClient(cognitotest.AppClient{ID: "social", CallbackURLs: []string{callbackURL}, Providers: []string{"Google", "Corp"}})
	tests := []struct {
		pairs     []string
		providers []string
		form      bool
	}{
		{nil, providerNames, true},
		{[]string{"client_id", "local"}, nil, true},
		{[]string{"client_id", "social"}, []string{"Google", "Corp"}, false},
		{[]string{"identity_provider", "COGNITO"}, nil, true},
	}
	button := regexp.MustCompile(`data-provider="([^"]*)" href="([^"]*)"`)
	for _, tt := range tests {
		v := newVisitor(t, p)
		a := v.get("/login" + query(tt.pairs...))
		var got []string
		for _, m := range button.FindAllStringSubmatch(a.body, -1) {
			got = append(got, m[1])
			if end := v.follow(v.get(html.UnescapeString(m[2]))); end.Request.URL.Path != "/idp/"+m[1] {
				t.Errorf("%v: the button of %s leads to %s %s", tt.pairs, m[1], end.Request.URL.Path, end.Header.Get("Location"))
			}
		}
		if !slices.Equal(got, tt.providers) || strings.Contains(a.body, `name="password"`) != tt.form {
			t.Errorf("%v: buttons %v, form %v, want %v, %v", tt.pairs, got, !tt.form, tt.providers, tt.form)
		}
	}
	v := newVisitor(t, p)
	for _, path := range []string{"/signup", "/forgotPassword"} {
		a := v.get(path + query("client_id", "social"))
		if want := p.URL() + "/login" + query("client_id", "social"); a.Header.Get("Location") != want {
			t.Errorf("%s of a client without local users = %d %q, want %q", path, a.StatusCode, a.Header.Get("Location"), want)
		}
	}
	token := v.get("/login" + query()).csrf(t)
	if a := v.post("/login"+query("client_id", "social"), url.Values{"_csrf": {token}, "username": {"jane"}, "password": {password}}); strings.Contains(a.Header.Get("Location"), "code=") {
		t.Error("a password signs in to a client without local users")
	}
}

// doc: identity_provider and idp_identifier
func TestIdentityProviderAndIdentifiers(t *testing.T) {
	p := newFederatedPool(t)
	p.AddClient(cognitotest.AppClient{ID: "local", CallbackURLs: []string{callbackURL}, Providers: []string{"COGNITO"}})
	tests := []struct {
		pairs []string
		want  string // path, or error
	}{
		{[]string{"identity_provider", "Corp"}, "/idp/Corp"},
		{[]string{"idp_identifier", "corp.example"}, "/idp/Corp"},
		{[]string{"idp_identifier", "p2.example"}, "/idp/Partner"},
		{[]string{"identity_provider", "Google", "idp_identifier", "p2.example"}, "/idp/Google"},
		{[]string{"idp_identifier", "nobody.example"}, "invalid_request"},
		{[]string{"idp_identifier", "Google"}, "invalid_request"},
		{[]string{"identity_provider", "google"}, "invalid_request"},
		{[]string{"identity_provider", "Okta"}, "invalid_request"},
		{[]string{"identity_provider", "Google", "client_id", "local"}, "invalid_request"},
	}
	for _, tt := range tests {
		for _, path := range []string{"/oauth2/authorize", "/login"} {
			a := newVisitor(t, p).get(path + query(tt.pairs...))
			u, _ := url.Parse(a.Header.Get("Location"))
			if got := u.Path; got != tt.want && u.Query().Get("error") != tt.want {
				t.Errorf("%s %v = %d %s, want %s", path, tt.pairs, a.StatusCode, u, tt.want)
			}
		}
	}
}

// What the pool passes on: every prompt but none, and login_hint to OIDC
// providers alone. A SAML provider is asked with ForceAuthn.
func TestPromptAndHintAreForwarded(t *testing.T) {
	tests := []struct{ provider, prompt, hint, wantPrompt, wantHint string }{
		{"Partner", "login", "pia@example.com", "login", "pia@example.com"},
		{"Partner", "login consent", "", "login consent", ""},
		{"Partner", "", "", "", ""},
		{"Google", "select_account", "x@example.com", "select_account", ""},
	}
	for _, tt := range tests {
		p := newFederatedPool(t)
		a := newVisitor(t, p).atProvider(tt.provider, "prompt", tt.prompt, "login_hint", tt.hint)
		q := a.Request.URL.Query()
		if q.Get("prompt") != tt.wantPrompt || q.Get("login_hint") != tt.wantHint {
			t.Errorf("%+v: the provider got prompt=%q login_hint=%q", tt, q.Get("prompt"), q.Get("login_hint"))
		}
		if q.Get("redirect_uri") != p.URL()+"/oauth2/idpresponse" || q.Get("response_type") != "code" || q.Get("state") == "" || q.Get("state") == "st-1" {
			t.Errorf("the provider got %v, want a request of the pool's own", q)
		}
		if tt.wantPrompt != "" && !strings.Contains(a.body, "prompt="+tt.wantPrompt) {
			t.Errorf("the page does not show prompt=%s", tt.wantPrompt)
		}
		if tt.wantHint != "" && !strings.Contains(a.body, `value="p1" checked`) {
			t.Error("the user of the login_hint is not chosen")
		}
	}
	for prompt, want := range map[string]bool{"login": true, "consent": false} {
		p := newFederatedPool(t)
		q := newVisitor(t, p).atProvider("Corp", "prompt", prompt, "login_hint", "x").Request.URL.Query()
		raw, err := base64.StdEncoding.DecodeString(q.Get("SAMLRequest"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw)))
		if err != nil || strings.Contains(string(text), `ForceAuthn="true"`) != want || !strings.Contains(string(text), "urn:amazon:cognito:sp:eu-west-1_Emulator1") {
			t.Errorf("prompt=%s: SAMLRequest = %s, %v, want ForceAuthn %v", prompt, text, err, want)
		}
		if q.Has("prompt") || q.Has("login_hint") || q.Get("RelayState") == "" {
			t.Errorf("the SAML provider got %v", q)
		}
	}
}

// doc: a user who cancels at a provider
// doc: the same at a SAML provider
func TestProviderFailures(t *testing.T) {
	tests := []struct {
		provider, action, fail string
		code, description      string
	}{
		{"Google", "fail", "token-timeout", "invalid_request", "Timeout occurred in calling IdP token endpoint"},
		{"Google", "fail", "keys-timeout", "invalid_request", "error_description=Timeout in calling jwks uri"},
		{"Google", "fail", "token-status", "invalid_request", "Google Error - 500 error getting token"},
		{"Google", "fail", "token-code", "invalid_request", "Google Error - 400 invalid_grant"},
		{"Google", "fail", "connection-reset", "invalid_request", "Connection reset"},
		{"Google", "fail", "read-timeout", "invalid_request", "Read timed out"},
		{"Partner", "fail", "token-status", "invalid_request", "Partner Error - 500 error getting token"},
		{"Partner", "fail", "token-code", "invalid_request", "Partner Error - 400 error getting token"},
		{"Corp", "fail", "saml-response", "invalid_request", "Invalid samlResponse or relayState from identity provider"},
		{"Google", "cancel", "", "access_denied", "The user denied the request"},
		{"Partner", "cancel", "", "access_denied", "The user denied the request"},
		{"Facebook", "cancel", "", "access_denied", "Permissions error"},
		{"LoginWithAmazon", "cancel", "", "access_denied", "Access not permitted."},
		{"SignInWithApple", "cancel", "", "user_cancelled_authorize", ""},
		{"Corp", "cancel", "", "invalid_request", "Error in SAML response processing: status is not success"},
	}
	for _, tt := range tests {
		t.Run(tt.provider+" "+tt.action+" "+tt.fail, func(t *testing.T) {
			p := newFederatedPool(t)
			v := newVisitor(t, p)
			a := v.answers(v.atProvider(tt.provider), "user", "1122", "action", tt.action, "fail", tt.fail)
			location := a.Header.Get("Location")
			u, err := url.Parse(location)
			if err != nil || !strings.HasPrefix(location, callbackURL+"?") {
				t.Fatalf("it ends on %s with %d %q", a.Request.URL.Path, a.StatusCode, location)
			}
			q := u.Query()
			if q.Get("error") != tt.code || q.Get("error_description") != tt.description || q.Get("state") != "st-1" || q.Has("code") {
				t.Errorf("Location = %q, want %s %q", location, tt.code, tt.description)
			}
			if tt.fail == "keys-timeout" && !strings.Contains(location, "error_description=error_description=Timeout+in+calling+jwks+uri&") {
				t.Errorf("Location = %q, want the doubled prefix", location)
			}
			if _, _, err := p.UserStatus(tt.provider + "_1122"); err == nil {
				t.Error("a failed sign-in made a user")
			}
			if a := v.get("/oauth2/authorize" + query("prompt", "none")); !strings.Contains(a.Header.Get("Location"), "login_required") {
				t.Error("a failed sign-in made a page session")
			}
		})
	}
}

func TestProviderFailureOnTheErrorPage(t *testing.T) {
	for _, name := range []string{"Google", "Corp"} {
		v := newVisitor(t, newFederatedPool(t))
		a := v.answers(v.atProvider(name), "action", "fail", "fail", "error-page")
		if a.StatusCode != 400 || a.Request.URL.Path != "/error" || a.Request.URL.Query().Get("code") == "" {
			t.Errorf("%s: it ends on %s %d, want /error?code=… with 400", name, a.Request.URL, a.StatusCode)
		}
	}
}

func TestRequiredAttributesOfFederatedUsers(t *testing.T) {
	p := newFederatedPool(t, cognitotest.WithRequiredAttributes("email", "given_name"))
	v := newVisitor(t, p)
	a := v.answers(v.atProvider("Facebook"), "id", "x", "action", "consent")
	if u, _ := url.Parse(a.Header.Get("Location")); u.Query().Get("error_description") != "attributes required: [email, given_name]" {
		t.Errorf("Location = %s", u)
	}
}

// A flight is one browser's, single use, and five minutes long.
func TestFlightsAreGuarded(t *testing.T) {
	p := newFederatedPool(t)
	v := newVisitor(t, p)
	page := v.atProvider("Google")
	target := page.Request.URL.RequestURI()
	state := page.Request.URL.Query().Get("state")
	errorPage := func(name string, a answer) {
		t.Helper()
		if location := a.Header.Get("Location"); !strings.HasPrefix(location, p.URL()+"/error?") && a.StatusCode != 400 {
			t.Errorf("%s = %d %q, want the error page", name, a.StatusCode, location)
		}
	}
	thief := newVisitor(t, p)
	thief.get("/login" + query())
	errorPage("another browser at the provider", thief.get(target))
	errorPage("another provider", v.get("/idp/Facebook?"+page.Request.URL.RawQuery))
	if a := v.get("/idp/Okta?state=" + state); a.StatusCode != 404 {
		t.Errorf("a provider that the pool lacks = %d, want 404", a.StatusCode)
	}
	if a := v.post(target, url.Values{"user": {"1122"}, "action": {"consent"}}); a.StatusCode != 403 {
		t.Errorf("consent without the form's token = %d, want 403", a.StatusCode)
	}

	back := v.post(target, url.Values{"_csrf": {page.csrf(t)}, "user": {"1122"}, "action": {"consent"}}).Header.Get("Location")
	errorPage("another browser on the way back", thief.get(back))
	codeIn(t, v.get(back))
	errorPage("the way back again", v.get(back))
	errorPage("the provider's page again", v.get(target))
	errorPage("an unknown state", v.get("/oauth2/idpresponse?code=x&state=x"))
	errorPage("no state", v.get("/oauth2/idpresponse"))
	errorPage("a SAML answer to nothing", v.post("/saml2/idpresponse", url.Values{"SAMLResponse": {"x"}, "RelayState": {state}}))

	page = v.atProvider("Google", "prompt", "login")
	a := v.get("/oauth2/idpresponse?code=made-up&state=" + page.Request.URL.Query().Get("state"))
	if got := a.Header.Get("Location"); !strings.HasPrefix(got, callbackURL+"?error_description=Google+Error+-+400") {
		t.Errorf("a code that the provider did not give = %q", got)
	}
	page = v.atProvider("Google", "prompt", "login")
	p.Advance(5 * time.Minute)
	errorPage("five minutes later", v.get(page.Request.URL.RequestURI()))
}

func TestSAMLResponseIsChecked(t *testing.T) {
	p := newFederatedPool(t)
	for name, edit := range map[string]func(string) string{
		"not base64":    func(string) string { return "%" },
		"not XML":       func(string) string { return base64.StdEncoding.EncodeToString([]byte("<x")) },
		"other element": func(string) string { return base64.StdEncoding.EncodeToString([]byte(`<Response ID="_x"/>`)) },
		"another id": func(s string) string {
			raw, _ := base64.StdEncoding.DecodeString(s)
			return base64.StdEncoding.EncodeToString(regexp.MustCompile(`ID="_[^"]*"`).ReplaceAll(raw, []byte(`ID="_"`)))
		},
	} {
		v := newVisitor(t, p)
		page := v.atProvider("Corp")
		form := fieldsByName(v.post(page.Request.URL.RequestURI(), url.Values{"_csrf": {page.csrf(t)}, "id": {"x"}, "action": {"consent"}}).body)
		a := v.post("/saml2/idpresponse", url.Values{"SAMLResponse": {edit(form["SAMLResponse"])}, "RelayState": {form["RelayState"]}})
		u, _ := url.Parse(a.Header.Get("Location"))
		if got := u.Query().Get("error_description"); got != "Invalid samlResponse or relayState from identity provider" {
			t.Errorf("%s: Location = %s", name, u)
		}
	}
	for _, e := range p.Events() {
		if got := e.Params.Get("SAMLResponse"); got != "" && got != "[redacted]" {
			t.Errorf("the log has the SAML response %q", got)
		}
	}
}

func TestTypedUsersAreChecked(t *testing.T) {
	p := newFederatedPool(t)
	v := newVisitor(t, p)
	tests := []struct {
		fields []string
		want   string
	}{
		{[]string{"user", "", "id", ""}, "Choose a user, or enter an id."},
		{[]string{"user", "unknown"}, "Choose a user, or enter an id."},
		{[]string{"id", "a b"}, "An id has at most 96 bytes and no spaces."},
		{[]string{"id", strings.Repeat("x", 97)}, "An id has at most 96 bytes and no spaces."},
		{[]string{"id", "x", "email", "nope"}, "Invalid email address format."},
	}
	for _, tt := range tests {
		a := v.answers(v.atProvider("Google"), append(tt.fields, "action", "consent")...)
		if a.StatusCode != 200 || a.says() != tt.want {
			t.Errorf("%v: %d %q, want %q", tt.fields, a.StatusCode, a.says(), tt.want)
		}
	}
}

// doc: identities of a linked local user
func TestQ17_LinkingByTheHook(t *testing.T) {
	var p *cognitotest.Pool
	hooks := trigger.Hooks{PreSignUp: func(_ context.Context, e *trigger.PreSignUp) error {
		if e.TriggerSource != trigger.SourceExternalProvider {
			return errors.New("unexpected source " + string(e.TriggerSource))
		}
		provider, id, _ := strings.Cut(e.UserName, "_")
		return p.LinkUser("jane", provider, id)
	}}
	p = newFederatedPool(t, cognitotest.WithHooks(hooks))
	v := newVisitor(t, p)
	a := v.answers(v.atProvider("Google"), "user", "1122", "action", "consent")
	if u, _ := url.Parse(a.Header.Get("Location")); u.Query().Get("error") != "invalid_request" || u.Query().Get("error_description") != "Already found an entry for username Google_1122" {
		t.Fatalf("first sign-in = %s, want the error of a link made meanwhile", u)
	}
	tok := v.federate("Google", "1122")
	claims := claimsOf(t, tok.ID)
	identity := claims["identities"].([]any)[0].(map[string]any)
	if claims["cognito:username"] != "jane" || identity["primary"] != "false" || identity["userId"] != "1122" {
		t.Errorf("second sign-in: %v, %v, want jane", claims["cognito:username"], identity)
	}
	if claims["email"] != "gina@example.com" {
		t.Errorf("email = %v, want what the provider says", claims["email"])
	}
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "gina@example.com", "password", password))
	if err := p.LinkUser("jane", "Google", "1122"); err == nil {
		t.Error("LinkUser of a user that is linked = nil, want an error")
	}
	if err := p.LinkUser("jane", "Okta", "1"); err == nil {
		t.Error("LinkUser with an unknown provider = nil, want an error")
	}
	if err := p.LinkUser("nobody", "Google", "2"); err == nil {
		t.Error("LinkUser of nobody = nil, want an error")
	}
}

func TestPreSignUpHookRefusesFederatedUsers(t *testing.T) {
	var calls []string
	p := newFederatedPool(t, cognitotest.WithHooks(trigger.Hooks{
		PreSignUp: func(_ context.Context, e *trigger.PreSignUp) error {
			calls = append(calls, string(e.TriggerSource)+" "+e.UserName+" "+e.ClientID)
			if e.UserAttributes["email"] == "" {
				return errors.New("no e-mail")
			}
			return nil
		},
		PostConfirmation: func(_ context.Context, e *trigger.PostConfirmation) error {
			calls = append(calls, string(e.TriggerSource)+" "+e.UserName)
			return nil
		},
	}))
	v := newVisitor(t, p)
	a := v.answers(v.atProvider("Google"), "id", "x", "action", "consent")
	if u, _ := url.Parse(a.Header.Get("Location")); u.Query().Get("error_description") != "PreSignUp failed with error no e-mail." {
		t.Errorf("Location = %s", u)
	}
	v.federate("Google", "1122")
	newVisitor(t, p).federate("Google", "1122") // no hook the second time
	want := []string{"PreSignUp_ExternalProvider Google_x client1", "PreSignUp_ExternalProvider Google_1122 client1", "PostConfirmation_ConfirmSignUp Google_1122"}
	if !slices.Equal(calls, want) {
		t.Errorf("hooks = %v, want %v", calls, want)
	}
}

func TestDisabledFederatedUser(t *testing.T) {
	p := newFederatedPool(t)
	newVisitor(t, p).federate("Google", "1122")
	if err := p.DisableUser("Google_1122"); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, p)
	a := v.answers(v.atProvider("Google"), "user", "1122", "action", "consent")
	if u, _ := url.Parse(a.Header.Get("Location")); u.Query().Get("error_description") != "User is disabled." {
		t.Errorf("Location = %s", u)
	}
}

func TestNameTakenByALocalUser(t *testing.T) {
	p := newFederatedPool(t)
	if _, err := p.AddUser(cognitotest.User{Username: "google_1122", Password: password}); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, p)
	a := v.answers(v.atProvider("Google"), "user", "1122", "action", "consent")
	if u, _ := url.Parse(a.Header.Get("Location")); u.Query().Get("error_description") != "Already found an entry for username Google_1122" {
		t.Errorf("Location = %s", u)
	}
}

// MFA is the provider's business.
func TestFederatedUsersAreNotAskedForMFA(t *testing.T) {
	p := newFederatedPool(t, cognitotest.WithMFA(allMFA("ON")))
	newVisitor(t, p).federate("Google", "1122")
}

// doc: identities in the ID token; at userInfo
func TestIdentitiesInUserInfo(t *testing.T) {
	p := newFederatedPool(t)
	tok := newVisitor(t, p).federate("Google", "1122", "scope", "openid")
	var info map[string]string
	if err := json.Unmarshal([]byte(newVisitor(t, p).userInfo(tok.Access).body), &info); err != nil {
		t.Fatal(err)
	}
	var identities []map[string]any
	if err := json.Unmarshal([]byte(info["identities"]), &identities); err != nil || len(identities) != 1 || identities[0]["userId"] != "1122" {
		t.Errorf("identities = %q, %v, want JSON in a string", info["identities"], err)
	}
}

func TestTwoTabsAtProviders(t *testing.T) {
	v := newVisitor(t, newFederatedPool(t))
	google, facebook := v.atProvider("Google", "state", "one"), v.atProvider("Facebook", "state", "two")
	for state, page := range map[string]answer{"one": google, "two": facebook} {
		a := v.answers(page, "id", "x", "action", "consent")
		codeIn(t, a)
		if !strings.Contains(a.Header.Get("Location"), "state="+state) {
			t.Errorf("Location = %q, want state=%s", a.Header.Get("Location"), state)
		}
	}
}

func TestProvidersAreChecked(t *testing.T) {
	bad := map[string]federation.Provider{
		"no type":         {Name: "X1"},
		"unknown type":    {Type: "Okta"},
		"social renamed":  {Type: federation.Google, Name: "G2"},
		"COGNITO":         {Type: federation.SAML, Name: "COGNITO"},
		"slash":           {Type: federation.OIDC, Name: "a/b"},
		"underscore":      {Type: federation.OIDC, Name: "a_b"},
		"too long":        {Type: federation.OIDC, Name: strings.Repeat("x", 33)},
		"user without id": {Type: federation.OIDC, Users: []federation.User{{Email: "x@example.com"}}},
		"bad e-mail":      {Type: federation.OIDC, Users: []federation.User{{ID: "x", Email: "x"}}},
	}
	for name, idp := range bad {
		if !panics(func() { cognitotest.NewPool(cognitotest.WithProvider(idp)) }) {
			t.Errorf("%s: NewPool does not panic", name)
		}
	}
	google := cognitotest.WithProvider(federation.Provider{Type: federation.Google})
	if !panics(func() { cognitotest.NewPool(google, google) }) {
		t.Error("two providers of one name: NewPool does not panic")
	}
	if !panics(func() {
		cognitotest.NewPool(google, cognitotest.WithClient(cognitotest.AppClient{Providers: []string{"Facebook"}}))
	}) {
		t.Error("a client with an unknown provider: NewPool does not panic")
	}
}

// newFederatedApp signs in whoever comes to /account, with the parameters it
// is given.
func newFederatedApp(p *cognitotest.Pool, pairs ...string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /account", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, p.URL()+"/oauth2/authorize"+query(pairs...), http.StatusFound)
	})
	mux.HandleFunc("GET /cb", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.FormValue("code")+r.FormValue("error_description"))
	})
	return mux
}

func TestSignInWith(t *testing.T) {
	for _, name := range providerNames {
		for _, pairs := range [][]string{nil, {"identity_provider", name}} {
			p := newFederatedPool(t)
			browser := p.Browser(newFederatedApp(p, pairs...), "https://app.example.com")
			for range 2 { // the second time without a page
				resp, err := p.SignInWith(browser, "https://app.example.com/account", name, "1122")
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				if resp.Request.URL.Path != "/cb" || len(body) != 36 {
					t.Errorf("SignInWith(%s) = %s %q", name, resp.Request.URL, body)
				}
			}
			claims := claimsOf(t, string(p.IDToken(name+"_1122")))
			if known := claims["email"] == "gina@example.com"; known != (name == "Google") {
				t.Errorf("%s: email = %v", name, claims["email"])
			}
		}
	}
}

func TestSignInWithFails(t *testing.T) {
	p := newFederatedPool(t)
	tests := []struct {
		provider, user, want string
		pairs                []string
	}{
		{"Okta", "x", `sign-in ended on /login: the page offers no provider "Okta"`, nil},
		{"Google", "a b", "sign-in ended on /idp/Google: An id has at most 96 bytes and no spaces.", nil},
		{"Google", "x", "sign-in ended on /idp/Facebook: Sign in with Facebook", []string{"identity_provider", "Facebook"}},
		{"Google", "x", "sign-in ended on /error: An error was encountered with the requested page.", []string{"client_id", "x"}},
	}
	for _, tt := range tests {
		browser := p.Browser(newFederatedApp(p, tt.pairs...), "https://app.example.com")
		_, err := p.SignInWith(browser, "https://app.example.com/account", tt.provider, tt.user)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("SignInWith(%s, %q) = %v, want %q", tt.provider, tt.user, err, tt.want)
		}
	}
}

// SignIn's error names the step it stopped at, and Submit goes on from there.
func TestSignInStopsAtASecondFactor(t *testing.T) {
	p := newMFAPool(t, allMFA("OPTIONAL"))
	if _, err := p.AddUser(cognitotest.User{Username: "tmp", Password: password, Status: cognitotest.StatusForceChangePassword}); err != nil {
		t.Fatal(err)
	}
	app := newFederatedApp(p)
	for user, want := range map[string]cognitotest.SignInError{
		"totp": {Path: "/mfa", Message: "Enter the code of your authenticator app"},
		"mail": {Path: "/mfa", Message: "Enter the code from your email"},
		"both": {Path: "/mfa", Message: "Choose how to verify that it’s you"},
		"tmp":  {Path: "/changePassword", Message: "Choose a new password"},
	} {
		_, err := p.SignIn(p.Browser(app, "https://app.example.com"), "https://app.example.com/account", user, password)
		var stopped *cognitotest.SignInError
		if !errors.As(err, &stopped) || *stopped != want {
			t.Errorf("SignIn(%s) = %v, want %+v", user, err, want)
		}
	}
	browser := p.Browser(app, "https://app.example.com")
	resp, err := browser.Get("https://app.example.com/account")
	for _, step := range [][]string{
		{"username", "both", "password", password},
		{"factor", cognitotest.FactorEmail},
		{"resend"},
		{"factor", ""},
		{"factor", cognitotest.FactorTOTP},
		{"code", p.TOTP("both")},
	} {
		if err == nil {
			resp, err = cognitotest.Submit(browser, resp, step...)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.Request.URL.Path != "/cb" || len(body) != 36 {
		t.Errorf("it ends on %s %q", resp.Request.URL, body)
	}
}

// A field that the test does not name keeps what a browser would send: of
// several buttons to choose from, the one that is chosen.
func TestSubmitKeepsWhatIsChosen(t *testing.T) {
	p := newFederatedPool(t)
	browser := p.Browser(newFederatedApp(p, "identity_provider", "Google"), "https://app.example.com")
	resp, err := browser.Get("https://app.example.com/account")
	if err != nil {
		t.Fatal(err)
	}
	resp, err = cognitotest.Submit(browser, resp, "action", "consent")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if claims := claimsOf(t, string(p.IDToken("Google_1122"))); resp.Request.URL.Path != "/cb" || claims["email"] != "gina@example.com" {
		t.Errorf("it ends on %s with %v, want the user who is chosen on the page", resp.Request.URL, claims["email"])
	}
}
