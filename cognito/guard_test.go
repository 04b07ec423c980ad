package cognito_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

var discard = slog.New(slog.DiscardHandler)

// sub is a handler that tells who is there.
func sub(w http.ResponseWriter, r *http.Request) {
	id := cognito.FromContext(r.Context())
	if id == nil {
		_, _ = io.WriteString(w, "guest")
		return
	}
	_, _ = io.WriteString(w, id.Username+id.UserID)
}

func call(h http.Handler, method, target string, authorization ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for _, a := range authorization {
		if a != "" {
			r.Header.Add("Authorization", a)
		}
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// A door is an Authenticator made of a function.
type door func(*http.Request) (*cognito.Identity, error)

func (d door) Authenticate(r *http.Request) (*cognito.Identity, error) { return d(r) }

// A verifierFunc is a TokenVerifier made of a function.
type verifierFunc func() (*cognito.AccessClaims, error)

func (f verifierFunc) VerifyAccess(context.Context, cognito.AccessToken) (*cognito.AccessClaims, error) {
	return f()
}

// wantProblem checks a refusal: its status, code and challenge, and the
// headers that every one has.
func wantProblem(t *testing.T, what string, got *httptest.ResponseRecorder, status int, code, challenge string) {
	t.Helper()
	var p struct {
		Status int
		Title  string
		Detail string
		Code   string
	}
	if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil {
		t.Fatalf("%s: %d %s: %v", what, got.Code, got.Body, err)
	}
	if got.Code != status || p.Status != status || p.Code != code || p.Title == "" || p.Detail == "" {
		t.Errorf("%s: %d %+v, want %d with the code %q", what, got.Code, p, status, code)
	}
	h := got.Header()
	if c := h.Get("WWW-Authenticate"); c != challenge || len(h["Www-Authenticate"]) > 1 {
		t.Errorf("%s: WWW-Authenticate %q, want %q", what, h["Www-Authenticate"], challenge)
	}
	if h.Get("Content-Type") != "application/problem+json" || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: headers %v", what, h)
	}
}

func TestE2_RequireToken(t *testing.T) {
	pool := newPool(t)
	h := cognito.Guard{Logger: discard, Authenticator: cognito.Bearer{Verifier: newVerifier(t, pool)}, Now: pool.Now}.
		Require(http.HandlerFunc(sub), cognito.AnyGroup("admins", "staff"))
	const invalid = `Bearer error="invalid_token", error_description="The token is not valid here."`
	expired := pool.AccessToken("jane", set("exp", pool.Now().Add(-time.Hour).Unix()))
	tests := []struct {
		name      string
		fields    []string
		status    int
		code      string
		challenge string
	}{
		{name: "good", fields: []string{"Bearer " + string(pool.AccessToken("jane"))}, status: 200},
		{name: "good, in lower case", fields: []string{"bearer " + string(pool.AccessToken("jane"))}, status: 200},
		{name: "none", status: 401, code: "credentials_required", challenge: "Bearer"},
		{name: "Basic", fields: []string{"Basic eA=="}, status: 401, code: "credentials_required", challenge: "Bearer"},
		{
			name: "two", fields: []string{"Bearer " + string(pool.AccessToken("jane")), "Bearer " + string(pool.AccessToken("jane"))}, status: 400,
			code: "invalid_request", challenge: `Bearer error="invalid_request", error_description="The request's credentials are malformed or given more than once."`,
		},
		{name: "garbage", fields: []string{"Bearer abc"}, status: 401, code: "invalid_token", challenge: invalid},
		{name: "of another pool", fields: []string{"Bearer " + string(pool.AccessToken("jane", set("iss", "https://evil.example")))}, status: 401, code: "invalid_token", challenge: invalid},
		{name: "of another client", fields: []string{"Bearer " + string(pool.AccessToken("jane", set("client_id", "6mallory")))}, status: 401, code: "invalid_token", challenge: invalid},
		{
			name: "expired", fields: []string{"Bearer " + string(expired)}, status: 401, code: "token_expired",
			challenge: `Bearer error="invalid_token", error_description="The token has expired. Get a new one and try again."`,
		},
		{
			name: "ID token", fields: []string{"Bearer " + string(pool.IDToken("jane"))}, status: 401, code: "wrong_token",
			challenge: `Bearer error="invalid_token", error_description="This is not an access token. Send the access token, not the ID token or the refresh token."`,
		},
		{
			name: "refresh token", fields: []string{"Bearer " + string(pool.Tokens("jane").Refresh)}, status: 401, code: "wrong_token",
			challenge: `Bearer error="invalid_token", error_description="This is not an access token. Send the access token, not the ID token or the refresh token."`,
		},
		{
			name: "no group", fields: []string{"Bearer " + string(pool.AccessToken("jane", without("cognito:groups")))}, status: 403, code: "forbidden",
			challenge: `Bearer error="insufficient_scope", error_description="The user, or the client, may not do this."`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := call(h, "GET", "/orders", tt.fields...)
			if tt.status == 200 {
				if got.Code != 200 || got.Body.String() != "jane" {
					t.Errorf("GET = %d %s, want jane", got.Code, got.Body)
				}
				return
			}
			wantProblem(t, "GET", got, tt.status, tt.code, tt.challenge)
			for _, f := range tt.fields {
				if body := got.Body.String() + got.Header().Get("WWW-Authenticate"); len(f) > 30 && strings.Contains(body, f[20:32]) {
					t.Errorf("the answer quotes the token: %s", body)
				}
			}
		})
	}
}

// TestE2_PolicyRefusals: what a client can do about a refusal is in the
// challenge: other scopes, a new sign-in (RFC 9470), or nothing.
func TestE2_PolicyRefusals(t *testing.T) {
	pool := newPool(t)
	now := pool.Now()
	token := func(edit ...func(cognitotest.Claims)) string {
		return "Bearer " + string(pool.AccessToken("jane", edit...))
	}
	read, write := set("scope", "openid orders/read"), set("scope", "openid orders/write orders/read")
	old := set("auth_time", now.Add(-time.Hour).Unix())
	const lacks = `Bearer realm="the \"orders\"", error="insufficient_scope", error_description="The token lacks a scope that this needs.", scope=`
	const may = `Bearer realm="the \"orders\"", error="insufficient_scope", error_description="The user, or the client, may not do this."`
	const stale = `Bearer realm="the \"orders\"", error="insufficient_user_authentication", error_description="The last sign-in is too long ago. The user has to sign in again.", max_age=`
	both := cognito.AllScopes("orders/write", "orders/read")
	tests := []struct {
		policies  []cognito.Policy
		token     string
		status    int
		code      string
		challenge string
	}{
		{[]cognito.Policy{both}, token(write), 200, "", ""},
		{[]cognito.Policy{both}, token(read), 403, "insufficient_scope", lacks + `"orders/read orders/write"`},
		{[]cognito.Policy{cognito.AllScopes("a"), cognito.AllScopes("b")}, token(read), 403, "insufficient_scope", lacks + `"a b"`},
		{[]cognito.Policy{cognito.AnyScope("a", "b")}, token(read), 403, "insufficient_scope", lacks + `"a"`},
		{[]cognito.Policy{cognito.Or(cognito.AnyGroup("staff"), cognito.AllScopes("a"))}, token(read), 403, "insufficient_scope", lacks + `"a"`},
		{[]cognito.Policy{both, cognito.AnyGroup("staff")}, token(read), 403, "forbidden", may},
		{[]cognito.Policy{cognito.Not(cognito.AllScopes("orders/read"))}, token(read), 403, "forbidden", may},
		{[]cognito.Policy{cognito.SignedInWithin(time.Minute)}, token(old), 401, "stale_sign_in", stale + `"60"`},
		{[]cognito.Policy{cognito.SignedInWithin(10 * time.Minute), cognito.SignedInWithin(5 * time.Minute)}, token(old), 401, "stale_sign_in", stale + `"300"`},
		{[]cognito.Policy{cognito.SignedInWithin(time.Minute), cognito.AnyGroup("staff")}, token(old), 403, "forbidden", may},
		{[]cognito.Policy{cognito.SignedInWithin(time.Minute), cognito.AllScopes("a")}, token(old), 403, "insufficient_scope", lacks + `"a", max_age="60"`},
		{[]cognito.Policy{cognito.SignedInWithin(time.Minute), cognito.AllScopes("a"), cognito.AnyGroup("staff")}, token(old), 403, "forbidden", may},
		{[]cognito.Policy{cognito.MachineOnly()}, token(), 403, "forbidden", may},
		{[]cognito.Policy{cognito.UserOnly(), cognito.FromClient(clientID)}, token(), 200, "", ""},
		{[]cognito.Policy{cognito.AnyGroup()}, token(), 500, "policy_error", ""},
		{[]cognito.Policy{cognito.AnyGroup("admins"), cognito.Not(cognito.And())}, token(), 500, "policy_error", ""},
		{[]cognito.Policy{{}}, "", 500, "policy_error", ""},
	}
	for _, tt := range tests {
		guard := cognito.Guard{Logger: discard, Now: pool.Now, Authenticator: cognito.Bearer{Verifier: newVerifier(t, pool), Realm: "the \"orders\"\r\n\u00e9"}}
		got := call(guard.Require(http.HandlerFunc(sub), tt.policies...), "GET", "/", tt.token)
		if tt.status == 200 {
			if got.Code != 200 {
				t.Errorf("%v: %d %s, want 200", tt.policies, got.Code, got.Body)
			}
			continue
		}
		wantProblem(t, cognito.And(tt.policies...).String(), got, tt.status, tt.code, tt.challenge)
	}
}

// TestE2_Unchecked: what is not the caller's fault is 503, and never "signed
// out"; it is not the handler's turn either.
func TestE2_Unchecked(t *testing.T) {
	pool := newPool(t)
	down := newVerifier(t, pool, func(c *cognito.Config) { c.HTTPClient = &http.Client{Transport: failing{}} })
	for name, v := range map[string]cognito.TokenVerifier{
		"keys":    down,
		"other":   verifierFunc(func() (*cognito.AccessClaims, error) { return nil, errors.New("the tenant directory is down") }),
		"neither": verifierFunc(func() (*cognito.AccessClaims, error) { return nil, nil }),
	} {
		var log bytes.Buffer
		guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: v}, Logger: slog.New(slog.NewTextHandler(&log, nil))}
		for _, h := range []http.Handler{guard.Require(http.HandlerFunc(sub)), guard.Optional(http.HandlerFunc(sub))} {
			got := call(h, "GET", "/", "Bearer "+string(pool.AccessToken("jane")))
			wantProblem(t, name, got, 503, "credentials_unchecked", "")
			if got.Header().Get("Retry-After") == "" {
				t.Errorf("%s: no Retry-After", name)
			}
		}
		if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "code=credentials_unchecked") {
			t.Errorf("%s: log %q", name, &log)
		}
	}
}

// failing is a network that is down.
type failing struct{}

func (failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("no route") }

func TestGuardOptional(t *testing.T) {
	pool := newPool(t)
	h := cognito.Guard{Logger: discard, Authenticator: cognito.Bearer{Verifier: newVerifier(t, pool)}}.Optional(http.HandlerFunc(sub))
	for _, tt := range []struct {
		field  string
		status int
		body   string
	}{
		{"", 200, "guest"},
		{"Basic eA==", 200, "guest"},
		{"Bearer " + string(pool.AccessToken("jane")), 200, "jane"},
	} {
		if got := call(h, "GET", "/", tt.field); got.Code != tt.status || got.Body.String() != tt.body {
			t.Errorf("GET with %.10q = %d %s, want %d %s", tt.field, got.Code, got.Body, tt.status, tt.body)
		}
	}
	for _, bad := range []string{"Bearer x", "Bearer " + string(pool.IDToken("jane"))} {
		if got := call(h, "GET", "/", bad); got.Code != 401 {
			t.Errorf("GET with a bad token = %d %s, want 401", got.Code, got.Body)
		}
	}
	if got := call(h, "GET", "/", "Bearer"); got.Code != 400 {
		t.Errorf("GET with half a header = %d, want 400", got.Code)
	}
}

// TestS7_GuardedAnswers: no cache serves one caller's answer to another, and a
// handler may decide otherwise.
func TestS7_GuardedAnswers(t *testing.T) {
	pool := newPool(t)
	guard := cognito.Guard{Logger: discard, Authenticator: cognito.Bearer{Verifier: newVerifier(t, pool)}}
	good := "Bearer " + string(pool.AccessToken("jane"))
	for name, got := range map[string]*httptest.ResponseRecorder{
		"Require":          call(guard.Require(http.HandlerFunc(sub)), "GET", "/", good),
		"Optional":         call(guard.Optional(http.HandlerFunc(sub)), "GET", "/", good),
		"Optional, nobody": call(guard.Optional(http.HandlerFunc(sub)), "GET", "/"),
		"refused":          call(guard.Require(http.HandlerFunc(sub)), "GET", "/"),
	} {
		if h := got.Header(); h.Get("Cache-Control") != "no-store" || h.Get("Vary") != "Authorization" {
			t.Errorf("%s: Cache-Control %q, Vary %q", name, h.Get("Cache-Control"), h["Vary"])
		}
	}
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Cache-Control", "private, max-age=60") })
	if got := call(guard.Require(own), "GET", "/", good).Header().Get("Cache-Control"); got != "private, max-age=60" {
		t.Errorf("Cache-Control = %q, want the handler's", got)
	}
}

func TestS6_GuardPassesTheResponseWriterOn(t *testing.T) {
	pool := newPool(t)
	rec := httptest.NewRecorder()
	h := cognito.RequireToken(newVerifier(t, pool), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if w != http.ResponseWriter(rec) {
			t.Errorf("the handler got a %T, want the server's", w)
		}
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+string(pool.AccessToken("jane")))
	h.ServeHTTP(rec, r)
	if rec.Code != 200 {
		t.Errorf("GET = %d, want 200", rec.Code)
	}
}

func TestMapUser(t *testing.T) {
	pool := newPool(t)
	var mapErr error
	guard := cognito.Guard{
		Logger:        discard,
		Authenticator: cognito.Bearer{Verifier: newVerifier(t, pool)},
		MapUser: func(_ *http.Request, id *cognito.Identity) error {
			id.UserID = ":row-7"
			return mapErr
		},
	}
	h := guard.Require(http.HandlerFunc(sub), cognito.Satisfies("mapped", func(_ context.Context, id *cognito.Identity) (bool, error) { return id.UserID == ":row-7", nil }))
	good := "Bearer " + string(pool.AccessToken("jane"))
	if got := call(h, "GET", "/", good); got.Body.String() != "jane:row-7" {
		t.Errorf("GET = %d %s, want the app's own key", got.Code, got.Body)
	}
	mapErr = cognito.Refuse("This account is closed.")
	got := call(h, "GET", "/", good)
	wantProblem(t, "refused", got, 403, "refused", `Bearer error="insufficient_scope", error_description="This account is closed."`)
	mapErr = errors.New("the database is down: password hunter2")
	got = call(h, "GET", "/", good)
	wantProblem(t, "failed", got, 500, "guard_error", "")
	if strings.Contains(got.Body.String(), "hunter2") {
		t.Errorf("the answer quotes the error: %s", got.Body)
	}
	mapErr = cognito.ErrNoCredentials // no way around the guard
	if got := call(guard.Optional(http.HandlerFunc(sub)), "GET", "/", good); got.Code == 200 {
		t.Errorf("MapUser fails with ErrNoCredentials: %d %s, want a refusal", got.Code, got.Body)
	}
}

// TestGuardMistakes: a guard that is not whole lets nobody pass.
func TestGuardMistakes(t *testing.T) {
	for name, g := range map[string]cognito.Guard{
		"nil verifier":      {Authenticator: cognito.Bearer{Verifier: (*cognito.Verifier)(nil)}},
		"nil verifier, *":   {Authenticator: &cognito.Bearer{Verifier: (*cognito.Verifier)(nil)}},
		"nil tenants":       {Authenticator: cognito.Bearer{Verifier: (*cognito.Tenants)(nil)}},
		"nil function":      {Authenticator: cognito.Bearer{Verifier: verifierFunc(nil)}},
		"nil authenticator": {Authenticator: (*cognito.Bearer)(nil)},
		"nil door":          {Authenticator: door(nil)},
		"zero resource":     {Authenticator: door(func(*http.Request) (*cognito.Identity, error) { return &cognito.Identity{Subject: "a"}, nil }), Resource: &cognito.Resource{}},
		"zero":              {},
		"no verifier":       {Authenticator: cognito.Bearer{}},
		"no verifier, *":    {Authenticator: &cognito.Bearer{}},
		"nobody":            {Authenticator: door(func(*http.Request) (*cognito.Identity, error) { return nil, nil })},
	} {
		g.Logger = discard
		for _, h := range []http.Handler{g.Require(http.HandlerFunc(sub)), g.Optional(http.HandlerFunc(sub))} {
			if got := call(h, "GET", "/", "Bearer x"); got.Code < 500 {
				t.Errorf("%s: %d %s, want 5xx", name, got.Code, got.Body)
			}
		}
	}
}

func TestE2_GuardLog(t *testing.T) {
	pool := newPool(t)
	var log bytes.Buffer
	guard := cognito.Guard{
		Authenticator: cognito.Bearer{Verifier: newVerifier(t, pool)},
		Logger:        slog.New(slog.NewTextHandler(&log, nil)),
	}
	h := guard.Require(http.HandlerFunc(sub), cognito.And(cognito.AnyGroup("admins"), cognito.AllScopes("orders/write")))
	tests := []struct {
		name, token string
		want        []string
	}{
		{"ID token", string(pool.IDToken("jane")), []string{"op=require", "code=wrong_token", "check=token_use", "the caller has to send the access token"}},
		{"refresh token", string(pool.Tokens("jane").Refresh), []string{"code=wrong_token", "check=format", "refresh token"}},
		{"policy", string(pool.AccessToken("jane")), []string{"code=insufficient_scope", `policy="any group of admins and all scopes of orders/write"`, `refused_by="all scopes of orders/write"`, "user.sub="}},
		{"expired", string(pool.AccessToken("jane", set("exp", pool.Now().Add(-time.Hour).Unix()))), nil},
	}
	for _, tt := range tests {
		log.Reset()
		_ = call(h, "GET", "/", "Bearer "+tt.token)
		for _, want := range tt.want {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s: log %q, want %s", tt.name, &log, want)
			}
		}
		if tt.want == nil && log.Len() > 0 {
			t.Errorf("%s: log %q, want nothing: it is everyday", tt.name, &log)
		}
		if strings.Contains(log.String(), tt.token[20:40]) {
			t.Errorf("%s: the log quotes the token: %s", tt.name, &log)
		}
	}
}

func TestMachineTokens(t *testing.T) {
	pool := newPool(t)
	pool.AddClient(cognitotest.AppClient{ID: "5batchclient", Secret: "s", Flows: []string{cognitotest.FlowClientCredentials}, Scopes: []string{"orders/read"}})
	v := newVerifier(t, pool, func(c *cognito.Config) { c.OtherClientIDs = []string{"5batchclient"} })
	machine, err := v.VerifyAccess(t.Context(), pool.ClientToken("5batchclient", "orders/read"))
	if err != nil {
		t.Fatal(err)
	}
	user, err := v.VerifyAccess(t.Context(), pool.AccessToken("jane"))
	if err != nil {
		t.Fatal(err)
	}
	if !machine.Machine() || !machine.Identity().Machine() || user.Machine() || user.Identity().Machine() {
		t.Errorf("Machine = %v, %v for a client, %v, %v for a user", machine.Machine(), machine.Identity().Machine(), user.Machine(), user.Identity().Machine())
	}
}

// TestMapUserSeesTheRequest: a hook may decide by what is asked for, as one
// that keeps a banned user from writing.
func TestMapUserSeesTheRequest(t *testing.T) {
	pool := newPool(t)
	h := cognito.Guard{Logger: discard, Authenticator: cognito.Bearer{Verifier: newVerifier(t, pool)}, MapUser: func(r *http.Request, _ *cognito.Identity) error {
		if r.Method != "GET" {
			return cognito.Refuse("You may only read.")
		}
		return nil
	}}.Require(http.HandlerFunc(sub))
	token := "Bearer " + string(pool.AccessToken("jane"))
	if got := call(h, "GET", "/", token); got.Code != 200 {
		t.Errorf("GET = %d %s, want 200", got.Code, got.Body)
	}
	if got := call(h, "POST", "/", token); got.Code != 403 {
		t.Errorf("POST = %d %s, want 403", got.Code, got.Body)
	}
}

// TestT9_UncheckedPolicy: where a policy cannot be decided, the caller is
// asked to try again, and the operator learns why.
func TestT9_UncheckedPolicy(t *testing.T) {
	pool := newPool(t)
	var log bytes.Buffer
	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: newVerifier(t, pool)}, Logger: slog.New(slog.NewTextHandler(&log, nil))}
	fails := cognito.Satisfies("asked", func(context.Context, *cognito.Identity) (bool, error) { return true, errors.New("hunter2 is down") })
	for name, p := range map[string]cognito.Policy{"alone": fails, "Not": cognito.Not(fails), "Or": cognito.Or(fails, cognito.AnyGroup("admins"))} {
		log.Reset()
		got := call(guard.Require(http.HandlerFunc(sub), p), "GET", "/", "Bearer "+string(pool.AccessToken("jane")))
		wantProblem(t, name, got, 503, "policy_unchecked", "")
		if got.Header().Get("Retry-After") == "" || strings.Contains(got.Body.String(), "hunter2") {
			t.Errorf("%s: Retry-After %q, body %s", name, got.Header().Get("Retry-After"), got.Body)
		}
		if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "hunter2 is down") {
			t.Errorf("%s: log %q, want the error", name, &log)
		}
	}
}

// TestE3_UnknownCodes: a PolicyError of the app's own with a code that a Guard
// does not have is a mistake, and no panic. The log names the code.
func TestE3_UnknownCodes(t *testing.T) {
	for _, code := range []cognito.RefusalCode{"", "mine", cognito.StoreUnavailable, cognito.SignInRequired} {
		err := &cognito.PolicyError{Code: code, Err: errors.New("hunter2 is down")}
		jane := func(*http.Request) (*cognito.Identity, error) { return &cognito.Identity{Subject: "jane"}, nil }
		for name, guard := range map[string]cognito.Guard{
			"MapUser":       {Authenticator: door(jane), MapUser: func(*http.Request, *cognito.Identity) error { return err }},
			"Authenticator": {Authenticator: door(func(*http.Request) (*cognito.Identity, error) { return nil, err })},
		} {
			var log bytes.Buffer
			guard.Logger = slog.New(slog.NewTextHandler(&log, nil))
			got := call(guard.Require(http.HandlerFunc(sub)), "GET", "/", "")
			wantProblem(t, name+" "+string(code), got, 500, "guard_error", "")
			if text := log.String(); strings.Contains(got.Body.String(), "hunter2") || !strings.Contains(text, "level=ERROR") || !strings.Contains(text, string(code)) || !strings.Contains(text, "hunter2 is down") {
				t.Errorf("%s %q: the body is %s, the log %s", name, code, got.Body, text)
			}
		}
		if got := cognito.CodeOf(err); got != cognito.GuardMistake {
			t.Errorf("CodeOf(PolicyError %q) = %q, want %q", code, got, cognito.GuardMistake)
		}
	}
}

// TestGuardLogsItsMistakes: a guard that is not whole says so before the first
// request.
func TestGuardLogsItsMistakes(t *testing.T) {
	for name, build := range map[string]func(cognito.Guard) http.Handler{
		"no Authenticator": func(g cognito.Guard) http.Handler { return g.Require(http.NotFoundHandler()) },
		"a bad policy": func(g cognito.Guard) http.Handler {
			g.Authenticator = door(func(*http.Request) (*cognito.Identity, error) { return nil, cognito.ErrNoCredentials })
			return g.Require(http.NotFoundHandler(), cognito.AnyGroup())
		},
	} {
		var log bytes.Buffer
		build(cognito.Guard{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if !strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("%s: log %q, want an error", name, &log)
		}
	}
}

func TestRefuse(t *testing.T) {
	err := cognito.Refuse("Only staff may sign in here.")
	if got := err.Error(); !strings.HasPrefix(got, "cognito: ") || !strings.HasSuffix(got, "Only staff may sign in here.") {
		t.Errorf("Refuse = %q", got)
	}
	if errors.Is(err, cognito.ErrInvalidGrant) || errors.Is(err, cognito.ErrExpired) {
		t.Error("Refuse is an error of another kind")
	}
}
