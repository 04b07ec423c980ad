package main

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// A visit is a visitor without a Chromium: what they get is enough.
type visit struct {
	t       *testing.T
	s       *shop
	browser *http.Client
}

func (s *shop) visit() *visit {
	return &visit{t: s.t, s: s, browser: cognitotest.NewBrowser()}
}

// An answer is what came back, after redirects.
type answer struct {
	status int
	header http.Header
	path   string
	body   string
}

func (v *visit) do(method, path string, form ...string) answer {
	v.t.Helper()
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	req, err := http.NewRequest(method, v.s.url+path, strings.NewReader(values.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Sec-Fetch-Mode", "navigate")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := v.browser.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, resp.Request.URL.Path, html.UnescapeString(string(body))}
}

func (v *visit) get(path string) answer { v.t.Helper(); return v.do(http.MethodGet, path) }

func (v *visit) post(path string, form ...string) answer {
	v.t.Helper()
	return v.do(http.MethodPost, path, form...)
}

// shown is what a pattern's group matches on a page that must be there.
func (v *visit) shown(path, pattern string) string {
	v.t.Helper()
	a := v.get(path)
	m := regexp.MustCompile(pattern).FindStringSubmatch(a.body)
	if a.status != http.StatusOK || m == nil {
		v.t.Fatalf("GET %s = %d, want 200 and %s; it shows:\n%s", path, a.status, pattern, a.body)
	}
	return m[1]
}

// want checks the status of an answer, and that it shows text.
func (v *visit) want(a answer, status int, text string) {
	v.t.Helper()
	if a.status != status || !strings.Contains(a.body, text) {
		v.t.Errorf("%s = %d, want %d and %q; it shows:\n%s", a.path, a.status, status, text, a.body)
	}
	if status == http.StatusServiceUnavailable && a.header.Get("Retry-After") == "" {
		v.t.Errorf("%s = 503 without Retry-After", a.path)
	}
}

// tryIn sends the form of the login page, of either kind.
func (v *visit) tryIn(email string) answer {
	v.t.Helper()
	if v.s.app.mode.Flow == optionCustom {
		return v.post("/auth/login", "username", email, "password", demoPassword, "return_to", "/profile")
	}
	resp, err := v.browser.Get(v.s.url + "/profile")
	if err == nil && resp.Request.URL.Path == "/login" {
		resp, err = cognitotest.Submit(v.browser, resp, "username", email, "password", demoPassword)
	}
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, resp.Request.URL.Path, string(body)}
}

func (v *visit) signIn(email string) {
	v.t.Helper()
	if a := v.tryIn(email); a.status != 200 || a.path != "/profile" {
		v.t.Fatalf("the sign-in of %s ends at %s with %d:\n%s", email, a.path, a.status, a.body)
	}
}
