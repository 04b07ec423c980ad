package hostedui_test

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// quiet keeps no log, which would grow with every input.
func quiet(s *setup) {
	withConfig(func(cfg *hostedui.Config) { cfg.Pool.Logger, cfg.OnError = slog.New(slog.DiscardHandler), nil })(s)
}

// fuzzRequest is a request that net/http's server could pass on, or nil.
func fuzzRequest(target string, header ...string) *http.Request {
	u, err := url.ParseRequestURI(target)
	if err != nil || strings.ContainsFunc(target, func(c rune) bool { return c <= ' ' || c == 0x7f }) {
		return nil
	}
	req := httptest.NewRequest(http.MethodGet, "/", nil)
	req.URL, req.RequestURI = u, target
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return req
}

// harmless fails the test unless an answer to a request that earned nothing is
// harmless. There must be no panic (the caller sees), no 5xx and no session.
// There must be no redirect to a site that is neither the app nor the pool.
// Nothing must be asked of the pool.
func harmless(t *testing.T, w *world, call string, rec *httptest.ResponseRecorder) {
	t.Helper()
	if rec.Code >= 500 || rec.Code < 200 {
		t.Errorf("%s = %d", call, rec.Code)
	}
	app, _ := url.Parse(base + "/auth/callback")
	if location := rec.Header().Get("Location"); location != "" {
		u, err := app.Parse(location)
		if err != nil || u.Scheme != "https" || u.Host != app.Host && u.Scheme+"://"+u.Host != w.pool.URL() {
			t.Errorf("%s leads to %q", call, location)
		}
	}
	for _, c := range setCookies(rec.Header()) {
		if c.MaxAge > 0 && !strings.HasPrefix(c.Name, attemptCookie) && c.Name != pagesCookie {
			t.Errorf("%s sets the cookie %s", call, c.Name)
		}
	}
	if n := len(w.wire.all(tokenPath)); n != 0 {
		t.Errorf("%s caused %d token requests", call, n)
	}
	checkHeaders(t, call, rec.Code, rec.Header(), rec.Body.String())
}

// FuzzCallback: no query of a callback, from a browser with a login under
// way, does harm.
func FuzzCallback(f *testing.F) {
	for _, query := range strayCallbacks {
		f.Add(strings.TrimPrefix(query, "?"), false)
	}
	for _, query := range []string{
		"error=access_denied", "error=access_denied&error_description=%3Cscript%3E", "error=&code=x", "state=STATE&error=server_error",
		"state=STATE", "state=STATE&code=", "state=STATE&code=x&code=y", "iss=https://evil.example&state=STATE&code=x", "%zz", "a;b", "state=%00", "=&=&&",
		"code=x&state=STATE%00", "state=state&State=STATE&code=x", "code=https://evil.example&state=//evil.example&return_to=//evil.example",
	} {
		f.Add(query, true)
	}
	w := newWorld(f, quiet)
	b := w.newBrowser()
	state := b.begin("/auth/login?return_to=/account").Query().Get("state")
	var name, value string
	for name, value = range b.attempts() {
	}
	f.Fuzz(func(t *testing.T, query string, pending bool) {
		query = strings.ReplaceAll(query, "STATE", state)
		header := slices.Clone(navigation)
		if pending {
			header = append(header, "Cookie", name+"="+value)
		}
		req := fuzzRequest("/auth/callback?"+query, header...)
		if req == nil {
			return
		}
		q, _ := url.ParseQuery(req.URL.RawQuery)
		if pending && q.Get("state") == state && q.Get("code") != "" && q.Get("error") == "" {
			return // that is a good callback
		}
		rec := httptest.NewRecorder()
		w.client.ServeHTTP(rec, req)
		harmless(t, w, "callback "+query, rec)
		for _, text := range q["error_description"] {
			if len(text) > 20 && strings.Contains(rec.Body.String(), text) {
				t.Errorf("callback %s shows the description", query)
			}
		}
	})
}

// FuzzAttemptCookie: whatever is in the cookies of pending logins, sealed by
// us or not, nothing is exchanged for a state that is not the browser's.
func FuzzAttemptCookie(f *testing.F) {
	w := newWorld(f, quiet)
	ring := [][]byte{w.config.SessionKeys[0]}
	box, err := seal.NewBox(ring, "login attempt")
	if err != nil {
		f.Fatal(err)
	}
	b := w.newBrowser()
	b.begin("/auth/login?return_to=/account")
	var name, value string
	for name, value = range b.attempts() {
	}
	raw, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		f.Fatal(err)
	}
	plain, _, err := box.Open(context.Background(), raw, w.boundTo(name))
	if err != nil {
		f.Fatalf("the test cannot open an attempt: %v", err)
	}
	f.Add(value, plain)
	f.Add(value[:20], plain[:20])
	f.Add("", []byte{})
	f.Add("!", []byte{1})
	f.Add(value+value, append(slices.Clone(plain), "//evil.example"...))
	f.Add(strings.Repeat("A", 200), make([]byte, 200))
	f.Fuzz(func(t *testing.T, cookie string, plain []byte) {
		cookies := []string{
			attemptCookie + "0=" + cookie,
			attemptCookie + "1=" + seal.Encode(box.Seal(plain, w.boundTo(attemptCookie+"1"))),
			pagesCookie + "=" + seal.Encode(box.Seal(plain, w.boundTo(pagesCookie))),
		}
		for _, path := range []string{"/auth/callback?code=4f1d2c3b&state=" + attempt.State, "/auth/callback?code=4f1d2c3b&state=", "/auth/login", "/auth/callback?error=x&state=" + attempt.State} {
			if strings.Contains(string(plain), string(mustDecode(t, attempt.State))) {
				return // that would be a good attempt
			}
			req := fuzzRequest(path, append(slices.Clone(navigation), "Cookie", strings.Join(cookies, "; "))...)
			rec := httptest.NewRecorder()
			w.client.ServeHTTP(rec, req)
			harmless(t, w, path+" with the cookies "+strings.Join(cookies, "; "), rec)
		}
		if len(plain) < 5+32 {
			return
		}
		// An attempt that we sealed leads back to a page of the app alone.
		key, err := hkdf.Key(sha256.New, plain[5:37], nil, "cognito-go state", 32)
		if err != nil {
			t.Fatal(err)
		}
		state := base64.RawURLEncoding.EncodeToString(key)
		rec := httptest.NewRecorder()
		w.client.ServeHTTP(rec, fuzzRequest("/auth/callback?error=x&state="+state, append(slices.Clone(navigation), "Cookie", cookies[1])...))
		harmless(t, w, "an attempt of "+string(plain), rec)
	})
}

// FuzzLogin: no query of the login leads anywhere but to the pool, or turns
// anything off.
func FuzzLogin(f *testing.F) {
	for _, query := range []string{
		"", "return_to=/account", "return_to=//evil.example", "identity_provider=Google&lang=de&prompt=login", "restart=1", "prompt=none",
		"state=x&nonce=x&code_challenge_method=plain&redirect_uri=https://evil.example", "%zz", "a;b",
	} {
		f.Add(query)
	}
	w := newWorld(f, quiet, withConfig(func(cfg *hostedui.Config) { cfg.Providers, cfg.Languages = []string{"Google"}, []string{"de"} }))
	allowed := map[string][]string{"identity_provider": {"Google"}, "lang": {"de"}, "prompt": {"login"}}
	f.Fuzz(func(t *testing.T, query string) {
		req := fuzzRequest("/auth/login?"+query, navigation...)
		if req == nil {
			return
		}
		rec := httptest.NewRecorder()
		w.client.ServeHTTP(rec, req)
		harmless(t, w, "login "+query, rec)
		if rec.Code != http.StatusFound {
			if !req.URL.Query().Has("restart") {
				t.Errorf("login %s = %d", query, rec.Code)
			}
			return
		}
		u, _ := url.Parse(rec.Header().Get("Location"))
		q := u.Query()
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			if len(q[name]) != 1 || !random32.MatchString(q.Get(name)) {
				t.Errorf("login %s sends %s=%q", query, name, q[name])
			}
		}
		if q.Get("code_challenge_method") != "S256" || q.Get("redirect_uri") != base+"/auth/callback" || q.Get("client_id") != clientID || q.Get("response_type") != "code" {
			t.Errorf("login %s leads to %s", query, u)
		}
		for name, values := range allowed {
			if v, sent := q[name]; sent && !slices.Equal(v, values) {
				t.Errorf("login %s sends %s=%q", query, name, v)
			}
		}
		if len(q) > 8+len(allowed) {
			t.Errorf("login %s sends more than it may: %s", query, u)
		}
	})
}
