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
	tests := []struct{ raw, want string }{
		{"/orders?page=2", "/orders?page=2"},
		{"", "/home"},
		{"//evil.example", "/home"},
		{"https://evil.example/", "/home"},
		{"/auth/login", "/home"},
	}
	for _, tt := range tests {
		if got := session.ReturnPath(tt.raw, "/auth/", "/home"); got != tt.want {
			t.Errorf("ReturnPath(%q) = %q, want %q", tt.raw, got, tt.want)
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
		session.ServeForget(rec, r)
		if got := rec.Header().Get("Clear-Site-Data"); got != want || rec.Code != http.StatusNoContent {
			t.Errorf("ServeForget(%q) = %d %q, want 204 %q", site, rec.Code, got, want)
		}
		if rec.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("ServeForget(%q): Cache-Control = %q, want no-store", site, rec.Header().Get("Cache-Control"))
		}
	}
}
