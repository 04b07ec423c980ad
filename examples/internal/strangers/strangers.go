// Package strangers tests that an app does not reveal which accounts exist. It
// fills in every form of the app for accounts of all kinds, and for unknown
// names. Then it compares status, headers, cookies and body, each call to
// Cognito, and the time that passes.
package strangers

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/authenticator"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// BaseURL is the app's own URL, and RelyingPartyID that of the pool.
const (
	BaseURL        = "https://app.example.com"
	RelyingPartyID = "example.com"
	Password       = "Correct-horse-1"
)

// An App is what strangers try.
type App struct {
	// New makes the app on a pool.
	New func(cognito.Config) (http.Handler, error)

	// Open are the patterns of the routes for everybody, and SignedIn those of
	// the routes for users. The app fills its mux from the same lists.
	Open, SignedIn []string

	// Forms fill in a form, by the pattern of its route. A word in brackets
	// behind it tells two forms of one route apart: "POST /signin (code)".
	Forms map[string]func(*Visitor)

	// Nameless are the routes of Open that take no user name, and why they tell
	// nothing of accounts.
	Nameless map[string]string
}

// Run fails the test for each form by which accounts can be told apart, and for
// each route that no form of Forms tries.
func Run(t *testing.T, app App) {
	covered := func(route string) bool {
		for name := range app.Forms {
			if name == route || strings.HasPrefix(name, route+" (") {
				return true
			}
		}
		return app.Nameless[route] != ""
	}
	for _, route := range app.Open {
		if !covered(route) {
			t.Errorf("no form tries the route %q, and Nameless does not say why", route)
		}
	}
	for i, name := range slices.Sorted(maps.Keys(app.Forms)) {
		route, _, _ := strings.Cut(name, " (")
		if !slices.Contains(app.Open, route) {
			t.Errorf("the form %q is of no route", name)
		}
		t.Run(strings.NewReplacer("/", " ", "  ", " ").Replace(name), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newStage(t, app).compare(t, i, name, app.Forms[name]) })
		})
	}
	t.Run("signed out", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { newStage(t, app).signedOut(t, app.SignedIn) })
	})
}

// The kinds of accounts. All names have one length, so that what the app writes
// can be compared. The first belongs to no user.
var kinds = []string{
	"nobody__", "existing", "passkey1", "passkeys", "waiting_", "resetreq", "invited_", "expired_", "disabled", "twosteps", "unproved",
}

// tries is how often each form is filled in for one account: beyond the limits
// that Cognito has for accounts.
const tries = 12

// kindsIn returns the kinds of accounts for which the nth form of an app is
// filled in. The first try takes all kinds. Later tries take all kinds only in
// CI, because each attempt costs the exponentiations of SRP. Elsewhere they
// take an unknown name, a user, and one other kind, which differs from form to
// form.
func kindsIn(try, n int) []string {
	if try == 0 {
		return kinds
	}
	others := kinds[2:]
	return thorough.Or([]string{kinds[0], kinds[1], others[n%len(others)]}, kinds)
}

// A stage is the app on a pool with accounts of all kinds.
type stage struct {
	pool  *cognitotest.Pool
	app   http.Handler
	calls []string // of the app to Cognito
}

func newStage(t *testing.T, app App) *stage {
	t.Helper()
	log := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the app logs each refusal
	t.Cleanup(func() { slog.SetDefault(log) })
	s := &stage{pool: cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{
			ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"}, RefreshTokenRotation: true,
		}),
		cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true}),
		cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"),
		cognitotest.WithWebAuthn(cognitotest.WebAuthn{RelyingPartyID: RelyingPartyID}),
	)}
	s.add(t, "expired_", func(u *cognitotest.User) { u.Status = cognitotest.StatusForceChangePassword })
	time.Sleep(8 * 24 * time.Hour) // of the bubble, and so of the pool: the temporary password ends
	s.add(t, "existing", nil)
	s.add(t, "passkey1", nil)
	s.add(t, "passkeys", nil)
	s.add(t, "waiting_", func(u *cognitotest.User) { u.Status, u.EmailVerified = cognitotest.StatusUnconfirmed, false })
	s.add(t, "resetreq", func(u *cognitotest.User) { u.Status = cognitotest.StatusResetRequired })
	s.add(t, "invited_", func(u *cognitotest.User) { u.Status = cognitotest.StatusForceChangePassword })
	s.add(t, "disabled", func(u *cognitotest.User) { u.Disabled = true })
	s.add(t, "twosteps", func(u *cognitotest.User) { u.TOTPSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" })
	s.add(t, "unproved", func(u *cognitotest.User) { u.EmailVerified = false })
	s.givePasskeys(t, "passkey1", 1)
	s.givePasskeys(t, "passkeys", 20)
	cfg := s.pool.Config()
	next := s.pool.Client().Transport
	cfg.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if _, op, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
			s.calls = append(s.calls, op)
		}
		return next.RoundTrip(r)
	})}
	var err error
	if s.app, err = app.New(cfg); err != nil {
		t.Fatal(err)
	}
	return s
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (s *stage) add(t *testing.T, kind string, edit func(*cognitotest.User)) {
	t.Helper()
	u := cognitotest.User{Email: address(kind), EmailVerified: true, Password: Password}
	if edit != nil {
		edit(&u)
	}
	if _, err := s.pool.AddUser(u); err != nil {
		t.Fatal(err)
	}
}

func address(kind string) string { return kind + "@example.com" }

// givePasskeys registers passkeys that no device of the test holds.
func (s *stage) givePasskeys(t *testing.T, kind string, n int) {
	t.Helper()
	client, err := userpool.New(userpool.Config{Pool: s.pool.Config()})
	if err != nil {
		t.Fatal(err)
	}
	token := s.pool.AccessToken(address(kind))
	for range n {
		options, err := client.StartWebAuthnRegistration(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		credential, err := new(authenticator.Authenticator).Create(options, BaseURL)
		if err != nil {
			t.Fatal(err)
		}
		if err := client.CompleteWebAuthnRegistration(t.Context(), token, credential); err != nil {
			t.Fatal(err)
		}
	}
}

// compare fills in the nth form of the app for all kinds of accounts. It stops when
// the form reveals a difference, or after enough tries.
func (s *stage) compare(t *testing.T, n int, name string, form func(*Visitor)) {
	for try := range tries {
		nobody := ""
		for i, kind := range kindsIn(try, n) {
			v := s.visit(t, address(kind))
			if _, _, err := s.pool.UserStatus(v.Name); i == 0 && err == nil { // a sign-up has made the account
				v = s.visit(t, address(fmt.Sprintf("nb%06d", try)))
			}
			form(v)
			got := v.told.String()
			if i == 0 {
				nobody = got
			} else if got != nobody {
				t.Fatalf("%s, attempt %d: for the account %s it is\n%s\nfor an unknown name it is\n%s", name, try+1, kind, got, nobody)
			}
		}
	}
}

// signedOut tries the routes for users without a session.
func (s *stage) signedOut(t *testing.T, routes []string) {
	for _, route := range routes {
		v := s.visit(t, address("existing"))
		method, path, _ := strings.Cut(route, " ")
		res := v.send(method, path, "application/x-www-form-urlencoded", "")
		if !slices.Contains([]int{302, 303, 401, 403}, res.Code) || len(s.calls) != 0 {
			t.Errorf("%s without a session = %d and the calls %v, want a way to the sign-in and no call", route, res.Code, s.calls)
		}
	}
}

// A Visitor is a browser or a phone without a session, that tries one name.
type Visitor struct {
	Name string // an e-mail address

	t     *testing.T
	s     *stage
	jar   *cookiejar.Jar
	told  strings.Builder
	body  []byte // of the last answer
	where string // the last answer leads to
}

func (s *stage) visit(t *testing.T, name string) *Visitor {
	jar, _ := cookiejar.New(nil) // never fails
	return &Visitor{Name: name, t: t, s: s, jar: jar}
}

// Cookie puts a cookie of the visitor's own making into the browser.
func (v *Visitor) Cookie(name, value string) {
	base, _ := url.Parse(BaseURL)
	v.jar.SetCookies(base, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// Get opens a page.
func (v *Visitor) Get(path string) { v.send("GET", path, "", "") }

// Post sends a form and opens the page that it leads to.
func (v *Visitor) Post(path string, pairs ...string) {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	v.send("POST", path, "application/x-www-form-urlencoded", form.Encode())
	for hops := 0; v.where != "" && hops < 3; hops++ {
		v.Get(v.where)
	}
}

// JSON sends a document and returns the answer's.
func (v *Visitor) JSON(path string, doc map[string]any) (answer map[string]any) {
	v.t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		v.t.Fatal(err)
	}
	v.send("POST", path, "application/json", string(text))
	if err := json.Unmarshal(v.body, &answer); err != nil {
		v.t.Fatalf("POST %s: %v: %s", path, err, v.body)
	}
	return answer
}

var hiddenID = regexp.MustCompile(`name="challenge" value="([^"]*)"`)

// Challenge is the hidden field of the form that the last page shows.
func (v *Visitor) Challenge() string {
	v.t.Helper()
	id := hiddenID.FindSubmatch(v.body)
	if id == nil {
		v.t.Fatalf("%s is asked for nothing:\n%s", v.Name, v.told.String())
	}
	return string(id[1])
}

// Credential is a passkey that no account has.
const Credential = `{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}`

// send makes a request and notes all that its answer tells.
func (v *Visitor) send(method, path, mediaType, body string) *httptest.ResponseRecorder {
	v.t.Helper()
	target, err := url.Parse(BaseURL + path)
	if err != nil {
		v.t.Fatal(err)
	}
	r := httptest.NewRequest(method, target.String(), strings.NewReader(body))
	r.Header.Set("Accept", "text/html")
	if mediaType != "" {
		r.Header.Set("Content-Type", mediaType)
	}
	for _, c := range v.jar.Cookies(target) {
		r.AddCookie(c)
	}
	v.s.calls = nil
	begun := time.Now()
	w := httptest.NewRecorder()
	v.s.app.ServeHTTP(w, r)
	passed := time.Since(begun)
	res := w.Result()
	v.jar.SetCookies(target, res.Cookies())
	v.body, _ = io.ReadAll(res.Body) // from memory
	v.where = res.Header.Get("Location")
	v.note(method+" "+target.Path, res, passed)
	return w
}

// note writes down what an answer tells, with the name and what is random
// replaced.
func (v *Visitor) note(route string, res *http.Response, passed time.Duration) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: %d after %v and the calls %v\n", route, res.StatusCode, passed, v.s.calls)
	for _, c := range res.Cookies() {
		fmt.Fprintf(&b, "cookie %s of %d bytes for %d seconds\n", c.Name, len(c.Value), c.MaxAge)
	}
	header := res.Header.Clone()
	header.Del("Set-Cookie")
	_ = header.Write(&b) // to memory
	b.Write(v.body)
	b.WriteString("\n")
	name := strings.NewReplacer(v.Name, "NAME", url.QueryEscape(v.Name), "NAME")
	v.told.WriteString(random.ReplaceAllStringFunc(name.Replace(b.String()), func(text string) string {
		return fmt.Sprintf("%s… of %d bytes", random.FindStringSubmatch(text)[1], len(text))
	}))
}

// random are the ids of challenges, what is sealed, and challenges of passkeys.
var random = regexp.MustCompile(`(name="challenge" value=|"(?:state|signup)":|(?:&#34;|")challenge(?:&#34;|"):)(?:&#34;|")[\w-]*(?:&#34;|")`)

// ForgedOwner is the value of a cookie that says, unsealed, that the visitor's
// name has a passkey in this browser.
func (v *Visitor) ForgedOwner() string {
	return base64.RawURLEncoding.EncodeToString([]byte(`[{"Name":"` + v.Name + `","Sub":"5f2a6b1e-2f1e-4c5b-9d1a-0123456789ab"}]`))
}
