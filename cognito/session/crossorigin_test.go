package session_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestS10_Guard: behind Require, Optional and RequireSessionOrToken, a page of
// another origin can use the visitor's cookie for links alone.
func TestS10_Guard(t *testing.T) {
	sibling := []string{"Sec-Fetch-Site", "same-site", "Origin", "https://blog.example.com"}
	worker := []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://evil.example"}
	socket := []string{"Sec-Fetch-Mode", "", "Sec-Fetch-Dest", "", "Connection", "Upgrade", "Upgrade", "websocket"}
	requests := []struct {
		name, method string
		header       []string
		passes       bool
	}{
		{"own form", "POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", baseURL}, true},
		{"link of a sibling", "GET", []string{"Sec-Fetch-Site", "same-site"}, true},
		{"form of a sibling", "POST", sibling, false},
		{"form of another site", "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, false},
		{"form through a service worker of WebKit", "POST", worker, false},
		{"own WebSocket", "GET", append([]string{"Origin", baseURL}, socket...), true},
		{"WebSocket of a sibling", "GET", append([]string{"Origin", "https://blog.example.com"}, socket...), false},
	}
	for _, skip := range []bool{false, true} {
		p := newApp(t, nil, func(c *session.Config) { c.InsecureSkipCrossOriginCheck = skip })
		verifier, err := cognito.NewVerifier(cognitotest.NewPool().Config())
		if err != nil {
			t.Fatal(err)
		}
		reached := 0
		h := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ })
		routes := map[string]http.Handler{
			"Require":               p.Require(h),
			"Optional":              p.Optional(h),
			"RequireSessionOrToken": p.RequireSessionOrToken(cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}}, h),
		}
		b := signedIn(t, p)
		for route, h := range routes {
			for _, tt := range requests {
				reached = 0
				got := serve(h, b.request(tt.method, "/save", tt.header...))
				passes := tt.passes || skip
				if (reached == 1) != passes || passes != (got.status == 200) || !passes && got.status != 403 {
					t.Errorf("skip %v, %s, %s: %d, handler reached %d times, want passes %v", skip, route, tt.name, got.status, reached, passes)
				}
			}
		}
	}
}

// TestS10_Refusal: a person gets a page that goes on with a GET, a script a
// JSON problem, and the app's own page is asked.
func TestS10_Refusal(t *testing.T) {
	foreign := []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://pay.example"}
	p := newApp(t, nil, nil)
	stranger := newBrowser(t, p)
	page := serve(p, stranger.request("POST", "/account?order=7", foreign...))
	if page.status != 403 || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") || !strings.Contains(page.body, `href="/account?order=7"`) {
		t.Errorf("a form of another site = %d %s, want 403 with a page that leads on", page.status, page.body)
	}
	script := serve(p, stranger.request("POST", "/account", append(foreign, "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Accept", "*/*")...))
	var problem struct{ Code string }
	if err := json.Unmarshal([]byte(script.body), &problem); err != nil || problem.Code != "cross_origin" || script.status != 403 {
		t.Errorf("a fetch of another site = %d %s, want 403 with code cross_origin", script.status, script.body)
	}
	if log := p.log.String(); !strings.Contains(log, "cross_origin") || !strings.Contains(log, "https://pay.example") {
		t.Errorf("log = %s, want the refusal and the origin", log)
	}

	own := newApp(t, nil, func(c *session.Config) {
		c.Refused = func(w http.ResponseWriter, _ *http.Request, why session.Refusal) {
			w.WriteHeader(why.Status)
			_, _ = io.WriteString(w, string(why.Code)+" "+why.ContinueURL)
		}
	})
	serve(own, stranger.request("POST", "/account?a=b", foreign...)).want(t, "own page", 403, "cross_origin /account?a=b")
}

// TestL4_RefusalStaysHere: the link of a refusal never leads to another site,
// whatever path another site has sent the visitor to.
func TestL4_RefusalStaysHere(t *testing.T) {
	for target, want := range map[string]string{
		"/account?next=//evil.example": `href="/account?next=//evil.example"`,
		"//evil.example/x":             `href="/"`,
		`/\evil.example`:               `href="/"`,
		"/%2f/evil.example":            `href="/"`,
	} {
		p := newApp(t, nil, nil)
		r := newBrowser(t, p).request("POST", "/account", "Sec-Fetch-Site", "cross-site")
		r.RequestURI = target
		got := serve(p.Require(http.NotFoundHandler()), r)
		if got.status != http.StatusForbidden || !strings.Contains(got.body, want) || strings.Contains(got.body, `="//`) || strings.Contains(got.body, "/evil") != strings.Contains(want, "/evil") {
			t.Errorf("POST %s = %d %s, want 403 with %s and no other link", target, got.status, got.body, want)
		}
	}
}

// TestS10_UnderAnAlias: a form of the app's own page, opened under another name
// of the app, is refused. The page leads to BaseURL, where forms are taken.
func TestS10_UnderAnAlias(t *testing.T) {
	for baseURL, alias := range map[string]string{"https://www.example.com": "https://example.com", "http://localhost:8080": "http://127.0.0.1:8080"} {
		p := newApp(t, nil, func(c *session.Config) { c.BaseURL = baseURL })
		for name, at := range map[string]string{"alias": alias, "a proxy's own name": "http://backend:9000", "evil": "https://evil.example"} {
			r := newBrowser(t, p).request("POST", "/contact?x=1", "Origin", alias)
			r.Host = strings.TrimPrefix(strings.TrimPrefix(at, "https://"), "http://")
			got := serve(p.Optional(http.NotFoundHandler()), r)
			want := `href="/contact?x=1"`
			if at == alias {
				want = `href="` + baseURL + `/contact?x=1"`
			}
			if got.status != http.StatusForbidden || !strings.Contains(got.body, want) || strings.Contains(got.body, "evil") {
				t.Errorf("%s, %s: %d %s, want 403 with %s", baseURL, name, got.status, got.body, want)
			}
		}
	}
}
