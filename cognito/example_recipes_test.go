package cognito_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// asked has what a policy must know about a request, apart from the user.
type asked struct {
	token    cognito.AccessToken
	document string
}

type askedKey struct{}

// withAsked puts what the request asks for into its context, for policies.
func withAsked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := cognito.Bearer{}.Token(r) // without a token, the guard refuses the request
		ctx := context.WithValue(r.Context(), askedKey{}, asked{token, r.PathValue("document")})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

var errNotAsked = errors.New("the route lacks withAsked")

// The shape of IsAuthorizedWithToken in the AWS SDK for Go v2: packages
// verifiedpermissions and verifiedpermissions/types have these names and fields.
type (
	ActionIdentifier           struct{ ActionType, ActionId *string }
	EntityIdentifier           struct{ EntityType, EntityId *string }
	IsAuthorizedWithTokenInput struct {
		PolicyStoreId, AccessToken *string
		Action                     *ActionIdentifier
		Resource                   *EntityIdentifier
	}
	IsAuthorizedWithTokenOutput struct{ Decision string }
)

type permissions interface {
	IsAuthorizedWithToken(context.Context, *IsAuthorizedWithTokenInput) (*IsAuthorizedWithTokenOutput, error)
}

// mayInVerifiedPermissions asks Amazon Verified Permissions.
func mayInVerifiedPermissions(service permissions, policyStore, action string) cognito.Policy {
	return cognito.Satisfies("Verified Permissions: "+action, func(ctx context.Context, _ *cognito.Identity) (bool, error) {
		a, ok := ctx.Value(askedKey{}).(asked)
		if !ok {
			return false, errNotAsked
		}
		answer, err := service.IsAuthorizedWithToken(ctx, &IsAuthorizedWithTokenInput{
			PolicyStoreId: &policyStore,
			AccessToken:   new(string(a.token)),
			Action:        &ActionIdentifier{ActionType: new("Docs::Action"), ActionId: &action},
			Resource:      &EntityIdentifier{EntityType: new("Docs::Document"), EntityId: &a.document},
		})
		if err != nil {
			return false, err // nothing is known: 503
		}
		return answer.Decision == "ALLOW", nil
	})
}

// mayInOpenFGA asks OpenFGA's Check over HTTP.
func mayInOpenFGA(client *http.Client, storeURL, relation string) cognito.Policy {
	return cognito.Satisfies("OpenFGA: "+relation, func(ctx context.Context, id *cognito.Identity) (bool, error) {
		a, ok := ctx.Value(askedKey{}).(asked)
		if !ok {
			return false, errNotAsked
		}
		question, err := json.Marshal(map[string]any{"tuple_key": map[string]string{
			"user": "user:" + id.Subject, "relation": relation, "object": "document:" + a.document,
		}})
		if err != nil {
			return false, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, storeURL+"/check", bytes.NewReader(question))
		if err != nil {
			return false, err
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		if err != nil {
			return false, err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return false, fmt.Errorf("OpenFGA answers %s", res.Status)
		}
		var answer struct {
			Allowed bool `json:"allowed"`
		}
		err = json.NewDecoder(res.Body).Decode(&answer)
		return answer.Allowed, err
	})
}

// documents is an API whose policy looks at the document.
func documents(verifier cognito.TokenVerifier, may cognito.Policy) http.Handler {
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.PathValue("document")) })
	mux := http.NewServeMux()
	mux.Handle("GET /documents/{document}", withAsked(cognito.RequireToken(verifier, read, cognito.UserOnly(), may)))
	return mux
}

// A fakePermissions is Verified Permissions with one rule: the bearer of a token
// of jane may read the document "plan".
type fakePermissions struct {
	verifier cognito.TokenVerifier
	down     error
}

func (f *fakePermissions) IsAuthorizedWithToken(ctx context.Context, in *IsAuthorizedWithTokenInput) (*IsAuthorizedWithTokenOutput, error) {
	if f.down != nil {
		return nil, f.down
	}
	claims, err := f.verifier.VerifyAccess(ctx, cognito.AccessToken(*in.AccessToken))
	if err != nil {
		return nil, err
	}
	if *in.PolicyStoreId == "ps-1" && claims.Username == "jane" && *in.Action.ActionId == "read" && *in.Resource.EntityId == "plan" {
		return &IsAuthorizedWithTokenOutput{Decision: "ALLOW"}, nil
	}
	return &IsAuthorizedWithTokenOutput{Decision: "DENY"}, nil
}

// recipePool returns a pool with jane and joe, and a Verifier.
func recipePool() (*cognitotest.Pool, *cognito.Verifier) {
	pool := cognitotest.NewPool()
	for _, name := range []string{"jane", "joe"} {
		if _, err := pool.AddUser(cognitotest.User{Username: name}); err != nil {
			log.Fatal(err)
		}
	}
	cfg := pool.Config()
	cfg.Logger = discard
	verifier, err := cognito.NewVerifier(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return pool, verifier
}

// fakeOpenFGA is an OpenFGA server with one tuple. Its status is that of every
// answer.
func fakeOpenFGA(reader string, status *int) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Key struct{ User, Relation, Object string } `json:"tuple_key"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.URL.Path != "/stores/s1/check" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(*status)
		allowed := in.Key.User == "user:"+reader && in.Key.Relation == "reader" && in.Key.Object == "document:plan"
		fmt.Fprintf(w, `{"allowed":%v,"resolution":""}`, allowed)
	}))
}

// A policy that asks Verified Permissions, here a fake of it.
func ExampleSatisfies_verifiedPermissions() {
	pool, verifier := recipePool()
	api := documents(verifier, mayInVerifiedPermissions(&fakePermissions{verifier: verifier}, "ps-1", "read"))
	for _, path := range []string{"/documents/plan", "/documents/budget"} {
		fmt.Println(path, call(api, "GET", path, "Bearer "+string(pool.AccessToken("jane"))).Code)
	}
	// Output:
	// /documents/plan 200
	// /documents/budget 403
}

// A policy that asks OpenFGA, here a fake of it.
func ExampleSatisfies_openFGA() {
	pool, verifier := recipePool()
	claims, err := verifier.VerifyAccess(context.Background(), pool.AccessToken("jane"))
	if err != nil {
		log.Fatal(err)
	}
	status := http.StatusOK
	server := fakeOpenFGA(claims.Subject, &status)
	defer server.Close()
	api := documents(verifier, mayInOpenFGA(server.Client(), server.URL+"/stores/s1", "reader"))
	for _, path := range []string{"/documents/plan", "/documents/budget"} {
		fmt.Println(path, call(api, "GET", path, "Bearer "+string(pool.AccessToken("jane"))).Code)
	}
	// Output:
	// /documents/plan 200
	// /documents/budget 403
}

// TestT9_Recipes: who may not gets 403, and an authorization service that does
// not answer 503, with either recipe.
func TestT9_Recipes(t *testing.T) {
	pool, verifier := recipePool()
	claims, err := verifier.VerifyAccess(t.Context(), pool.AccessToken("jane"))
	if err != nil {
		t.Fatal(err)
	}
	status := http.StatusOK
	server := fakeOpenFGA(claims.Subject, &status)
	defer server.Close()
	service := &fakePermissions{verifier: verifier}
	for name, may := range map[string]cognito.Policy{
		"Verified Permissions": mayInVerifiedPermissions(service, "ps-1", "read"),
		"OpenFGA":              mayInOpenFGA(server.Client(), server.URL+"/stores/s1", "reader"),
	} {
		api := documents(verifier, may)
		ask := func(path, user string) int {
			return call(api, "GET", path, "Bearer "+string(pool.AccessToken(user))).Code
		}
		for path, want := range map[string][2]int{"/documents/plan": {200, 403}, "/documents/budget": {403, 403}} {
			if got := [2]int{ask(path, "jane"), ask(path, "joe")}; got != want {
				t.Errorf("%s: %s for jane and joe = %v, want %v", name, path, got, want)
			}
		}
		if got := call(api, "GET", "/documents/plan", "").Code; got != 401 {
			t.Errorf("%s without a token = %d, want 401", name, got)
		}
		service.down, status = errors.New("throttled"), http.StatusTooManyRequests
		if got := ask("/documents/plan", "jane"); got != 503 {
			t.Errorf("%s while the service is down = %d, want 503", name, got)
		}
		service.down, status = nil, http.StatusOK
		if err := may.Check(t.Context(), claims.Identity(), pool.Now()); !errors.Is(err, errNotAsked) || !strings.Contains(err.Error(), "policy_unchecked") {
			t.Errorf("%s without the middleware = %v, want policy_unchecked", name, err)
		}
	}
}
