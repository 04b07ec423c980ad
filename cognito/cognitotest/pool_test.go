package cognitotest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func TestNewPoolWithoutOptions(t *testing.T) {
	p := cognitotest.NewPool()
	cfg := p.Config()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	if len(cfg.ClientID) != 26 || cfg.ClientSecret != "" {
		t.Errorf("default client = %q, secret %v, want 26 characters and none", cfg.ClientID, cfg.ClientSecret != "")
	}
	if cfg.IssuerURL() != p.Issuer() || cfg.DomainURL() != p.URL() || cfg.HTTPClient == nil || cfg.Now == nil {
		t.Errorf("Config = %v %v, want %v %v", cfg.IssuerURL(), cfg.DomainURL(), p.Issuer(), p.URL())
	}
}

func TestOtherRegions(t *testing.T) {
	for id, domain := range map[string]string{
		"us-gov-west-1_Abc": "https://emulator.auth-fips.us-gov-west-1.amazoncognito.com",
		"us-east-2_Abc":     "https://emulator.auth.us-east-2.amazoncognito.com",
	} {
		p := cognitotest.NewPool(cognitotest.WithID(id))
		if cfg := p.Config(); p.URL() != domain || cfg.DomainURL() != domain || cfg.IssuerURL() != p.Issuer() {
			t.Errorf("%s: URL %s, Config %s %s, want %s", id, p.URL(), cfg.DomainURL(), cfg.IssuerURL(), domain)
		}
	}
}

func TestWrongOptionsPanic(t *testing.T) {
	tests := map[string]cognitotest.Option{
		"pool id":  cognitotest.WithID("nonsense"),
		"fragment": cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{"https://a.example/#x"}}),
		"relative": cognitotest.WithClient(cognitotest.AppClient{LogoutURLs: []string{"/bye"}}),
		"grace":    cognitotest.WithClient(cognitotest.AppClient{RetryGracePeriod: time.Hour}),
		"scope":    cognitotest.WithClient(cognitotest.AppClient{Scopes: []string{"offline_access"}}),
		"validity": cognitotest.WithClient(cognitotest.AppClient{AccessTokenValidity: -1}),
	}
	for name, option := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if v, _ := recover().(string); !strings.HasPrefix(v, "cognitotest: ") {
					t.Errorf("NewPool panics with %q, want a text of ours", v)
				}
			}()
			cognitotest.NewPool(option)
		})
	}
}

func TestAddUserErrors(t *testing.T) {
	p := newPool(t)
	for _, u := range []cognitotest.User{
		{}, {Username: "Jane"}, {Username: "x", Email: "JANE@example.com"}, {Username: "a b"}, {Username: strings.Repeat("x", 129)},
	} {
		if _, err := p.AddUser(u); err == nil {
			t.Errorf("AddUser(%+v) = nil, want an error", u)
		}
	}
	if sub, err := p.AddUser(cognitotest.User{Username: "x", Sub: "my-sub"}); sub != "my-sub" || err != nil {
		t.Errorf("AddUser with a sub = %q, %v", sub, err)
	}
}

func TestClientRefusesOtherHosts(t *testing.T) {
	p := newPool(t)
	for _, target := range []string{"https://example.com/", "http://emulator.auth.eu-west-1.amazoncognito.com/"} {
		_, err := p.Client().Get(target)
		if err == nil || !strings.Contains(err.Error(), "is not the pool's") {
			t.Errorf("Get(%s) = %v, want an error that says whose it is not", target, err)
		}
	}
}

func TestClientHonoursContext(t *testing.T) {
	p := newPool(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, p.URL()+"/login", nil)
	if _, err := p.Client().Do(req); !errors.Is(err, context.Canceled) {
		t.Errorf("Do(cancelled) = %v, want context.Canceled", err)
	}
	if got := len(p.Events()); got != 0 {
		t.Errorf("%d requests arrived, want none", got)
	}
}

func TestClientHonoursContextDuringTheCall(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	app := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() })
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://app.example.com/", nil)
	if _, err := newPool(t).Browser(app, "https://app.example.com").Do(req); !errors.Is(err, context.Canceled) {
		t.Errorf("Do(cancelled by the handler) = %v, want context.Canceled", err)
	}
}

func TestStart(t *testing.T) {
	p := newPool(t)
	for _, addr := range []string{":0", "0.0.0.0:0", "example.com:0", "127.0.0.1"} {
		if err := p.Start(addr); err == nil {
			t.Fatalf("Start(%s) = nil, want an error", addr)
		}
	}
	if err := p.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Start("127.0.0.1:0"); err == nil {
		t.Error("second Start = nil, want an error")
	}
	cfg := p.Config()
	if err := cfg.Validate(); err != nil {
		t.Error(err)
	}
	if p.Issuer() != p.URL()+"/eu-west-1_Emulator1" || cfg.IssuerURL() != p.Issuer() || cfg.DomainURL() != p.URL() || cfg.EndpointURL() != p.URL() || cfg.HTTPClient != nil {
		t.Errorf("Config = %v %v %v, want all below %s", cfg.IssuerURL(), cfg.DomainURL(), cfg.EndpointURL(), p.URL())
	}
	for _, c := range []*http.Client{http.DefaultClient, p.Client()} {
		resp, err := c.Get(cfg.JWKSURL())
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(body) != string(p.JWKS()) || resp.ContentLength != int64(len(body)) {
			t.Errorf("jwks over a socket = %s", body)
		}
	}
	was := p.URL()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := http.Get(was + "/login"); err == nil {
		t.Error("the pool answers after Close")
	}
	if err := p.Close(); err != nil || !strings.HasPrefix(p.URL(), "https://emulator.") {
		t.Errorf("second Close = %v, URL %s, want nil and the one in memory", err, p.URL())
	}
}

// A server in a network of containers has a name that is not this machine's.
// The configuration names it as an emulator's, so that plain http is taken.
func TestServeAtContainer(t *testing.T) {
	p := newPool(t)
	p.ServeAt("http://cognito:9229/")
	cfg := p.Config()
	if err := cfg.Validate(); err != nil || cfg.EmulatorHost != "cognito" || cfg.DomainURL() != "http://cognito:9229" || cfg.EndpointURL() != "http://cognito:9229" {
		t.Errorf("Config = %+v, %v, want the URLs of http://cognito:9229", cfg, err)
	}
	if cfg.IssuerURL() != p.Issuer() || p.Issuer() != "http://cognito:9229/"+p.ID() {
		t.Errorf("Issuer = %s, %s", p.Issuer(), cfg.IssuerURL())
	}
	p.ServeAt("http://127.0.0.1:9229")
	if cfg := p.Config(); cfg.EmulatorHost != "" || cfg.Validate() != nil {
		t.Errorf("EmulatorHost on this machine = %q, want none", cfg.EmulatorHost)
	}
}

func TestServeAt(t *testing.T) {
	p := newPool(t)
	server := httptest.NewServer(p)
	defer server.Close()
	p.ServeAt(server.URL)
	app := http.NewServeMux()
	var claims map[string]any
	app.HandleFunc("/cb", func(w http.ResponseWriter, r *http.Request) {
		resp, err := http.PostForm(server.URL+"/oauth2/token", tokenForm(r.FormValue("code")))
		if err != nil {
			t.Error(err)
			return
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		claims = claimsOf(t, answer{resp, string(body)}.tokens(t).ID)
	})
	resp, err := p.SignIn(p.Browser(app, "https://app.example.com"), server.URL+"/oauth2/authorize"+query(), "jane", password)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if want := server.URL + "/eu-west-1_Emulator1"; claims["iss"] != want {
		t.Errorf("iss = %v, want %v", claims["iss"], want)
	}
}

func TestEvents(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	hidden := v.get("/login" + query()).csrf(t)
	code := codeIn(t, v.post("/login"+query(), url.Values{"_csrf": {hidden}, "username": {"jane"}, "password": {password}}))
	tok := v.post("/oauth2/token", tokenForm(code)).tokens(t)
	v.refresh(tok.Refresh)
	v.refresh("a.b.c.d.e")
	v.userInfo(tok.Access)
	v.get("/nowhere?client_secret=s3cret")
	var got []string
	for _, e := range p.Events() {
		got = append(got, strings.TrimSpace(fmt.Sprintln(e.Method, e.Op, e.ClientID, e.Username, e.Status, e.Error)))
	}
	want := []string{
		"GET login client1  200", "POST login client1 jane 302", "POST token client1 jane 200", "POST token client1 jane 200",
		"POST token client1  400 invalid_grant", "GET userInfo client1 jane 200", "GET    404 not_found",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Events = %q, want %q", got, want)
	}
	all := fmt.Sprintf("%v", p.Events())
	for _, secret := range []string{code, tok.ID, tok.Access, tok.Refresh, password, verifier, hidden, "s3cret"} {
		if strings.Contains(all, secret) {
			t.Errorf("the events show %.12s…", secret)
		}
	}
	if e := p.Events()[2]; e.Params.Get("grant_type") != "authorization_code" || e.Params.Get("code") != "[redacted]" || e.At.IsZero() {
		t.Errorf("event of the exchange = %+v", e)
	}
	if e := p.Events()[0]; e.Params.Get("code_challenge") != challenge || e.Params.Get("state") != "st-1" {
		t.Errorf("event of the login page = %+v", e)
	}
}

// TestSynctest lets an hour and a minute pass at once: what a test of an
// expired access token does.
func TestSynctest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t)
		v := newVisitor(t, p)
		tok := v.login()
		if a := v.userInfo(tok.Access); a.StatusCode != 200 {
			t.Errorf("userInfo at once = %d, want 200", a.StatusCode)
		}
		time.Sleep(61 * time.Minute)
		if a := v.userInfo(tok.Access); a.StatusCode != 401 {
			t.Errorf("userInfo after 61 minutes = %d, want 401", a.StatusCode)
		}
		if got := v.get("/oauth2/authorize" + query("prompt", "none")).Header.Get("Location"); !strings.Contains(got, "login_required") {
			t.Errorf("prompt=none after 61 minutes = %q, want login_required", got)
		}
		v.refresh(tok.Refresh).tokens(t)
	})
}

func TestConcurrency(t *testing.T) {
	rotating := appClient()
	rotating.RefreshTokenRotation = true
	p := newPool(t, cognitotest.WithClient(rotating))
	var wg sync.WaitGroup
	for i := range thorough.Or(6, 16) {
		wg.Go(func() {
			name := fmt.Sprintf("user%d", i)
			if _, err := p.AddUser(cognitotest.User{Username: name, Password: password}); err != nil {
				t.Error(err)
				return
			}
			v := newVisitor(t, p)
			a := v.submit("/login"+query(), "username", name, "password", password)
			tok := v.post("/oauth2/token", tokenForm(codeIn(t, a))).tokens(t)
			tok = v.refresh(tok.Refresh).tokens(t)
			p.AddUserToGroup(name, "all")
			p.Advance(time.Millisecond)
			p.IDToken(name)
			p.SignOutUser(name)
			p.Events()
			p.Outbox()
			p.JWKS()
			v.userInfo(tok.Access)
			v.get("/logout")
		})
	}
	wg.Wait()
}

// TestOneCodeManyTakers has sixteen requests redeem one code, and then spend
// one rotating refresh token.
func TestOneCodeManyTakers(t *testing.T) {
	rotating := appClient()
	rotating.RefreshTokenRotation = true
	p := newPool(t, cognitotest.WithClient(rotating))
	v := newVisitor(t, p)
	race := func(form url.Values) (won []tokens) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if a := v.post("/oauth2/token", form); a.StatusCode == 200 {
					mu.Lock()
					defer mu.Unlock()
					won = append(won, a.tokens(t))
				}
			})
		}
		wg.Wait()
		return won
	}
	won := race(tokenForm(v.signIn()))
	if len(won) != 1 {
		t.Fatalf("%d of 16 redeemed the code, want 1", len(won))
	}
	won = race(url.Values{"grant_type": {"refresh_token"}, "client_id": {"client1"}, "refresh_token": {won[0].Refresh}})
	if len(won) != 1 {
		t.Errorf("%d of 16 spent the refresh token, want 1", len(won))
	}
}
