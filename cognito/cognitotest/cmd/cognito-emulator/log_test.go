package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// logged is a pool with the user jane behind a request log.
func logged(t *testing.T) (*cognitotest.Pool, *requestLog, *bytes.Buffer, http.Handler) {
	t.Helper()
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: "web", Secret: "s3cret", CallbackURLs: []string{"https://app.example.com/cb"}}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com", EmailVerified: true}); err != nil {
		t.Fatal(err)
	}
	server := cognitotest.NewServer(pool)
	server.ServeAt("http://127.0.0.1:9229")
	out := new(bytes.Buffer)
	log := newRequestLog(server, out)
	return pool, log, out, log.wrap(server)
}

var clockTime = regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d `)

func TestLogLines(t *testing.T) {
	_, _, out, h := logged(t)
	browser := func(r *http.Request) *http.Response {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		return rec.Result()
	}
	query := "?response_type=code&client_id=web&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&scope=openid&state=my-state"
	authorize := browser(httptest.NewRequest("GET", "http://127.0.0.1:9229/oauth2/authorize"+query, nil))
	login := httptest.NewRequest("GET", authorize.Header.Get("Location"), nil)
	page := browser(login)
	csrf := regexp.MustCompile(`name="_csrf" value="([^"]*)"`).FindStringSubmatch(bodyOf(t, page))[1]
	post := func(path, header string, pairs ...string) *http.Response {
		form := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		r := httptest.NewRequest("POST", "http://127.0.0.1:9229"+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		for _, c := range page.Cookies() {
			r.AddCookie(c)
		}
		return browser(r)
	}
	post("/login"+login.URL.RawQuery[:0]+query, "", "_csrf", csrf, "username", "jane", "password", "wrong-word")
	back := post("/login"+query, "", "_csrf", csrf, "username", "jane", "password", "Correct-horse-1")
	landing, err := back.Location()
	if err != nil {
		t.Fatal(err)
	}
	code := landing.Query().Get("code")
	basic := "Basic d2ViOnMzY3JldA==" // web:s3cret
	tokens := bodyOf(t, post("/oauth2/token", basic, "grant_type", "authorization_code", "code", code, "redirect_uri", "https://app.example.com/cb"))
	post("/oauth2/token", basic, "grant_type", "authorization_code", "code", code, "redirect_uri", "https://app.example.com/cb")
	browser(httptest.NewRequest("GET", "http://127.0.0.1:9229/no/such%0apage?code="+code, nil))
	browser(httptest.NewRequest("GET", "http://127.0.0.1:9229/eu-west-1_Emulator1/.well-known/jwks.json", nil))

	want := []string{
		"GET /oauth2/authorize client=web 302",
		"GET /login client=web 200",
		`POST /login client=web user=jane 200 error="Incorrect username or password."`,
		"POST /login client=web user=jane 302",
		"POST /oauth2/token client=web user=jane 200",
		"POST /oauth2/token client=web 400 error=invalid_grant",
		"GET /no/such%0apage 404 error=not_found",
		"GET /eu-west-1_Emulator1/.well-known/jwks.json 200",
	}
	got := strings.Split(strings.TrimSpace(clockTime.ReplaceAllString(out.String(), "")), "\n")
	for i := range max(len(got), len(want)) {
		g, w := at(got, i), at(want, i)
		if g != w {
			t.Errorf("line %d = %q, want %q", i, g, w)
		}
	}
	if n := len(clockTime.FindAllString(out.String(), -1)); n != len(want) {
		t.Errorf("%d lines begin with the time, want %d", n, len(want))
	}
	for _, secret := range []string{code, "wrong-word", "Correct-horse-1", "s3cret", csrf, "d2ViOnMzY3JldA", "my-state", "eyJ"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the log has %q:\n%s", secret, out)
		}
	}
	if !strings.Contains(tokens, "eyJ") {
		t.Errorf("token endpoint = %s, want tokens, so that the test means something", tokens)
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// What a request says cannot look like a line of its own, nor act on the
// terminal.
func TestLogIsOneLineEach(t *testing.T) {
	_, _, out, h := logged(t)
	odd := "web\n09:00:00 GET /forged 200\x1b[2J" + strings.Repeat("x", 1000)
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/login?client_id="+url.QueryEscape(odd), nil))
	got := out.String()
	if strings.Count(got, "\n") != 1 || strings.Contains(got, "\x1b") || len(got) > 600 {
		t.Errorf("the log has %q, want one short line", got)
	}
}

// Each request has its line, and the user's name is on the right ones, also
// when many come at once.
func TestLogConcurrently(t *testing.T) {
	pool, log, out, h := logged(t)
	log.codes = new(bytes.Buffer)
	const each = 20
	var wg sync.WaitGroup
	for i := range each {
		token := pool.AccessToken("jane")
		for _, header := range []string{"Bearer " + string(token), "Bearer none"} {
			wg.Go(func() {
				r := httptest.NewRequest("GET", fmt.Sprintf("/oauth2/userInfo?%d", i), nil)
				r.Header.Set("Authorization", header)
				h.ServeHTTP(httptest.NewRecorder(), r)
			})
		}
	}
	wg.Wait()
	good, bad := 0, 0
	for line := range strings.Lines(out.String()) {
		switch {
		case strings.Contains(line, "user=jane 200\n"):
			good++
		case strings.Contains(line, " 401 error=") && !strings.Contains(line, "jane"):
			bad++
		default:
			t.Errorf("line %q, want jane's with 200, or nobody's with 401", line)
		}
	}
	if good != each || bad != each {
		t.Errorf("%d lines of jane's and %d refusals, want %d of each", good, bad, each)
	}
	if len(log.pending) != 0 {
		t.Errorf("%d events were never logged, want none", len(log.pending))
	}
}

// A link is printed where the pool sends links.
func TestLogPrintsLinks(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithVerificationLinks())
	server := cognitotest.NewServer(pool)
	var out, codes bytes.Buffer
	log := newRequestLog(server, &out)
	log.codes = &codes
	browser := server.Browser(http.NotFoundHandler(), "https://app.example.com")
	clientID := pool.Config().ClientID
	query := url.Values{"response_type": {"code"}, "client_id": {clientID}, "redirect_uri": {defaultCallback}}.Encode()
	resp, err := browser.Get(pool.URL() + "/signup?" + query)
	if err == nil {
		resp, err = cognitotest.Submit(browser, resp, "email", "new@example.com", "password", "Correct-horse-1")
	}
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	log.printCodes()
	log.printCodes()
	m := pool.Outbox()[0]
	if got, want := codes.String(), "CODE "+m.Code+" to=new@example.com for=sign-up link="+m.Link+"\n"; got != want || m.Link == "" {
		t.Errorf("printed %q, want %q once", got, want)
	}
}

// Of two requests to one path, each line has the event of its own, whichever is
// written first. What must happen after each request does.
func TestLogMatchesEvents(t *testing.T) {
	pool, log, out, h := logged(t)
	after := 0
	log.after = func() { after++ }
	ask := func(h http.Handler, token string) {
		r := httptest.NewRequest("GET", "/oauth2/userInfo", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	ask(pool, string(pool.AccessToken("jane"))) // its line is still to be written
	ask(h, "none")
	if got := out.String(); !strings.Contains(got, " 401 error=") || strings.Contains(got, "jane") {
		t.Errorf("the line of the refusal is %q, want one without jane", got)
	}
	ask(h, string(pool.AccessToken("jane")))
	if got := out.String(); !strings.Contains(got, "user=jane 200\n") {
		t.Errorf("the log is %q, want jane's line", got)
	}
	if after != 2 {
		t.Errorf("after was called %d times, want 2", after)
	}
}

// A pool forgets its oldest messages. Each code is still printed once.
func TestLogPrintsCodesOfABusyPool(t *testing.T) {
	thorough.Only(t) // the shorter form is TestNewSince
	pool := cognitotest.NewPool(cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"),
		cognitotest.WithClient(cognitotest.AppClient{ID: "web", ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"}}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true}); err != nil {
		t.Fatal(err)
	}
	var codes bytes.Buffer
	log := newRequestLog(cognitotest.NewServer(pool), io.Discard)
	log.codes = &codes
	const body = `{"ClientId":"web","AuthFlow":"USER_AUTH","AuthParameters":{"USERNAME":"jane","PREFERRED_CHALLENGE":"EMAIL_OTP"}}`
	askCode := func(h http.Handler) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.InitiateAuth")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	for sent := range 10_010 { // the pool forgets the first of them at the 10,001st
		if sent%10 == 0 {
			pool.Advance(time.Hour) // a user gets ten codes an hour
		}
		h := http.Handler(pool)
		if sent == 9_000 || sent > 9_998 { // to print each time takes far longer
			h = log.wrap(pool)
		}
		askCode(h)
	}
	if n := strings.Count(codes.String(), "\n"); n != 10_010 {
		t.Errorf("%d codes were printed, want 10,010", n)
	}
	if last := pool.LastCode("jane@example.com"); !strings.HasSuffix(codes.String(), "CODE "+last+" to=jane@example.com for=sign-in\n") {
		t.Errorf("the last code, %s, was not printed last", last)
	}
}

// What is new follows the last message that was printed, wherever that is now.
func TestNewSince(t *testing.T) {
	m := func(code string) outbox.Message { return outbox.Message{Code: code, At: time.Unix(0, 0)} }
	all := []outbox.Message{m("1"), m("2"), m("3")}
	tests := []struct {
		name string
		last outbox.Message
		now  []outbox.Message
		want int
	}{
		{"nothing was printed", outbox.Message{}, all, 3},
		{"nothing is new", m("3"), all, 0},
		{"one is new", m("2"), all, 1},
		{"older ones are forgotten", m("2"), all[1:], 1},
		{"what was printed is forgotten", m("2"), all[2:], 1},
		{"nothing was sent", outbox.Message{}, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(newSince(tt.last, tt.now)); got != tt.want {
				t.Errorf("newSince(%q) has %d messages, want %d", tt.last.Code, got, tt.want)
			}
		})
	}
}

// Each event leaves the log with the line of its request, also where the path
// was written in an odd way. Events without a request do not pile up.
func TestLogIsBounded(t *testing.T) {
	pool, log, out, h := logged(t)
	for _, path := range []string{"/%6cogin?client_id=web", "/eu-west-1_Emulator1/.well%2Dknown/jwks.json", "/oauth2%2Fauthorize"} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
		if len(log.pending) != 0 {
			t.Errorf("GET %s: %d events were never logged, want none", path, len(log.pending))
		}
	}
	if got := out.String(); !strings.Contains(got, "GET /%6cogin client=web 302") {
		t.Errorf("the log is %q, want the path as it was asked for, and the client", got)
	}
	for range 2 * maxPending {
		pool.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/error", nil))
	}
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/login", nil))
	if len(log.pending) > maxPending {
		t.Errorf("%d events are kept, want at most %d", len(log.pending), maxPending)
	}
}
