package cognitotest_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func TestUserInfo(t *testing.T) {
	v := newVisitor(t, newPool(t))
	tok := v.login("scope", "openid email phone")
	a := v.userInfo(tok.Access)
	var got map[string]any
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"sub": claimsOf(t, tok.ID)["sub"], "username": "jane", "email": "jane@example.com", "email_verified": "true",
		"phone_number": "+15550100", "phone_number_verified": "false",
	}
	if a.StatusCode != 200 || !reflect.DeepEqual(got, want) {
		t.Errorf("userInfo = %d %v, want 200 %v", a.StatusCode, got, want)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Frame-Options": "DENY", "Access-Control-Allow-Origin": "*"} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

// doc: userInfo: token without openid; POST
func TestUserInfoRefusals(t *testing.T) {
	const (
		badRequest = `error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"`
		badToken   = `error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."`
	)
	p := newPool(t)
	access := string(p.AccessToken("jane"))
	edited := func(edit func(cognitotest.Claims)) string { return "Bearer " + string(p.AccessToken("jane", edit)) }
	tests := []struct {
		name, authorization string
		status              int
		want                string
	}{
		{"none", "", 400, badRequest},
		{"Basic", "Basic eDp5", 400, badRequest},
		{"no token", "Bearer ", 400, badRequest},
		{"ID token", "Bearer " + string(p.IDToken("jane")), 401, badToken},
		{"ID token signed as access", edited(func(c cognitotest.Claims) { c["token_use"] = "id" }), 401, badToken},
		{"altered", "Bearer " + access[:len(access)-2] + "AA", 401, badToken},
		{"junk", "Bearer x", 401, badToken},
		{"alg none", "Bearer eyJhbGciOiJub25lIn0.e30.", 401, badToken},
		{"expired", edited(func(c cognitotest.Claims) { c["exp"] = p.Now().Unix() }), 401, badToken},
		{"another issuer", edited(func(c cognitotest.Claims) { c["iss"] = "https://evil.example" }), 401, badToken},
		{"no openid", edited(func(c cognitotest.Claims) { c["scope"] = "email" }), 401, badToken},
		{"nobody", edited(func(c cognitotest.Claims) { c["sub"] = "x" }), 401, badToken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := newVisitor(t, p)
			req, _ := http.NewRequest(http.MethodGet, v.at("/oauth2/userInfo"), nil)
			if tt.authorization != "" {
				req.Header.Set("Authorization", tt.authorization)
			}
			a := v.do(req)
			if got := a.Header.Get("WWW-Authenticate"); a.StatusCode != tt.status || got != tt.want {
				t.Errorf("userInfo = %d %s, want %d %s", a.StatusCode, got, tt.status, tt.want)
			}
		})
	}
}

func TestUserInfoAfterAccessTokenExpiry(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	p.Advance(time.Hour)
	if a := v.userInfo(tok.Access); a.StatusCode != 401 {
		t.Errorf("userInfo after an hour = %d, want 401", a.StatusCode)
	}
}

func TestPreflight(t *testing.T) {
	v := newVisitor(t, newPool(t))
	req, _ := http.NewRequest(http.MethodOptions, v.at("/oauth2/userInfo"), nil)
	if a := v.do(req); a.StatusCode != 204 || a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("OPTIONS userInfo = %d %v", a.StatusCode, a.Header)
	}
	req, _ = http.NewRequest(http.MethodOptions, v.at("/login"), nil)
	if a := v.do(req); a.StatusCode != 405 {
		t.Errorf("OPTIONS login = %d, want 405", a.StatusCode)
	}
}
