package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/web"
)

const acceptHTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

func TestL3_IsNavigation(t *testing.T) {
	tests := []struct {
		name   string
		method string // empty means GET
		header []string
		want   bool
	}{
		{name: "page in a current browser", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}, want: true},
		{name: "page, Accept missing", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, want: true},
		{name: "page that asks to be upgraded to https", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Upgrade-Insecure-Requests", "1"}, want: true},
		{name: "page in an old browser", header: []string{"Accept", acceptHTML}, want: true},
		{name: "page in an old browser, upper case", header: []string{"Accept", "TEXT/HTML"}, want: true},
		{name: "fetch", header: []string{"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Accept", "*/*"}},
		{name: "fetch that accepts HTML", header: []string{"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Accept", acceptHTML}},
		{name: "same-origin fetch", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty", "Accept", acceptHTML}},
		{name: "image", header: []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image", "Accept", "image/*"}},
		{name: "script", header: []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script", "Accept", "*/*"}},
		{name: "iframe", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe", "Accept", acceptHTML}},
		{name: "embed", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "embed", "Accept", acceptHTML}},
		{name: "Dest alone", header: []string{"Sec-Fetch-Dest", "empty", "Accept", acceptHTML}},
		{name: "Mode alone", header: []string{"Sec-Fetch-Mode", "cors", "Accept", acceptHTML}},
		{name: "prefetch", header: []string{"Sec-Purpose", "prefetch", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}},
		{name: "prerender", header: []string{"Sec-Purpose", "prefetch;prerender", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}},
		{name: "prefetch, older name", header: []string{"Purpose", "prefetch", "Accept", acceptHTML}},
		{name: "prefetch in Firefox", header: []string{"X-Moz", "prefetch", "Accept", acceptHTML}},
		{name: "preview in Safari", header: []string{"X-Purpose", "preview", "Accept", acceptHTML}},
		{name: "WebSocket", header: []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-Fetch-Mode", "websocket", "Sec-Fetch-Dest", "empty"}},
		{name: "WebSocket that claims to be a page", header: []string{"Upgrade", "websocket", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}},
		{name: "POST of a form", method: "POST", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}},
		{name: "HEAD", method: "HEAD", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}},
		{name: "PUT", method: "PUT", header: []string{"Accept", acceptHTML}},
		{name: "XMLHttpRequest of an old browser", header: []string{"X-Requested-With", "XMLHttpRequest", "Accept", acceptHTML}},
		{name: "program", header: []string{"Accept", "application/json"}},
		{name: "program that takes anything", header: []string{"Accept", "*/*"}},
		{name: "nothing said"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			method := tt.method
			if method == "" {
				method = http.MethodGet
			}
			r := httptest.NewRequest(method, "/account", nil)
			for i := 0; i+1 < len(tt.header); i += 2 {
				r.Header.Set(tt.header[i], tt.header[i+1])
			}
			if got := web.IsNavigation(r); got != tt.want {
				t.Errorf("IsNavigation = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestC7_Problem(t *testing.T) {
	rec := httptest.NewRecorder()
	web.WriteProblem(rec, &web.Problem{Status: 401, Title: "Sign-in required", Code: "sign_in_required", LoginURL: "/auth/login?a=1&b=</script>"})
	res := rec.Result()
	want := map[string]string{
		"Cache-Control":           "no-store",
		"Content-Type":            "application/problem+json",
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Www-Authenticate":        "Cookie",
	}
	for name, value := range want {
		if got := res.Header.Get(name); got != value {
			t.Errorf("WriteProblem(401): %s = %q, want %q", name, got, value)
		}
	}
	body, _ := io.ReadAll(res.Body)
	var got map[string]any
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("WriteProblem wrote %s: %v", body, err)
	}
	for name, value := range map[string]any{"status": 401.0, "title": "Sign-in required", "code": "sign_in_required", "login_url": "/auth/login?a=1&b=</script>"} {
		if got[name] != value {
			t.Errorf("WriteProblem: %s = %v, want %v", name, got[name], value)
		}
	}
	if _, found := got["detail"]; found || res.StatusCode != 401 {
		t.Errorf("WriteProblem = %d %s, want 401 without detail", res.StatusCode, body)
	}
	if strings.Contains(string(body), "</script>") {
		t.Errorf("WriteProblem wrote %s, want markup escaped", body)
	}

	rec = httptest.NewRecorder()
	web.WriteProblem(rec, &web.Problem{Status: 403, Title: "No", Code: "forbidden"})
	if got := rec.Header().Get("WWW-Authenticate"); rec.Code != 403 || got != "" {
		t.Errorf("WriteProblem(403) = %d with WWW-Authenticate %q, want none", rec.Code, got)
	}
}
