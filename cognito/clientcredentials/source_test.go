package clientcredentials_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/clientcredentials"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
)

const poolID = "eu-west-1_aB3dE5gH7"

var discard = slog.New(slog.DiscardHandler)

// newMachine returns a pool with a client that has tokens of its own.
func newMachine(t testing.TB, edit ...func(*clientcredentials.Config)) (*cognitotest.Pool, *clientcredentials.Source) {
	t.Helper()
	pool := cognitotest.NewPool(cognitotest.WithID(poolID), cognitotest.WithDomain("shop"), cognitotest.WithClient(cognitotest.AppClient{
		ID: "5batchclient", Secret: "correct horse+/&=", Flows: []string{cognitotest.FlowClientCredentials}, Scopes: []string{"orders/read", "orders/write"},
	}))
	cfg := clientcredentials.Config{Pool: pool.Config(), Scopes: []string{"orders/read"}}
	cfg.Pool.Logger = discard
	for _, e := range edit {
		e(&cfg)
	}
	tokens, err := clientcredentials.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return pool, tokens
}

// asked is how many token requests the pool has had.
func asked(pool *cognitotest.Pool) int { return len(pool.Events(cognitotest.Event{Op: "token"})) }

func mustToken(t *testing.T, tokens *clientcredentials.Source) string {
	t.Helper()
	token, err := tokens.TokenContext(t.Context())
	if err != nil || token == nil {
		t.Fatalf("TokenContext = %v, %v, want a token", token, err)
	}
	return token.AccessToken
}

func TestClientCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, tokens := newMachine(t, func(c *clientcredentials.Config) {
			c.Scopes = []string{"orders/read", "orders/write"}
			c.Metadata = map[string]string{"job": "nightly & more"}
		})
		token, err := tokens.Token()
		if err != nil {
			t.Fatal(err)
		}
		if token.Type() != "Bearer" || time.Until(token.Expiry) != time.Hour {
			t.Errorf("Token = type %q until %v, want Bearer for an hour", token.Type(), token.Expiry)
		}
		verifier, err := cognito.NewVerifier(pool.Config())
		if err != nil {
			t.Fatal(err)
		}
		claims, err := verifier.VerifyAccess(t.Context(), cognito.AccessToken(token.AccessToken))
		if err != nil || !claims.Machine() || strings.Join(claims.Scopes, " ") != "orders/read orders/write" {
			t.Errorf("VerifyAccess = %+v, %v, want a machine with both scopes", claims, err)
		}
		params := pool.Events(cognitotest.Event{Op: "token"})[0].Params
		if params.Get("grant_type") != "client_credentials" || params.Get("scope") != "orders/read orders/write" ||
			params.Get("aws_client_metadata") != `{"job":"nightly \u0026 more"}` || params.Has("client_secret") {
			t.Errorf("the request has %v", params)
		}
		token.AccessToken = "changed by the caller"
		if mustToken(t, tokens) == "changed by the caller" || asked(pool) != 1 {
			t.Errorf("the next caller gets a token that was changed, after %d requests", asked(pool))
		}
	})
}

// TestClientCredentialsRenewal: a new token between a fifth and a tenth of the
// life before the end, without anybody waiting.
func TestClientCredentialsRenewal(t *testing.T) {
	var times []time.Duration
	for range 8 {
		synctest.Test(t, func(t *testing.T) {
			pool, tokens := newMachine(t)
			start := time.Now()
			first := mustToken(t, tokens)
			pool.Fault(fault.Fault{Op: "token", Kind: fault.Slow, Delay: 3 * time.Second})
			for mustToken(t, tokens) == first { // which never waits
				time.Sleep(time.Second)
				synctest.Wait()
				if time.Since(start) > time.Hour {
					t.Fatal("no new token in the life of the old one")
				}
			}
			times = append(times, time.Since(start)-3*time.Second)
			if n := asked(pool); n != 2 {
				t.Errorf("%d token requests, want 2", n)
			}
		})
	}
	same := true
	for _, d := range times {
		same = same && d == times[0]
		if d < 50*time.Minute || d > 55*time.Minute+2*time.Second {
			t.Errorf("renewed after %v, want between 50 and 55 minutes of an hour", d)
		}
	}
	if same {
		t.Errorf("renewed at %v: want a different moment each time", times)
	}
}

// TestClientCredentialsHerd: callers share a request, and a token.
func TestClientCredentialsHerd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, tokens := newMachine(t)
		pool.Fault(fault.Fault{Op: "token", Kind: fault.Slow, Delay: 2 * time.Second})
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { _ = mustToken(t, tokens) })
		}
		wg.Wait()
		if n := asked(pool); n != 1 {
			t.Errorf("50 callers made %d token requests, want 1", n)
		}
	})
}

// TestE5_ClientCredentials: each caller leaves when its own context ends; the
// request goes on for the others.
func TestE5_ClientCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, tokens := newMachine(t)
		pool.Fault(fault.Fault{Op: "token", Kind: fault.Slow, Delay: 5 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := tokens.TokenContext(ctx)
		var failed *cognito.OAuthError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &failed) || time.Since(start) != time.Second {
			t.Errorf("TokenContext = %v after %v, want the caller's deadline after a second", err, time.Since(start))
		}
		_ = mustToken(t, tokens)
		if n := asked(pool); n != 1 || time.Since(start) != 5*time.Second {
			t.Errorf("%d token requests after %v, want 1 after 5s", n, time.Since(start))
		}
		if _, err := tokens.TokenContext(ctx); err != nil { // nothing to wait for
			t.Errorf("TokenContext with a token at hand = %v", err)
		}
	})
}

// TestClientCredentialsOutage: the old token serves until it ends; tries are
// spaced, and end with success.
func TestClientCredentialsOutage(t *testing.T) {
	for _, kind := range []fault.Kind{fault.Drop, fault.TooManyRequests, fault.ServerError, fault.Unavailable} {
		synctest.Test(t, func(t *testing.T) {
			pool, tokens := newMachine(t)
			start := time.Now()
			first := mustToken(t, tokens)
			pool.Fault(fault.Fault{Op: "token", Kind: kind})
			for time.Since(start) < 59*time.Minute+49*time.Second {
				if mustToken(t, tokens) != first {
					t.Fatalf("%s: another token", kind)
				}
				time.Sleep(time.Second)
			}
			synctest.Wait()
			if n := asked(pool); n < 6 || n > 30 {
				t.Errorf("%s: %d token requests within ten minutes of outage, want about ten to twenty", kind, n)
			}
			time.Sleep(2 * time.Minute)
			pool.TakeEvents()
			for range 100 {
				_, err := tokens.TokenContext(t.Context())
				var failed *cognito.OAuthError
				if !errors.As(err, &failed) || failed.Code == "" {
					t.Fatalf("%s: TokenContext = %v, want an OAuthError", kind, err)
				}
			}
			if n := asked(pool); n > 1 {
				t.Errorf("%s: 100 calls without a token made %d requests, want 1 at most", kind, n)
			}
			pool.ClearFaults()
			time.Sleep(time.Minute)
			if mustToken(t, tokens) == first {
				t.Errorf("%s: the token that has ended", kind)
			}
		})
	}
}

// TestR7_ClientCredentials: a pause that Cognito asks for is kept, with a domain
// and without one. A token that is there serves in the meantime.
func TestR7_ClientCredentials(t *testing.T) {
	for _, domain := range []string{"shop", ""} {
		synctest.Test(t, func(t *testing.T) {
			asked, status := 0, http.StatusOK
			tokens, err := clientcredentials.New(clientcredentials.Config{Pool: cognito.Config{
				UserPoolID: poolID, ClientID: "5batchclient", ClientSecret: "s3cr3t", Domain: domain, Logger: discard,
				HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					asked++
					body := `{"access_token":"a","expires_in":3600,"token_type":"Bearer"}`
					if domain == "" {
						body = `{"ClientAuthenticationResult":{"AccessToken":"a","ExpiresIn":3600,"TokenType":"Bearer"}}`
					}
					res, err := answer(r, status, "application/json", strings.NewReader(body))
					if status != http.StatusOK {
						res.Header.Set("Retry-After", "300")
					}
					return res, err
				})},
			}})
			if err != nil {
				t.Fatal(err)
			}
			mustToken(t, tokens)
			time.Sleep(55*time.Minute + time.Second) // from when a new token is due
			status, asked = http.StatusServiceUnavailable, 0
			for range 280 {
				mustToken(t, tokens)
				time.Sleep(time.Second)
			}
			if asked != 1 {
				t.Errorf("domain %q: %d requests within 280 seconds, want 1: Retry-After is 300", domain, asked)
			}
			status = http.StatusOK
			time.Sleep(time.Minute)
			mustToken(t, tokens)
			if synctest.Wait(); asked != 2 {
				t.Errorf("domain %q: %d requests after the pause, want 2", domain, asked)
			}
		})
	}
}

func TestE2_ClientCredentials(t *testing.T) {
	tests := []struct {
		name string
		edit func(*clientcredentials.Config)
		code cognito.OAuthCode
		text string
	}{
		{"wrong secret", func(c *clientcredentials.Config) { c.Pool.ClientSecret = "hunter2" }, "invalid_client", "COGNITO_CLIENT_SECRET"},
		{"scope not enabled", func(c *clientcredentials.Config) { c.Scopes = []string{"orders/admin"} }, "invalid_scope", "AllowedOAuthScopes"},
		{"no network", func(c *clientcredentials.Config) { c.Pool.HTTPClient = &http.Client{Transport: roundTrip(unreachable)} }, "unreachable", "no route"},
		{"HTML", answers("text/html", "<html>hunter2"), "bad_answer", "not JSON"},
		{"no token", answers("application/json", `{"token_type":"Bearer","expires_in":3600,"x":"hunter2"}`), "bad_answer", ""},
		{"no expires_in", answers("application/json", `{"access_token":"hunter2","token_type":"Bearer"}`), "bad_answer", "expires_in"},
		{"a year", answers("application/json", `{"access_token":"hunter2","token_type":"Bearer","expires_in":31536000}`), "bad_answer", "expires_in"},
		{"another type", answers("application/json", `{"access_token":"hunter2","token_type":"mac","expires_in":3600}`), "bad_answer", "token_type"},
		{"too long", answers("application/json", `{"access_token":"hunter2","x":"`+strings.Repeat("x", 2<<20)+`"}`), "bad_answer", ""},
	}
	for _, tt := range tests {
		var buf strings.Builder
		_, tokens := newMachine(t, tt.edit, func(c *clientcredentials.Config) { c.Pool.Logger = slog.New(slog.NewTextHandler(&buf, nil)) })
		token, err := tokens.Token()
		var failed *cognito.OAuthError
		if token != nil || !errors.As(err, &failed) || failed.Code != tt.code || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: Token = %v, %v, want %s with %q", tt.name, token, err, tt.code, tt.text)
		}
		if text := fmt.Sprint(err, buf.String()); strings.Contains(text, "hunter2") || !strings.Contains(text, "op=client_credentials") {
			t.Errorf("%s: error and log: %s", tt.name, text)
		}
	}
}

// answers makes the token endpoint answer 200 with that.
func answers(contentType, body string) func(*clientcredentials.Config) {
	return func(c *clientcredentials.Config) {
		c.Pool.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body))}, nil
		})}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestNew(t *testing.T) {
	pool, tokens := newMachine(t)
	good := clientcredentials.Config{Pool: pool.Config()}
	for _, tt := range []struct {
		edit func(*clientcredentials.Config)
		want []string
	}{
		{func(*clientcredentials.Config) {}, nil},
		{func(c *clientcredentials.Config) { *c = clientcredentials.Config{} }, []string{"UserPoolID", "ClientID", "ClientSecret"}},
		{func(c *clientcredentials.Config) { c.Scopes = []string{"openid"} }, []string{"not a custom scope"}},
		{func(c *clientcredentials.Config) { c.Scopes = []string{"a/b c/d"} }, []string{"not a custom scope"}},
	} {
		cfg := good
		tt.edit(&cfg)
		_, err := clientcredentials.New(cfg)
		if (err != nil) != (tt.want != nil) {
			t.Errorf("New = %v, want an error: %v", err, tt.want != nil)
		}
		for _, want := range tt.want {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("New = %v, want %q in it", err, want)
			}
		}
	}
	_ = mustToken(t, tokens)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got := fmt.Sprintf(verb, tokens); got != "clientcredentials.Source" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}

// A service calls another one in its own name.
func ExampleNew() {
	pool := cognitotest.NewPool(cognitotest.WithDomain("shop"), cognitotest.WithClient(cognitotest.AppClient{
		ID: "5batchclient", Secret: "correct horse", Flows: []string{cognitotest.FlowClientCredentials}, Scopes: []string{"orders/read"},
	}))
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(cognito.RequireToken(verifier, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "machine: ", cognito.FromContext(r.Context()).Machine())
	}), cognito.MachineOnly(), cognito.AllScopes("orders/read")))
	defer server.Close()

	tokens, err := clientcredentials.New(clientcredentials.Config{Pool: pool.Config(), Scopes: []string{"orders/read"}})
	if err != nil {
		log.Fatal(err)
	}
	api := &http.Client{Transport: &oauth2.Transport{Source: tokens}}
	for range 3 {
		res, err := api.Get(server.URL)
		if err != nil {
			log.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		fmt.Println(res.StatusCode, string(body))
	}
	fmt.Println("token requests:", len(pool.Events(cognitotest.Event{Op: "token"})))
	// Output:
	// 200 machine: true
	// 200 machine: true
	// 200 machine: true
	// token requests: 1
}

// A request that waits for a token waits no longer than it may.
func ExampleSource_TokenContext() {
	pool := cognitotest.NewPool(cognitotest.WithDomain("shop"), cognitotest.WithClient(cognitotest.AppClient{
		ID: "5batchclient", Secret: "correct horse", Flows: []string{cognitotest.FlowClientCredentials}, Scopes: []string{"orders/read"},
	}))
	tokens, err := clientcredentials.New(clientcredentials.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	token, err := tokens.TokenContext(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.Type(), time.Until(token.Expiry) > 59*time.Minute)
	// Output: Bearer true
}

// TestE7_SecretChanges: Cognito refuses a token request whose secret was
// deleted. It is repeated once with the new secret, at both kinds of endpoints.
func TestE7_SecretChanges(t *testing.T) {
	for _, domain := range []string{"shop", ""} {
		t.Run("domain "+domain, func(t *testing.T) {
			const secret = "theSecretThatCognitoTakes"
			options := []cognitotest.Option{cognitotest.WithID(poolID), cognitotest.WithClient(cognitotest.AppClient{
				ID: "5batchclient", Secret: secret, Flows: []string{cognitotest.FlowClientCredentials}, Scopes: []string{"orders/read"},
				ExplicitAuthFlows: []string{"ALLOW_CLIENT_TOKEN_AUTH"},
			}), cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: "orders", Scopes: []string{"read"}})}
			if domain != "" {
				options = append(options, cognitotest.WithDomain(domain))
			}
			pool := cognitotest.NewPool(options...)
			cfg := clientcredentials.Config{Pool: pool.Config(), Scopes: []string{"orders/read"}}
			cfg.Pool.Domain, cfg.Pool.Logger, cfg.Pool.ClientSecret = domain, discard, ""
			asked := 0
			cfg.Pool.ClientSecretSource = func(context.Context) (cognito.Secret, error) {
				if asked++; asked == 1 {
					return "theSecretThatWasDeleted", nil
				}
				return secret, nil
			}
			tokens, err := clientcredentials.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if token, err := tokens.Token(); err != nil || !token.Valid() || asked != 2 {
				t.Errorf("Token = %v after %d questions for the secret, want a token after 2", err, asked)
			}
		})
	}
}
