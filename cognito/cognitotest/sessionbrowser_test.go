package cognitotest_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// A sessionApp is an app with package hostedui, whose page says who is there.
type sessionApp struct {
	pool    *cognitotest.Pool
	handler http.Handler
	client  *hostedui.Client
	base    string
}

func newSessionApp(base string) (*sessionApp, error) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}}))
	_, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com", Groups: []string{"admins"}})
	if err != nil {
		return nil, err
	}
	client, err := hostedui.New(hostedui.Config{Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := cognito.FromContext(r.Context())
		fmt.Fprint(w, id.Username, id.Groups)
	})))
	u, err := url.Parse(base)
	return &sessionApp{pool, http.StripPrefix(u.Path, mux), client, base}, err
}

// browser carries a session of a user.
func (a *sessionApp) browser(username string) *http.Client {
	return a.pool.SessionBrowser(a.handler, a.base, username,
		func(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens) error {
			return a.client.Sessions().Start(w, r, id, tokens)
		})
}

func (a *sessionApp) read(t *testing.T, browser *http.Client) string {
	t.Helper()
	resp, err := browser.Get(a.base + "/account")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// The session is one of the app, at each base URL, and came without a request
// to the pool. Its refresh token works, and it ends with the user.
func TestSessionBrowser(t *testing.T) {
	for _, base := range []string{"https://app.example.com", "https://app.example.com/shop", "http://localhost:8080"} {
		a, err := newSessionApp(base)
		if err != nil {
			t.Fatal(err)
		}
		browser := a.browser("jane")
		if got := a.read(t, browser); got != "jane[admins]" {
			t.Errorf("%s: the page says %q, want jane of admins", base, got)
		}
		if events := a.pool.Events(); len(events) > 0 {
			t.Errorf("%s: the pool was asked %v, want nothing", base, events)
		}
		if err := a.pool.RemoveUserFromGroup("jane", "admins"); err != nil {
			t.Fatal(err)
		}
		a.pool.ExpireAccessTokens()
		if got := a.read(t, browser); got != "jane[]" {
			t.Errorf("%s: after the access token the page says %q, want jane without a group", base, got)
		}
		if n := len(a.pool.Events(cognitotest.Event{Op: "token", Status: 200})); n != 1 {
			t.Errorf("%s: %d refreshes, want 1", base, n)
		}
		if err := a.pool.SignOutUser("jane"); err != nil {
			t.Fatal(err)
		}
		a.pool.ExpireAccessTokens()
		if got := a.read(t, browser); strings.Contains(got, "jane[") {
			t.Errorf("%s: the page still says %q after the sign-out", base, got)
		}
	}
}

// Sessions that the app made itself do, too.
func TestSessionBrowser_OwnCookie(t *testing.T) {
	p := newPool(t)
	own := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("own"); err == nil {
			fmt.Fprint(w, c.Value)
		}
	})
	browser := p.SessionBrowser(own, "https://app.example.com", "jane",
		func(w http.ResponseWriter, _ *http.Request, id *cognito.Identity, tokens cognito.Tokens) error {
			if tokens.Access == "" || tokens.Refresh == "" || tokens.Expiry.Before(p.Now()) {
				t.Errorf("tokens = %+v, want a whole set", tokens)
			}
			http.SetCookie(w, &http.Cookie{Name: "own", Value: id.Email, Path: "/", Secure: true, HttpOnly: true})
			return nil
		})
	resp, err := browser.Get("https://app.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); string(body) != "jane@example.com" {
		t.Errorf("the app reads %q from its cookie, want jane@example.com", body)
	}
	mustPanic(t, "an unknown user", func() { p.SessionBrowser(own, "https://app.example.com", "nobody", nil) })
	mustPanic(t, "a start that fails", func() {
		p.SessionBrowser(own, "https://app.example.com", "jane", func(http.ResponseWriter, *http.Request, *cognito.Identity, cognito.Tokens) error {
			return errors.New("the store is down")
		})
	})
}

// BenchmarkSessionBrowser is a browser with a session; compare BenchmarkSignIn.
func BenchmarkSessionBrowser(b *testing.B) {
	a, err := newSessionApp("https://app.example.com")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a.browser("jane")
	}
}

// BenchmarkSignedIn is the same through the pages of the pool.
func BenchmarkSignedIn(b *testing.B) {
	a, err := newSessionApp("https://app.example.com")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a.pool.SignedIn(a.handler, a.base+"/account", "jane", "Correct-horse-1")
	}
}

// A table of cases needs a session for each and tests no sign-in.
func ExamplePool_SessionBrowser() {
	app, err := newSessionApp("https://app.example.com") // a pool, a hostedui.Client and a page
	if err != nil {
		log.Fatal(err)
	}
	start := func(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens) error {
		return app.client.Sessions().Start(w, r, id, tokens)
	}
	for _, username := range []string{"ann", "bob", "cleo"} {
		if _, err := app.pool.AddUser(cognitotest.User{Username: username}); err != nil {
			log.Fatal(err)
		}
		browser := app.pool.SessionBrowser(app.handler, "https://app.example.com", username, start)
		resp, err := browser.Get("https://app.example.com/account")
		if err != nil {
			log.Fatal(err)
		}
		printBody(resp)
	}
	// Output:
	// ann[]
	// bob[]
	// cleo[]
}

// The listener has its port before the server has its handler, so that the
// app's configuration can name the pool's address.
func ExamplePool_ServeAt() {
	pool := shopPool()
	server := httptest.NewUnstartedServer(pool)
	pool.ServeAt("http://" + server.Listener.Addr().String())
	cfg := pool.Config() // has that address, for the app under test
	server.Start()
	defer server.Close()

	resp, err := http.Get(cfg.IssuerURL() + "/.well-known/jwks.json")
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	fmt.Println(resp.Status, cfg.DomainURL() == server.URL)
	// Output: 200 OK true
}

// A server that starts late: the pool is its handler before there is a port,
// and answers in memory until it is told.
func TestServeAt_PortChosenLate(t *testing.T) {
	p := newPool(t)
	before := p.Tokens("jane")
	server := httptest.NewUnstartedServer(p)
	defer server.Close()
	if _, err := p.Client().Get(p.Issuer() + "/.well-known/jwks.json"); err != nil {
		t.Fatalf("before there is a port: %v", err)
	}
	server.Start()
	p.ServeAt(server.URL)
	cfg := p.Config()
	verifier, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.VerifyAccess(t.Context(), p.Tokens("jane").Access); err != nil {
		t.Errorf("a token of the new address = %v, want it verified over the socket", err)
	}
	if _, err := verifier.VerifyAccess(t.Context(), before.Access); err == nil {
		t.Error("a token that names the old issuer is accepted")
	}
	if !p.Now().Before(time.Now().Add(time.Minute)) {
		t.Error("the pool's clock moved")
	}
}
