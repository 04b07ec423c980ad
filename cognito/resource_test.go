package cognito_test

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

const apiURL = "https://api.example.com/mcp"

func newResource(edit ...func(*cognito.Resource)) *cognito.Resource {
	r := &cognito.Resource{
		URL: apiURL, Pool: cognito.Config{UserPoolID: poolID, ClientID: clientID, Domain: "shop"},
		Name: "The shop", Scopes: []string{"orders/read", "orders/write"}, Documentation: "https://example.com/docs",
	}
	for _, e := range edit {
		e(r)
	}
	return r
}

func decode(t *testing.T, rec *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &doc); err != nil {
		t.Fatalf("%d %s: %v", rec.Code, rec.Body, err)
	}
	return doc
}

// TestResourceMetadata: the document is at both well-known paths (RFC 9728
// section 3.1), whatever the request's Host says, and pages may read it.
func TestResourceMetadata(t *testing.T) {
	want := map[string]any{
		"resource": apiURL, "authorization_servers": []any{"https://cognito-idp.eu-west-1.amazonaws.com/" + poolID},
		"scopes_supported": []any{"orders/read", "orders/write"}, "bearer_methods_supported": []any{"header"},
		"resource_name": "The shop", "resource_documentation": "https://example.com/docs",
	}
	r := newResource()
	if got := r.MetadataURL(); got != "https://api.example.com/.well-known/oauth-protected-resource/mcp" {
		t.Errorf("MetadataURL = %q", got)
	}
	for _, path := range []string{"/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"} {
		req := httptest.NewRequest("GET", path, nil)
		req.Host, req.Header["Origin"] = "evil.example", []string{"https://app.example"}
		rec := httptest.NewRecorder()
		r.ServeHTTP(rec, req)
		if got := decode(t, rec); rec.Code != 200 || !reflect.DeepEqual(got, want) {
			t.Errorf("GET %s = %d %v, want %v", path, rec.Code, got, want)
		}
		h := rec.Header()
		if h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s: headers %v", path, h)
		}
		if got := call(r, "HEAD", path); got.Code != 200 || got.Body.Len() > 0 {
			t.Errorf("HEAD %s = %d %s", path, got.Code, got.Body)
		}
		preflight := call(r, "OPTIONS", path)
		if preflight.Code != 204 || preflight.Header().Get("Access-Control-Allow-Headers") != "*" || preflight.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("OPTIONS %s = %d %v", path, preflight.Code, preflight.Header())
		}
		if got := call(r, "POST", path); got.Code != 405 || got.Header().Get("Allow") == "" {
			t.Errorf("POST %s = %d, Allow %q", path, got.Code, got.Header().Get("Allow"))
		}
	}
	for _, path := range []string{"/", "/mcp", "/.well-known/oauth-protected-resource/", "/.well-known/oauth-protected-resource/mcp/", "/.well-known/oauth-protected-resource/other", "/.well-known/oauth-authorization-server"} {
		if got := call(r, "GET", path); got.Code != 404 {
			t.Errorf("GET %s = %d %s, want 404", path, got.Code, got.Body)
		}
	}
	bare := decode(t, call(&cognito.Resource{URL: "https://api.example.com", Pool: r.Pool}, "GET", "/.well-known/oauth-protected-resource"))
	for _, name := range []string{"scopes_supported", "resource_name", "resource_documentation"} {
		if _, ok := bare[name]; ok {
			t.Errorf("the metadata has an empty %s: RFC 9728 section 3.2 wants it left out", name)
		}
	}
}

func TestResourceMetadataURL(t *testing.T) {
	for url, want := range map[string]string{
		"https://api.example.com":             "https://api.example.com/.well-known/oauth-protected-resource",
		"https://api.example.com/":            "https://api.example.com/.well-known/oauth-protected-resource",
		"https://api.example.com/a/b/":        "https://api.example.com/.well-known/oauth-protected-resource/a/b/",
		"https://api.example.com/a?b=c":       "https://api.example.com/.well-known/oauth-protected-resource/a?b=c",
		"http://localhost:8080/caf%C3%A9":     "http://localhost:8080/.well-known/oauth-protected-resource/caf%C3%A9",
		"https://api.example.com:8443/a%2Fb/": "https://api.example.com:8443/.well-known/oauth-protected-resource/a%2Fb/",
	} {
		r := newResource(func(r *cognito.Resource) { r.URL = url })
		if got := r.MetadataURL(); got != want {
			t.Errorf("MetadataURL of %s = %s, want %s", url, got, want)
		}
		if err := r.Validate(); err != nil {
			t.Errorf("Validate(%s) = %v", url, err)
		}
		if got := call(r, "GET", strings.TrimPrefix(strings.TrimPrefix(want, "https://"), "http://")[strings.Index(strings.TrimPrefix(strings.TrimPrefix(want, "https://"), "http://"), "/"):]); got.Code != 200 {
			t.Errorf("GET %s = %d %s", want, got.Code, got.Body)
		}
	}
}

// TestResourceDescribesItsServer: what MCP clients insist on and Cognito's own
// document lacks.
func TestResourceDescribesItsServer(t *testing.T) {
	r := newResource(func(r *cognito.Resource) { r.DescribeServer = true })
	if got := decode(t, call(r, "GET", "/.well-known/oauth-protected-resource"))["authorization_servers"]; !reflect.DeepEqual(got, []any{"https://api.example.com"}) {
		t.Errorf("authorization_servers = %v, want this host", got)
	}
	got := decode(t, call(r, "GET", "/.well-known/oauth-authorization-server"))
	for name, want := range map[string]any{
		"issuer":                           "https://api.example.com",
		"authorization_endpoint":           "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/authorize",
		"token_endpoint":                   "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token",
		"code_challenge_methods_supported": []any{"S256"},
		"response_types_supported":         []any{"code"},
	} {
		if !reflect.DeepEqual(got[name], want) {
			t.Errorf("%s = %v, want %v", name, got[name], want)
		}
	}
}

func TestE2_ResourceProblems(t *testing.T) {
	if err := newResource().Validate(); err != nil {
		t.Fatal(err)
	}
	for want, r := range map[string]*cognito.Resource{
		"URL":        newResource(func(r *cognito.Resource) { r.URL = "" }),
		"fragment":   newResource(func(r *cognito.Resource) { r.URL += "#a" }),
		"https":      newResource(func(r *cognito.Resource) { r.URL = "app://orders" }),
		"loopback":   newResource(func(r *cognito.Resource) { r.URL = "http://api.example.com" }),
		"UserPoolID": newResource(func(r *cognito.Resource) { r.Pool.UserPoolID = "" }),
		"Scopes":     newResource(func(r *cognito.Resource) { r.Scopes = []string{"a b"} }),
		"Domain":     newResource(func(r *cognito.Resource) { r.DescribeServer = true; r.Pool.Domain = "" }),
	} {
		if err := r.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Validate = %v, want %s in it", err, want)
		}
		if got := call(r, "GET", "/.well-known/oauth-protected-resource"); got.Code != 500 {
			t.Errorf("%s: GET = %d %s, want 500", want, got.Code, got.Body)
		}
	}
}

// TestT2_ForResource: an API that names its resource takes only tokens whose
// aud is that and nothing else, by the Verifier's setting and by the Guard's.
func TestT2_ForResource(t *testing.T) {
	pool := newPool(t)
	const other = "https://other.example.com"
	both := func(c *cognito.Config) { c.Resources = []string{apiURL, other} }
	demands := newVerifier(t, pool, both, func(c *cognito.Config) { c.ForResource = apiURL })
	cached := newVerifier(t, pool, both, func(c *cognito.Config) { c.ForResource = apiURL; c.TokenCache = 100 })
	guard := cognito.Guard{Logger: discard, Authenticator: cognito.Bearer{Verifier: newVerifier(t, pool, both)}, Resource: newResource()}
	h := guard.Require(http.HandlerFunc(sub))
	for _, tt := range []struct {
		name  string
		aud   any
		check string
	}{
		{"none", nil, "aud"},
		{"ours", apiURL, ""},
		{"ours in a list", []string{apiURL}, ""},
		{"another", other, "aud"},
		{"ours and another", []string{apiURL, other}, "aud"},
		{"ours and the client", []string{apiURL, clientID}, "aud"},
		{"the client", clientID, "aud"},
		{"with a slash", apiURL + "/", "aud"},
		{"below it", apiURL + "/a", "aud"},
		{"empty", "", "aud"},
		{"an empty list", []string{}, "aud"},
	} {
		edit := set("aud", tt.aud)
		if tt.aud == nil {
			edit = without("aud")
		}
		token := mint(pool, "access", edit)
		wantCheck(t, "ForResource, "+tt.name, verify(t, demands, "access", token), tt.check, token)
		for range 2 {
			wantCheck(t, "ForResource with a cache, "+tt.name, verify(t, cached, "access", token), tt.check, token)
		}
		got := call(h, "GET", "/", "Bearer "+token)
		if tt.check == "" {
			if got.Code != 200 {
				t.Errorf("Guard.Resource, %s: %d %s", tt.name, got.Code, got.Body)
			}
			continue
		}
		wantProblem(t, "Guard.Resource, "+tt.name, got, 401, "invalid_token", `Bearer error="invalid_token", error_description="The token is not valid here.", `+
			`scope="orders/read orders/write", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"`)
	}
	wantCheck(t, "an ID token", verify(t, demands, "access", mint(pool, "id")), "token_use", mint(pool, "id"))
	if _, err := cognito.NewVerifier(cognito.Config{UserPoolID: poolID, ClientID: clientID, ForResource: "api"}); err == nil || !strings.Contains(err.Error(), "ForResource") {
		t.Errorf("NewVerifier with a resource that is none = %v", err)
	}
}

// An API that OAuth clients find their way around by themselves.
func ExampleResource() {
	pool := examplePool()
	cfg := pool.Config()
	cfg.ForResource = "https://api.example.com/mcp"
	verifier, err := cognito.NewVerifier(cfg)
	if err != nil {
		log.Fatal(err)
	}
	api := &cognito.Resource{URL: cfg.ForResource, Pool: cfg, Scopes: []string{"orders/read"}}
	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}, Resource: api}
	mux := http.NewServeMux()
	mux.Handle("/.well-known/", api)
	mux.Handle("/mcp", guard.Require(http.NotFoundHandler(), cognito.AllScopes("orders/read")))

	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, httptest.NewRequest("POST", "/mcp", nil))
	fmt.Println(rec.Code, rec.Header().Get("WWW-Authenticate"))
	// Output: 401 Bearer scope="orders/read", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"
}
