package cognitotest_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func TestImpossibleClients(t *testing.T) {
	machine := []string{cognitotest.FlowClientCredentials}
	for name, c := range map[string]cognitotest.AppClient{
		"unknown flow":          {Flows: []string{"implicit"}},
		"both flows":            {Secret: "s", Scopes: []string{"a/b"}, Flows: []string{"code", "client_credentials"}},
		"public machine":        {Scopes: []string{"a/b"}, Flows: machine},
		"machine without scope": {Secret: "s", Scopes: []string{"openid"}, Flows: machine},
		"machine, no server":    {Secret: "s", Flows: machine},
		"default not a URL":     {CallbackURLs: []string{callbackURL}, DefaultRedirectURI: callbackURL + "2"},
		"second secret alone":   {SecondSecret: "s"},
		"one secret twice":      {Secret: "s", SecondSecret: "s"},
	} {
		mustPanic(t, name, func() { cognitotest.NewPool(cognitotest.WithClient(c)) })
	}
}

// TestTwoSecrets: both secrets are accepted in the header and in the body, at
// the token endpoint and at revocation. A deleted one is not.
//
// doc: an app client with two secrets
func TestTwoSecrets(t *testing.T) {
	c := appClient()
	c.Secret = "first0000000000000000000000"
	p := newPool(t, cognitotest.WithClient(c))
	v := newVisitor(t, p)
	try := func(secret string) (token, revoke int) {
		t.Helper()
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {string(p.Tokens("jane").Refresh)}}
		inHeader := v.post("/oauth2/token", form, "Authorization", basicAuth("client1", secret))
		form.Set("client_id", "client1")
		form.Set("client_secret", secret)
		if inBody := v.post("/oauth2/token", form); inBody.StatusCode != inHeader.StatusCode {
			t.Errorf("secret in header %d, in body %d, want the same", inHeader.StatusCode, inBody.StatusCode)
		}
		return inHeader.StatusCode, v.post("/oauth2/revoke", url.Values{"token": {"x"}}, "Authorization", basicAuth("client1", secret)).StatusCode
	}
	check := func(step, secret string, ok bool) {
		t.Helper()
		wantToken, wantRevoke := 400, 401
		if ok {
			wantToken, wantRevoke = 200, 200
		}
		if token, revoke := try(secret); token != wantToken || revoke != wantRevoke {
			t.Errorf("%s: token %d, revoke %d, want %d, %d", step, token, revoke, wantToken, wantRevoke)
		}
	}
	const second = "second000000000000000000000"
	check("first", string(c.Secret), true)
	check("second before it is added", second, false)
	if err := p.AddClientSecret("client1", second); err != nil {
		t.Fatal(err)
	}
	check("first of two", string(c.Secret), true)
	check("second of two", second, true)
	if got := p.ConfigFor("client1").ClientSecret; got != second {
		t.Error("Config has the old secret, want the newest")
	}
	if err := p.AddClientSecret("client1", "third"); err == nil {
		t.Error("AddClientSecret(third) = nil, want an error")
	}
	if err := p.DeleteClientSecret("client1", c.Secret); err != nil {
		t.Fatal(err)
	}
	check("first after it was deleted", string(c.Secret), false)
	check("second alone", second, true)
	if err := p.DeleteClientSecret("client1", second); err == nil {
		t.Error("DeleteClientSecret(last) = nil, want an error")
	}
	if got := p.ClientSecrets("client1"); !slices.Equal(got, []cognito.Secret{second}) {
		t.Errorf("%d secrets are left, want the second", len(got))
	}
	for name, err := range map[string]error{
		"empty":      p.AddClientSecret("client1", ""),
		"the same":   p.AddClientSecret("client1", second),
		"of nobody":  p.AddClientSecret("nobody", "x"),
		"unknown":    p.DeleteClientSecret("client1", "x"),
		"of nobody2": p.DeleteClientSecret("nobody", "x"),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "cognitotest: ") {
			t.Errorf("%s: %v, want an error", name, err)
		}
	}
}

func TestSecondSecret(t *testing.T) {
	c := appClient()
	c.Secret, c.SecondSecret = "first0000000000000000000000", "second000000000000000000000"
	p := newPool(t, cognitotest.WithClient(c))
	for _, secret := range p.ClientSecrets("client1") {
		v := newVisitor(t, p)
		v.post("/oauth2/token", tokenForm(v.signIn(), "client_secret", string(secret))).tokens(t)
	}
	if n := len(p.ClientSecrets("client1")); n != 2 {
		t.Errorf("%d secrets, want 2", n)
	}
}

func TestDefaultRedirectURI(t *testing.T) {
	c := appClient()
	c.CallbackURLs = []string{callbackURL, callbackURL + "2"}
	v := newVisitor(t, newPool(t, cognitotest.WithClient(c)))
	if a := v.get("/oauth2/authorize" + query("redirect_uri", "")); !strings.Contains(a.Header.Get("Location"), "/error?") {
		t.Errorf("no redirect_uri, two callbacks = %q, want the error page", a.Header.Get("Location"))
	}
	c.DefaultRedirectURI = callbackURL + "2"
	v = newVisitor(t, newPool(t, cognitotest.WithClient(c)))
	a := v.submit("/login"+query("redirect_uri", ""), "username", "jane", "password", password)
	if got := a.Header.Get("Location"); !strings.HasPrefix(got, callbackURL+"2?code=") {
		t.Errorf("no redirect_uri, a default = %q, want the default", got)
	}
}

// TestReadAttributes: what the client may not read is in neither ID token nor
// userInfo.
func TestReadAttributes(t *testing.T) {
	c := appClient()
	c.ReadAttributes = []string{"email", "email_verified", "custom:team"}
	v := newVisitor(t, newPool(t, cognitotest.WithClient(c)))
	for scope, want := range map[string][]string{
		"openid":               {"custom:team", "email", "email_verified"},
		"openid profile":       {"custom:team"},
		"openid email profile": {"custom:team", "email", "email_verified"},
	} {
		tok := v.login("scope", scope)
		var info map[string]any
		if err := json.Unmarshal([]byte(v.userInfo(tok.Access).body), &info); err != nil {
			t.Fatal(err)
		}
		for what, got := range map[string][]string{"ID token": attributesIn(claimsOf(t, tok.ID)), "userInfo": attributesIn(info)} {
			if !slices.Equal(got, want) {
				t.Errorf("%s with scope %q has %v, want %v", what, scope, got, want)
			}
		}
	}
}

// TestUserExistence: a client with PreventUserExistenceErrors, as all have
// unless they say otherwise, tells nobody who has an account.
func TestUserExistence(t *testing.T) {
	for reveal, want := range map[bool]string{false: "Incorrect username or password.", true: "User does not exist."} {
		c := appClient()
		c.RevealUserExistence = reveal
		v := newVisitor(t, newPool(t, cognitotest.WithClient(c)))
		if got := v.submit("/login"+query(), "username", "nobody", "password", "x").says(); got != want {
			t.Errorf("RevealUserExistence %v: unknown user = %q, want %q", reveal, got, want)
		}
		if got := v.submit("/login"+query(), "username", "jane", "password", "x").says(); got != "Incorrect username or password." {
			t.Errorf("RevealUserExistence %v: wrong password = %q", reveal, got)
		}
	}
}
