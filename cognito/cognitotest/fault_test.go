package cognitotest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// overBoth runs f with the pool in memory and over a socket.
func overBoth(t *testing.T, f func(t *testing.T, p *cognitotest.Pool, c *http.Client)) {
	t.Helper()
	t.Run("in memory", func(t *testing.T) {
		p := newPool(t)
		c := p.Client()
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		f(t, p, c)
	})
	t.Run("over a socket", func(t *testing.T) {
		p := newPool(t)
		if err := p.Start("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		transport := new(http.Transport)
		defer transport.CloseIdleConnections()
		f(t, p, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }})
	})
}

// readLimit is more than the 8 MiB of [fault.Huge] and less than a bomb.
const readLimit = 9 << 20

// refreshOver refreshes a token and reads the answer as far as the limit.
func refreshOver(p *cognitotest.Pool, c *http.Client, token string) (resp *http.Response, body string, err error) {
	req, err := http.NewRequest(http.MethodPost, p.URL()+"/oauth2/token", strings.NewReader(url.Values{
		"grant_type": {"refresh_token"}, "client_id": {"client1"}, "refresh_token": {token},
	}.Encode()))
	if err != nil {
		return nil, "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err = c.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, readLimit))
	return resp, string(b), err
}

func TestFaultsAnywhere(t *testing.T) {
	tests := []struct {
		kind  fault.Kind
		check func(resp *http.Response, body string, err error) bool
		used  bool // the refresh reached the endpoint
	}{
		{fault.Drop, func(_ *http.Response, _ string, err error) bool { return err != nil }, false},
		{fault.LostAnswer, func(_ *http.Response, _ string, err error) bool { return err != nil }, true},
		{fault.TooManyRequests, status(429, "Too many requests"), false},
		{fault.ServerError, status(500, "server_error"), false},
		{fault.Unavailable, status(503, "<html>"), false},
		{fault.HTML, status(200, "<!doctype html>"), false},
		{fault.OAuthError, status(400, `{"error":"temporarily_unavailable"}`), false},
		{fault.Truncated, func(resp *http.Response, body string, err error) bool {
			return err == nil && resp.StatusCode == 200 && strings.HasPrefix(body, `{"id_token":"`) && !json.Valid([]byte(body))
		}, true},
		{fault.Redirect302, redirected(302), false},
		{fault.Redirect307, redirected(307), false},
		{fault.Redirect308, redirected(308), false},
		{fault.Huge, func(resp *http.Response, body string, err error) bool {
			return err == nil && len(body) > 8<<20 && len(body) < 9<<20
		}, false},
		{fault.GzipBomb, func(resp *http.Response, body string, err error) bool {
			return err == nil && len(body) == readLimit && resp.Uncompressed
		}, false},
	}
	from := 0
	overBoth(t, func(t *testing.T, p *cognitotest.Pool, c *http.Client) {
		from++
		for _, tt := range thorough.Sample(tests, 2, from) {
			t.Run(string(tt.kind), func(t *testing.T) {
				token := string(p.Tokens("jane").Refresh)
				p.TakeEvents()
				p.Fault(fault.Fault{Op: "token", Kind: tt.kind, Times: 1})
				resp, body, err := refreshOver(p, c, token)
				if !tt.check(resp, body, err) {
					t.Errorf("refresh = %v, %.60q, %v", resp, body, err)
				}
				if n := len(p.Events(cognitotest.Event{Op: "token", Fault: tt.kind})); n != 1 {
					t.Errorf("%d events name the fault, want 1", n)
				}
				if used := len(p.Events(cognitotest.Event{Op: "token", Username: "jane"})) == 1; used != tt.used {
					t.Errorf("the endpoint was reached: %v, want %v", used, tt.used)
				}
				if resp, body, err := refreshOver(p, c, token); err != nil || resp.StatusCode != 200 {
					t.Errorf("refresh after the fault = %.60q, %v, want tokens", body, err)
				}
			})
		}
	})
}

func status(code int, text string) func(*http.Response, string, error) bool {
	return func(resp *http.Response, body string, err error) bool {
		return err == nil && resp.StatusCode == code && strings.Contains(body, text) && resp.Header.Get("Access-Control-Allow-Origin") == "*"
	}
}

func redirected(code int) func(*http.Response, string, error) bool {
	return func(resp *http.Response, _ string, err error) bool {
		return err == nil && resp.StatusCode == code && resp.Header.Get("Location") == "/oauth2/token"
	}
}

// TestFaultRedirectShowsWhoFollows: a client that follows a redirect of the
// token endpoint repeats its POST on 307, and the log shows it.
func TestFaultRedirectShowsWhoFollows(t *testing.T) {
	p := newPool(t)
	p.Fault(fault.Fault{Op: "token", Kind: fault.Redirect307, Times: 1})
	resp, _, err := refreshOver(p, p.Client(), string(p.Tokens("jane").Refresh))
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("refresh that follows = %v, %v", resp, err)
	}
	if n := len(p.Events(cognitotest.Event{Op: "token"})); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

// TestFaultLostAnswer: with rotation and no grace, a lost answer costs the
// session, which is what a test wants to see.
func TestFaultLostAnswer(t *testing.T) {
	c := appClient()
	c.RefreshTokenRotation = true
	p := newPool(t, cognitotest.WithClient(c))
	token := string(p.Tokens("jane").Refresh)
	p.Fault(fault.Fault{Op: "token", Kind: fault.LostAnswer, Times: 1})
	if _, _, err := refreshOver(p, p.Client(), token); err == nil {
		t.Error("refresh with a lost answer = nil, want an error")
	}
	if _, body, _ := refreshOver(p, p.Client(), token); body != invalidGrant {
		t.Errorf("refresh again = %s, want invalid_grant", body)
	}
}

func TestFaultsCount(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	token := string(p.AccessToken("jane"))
	got := func() (all []int) {
		for range 5 {
			all = append(all, v.userInfo(token).StatusCode)
		}
		return all
	}
	check := func(step string, want ...int) {
		t.Helper()
		all := got()
		for i := range want {
			if all[i] != want[i] {
				t.Fatalf("%s: %v, want %v", step, all, want)
			}
		}
	}
	p.Fault(fault.Fault{Op: "userInfo", Kind: fault.ServerError, Times: 2})
	p.Fault(fault.Fault{Kind: fault.Unavailable, Times: 1}) // any endpoint
	p.Fault(fault.Fault{Op: "token", Kind: fault.TooManyRequests})
	check("in turn", 500, 500, 503, 200, 200)
	p.Fault(fault.Fault{Op: "userInfo", Kind: fault.TooManyRequests})
	check("without end", 429, 429, 429, 429, 429)
	p.ClearFaults()
	check("cleared", 200, 200, 200, 200, 200)
	p.Fault(fault.Fault{Op: "userInfo", Kind: fault.ServerError, Times: 1})
	req, _ := http.NewRequest(http.MethodOptions, v.at("/oauth2/userInfo"), nil)
	if a := v.do(req); a.StatusCode != 204 {
		t.Errorf("preflight = %d, want 204 whatever the faults", a.StatusCode)
	}
	check("after a preflight", 500, 200)
}

func TestFaultsOfPages(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	for _, op := range []string{"authorize", "login", "logout", "discovery", "jwks", "signup"} {
		p.ClearFaults()
		p.Fault(fault.Fault{Op: op, Kind: fault.Unavailable})
		target := map[string]string{
			"authorize": "/oauth2/authorize" + query(), "login": "/login" + query(), "logout": "/logout", "signup": "/signup" + query(),
			"discovery": p.Issuer() + "/.well-known/openid-configuration", "jwks": p.Issuer() + "/.well-known/jwks.json",
		}[op]
		readable := "" // by pages of other origins
		if op == "discovery" || op == "jwks" {
			readable = "*"
		}
		if a := v.get(target); a.StatusCode != 503 || a.Header.Get("Access-Control-Allow-Origin") != readable {
			t.Errorf("%s with a fault = %d, Access-Control-Allow-Origin %q, want 503 and %q", op, a.StatusCode, a.Header.Get("Access-Control-Allow-Origin"), readable)
		}
	}
}

func TestFaultSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t)
		p.Fault(fault.Fault{Op: "userInfo", Kind: fault.Slow, Delay: time.Minute})
		p.Fault(fault.Fault{Op: "token", Kind: fault.ServerError, Delay: time.Hour})
		began := time.Now()
		if a := newVisitor(t, p).userInfo(string(p.AccessToken("jane"))); a.StatusCode != 200 || time.Since(began) != time.Minute {
			t.Errorf("slow userInfo = %d after %v, want 200 after a minute", a.StatusCode, time.Since(began))
		}
		began = time.Now()
		if resp, _, err := refreshOver(p, p.Client(), "x"); err != nil || resp.StatusCode != 500 || time.Since(began) != time.Hour {
			t.Errorf("slow 500 = %v, %v after %v, want 500 after an hour", resp, err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began = time.Now()
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, p.URL()+"/oauth2/userInfo", nil)
		if _, err := p.Client().Do(req); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("slow userInfo with a deadline = %v after %v, want DeadlineExceeded after a second", err, time.Since(began))
		}
		if e := p.Events()[len(p.Events())-1]; e.Status != 0 || e.Error != "connection dropped: slow" {
			t.Errorf("its event = %+v, want status 0 and the reason", e)
		}
	})
}

// TestFaultSlowOverASocket: the emulator stops waiting when the client goes.
func TestFaultSlowOverASocket(t *testing.T) {
	p := newPool(t)
	if err := p.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	p.Fault(fault.Fault{Op: "userInfo", Kind: fault.Slow, Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, p.URL()+"/oauth2/userInfo", nil)
		_, err := http.DefaultClient.Do(req)
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Do(cancelled) = %v, want context.Canceled", err)
	}
	if err := p.Close(); err != nil { // would be a deadline's error if a request hung
		t.Errorf("Close = %v, want nil", err)
	}
}

// TestFaultsOfTokens: the verifier of package cognito refuses each, by the
// check that must.
func TestFaultsOfTokens(t *testing.T) {
	tests := []struct {
		kind       fault.Kind
		id, access string // check that refuses; "" means accepted
	}{
		{kind: ""},
		{fault.WrongNonce, "nonce", ""},
		{fault.NoNonce, "nonce", ""},
		{fault.WrongKey, "signature", "signature"},
		{fault.WrongKid, "kid", "kid"},
		{fault.NoAtHash, "", ""}, // never demanded
		{fault.WrongAtHash, "at_hash", ""},
		{fault.WrongTokenUse, "token_use", "token_use"},
		{fault.Swapped, "token_use", "token_use"},
		{fault.WrongIssuer, "iss", "iss"},
		{fault.WrongAudience, "aud", "client_id"},
		{fault.Expired, "exp", "exp"},
		{fault.WrongSub, "", ""}, // userInfo tells
		{fault.AlgNone, "alg", "alg"},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind), func(t *testing.T) {
			p := newPool(t)
			verifier, err := cognito.NewVerifier(p.Config())
			if err != nil {
				t.Fatal(err)
			}
			v := newVisitor(t, p)
			code := v.signIn()
			if tt.kind != "" {
				p.Fault(fault.Fault{Kind: tt.kind, Times: 1})
			}
			tok := v.post("/oauth2/token", tokenForm(code)).tokens(t)
			_, err = verifier.VerifyID(t.Context(), cognito.IDToken(tok.ID), cognito.Nonce("no-1"), cognito.IssuedWith(cognito.AccessToken(tok.Access)))
			checkRefused(t, "VerifyID", err, tt.id)
			_, err = verifier.VerifyAccess(t.Context(), cognito.AccessToken(tok.Access))
			checkRefused(t, "VerifyAccess", err, tt.access)
		})
	}
}

func checkRefused(t *testing.T, call string, err error, check string) {
	t.Helper()
	var refused *cognito.VerifyError
	if errors.As(err, &refused); check == "" && err != nil || check != "" && (refused == nil || string(refused.Check) != check) {
		t.Errorf("%s = %v, want a refusal by %q", call, err, check)
	}
}

func TestFaultMissingTokens(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	refresh := string(p.Tokens("jane").Refresh)
	p.Fault(fault.Fault{Kind: fault.NoIDToken, Times: 1})
	p.Fault(fault.Fault{Kind: fault.NoAccessToken, Times: 1})
	if tok := v.refresh(refresh).tokens(t); tok.ID != "" || tok.Access == "" {
		t.Error("missing id_token: there is one, or no access_token")
	}
	if tok := v.refresh(refresh).tokens(t); tok.ID == "" || tok.Access != "" {
		t.Error("missing access_token: there is one, or no id_token")
	}
}

func TestFaultsOfUserInfoAndKeys(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	token := string(p.AccessToken("jane"))
	p.Fault(fault.Fault{Kind: fault.Booleans, Times: 1})
	p.Fault(fault.Fault{Op: "userInfo", Kind: fault.WrongSub, Times: 1})
	var info map[string]any
	if err := json.Unmarshal([]byte(v.userInfo(token).body), &info); err != nil || info["email_verified"] != true || info["phone_number_verified"] != false {
		t.Errorf("booleans: userInfo = %v, %v", info, err)
	}
	sub := info["sub"]
	if err := json.Unmarshal([]byte(v.userInfo(token).body), &info); err != nil || info["sub"] == sub || info["email_verified"] != "true" {
		t.Errorf("wrong sub: userInfo = %v, %v", info, err)
	}
	p.Fault(fault.Fault{Kind: fault.NoKeys, Times: 1})
	if got := v.get(p.Issuer() + "/.well-known/jwks.json").body; got != `{"keys":[]}` {
		t.Errorf("no keys: jwks = %s", got)
	}
	p.Fault(fault.Fault{Op: "discovery", Kind: fault.WrongIssuer, Times: 1})
	if got := v.get(p.Issuer() + "/.well-known/openid-configuration").body; strings.Contains(got, `"issuer":"`+p.Issuer()+`"`) {
		t.Error("wrong iss: discovery names the right one")
	}
}

func TestFaultOfAuthorize(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	p.Fault(fault.Fault{Kind: fault.Unexpected, Times: 1})
	a := v.get("/oauth2/authorize" + query("state", "s1"))
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil || a.StatusCode != 302 || !strings.HasPrefix(u.String(), callbackURL+"?") || u.Query().Get("error") != "server_error" || u.Query().Get("state") != "s1" {
		t.Errorf("server_error: authorize = %d to %v, want the callback with the error and the state", a.StatusCode, u)
	}
	if a = v.get("/oauth2/authorize" + query()); !strings.Contains(a.Header.Get("Location"), "/login?") {
		t.Errorf("once it is over, authorize leads to %s, want the sign-in page", a.Header.Get("Location"))
	}
}

func TestImpossibleFaults(t *testing.T) {
	p := newPool(t)
	for name, f := range map[string]fault.Fault{
		"no kind":          {Op: "token"},
		"unknown kind":     {Op: "token", Kind: "x"},
		"unknown endpoint": {Op: "tokens", Kind: fault.Drop},
		"elsewhere":        {Op: "login", Kind: fault.WrongNonce},
		"negative times":   {Op: "token", Kind: fault.Drop, Times: -1},
		"slow and at once": {Op: "token", Kind: fault.Slow},
	} {
		mustPanic(t, name, func() { p.Fault(f) })
	}
}
