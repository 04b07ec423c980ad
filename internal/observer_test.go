package internal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/apigateway"
	"github.com/seed75762126/cognito-go/cognito/clientcredentials"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/identitypool"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/hostedui"
)

const (
	base = "https://app.example.com"
	pw   = "Passw0rd!"

	// linkedNote is what Cognito says after a trigger has linked two accounts.
	linkedNote = "Already found an entry for username Google_1122"
)

type requestKey struct{}

// A record keeps what an Observer is told, as short texts.
type record struct {
	t      *testing.T
	mu     sync.Mutex // guards the rest
	events []string
	begun  int // operations that have begun and not ended
}

type operationKey struct{}

// note keeps one event. A timed one must come with the context that Begin
// returned.
func (r *record) note(ctx context.Context, timed bool, what ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.TrimRight(fmt.Sprintln(what...), "\n ")
	if timed {
		r.begun--
		if ctx.Value(operationKey{}) == nil {
			r.t.Errorf("%s: the context is not the operation's", text)
		}
	}
	if ctx.Value(requestKey{}) == nil {
		r.t.Errorf("%s: the context is not the request's", text)
	}
	r.events = append(r.events, text)
}

// take returns what was told since the last call.
func (r *record) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.begun != 0 {
		r.t.Errorf("%d operations have begun and not ended", r.begun)
	}
	all := strings.Join(r.events, "\n")
	r.events = nil
	return all
}

func (r *record) observer() *observe.Observer {
	return &observe.Observer{
		Begin: func(ctx context.Context, op observe.Operation) context.Context {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.begun++
			return context.WithValue(ctx, operationKey{}, op)
		},
		SignInBegun: func(ctx context.Context, e observe.SignInBegun) {
			r.note(ctx, false, "begun", e.Kind, e.Provider)
		},
		SignIn: func(ctx context.Context, e observe.SignIn) {
			r.note(ctx, false, "sign-in", e.Kind, e.Provider, e.Code, e.UserHash != "", e.Err != nil)
		},
		Stray: func(ctx context.Context, e observe.Stray) { r.note(ctx, false, "stray", e.Outcome) },
		Call: func(ctx context.Context, e observe.Call) {
			r.note(ctx, true, "call", e.Service, e.Operation, e.Code)
		},
		KeyFetch: func(ctx context.Context, e observe.KeyFetch) { r.note(ctx, true, "keys", e.Keys, e.Err != nil) },
		Verification: func(ctx context.Context, e observe.Verification) {
			r.note(ctx, false, "verified", e.Use, e.Check, e.Cached)
		},
		Refusal: func(ctx context.Context, e observe.Refusal) {
			r.note(ctx, false, "refused", e.Guard, e.Code, e.Status, e.UserHash != "")
		},
		SessionStart: func(ctx context.Context, e observe.SessionStart) {
			r.note(ctx, false, "started", e.Session != "", e.UserHash != "", e.Err != nil)
		},
		Refresh: func(ctx context.Context, e observe.Refresh) {
			r.note(ctx, true, "refreshed", e.Session != "", e.UserHash != "", e.Err != nil)
		},
		Recheck: func(ctx context.Context, e observe.Recheck) {
			r.note(ctx, false, "recheck", e.Session != "", e.UserHash != "", errors.Is(e.Err, cognito.ErrInvalidGrant))
		},
		Stale: func(ctx context.Context, e observe.Stale) {
			r.note(ctx, false, "stale", e.Session != "", e.UserHash != "", e.Since.Truncate(time.Minute), errors.Is(e.Err, session.ErrRefresh))
		},
		SessionEnd: func(ctx context.Context, e observe.SessionEnd) {
			r.note(ctx, false, "ended", e.Cause, e.Session != "", e.UserHash != "")
		},
		StoreCall: func(ctx context.Context, e observe.StoreCall) { r.note(ctx, true, "store", e.Op, e.Err != nil) },
		LockWait:  func(ctx context.Context, e observe.LockWait) { r.note(ctx, true, "lock", e.Err != nil) },
	}
}

// want checks that each line was told, in any order, and that nothing else was
// told of those kinds.
func (r *record) want(what string, lines ...string) {
	r.t.Helper()
	got := r.take()
	for _, line := range lines {
		if !strings.Contains("\n"+got+"\n", "\n"+line+"\n") {
			r.t.Errorf("%s: %q was not told; told:\n%s", what, line, got)
		}
	}
}

// A fixture is an app on the emulator, in memory.
type fixture struct {
	*record
	pool *cognitotest.Pool
	cfg  cognito.Config
	app  http.Handler
}

func newFixture(t *testing.T, edit func(*hostedui.Config)) *fixture {
	f := &fixture{record: &record{t: t}, pool: cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"}}),
		cognitotest.WithIdentityPool(cognitotest.IdentityPool{}))}
	if _, err := f.pool.AddUser(cognitotest.User{Username: "jane", Password: pw, Email: "jane@example.com"}); err != nil {
		t.Fatal(err)
	}
	f.cfg = f.pool.Config()
	f.cfg.Observer, f.cfg.Logger = f.observer(), slog.New(slog.DiscardHandler)
	cfg := hostedui.Config{Pool: f.cfg, BaseURL: base, SessionKeys: []session.Key{session.NewKey()}}
	if edit != nil {
		edit(&cfg)
	}
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	mux.Handle("/staff", client.Protect(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), cognito.AnyGroup("staff")))
	f.app = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, true)))
	})
	return f
}

func (f *fixture) get(b *http.Client, path string) {
	f.t.Helper()
	res, err := b.Get(base + path)
	if err != nil {
		f.t.Fatal(err)
	}
	_ = res.Body.Close()
}

func (f *fixture) ctx() context.Context {
	return context.WithValue(f.t.Context(), requestKey{}, true)
}

// TestHostedUI: sign-ins on Cognito's pages, and their sessions, are told.
func TestHostedUI(t *testing.T) {
	f := newFixture(t, func(c *hostedui.Config) {
		c.Session.Store = session.NewMemoryStore(nil)
		c.Providers = []string{"Google"}
	})
	b := f.pool.SignedIn(f.app, base+"/account", "jane", pw)
	f.want("a sign-in", "refused session sign_in_required 302 false", "begun hosted_ui", "call oauth exchange", "keys 2 false",
		"verified id  false", "verified access  false", "started true true false", "sign-in hosted_ui COGNITO  true false", "store commit false")
	f.get(b, "/staff")
	f.want("a policy", "refused session forbidden 403 true", "store find false")

	f.pool.Advance(61 * time.Minute)
	f.get(b, "/account")
	f.want("a refresh", "refreshed true true false", "call oauth refresh")
	f.pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable})
	f.pool.Advance(61 * time.Minute)
	f.get(b, "/account")
	f.want("an outage", "refreshed true true true", "call oauth refresh bad_answer", "refused session refresh_unavailable 503 false")
	f.pool.ClearFaults()
	if err := f.pool.ExpireRefreshTokens("jane"); err != nil {
		t.Fatal(err)
	}
	f.pool.Advance(10 * time.Minute)
	f.get(b, "/account")
	f.want("a revoked token", "ended revoked true true", "call oauth refresh invalid_grant")

	f.get(f.pool.Browser(f.app, base), "/auth/login?identity_provider=Google")
	f.want("a provider", "begun hosted_ui Google")
	f.get(f.pool.Browser(f.app, base), "/auth/callback?error=access_denied&state=x")
	f.want("an error", "stray refused", "sign-in hosted_ui  access_denied false true")
	f.get(f.pool.Browser(f.app, base), "/auth/callback?code=x&state=x")
	f.want("a stray", "stray restarted")
	f.get(f.pool.Browser(f.app, base), "/auth/callback?state=x&error=invalid_request&error_description="+url.QueryEscape(linkedNote))
	f.want("a stray that begins again after an error", "stray restarted")
	b = f.pool.SignedIn(f.app, base+"/account", "jane", pw)
	f.take()
	f.get(b, "/auth/callback?code=x&state=x")
	f.want("a stray of a user", "stray continued")
	f.pool.Fault(fault.Fault{Op: "token", Kind: fault.ServerError})
	f.get(b, "/auth/login")
	f.want("a failed exchange", "call oauth exchange server_error", "sign-in hosted_ui  cognito_failed false true")
}

// TestRecheckAndOutage: questions about an access token, and requests that are
// served while Cognito does not answer, are told.
func TestRecheckAndOutage(t *testing.T) {
	f := newFixture(t, func(c *hostedui.Config) {
		c.Session.Recheck, c.Session.OutageGrace = 5*time.Minute, time.Hour
	})
	b := f.pool.SignedIn(f.app, base+"/account", "jane", pw)
	f.take()
	f.pool.Advance(6 * time.Minute)
	f.get(b, "/account")
	f.want("a recheck", "recheck true true false", "call oauth userinfo")

	f.pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable})
	f.pool.Advance(61 * time.Minute)
	f.get(b, "/account")
	f.want("an outage", "stale true true 7m0s true", "call oauth refresh bad_answer")
	f.pool.ClearFaults()
	f.pool.Advance(10 * time.Minute)
	f.get(b, "/account")
	f.want("its end", "refreshed true true false")

	if err := f.pool.SignOutUser("jane"); err != nil {
		t.Fatal(err)
	}
	f.pool.Advance(6 * time.Minute)
	f.get(b, "/account")
	f.want("a user who has signed out", "recheck true true true", "ended not_honoured true true", "refused session sign_in_required 302 false")
}

// TestOwnForms: sign-ins with an app's own forms, and the calls of the user-pool
// API, are told.
func TestOwnForms(t *testing.T) {
	f := newFixture(t, nil)
	client, err := userpool.New(userpool.Config{Pool: f.cfg})
	if err != nil {
		t.Fatal(err)
	}
	step, err := client.SignIn(f.ctx(), userpool.Credentials{Username: "jane", Password: pw})
	if err != nil {
		t.Fatal(err)
	}
	f.want("a sign-in", "begun own_forms", "call cognito-idp InitiateAuth", "call cognito-idp RespondToAuthChallenge", "sign-in own_forms COGNITO  true false")
	_, err = client.SignIn(f.ctx(), userpool.Credentials{Username: "jane", Password: "wrong"})
	if !errors.Is(err, userpool.ErrNotAuthorized) {
		t.Fatal(err)
	}
	f.want("a wrong password", "call cognito-idp RespondToAuthChallenge NotAuthorizedException", "sign-in own_forms  NotAuthorizedException false true")
	if _, _, err := client.Refresh(f.ctx(), step.Tokens, step.Identity); err != nil {
		t.Fatal(err)
	}
	f.want("a refresh", "call cognito-idp GetTokensFromRefreshToken")

	credentials, err := identitypool.New(identitypool.Config{Pool: f.cfg})
	if err != nil {
		t.Fatal(err)
	}
	_, err = credentials.ForUser(step.Identity, func(context.Context) (cognito.IDToken, error) { return step.Tokens.ID, nil }).Retrieve(f.ctx())
	if err != nil {
		t.Fatal(err)
	}
	f.want("credentials", "call cognito-identity GetId", "call cognito-identity GetCredentialsForIdentity")
}

// TestGuards: tokens, keys and refusals of an API are told.
func TestGuards(t *testing.T) {
	f := newFixture(t, nil)
	cfg := f.cfg
	cfg.TokenCache = 10
	verifier, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	api := cognito.Guard{Authenticator: cognito.Bearer{Verifier: verifier}, Logger: f.cfg.Logger}.Require(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), cognito.AllScopes("orders/read"))
	tokens := f.pool.Tokens("jane")
	ask := func(token string) {
		r := httptest.NewRequestWithContext(f.ctx(), http.MethodGet, "/", nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		api.ServeHTTP(httptest.NewRecorder(), r)
	}
	ask("")
	f.want("no token", "refused token credentials_required 401 false")
	f.pool.Fault(fault.Fault{Op: "jwks", Kind: fault.Unavailable, Times: 1})
	ask(string(tokens.Access))
	f.want("no keys", "keys 0 true", "verified access keys false", "refused token credentials_unchecked 503 false")
	f.pool.Advance(time.Minute)
	ask(string(tokens.Access))
	f.want("a policy", "keys 2 false", "verified access  false", "refused token insufficient_scope 403 true")
	ask(string(tokens.Access))
	f.want("again", "verified access  true")
	ask(string(tokens.ID))
	f.want("an ID token", "verified access token_use false", "refused token wrong_token 401 false")
}

// TestOtherGuards: a Lambda authorizer, several tenants and a program's own
// tokens are told of as well.
func TestOtherGuards(t *testing.T) {
	f := newFixture(t, nil)
	tenants, err := cognito.NewTenants(cognito.TenantsConfig{
		Resolve:  func(context.Context, string) (cognito.Config, error) { return f.pool.Config(), nil },
		Observer: f.cfg.Observer, Logger: f.cfg.Logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	tokens := f.pool.Tokens("jane")
	if _, err := tenants.VerifyAccess(f.ctx(), tokens.Access); err != nil {
		t.Fatal(err)
	}
	f.want("a tenant", "keys 2 false", "verified access  false")
	authorizer, err := apigateway.NewAuthorizer(apigateway.AuthorizerConfig{Verifier: tenants, Observer: f.cfg.Observer, Logger: f.cfg.Logger}, cognito.AnyGroup("staff"))
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{string(tokens.Access), string(tokens.ID)} {
		_, _ = authorizer.HTTP(f.ctx(), apigateway.Request{Headers: map[string]string{"authorization": "Bearer " + token}})
	}
	f.want("an authorizer", "refused authorizer forbidden 403 true", "refused authorizer wrong_token 401 false")

	f.pool.AddResourceServer(cognitotest.ResourceServer{Identifier: "orders", Scopes: []string{"read"}})
	program := f.pool.AddClient(cognitotest.AppClient{Secret: "s3cr3t", Scopes: []string{"orders/read"}, Flows: []string{"client_credentials"}})
	program.Observer, program.Logger = f.cfg.Observer, f.cfg.Logger
	source, err := clientcredentials.New(clientcredentials.Config{Pool: program})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := source.TokenContext(f.ctx()); err != nil {
		t.Fatal(err)
	}
	f.want("a program", "call oauth client_credentials")
}

// TestEveryFunction: no function of an Observer was left out of the tests
// above.
func TestEveryFunction(t *testing.T) {
	o := reflect.ValueOf(*(&record{}).observer())
	for i := range o.NumField() {
		if o.Field(i).IsNil() {
			t.Errorf("no test watches Observer.%s", o.Type().Field(i).Name)
		}
	}
}

// TestNames: what stands for users and sessions does not tell them.
func TestNames(t *testing.T) {
	user := observe.UserHash("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a", "sub")
	if len(user) != 16 || user == observe.UserHash("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_b", "sub") {
		t.Errorf("UserHash = %q, want 16 digits, others for another pool", user)
	}
	if other := observe.UserHash("https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a", "sub"); other != user {
		t.Errorf("UserHash(the pool's other issuer) = %q, want %q", other, user)
	}
	if name := observe.SessionHandle("id"); len(name) != 16 || strings.Contains(name, "id") {
		t.Errorf("SessionHandle = %q", name)
	}
	var none *observe.Observer
	if ctx := none.Start(t.Context(), observe.Store, "find"); ctx != t.Context() {
		t.Error("Start of nothing changed the context")
	}
}
