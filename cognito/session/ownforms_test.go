package session_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestL4_OwnForms: the return path of an app's own sign-in page. What counts
// as a path of this site is tested where it is decided, in internal/web.
func TestL4_OwnForms(t *testing.T) {
	tests := []struct{ base, login, raw, want string }{
		{raw: "/orders?page=2", want: "/orders?page=2"},
		{raw: "", want: "/home"},
		{raw: "//evil.example", want: "/home"},
		{raw: "https://evil.example/", want: "/home"},
		{raw: "/auth/login", want: "/home"},
		{raw: "/auth/challenge?x=1", want: "/home"},
		{raw: "/x/../auth/login", want: "/home"},
		{raw: "/authors", want: "/authors"},
		{login: "/sign-in", raw: "/sign-in?return_to=/", want: "/home"},
		{login: "/sign-in", raw: "/sign-in-help", want: "/sign-in-help"},
		{login: "/sign-in", raw: "/auth/login", want: "/auth/login"},
		{base: "https://example.com/app", raw: "/app/auth/login", want: "/home"},
		{base: "https://example.com/app", raw: "/app/orders", want: "/app/orders"},
	}
	for _, tt := range tests {
		p := newApp(t, nil, func(c *session.Config) {
			c.LoginPath = tt.login
			if tt.base != "" {
				c.BaseURL = tt.base
			}
		})
		if got := p.ReturnPath(tt.raw, "/home"); got != tt.want {
			t.Errorf("login at %q: ReturnPath(%q) = %q, want %q", tt.login, tt.raw, got, tt.want)
		}
	}
}

// TestO2_Forget: the pages behind Back go, for this site's own signed-out
// page alone.
func TestO2_Forget(t *testing.T) {
	for site, want := range map[string]string{"same-origin": `"cache"`, "same-site": "", "cross-site": "", "none": "", "": ""} {
		rec := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/auth/forget", nil)
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
		newApp(t, nil, nil).ServeForget(rec, r)
		if got := rec.Header().Get("Clear-Site-Data"); got != want || rec.Code != http.StatusNoContent {
			t.Errorf("ServeForget(%q) = %d %q, want 204 %q", site, rec.Code, got, want)
		}
		if rec.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("ServeForget(%q): Cache-Control = %q, want no-store", site, rec.Header().Get("Cache-Control"))
		}
	}
}
