package relyingparties

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const (
	clientID = "1example0client0a1b2c3d4e5"
	secret   = cognito.Secret("5ecret00000000000000000000000000000000000000000000051")
	username = "jane"
	password = "Correct-horse-1"
	email    = "jane@example.com"
)

// newPool returns a pool over a loopback socket with a user and one client,
// which is that of an app at base. A client without a secret is a public one.
func newPool(t *testing.T, base string, secret cognito.Secret) (pool *cognitotest.Pool, jane account) {
	t.Helper()
	pool = cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		ID:           clientID,
		Secret:       secret,
		CallbackURLs: []string{base + "/callback"},
		LogoutURLs:   []string{base + "/signed-out"},
		Scopes:       []string{"openid", "email"},
	}))
	sub, err := pool.AddUser(cognitotest.User{Username: username, Password: password, Email: email, EmailVerified: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	return pool, account{Sub: sub, Email: email}
}

// newApp serves a mux, which has /signed-out already, at base.
func newApp(t *testing.T) (mux *http.ServeMux, base string) {
	t.Helper()
	mux = http.NewServeMux()
	mux.HandleFunc("GET /signed-out", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "signed out") })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return mux, server.URL
}

// An account is what an app has learnt about its user.
type account struct {
	Sub   string `json:"sub"`
	Email string `json:"email"`
}

// sessions are the apps' own, for libraries that have none.
type sessions struct {
	mu   sync.Mutex         // guards byID
	byID map[string]account // value of the cookie → who is signed in
}

const sessionCookie = "app-session"

func (s *sessions) start(w http.ResponseWriter, a account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = make(map[string]account)
	}
	id := rand.Text()
	s.byID[id] = a
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true})
}

func (s *sessions) find(r *http.Request) (account, bool) {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return account{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.byID[cookie.Value]
	return a, ok
}

func (s *sessions) end(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		s.mu.Lock()
		delete(s.byID, cookie.Value)
		s.mu.Unlock()
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1})
}

// require shows the account of a signed-in user, and sends others to login.
func (s *sessions) require(login string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, ok := s.find(r)
		if !ok {
			http.Redirect(w, r, login, http.StatusFound)
			return
		}
		json.NewEncoder(w).Encode(a)
	}
}

// checkRelyingParty signs jane in to the app at base, and out. Its /account
// shows who is signed in, and sends others to the pool. logout is the path and
// query of its link to sign out, which leads to /signed-out.
func checkRelyingParty(t *testing.T, pool *cognitotest.Pool, base, logout string, jane account) {
	t.Helper()
	start := base + "/account"
	_, err := pool.SignIn(cognitotest.NewBrowser(), start, username, "Wrong-horse-1")
	if refusal := new(cognitotest.SignInError); !errors.As(err, &refusal) || refusal.Path != "/login" {
		t.Fatalf("SignIn(wrong password) = %v, want a SignInError on /login", err)
	}
	if n := len(pool.Events(cognitotest.Event{Op: "token"})); n != 0 {
		t.Fatalf("%d token requests after a wrong password, want none", n)
	}

	browser := cognitotest.NewBrowser()
	for _, when := range []string{"after the sign-in", "again"} {
		resp, err := pool.SignIn(browser, start, username, password)
		if err != nil {
			t.Fatalf("SignIn: %v", err)
		}
		checkAccount(t, when, resp, jane)
	}
	if n := len(pool.Events(cognitotest.Event{Op: "login", Username: username, Status: http.StatusFound})); n != 1 {
		t.Errorf("%d sign-ins on the page, want 1: the app has a session", n)
	}

	resp, err := browser.Get(base + logout)
	if err != nil {
		t.Fatal(err)
	}
	if page := readAll(t, resp); resp.Request.URL.String() != base+"/signed-out" || page != "signed out" {
		t.Errorf("GET %s ended on %s with %q, want %s/signed-out", logout, resp.Request.URL, page, base)
	}
	if n := len(pool.Events(cognitotest.Event{Op: "logout", Status: http.StatusFound})); n != 1 {
		t.Errorf("%d requests to /logout, want 1", n)
	}
	resp, err = browser.Get(start)
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, resp)
	if got, want := resp.Request.URL.Path, "/login"; resp.Request.URL.Host != strings.TrimPrefix(pool.URL(), "http://") || got != want {
		t.Errorf("the account page, signed out, led to %s, want the pool's %s", resp.Request.URL, want)
	}
}

func checkAccount(t *testing.T, when string, resp *http.Response, want account) {
	t.Helper()
	page := readAll(t, resp)
	var got account
	if err := json.Unmarshal([]byte(page), &got); err != nil || got != want || want.Sub == "" {
		t.Fatalf("%s: account page = %d %q, want %+v", when, resp.StatusCode, page, want)
	}
}

// checkPKCE checks whether the app sent a code_challenge.
func checkPKCE(t *testing.T, pool *cognitotest.Pool, want bool) {
	t.Helper()
	events := pool.Events(cognitotest.Event{Op: "authorize"})
	if len(events) == 0 {
		t.Error("no authorize request")
	}
	for _, e := range events {
		if got := e.Params.Has("code_challenge"); got != want {
			t.Errorf("authorize request with code_challenge: %v, want %v", got, want)
		}
	}
}

func readAll(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// wanted reports whether RELYING_PARTIES asks for relying parties of a kind.
func wanted(kind string) bool {
	return slices.Contains(strings.Split(os.Getenv("RELYING_PARTIES"), ","), kind)
}

// missing ends the test. It fails if the kind was asked for and with CI=true,
// where .ci/run has installed all of them. Otherwise it is skipped.
func missing(t *testing.T, kind, format string, args ...any) {
	t.Helper()
	if wanted(kind) || os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
