package session_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// newMixed returns an app with the route /both, which takes a session or a
// token of the pool.
func newMixed(t *testing.T, policies ...cognito.Policy) (*app, *cognitotest.Pool) {
	t.Helper()
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "api-jane", Groups: []string{"admins"}}); err != nil {
		t.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		t.Fatal(err)
	}
	p := newApp(t, nil, nil)
	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}, Logger: slog.New(slog.DiscardHandler)}
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, cognito.FromContext(r.Context()).Username)
		if session.FromContext(r.Context()) != nil {
			_, _ = io.WriteString(w, " with a session")
		}
	})
	p.Handle("/both", p.RequireSessionOrToken(guard, who, policies...))
	return p, pool
}

// TestO1_CrossOriginIsForCookiesAlone: a page of another site cannot use the
// visitor's cookie. A program with a token needs to say nothing of where it
// comes from.
func TestO1_CrossOriginIsForCookiesAlone(t *testing.T) {
	p, pool := newMixed(t)
	b, stranger := signedIn(t, p), newBrowser(t, p)
	good := "Bearer " + string(pool.AccessToken("api-jane"))
	tests := []struct {
		name, method string
		browser      *browser
		header       []string
		status       int
		body         string
	}{
		{"cookie", "GET", b, nil, 200, "jane with a session"},
		{"cookie, own page", "POST", b, []string{"Sec-Fetch-Site", "same-origin"}, 200, "jane with a session"},
		{"cookie, own origin by name", "POST", b, []string{"Origin", baseURL}, 200, "jane with a session"},
		{"cookie, other site", "POST", b, []string{"Sec-Fetch-Site", "cross-site"}, 403, "Please go on from here"},
		{"cookie, sibling domain", "DELETE", b, []string{"Sec-Fetch-Site", "same-site", "Origin", "https://evil.example.com"}, 403, "Please go on from here"},
		{"cookie, other origin by name", "POST", b, []string{"Origin", "https://evil.example.com"}, 403, "Please go on from here"},
		{"cookie, other scheme and other site", "POST", b, []string{"Authorization", "Basic eA==", "Sec-Fetch-Site", "cross-site"}, 403, "Please go on from here"},
		{"token", "GET", stranger, []string{"Authorization", good}, 200, "api-jane"},
		{"token, other site", "POST", stranger, []string{"Authorization", good, "Sec-Fetch-Site", "cross-site"}, 200, "api-jane"},
		{"both", "POST", b, []string{"Authorization", good, "Sec-Fetch-Site", "cross-site"}, 200, "api-jane"},
		{"cookie and a bad token", "GET", b, []string{"Authorization", "Bearer bad"}, 401, "invalid_token"},
		{"cookie and half a token", "GET", b, []string{"Authorization", "Bearer"}, 400, "invalid_request"},
		{"nothing, other site", "POST", stranger, []string{"Sec-Fetch-Site", "cross-site"}, 403, "Please go on from here"},
		{"nothing, a program", "POST", stranger, []string{"Accept", "*/*"}, 401, "sign_in_required"},
	}
	for _, tt := range tests {
		got := serve(p, tt.browser.request(tt.method, "/both", tt.header...))
		if got.status != tt.status || !strings.Contains(got.body, tt.body) || tt.status == 200 && got.body != tt.body {
			t.Errorf("%s: %d %s, want %d %s", tt.name, got.status, got.body, tt.status, tt.body)
		}
		if got.header.Get("Cache-Control") != "no-store" || !slices.Contains(got.header["Vary"], "Authorization") {
			t.Errorf("%s: Cache-Control %q, Vary %q", tt.name, got.header.Get("Cache-Control"), got.header["Vary"])
		}
		if tt.browser == b && tt.header == nil && !slices.Contains(got.header["Vary"], "Cookie") {
			t.Errorf("%s: Vary %q, want Cookie too", tt.name, got.header["Vary"])
		}
	}
}

// TestL3_SessionOrToken: a page is sent to the login, a program is told both
// ways in.
func TestL3_SessionOrToken(t *testing.T) {
	p, _ := newMixed(t)
	b := newBrowser(t, p)
	page := b.get("/both")
	if page.status != http.StatusFound || !strings.HasPrefix(page.header.Get("Location"), "/auth/login?") || page.header.Get("WWW-Authenticate") != "" {
		t.Errorf("a page: %d to %q, challenge %q", page.status, page.header.Get("Location"), page.header.Get("WWW-Authenticate"))
	}
	program := b.fetch("/both")
	if got := program.header["Www-Authenticate"]; program.status != 401 || !slices.Equal(got, []string{"Cookie", "Bearer"}) {
		t.Errorf("a program: %d, challenges %q", program.status, got)
	}
	if got := b.fetch("/account").header["Www-Authenticate"]; !slices.Equal(got, []string{"Cookie"}) {
		t.Errorf("Require: challenges %q, want Cookie alone", got)
	}
}

func TestPoliciesOfSessionAndToken(t *testing.T) {
	p, pool := newMixed(t, cognito.And(cognito.AnyGroup("admins"), cognito.FromClient("client1")))
	signedIn(t, p).get("/both").want(t, "session", 200, "jane with a session")
	r := httptest.NewRequest("GET", "/both", nil)
	r.Header.Set("Authorization", "Bearer "+string(pool.AccessToken("api-jane")))
	if got := serve(p, r); got.status != 403 || !strings.Contains(got.body, `"forbidden"`) {
		t.Errorf("token of another client: %d %s, want 403", got.status, got.body)
	}
}

// TestMapUserOfSessionAndToken: the guard's hook judges both kinds of
// requests, before the policies, and what it sets stays with one request.
func TestMapUserOfSessionAndToken(t *testing.T) {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "api-jane"}); err != nil {
		t.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		t.Fatal(err)
	}
	p := newApp(t, nil, nil)
	answer := func(r *http.Request) error { return nil }
	guard := cognito.Guard{
		Authenticator: cognito.Bearer{Verifier: verifier},
		Logger:        slog.New(slog.DiscardHandler),
		MapUser: func(r *http.Request, id *cognito.Identity) error {
			if strings.HasPrefix(id.UserID, "row of") {
				t.Errorf("MapUser sees the key %q of another request", id.UserID)
			}
			id.UserID = "row of " + id.Username + " at " + r.URL.Path
			return answer(r)
		},
	}
	key := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, cognito.FromContext(r.Context()).UserID)
	})
	mapped := cognito.Satisfies("mapped", func(_ context.Context, id *cognito.Identity) (bool, error) {
		return strings.HasPrefix(id.UserID, "row of"), nil
	})
	p.Handle("/mapped", p.RequireSessionOrToken(guard, key, mapped))
	b := signedIn(t, p)
	fetch := func() reply { return b.fetch("/mapped") }
	token := func() reply {
		r := httptest.NewRequest("GET", "/mapped", nil)
		r.Header.Set("Authorization", "Bearer "+string(pool.AccessToken("api-jane")))
		return serve(p, r)
	}
	for name, door := range map[string]func() reply{"cookie": fetch, "token": token} {
		answer = func(*http.Request) error { return nil }
		for range 2 { // the second request finds nothing of the first
			if got := door(); got.status != 200 || !strings.HasPrefix(got.body, "row of ") || !strings.HasSuffix(got.body, "jane at /mapped") {
				t.Errorf("%s: %d %s, want the app's own key", name, got.status, got.body)
			}
		}
		answer = func(*http.Request) error { return cognito.Refuse("This account is banned.") }
		if got := door(); got.status != 403 || !strings.Contains(got.body, `"refused"`) || !strings.Contains(got.body, "This account is banned.") {
			t.Errorf("%s of a banned user: %d %s, want 403 with the hook's text", name, got.status, got.body)
		}
		answer = func(*http.Request) error { return errors.New("hunter2 is down") }
		if got := door(); got.status != 500 || !strings.Contains(got.body, `"guard_error"`) || strings.Contains(got.body, "hunter2") {
			t.Errorf("%s, and the hook fails: %d %s, want 500 without the error", name, got.status, got.body)
		}
	}
	for name, door := range map[string]func() reply{"cookie": fetch, "token": token} {
		for code, status := range map[cognito.RefusalCode]int{cognito.PolicyUnchecked: 503, cognito.Forbidden: 403, cognito.StoreUnavailable: 500, "mine": 500} {
			err := &cognito.PolicyError{Code: code, Err: errors.New("hunter2 is away")}
			answer = func(*http.Request) error { return err }
			got := door()
			if got.status != status || !strings.Contains(got.body, `"`+string(cognito.CodeOf(err))+`"`) || strings.Contains(got.body, "hunter2") || (got.header.Get("Retry-After") != "") != (status == 503) {
				t.Errorf("%s, and the hook says %s: %d %s, Retry-After %q", name, code, got.status, got.body, got.header.Get("Retry-After"))
			}
		}
	}
	answer = func(*http.Request) error { return cognito.Refuse("This account is <b>banned</b>.") }
	page := b.get("/mapped")
	if page.status != 403 || !strings.Contains(page.body, "This account is &lt;b&gt;banned&lt;/b&gt;.") {
		t.Errorf("the page of a banned user: %d %s, want 403 with the hook's text, escaped", page.status, page.body)
	}
}

// TestChallengesOfSessionAndToken: a program learns what to ask for at both
// doors.
func TestChallengesOfSessionAndToken(t *testing.T) {
	pool := cognitotest.NewPool()
	cfg := pool.Config()
	cfg.ForResource = "https://app.example.com/orders"
	verifier, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := newApp(t, nil, nil)
	guard := cognito.Guard{
		Authenticator: cognito.Bearer{Verifier: verifier}, Logger: slog.New(slog.DiscardHandler),
		Resource: &cognito.Resource{URL: cfg.ForResource, Pool: cfg},
	}
	p.Handle("/scoped", p.RequireSessionOrToken(guard, http.HandlerFunc(whoAmI), cognito.AllScopes("orders/read")))
	const metadata = `resource_metadata="https://app.example.com/.well-known/oauth-protected-resource/orders"`
	stranger, b := newBrowser(t, p), signedIn(t, p)
	if got := stranger.fetch("/scoped").header["Www-Authenticate"]; !slices.Equal(got, []string{"Cookie", `Bearer scope="orders/read", ` + metadata}) {
		t.Errorf("a stranger: challenges %q", got)
	}
	want := `Bearer error="insufficient_scope", error_description="The token lacks a scope that this needs.", scope="orders/read", ` + metadata
	if got := b.fetch("/scoped"); got.status != 403 || !slices.Equal(got.header["Www-Authenticate"], []string{want}) {
		t.Errorf("a session without the scope: %d, challenges %q, want %q", got.status, got.header["Www-Authenticate"], want)
	}
	if got := b.get("/scoped").header["Www-Authenticate"]; got != nil {
		t.Errorf("a page: challenges %q, want none", got)
	}
	r := httptest.NewRequest("GET", "/scoped", nil)
	r.Header.Set("Authorization", "Bearer x")
	if got := serve(p, r); got.status != 401 || !strings.Contains(got.header.Get("WWW-Authenticate"), `error="invalid_token"`) || !strings.HasSuffix(got.header.Get("WWW-Authenticate"), metadata) {
		t.Errorf("a bad token: %d, challenge %q", got.status, got.header.Get("WWW-Authenticate"))
	}
}

// TestScopesOfASession: a session has the scopes of its access token, and
// keeps them.
func TestScopesOfASession(t *testing.T) {
	p := newApp(t, nil, nil)
	p.HandleFunc("/scoped", func(w http.ResponseWriter, r *http.Request) {
		id := jane()
		id.Scopes = []string{"openid", "orders/read"}
		if err := p.Start(w, r, id, p.authority.issue()); err != nil {
			t.Error(err)
		}
	})
	p.Handle("/read", p.Require(http.HandlerFunc(whoAmI), cognito.AllScopes("orders/read")))
	p.Handle("/write", p.Require(http.HandlerFunc(whoAmI), cognito.AllScopes("orders/read", "orders/write")))
	b := newBrowser(t, p)
	b.get("/scoped")
	b.get("/read").wantStatus(t, "the scope it has", 200)
	b.get("/write").wantStatus(t, "a scope it lacks", 403)
	if log := p.log.String(); !strings.Contains(log, `refused_by="all scopes of orders/read, orders/write"`) {
		t.Errorf("log %q, want what refused", log)
	}
}

// One route for pages, which have a session, and for programs, which have a
// token.
func ExampleManager_RequireSessionOrToken() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		log.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	sessions, err := session.New(session.Config{Pool: pool.Config(), Keys: []session.Key{session.NewKey()}, BaseURL: "https://app.example.com"})
	if err != nil {
		log.Fatal(err)
	}
	tokens := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}}
	h := sessions.RequireSessionOrToken(tokens, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "hello ", cognito.FromContext(r.Context()).Username)
	}))

	r := httptest.NewRequest("GET", "/orders", nil)
	r.Header.Set("Authorization", "Bearer "+string(pool.AccessToken("jane")))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	fmt.Println(rec.Code, rec.Body)
	// Output: 200 hello jane
}
