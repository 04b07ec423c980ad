package web_test

import (
	"net/http"
	"net/http/httptest"
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
		{name: "page through a service worker, Chromium and WebKit", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "empty", "Accept", acceptHTML}, want: true},
		{name: "page through a service worker, Firefox", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty", "Accept", acceptHTML}, want: true},
		{name: "same-origin fetch", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty", "Accept", "*/*"}},
		{name: "same-origin fetch without Accept", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty"}},
		{name: "same-origin fetch that refuses HTML", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty", "Accept", "text/html;q=0, */*"}},
		{name: "same-origin fetch of a library", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty", "Accept", "text/html, */*", "HX-Request", "true"}},
		{name: "image through a service worker, Firefox", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "image", "Accept", acceptHTML}},
		{name: "frame through a service worker, same-origin", header: []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "iframe", "Accept", acceptHTML}},
		{name: "navigation of a browser without destinations", header: []string{"Sec-Fetch-Mode", "navigate", "Accept", acceptHTML}, want: true},
		{name: "part of a page, htmx without Fetch Metadata", header: []string{"HX-Request", "true", "Accept", "text/html, */*"}},
		{name: "part of a page, Turbo without Fetch Metadata", header: []string{"X-Turbo-Request-Id", "1", "Accept", "text/html, application/xhtml+xml"}},
		{name: "image", header: []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image", "Accept", "image/*"}},
		{name: "script", header: []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script", "Accept", "*/*"}},
		{name: "iframe", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe", "Accept", acceptHTML}},
		{name: "embed", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "embed", "Accept", acceptHTML}},
		{name: "Dest alone", header: []string{"Sec-Fetch-Dest", "empty", "Accept", acceptHTML}},
		{name: "Mode alone", header: []string{"Sec-Fetch-Mode", "cors", "Accept", acceptHTML}},
		{name: "prefetch alone", header: []string{"Sec-Purpose", "prefetch", "Accept", acceptHTML}},
		{name: "prerender alone", header: []string{"Sec-Purpose", "prerender", "Accept", acceptHTML}},
		{name: "prefetch", header: []string{"Sec-Purpose", "prefetch", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}},
		{name: "prerender", header: []string{"Sec-Purpose", "prefetch;prerender", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}},
		{name: "prefetch, older name", header: []string{"Purpose", "prefetch", "Accept", acceptHTML}},
		{name: "prefetch in Firefox", header: []string{"X-Moz", "prefetch", "Accept", acceptHTML}},
		{name: "preview in Safari", header: []string{"X-Purpose", "preview", "Accept", acceptHTML}},
		{name: "WebSocket", header: []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-Fetch-Mode", "websocket", "Sec-Fetch-Dest", "empty"}},
		{name: "WebSocket that claims to be a page", header: []string{"Upgrade", "websocket", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}},
		{name: "POST of a form", method: "POST", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}},
		{name: "HEAD", method: "HEAD", header: []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}, want: true},
		{name: "HEAD of an old browser", method: "HEAD", header: []string{"Accept", acceptHTML}, want: true},
		{name: "HEAD of a program", method: "HEAD", header: []string{"Accept", "*/*"}},
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

// TestL3_WantsPage: a person gets a page, scripts and programs get JSON.
func TestL3_WantsPage(t *testing.T) {
	tests := []struct {
		name   string
		method string
		header []string
		want   bool
	}{
		{"navigation", "GET", []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}, true},
		{"navigation without Accept", "GET", []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, true},
		{"form", "POST", []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}, true},
		{"form through a service worker", "POST", []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "empty", "Accept", acceptHTML}, true},
		{"form through a service worker, Firefox", "POST", []string{"Sec-Fetch-Mode", "same-origin", "Sec-Fetch-Dest", "empty", "Accept", acceptHTML}, true},
		{"form of an old browser", "POST", []string{"Accept", acceptHTML}, true},
		{"frame", "GET", []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe", "Accept", acceptHTML}, true},
		{"object", "GET", []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "object", "Accept", acceptHTML}, true},
		{"XHTML alone", "GET", []string{"Accept", "application/xhtml+xml"}, true},
		{"JSON and HTML alike", "GET", []string{"Accept", "text/html, application/json"}, true},
		{"JSON before HTML", "GET", []string{"Accept", "application/json, text/html;q=0.9"}, false},
		{"problem before HTML", "GET", []string{"Accept", "application/problem+json, text/html;q=0.5"}, false},
		{"HTML before JSON", "GET", []string{"Accept", "application/json;q=0.5, text/html"}, true},
		{"HTML refused", "GET", []string{"Accept", "text/html;q=0, */*"}, false},
		{"odd quality", "GET", []string{"Accept", "text/html;q=x"}, false},
		{"fetch", "POST", []string{"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Accept", "*/*"}, false},
		{"fetch that accepts HTML", "POST", []string{"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Accept", acceptHTML}, false},
		{"XMLHttpRequest of an old browser", "POST", []string{"X-Requested-With", "XMLHttpRequest", "Accept", acceptHTML}, false},
		{"image", "GET", []string{"Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image", "Accept", acceptHTML}, false},
		{"prefetch", "GET", []string{"Sec-Purpose", "prefetch", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Accept", acceptHTML}, false},
		{"WebSocket", "GET", []string{"Upgrade", "websocket", "Accept", acceptHTML}, false},
		{"program", "POST", []string{"Accept", "*/*"}, false},
		{"nothing said", "POST", nil, false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(tt.method, "/save", nil)
		for i := 0; i+1 < len(tt.header); i += 2 {
			r.Header.Set(tt.header[i], tt.header[i+1])
		}
		if got := web.WantsPage(r); got != tt.want {
			t.Errorf("%s: WantsPage = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestRefererTarget(t *testing.T) {
	for _, tt := range []struct{ referer, want string }{
		{"https://app.example.com/form?a=b#c", "/form?a=b"},
		{"https://APP.example.com", "/"},
		{"http://app.example.com/form", ""},
		{"https://app.example.com:8443/form", ""},
		{"https://evil.example/form", ""},
		{"/form", ""},
		{"https://app.example.com//evil.example/form", ""},
		{"https://app.example.com/%5Cevil.example/form", ""},
		{"%zz", ""},
		{"", ""},
	} {
		r := httptest.NewRequest("POST", "/save", nil)
		r.Header.Set("Referer", tt.referer)
		if got := web.RefererTarget(r, "https://app.example.com"); got != tt.want {
			t.Errorf("RefererTarget(%q) = %q, want %q", tt.referer, got, tt.want)
		}
	}
}
