package apigateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/apigateway"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
)

const (
	stage     = "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/prod/"
	methodARN = stage + "GET/orders/a:b/c"
)

// authorizerPool returns a pool with jane, of the group admins, and joe.
func authorizerPool(t testing.TB) *cognitotest.Pool {
	t.Helper()
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: clientID}))
	for _, u := range []cognitotest.User{{Username: "jane", Groups: []string{"admins", "editors"}}, {Username: "joe"}} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

func newAuthorizer(t testing.TB, pool *cognitotest.Pool, edit func(*apigateway.AuthorizerConfig), policies ...cognito.Policy) *apigateway.Authorizer {
	t.Helper()
	pc := pool.Config()
	pc.Logger = slog.New(slog.DiscardHandler)
	verifier, err := cognito.NewVerifier(pc)
	if err != nil {
		t.Fatal(err)
	}
	cfg := apigateway.AuthorizerConfig{Verifier: verifier, Logger: pc.Logger, Now: pool.Now}
	if edit != nil {
		edit(&cfg)
	}
	a, err := apigateway.NewAuthorizer(cfg, policies...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// event reads the JSON of an event as aws-lambda-go does.
func event[T any](t testing.TB, doc string) T {
	t.Helper()
	var e T
	if err := json.Unmarshal([]byte(doc), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func quoted(s string) string { b, _ := json.Marshal(s); return string(b) }

func tokenEvent(token string) string {
	return `{"type":"TOKEN","methodArn":` + quoted(methodARN) + `,"authorizationToken":` + quoted(token) + `}`
}

func requestEvent(authorization string) string {
	return `{"type":"REQUEST","methodArn":` + quoted(methodARN) + `,"headers":{"authorization":"ignored"},"multiValueHeaders":{"AUTHORIZATION":[` +
		quoted(authorization) + `]},"requestContext":{"stage":"prod"}}`
}

func httpEvent(authorization string) string {
	return `{"version":"2.0","type":"REQUEST","routeArn":` + quoted(methodARN) + `,"identitySource":["x"],"headers":{"authorization":` +
		quoted(authorization) + `},"requestContext":{"stage":"prod","http":{"method":"GET"}}}`
}

func connectEvent(token string) string {
	return `{"type":"REQUEST","methodArn":` + quoted(stage+"$connect") + `,"headers":{},"queryStringParameters":{"token":` + quoted(token) +
		`},"requestContext":{"routeKey":"$connect","eventType":"CONNECT"}}`
}

func syncEvent(token string) string {
	return `{"authorizationToken":` + quoted(token) + `,"requestContext":{"apiId":"a1","accountId":"123456789012","requestId":"r","queryString":"{ me }","operationName":null,"variables":{}},"requestHeaders":{"host":"x"}}`
}

// An answer is what API Gateway or AppSync makes of a function's result.
type answer struct {
	status int // 200, 401, 403 or 500
	claims any // what goes on to the function behind
	cached bool
}

// ask asks one of the methods and reads its answer, through JSON, as the service
// would. It fails the test where the answer has a form the service refuses.
func ask(t testing.TB, a *apigateway.Authorizer, method, doc string) answer {
	t.Helper()
	var out any
	var err error
	switch method {
	case "REST":
		out, err = a.REST(context.Background(), event[apigateway.Request](t, doc))
	case "HTTP":
		out, err = a.HTTP(context.Background(), event[apigateway.Request](t, doc))
	case "AppSync":
		out, err = a.AppSync(context.Background(), event[apigateway.AppSyncRequest](t, doc))
	}
	switch {
	case err != nil && err.Error() == "Unauthorized" && method != "AppSync":
		return answer{status: 401}
	case err != nil:
		return answer{status: 500}
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	if method == "REST" {
		return policyAnswer(t, text)
	}
	var simple struct {
		IsAuthorized    *bool
		Context         map[string]any
		ResolverContext map[string]string
		TTLOverride     *int
	}
	if err := json.Unmarshal(text, &simple); err != nil || simple.IsAuthorized == nil {
		t.Fatalf("%s answers %s, %v, want isAuthorized", method, text, err)
	}
	got := answer{status: 403, cached: method == "HTTP" || *simple.TTLOverride > 0}
	if *simple.IsAuthorized {
		got.status, got.claims = 200, simple.Context["claims"]
		if method == "AppSync" {
			got.claims = simple.ResolverContext["claims"]
		}
	}
	return got
}

// policyAnswer evaluates an IAM policy for methodARN and for another method of
// the stage, which must come to the same.
func policyAnswer(t testing.TB, text []byte) answer {
	t.Helper()
	var policy struct {
		PrincipalID    string
		PolicyDocument struct {
			Version   string
			Statement []struct {
				Effect   string
				Action   []string
				Resource []string
			}
		}
		Context map[string]any
	}
	if err := json.Unmarshal(text, &policy); err != nil {
		t.Fatal(err)
	}
	if policy.PrincipalID == "" || policy.PolicyDocument.Version != "2012-10-17" || len(policy.PolicyDocument.Statement) != 1 {
		t.Fatalf("REST answers %s, want a principal and a policy with one statement", text)
	}
	s := policy.PolicyDocument.Statement[0]
	if !slices.Equal(s.Action, []string{"execute-api:Invoke"}) || !slices.Equal(s.Resource, []string{stage + "*"}) {
		t.Fatalf("REST answers %s, want one for every method of the stage and for nothing else", text)
	}
	for name, v := range policy.Context {
		switch v.(type) {
		case string, float64, bool:
		default:
			t.Fatalf("REST answers a context whose %s is %T: API Gateway takes strings, numbers and booleans", name, v)
		}
	}
	switch s.Effect {
	case "Allow":
		return answer{200, policy.Context["claims"], true}
	case "Deny":
		return answer{403, nil, true}
	}
	t.Fatalf("REST answers effect %q", s.Effect)
	return answer{}
}

// methods are the kinds of authorizers: a method, and the event that carries a
// token to it.
var methods = []struct {
	name, method string
	event        func(token string) string
}{
	{"REST, TOKEN", "REST", func(token string) string { return tokenEvent("Bearer " + token) }},
	{"REST, TOKEN without a scheme", "REST", tokenEvent},
	{"REST, REQUEST", "REST", func(token string) string { return requestEvent("Bearer " + token) }},
	{"WebSocket", "REST", connectEvent},
	{"HTTP", "HTTP", func(token string) string { return httpEvent("bearer " + token) }},
	{"HTTP, IAM", "REST", func(token string) string { return httpEvent("Bearer " + token) }},
	{"AppSync", "AppSync", syncEvent},
	{"AppSync with Bearer", "AppSync", func(token string) string { return syncEvent("Bearer " + token) }},
}

func fromQuery(cfg *apigateway.AuthorizerConfig) {
	cfg.TokenFrom = func(r apigateway.Request) cognito.AccessToken {
		return cognito.AccessToken(r.QueryStringParameters["token"])
	}
}

// TestT9_Authorizers: every kind of Lambda authorizer decides by the same
// policies, with the status of its service, and tells a refusal from an outage.
func TestT9_Authorizers(t *testing.T) {
	pool := authorizerPool(t)
	broken := errors.New("the database is away")
	asked := cognito.Satisfies("a customer", func(context.Context, *cognito.Identity) (bool, error) { return false, broken })
	admins := cognito.AnyGroup("admins")
	good, other := string(pool.AccessToken("jane")), string(pool.AccessToken("joe"))
	tests := []struct {
		name, token string
		policies    []cognito.Policy
		status      int
		syncStatus  int // of AppSync, which knows no 401
		cached      bool
	}{
		{"good", good, []cognito.Policy{admins}, 200, 200, true},
		{"good, no policy", other, nil, 200, 200, true},
		{"not in the group", other, []cognito.Policy{admins}, 403, 403, true},
		{"no scope", good, []cognito.Policy{cognito.AllScopes("orders/read")}, 403, 403, true},
		{"two policies", good, []cognito.Policy{admins, cognito.MachineOnly()}, 403, 403, true},
		{"another resource", good, []cognito.Policy{cognito.ForResource("https://api.example.com")}, 401, 403, false},
		{"signed in too long ago", string(pool.AccessToken("jane", func(c cognitotest.Claims) { c["auth_time"] = pool.Now().Add(-time.Hour).Unix() })), []cognito.Policy{cognito.SignedInWithin(time.Minute)}, 401, 403, false},
		{"expired", string(pool.AccessToken("jane", func(c cognitotest.Claims) { c["exp"] = pool.Now().Add(-time.Hour).Unix() })), nil, 401, 403, false},
		{"ID token", string(pool.IDToken("jane")), nil, 401, 403, false},
		{"none", "", nil, 401, 403, false},
		{"junk", "junk", nil, 401, 403, false},
		{"two words", "a b", nil, 401, 403, false},
		{"an answer that is missing", good, []cognito.Policy{asked}, 500, 500, false},
		{"decided before the answer", other, []cognito.Policy{admins, asked}, 403, 403, true},
	}
	for _, tt := range tests {
		a := newAuthorizer(t, pool, fromQuery, tt.policies...)
		for _, m := range methods {
			want := answer{status: tt.status, cached: tt.cached}
			if m.method == "AppSync" {
				want.status = tt.syncStatus
				want.cached = tt.syncStatus == 200
			}
			got := ask(t, a, m.method, m.event(tt.token))
			if (got.claims != nil) != (got.status == 200) {
				t.Errorf("%s, %s: claims %v with %d", m.name, tt.name, got.claims, got.status)
			}
			if got.claims = nil; got != want {
				t.Errorf("%s, %s = %+v, want %+v", m.name, tt.name, got, want)
			}
		}
	}
}

// TestT9_AuthorizerOutage: keys that cannot be fetched refuse nobody for good:
// the function fails, and the same token passes once they are back.
func TestT9_AuthorizerOutage(t *testing.T) {
	for _, m := range methods {
		pool := authorizerPool(t)
		a := newAuthorizer(t, pool, fromQuery)
		token := string(pool.AccessToken("jane"))
		pool.Fault(fault.Fault{Op: "jwks", Kind: fault.Unavailable})
		if got := ask(t, a, m.method, m.event(token)); got.status != 500 || got.cached {
			t.Errorf("%s without keys = %+v, want 500, not cached", m.name, got)
		}
		pool.ClearFaults()
		pool.Advance(time.Minute)
		if got := ask(t, a, m.method, m.event(token)); got.status != 200 {
			t.Errorf("%s with keys again = %+v, want 200", m.name, got)
		}
	}
}

// TestT9_AuthorizerHeaders: two tokens in a request are refused, wherever they
// are.
func TestT9_AuthorizerHeaders(t *testing.T) {
	pool := authorizerPool(t)
	a := newAuthorizer(t, pool, fromQuery)
	token := quoted("Bearer " + string(pool.AccessToken("jane")))
	arn := `{"type":"REQUEST","methodArn":` + quoted(methodARN) + `,`
	for name, tt := range map[string]struct {
		doc    string
		status int
	}{
		"one":                  {arn + `"headers":{"Authorization":` + token + `}}`, 200},
		"in both maps":         {arn + `"headers":{"Authorization":` + token + `},"multiValueHeaders":{"Authorization":[` + token + `]}}`, 200},
		"twice":                {arn + `"multiValueHeaders":{"Authorization":[` + token + `,` + token + `]}}`, 401},
		"in two spellings":     {arn + `"headers":{"Authorization":` + token + `,"authorization":` + token + `}}`, 401},
		"joined":               {arn + `"headers":{"authorization":"Bearer a, Bearer b"}}`, 401},
		"another scheme":       {arn + `"headers":{"authorization":"Basic YTpi"}}`, 401},
		"in another type":      {strings.Replace(tokenEvent(string(pool.AccessToken("jane"))), `"TOKEN"`, `"REQUEST"`, 1), 401},
		"the header wins":      {arn + `"headers":{"authorization":` + token + `},"queryStringParameters":{"token":"junk"}}`, 200},
		"no headers, no token": {arn + `"headers":null}`, 401},
	} {
		if got := ask(t, a, "REST", tt.doc); got.status != tt.status {
			t.Errorf("%s = %d, want %d", name, got.status, tt.status)
		}
	}
}

// TestAuthorizerARN: no policy is written for an event that names no method.
func TestAuthorizerARN(t *testing.T) {
	pool := authorizerPool(t)
	a := newAuthorizer(t, pool, nil)
	for _, arn := range []string{"", "*", "arn:aws:execute-api:eu-west-1:123456789012:abcdef123", "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/prod",
		"arn:aws:execute-api:eu-west-1:123456789012:*/*/GET/", "arn:aws:s3:::bucket/prod/GET/x", "arn:aws:execute-api:eu-west-1:123456789012://GET/x"} {
		_, err := a.REST(context.Background(), apigateway.Request{Type: "TOKEN", MethodARN: arn, AuthorizationToken: string(pool.AccessToken("jane"))})
		if err == nil || err.Error() == "Unauthorized" {
			t.Errorf("REST(%q) = %v, want an error other than Unauthorized", arn, err)
		}
	}
	for arn, want := range map[string]string{
		"arn:aws-cn:execute-api:cn-north-1:123456789012:abc/$default/GET/": "arn:aws-cn:execute-api:cn-north-1:123456789012:abc/$default/*",
		"arn:aws:execute-api:eu-west-1:123456789012:abc/test-invoke/GET/*": "arn:aws:execute-api:eu-west-1:123456789012:abc/test-invoke/*",
	} {
		got, err := a.REST(context.Background(), apigateway.Request{Type: "TOKEN", MethodARN: arn, AuthorizationToken: string(pool.AccessToken("jane"))})
		if err != nil || got.PolicyDocument.Statement[0].Resource[0] != want {
			t.Errorf("REST(%q) = %+v, %v, want the resource %s", arn, got, err, want)
		}
	}
}

// TestAuthorizerUnauthorized: the error has the one text that means 401, and its
// cause.
func TestAuthorizerUnauthorized(t *testing.T) {
	pool := authorizerPool(t)
	a := newAuthorizer(t, pool, nil)
	_, err := a.HTTP(context.Background(), apigateway.Request{})
	if err == nil || err.Error() != "Unauthorized" || !errors.Is(err, cognito.ErrNoCredentials) {
		t.Errorf("HTTP(no token) = %v, want Unauthorized with ErrNoCredentials", err)
	}
}

// TestAuthorizerRoundTrip: the function behind an authorizer finds the user in
// the event, until the token expires.
func TestAuthorizerRoundTrip(t *testing.T) {
	pool := authorizerPool(t)
	a := newAuthorizer(t, pool, fromQuery, cognito.AnyGroup("admins"))
	cfg := pool.Config()
	gateway, err := apigateway.New(apigateway.Config{Pool: cfg})
	if err != nil {
		t.Fatal(err)
	}
	token := string(pool.AccessToken("jane", func(c cognitotest.Claims) { c["scope"] = "openid orders/read"; c["custom"] = "a\"b\u2028" }))
	for _, m := range methods {
		claims, ok := ask(t, a, m.method, m.event(token)).claims.(string)
		if !ok {
			t.Fatalf("%s has no claims", m.name)
		}
		doc := `{"requestContext":{"authorizer":{"principalId":"x","integrationLatency":5,"claims":` + quoted(claims) + `}}}`
		switch m.method {
		case "HTTP":
			doc = `{"version":"2.0","requestContext":{"authorizer":{"lambda":{"claims":` + quoted(claims) + `}}}}`
		case "AppSync":
			doc = `{"identity":{"resolverContext":{"claims":` + quoted(claims) + `}}}`
		}
		user, err := gateway.FromEvent([]byte(doc))
		if err != nil || user.Username != "jane" || user.Issuer != pool.Issuer() || !slices.Equal(user.Groups, []string{"admins", "editors"}) || !user.HasScope("orders/read") {
			t.Errorf("%s: FromEvent = %+v, %v, want jane with groups and scopes", m.name, user, err)
			continue
		}
		if got := user.Attribute("custom"); got != "a\"b\u2028" {
			t.Errorf("%s: the claim custom = %q", m.name, got)
		}
	}
	claims := ask(t, a, "REST", tokenEvent(token)).claims.(string)
	pool.Advance(2 * time.Hour)
	_, err = gateway.FromEvent([]byte(`{"requestContext":{"authorizer":{"claims":` + quoted(claims) + `}}}`))
	if !errors.Is(err, cognito.ErrExpired) {
		t.Errorf("FromEvent(two hours later) = %v, want ErrExpired", err)
	}
	for _, doc := range []string{
		`{"requestContext":{"authorizer":{"claims":"{}","lambda":{"claims":"{}"}}}}`,
		`{"requestContext":{"authorizer":{"claims":"{}"}},"identity":{"resolverContext":{"claims":"{}"}}}`,
	} {
		if _, err := gateway.FromEvent([]byte(doc)); err == nil || !strings.Contains(err.Error(), "two places") {
			t.Errorf("FromEvent(%s) = %v, want a refusal of two places", doc, err)
		}
	}
}

// TestAuthorizerAppSync: fields are denied by their own policies, and an answer
// is kept for five minutes and never longer than its token.
func TestAuthorizerAppSync(t *testing.T) {
	pool := authorizerPool(t)
	var away error
	fields := func(cfg *apigateway.AuthorizerConfig) {
		cfg.Fields = map[string]cognito.Policy{
			"Query.salaries": cognito.AnyGroup("admins"),
			"Mutation.erase": cognito.SignedInWithin(time.Minute),
			"User.notes":     cognito.Satisfies("notes", func(context.Context, *cognito.Identity) (bool, error) { return true, away }),
			"arn:aws:appsync:eu-west-1:123456789012:apis/a1/types/Query/fields/plans": cognito.AllScopes("plans/read"),
		}
	}
	a := newAuthorizer(t, pool, fields)
	request := func(token cognito.AccessToken) (*apigateway.AppSyncAnswer, error) {
		return a.AppSync(context.Background(), event[apigateway.AppSyncRequest](t, syncEvent(string(token))))
	}
	plans := "arn:aws:appsync:eu-west-1:123456789012:apis/a1/types/Query/fields/plans"
	for user, want := range map[string][]string{"jane": {plans}, "joe": {"Query.salaries", plans}} {
		got, err := request(pool.AccessToken(user))
		if err != nil || !got.IsAuthorized || !slices.Equal(got.DeniedFields, want) || got.TTLOverride != 300 {
			t.Errorf("AppSync(%s) = %+v, %v, want the denied fields %q for 300 seconds", user, got, err, want)
		}
	}
	short := pool.AccessToken("jane", func(c cognitotest.Claims) { c["exp"] = pool.Now().Add(90 * time.Second).Unix() })
	for _, ttl := range []int{90, 45, 0} { // at the end within the clock skew
		if got, err := request(short); err != nil || !got.IsAuthorized || got.TTLOverride > ttl || got.TTLOverride < ttl-1 {
			t.Errorf("AppSync(token with %d seconds) = %+v, %v, want it kept that long", ttl, got, err)
		}
		pool.Advance(45 * time.Second)
	}
	away = errors.New("away")
	if got, err := request(pool.AccessToken("jane")); !errors.Is(err, away) {
		t.Errorf("AppSync(a field that cannot be decided) = %+v, %v, want the error", got, err)
	}
	text, err := json.Marshal(&apigateway.AppSyncAnswer{})
	if err != nil || string(text) != `{"isAuthorized":false,"ttlOverride":0}` {
		t.Errorf("a refusal is %s, %v, want ttlOverride 0 in it", text, err)
	}
}

// TestAuthorizerConfig: every problem is reported at once, by its field.
func TestAuthorizerConfig(t *testing.T) {
	var none *cognito.Verifier
	_, err := apigateway.NewAuthorizer(apigateway.AuthorizerConfig{
		Verifier: none, Fields: map[string]cognito.Policy{"salaries": cognito.UserOnly(), "Query.x": {}},
	}, cognito.AnyGroup())
	for _, field := range []string{"Verifier", "policies", "Fields"} {
		if err == nil || !strings.Contains(err.Error(), "apigateway: "+field+": ") {
			t.Errorf("NewAuthorizer = %v, want a problem of %s", err, field)
		}
	}
}

// TestAuthorizer_LogHasHint: the line of a refused token says what to do, as
// that of a Guard does.
func TestAuthorizer_LogHasHint(t *testing.T) {
	var log bytes.Buffer
	pool := authorizerPool(t)
	a := newAuthorizer(t, pool, func(c *apigateway.AuthorizerConfig) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	_, err := a.REST(t.Context(), apigateway.Request{Type: "TOKEN", AuthorizationToken: "Bearer " + string(pool.IDToken("jane")), MethodARN: methodARN})
	if err == nil || !strings.Contains(log.String(), "code=wrong_token") || !strings.Contains(log.String(), `hint="the caller has to send the access token`) {
		t.Errorf("REST(ID token) = %v, with the log %s", err, &log)
	}
}
