package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/web"
)

// TestS1_SiteCookies: what browsers demand by a cookie's name is what the
// cookie has, at the root and below a path. Two apps on one host have cookies
// of different names.
func TestS1_SiteCookies(t *testing.T) {
	for base, want := range map[string]struct{ name, path string }{
		"https://app.example.com":        {"__Host-session", "/"},
		"https://app.example.com:8443":   {"__Host-session_8443", "/"},
		"https://example.com/app":        {"__Secure-session_app", "/app"},
		"https://example.com/app/v1.2":   {"__Secure-session_app_v1_2", "/app/v1.2"},
		"http://localhost:8080":          {"cognito_session_8080", "/"},
		"http://localhost:8080/app":      {"cognito_session_8080_app", "/app"},
		"http://127.0.0.1/app":           {"cognito_session_app", "/app"},
		"https://localhost:8080/app":     {"__Secure-cognito_session_8080_app", "/app"},
		"https://example.com/" + longest: {"__Secure-session_" + longest[:31], "/" + longest},
	} {
		site := web.NewSite(base)
		name := site.SessionCookie("")
		c := site.Cookie(name, "value", time.Hour)
		if name != want.name || c.Path != want.path {
			t.Errorf("%s: the cookie is %s with Path=%s, want %s with %s", base, name, c.Path, want.name, want.path)
		}
		if secure := strings.HasPrefix(base, "https:"); c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Domain != "" {
			t.Errorf("%s: the cookie is %v", base, c)
		}
		if err := c.Valid(); err != nil {
			t.Errorf("%s: %v", base, err)
		}
		if strings.HasPrefix(name, "__Host-") && (!c.Secure || c.Path != "/") || strings.HasPrefix(name, "__Secure-") && !c.Secure {
			t.Errorf("%s: browsers refuse %v", base, c)
		}
	}
	if got := web.NewSite("https://example.com/app").SessionCookie("sid"); got != "__Secure-sid" {
		t.Errorf("a chosen name becomes %s, want __Secure-sid", got)
	}
}

const longest = "a-path-that-is-longer-than-what-a-cookie-name-keeps-of-it"

// TestL4_SiteTarget: what the browser asked for, however the request came here.
func TestL4_SiteTarget(t *testing.T) {
	for _, tt := range []struct{ base, uri, want string }{
		{"https://example.com", "/page?x=1", "/page?x=1"},
		{"https://example.com", "/app/page", "/app/page"},
		{"https://example.com/app", "/app/page?x=/app", "/app/page?x=/app"}, // mounted below, or StripPrefix
		{"https://example.com/app", "/page?x=1", "/app/page?x=1"},           // a proxy took /app off
		{"https://example.com/app", "/app", "/app"},
		{"https://example.com/app", "/app?x=1", "/app?x=1"},
		{"https://example.com/app", "/", "/app/"},
		{"https://example.com/app", "/?x=1", "/app/?x=1"},
		{"https://example.com/app", "/apple", "/app/apple"},
		{"https://example.com/app", "/appendix/app", "/app/appendix/app"},
		{"https://example.com/app", "/app/app/page", "/app/app/page"},
		{"https://example.com/app", "//evil.example/app", "/app//evil.example/app"},
		{"https://example.com/a/b", "/a/page", "/a/b/a/page"},
		{"https://example.com/app", "https://example.com/app/page", "/app/page"},
		// Links to these would lead to another site.
		{"https://example.com", "//evil.example/x", ""},
		{"https://example.com", "//evil.example?x=1", ""},
		{"https://example.com", "///evil.example", ""},
		{"https://example.com", "/\\evil.example/x", ""},
		{"https://example.com", "/%2fevil.example/x", ""},
		{"https://example.com", "/a/..//evil.example/x", ""},
		{"https://example.com/app", "/app/..//evil.example", ""},
		{"https://example.com", "/page//x?y=//evil.example", "/page//x?y=//evil.example"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RequestURI = tt.uri
		if strings.HasPrefix(tt.uri, "http") {
			r = httptest.NewRequest("GET", tt.uri, nil)
		}
		if got := web.NewSite(tt.base).Target(r); got != tt.want {
			t.Errorf("at %s, %s is %s to the browser, want %s", tt.base, tt.uri, got, tt.want)
		}
	}
}

// An endpoint that is a single path covers nothing below it.
func TestL4_OwnPaths(t *testing.T) {
	for raw, ok := range map[string]bool{
		"/app/callback": false, "/app/Callback": false, "/app/callback/": false, "/app/%63allback": false, "/app/callback?code=1": false,
		"/app/callback/x": true, "/app/callbacks": true, "/app/auth": false, "/app/auth/x": false, "/app/authors": true, "/auth/x": true, "/other": true,
	} {
		if got := web.ReturnPath(raw, "", "/app/auth/", "/app/callback"); (got == raw) != ok {
			t.Errorf("ReturnPath(%s) = %q, want it kept: %t", raw, got, ok)
		}
	}
}
