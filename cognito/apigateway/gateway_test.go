package apigateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/apigateway"
)

const (
	poolID   = "eu-west-1_aB3dE5gH7"
	clientID = "7exampleclientid0a1b2c3d"
	issuer   = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7"
)

var now = time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)

func config() apigateway.Config {
	return apigateway.Config{Pool: cognito.Config{
		UserPoolID: poolID, ClientID: clientID, Now: func() time.Time { return now },
		Resources: []string{"https://api.example.com"},
	}}
}

func newGateway(t testing.TB, edit ...func(*apigateway.Config)) *apigateway.Gateway {
	t.Helper()
	cfg := config()
	for _, e := range edit {
		e(&cfg)
	}
	g, err := apigateway.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func idTokens(c *apigateway.Config) { c.IDTokens = true }

// access are the claims of an access token as an HTTP API passes them on.
func access() map[string]string {
	exp := strconv.FormatInt(now.Unix()+3600, 10)
	return map[string]string{
		"sub": "a334", "iss": issuer, "client_id": clientID, "token_use": "access", "scope": "openid orders/read", "username": "jane",
		"auth_time": strconv.FormatInt(now.Unix()-60, 10), "iat": strconv.FormatInt(now.Unix()-60, 10), "exp": exp, "jti": "c1d2", "version": "2",
		"cognito:groups": "[admins editors]",
	}
}

// id are the claims of an ID token as a REST API passes them on.
func id() map[string]string {
	return map[string]string{
		"sub": "a334", "iss": issuer, "aud": clientID, "token_use": "id", "cognito:username": "jane", "email": "jane@example.com", "email_verified": "true",
		"auth_time": strconv.FormatInt(now.Unix()-60, 10), "iat": "Fri Jan 15 07:59:00 UTC 2027", "exp": "Fri Jan 15 09:00:00 UTC 2027",
		"cognito:groups": "admins,editors", "custom:plan": "gold",
	}
}

func with(claims map[string]string, pairs ...string) map[string]string {
	claims = maps.Clone(claims)
	for i := 0; i < len(pairs); i += 2 {
		if claims[pairs[i]] = pairs[i+1]; pairs[i+1] == "" {
			delete(claims, pairs[i])
		}
	}
	return claims
}

// wantCheck fails the test unless there is an identity, or the check refused.
func wantCheck(t testing.TB, what string, id *cognito.Identity, err error, check string) {
	t.Helper()
	if (id == nil) != (err != nil) {
		t.Errorf("%s: %v and %v, want one of them", what, id, err)
	}
	var refused *cognito.VerifyError
	switch {
	case check == "" && err != nil:
		t.Errorf("%s: %v, want an identity", what, err)
	case check != "" && (!errors.As(err, &refused) || string(refused.Check) != check):
		t.Errorf("%s: %v, want check %q", what, err, check)
	}
}

func TestFromClaims(t *testing.T) {
	id, err := newGateway(t).FromClaims(access())
	if err != nil {
		t.Fatal(err)
	}
	if id.Subject != "a334" || id.Issuer != issuer || id.Username != "jane" || id.ClientID != clientID || id.Machine() ||
		!slices.Equal(id.Groups, []string{"admins", "editors"}) || !slices.Equal(id.Scopes, []string{"openid", "orders/read"}) || id.AuthTime.Unix() != now.Unix()-60 {
		t.Errorf("FromClaims = %+v", id)
	}
	machine, err := newGateway(t).FromClaims(with(access(), "sub", clientID, "username", "", "cognito:groups", ""))
	if err != nil || !machine.Machine() || machine.Groups != nil {
		t.Errorf("FromClaims(machine) = %+v, %v", machine, err)
	}
	if _, err := newGateway(t).FromClaims(nil); !errors.Is(err, cognito.ErrNoCredentials) {
		t.Errorf("FromClaims(nil) = %v, want ErrNoCredentials", err)
	}
}

func TestFromAuthorizer(t *testing.T) {
	claims := map[string]any{}
	for name, value := range id() {
		claims[name] = value
	}
	g := newGateway(t, idTokens)
	id, err := g.FromAuthorizer(map[string]any{"claims": claims, "principalId": "x"})
	if err != nil {
		t.Fatal(err)
	}
	if id.Username != "jane" || id.ClientID != clientID || id.Email != "jane@example.com" || !id.EmailVerified || id.Attribute("custom:plan") != "gold" || !id.HasGroup("editors") {
		t.Errorf("FromAuthorizer = %+v", id)
	}
	for name, authorizer := range map[string]map[string]any{
		"nothing":             nil,
		"a Lambda authorizer": {"principalId": "jane", "lambda": map[string]any{"sub": "a334"}},
		"null":                {"claims": nil, "jwt": nil},
		"jwt without claims":  {"jwt": map[string]any{"scopes": nil}},
	} {
		if _, err := g.FromAuthorizer(authorizer); !errors.Is(err, cognito.ErrNoCredentials) {
			t.Errorf("%s: FromAuthorizer = %v, want ErrNoCredentials", name, err)
		}
	}
	for name, authorizer := range map[string]map[string]any{
		"both":               {"claims": claims, "jwt": map[string]any{"claims": claims}},
		"claims are a text":  {"claims": "sub"},
		"claims are a list":  {"claims": []any{claims}},
		"not JSON":           {"claims": func() {}},
		"the jwt is a token": {"jwt": "eyJ"},
	} {
		id, err := g.FromAuthorizer(authorizer)
		wantCheck(t, name, id, err, "claims")
	}
}

func TestFromEvent(t *testing.T) {
	g := newGateway(t)
	doc, err := json.Marshal(access())
	if err != nil {
		t.Fatal(err)
	}
	claims := string(doc)
	tests := []struct{ name, event, check string }{
		{"REST", `{"resource":"/","requestContext":{"stage":"prod","authorizer":{"claims":` + claims + `}},"body":"{}"}`, ""},
		{"HTTP, format 1.0", `{"version":"1.0","requestContext":{"authorizer":{"claims":` + claims + `,"scopes":["orders/read"]}}}`, ""},
		{"HTTP, format 2.0", `{"version":"2.0","requestContext":{"authorizer":{"jwt":{"claims":` + claims + `,"scopes":null}}}}`, ""},
		{"claims twice", `{"requestContext":{"authorizer":{"claims":{},"claims":` + claims + `}}}`, "claims"},
		{"context twice", `{"requestContext":{},"requestContext":{"authorizer":{"claims":` + claims + `}}}`, "claims"},
		{"not JSON", `x`, "claims"},
		{"an array", `[]`, "claims"},
		{"empty claims", `{"requestContext":{"authorizer":{"claims":{}}}}`, "iss"},
		{"a text", `{"requestContext":"x"}`, "claims"},
		{"too long", `{"body":"` + strings.Repeat("x", 12<<20) + `"}`, "size"},
		{"long claims", `{"requestContext":{"authorizer":{"claims":{"x":"` + strings.Repeat("x", 64<<10) + `"}}}}`, "size"},
	}
	for _, tt := range tests {
		id, err := g.FromEvent([]byte(tt.event))
		wantCheck(t, tt.name, id, err, tt.check)
	}
	for _, event := range []string{`{}`, `{"requestContext":null}`, `{"requestContext":{}}`, `{"requestContext":{"authorizer":{}}}`, `{"body":` + strconv.Quote(claims) + `}`, `{"RequestContext":{"authorizer":{"claims":` + claims + `}}}`} {
		if id, err := g.FromEvent([]byte(event)); id != nil || !errors.Is(err, cognito.ErrNoCredentials) {
			t.Errorf("FromEvent(%s) = %v, %v, want ErrNoCredentials", event, id, err)
		}
	}
}

func TestT2_GatewayChecks(t *testing.T) {
	plain, ids := newGateway(t), newGateway(t, idTokens)
	tests := []struct {
		name   string
		g      *apigateway.Gateway
		claims map[string]string
		check  string
	}{
		{"ID token", plain, id(), "token_use"},
		{"ID token, allowed", ids, id(), ""},
		{"access token beside", ids, access(), ""},
		{"ID token for another client", ids, with(id(), "aud", "6mallory"), "aud"},
		{"ID token for two", ids, with(id(), "aud", "["+clientID+" 6mallory]"), "aud"},
		{"ID token without aud", ids, with(id(), "aud", ""), "aud"},
		{"ID token with client_id alone", ids, with(id(), "aud", "", "client_id", clientID), "aud"},
		{"other client", plain, with(access(), "client_id", "6mallory"), "client_id"},
		{"no client", plain, with(access(), "client_id", ""), "client_id"},
		{"aud alone", plain, with(access(), "client_id", "", "aud", clientID), "client_id"},
		{"a resource of ours", plain, with(access(), "aud", "https://api.example.com"), ""},
		{"a resource of others", plain, with(access(), "aud", "https://other.example.com"), "aud"},
		{"two resources", plain, with(access(), "aud", "[https://api.example.com https://other.example.com]"), "aud"},
		{"other issuer", plain, with(access(), "iss", issuer+"x"), "iss"},
		{"no issuer", plain, with(access(), "iss", ""), "iss"},
		{"updated issuer", plain, with(access(), "iss", "https://issuer-cognito-idp.eu-west-1.amazonaws.com/"+poolID), ""},
		{"no use", plain, with(access(), "token_use", ""), "token_use"},
		{"refresh", ids, with(access(), "token_use", "refresh"), "token_use"},
		{"no sub", plain, with(access(), "sub", ""), "sub"},
		{"no exp", plain, with(access(), "exp", ""), "exp"},
		{"expired", plain, with(access(), "exp", strconv.FormatInt(now.Unix()-60, 10)), "exp"},
		{"within the skew", plain, with(access(), "exp", strconv.FormatInt(now.Unix()-59, 10)), ""},
		{"odd exp", plain, with(access(), "exp", "tomorrow"), "exp"},
		{"odd auth_time", plain, with(access(), "auth_time", "yesterday"), "auth_time"},
	}
	for _, tt := range tests {
		id, err := tt.g.FromClaims(tt.claims)
		wantCheck(t, tt.name, id, err, tt.check)
		if (tt.name == "expired") != errors.Is(err, cognito.ErrExpired) {
			t.Errorf("%s: %v: is it ErrExpired?", tt.name, err)
		}
	}
}

func TestT4_GatewayDates(t *testing.T) {
	g := newGateway(t)
	for form, ok := range map[string]bool{
		"1800003600":                       true,
		"1.8000036E9":                      true,
		"1800003600.9":                     true,
		"Fri Jan 15 09:00:00 UTC 2027":     true,
		"Fri Jan  1 09:00:00 GMT 2038":     true,
		"Fri Jan 01 09:00:00 UTC 2038":     true,
		"Fri Jan 15 09:00:00 EST 2027":     false, // would be taken for UTC
		"Fri Jan 15 07:00:00 UTC 2027":     false, // expired
		"2027-01-15T09:00:00Z":             false,
		"Fri Jan 15 09:00:00 UTC 99999":    false,
		"0":                                false,
		"-1":                               false,
		"1e300":                            false,
		"99999999999999999999999999999999": false,
		"Inf":                              false,
		" 1800003600":                      false,
		"":                                 false,
	} {
		if _, err := g.FromClaims(with(access(), "exp", form)); (err == nil) != ok {
			t.Errorf("exp %q: %v, want accepted: %v", form, err, ok)
		}
	}
	// As a number, where a mapping kept it one.
	id, err := g.FromAuthorizer(map[string]any{"claims": map[string]any{"iss": issuer, "sub": "a", "token_use": "access", "client_id": clientID, "exp": float64(now.Unix() + 60)}})
	wantCheck(t, "a number", id, err, "")
	for name, exp := range map[string]any{"true": true, "a list": []int{1}, "null": nil} {
		id, err := g.FromAuthorizer(map[string]any{"claims": map[string]any{"iss": issuer, "sub": "a", "token_use": "access", "client_id": clientID, "exp": exp}})
		wantCheck(t, name, id, err, "exp")
	}
}

func TestT9_GatewayGroups(t *testing.T) {
	g := newGateway(t)
	for _, tt := range []struct {
		form any
		want []string
	}{
		{"admins,editors", []string{"admins", "editors"}},
		{"admins", []string{"admins"}},
		{"[admins editors]", []string{"admins", "editors"}},
		{"[admins]", []string{"admins"}},
		{"[]", nil},
		{"", nil},
		{",", nil},
		{" admins , ", []string{"admins"}},
		{[]string{"admins", "ed,itors"}, []string{"admins", "ed,itors"}},
		{[]string{}, nil},
		{nil, nil},
		{7, nil},
		{map[string]any{"admins": true}, nil},
		{"[admins", []string{"[admins"}},
	} {
		claims := map[string]any{"cognito:groups": tt.form}
		for name, value := range with(access(), "cognito:groups", "") {
			claims[name] = value
		}
		id, err := g.FromAuthorizer(map[string]any{"claims": claims})
		if err != nil {
			t.Errorf("groups %v: %v", tt.form, err)
			continue
		}
		if !slices.Equal(id.Groups, tt.want) {
			t.Errorf("groups %v are read as %q, want %q", tt.form, id.Groups, tt.want)
		}
		if cognito.AnyGroup("").Check(t.Context(), id, now) == nil || slices.Contains(id.Groups, "") {
			t.Errorf("groups %v name an empty group", tt.form)
		}
	}
}

func TestHeaders(t *testing.T) {
	names := map[string]string{"iss": "x-claim-iss", "sub": "X-Claim-Sub", "token_use": "X-Claim-Token-Use", "client_id": "X-Claim-Client", "exp": "X-Claim-Exp", "scope": "X-Claim-Scope", "username": "X-Claim-Username"}
	behind := func(r *http.Request) bool { return r.Header.Get("X-Gateway") == "secret" }
	headers, err := newGateway(t).Headers(names, behind)
	if err != nil {
		t.Fatal(err)
	}
	request := func(edit func(http.Header)) *http.Request {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Gateway", "secret")
		for claim, field := range names {
			r.Header.Set(field, access()[claim])
		}
		edit(r.Header)
		return r
	}
	tests := []struct {
		name string
		edit func(http.Header)
		want string // the check that refuses, or an error's text; "" means accepted
	}{
		{"as mapped", func(http.Header) {}, ""},
		{"not behind the gateway", func(h http.Header) { h.Del("X-Gateway") }, "gateway"},
		{"no exp", func(h http.Header) { h.Del("X-Claim-Exp") }, "exp"},
		{"empty exp", func(h http.Header) { h.Set("X-Claim-Exp", "") }, "exp"},
		{"no sub", func(h http.Header) { h.Del("X-Claim-Sub") }, "sub"},
		{"other client", func(h http.Header) { h.Set("X-Claim-Client", "6mallory") }, "client_id"},
	}
	for _, tt := range tests {
		id, err := headers.Authenticate(request(tt.edit))
		wantCheck(t, tt.name, id, err, tt.want)
		if err == nil && (id.Username != "jane" || !id.HasScope("orders/read")) {
			t.Errorf("%s: %+v", tt.name, id)
		}
	}
	twice := request(func(h http.Header) { h.Add("X-Claim-Sub", "root") })
	if _, err := headers.Authenticate(twice); !errors.Is(err, cognito.ErrMalformed) {
		t.Errorf("a field twice: %v, want ErrMalformed", err)
	}
	if _, err := headers.Authenticate(httptest.NewRequest("GET", "/", nil)); !errors.Is(err, cognito.ErrNoCredentials) {
		t.Errorf("no fields: %v, want ErrNoCredentials", err)
	}
	// A machine's token has no username to overwrite the caller's header with.
	machine := request(func(h http.Header) { h.Set("X-Claim-Sub", clientID); h.Set("X-Claim-Username", "root") })
	if id, err := headers.Authenticate(machine); err != nil || id.Username != "" || !id.Machine() {
		t.Errorf("a machine that names itself: %+v, %v", id, err)
	}
	h := cognito.Guard{Authenticator: headers, Logger: slog.New(slog.DiscardHandler)}.Require(http.NotFoundHandler())
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, request(func(h http.Header) { h.Del("X-Gateway") }))
	if rec.Code != 401 || !strings.HasPrefix(rec.Header().Get("WWW-Authenticate"), "Bearer ") {
		t.Errorf("behind a Guard: %d, challenge %q", rec.Code, rec.Header().Get("WWW-Authenticate"))
	}
}

func TestHeadersNames(t *testing.T) {
	good := map[string]string{"iss": "A", "sub": "B", "token_use": "C", "client_id": "D", "exp": "E"}
	yes := func(*http.Request) bool { return true }
	g := newGateway(t)
	for _, tt := range []struct {
		names  map[string]string
		behind func(*http.Request) bool
		want   string
	}{
		{good, yes, ""},
		{good, nil, "behind: missing"},
		{with(good, "exp", ""), yes, "claim exp"},
		{with(good, "cognito:groups", "F"), yes, "a caller could send the header instead"},
		{with(good, "custom:plan", "F"), yes, "a caller could send the header instead"},
		{with(good, "scope", "b"), yes, "the field of two claims"},
		{nil, nil, "claim iss"},
	} {
		_, err := g.Headers(tt.names, tt.behind)
		if (err == nil) != (tt.want == "") || !strings.Contains(fmt.Sprint(err), tt.want) {
			t.Errorf("Headers(%v) = %v, want %q", tt.names, err, tt.want)
		}
	}
}

func TestNew(t *testing.T) {
	if _, err := apigateway.New(apigateway.Config{}); err == nil || !strings.Contains(err.Error(), "UserPoolID") || !strings.Contains(err.Error(), "ClientID") {
		t.Errorf("New(zero) = %v, want every problem", err)
	}
}

// FuzzE3_Event: whatever an event is, there is an identity or an error, and an
// identity is of the pool, for the client, and not expired.
func FuzzE3_Event(f *testing.F) {
	doc, err := json.Marshal(access())
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"requestContext":{"authorizer":{"claims":` + string(doc) + `}}}`))
	f.Add([]byte(`{"requestContext":{"authorizer":{"jwt":{"claims":` + string(doc) + `}}}}`))
	doc, _ = json.Marshal(id())
	f.Add([]byte(`{"requestContext":{"authorizer":{"claims":` + string(doc) + `}}}`))
	g := newGateway(f, idTokens)
	f.Fuzz(func(t *testing.T, event []byte) {
		id, err := g.FromEvent(event)
		if (id == nil) != (err != nil) {
			t.Fatalf("FromEvent(%s) = %v, %v: want one of them", event, id, err)
		}
		if err != nil {
			return
		}
		if !json.Valid(event) {
			t.Fatalf("FromEvent accepts what is not JSON: %s", event)
		}
		if id.Subject == "" || !strings.HasSuffix(id.Issuer, poolID) || id.ClientID != clientID || slices.Contains(id.Groups, "") && !strings.Contains(string(event), `[`) {
			t.Fatalf("FromEvent(%s) = %+v", event, id)
		}
		var again map[string]any
		if err := id.Claims(&again); err != nil {
			t.Fatalf("the claims of %+v: %v", id, err)
		}
	})
}

// FuzzE3_Groups: what API Gateway makes of a list of decent names is read back
// as that list.
func FuzzE3_Groups(f *testing.F) {
	f.Add("admins editors")
	f.Add("a")
	g := newGateway(f)
	f.Fuzz(func(t *testing.T, names string) {
		want := strings.FieldsFunc(names, func(c rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_.:@", c) })
		for _, form := range []string{strings.Join(want, ","), "[" + strings.Join(want, " ") + "]"} {
			id, err := g.FromClaims(with(access(), "cognito:groups", form))
			if err != nil {
				if len(form) > 60<<10 {
					continue
				}
				t.Fatal(err)
			}
			if len(want)+len(id.Groups) > 0 && !reflect.DeepEqual(id.Groups, want) {
				t.Fatalf("%q is read as %q", form, id.Groups)
			}
		}
	})
}

// A Lambda function behind a REST API with a Cognito authorizer.
func ExampleGateway_FromEvent() {
	users, err := apigateway.New(config())
	if err != nil {
		log.Fatal(err)
	}
	event := []byte(`{"httpMethod":"GET","path":"/orders","requestContext":{"authorizer":{"claims":{
		"iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7","sub":"a334","username":"jane","token_use":"access",
		"client_id":"7exampleclientid0a1b2c3d","scope":"orders/read","cognito:groups":"admins,staff","exp":"Fri Jan 15 09:00:00 UTC 2027"}}}}`)
	user, err := users.FromEvent(event)
	if err != nil {
		log.Fatal(err)
	}
	policy := cognito.And(cognito.AllScopes("orders/read"), cognito.AnyGroup("staff"))
	fmt.Println(user.Username, policy.Check(context.Background(), user, time.Now()) == nil)
	// Output: jane true
}

// With the types of aws-lambda-go: event.RequestContext.Authorizer of an
// APIGatewayProxyRequest.
func ExampleGateway_FromAuthorizer() {
	users, err := apigateway.New(config())
	if err != nil {
		log.Fatal(err)
	}
	authorizer := map[string]any{"claims": map[string]any{
		"iss": issuer, "sub": "a334", "username": "jane", "token_use": "access", "client_id": clientID, "exp": "Fri Jan 15 09:00:00 UTC 2027",
	}}
	user, err := users.FromAuthorizer(authorizer)
	fmt.Println(user.Username, err)
	// Output: jane <nil>
}

// With the types of aws-lambda-go: event.RequestContext.Authorizer.JWT.Claims
// of an APIGatewayV2HTTPRequest.
func ExampleGateway_FromClaims() {
	users, err := apigateway.New(config())
	if err != nil {
		log.Fatal(err)
	}
	_, err = users.FromClaims(map[string]string{"iss": issuer, "sub": "a334", "token_use": "id", "aud": clientID, "exp": "1800003600"})
	fmt.Println(err)
	// Output: cognito: verify token_use: this is not an access token; see Config.IDTokens
}

// An HTTP backend that gets claims in headers, over mutual TLS.
func ExampleGateway_Headers() {
	users, err := apigateway.New(config())
	if err != nil {
		log.Fatal(err)
	}
	headers, err := users.Headers(map[string]string{
		"iss": "X-Claim-Iss", "sub": "X-Claim-Sub", "token_use": "X-Claim-Token-Use", "client_id": "X-Claim-Client-Id", "exp": "X-Claim-Exp", "scope": "X-Claim-Scope",
	}, func(r *http.Request) bool {
		return r.TLS != nil && len(r.TLS.VerifiedChains) > 0 // the gateway's certificate
	})
	if err != nil {
		log.Fatal(err)
	}
	guard := cognito.Guard{Authenticator: headers, Logger: slog.New(slog.DiscardHandler)}
	h := guard.Require(http.NotFoundHandler(), cognito.AllScopes("orders/read"))

	r := httptest.NewRequest("GET", "/orders", nil)
	r.Header.Set("X-Claim-Sub", "a334") // by somebody else than the gateway
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	fmt.Println(rec.Code)
	// Output: 401
}

// TestT2_GatewayForResource: a missing aud and another one are refused where
// the API names its resource.
func TestT2_GatewayForResource(t *testing.T) {
	g := newGateway(t, func(c *apigateway.Config) { c.Pool.ForResource = "https://api.example.com" })
	for aud, check := range map[string]string{"": "aud", "https://api.example.com": "", "https://other.example.com": "aud", clientID: "aud", "https://api.example.com,https://other.example.com": "aud"} {
		id, err := g.FromClaims(with(access(), "aud", aud))
		wantCheck(t, "aud "+aud, id, err, check)
		if err == nil && cognito.ForResource("https://api.example.com").Check(t.Context(), id, now) != nil {
			t.Errorf("the identity has the audience %q", id.Audience)
		}
	}
	_, err := apigateway.New(apigateway.Config{Pool: cognito.Config{UserPoolID: poolID, ClientID: clientID, ForResource: "https://api.example.com"}, IDTokens: true})
	if err == nil {
		t.Error("New with IDTokens and ForResource = nil, want an error: an ID token is for no resource")
	}
}
