package cognitotest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// twoPools returns a server of two pools of two regions. Both have a user
// jane; the clients are client1 and client2.
func twoPools(t testing.TB, opts ...cognitotest.Option) (s *cognitotest.Server, one, two *cognitotest.Pool) {
	t.Helper()
	second := appClient()
	second.ID, second.Secret = "client2", "secret0of0client20000000000"
	one = newPool(t, append([]cognitotest.Option{cognitotest.WithClient(appClient()), cognitotest.WithID("eu-west-1_One")}, opts...)...)
	two = newPool(t, append([]cognitotest.Option{cognitotest.WithClient(second), cognitotest.WithID("us-east-1_Two")}, opts...)...)
	return cognitotest.NewServer(one, two), one, two
}

// TestServer goes through all endpoints of two pools with one browser, in
// memory and over a socket.
func TestServer(t *testing.T) {
	t.Run("in memory", func(t *testing.T) {
		s, one, two := twoPools(t)
		checkServer(t, s.Client(), one, two)
	})
	t.Run("in memory, one host", func(t *testing.T) {
		s, one, two := twoPools(t, cognitotest.WithCustomDomain("auth.example.com"))
		checkServer(t, s.Client(), one, two)
	})
	t.Run("over a socket", func(t *testing.T) {
		s, one, two := twoPools(t)
		if err := s.Start("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Start("127.0.0.1:0"); err == nil {
			t.Error("second Start = nil, want an error")
		}
		if one.URL() != s.URL() || two.Issuer() != s.URL()+"/us-east-1_Two" {
			t.Errorf("URL, Issuer = %s, %s, want those of the server", one.URL(), two.Issuer())
		}
		transport := new(http.Transport)
		defer transport.CloseIdleConnections()
		checkServer(t, &http.Client{Transport: transport}, one, two)
		if err := s.Close(); err != nil || s.URL() != "" || !strings.HasPrefix(two.URL(), "https://") {
			t.Errorf("Close = %v, URL %q, %q, want the pools back in memory", err, s.URL(), two.URL())
		}
	})
}

func checkServer(t *testing.T, client *http.Client, pools ...*cognitotest.Pool) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	for round := range 2 { // the second time both page sessions are there
		for _, p := range pools {
			v := &visitor{t: t, p: p, c: &http.Client{Transport: client.Transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
			checkPoolOf(t, v, round > 0)
		}
	}
}

// checkPoolOf signs jane in at the visitor's pool and uses what comes of it.
func checkPoolOf(t *testing.T, v *visitor, silent bool) {
	t.Helper()
	p, cfg := v.p, v.p.Config()
	var doc struct{ Issuer string }
	if err := json.Unmarshal([]byte(v.get(p.Issuer()+"/.well-known/openid-configuration").body), &doc); err != nil || doc.Issuer != p.Issuer() {
		t.Errorf("discovery of %s names %q, %v", p.ID(), doc.Issuer, err)
	}
	target := "/oauth2/authorize" + query("client_id", cfg.ClientID)
	a := v.get(target)
	if !silent {
		a = v.submit(a.Header.Get("Location"), "username", "jane", "password", password)
	}
	code := codeIn(t, a)
	form, header := tokenForm(code, "client_id", cfg.ClientID), []string(nil)
	if cfg.ClientSecret != "" {
		form, header = tokenForm(code, "client_id", ""), []string{"Authorization", basicAuth(cfg.ClientID, string(cfg.ClientSecret))}
	}
	tok := v.post("/oauth2/token", form, header...).tokens(t)
	if got := claimsOf(t, tok.ID)["iss"]; got != p.Issuer() {
		t.Errorf("iss = %v, want %v", got, p.Issuer())
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 200 {
		t.Errorf("userInfo of %s = %d, want 200", p.ID(), a.StatusCode)
	}
	form = url.Values{"token": {tok.Refresh}, "client_id": {cfg.ClientID}}
	if cfg.ClientSecret != "" {
		form.Set("client_secret", string(cfg.ClientSecret))
	}
	if a := v.post("/oauth2/revoke", form); a.StatusCode != 200 {
		t.Errorf("revoke at %s = %d %s, want 200", p.ID(), a.StatusCode, a.body)
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 401 {
		t.Errorf("userInfo of %s after revocation = %d, want 401", p.ID(), a.StatusCode)
	}
}

func TestServerUnknown(t *testing.T) {
	s, one, _ := twoPools(t)
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	get := func(path string) (int, string) {
		resp, err := http.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	if code, body := get("/eu-west-1_Three/.well-known/jwks.json"); code != 400 || body != `{"message":"User pool eu-west-1_Three does not exist."}` {
		t.Errorf("keys of no pool = %d %s", code, body)
	}
	if code, _ := get("/oauth2/authorize?client_id=mallory"); code != 400 {
		t.Errorf("authorize for nobody = %d, want the error page", code)
	}
	if code, _ := get("/nowhere"); code != 404 {
		t.Errorf("GET /nowhere = %d, want 404", code)
	}
	if len(one.Events()) == 0 {
		t.Error("no event in the first pool")
	}
}

func TestServerLargeBody(t *testing.T) {
	s, _, two := twoPools(t, cognitotest.WithCustomDomain("auth.example.com"))
	v := &visitor{t: t, p: two, c: s.Client()}
	if a := v.post("/oauth2/token", url.Values{"client_id": {"client2"}, "x": {strings.Repeat("x", 65<<10)}}); a.StatusCode != 413 {
		t.Errorf("65 KiB to token = %d, want 413", a.StatusCode)
	}
}

func TestServerAdd(t *testing.T) {
	s := cognitotest.NewServer()
	resp, err := (&http.Client{Transport: roundTrip(s)}).Get("https://x.example/")
	if err != nil || resp.StatusCode != 404 {
		t.Errorf("a server without pools = %v, %v, want 404", resp, err)
	}
	p := newPool(t)
	s.ServeAt("http://127.0.0.1:8080")
	s.Add(p)
	if p.URL() != "http://127.0.0.1:8080" || s.Pool(p.ID()) != p || s.Pool("x") != nil || len(s.Pools()) != 1 {
		t.Errorf("a pool added later is at %s", p.URL())
	}
	mustPanic(t, "a second pool of the same id", func() { s.Add(cognitotest.NewPool()) })
	if _, err := s.Client().Get("https://example.com/"); err == nil {
		t.Error("Get of a strange host = nil, want an error")
	}
}

// roundTrip has a handler answer without a socket.
type handlerTransport struct{ h http.Handler }

func roundTrip(h http.Handler) http.RoundTripper { return handlerTransport{h} }

func (t handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return cognitotest.NewPool().Browser(t.h, r.URL.Scheme+"://"+r.URL.Host).Transport.RoundTrip(r)
}

// TestServerBrowser: two apps of two pools, one visitor.
func TestServerBrowser(t *testing.T) {
	s, one, two := twoPools(t)
	for _, p := range []*cognitotest.Pool{one, two} {
		app := http.NewServeMux()
		app.HandleFunc("/account", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, p.URL()+"/oauth2/authorize"+query("client_id", p.Config().ClientID), http.StatusFound)
		})
		app.HandleFunc("/cb", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, p.ID()) })
		resp, err := p.SignIn(s.Browser(app, "https://app.example.com"), "https://app.example.com/account", "jane", password)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(body) != p.ID() {
			t.Errorf("the app says %q, want %q", body, p.ID())
		}
	}
}

func TestServerConcurrency(t *testing.T) {
	s, one, two := twoPools(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			p := []*cognitotest.Pool{one, two}[i%2]
			jar, _ := cookiejar.New(nil)
			v := &visitor{t: t, p: p, c: &http.Client{Transport: s.Client().Transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
			checkPoolOf(t, v, false)
			s.Pools()
			s.URL()
		})
	}
	wg.Wait()
}

// TestUpdatedIssuer: tokens name the updated kind, discovery names the kind of
// the host it is read from, and package cognito accepts both.
//
// doc: discovery of a pool with the updated issuer
func TestUpdatedIssuer(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithUpdatedIssuer())
	v := newVisitor(t, p)
	const (
		original = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1"
		updated  = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1"
	)
	for _, issuer := range []string{original, updated} {
		var doc map[string]any
		if err := json.Unmarshal([]byte(v.get(issuer+"/.well-known/openid-configuration").body), &doc); err != nil || doc["issuer"] != issuer {
			t.Errorf("discovery at %s names %v, %v", issuer, doc["issuer"], err)
		}
		if got := v.get(issuer + "/.well-known/jwks.json").body; got != string(p.JWKS()) {
			t.Errorf("keys at %s = %s", issuer, got)
		}
	}
	tok := v.login()
	if got := claimsOf(t, tok.ID)["iss"]; got != updated || p.Issuer() != updated {
		t.Errorf("iss, Issuer = %v, %v, want %v", got, p.Issuer(), updated)
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 200 {
		t.Errorf("userInfo = %d, want 200", a.StatusCode)
	}
	verifier, err := cognito.NewVerifier(p.Config())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.VerifyID(t.Context(), cognito.IDToken(tok.ID)); err != nil {
		t.Errorf("VerifyID(updated issuer) = %v, want nil", err)
	}
}

// TestDomains: both domains answer, discovery and Config name the custom one.
func TestDomains(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithDomain("shop"), cognitotest.WithCustomDomain("auth.example.com"))
	cfg := p.Config()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	const custom, prefix = "https://auth.example.com", "https://shop.auth.eu-west-1.amazoncognito.com"
	if p.URL() != custom || cfg.DomainURL() != custom {
		t.Errorf("URL, Config = %s, %s, want %s", p.URL(), cfg.DomainURL(), custom)
	}
	v := newVisitor(t, p)
	if doc := v.get(p.Issuer() + "/.well-known/openid-configuration").body; strings.Contains(doc, "amazoncognito.com") || strings.Count(doc, custom+"/") != 5 {
		t.Errorf("discovery = %s, want the custom domain alone", doc)
	}
	for _, base := range []string{custom, prefix} {
		a := newVisitor(t, p).get(base + "/oauth2/authorize" + query())
		if got := a.Header.Get("Location"); !strings.HasPrefix(got, base+"/login?") {
			t.Errorf("authorize at %s = %q, want its own sign-in page", base, got)
		}
	}
	if _, err := v.c.Get("https://emulator.auth.eu-west-1.amazoncognito.com/login"); err == nil {
		t.Error("another prefix is answered")
	}
	for name, option := range map[string]cognitotest.Option{
		"reserved word": cognitotest.WithDomain("my-aws-shop"), "upper case": cognitotest.WithDomain("Shop"), "host": cognitotest.WithDomain("auth.example.com"),
		"no prefix": cognitotest.WithDomain(""), "URL": cognitotest.WithCustomDomain("https://auth.example.com"), "no dot": cognitotest.WithCustomDomain("auth"),
	} {
		mustPanic(t, name, func() { cognitotest.NewPool(option) })
	}
}

// TestServerFederation: the way to a provider and back stays at its pool,
// though the provider's answer names no client.
func TestServerFederation(t *testing.T) {
	one := newFederatedPool(t, cognitotest.WithID("eu-west-1_One"))
	other := appClient()
	other.ID = "client2"
	two := newFederatedPool(t, cognitotest.WithID("us-east-1_Two"), cognitotest.WithClient(other))
	s := cognitotest.NewServer(one, two)
	s.ServeAt("http://127.0.0.1:9229")
	jar, _ := cookiejar.New(nil)
	for _, provider := range []string{"Google", "Corp"} {
		v := &visitor{t: t, p: two, c: &http.Client{Transport: s.Client().Transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		page := v.follow(v.get("/oauth2/authorize" + query("client_id", "client2", "identity_provider", provider)))
		code := codeIn(t, v.follow(v.answers(page, "action", "consent", "id", "x1", "email", "x@example.com")))
		tok := v.post("/oauth2/token", tokenForm(code, "client_id", "client2")).tokens(t)
		if got := claimsOf(t, tok.ID)["iss"]; got != two.Issuer() {
			t.Errorf("iss of a user of %s = %v, want %v", provider, got, two.Issuer())
		}
		v.get("/logout?client_id=client2&logout_uri=" + url.QueryEscape(signedOutURL))
	}
}
