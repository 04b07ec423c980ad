package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/authenticator"
)

// A stranger tries the forms with names, and notes all that can be told.
type stranger struct {
	t      *testing.T
	url    string
	calls  atomic.Int32 // of the app to Cognito
	client *http.Client
	body   string // of the last answer
}

// newStranger starts the app on a pool with accounts of each kind. Their names
// have one length, so that pages can be compared.
func newStranger(t *testing.T) *stranger {
	t.Helper()
	log := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the app logs each refusal
	t.Cleanup(func() { slog.SetDefault(log) })
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{
			ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		}),
		cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"),
		cognitotest.WithWebAuthn(cognitotest.WebAuthn{RelyingPartyID: "localhost"}),
	)
	for name, edit := range map[string]func(*cognitotest.User){
		"existing": nil,
		"passkeys": nil,
		"waiting_": func(u *cognitotest.User) { u.Status, u.EmailVerified = cognitotest.StatusUnconfirmed, false },
		"resetreq": func(u *cognitotest.User) { u.Status = cognitotest.StatusResetRequired },
		"invited_": func(u *cognitotest.User) { u.Status = cognitotest.StatusForceChangePassword },
		"disabled": func(u *cognitotest.User) { u.Disabled = true },
	} {
		u := cognitotest.User{Email: name + "@example.com", EmailVerified: true, Password: demoPassword}
		if edit != nil {
			edit(&u)
		}
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	givePasskey(t, pool, "passkeys@example.com")
	s := &stranger{t: t}
	cfg := pool.Config()
	cfg.HTTPClient = &http.Client{Transport: counting{pool.Client().Transport, &s.calls}}
	server := httptest.NewUnstartedServer(nil)
	s.url = "http://" + server.Listener.Addr().String()
	app, err := newApp(settings{pool: cfg, baseURL: s.url, keys: []session.Key{session.NewKey()}, emailCodes: true, passkeys: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = app
	server.Start()
	t.Cleanup(server.Close)
	return s
}

// givePasskey registers a passkey that nobody holds any more.
func givePasskey(t *testing.T, pool *cognitotest.Pool, username string) {
	t.Helper()
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		t.Fatal(err)
	}
	token := pool.AccessToken(username)
	options, err := client.StartWebAuthnRegistration(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	credential, err := new(authenticator.Authenticator).Create(options, "http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	if err := client.CompleteWebAuthnRegistration(t.Context(), token, credential); err != nil {
		t.Fatal(err)
	}
}

type counting struct {
	next  http.RoundTripper
	calls *atomic.Int32
}

// RoundTrip implements [http.RoundTripper].
func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("X-Amz-Target") != "" {
		c.calls.Add(1)
	}
	return c.next.RoundTrip(r)
}

// fresh is a browser without cookies that follows no redirect.
func (s *stranger) fresh() {
	jar, _ := cookiejar.New(nil)
	s.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

var randoms = regexp.MustCompile(`name="challenge" value="[^"]*"|&#34;challenge&#34;:&#34;[\w-]{43}&#34;|Date: .*`)

// sees is everything that an answer tells: status, headers, cookies with the
// length of their values, body, and how often Cognito was asked.
func (s *stranger) sees(name string, form url.Values, path string) (all string, r *http.Response) {
	s.t.Helper()
	s.calls.Store(0)
	var res *http.Response
	var err error
	if form == nil {
		res, err = s.client.Get(s.url + path)
	} else {
		res, err = s.client.PostForm(s.url+path, form)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		s.t.Fatal(err)
	}
	s.body = string(body)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d, %d calls to Cognito\n", path, res.StatusCode, s.calls.Load())
	for _, c := range res.Cookies() {
		fmt.Fprintf(&b, "cookie %s of %d bytes for %d minutes\n", c.Name, len(c.Value), (c.MaxAge+30)/60)
	}
	res.Header.Del("Set-Cookie")
	res.Header.Del("Date")
	_ = res.Header.Write(&b)
	b.Write(body)
	told := strings.NewReplacer(name, "NAME", url.QueryEscape(name), "NAME").Replace(b.String())
	return randoms.ReplaceAllString(told, "RANDOM"), res
}

// follow fills in one form and sees the page that it leads to.
func (s *stranger) follow(name, path string, form url.Values) string {
	s.t.Helper()
	all, res := s.sees(name, form, path)
	if to := res.Header.Get("Location"); to != "" {
		page, _ := s.sees(name, nil, to)
		all += "\n" + page
	}
	return all
}

var challengeID = regexp.MustCompile(`name="challenge" value="([^"]*)"`)

// TestU3_Strangers: over every form, all kinds of accounts and no account look
// the same: status, headers, cookies, page and number of calls to Cognito.
func TestU3_Strangers(t *testing.T) {
	s := newStranger(t)
	names := []string{"nobody__@example.com", "existing@example.com", "passkeys@example.com", "waiting_@example.com", "resetreq@example.com", "invited_@example.com", "disabled@example.com"}
	forms := map[string]func(name string) string{
		"sign-in": func(name string) string {
			return s.follow(name, "/auth/login", url.Values{"username": {name}, "password": {"Wr0ng-password"}})
		},
		"sign-up": func(name string) string {
			return s.follow(name, "/auth/signup", url.Values{"email": {name}, "password": {"N3w-password"}})
		},
		"confirmation": func(name string) string {
			return s.follow(name, "/auth/confirm", url.Values{"username": {name}, "code": {"000000"}})
		},
		"another confirmation code": func(name string) string {
			return s.follow(name, "/auth/confirm/resend", url.Values{"username": {name}})
		},
		"forgotten password": func(name string) string {
			return s.follow(name, "/auth/forgot-password", url.Values{"username": {name}})
		},
		"new password": func(name string) string {
			return s.follow(name, "/auth/reset-password", url.Values{"username": {name}, "code": {"000000"}, "password": {"N3w-password"}})
		},
		"passkey": func(name string) string {
			all, res := s.sees(name, url.Values{"username": {name}}, "/auth/login/passkey")
			id := challengeID.FindStringSubmatch(s.body)
			if id == nil {
				return all + "\nno challenge" + res.Status
			}
			return all + s.follow(name, "/auth/challenge", url.Values{"challenge": {id[1]}, "credential": {`{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}`}})
		},
		"code by e-mail": func(name string) string {
			all := s.follow(name, "/auth/login/email", url.Values{"username": {name}})
			page, err := s.client.Get(s.url + "/auth/challenge")
			if err != nil {
				t.Fatal(err)
			}
			html, _ := io.ReadAll(page.Body)
			_ = page.Body.Close()
			id := challengeID.FindSubmatch(html)
			if id == nil {
				return all + "\nno challenge"
			}
			return all + s.follow(name, "/auth/challenge", url.Values{"challenge": {string(id[1])}, "code": {"00000000"}})
		},
	}
	for form, fill := range forms {
		// Often enough to come to the limits that Cognito has for accounts.
		tries := 12
		if form == "sign-in" {
			tries = 4 // from the sixth on Cognito's lock-out answers a call earlier
		}
		for try := range tries {
			var nobody string
			for _, name := range names {
				if form == "sign-up" { // makes the account that there was none of
					if name == names[0] {
						name = fmt.Sprintf("new%05d@example.com", try)
					}
				}
				s.fresh()
				got := fill(name)
				if nobody == "" {
					nobody = got
				} else if got != nobody {
					t.Fatalf("%s, attempt %d: %s looks like\n%s\nnobody's looks like\n%s", form, try+1, name, got, nobody)
				}
			}
		}
	}
}
