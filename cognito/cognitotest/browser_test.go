package cognitotest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// newApp is an app that signs in whoever comes to /account.
func newApp(t *testing.T, p *cognitotest.Pool, seen *[]*http.Request) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /account", func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("__Host-app"); err != nil {
			http.Redirect(w, r, p.URL()+"/oauth2/authorize"+query(), http.StatusFound)
			return
		}
		io.WriteString(w, "account")
	})
	mux.HandleFunc("GET /cb", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "__Host-app", Value: "1", Path: "/", Secure: true, HttpOnly: true})
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	})
	mux.HandleFunc("POST /form", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.FormValue("x")) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r)
		mux.ServeHTTP(w, r)
	})
}

func TestSignIn(t *testing.T) {
	p := newPool(t)
	var seen []*http.Request
	browser := p.Browser(newApp(t, p, &seen), "https://app.example.com")
	for range 2 { // the second time without a page
		resp, err := p.SignIn(browser, "https://app.example.com/account", "jane", password)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(body) != "account" || resp.Request.URL.String() != "https://app.example.com/account" {
			t.Errorf("SignIn = %s %q, want the account page", resp.Request.URL, body)
		}
	}
	for _, r := range seen {
		if r.TLS == nil || r.Host != "app.example.com" || r.RemoteAddr == "" || r.RequestURI != r.URL.RequestURI() || r.URL.Host != "" {
			t.Errorf("request to the app: TLS %v, Host %q, RemoteAddr %q, RequestURI %q", r.TLS != nil, r.Host, r.RemoteAddr, r.RequestURI)
		}
		if r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document" || !strings.HasPrefix(r.Header.Get("Accept"), "text/html") {
			t.Errorf("request to the app has headers %v", r.Header)
		}
	}
	if got := []string{seen[0].Header.Get("Sec-Fetch-Site"), seen[1].Header.Get("Sec-Fetch-Site")}; got[0] != "none" || got[1] != "cross-site" {
		t.Errorf("Sec-Fetch-Site = %v, want none for the address bar, cross-site from the sign-in page", got)
	}
	if got := seen[1].Header.Get("Origin"); got != "" {
		t.Errorf("the redirected GET has Origin %q", got)
	}
}

func TestSignInFails(t *testing.T) {
	p := newPool(t)
	var seen []*http.Request
	app := newApp(t, p, &seen)
	tests := []struct{ name, start, password, want string }{
		{"wrong password", "https://app.example.com/account", "x", "sign-in ended on /login: Incorrect username or password."},
		{"error page", p.URL() + "/oauth2/authorize?client_id=x", password, "sign-in ended on /error: An error was encountered with the requested page. (invalid_request, client_id \"x\")"},
		{"callback not registered", p.URL() + "/oauth2/authorize?response_type=code&redirect_uri=https://other.example.com/auth/callback&client_id=" + p.Config().ClientID, password, "(redirect_mismatch: the callback URL is not among CallbackURLs of the app client \"" + p.Config().ClientID + "\""},
		{"strange host", "https://other.example/", password, "this browser knows https://app.example.com"},
	}
	for _, tt := range tests {
		_, err := p.SignIn(p.Browser(app, "https://app.example.com"), tt.start, "jane", tt.password)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: SignIn = %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestBrowserPost(t *testing.T) {
	p := newPool(t)
	var seen []*http.Request
	browser := p.Browser(newApp(t, p, &seen), "https://app.example.com")
	post := func(header ...string) *http.Request {
		req, _ := http.NewRequest(http.MethodPost, "https://app.example.com/form", strings.NewReader("x=1"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := browser.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(body) != "1" {
			t.Errorf("the app read x = %q, want 1", body)
		}
		return seen[len(seen)-1]
	}
	tests := []struct {
		header       []string
		origin, site string
	}{
		{nil, "https://app.example.com", "same-origin"},
		{[]string{"Origin", "https://evil.example"}, "https://evil.example", "cross-site"},
		{[]string{"Origin", "https://app.example.com:8443"}, "https://app.example.com:8443", "same-site"},
		{[]string{"Sec-Fetch-Site", "cross-site"}, "https://app.example.com", "cross-site"},
	}
	for _, tt := range tests {
		r := post(tt.header...)
		if o, s := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site"); o != tt.origin || s != tt.site {
			t.Errorf("POST with %v: Origin %q, Sec-Fetch-Site %q, want %q, %q", tt.header, o, s, tt.origin, tt.site)
		}
	}
}

func TestBrowserAbortedHandler(t *testing.T) {
	app := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := newPool(t).Browser(app, "https://app.example.com").Get("https://app.example.com/"); err == nil {
		t.Error("Get of an aborting handler = nil, want an error")
	}
}

func TestBrowserAnswers(t *testing.T) {
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/empty":
			w.WriteHeader(http.StatusNoContent)
		case "/early":
			w.WriteHeader(http.StatusEarlyHints)
			io.WriteString(w, "body")
		case "/late":
			io.WriteString(w, "<!doctype html>")
			w.Header().Set("X-Late", "1")
			w.(http.Flusher).Flush()
		}
	})
	browser := newPool(t).Browser(app, "https://app.example.com")
	tests := []struct {
		method, path string
		status       int
		body         string
		length       int64
	}{
		{"GET", "/empty", 204, "", 0},
		{"GET", "/early", 200, "body", 4},
		{"HEAD", "/early", 200, "", 4},
		{"GET", "/late", 200, "<!doctype html>", 15},
		{"GET", "", 200, "", 0},
	}
	for _, tt := range tests {
		req, _ := http.NewRequest(tt.method, "https://app.example.com"+tt.path, nil)
		resp, err := browser.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != tt.status || string(body) != tt.body || resp.ContentLength != tt.length || resp.Header.Get("X-Late") != "" {
			t.Errorf("%s %s = %d %q, length %d, want %d %q, %d", tt.method, tt.path, resp.StatusCode, body, resp.ContentLength, tt.status, tt.body, tt.length)
		}
	}
}
