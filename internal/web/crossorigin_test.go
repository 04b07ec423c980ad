package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/web"
)

func TestS10_CrossOrigin(t *testing.T) {
	const own = "https://app.example.com"
	handshake := []string{"Connection", "Upgrade", "Upgrade", "websocket"}
	tests := []struct {
		name   string
		method string
		header []string
		passes bool
	}{
		{"link from anywhere", "GET", []string{"Sec-Fetch-Site", "cross-site"}, true},
		{"HEAD from anywhere", "HEAD", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, true},
		{"CORS preflight", "OPTIONS", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, true},
		{"form of this site", "POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", own}, true},
		{"typed", "POST", []string{"Sec-Fetch-Site", "none"}, true},
		{"no browser", "POST", nil, true},
		{"no browser, DELETE", "DELETE", nil, true},
		{"old browser", "PUT", []string{"Origin", own}, true},
		{"other site", "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, false},
		{"other site without Origin", "POST", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"sibling", "POST", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://blog.example.com"}, false},
		{"sibling, PATCH", "PATCH", []string{"Sec-Fetch-Site", "same-site"}, false},
		{"unknown method", "PURGE", []string{"Sec-Fetch-Site", "same-site"}, false},
		{"old browser, other site", "POST", []string{"Origin", "https://evil.example"}, false},
		{"other port", "POST", []string{"Origin", own + ":8443"}, false},
		{"other scheme", "POST", []string{"Origin", "http://app.example.com"}, false},
		{"service worker of WebKit", "POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://evil.example"}, false},
		{"service worker of WebKit, no referrer", "POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", "null"}, false},
		{"typed with a foreign Origin", "POST", []string{"Sec-Fetch-Site", "none", "Origin", "https://evil.example"}, false},
		{"two Origins", "POST", []string{"Origin", own, "Origin", "https://evil.example"}, false},
		{"WebSocket of this site", "GET", append([]string{"Origin", own}, handshake...), true},
		{"WebSocket of a program", "GET", handshake, true},
		{"WebSocket of a sibling", "GET", append([]string{"Origin", "https://blog.example.com"}, handshake...), false},
		{"WebSocket of a sandboxed frame", "GET", append([]string{"Origin", "null"}, handshake...), false},
		{"WebSocket, odd case", "GET", []string{"Origin", "https://evil.example", "Upgrade", "foo, WebSocket"}, false},
		{"WebSocket of another site by Sec-Fetch-Site", "GET", append([]string{"Sec-Fetch-Site", "cross-site"}, handshake...), false},
		{"WebSocket over HTTP/2", "CONNECT", []string{"Origin", "https://evil.example"}, false},
	}
	guard := web.NewCrossOrigin(own)
	for _, tt := range tests {
		r := httptest.NewRequest(tt.method, "/save", nil)
		r.Host = "internal:8080" // as a proxy may write it
		for i := 0; i < len(tt.header); i += 2 {
			r.Header.Add(tt.header[i], tt.header[i+1])
		}
		if err := guard.Check(r); (err == nil) != tt.passes {
			t.Errorf("%s: Check() = %v, want passes %v", tt.name, err, tt.passes)
		}
		if r.Method != tt.method {
			t.Errorf("%s: Check() changed the method to %s", tt.name, r.Method)
		}
	}
}

// TestS10_OwnOrigin: browsers write an origin in lower case and without the
// scheme's own port.
func TestS10_OwnOrigin(t *testing.T) {
	for base, origin := range map[string]string{
		"https://App.Example.com":         "https://app.example.com",
		"https://app.example.com:443":     "https://app.example.com",
		"https://app.example.com/app":     "https://app.example.com",
		"http://localhost:80/":            "http://localhost",
		"http://localhost:8080":           "http://localhost:8080",
		"https://app.example.com:80/path": "https://app.example.com:80",
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header.Set("Origin", origin)
		if err := web.NewCrossOrigin(base).Check(r); err != nil {
			t.Errorf("app at %s, Origin %s: %v", base, origin, err)
		}
	}
}

// TestCrossOrigin_NamesBothOrigins: the error names the page's origin and the
// app's, so that a wrong APP_URL is seen in the log. It bounds what a client
// sends.
func TestCrossOrigin_NamesBothOrigins(t *testing.T) {
	guard := web.NewCrossOrigin("https://app.example.com")
	for origin, want := range map[string]string{
		"http://localhost:8080":                         `"http://localhost:8080"`,
		"https://evil.example\nlevel=ERROR":             `"https://evil.example\nlevel=ERROR"`,
		"https://" + strings.Repeat("x", 4096) + ".com": "",
	} {
		r := httptest.NewRequest("POST", "/save", nil)
		r.Header["Origin"] = []string{origin}
		err := guard.Check(r)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "the app is at https://app.example.com: ") || !strings.Contains(err.Error(), "APP_URL") || len(err.Error()) > 600 {
			t.Errorf("Check() of a page of %.40q = %v", origin, err)
		}
	}
}
