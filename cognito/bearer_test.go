package cognito_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

// tokenOf is what Bearer reads of these Authorization fields.
func tokenOf(fields ...string) (cognito.AccessToken, error) {
	return cognito.Bearer{}.Token(&http.Request{Header: http.Header{"Authorization": fields}})
}

func TestBearerToken(t *testing.T) {
	none, malformed := cognito.ErrNoCredentials, cognito.ErrMalformed
	tests := []struct {
		fields []string
		token  string
		err    error
	}{
		{fields: nil, err: none},
		{fields: []string{""}, err: none},
		{fields: []string{"Bearer a.b.c"}, token: "a.b.c"},
		{fields: []string{"bearer a.b.c"}, token: "a.b.c"},
		{fields: []string{"BEARER   a-._~+/b=="}, token: "a-._~+/b=="},
		{fields: []string{" Bearer a\t"}, token: "a"},
		{fields: []string{"Bearer"}, err: malformed},
		{fields: []string{"Bearer "}, err: malformed},
		{fields: []string{"Bearer\ta.b.c"}, err: malformed},
		{fields: []string{"Bearer \ta.b.c"}, err: malformed},
		{fields: []string{"Bearer a.b.c d"}, err: malformed},
		{fields: []string{"Bearer a.b.c, Bearer d.e.f"}, err: malformed},
		{fields: []string{"Bearer a.b.c,Basic eA=="}, err: malformed},
		{fields: []string{"Bearer,a"}, err: malformed},
		{fields: []string{`Bearer "a.b.c"`}, err: malformed},
		{fields: []string{"Bearer a=b"}, err: malformed},
		{fields: []string{"Bearer =="}, err: malformed},
		{fields: []string{"Bearer a\x00b"}, err: malformed},
		{fields: []string{"Bearer a\r\nX: y"}, err: malformed},
		{fields: []string{"Bearer \u00e9"}, err: malformed},
		{fields: []string{"Bearer:a"}, err: malformed},
		{fields: []string{"Bearer/a"}, err: malformed},
		{fields: []string{"BearerToken a"}, err: none},
		{fields: []string{"Bearer. a"}, err: none},
		{fields: []string{"Basic Zm9vOmJhcg=="}, err: none},
		{fields: []string{"Basic a, Bearer b"}, err: none},
		{fields: []string{"a.b.c"}, err: none},
		{fields: []string{"DPoP a.b.c"}, err: none},
		{fields: []string{"Bearer a", "Bearer a"}, err: malformed},
		{fields: []string{"Basic a", "Bearer b"}, err: malformed},
		{fields: []string{"", ""}, err: malformed},
	}
	for _, tt := range tests {
		token, err := tokenOf(tt.fields...)
		if string(token) != tt.token || !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
			t.Errorf("Token(%q) = %q, %v, want %q, %v", tt.fields, string(token), err, tt.token, tt.err)
		}
	}
}

// FuzzE3_Authorization: whatever a header says, there is a token or an error. A
// token is one that the header ends with. Nothing that begins with the word
// Bearer passes for no credentials.
func FuzzE3_Authorization(f *testing.F) {
	for _, s := range []string{"Bearer a.b.c", "bearer  x==", "Bearer", "Bearer\tx", "Basic eA==", "Bearer a, Bearer b", "BearerX y", " Bearer \x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, field string) {
		token, err := tokenOf(field)
		if (token == "") != (err != nil) {
			t.Fatalf("Token(%q) = %q, %v: want one of them", field, string(token), err)
		}
		trimmed := strings.Trim(field, " \t")
		words := strings.FieldsFunc(trimmed, func(c rune) bool { return c == ' ' || c == '\t' || c == ',' })
		bearer := len(words) > 0 && strings.EqualFold(words[0], "Bearer") && !strings.HasPrefix(trimmed, ",")
		switch {
		case err == nil && (!bearer || len(words) != 2 || words[1] != string(token) || strings.ContainsAny(trimmed, "\t,\"\\\r\n")):
			t.Fatalf("Token(%q) = %q", field, string(token))
		case errors.Is(err, cognito.ErrNoCredentials) && bearer:
			t.Fatalf("Token(%q) sees no credentials", field)
		}
		if _, err := tokenOf(field, field); !errors.Is(err, cognito.ErrMalformed) {
			t.Fatalf("Token of two = %v, want ErrMalformed", err)
		}
	})
}

func TestTokenFrom(t *testing.T) {
	pool := newPool(t)
	good := pool.AccessToken("jane")
	asked := 0
	guard := cognito.Guard{Logger: discard, Authenticator: cognito.Bearer{
		Verifier: newVerifier(t, pool),
		TokenFrom: func(r *http.Request) cognito.AccessToken {
			asked++
			return cognito.AccessToken(r.URL.Query().Get("access_token"))
		},
	}}
	h := guard.Require(http.HandlerFunc(sub))
	tests := []struct {
		name   string
		header string
		query  string
		status int
		asked  int
	}{
		{"in the query", "", string(good), 200, 1},
		{"nowhere", "", "", 401, 1},
		{"bad", "", "x", 401, 1},
		{"another scheme", "Basic eA==", string(good), 200, 1},
		{"header wins", "Bearer " + string(good), "x", 200, 0},
		{"a bad header too", "Bearer x", string(good), 401, 0},
		{"a malformed header too", "Bearer", string(good), 400, 0},
	}
	for _, tt := range tests {
		asked = 0
		if got := call(h, "GET", "/?access_token="+tt.query, tt.header); got.Code != tt.status || asked != tt.asked {
			t.Errorf("%s: %d after asking %d times, want %d after %d", tt.name, got.Code, asked, tt.status, tt.asked)
		}
	}
	plain := cognito.RequireToken(newVerifier(t, pool), http.HandlerFunc(sub))
	if got := call(plain, "GET", "/?access_token="+string(good), ""); got.Code != 401 {
		t.Errorf("a token in the URL, unasked for: %d, want 401", got.Code)
	}
}
