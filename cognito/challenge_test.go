package cognito_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// A namedDoor is an Authenticator with a challenge of its own.
type namedDoor struct {
	door
	challenge string
}

func (d namedDoor) Challenge() string { return d.challenge }

// TestE2_OwnChallenge: what a Guard knows joins an Authenticator's own
// challenge, whatever that has, and no parameter is there twice (RFC 9110
// section 11.2).
func TestE2_OwnChallenge(t *testing.T) {
	const api = "https://api.example.com/mcp"
	resource := &cognito.Resource{URL: api, Pool: cognito.Config{UserPoolID: poolID, ClientID: clientID}, Scopes: []string{"all"}}
	const metadata = `resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"`
	const invalid = `error="invalid_token", error_description="The token is not valid here."`
	bad := &cognito.VerifyError{Check: "signature", Err: errors.New("bad")}
	for _, tt := range []struct {
		own      string
		err      error
		resource *cognito.Resource
		policies []cognito.Policy
		want     []string
	}{
		{"Bearer", cognito.ErrNoCredentials, nil, nil, []string{"Bearer"}},
		{"Bearer", cognito.ErrNoCredentials, nil, []cognito.Policy{cognito.AnyGroup("a")}, []string{"Bearer"}},
		{"Bearer", cognito.ErrNoCredentials, nil, []cognito.Policy{cognito.AllScopes("b", "a")}, []string{`Bearer scope="a b"`}},
		{"Bearer", cognito.ErrNoCredentials, nil, []cognito.Policy{cognito.AnyScope("b", "a"), cognito.AllScopes("c")}, []string{`Bearer scope="b c"`}},
		{"Bearer", cognito.ErrNoCredentials, nil, []cognito.Policy{cognito.Or(cognito.AnyGroup("a"), cognito.AllScopes("b"), cognito.AllScopes("c"))}, []string{`Bearer scope="b"`}},
		{"Bearer", cognito.ErrNoCredentials, nil, []cognito.Policy{cognito.Not(cognito.AllScopes("b"))}, []string{"Bearer"}},
		{"Bearer", cognito.ErrNoCredentials, resource, nil, []string{`Bearer scope="all", ` + metadata}},
		{"Bearer", cognito.ErrNoCredentials, resource, []cognito.Policy{cognito.AllScopes("b")}, []string{`Bearer scope="b", ` + metadata}},
		{"Bearer", bad, resource, []cognito.Policy{cognito.AllScopes("b")}, []string{"Bearer " + invalid + `, scope="b", ` + metadata}},
		{"Bearer", cognito.ErrMalformed, resource, nil, []string{`Bearer error="invalid_request", error_description="The request's credentials are malformed or given more than once.", scope="all", ` + metadata}},
		{"Bearer", &cognito.PolicyError{Code: cognito.Forbidden}, resource, nil, []string{`Bearer error="insufficient_scope", error_description="The user, or the client, may not do this.", scope="all", ` + metadata}},
		{"Bearer", &cognito.PolicyError{Code: cognito.Forbidden}, nil, []cognito.Policy{cognito.AllScopes("b")}, []string{`Bearer error="insufficient_scope", error_description="The user, or the client, may not do this."`}},
		{"Bearer", &cognito.PolicyError{Code: cognito.InsufficientScope, Scopes: []string{"x", "y"}}, resource, nil, []string{`Bearer error="insufficient_scope", error_description="The token lacks a scope that this needs.", scope="x y", ` + metadata}},
		{"Bearer", &cognito.PolicyError{Code: cognito.StaleSignIn, MaxAge: time.Minute}, resource, nil, []string{`Bearer error="insufficient_user_authentication", error_description="The last sign-in is too long ago. The user has to sign in again.", scope="all", max_age="60", ` + metadata}},
		{"Bearer", cognito.Refuse("No."), resource, nil, []string{`Bearer error="insufficient_scope", error_description="No.", scope="all", ` + metadata}},
		{"Bearer", cognito.ErrKeysUnavailable, resource, nil, nil},
		{`Bearer realm="a, b", scope="own"`, bad, nil, nil, []string{`Bearer realm="a, b", scope="own", ` + invalid}},
		{`bearer Scope = own, realm=x`, bad, resource, nil, []string{`bearer realm=x, ` + invalid + `, scope="all", ` + metadata}},
		{`Bearer resource_metadata="https://other.example", scope="own"`, bad, nil, nil, []string{`Bearer resource_metadata="https://other.example", scope="own", ` + invalid}},
		{`Bearer resource_metadata="https://other.example"`, bad, resource, nil, []string{"Bearer " + invalid + `, scope="all", ` + metadata}},
		{`Basic realm="x", Bearer`, bad, nil, nil, []string{`Basic realm="x"`, "Bearer " + invalid}},
		{`Bearer realm="x\", y", DPoP algs="RS256", error="q", Negotiate YWJj==`, bad, nil, nil, []string{`Bearer realm="x\", y", ` + invalid, `DPoP algs="RS256", error="q"`, "Negotiate YWJj=="}},
		{"DPoP", bad, resource, nil, []string{"DPoP"}},
		{"", bad, resource, nil, nil},
	} {
		g := cognito.Guard{Logger: discard, Resource: tt.resource, Authenticator: namedDoor{func(*http.Request) (*cognito.Identity, error) { return nil, tt.err }, tt.own}}
		if got := g.Challenges(tt.err, tt.policies...); !slices.Equal(got, tt.want) {
			t.Errorf("%q, %v: Challenges = %q, want %q", tt.own, tt.err, got, tt.want)
		}
		if _, ok := errors.AsType[*cognito.PolicyError](tt.err); ok {
			continue // no Authenticator returns it
		}
		if _, ok := errors.AsType[cognito.Refuse](tt.err); ok {
			continue
		}
		rec, want := call(g.Require(http.HandlerFunc(sub), tt.policies...), "GET", "/"), tt.want
		if want == nil && rec.Code == http.StatusUnauthorized {
			want = []string{"Cookie"} // a 401 has a challenge (RFC 9110 section 15.5.2)
		}
		if got := rec.Header()["Www-Authenticate"]; !slices.Equal(got, want) {
			t.Errorf("%q, %v: WWW-Authenticate %q, want %q", tt.own, tt.err, got, want)
		}
	}
}

// FuzzE3_Challenge: whatever an Authenticator's challenge is, a Guard makes
// header fields of it without a line break, and none is lost.
func FuzzE3_Challenge(f *testing.F) {
	for _, s := range []string{"Bearer", `Bearer realm="a"`, `Basic realm="x", Bearer`, `Bearer realm="x\", y"`, "Negotiate YWJj==", `"`, "=", ",,", "Bearer =a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, own string) {
		g := cognito.Guard{Logger: discard, Authenticator: namedDoor{nil, own}}
		list := g.Challenges(cognito.ErrMalformed)
		if all := strings.Join(list, ", "); strings.Trim(own, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && own != "" {
			if !strings.HasPrefix(all, own) {
				t.Fatalf("%q became %q", own, list)
			}
		}
		if n := strings.Count(strings.ToLower(fmt.Sprint(list)), "error_description="); n > 1 && !strings.Contains(strings.ToLower(own), "bearer") {
			t.Fatalf("%q became %q", own, list)
		}
	})
}
