package trial

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// Origin is where the app is found.
const Origin = "https://app.example.com"

const password = "Corr3ct-horse"

// A visitor is a browser at an app and its pool.
type visitor struct {
	t       *testing.T
	pool    *cognitotest.Pool
	browser *http.Client
}

// SignIn walks through an app that a recipe makes: sign-in, a form of the
// app's, tokens that have to be refreshed, groups, sign-out. The app has the
// pages /account and /admin and the form /note. tokens says that its forms
// carry a token against forgery.
func SignIn(t *testing.T, tokens bool, app func(*hostedui.Client) http.Handler) {
	t.Helper()
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs:         []string{Origin + "/auth/callback"},
		LogoutURLs:           []string{Origin + "/auth/signed-out"},
		RefreshTokenRotation: true,
	}))
	// jane's session fills much of what a session in cookies may.
	groups := []string{"admins"}
	for i := range 18 {
		groups = append(groups, fmt.Sprintf("team-%d-%s", i, strings.Repeat(string(rune('a'+i)), 12)))
	}
	for _, u := range []cognitotest.User{{Username: "jane", Groups: groups}, {Username: "joe"}} {
		u.Password, u.Email, u.EmailVerified = password, u.Username+"@example.com", true
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	cfg := hostedui.Config{Pool: pool.Config(), BaseURL: Origin, SessionKeys: []session.Key{session.NewKey()}}
	cfg.Pool.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	handler := app(client)
	v := visitor{t, pool, pool.Browser(handler, Origin)}

	v.signIn("/account?tab=2", "jane")
	page := v.get("/account", http.StatusOK, "Hello jane@example.com")
	v.get("/admin", http.StatusOK, "Hello jane@example.com")

	fields := hidden(page)
	if (len(fields) > 0) != tokens {
		t.Errorf("the form has the hidden fields %v, want a token: %t", fields, tokens)
	}
	fields.Set("text", "milk & eggs")
	v.post("/note", fields, Origin, http.StatusOK, `jane@example.com noted "milk & eggs"`)
	v.post("/note", url.Values{"text": {"x"}}, "https://evil.example", refused, "")
	if tokens {
		v.post("/note", url.Values{"text": {"x"}}, "", refused, "")
	}

	pool.Advance(61 * time.Minute) // the access token has ended
	v.get("/account", http.StatusOK, "Hello jane@example.com")
	pool.Advance(61 * time.Minute) // refresh tokens rotate: the last answer's cookies were kept
	v.get("/account", http.StatusOK, "Hello jane@example.com")

	v.browser.CheckRedirect = func(r *http.Request, _ []*http.Request) error { return nil }
	v.post("/auth/logout", nil, Origin, http.StatusOK, "signed out")
	v.fetch("/account", http.StatusUnauthorized)

	v = visitor{t, pool, pool.Browser(handler, Origin)}
	v.signIn("/account", "joe")
	v.get("/admin", http.StatusForbidden, "")
	v.get("/auth/none", http.StatusNotFound, "")
}

// signIn opens a page as a guest, who comes back to it after the sign-in.
func (v visitor) signIn(path, username string) {
	v.t.Helper()
	res, err := v.pool.SignIn(v.browser, Origin+path, username, password)
	if err != nil {
		v.t.Fatal(err)
	}
	v.check(res, path, http.StatusOK, "Hello "+username)
	if got := res.Request.URL.String(); got != Origin+path {
		v.t.Errorf("the sign-in ends at %s, want %s", got, path)
	}
}

func (v visitor) get(path string, status int, text string) string {
	v.t.Helper()
	res, err := v.browser.Get(Origin + path)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.check(res, path, status, text)
}

// fetch asks for a page as a script does.
func (v visitor) fetch(path string, status int) {
	v.t.Helper()
	v.send("GET", path, nil, map[string]string{"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Accept": "*/*"}, status, "")
}

// post sends a form from a page of origin. If origin is empty, it acts as an
// old browser, which sends neither Origin nor Sec-Fetch-Site.
func (v visitor) post(path string, form url.Values, origin string, status int, text string) {
	v.t.Helper()
	headers := map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": origin, "Referer": origin + "/account"}
	switch origin {
	case Origin:
		headers["Sec-Fetch-Site"] = "same-origin"
	case "":
		headers["Sec-Fetch-Site"], headers["Referer"] = "", Origin+"/account"
	default:
		headers["Sec-Fetch-Site"] = "cross-site"
	}
	v.send("POST", path, strings.NewReader(form.Encode()), headers, status, text)
}

func (v visitor) send(method, path string, body io.Reader, headers map[string]string, status int, text string) {
	v.t.Helper()
	req, err := http.NewRequest(method, Origin+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	res, err := v.browser.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	v.check(res, method+" "+path, status, text)
}

// refused means any status with which middlewares refuse a form.
const refused = -1

func (v visitor) check(res *http.Response, what string, status int, text string) string {
	v.t.Helper()
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	ok := res.StatusCode == status || status == refused && res.StatusCode >= 400 && res.StatusCode < 500
	if !ok || !strings.Contains(string(body), text) {
		v.t.Errorf("%s = %d %s, want %d with %q", what, res.StatusCode, body, status, text)
	}
	return string(body)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]+)"`)

// hidden are the hidden fields of a page.
func hidden(page string) url.Values {
	fields := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(page, -1) {
		fields.Set(m[1], strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&amp;", "&").Replace(m[2]))
	}
	return fields
}

// Behind is a proxy in front of an app that listens by itself.
func Behind(t *testing.T, serve func(net.Listener) error, stop func() error) http.Handler {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- serve(listener) }()
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
		<-done
	})
	target := &url.URL{Scheme: "http", Host: listener.Addr().String()}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}}
}
