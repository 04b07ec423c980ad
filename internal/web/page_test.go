package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/web"
)

var styleElement = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

// TestC7_Page checks the headers of a page, and that its policy names what
// the page uses and nothing else.
func TestC7_Page(t *testing.T) {
	rec := httptest.NewRecorder()
	(&web.Page{Title: "Please try again", Text: []string{"One.", "Two."}, FormTargets: []string{"https://auth.example.com"}}).Write(rec, 503)
	body := rec.Body.String()
	style := styleElement.FindStringSubmatch(body)
	if style == nil {
		t.Fatalf("Write gave no style sheet: %s", body)
	}
	sum := sha256.Sum256([]byte(style[1]))
	want := map[string]string{
		"Cache-Control":          "no-store",
		"Content-Type":           "text/html; charset=utf-8",
		"Content-Length":         strconv.Itoa(len(body)),
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy":        "no-referrer",
		"Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; form-action 'self' https://auth.example.com; base-uri 'none'; frame-ancestors 'none'",
	}
	for name, value := range want {
		if got := rec.Header().Get(name); got != value {
			t.Errorf("Write: %s = %q, want %q", name, got, value)
		}
	}
	if rec.Code != 503 {
		t.Errorf("Write(503) answered %d", rec.Code)
	}
	for _, part := range []string{"<title>Please try again</title>", "<h1>Please try again</h1>", "<p>One.</p>", "<p>Two.</p>", `lang="en"`, `name="viewport"`} {
		if !strings.Contains(body, part) {
			t.Errorf("Write gave a page without %s", part)
		}
	}
	for _, part := range []string{"<script", "style=", "http://", "https://", "onclick"} {
		if strings.Contains(strings.ToLower(body), part) {
			t.Errorf("Write gave a page with %s, which its policy forbids", part)
		}
	}
	if strings.Contains(body, `class="actions"`) || strings.Contains(body, "Reference") {
		t.Errorf("Write gave actions or a reference that nobody asked for: %s", body)
	}
}

func TestPageWithoutFormTargets(t *testing.T) {
	rec := httptest.NewRecorder()
	(&web.Page{Title: "t"}).Write(rec, 200)
	if got := rec.Header().Get("Content-Security-Policy"); !strings.Contains(got, "; form-action 'self'; ") {
		t.Errorf("Content-Security-Policy = %q, want forms to go to this site alone", got)
	}
}

func TestPageActions(t *testing.T) {
	rec := httptest.NewRecorder()
	(&web.Page{Title: "t", Code: "login_expired", Actions: []web.Action{
		{Label: "Sign out", URL: "/auth/logout", Post: true, Primary: true},
		{Label: "Home", URL: "/?a=1&b=2"},
	}}).Write(rec, 200)
	body := rec.Body.String()
	for _, part := range []string{
		`<form method="post" action="/auth/logout"><button class="button primary">Sign out</button></form>`,
		`<a class="button" href="/?a=1&amp;b=2">Home</a>`,
		"Reference: login_expired",
	} {
		if !strings.Contains(body, part) {
			t.Errorf("Write gave a page without %s: %s", part, body)
		}
	}
}

// TestC3_PageEscapes feeds a page what a visitor might: nothing of it is
// markup, and no link runs a script.
func TestC3_PageEscapes(t *testing.T) {
	const evil = `"><script>alert(1)</script>`
	rec := httptest.NewRecorder()
	(&web.Page{Title: evil, Text: []string{evil}, Code: evil, Actions: []web.Action{
		{Label: evil, URL: "javascript:alert(1)"},
		{Label: evil, URL: evil, Post: true},
	}}).Write(rec, 400)
	body := rec.Body.String()
	for _, part := range []string{"<script", `href="javascript:`} {
		if strings.Contains(body, part) {
			t.Errorf("Write gave a page with %s: %s", part, body)
		}
	}
	if got, want := strings.Count(body, "&lt;script&gt;"), 6; got != want {
		t.Errorf("Write shows the text escaped %d times, want %d: %s", got, want, body)
	}
}

// TestPageLinks: a link leads to a path or to http, and nowhere else.
func TestPageLinks(t *testing.T) {
	tests := []struct{ url, want string }{
		{url: "/auth/login?return_to=%2Fa%3Fb&lang=de", want: "/auth/login?return_to=%2Fa%3Fb&amp;lang=de"},
		{url: "https://auth.example.com/logout?a=b&c=d", want: "https://auth.example.com/logout?a=b&amp;c=d"},
		{url: "http://localhost:8080/", want: "http://localhost:8080/"},
		{url: "javascript:alert(1)", want: "#"},
		{url: "JavaScript:alert(1)", want: "#"},
		{url: "data:text/html,x", want: "#"},
		{url: "vbscript:x", want: "#"},
		{url: " javascript:alert(1)", want: "#"},
		{url: "java\nscript:alert(1)", want: "#"},
		{url: "%zz", want: "#"},
		{url: "//other.example/x", want: "#"},
	}
	for _, tt := range tests {
		for _, post := range []bool{false, true} {
			rec := httptest.NewRecorder()
			(&web.Page{Title: "t", Actions: []web.Action{{Label: "l", URL: tt.url, Post: post}}}).Write(rec, 200)
			attribute := ` href="` + tt.want + `"`
			if post {
				attribute = ` action="` + tt.want + `"`
			}
			if !strings.Contains(rec.Body.String(), attribute) {
				t.Errorf("Write(URL %q, post %v) has no%s: %s", tt.url, post, attribute, rec.Body)
			}
		}
	}
}

// TestPageFrame: a page with links alone may be shown in a frame that asked for
// it, and its links leave the frame. One with a form never may.
func TestPageFrame(t *testing.T) {
	link := web.Action{Label: "Sign in", URL: "/auth/login"}
	form := web.Action{Label: "Sign out", URL: "/auth/logout", Post: true}
	for _, tt := range []struct {
		page   web.Page
		framed bool
	}{
		{web.Page{Title: "t", Actions: []web.Action{link}}, false},
		{web.Page{Title: "t", Actions: []web.Action{link}, Framed: true}, true},
		{web.Page{Title: "t", Actions: []web.Action{link, form}, Framed: true}, false},
	} {
		rec := httptest.NewRecorder()
		tt.page.Write(rec, 401)
		csp, body := rec.Header().Get("Content-Security-Policy"), rec.Body.String()
		if strings.Contains(csp, "frame-ancestors") == tt.framed || strings.Contains(body, `href="/auth/login" target="_top"`) != tt.framed {
			t.Errorf("Write(%+v): Content-Security-Policy %q, page %s, want framed %t", tt.page, csp, body, tt.framed)
		}
	}
}

// TestPageImage: an image is allowed where a page asks for it, and only from
// this origin.
func TestPageImage(t *testing.T) {
	for _, loads := range []bool{true, false} {
		rec := httptest.NewRecorder()
		(&web.Page{Title: "t", LoadsImage: loads}).Write(rec, 200)
		csp := rec.Header().Get("Content-Security-Policy")
		if got := strings.Contains(csp, "img-src 'self' data:;"); got != loads || strings.Contains(csp, "'self' data:") != loads {
			t.Errorf("Write(LoadsImage %v): Content-Security-Policy %q", loads, csp)
		}
	}
}

// TestO1_FormsSendTheirOrigin: no-referrer on a page would make its forms send
// "Origin: null". A browser without Fetch Metadata could not pass the check for
// cross-origin requests with that.
func TestO1_FormsSendTheirOrigin(t *testing.T) {
	for _, tt := range []struct {
		action web.Action
		want   string
	}{
		{web.Action{Label: "Home", URL: "/"}, "no-referrer"},
		{web.Action{Label: "Sign out", URL: "/auth/logout", Post: true}, "same-origin"},
	} {
		rec := httptest.NewRecorder()
		(&web.Page{Title: "A page", Actions: []web.Action{tt.action}}).Write(rec, http.StatusOK)
		if got := rec.Header().Get("Referrer-Policy"); got != tt.want {
			t.Errorf("Referrer-Policy of a page with %q = %q, want %q", tt.action.Label, got, tt.want)
		}
	}
}
