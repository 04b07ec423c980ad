package hostedui_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestSignIn is the whole life of a sign-in, for each way of keeping sessions
// and each kind of app client.
func TestSignIn(t *testing.T) {
	for name, options := range map[string][]option{
		"cookies":             nil,
		"store":               {withStore},
		"confidential":        {withSecret},
		"confidential, store": {withSecret, withStore, withRotation},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options...)
			b := w.newBrowser()
			if p := b.open("/public"); p.body != "guest" {
				t.Errorf("GET /public before the sign-in = %q", p.body)
			}
			if p := b.signIn("/account?tab=2", "jane"); p.path() != "/account?tab=2" || p.body != "user jane" {
				t.Fatalf("sign-in = %v %q", p, p.body)
			}
			v := w.last()
			if v.id.Email != "jane@example.com" || !v.id.EmailVerified || v.id.Name != "Jane Doe" || !v.id.HasGroup("admins") || !v.id.HasScope("openid") || v.id.Attribute("custom:plan") != "gold" {
				t.Errorf("the handler saw %+v", v.id)
			}
			for path, want := range map[string]string{"/public": "user jane", "/admin": "user jane", "/": "user jane"} {
				if p := b.open(path); p.body != want {
					t.Errorf("GET %s = %q, want %q", path, p.body, want)
				}
			}
			w.pool.Advance(61 * time.Minute)
			if p := b.open("/account"); p.body != "user jane" || w.last().tokens.Access == v.tokens.Access {
				t.Errorf("GET /account after an hour = %v with new tokens: %t", p, w.last().tokens.Access != v.tokens.Access)
			}
			p := b.do("POST", "/auth/logout")
			if p := b.open(p.location()); p.path() != "/auth/signed-out" {
				t.Errorf("logout ends on %v", p)
			}
			if p := b.open("/public"); p.body != "guest" || len(b.cookies()) != 0 {
				t.Errorf("GET /public after the logout = %q, cookies %v", p.body, b.cookies())
			}
			for _, text := range []string{"signed in", "signed out", "sub=" + v.id.Subject} {
				if !strings.Contains(w.log.String(), text) {
					t.Errorf("the log lacks %q: %s", text, w.log)
				}
			}
		})
	}
}

// TestOnLogin: the hook gets what was verified, and what it notes of the user
// stays through refreshes.
func TestOnLogin(t *testing.T) {
	for name, options := range map[string][]option{"cookies": nil, "store": {withStore, withRotation}} {
		var logins []*hostedui.Login
		w := newWorld(t, append(options, withConfig(func(cfg *hostedui.Config) {
			cfg.OnLogin = func(ctx context.Context, l *hostedui.Login) error {
				if ctx != l.Request.Context() {
					t.Error("OnLogin got another context than the request's")
				}
				logins = append(logins, l)
				l.Identity.UserID = "user-42"
				return nil
			}
		}))...)
		b := w.signedIn()
		if len(logins) != 1 {
			t.Fatalf("%s: OnLogin was called %d times, want once", name, len(logins))
		}
		l := logins[0]
		if l.Identity.Subject == "" || l.Claims.Subject != l.Identity.Subject || l.Claims.Email != "jane@example.com" || l.Claims.Nonce == "" || l.Claims.PhoneNumber != "" {
			t.Errorf("%s: OnLogin got %+v and %+v", name, l.Identity, l.Claims)
		}
		if l.Tokens.ID == "" || l.Tokens.Access == "" || l.Tokens.Refresh == "" || l.Request.URL.Path != "/auth/callback" {
			t.Errorf("%s: OnLogin got the tokens %v and the request %s", name, l.Tokens, l.Request.URL.Path)
		}
		if _, err := w.client.Verifier().VerifyID(t.Context(), l.Tokens.ID, cognito.Nonce(l.Claims.Nonce), cognito.IssuedWith(l.Tokens.Access)); err != nil {
			t.Errorf("%s: OnLogin got an ID token that is refused: %v", name, err)
		}
		for range 3 {
			if p := b.open("/account"); p.body != "user jane" || w.last().id.UserID != "user-42" {
				t.Errorf("%s: the handler saw %v with UserID %q", name, p, w.last().id.UserID)
			}
			w.pool.Advance(61 * time.Minute)
		}
		if len(logins) != 1 || len(w.refreshes()) != 2 {
			t.Errorf("%s: OnLogin was called %d times, and there were %d refreshes, want 1 and 2", name, len(logins), len(w.refreshes()))
		}
	}
}

func TestOnRefresh(t *testing.T) {
	for name, options := range map[string][]option{"cookies": nil, "store": {withStore, withRotation}} {
		var steps []string
		w := newWorld(t, append(options, withConfig(func(cfg *hostedui.Config) {
			cfg.OnRefresh = func(ctx context.Context, id *cognito.Identity, tokens cognito.Tokens) error {
				steps = append(steps, "OnRefresh "+id.Username+" "+string(tokens.Access))
				return nil
			}
		}))...)
		b := w.signedIn()
		if len(steps) != 0 {
			t.Errorf("%s: the sign-in was taken for a refresh", name)
		}
		w.pool.Advance(61 * time.Minute)
		for range 2 {
			b.open("/account")
			steps = append(steps, "handler "+string(w.last().tokens.Access))
		}
		if access := string(w.last().tokens.Access); !slices.Equal(steps, []string{"OnRefresh jane " + access, "handler " + access, "handler " + access}) {
			t.Errorf("%s: %d steps, want OnRefresh once, with the new tokens, before the handlers", name, len(steps))
		}
	}
}

func TestOnLogout(t *testing.T) {
	var users []string
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.OnLogin = func(_ context.Context, l *hostedui.Login) error { l.Identity.UserID = "user-42"; return nil }
		cfg.OnLogout = func(_ context.Context, id *cognito.Identity) { users = append(users, id.Username+" "+id.UserID) }
	}))
	b := w.signedIn()
	b.do("POST", "/auth/logout", "Origin", "https://evil.example")
	b.do("GET", "/auth/logout")
	if len(users) != 0 {
		t.Errorf("OnLogout was called for a logout that did not happen: %q", users)
	}
	b.do("POST", "/auth/logout")
	b.do("POST", "/auth/logout")
	if !slices.Equal(users, []string{"jane user-42"}) {
		t.Errorf("OnLogout was called for %q, want jane once", users)
	}
}

// TestOnError: it is told of what fails, after that was logged, and of
// nothing else.
func TestOnError(t *testing.T) {
	var w *world
	lines := 0
	w = newWorld(t, withConfig(func(cfg *hostedui.Config) {
		told := cfg.OnError
		cfg.OnError = func(ctx context.Context, err error) {
			if n := strings.Count(w.log.String(), "hostedui: failed"); n <= lines {
				t.Errorf("OnError(%v) was called before that was logged", err)
			} else {
				lines = n
			}
			told(ctx, err)
		}
	}))
	b := w.signedIn()
	b.open("/account")
	b.do("GET", "/auth/me", fetched...)
	w.newBrowser().do("GET", "/auth/me", fetched...)
	b.open("/auth/callback?state=x&code=y")
	b.open("/auth/nothing")
	if n := len(w.errs); n != 0 {
		t.Errorf("OnError was told %v, want nothing yet", w.errs)
	}
	state := b.begin("/auth/login").Query().Get("state")
	b.open("/auth/callback?error=access_denied&state=" + state)
	b.do("POST", "/auth/logout", "Origin", "https://evil.example")
	if n := len(w.errs); n != 2 {
		t.Errorf("OnError was told %v, want two errors", w.errs)
	}
	// Without the hook, nothing else changes.
	w.config.OnError = nil
	quiet := &browser{w, w.pool.Browser(w.newClient(), base)}
	if p := quiet.open("/auth/callback?error=access_denied"); p.status != http.StatusForbidden {
		t.Errorf("callback without OnError = %v", p)
	}
}

// TestE4_NothingIsLeft: when flows that went well, failed, and were given up
// are over, no goroutine is. (The bubble fails if one is.)
func TestE4_NothingIsLeft(t *testing.T) {
	for _, options := range [][]option{nil, {withStore, withRotation}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, options...)
			b := w.signedIn()
			w.pool.Advance(61 * time.Minute)
			b.open("/account")
			for _, h := range []hook{hang, trickle, respond(500, "text/html", "oops"), respond(307, "", "")} {
				for _, path := range []string{tokenPath, revokePath, userInfoPath, jwksPath} {
					w.wire.on(path, h)
				}
				b.do("GET", b.callback("/auth/login", "jane"))
				w.pool.Advance(61 * time.Minute)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				req, _ := http.NewRequestWithContext(ctx, "GET", base+"/account", nil)
				if res, err := b.copy().Do(req); err == nil {
					_ = res.Body.Close()
				}
				cancel()
				b.copy().do("POST", "/auth/logout")
			}
		})
	}
}

// TestE4_NoEnvironment: New reads none.
func TestE4_NoEnvironment(t *testing.T) {
	w := newWorld(t)
	want := w.client.LoginURL(attempt)
	for _, name := range []string{"COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_CLIENT_SECRET", "COGNITO_DOMAIN", "COGNITO_ISSUER", "COGNITO_ENDPOINT", "APP_URL", "SESSION_KEYS", "AWS_REGION"} {
		t.Setenv(name, "https://evil.example")
	}
	if got := w.newClient().LoginURL(attempt); got != want {
		t.Errorf("LoginURL = %q with settings in the environment, want %q", got, want)
	}
}

// TestE4_NoGlobalState: two clients in one process know nothing of each
// other.
func TestE4_NoGlobalState(t *testing.T) {
	first, second := newWorld(t), newWorld(t)
	a, b := first.newBrowser(), second.newBrowser()
	callback := a.callback("/account", "jane")
	before := b.callback("/account", "joe")
	if p := b.do("GET", callback); b.hasSession() || p.location() != "/auth/login?restart=1" {
		t.Errorf("another client's callback = %v", p)
	}
	if p := b.open(before); p.body != "user joe" {
		t.Errorf("sign-in at the second client = %v", p)
	}
	if p := a.open(callback); p.body != "user jane" {
		t.Errorf("sign-in at the first client = %v", p)
	}
}

// unreachable fails every call to the pool.
func (w *world) unreachable(down bool) {
	var h hook
	if down {
		h = func(*http.Request, func() (*http.Response, error)) (*http.Response, error) {
			return nil, errors.New("dial tcp: no route to host")
		}
	}
	for _, path := range []string{tokenPath, revokePath, userInfoPath, jwksPath} {
		w.wire.on(path, h)
	}
}

// TestE6_PoolUnreachable: a service starts and serves its public pages
// without Cognito; logins begin, and fail politely until it is back.
func TestE6_PoolUnreachable(t *testing.T) {
	w := newWorld(t)
	if n := len(w.wire.sent); n != 0 {
		t.Errorf("New made %d calls, want none", n)
	}
	w.unreachable(true)
	w.client.Verifier().Warm(t.Context())
	b := w.newBrowser()
	for path, want := range map[string]string{"/public": "guest", "/": "guest"} {
		if p := b.open(path); p.status != http.StatusOK || p.body != want {
			t.Errorf("GET %s without the pool = %v %q", path, p, p.body)
		}
	}
	for _, path := range []string{"/auth/signed-out", "/auth/logout"} {
		if p := b.open(path); p.status != http.StatusOK {
			t.Errorf("GET %s without the pool = %v", path, p)
		}
	}
	if p := b.do("GET", "/account"); p.location() != "/auth/login?return_to=%2Faccount" {
		t.Errorf("GET /account without the pool = %v", p)
	}
	callback := b.callback("/account", "jane") // the browser still reaches it
	if p := b.do("GET", callback); !p.shows(http.StatusBadGateway, "cognito_failed") || !strings.Contains(p.body, "Please try again in a moment") {
		t.Errorf("callback without the pool = %v %s, want a page that asks to try again", p, p.body)
	}
	wantError(t, "callback", w.lastError(), "exchange", "unreachable")

	w.unreachable(false)
	w.pool.Advance(2 * time.Second) // the keys' cool-down
	if p := b.open("/auth/login?return_to=/account"); p.body != "user jane" {
		t.Errorf("the login with the pool back = %v %q", p, p.body)
	}
	w.unreachable(true)
	if p := b.open("/account"); p.body != "user jane" {
		t.Errorf("GET /account with a session and without the pool = %v", p)
	}
	if p := b.do("POST", "/auth/logout"); p.status != http.StatusSeeOther || b.hasSession() {
		t.Errorf("logout without the pool = %v", p)
	}
}

// TestE6_KeysUnreachable: without the keys nobody is let in, and the next
// login is.
func TestE6_KeysUnreachable(t *testing.T) {
	w := newWorld(t)
	w.wire.on(jwksPath, respond(503, "text/html", "oops"))
	b := w.newBrowser()
	if p := b.signIn("/account", "jane"); !p.shows(http.StatusBadGateway, "cognito_failed") || b.hasSession() {
		t.Errorf("sign-in without keys = %v", p)
	}
	if !errors.Is(w.lastError(), cognito.ErrKeysUnavailable) {
		t.Errorf("OnError was told %v, want ErrKeysUnavailable", w.lastError())
	}
	w.wire.on(jwksPath, nil)
	w.pool.Advance(2 * time.Second)
	if p := b.open("/auth/login?return_to=/account"); p.body != "user jane" {
		t.Errorf("sign-in with the keys back = %v", p)
	}
}

func TestAccessors(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.BaseURL = base + "/"; cfg.SignedOutURL = "https://www.example.com/bye" }))
	if got := w.client.CallbackURL(); got != base+"/auth/callback" {
		t.Errorf("CallbackURL = %s", got)
	}
	if got := w.client.SignedOutURL(); got != "https://www.example.com/bye" {
		t.Errorf("SignedOutURL = %s", got)
	}
	if _, err := w.client.Verifier().VerifyAccess(t.Context(), w.pool.AccessToken("jane")); err != nil {
		t.Errorf("Verifier().VerifyAccess = %v", err)
	}
	if _, err := w.client.Verifier().VerifyID(t.Context(), w.pool.IDToken("jane")); err != nil {
		t.Errorf("VerifyID = %v", err)
	}
	if _, err := w.client.Sessions().FromRequest(httptest.NewRequest("GET", "/public", nil)); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("Sessions().FromRequest(a guest's request) = %v, want ErrNoSession", err)
	}
}

// TestT3_AnotherPoolsSessionIsNone: an app of another pool that shares host,
// keys and cookie name asks for a sign-in of its own.
func TestT3_AnotherPoolsSessionIsNone(t *testing.T) {
	for name, o := range map[string]option{"cookies": func(*setup) {}, "store": withStore} {
		w := newWorld(t, o)
		other := w.config
		other.Pool.UserPoolID = "eu-west-1_Other0000"
		client, err := hostedui.New(other)
		if err != nil {
			t.Fatal(err)
		}
		w.mux.Handle("/other", client.Protect(http.HandlerFunc(w.who)))
		b := w.signedIn()
		if p := b.do("GET", "/account"); p.status != http.StatusOK {
			t.Errorf("%s: GET /account = %v, want 200", name, p)
		}
		if p := b.do("GET", "/other"); p.status != http.StatusFound || !strings.HasPrefix(p.location(), "/auth/login?") {
			t.Errorf("%s: GET /other (another pool's app) = %v, want 302 to the login", name, p)
		}
	}
}

// TestRequiring: the middleware is Protect in another form.
func TestRequiring(t *testing.T) {
	w := newWorld(t)
	page := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "seen") })
	w.mux.Handle("/page", w.client.Requiring()(page))
	w.mux.Handle("/staff", w.client.Requiring(cognito.AnyGroup("nobody-is-in-it"))(page))
	b := w.newBrowser()
	if p := b.signIn("/page", "jane"); p.status != 200 || p.body != "seen" {
		t.Errorf("GET /page after the sign-in = %v", p)
	}
	if p := b.open("/staff"); p.status != 403 {
		t.Errorf("GET /staff = %v, want 403", p)
	}
}
