package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/web"
)

const fallback = "/home"

func TestL4_ReturnPath(t *testing.T) {
	kept := []string{
		"/", "/account", "/a/b?x=1&y=%2F", "/a//b", "/a/../b", "/caf%C3%A9", "/my%20file", "/100%25", "/authors",
		"/search?q=https://example.com/", "/a:b", "/@user", "/~user/a?b=~", "/!",
		"/a%25252525b", // encoded four times
	}
	for _, raw := range kept {
		if got := web.ReturnPath(raw, fallback, "/auth/"); got != raw {
			t.Errorf("ReturnPath(%q) = %q, want it kept", raw, got)
		}
	}
	refused := []string{
		"", "account", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "https://evil.example/", "javascript:alert(1)",
		"/%2Fevil.example", "/%2fevil.example", "/%5Cevil.example", "/%252Fevil.example", "/%25252Fevil.example", "/%2525252525252Fevil.example",
		"/..//evil.example", "/a/..//evil.example", "/.//evil.example", "/%2e//evil.example", "/a/%2E%2e//evil.example",
		"/\tevil", "/a\r\nSet-Cookie:x", "/a%0d%0aSet-Cookie:x", "/a%00", "/\u00a0", "/%c2%85", "/%ff",
		"/a#fragment", "/%zz", " /a", "/a b",
		"/a%2525252525b", // encoded five times
		"/auth", "/auth/", "/auth/login", "/AUTH/login", "/x/../auth/login", "/%61uth/login", "/auth/../auth/logout", "/./auth/callback",
		"/" + strings.Repeat("a", web.MaxReturnPath),
	}
	for _, raw := range refused {
		if got := web.ReturnPath(raw, fallback, "/auth/"); got != fallback {
			t.Errorf("ReturnPath(%q) = %q, want the default page", raw, got)
		}
	}
}

// FuzzReturnPath: a browser follows what is kept, and a router decodes it,
// however often. The result is a path of the same site and none of our own
// endpoints.
func FuzzReturnPath(f *testing.F) {
	for _, s := range []string{"/", "/a?b=c", "//e", "/%2F/e", "/a/..//e", `/\e`, "/auth/login", "/%2561uth/x", "/a%0a"} {
		f.Add(s)
	}
	base, _ := url.Parse("https://app.example.com/auth/callback")
	f.Fuzz(func(t *testing.T, raw string) {
		kept := web.ReturnPath(raw, fallback, "/auth/")
		if kept == fallback {
			return
		}
		rec := httptest.NewRecorder()
		http.Redirect(rec, httptest.NewRequest("GET", "/auth/callback", nil), kept, http.StatusSeeOther)
		for _, location := range []string{kept, rec.Header().Get("Location")} {
			u, err := base.Parse(location)
			if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || len(location) > web.MaxReturnPath {
				t.Fatalf("ReturnPath(%q) kept %q, which leads to %v (%v)", raw, location, u, err)
			}
			p := u.EscapedPath()
			for range 6 {
				clean := path.Clean(p)
				if strings.HasPrefix(p, "//") || strings.HasPrefix(p, `/\`) || strings.EqualFold(clean, "/auth") || strings.HasPrefix(strings.ToLower(clean), "/auth/") {
					t.Fatalf("ReturnPath(%q) kept %q, which decodes to %q", raw, location, p)
				}
				next, err := url.PathUnescape(p)
				if err != nil || next == p {
					break
				}
				p = next
			}
		}
	})
}
