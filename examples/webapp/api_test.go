package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestAPI: the API takes the session cookie or an access token, and asks a
// token for a scope.
func TestAPI(t *testing.T) {
	s := open(t, optionCustom)
	joe, jane := s.visit(), s.visit()
	joe.signIn("joe@example.com")
	jane.signIn("jane@example.com")
	nobody := s.visit()
	token := func(who, scope string) string {
		return "Bearer " + string(s.pool.AccessToken(who, func(c cognitotest.Claims) { c["scope"] = scope }))
	}
	const both = scopeRead + " " + scopeWrite
	const order = `{"product": "cup", "quantity": 1}`
	tests := []struct {
		name          string
		v             *visit
		authorization string
		method, path  string
		body          string
		status        int
		code          string
	}{
		{"nobody", nobody, "", "GET", "/api/orders", "", 401, "sign_in_required"},
		{"a session", joe, "", "GET", "/api/orders", "", 200, ""},
		{"a session orders", joe, "", "POST", "/api/orders", order, 201, ""},
		{"a session without the group", joe, "", "GET", "/api/orders/all", "", 403, "forbidden"},
		{"a session with the group", jane, "", "GET", "/api/orders/all", "", 200, ""},
		{"a token", nobody, token("joe@example.com", both), "GET", "/api/orders", "", 200, ""},
		{"a token orders", nobody, token("joe@example.com", both), "POST", "/api/orders", order, 201, ""},
		{"a token without scopes", nobody, token("joe@example.com", "openid"), "GET", "/api/orders", "", 403, "insufficient_scope"},
		{"a token to read", nobody, token("joe@example.com", scopeRead), "GET", "/api/orders", "", 200, ""},
		{"a token to read orders", nobody, token("joe@example.com", scopeRead), "POST", "/api/orders", order, 403, "insufficient_scope"},
		{"a token without the group", nobody, token("pat@example.com", both), "GET", "/api/orders/all", "", 403, "forbidden"},
		{"a token with the group", nobody, token("jane@example.com", scopeRead), "GET", "/api/orders/all", "", 200, ""},
		{"the group without the scope", nobody, token("jane@example.com", "openid"), "GET", "/api/orders/all", "", 403, "insufficient_scope"},
		{"an ID token", nobody, "Bearer " + string(s.pool.IDToken("joe@example.com")), "GET", "/api/orders", "", 401, "wrong_token"},
		{"a bad token beside a session", joe, "Bearer x", "GET", "/api/orders", "", 401, "invalid_token"},
		{"a token without scopes beside a session", joe, token("joe@example.com", "openid"), "GET", "/api/orders", "", 403, "insufficient_scope"},
		{"no JSON", joe, "", "POST", "/api/orders", "product=cup", 400, ""},
		{"an unknown field", joe, "", "POST", "/api/orders", `{"product": "cup", "quantity": 1, "cents": 1}`, 400, ""},
		{"no quantity", joe, "", "POST", "/api/orders", `{"product": "cup"}`, 422, ""},
		{"what is for others", joe, "", "POST", "/api/orders", `{"product": "reserve", "quantity": 1}`, 422, ""},
		{"far too much", joe, "", "POST", "/api/orders", `{"product": "` + strings.Repeat("x", maxBody) + `"}`, 400, ""},
	}
	for _, tt := range tests {
		status, code := tt.v.call(tt.method, tt.path, tt.authorization, tt.body)
		if status != tt.status || code != tt.code {
			t.Errorf("%s: %s %s = %d %q, want %d %q", tt.name, tt.method, tt.path, status, code, tt.status, tt.code)
		}
	}
	if status, code := joe.call("POST", "/api/orders", "", order, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); status != 403 || code != "cross_origin" {
		t.Errorf("a session's order from another site = %d %q, want 403 cross_origin", status, code)
	}
	// The token and the session are one user, with the orders of both.
	if n := strings.Count(joe.get("/orders").body, "Stoneware cup"); n != 2 {
		t.Errorf("joe has %d orders, want the session's and the token's", n)
	}
	for range 2 {
		joe.call("POST", "/api/orders", "", order, "Idempotency-Key", "one")
	}
	if n := strings.Count(joe.get("/orders").body, "Stoneware cup"); n != 3 {
		t.Errorf("joe has %d orders, want one more for both requests with one key", n)
	}
	users, err := s.app.db.Users(t.Context())
	if err != nil || len(users) != 3 {
		t.Errorf("Users() = %d, %v, want joe, jane, and pat by her token", len(users), err)
	}
}

// call makes a request of a program, and returns the code of a problem.
func (v *visit) call(method, path, authorization, body string, header ...string) (status int, code string) {
	v.t.Helper()
	req, err := http.NewRequest(method, v.s.url+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := (&http.Client{Jar: v.browser.Jar}).Do(req) // a script, and no navigation
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, _ := io.ReadAll(resp.Body)
	var problem struct{ Code string }
	if err := json.Unmarshal(text, &problem); err != nil {
		v.t.Errorf("%s %s answers with no JSON: %v: %s", method, path, err, text)
	}
	return resp.StatusCode, problem.Code
}

// TestForms_CrossSite: forms of other sites get nowhere.
func TestForms_CrossSite(t *testing.T) {
	s := open(t, optionCustom)
	joe := s.visit()
	joe.signIn("joe@example.com")
	for _, path := range []string{"/orders", "/files", "/files/open", "/files/delete", "/files/trespass", "/auth/logout"} {
		req, err := http.NewRequest("POST", s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", "https://evil.example")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		resp, err := joe.browser.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s from another site = %d, want 403", path, resp.StatusCode)
		}
	}
}
