package cognitotest_test

import (
	"context"
	"encoding/base64"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

const (
	machineSecret = "machine0secret0000000000000000000000000000000000051"
	ordersAPI     = "https://orders.example.com"
)

// newMachinePool returns a pool with the client "machine", which gets tokens
// for itself, and two resource servers.
func newMachinePool(t testing.TB, opts ...cognitotest.Option) *cognitotest.Pool {
	t.Helper()
	return newPool(t, append([]cognitotest.Option{
		cognitotest.WithClient(appClient()),
		cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: ordersAPI, Scopes: []string{"read", "write"}}),
		cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: "stock", Scopes: []string{"count"}}),
		cognitotest.WithClient(cognitotest.AppClient{
			ID: "machine", Secret: machineSecret, Flows: []string{cognitotest.FlowClientCredentials},
			AccessTokenValidity: 10 * time.Minute,
		}),
	}, opts...)...)
}

func basicAuth(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

func machineForm(pairs ...string) url.Values {
	form := url.Values{"grant_type": {"client_credentials"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// doc: client_credentials: origin_jti, event_id
func TestClientCredentials(t *testing.T) {
	all := []string{ordersAPI + "/read", ordersAPI + "/write", "stock/count"}
	tests := []struct {
		name  string
		form  url.Values
		basic bool
		want  []string
	}{
		{"Basic", machineForm(), true, all},
		{"secret in the body", machineForm("client_id", "machine", "client_secret", machineSecret), false, all},
		{"one scope", machineForm("scope", "stock/count"), true, []string{"stock/count"}},
		{"two scopes", machineForm("scope", "stock/count "+ordersAPI+"/read"), true, []string{"stock/count", ordersAPI + "/read"}},
		{"empty scope", machineForm("scope", " "), true, all},
		{"unknown parameter", machineForm("audience", "x"), true, all},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newMachinePool(t)
			var header []string
			if tt.basic {
				header = []string{"Authorization", basicAuth("machine", machineSecret)}
			}
			a := newVisitor(t, p).post("/oauth2/token", tt.form, header...)
			tok := a.tokens(t)
			if tok.ID != "" || tok.Refresh != "" || tok.ExpiresIn != 600 || tok.Type != "Bearer" {
				t.Errorf("answer = %s, want an access token of 600 s alone", a.body)
			}
			checkMachineToken(t, p, tok.Access, tt.want)
		})
	}
}

// checkMachineToken looks at every claim.
func checkMachineToken(t *testing.T, p *cognitotest.Pool, token string, scopes []string) {
	t.Helper()
	claims := claimsOf(t, token)
	want := []string{"auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_use", "version"}
	if got := keysOf(claims); !slices.Equal(got, want) {
		t.Errorf("claims = %v, want %v", got, want)
	}
	for name, want := range map[string]any{
		"sub": "machine", "client_id": "machine", "token_use": "access", "version": 2.0, "iss": p.Issuer(),
		"scope": strings.Join(scopes, " "), "exp": claims["iat"].(float64) + 600,
	} {
		if claims[name] != want {
			t.Errorf("%s = %v, want %v", name, claims[name], want)
		}
	}
	cfg := p.ConfigFor("machine")
	v, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.VerifyAccess(t.Context(), cognito.AccessToken(token)); err != nil {
		t.Errorf("VerifyAccess(machine token) = %v, want nil", err)
	}
}

// doc: client_credentials: a scope not enabled
// doc: aws_client_metadata that is not an object with string values
// doc: a grant that the client does not have
func TestClientCredentialsRefusals(t *testing.T) {
	basic := []string{"Authorization", basicAuth("machine", machineSecret)}
	const badSecret = `{"error":"invalid_client","error_description":"invalid_client_secret"}`
	tests := []struct {
		name   string
		form   url.Values
		header []string
		want   string
	}{
		{"scope of no resource server", machineForm("scope", ordersAPI+"/delete"), basic, `{"error":"invalid_scope"}`},
		{"openid", machineForm("scope", "openid"), basic, `{"error":"invalid_scope"}`},
		{"one of two", machineForm("scope", "stock/count openid"), basic, `{"error":"invalid_scope"}`},
		{"no secret", machineForm("client_id", "machine"), nil, badSecret},
		{"wrong secret", machineForm(), []string{"Authorization", basicAuth("machine", "x")}, badSecret},
		{"client without the flow", machineForm("client_id", "client1"), nil, `{"error":"unauthorized_client"}`},
		{"code with this client", tokenForm("x", "client_id", ""), basic, `{"error":"unauthorized_client"}`},
		{"refresh with this client", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, basic, `{"error":"unauthorized_client"}`},
		{"metadata that is no JSON", machineForm("aws_client_metadata", "x"), basic, `{"error":"invalid_request"}`},
		{"metadata that is no object", machineForm("aws_client_metadata", `null`), basic, `{"error":"invalid_request"}`},
		{"metadata of numbers", machineForm("aws_client_metadata", `{"a":1}`), basic, `{"error":"invalid_request"}`},
		{"scope twice", url.Values{"grant_type": {"client_credentials"}, "scope": {"a/b", "a/b"}}, basic, `{"error":"invalid_request"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newVisitor(t, newMachinePool(t)).post("/oauth2/token", tt.form, tt.header...)
			if a.StatusCode != 400 || a.body != tt.want {
				t.Errorf("token = %d %s, want 400 %s", a.StatusCode, a.body, tt.want)
			}
		})
	}
}

func TestMachineClientHasNoSignIn(t *testing.T) {
	c := cognitotest.AppClient{
		ID: "machine", Secret: machineSecret, Flows: []string{cognitotest.FlowClientCredentials},
		CallbackURLs: []string{callbackURL}, Scopes: []string{"a/b"},
	}
	v := newVisitor(t, newPool(t, cognitotest.WithClient(c)))
	a := v.get("/oauth2/authorize" + query("client_id", "machine", "scope", "a/b"))
	if got, want := a.Header.Get("Location"), callbackURL+"?error=unauthorized_client&state=st-1"; got != want {
		t.Errorf("authorize = %q, want %q", got, want)
	}
}

func TestMachineTokenAtUserInfo(t *testing.T) {
	p := newMachinePool(t)
	if a := newVisitor(t, p).userInfo(string(p.ClientToken("machine"))); a.StatusCode != 401 {
		t.Errorf("userInfo(machine token) = %d, want 401", a.StatusCode)
	}
}

func TestClientToken(t *testing.T) {
	p := newMachinePool(t)
	checkMachineToken(t, p, string(p.ClientToken("machine", "stock/count")), []string{"stock/count"})
	for _, scopes := range [][]string{{"openid"}, {"stock/count", "stock/steal"}} {
		mustPanic(t, "ClientToken", func() { p.ClientToken("machine", scopes...) })
	}
	mustPanic(t, "ClientToken of nobody", func() { p.ClientToken("nobody") })
}

// mustPanic checks that f panics with a text of this package.
func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if v, _ := recover().(string); !strings.HasPrefix(v, "cognitotest: ") {
			t.Errorf("%s panics with %q, want a text of the package", what, v)
		}
	}()
	f()
}

func TestResourceServers(t *testing.T) {
	p := newMachinePool(t)
	p.AddResourceServer(cognitotest.ResourceServer{Identifier: "stock", Scopes: []string{"count", "move"}})
	cfg := p.AddClient(cognitotest.AppClient{Secret: "s", Flows: []string{cognitotest.FlowClientCredentials}})
	got := strings.Fields(claimsOf(t, string(p.ClientToken(cfg.ClientID)))["scope"].(string))
	if want := []string{ordersAPI + "/read", ordersAPI + "/write", "stock/count", "stock/move"}; !slices.Equal(got, want) {
		t.Errorf("scopes of a new client = %v, want %v", got, want)
	}
	for name, s := range map[string]cognitotest.ResourceServer{
		"no identifier":    {Scopes: []string{"a"}},
		"a slash":          {Identifier: "a", Scopes: []string{"b/c"}},
		"a space":          {Identifier: "a", Scopes: []string{"b c"}},
		"an empty scope":   {Identifier: "a", Scopes: []string{""}},
		"a long one":       {Identifier: strings.Repeat("a", 257)},
		"a space in front": {Identifier: "a b", Scopes: []string{"c"}},
	} {
		mustPanic(t, "AddResourceServer with "+name, func() { p.AddResourceServer(s) })
	}
	mustPanic(t, "a client with a scope of no server", func() {
		p.AddClient(cognitotest.AppClient{Scopes: []string{"openid", "stock/steal"}})
	})
}

// TestCustomScopesOfUsers: a user's access token has a custom scope if the
// app asked for it.
func TestCustomScopesOfUsers(t *testing.T) {
	c := appClient()
	c.Scopes = []string{"openid", "email", "stock/count"}
	p := newMachinePool(t, cognitotest.WithClient(cognitotest.AppClient{ID: "client3", CallbackURLs: []string{callbackURL}, Scopes: c.Scopes}))
	v := newVisitor(t, p)
	for scope, want := range map[string]string{"openid stock/count": "openid stock/count", "": "openid email stock/count"} {
		code := v.signIn("client_id", "client3", "scope", scope)
		tok := v.post("/oauth2/token", tokenForm(code, "client_id", "client3")).tokens(t)
		if got := claimsOf(t, tok.Access)["scope"]; got != want {
			t.Errorf("scope %q gave %v, want %q", scope, got, want)
		}
	}
	a := v.get("/oauth2/authorize" + query("client_id", "client3", "scope", "openid "+ordersAPI+"/read"))
	if got := a.Header.Get("Location"); !strings.Contains(got, "invalid_scope") {
		t.Errorf("a scope that is not the client's = %q, want invalid_scope", got)
	}
}

func TestMachineHook(t *testing.T) {
	for version, want := range map[trigger.PreTokenVersion]string{0: "stock/count", trigger.PreTokenV2: "stock/count", trigger.PreTokenV3: "stock/count extra/one"} {
		t.Run(version.String(), func(t *testing.T) {
			var seen []trigger.PreTokenGeneration
			p := newMachinePool(t, cognitotest.WithHooks(trigger.Hooks{
				PreTokenVersion: version,
				PreTokenGeneration: func(_ context.Context, e *trigger.PreTokenGeneration) error {
					seen = append(seen, *e)
					e.AccessTokenGeneration.ScopesToAdd = []string{"extra/one"}
					e.AccessTokenGeneration.ClaimsToAddOrOverride = map[string]any{"tenant": 7, "sub": "mallory"}
					return nil
				},
			}))
			a := newVisitor(t, p).post("/oauth2/token", machineForm("scope", "stock/count", "aws_client_metadata", `{"k":"v"}`),
				"Authorization", basicAuth("machine", machineSecret))
			claims := claimsOf(t, a.tokens(t).Access)
			if claims["scope"] != want || claims["sub"] != "machine" || (claims["tenant"] == 7.0) != (version == trigger.PreTokenV3) {
				t.Errorf("claims = %v, want scope %q and tenant with V3 alone", claims, want)
			}
			if version != trigger.PreTokenV3 {
				if len(seen) != 0 {
					t.Errorf("the hook ran %d times, want never below V3", len(seen))
				}
				return
			}
			e := seen[0]
			if e.TriggerSource != "TokenGeneration_ClientCredentials" || e.ClientID != "machine" || e.UserName != "machine" ||
				!reflect.DeepEqual(e.ClientMetadata, map[string]string{"k": "v"}) || !slices.Equal(e.Scopes, []string{"stock/count"}) || e.UserAttributes != nil {
				t.Errorf("event = %+v", e)
			}
		})
	}
}
