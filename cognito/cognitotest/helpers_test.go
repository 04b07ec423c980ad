package cognitotest_test

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// What the tests sign in with. The pair of verifier and challenge is that of
// RFC 7636 appendix B.
const (
	callbackURL  = "https://app.example.com/cb"
	signedOutURL = "https://app.example.com/bye"
	password     = "Correct-horse-1"
	verifier     = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge    = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// The tests allocate much and keep little.
func init() { debug.SetGCPercent(400) }

func appClient() cognitotest.AppClient {
	return cognitotest.AppClient{ID: "client1", CallbackURLs: []string{callbackURL}, LogoutURLs: []string{signedOutURL}}
}

// newPool returns a pool with the user jane and, without options, the public
// client client1.
func newPool(t testing.TB, opts ...cognitotest.Option) *cognitotest.Pool {
	t.Helper()
	if len(opts) == 0 {
		opts = []cognitotest.Option{cognitotest.WithClient(appClient())}
	}
	p := cognitotest.NewPool(opts...)
	_, err := p.AddUser(cognitotest.User{
		Username: "jane", Password: password, Email: "jane@example.com", EmailVerified: true, Phone: "+15550100",
		Attributes: map[string]string{"name": "Jane", "custom:team": "blue", "phone_number_verified": "false"}, Groups: []string{"admins"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A visitor is a browser that follows no redirect, so that each can be seen.
type visitor struct {
	t testing.TB
	p *cognitotest.Pool
	c *http.Client
}

func newVisitor(t testing.TB, p *cognitotest.Pool) *visitor {
	c := p.Client()
	c.Jar, _ = cookiejar.New(nil)
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &visitor{t, p, c}
}

// An answer is a response that was read to its end.
type answer struct {
	*http.Response
	body string
}

func (v *visitor) do(req *http.Request) answer {
	v.t.Helper()
	resp, err := v.c.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{resp, string(body)}
}

// at makes a path absolute.
func (v *visitor) at(target string) string {
	if strings.HasPrefix(target, "/") {
		return v.p.URL() + target
	}
	return target
}

func (v *visitor) get(target string) answer {
	v.t.Helper()
	req, err := http.NewRequest(http.MethodGet, v.at(target), nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.do(req)
}

func (v *visitor) post(target string, form url.Values, header ...string) answer {
	v.t.Helper()
	req, err := http.NewRequest(http.MethodPost, v.at(target), strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return v.do(req)
}

var (
	hiddenField = regexp.MustCompile(`name="_csrf" value="([^"]*)"`)
	banner      = regexp.MustCompile(`role="(?:alert|status)">([^<]*)<`)
)

func (a answer) csrf(t testing.TB) string {
	t.Helper()
	m := hiddenField.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("%s has no form: %d %s", a.Request.URL.Path, a.StatusCode, a.Header.Get("Location"))
	}
	return m[1]
}

// says returns the text of the page's banner.
func (a answer) says() string {
	if m := banner.FindStringSubmatch(a.body); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}

// submit opens a page and sends its form in, filled with pairs.
func (v *visitor) submit(target string, pairs ...string) answer {
	v.t.Helper()
	form := url.Values{"_csrf": {v.get(target).csrf(v.t)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return v.post(target, form)
}

// query is an authorization request; pairs replace parameters, and an empty
// value removes one.
func query(pairs ...string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {"client1"}, "redirect_uri": {callbackURL},
		"scope": {"openid email"}, "state": {"st-1"}, "nonce": {"no-1"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return "?" + q.Encode()
}

// signIn signs jane in on the page and returns the code.
func (v *visitor) signIn(pairs ...string) string {
	v.t.Helper()
	a := v.submit("/login"+query(pairs...), "username", "jane", "password", password)
	return codeIn(v.t, a)
}

// codeIn returns the code in a redirect to the app.
func codeIn(t testing.TB, a answer) string {
	t.Helper()
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil || u.Query().Get("code") == "" {
		t.Fatalf("%s %s = %d %q %s, want a redirect with a code", a.Request.Method, a.Request.URL.Path, a.StatusCode, a.Header.Get("Location"), a.says())
	}
	return u.Query().Get("code")
}

// tokenForm is a code redemption; pairs replace parameters as in query.
func tokenForm(code string, pairs ...string) url.Values {
	form := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"client1"}, "code": {code},
		"redirect_uri": {callbackURL}, "code_verifier": {verifier},
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			form.Del(pairs[i])
		} else {
			form.Set(pairs[i], pairs[i+1])
		}
	}
	return form
}

type tokens struct {
	ID        string `json:"id_token"`
	Access    string `json:"access_token"`
	Refresh   string `json:"refresh_token"`
	ExpiresIn int    `json:"expires_in"`
	Type      string `json:"token_type"`
}

func (a answer) tokens(t testing.TB) tokens {
	t.Helper()
	var tok tokens
	if err := json.Unmarshal([]byte(a.body), &tok); err != nil || a.StatusCode != 200 {
		t.Fatalf("token endpoint = %d %s, want tokens", a.StatusCode, a.body)
	}
	return tok
}

// login is the whole flow.
func (v *visitor) login(pairs ...string) tokens {
	v.t.Helper()
	return v.post("/oauth2/token", tokenForm(v.signIn(pairs...))).tokens(v.t)
}

func (v *visitor) refresh(token string) answer {
	v.t.Helper()
	return v.post("/oauth2/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {"client1"}, "refresh_token": {token}})
}

func (v *visitor) userInfo(token string) answer {
	v.t.Helper()
	req, err := http.NewRequest(http.MethodGet, v.at("/oauth2/userInfo"), nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return v.do(req)
}

// claimsOf decodes a token without checking it.
func claimsOf(t testing.TB, token string) map[string]any {
	t.Helper()
	var claims map[string]any
	if err := json.Unmarshal(partOf(t, token, 1), &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func partOf(t testing.TB, token string, i int) []byte {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) <= i {
		t.Fatalf("token has %d parts", len(parts))
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[i])
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
