package cognitotest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func TestCodeFlow(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	a := v.post("/oauth2/token", tokenForm(v.signIn()))
	tok := a.tokens(t)
	if tok.Type != "Bearer" || tok.ExpiresIn != 3600 {
		t.Errorf("token_type, expires_in = %q, %d, want Bearer, 3600", tok.Type, tok.ExpiresIn)
	}
	for name, want := range map[string]string{
		"Content-Type":                "application/json;charset=UTF-8",
		"Cache-Control":               "no-store",
		"Access-Control-Allow-Origin": "*",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if a.Header.Get("x-amz-cognito-request-id") == "" {
		t.Error("no x-amz-cognito-request-id")
	}
	if !strings.HasPrefix(a.body, `{"id_token":`) || strings.Contains(a.body, `"scope"`) {
		t.Errorf("body starts %.20s, want the id_token first and no scope", a.body)
	}
}

func TestIDTokenClaims(t *testing.T) {
	p := newPool(t)
	tok := newVisitor(t, p).login()
	claims := claimsOf(t, tok.ID)
	want := []string{"at_hash", "aud", "auth_time", "cognito:groups", "cognito:username", "email", "email_verified", "event_id", "exp", "iat", "iss", "jti", "nonce", "origin_jti", "sub", "token_use"}
	if got := keysOf(claims); !slices.Equal(got, want) {
		t.Errorf("claims = %v, want %v", got, want)
	}
	for name, want := range map[string]any{
		"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1", "aud": "client1", "token_use": "id",
		"cognito:username": "jane", "email": "jane@example.com", "email_verified": true, "nonce": "no-1",
		"cognito:groups": []any{"admins"},
	} {
		if got := claims[name]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	sum := sha256.Sum256([]byte(tok.Access))
	if got, want := claims["at_hash"], base64.RawURLEncoding.EncodeToString(sum[:16]); got != want {
		t.Errorf("at_hash = %v, want %v", got, want)
	}
}

func TestAccessTokenClaims(t *testing.T) {
	claims := claimsOf(t, newVisitor(t, newPool(t)).login().Access)
	want := []string{"auth_time", "client_id", "cognito:groups", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "scope", "sub", "token_use", "username", "version"}
	if got := keysOf(claims); !slices.Equal(got, want) {
		t.Errorf("claims = %v, want %v", got, want)
	}
	for name, want := range map[string]any{"client_id": "client1", "token_use": "access", "username": "jane", "version": 2.0, "scope": "openid email"} {
		if got := claims[name]; got != want {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
}

func keysOf(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

var wholeNumber = regexp.MustCompile(`"exp":[0-9]+,`)

func TestTokenShape(t *testing.T) {
	p := newPool(t)
	tok := newVisitor(t, p).login()
	for _, tt := range []struct {
		use, token string
		min, max   int
	}{{"id", tok.ID, 1100, 1500}, {"access", tok.Access, 950, 1400}} {
		if n := len(tt.token); n < tt.min || n > tt.max {
			t.Errorf("%s token has %d characters, want %d to %d", tt.use, n, tt.min, tt.max)
		}
		var header map[string]any
		if err := json.Unmarshal(partOf(t, tt.token, 0), &header); err != nil {
			t.Fatal(err)
		}
		if want := map[string]any{"alg": "RS256", "kid": p.KeyID(tt.use)}; !reflect.DeepEqual(header, want) {
			t.Errorf("%s token header = %v, want %v", tt.use, header, want)
		}
		payload := string(partOf(t, tt.token, 1))
		if !strings.Contains(payload, `"iss":"https:\/\/`) || !wholeNumber.MatchString(payload) {
			t.Errorf("%s token payload = %s, want escaped slashes and whole numbers", tt.use, payload)
		}
	}
	if n := len(tok.Refresh); n < 1700 || n > 1870 {
		t.Errorf("refresh token has %d characters, want about 1785", n)
	}
	if n := strings.Count(tok.Refresh, "."); n != 4 {
		t.Errorf("refresh token has %d dots, want 4", n)
	}
	if got, want := string(partOf(t, tok.Refresh, 0)), `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`; got != want {
		t.Errorf("refresh token header = %s, want %s", got, want)
	}
}

// doc: openid with the admin or custom scopes only
func TestScopesSelectClaims(t *testing.T) {
	attributes := []string{"custom:team", "email", "email_verified", "name", "phone_number", "phone_number_verified"}
	tests := []struct {
		scope string
		want  []string // nil: no ID token
	}{
		{"openid", attributes},
		{"openid aws.cognito.signin.user.admin", attributes},
		{"openid email", []string{"email", "email_verified"}},
		{"openid phone", []string{"phone_number", "phone_number_verified"}},
		{"openid profile", []string{"custom:team", "name"}},
		{"", attributes}, // all scopes of the client
		{"aws.cognito.signin.user.admin", nil},
	}
	for _, tt := range tests {
		t.Run(tt.scope, func(t *testing.T) {
			v := newVisitor(t, newPool(t))
			tok := v.login("scope", tt.scope)
			if tt.want == nil {
				if tok.ID != "" {
					t.Errorf("scope %q gave an ID token, want none", tt.scope)
				}
				if a := v.userInfo(tok.Access); a.StatusCode != 401 {
					t.Errorf("userInfo without openid = %d, want 401", a.StatusCode)
				}
				return
			}
			if got := attributesIn(claimsOf(t, tok.ID)); !slices.Equal(got, tt.want) {
				t.Errorf("scope %q: ID token has %v, want %v", tt.scope, got, tt.want)
			}
			var info map[string]any
			if err := json.Unmarshal([]byte(v.userInfo(tok.Access).body), &info); err != nil {
				t.Fatal(err)
			}
			if got := attributesIn(info); !slices.Equal(got, tt.want) {
				t.Errorf("scope %q: userInfo has %v, want %v", tt.scope, got, tt.want)
			}
		})
	}
}

func attributesIn(claims map[string]any) []string {
	return slices.DeleteFunc(keysOf(claims), func(name string) bool {
		return !strings.HasPrefix(name, "custom:") && !strings.HasPrefix(name, "email") && !strings.HasPrefix(name, "phone") && name != "name"
	})
}

func TestAttributeTypes(t *testing.T) {
	p := newPool(t)
	_, err := p.AddUser(cognitotest.User{Username: "john", Attributes: map[string]string{"address": "Main St 1", "updated_at": "1700000000", "custom:age": "42"}})
	if err != nil {
		t.Fatal(err)
	}
	claims := claimsOf(t, string(p.IDToken("john", func(c cognitotest.Claims) { c["x"] = 1 })))
	for name, want := range map[string]any{"updated_at": 1.7e9, "custom:age": "42", "x": 1.0} {
		if !reflect.DeepEqual(claims[name], want) {
			t.Errorf("%s = %#v, want %#v", name, claims[name], want)
		}
	}
	if _, ok := claims["email_verified"]; ok {
		t.Error("email_verified without an e-mail")
	}
}

func TestRoles(t *testing.T) {
	tests := []struct {
		name      string
		groups    []cognitotest.Group
		roles     any
		preferred any
	}{
		{"none", []cognitotest.Group{{Name: "a"}}, nil, nil},
		{"lowest number", []cognitotest.Group{{Name: "a", RoleARN: "arn:a", Precedence: 2}, {Name: "b", RoleARN: "arn:b", Precedence: 1}}, []any{"arn:b", "arn:a"}, "arn:b"},
		{"tie", []cognitotest.Group{{Name: "a", RoleARN: "arn:a", Precedence: 1}, {Name: "b", RoleARN: "arn:b", Precedence: 1}}, []any{"arn:a", "arn:b"}, nil},
		{"tie with one role", []cognitotest.Group{{Name: "a", RoleARN: "arn:a", Precedence: 1}, {Name: "b", RoleARN: "arn:a", Precedence: 1}}, []any{"arn:a"}, "arn:a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPool(t)
			p.AddUser(cognitotest.User{Username: "john"})
			for _, g := range tt.groups {
				p.AddGroup(g)
				if err := p.AddUserToGroup("john", g.Name); err != nil {
					t.Fatal(err)
				}
			}
			claims := claimsOf(t, string(p.IDToken("john")))
			if !reflect.DeepEqual(claims["cognito:roles"], tt.roles) || claims["cognito:preferred_role"] != tt.preferred {
				t.Errorf("roles, preferred = %v, %v, want %v, %v", claims["cognito:roles"], claims["cognito:preferred_role"], tt.roles, tt.preferred)
			}
			if err := p.RemoveUserFromGroup("john", tt.groups[0].Name); err != nil {
				t.Fatal(err)
			}
			if got := claimsOf(t, string(p.IDToken("john")))["cognito:groups"]; len(tt.groups) == 1 && got != nil {
				t.Errorf("groups after removal = %v, want none", got)
			}
		})
	}
}

func TestResourceBecomesAudience(t *testing.T) {
	v := newVisitor(t, newPool(t))
	tok := v.login("resource", "https://api.example.com")
	again := v.refresh(tok.Refresh).tokens(t)
	for _, access := range []string{tok.Access, again.Access} {
		if got := claimsOf(t, access)["aud"]; got != "https://api.example.com" {
			t.Errorf("aud = %v, want the resource", got)
		}
	}
}

// doc: PKCE: a verifier that is wrong, missing or not needed
// doc: missing redirect_uri in the token request
// doc: unknown client_id at the token endpoint
// doc: missing client_id at the token endpoint
// doc: secret or Basic header from a public client
func TestTokenErrors(t *testing.T) {
	secret := appClient()
	secret.ID, secret.Secret = "client2", "s3cret+with/odd"
	basic := func(id, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
	}
	const badSecret = `{"error":"invalid_client","error_description":"invalid_client_secret"}`
	tests := []struct {
		name   string
		form   url.Values
		header []string
		want   string // body; "" means tokens
	}{
		{name: "public", form: tokenForm("CODE")},
		{name: "no client_id", form: tokenForm("CODE", "client_id", ""), want: `{"error":"invalid_request"}`},
		{name: "unknown client", form: tokenForm("CODE", "client_id", "mallory"), want: `{"error":"invalid_client"}`},
		{name: "public with a secret", form: tokenForm("CODE", "client_secret", "x"), want: badSecret},
		{name: "public with Basic", form: tokenForm("CODE"), header: []string{"Authorization", basic("client1", "")}, want: badSecret},
		{name: "Basic of another", form: tokenForm("CODE"), header: []string{"Authorization", basic("client2", "s3cret+with/odd")}, want: `{"error":"invalid_client"}`},
		{name: "Bearer", form: tokenForm("CODE"), header: []string{"Authorization", "Bearer x"}, want: `{"error":"invalid_client"}`},
		{name: "secret in the body", form: tokenForm("CODE2", "client_id", "client2", "client_secret", "s3cret+with/odd")},
		{name: "secret in the header", form: tokenForm("CODE2", "client_id", ""), header: []string{"Authorization", basic("client2", "s3cret+with/odd")}},
		{name: "encoded in the header", form: tokenForm("CODE2", "client_id", ""), header: []string{"Authorization", basic("client2", "s3cret%2Bwith%2Fodd")}},
		{name: "wrong secret", form: tokenForm("CODE2", "client_id", "client2", "client_secret", "x"), want: badSecret},
		{name: "no secret", form: tokenForm("CODE2", "client_id", "client2"), want: badSecret},
		{name: "no grant_type", form: tokenForm("CODE", "grant_type", ""), want: `{"error":"invalid_request"}`},
		{name: "client_credentials", form: tokenForm("CODE", "grant_type", "client_credentials"), want: `{"error":"unauthorized_client"}`},
		{name: "password", form: tokenForm("CODE", "grant_type", "password"), want: `{"error":"unsupported_grant_type"}`},
		{name: "no code", form: tokenForm("x", "code", ""), want: `{"error":"invalid_request"}`},
		{name: "unknown code", form: tokenForm("00000000-0000-0000-0000-000000000000"), want: `{"error":"invalid_grant"}`},
		{name: "code of another client", form: tokenForm("CODE2"), want: `{"error":"invalid_grant"}`},
		{name: "no redirect_uri", form: tokenForm("CODE", "redirect_uri", ""), want: `{"error":"invalid_grant"}`},
		{name: "another redirect_uri", form: tokenForm("CODE", "redirect_uri", callbackURL+"2"), want: `{"error":"invalid_grant"}`},
		{name: "no verifier", form: tokenForm("CODE", "code_verifier", ""), want: `{"error":"invalid_grant"}`},
		{name: "wrong verifier", form: tokenForm("CODE", "code_verifier", strings.Repeat("x", 43)), want: `{"error":"invalid_grant"}`},
		{name: "challenge as verifier", form: tokenForm("CODE", "code_verifier", challenge), want: `{"error":"invalid_grant"}`},
		{name: "twice", form: url.Values{"grant_type": {"authorization_code", "refresh_token"}, "client_id": {"client1"}}, want: `{"error":"invalid_request"}`},
		{name: "no refresh token", form: url.Values{"grant_type": {"refresh_token"}, "client_id": {"client1"}}, want: `{"error":"invalid_request"}`},
		{name: "unknown refresh token", form: url.Values{"grant_type": {"refresh_token"}, "client_id": {"client1"}, "refresh_token": {"a.b.c.d.e"}}, want: `{"error":"invalid_grant"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newVisitor(t, newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithClient(secret)))
			switch tt.form.Get("code") {
			case "CODE":
				tt.form.Set("code", v.signIn())
			case "CODE2":
				tt.form.Set("code", v.signIn("client_id", "client2"))
			}
			a := v.post("/oauth2/token", tt.form, tt.header...)
			if tt.want == "" {
				a.tokens(t)
				return
			}
			if a.StatusCode != 400 || a.body != tt.want {
				t.Errorf("token = %d %s, want 400 %s", a.StatusCode, a.body, tt.want)
			}
		})
	}
}

// doc: PKCE: a verifier that is wrong, missing or not needed
func TestTokenWithoutPKCE(t *testing.T) {
	v := newVisitor(t, newPool(t))
	code := v.signIn("code_challenge", "", "code_challenge_method", "")
	v.post("/oauth2/token", tokenForm(code, "code_verifier", "")).tokens(t)
	code = v.signIn("code_challenge", "", "code_challenge_method", "")
	if a := v.post("/oauth2/token", tokenForm(code)); a.body != `{"error":"invalid_grant"}` {
		t.Errorf("verifier without challenge = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
}

// doc: a failed redemption of a code
// doc: replay of a code
func TestCodeIsUsedOnce(t *testing.T) {
	v := newVisitor(t, newPool(t))
	code := v.signIn()
	tok := v.post("/oauth2/token", tokenForm(code)).tokens(t)
	if a := v.post("/oauth2/token", tokenForm(code)); a.StatusCode != 400 || a.body != `{"error":"invalid_grant"}` {
		t.Errorf("second use = %d %s, want 400 invalid_grant", a.StatusCode, a.body)
	}
	v.refresh(tok.Refresh).tokens(t) // a replay revokes nothing
	code = v.signIn()
	v.post("/oauth2/token", tokenForm(code, "code_verifier", "wrong"))
	if a := v.post("/oauth2/token", tokenForm(code)); a.body != `{"error":"invalid_grant"}` {
		t.Errorf("use after a wrong verifier = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
}

func TestCodeExpires(t *testing.T) {
	for _, tt := range []struct {
		after  time.Duration
		status int
	}{{5*time.Minute - time.Second, 200}, {5 * time.Minute, 400}} {
		p := newPool(t)
		v := newVisitor(t, p)
		code := v.signIn()
		p.Advance(tt.after)
		if a := v.post("/oauth2/token", tokenForm(code)); a.StatusCode != tt.status {
			t.Errorf("token after %v = %d %s, want %d", tt.after, a.StatusCode, a.body, tt.status)
		}
	}
}

func TestTokenLifetimes(t *testing.T) {
	c := appClient()
	c.AccessTokenValidity, c.IDTokenValidity = 10*time.Minute, 20*time.Minute
	tok := newVisitor(t, newPool(t, cognitotest.WithClient(c))).login()
	if tok.ExpiresIn != 600 {
		t.Errorf("expires_in = %d, want 600", tok.ExpiresIn)
	}
	for token, want := range map[string]float64{tok.Access: 600, tok.ID: 1200} {
		claims := claimsOf(t, token)
		if got := claims["exp"].(float64) - claims["iat"].(float64); got != want {
			t.Errorf("%v token lives %v s, want %v", claims["token_use"], got, want)
		}
	}
}

// doc: a body that is not a form; one above 64 KiB
// doc: userInfo: token without openid; POST
func TestWireErrors(t *testing.T) {
	v := newVisitor(t, newPool(t))
	if a := v.post("/oauth2/token", nil, "Content-Type", "application/json"); a.StatusCode != 400 {
		t.Errorf("JSON to token = %d, want 400", a.StatusCode)
	}
	if a := v.post("/oauth2/token", url.Values{"x": {strings.Repeat("x", 65<<10)}}); a.StatusCode != 413 {
		t.Errorf("65 KiB to token = %d, want 413", a.StatusCode)
	}
	for path, allow := range map[string]string{"/oauth2/token": "POST", "/oauth2/revoke": "POST", "/resendcode": "POST"} {
		if a := v.get(path); a.StatusCode != 405 || a.Header.Get("Allow") != allow {
			t.Errorf("GET %s = %d, Allow %q, want 405, %q", path, a.StatusCode, a.Header.Get("Allow"), allow)
		}
	}
	for path, allow := range map[string]string{"/oauth2/authorize": "GET", "/logout": "GET", "/oauth2/userInfo": "GET"} {
		if a := v.post(path, nil); a.StatusCode != 405 || a.Header.Get("Allow") != allow {
			t.Errorf("POST %s = %d, Allow %q, want 405, %q", path, a.StatusCode, a.Header.Get("Allow"), allow)
		}
	}
	if a := v.get("/nowhere"); a.StatusCode != 404 {
		t.Errorf("GET /nowhere = %d, want 404", a.StatusCode)
	}
	if a := v.get("/login" + query()); a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("a page sends a CORS header")
	}
}

func TestDirectTokens(t *testing.T) {
	p := newPool(t)
	tok := p.Tokens("jane@example.com")
	v := newVisitor(t, p)
	if a := v.userInfo(string(tok.Access)); a.StatusCode != 200 {
		t.Errorf("userInfo(Tokens) = %d, want 200", a.StatusCode)
	}
	v.refresh(string(tok.Refresh)).tokens(t)
	if a := v.userInfo(string(p.AccessToken("jane", func(c cognitotest.Claims) { c["exp"] = p.Now().Unix() }))); a.StatusCode != 401 {
		t.Errorf("userInfo(expired) = %d, want 401", a.StatusCode)
	}
	defer func() {
		if got, want := fmt.Sprint(recover()), `cognitotest: no user "nobody": add it with AddUser`; got != want {
			t.Errorf("IDToken(nobody) panics with %q, want %q", got, want)
		}
	}()
	p.IDToken("nobody")
}
