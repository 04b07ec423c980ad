package cognito_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// examplePool is a pool in memory with one user.
func examplePool() *cognitotest.Pool {
	pool := cognitotest.NewPool()
	_, err := pool.AddUser(cognitotest.User{
		Username: "jane", Email: "jane@example.com", EmailVerified: true, Sub: "a3340000-2071-70ef-04ae-70f524b3b6c6",
		Attributes: map[string]string{"name": "Jane", "custom:plan": "gold"}, Groups: []string{"admins"},
	})
	if err != nil {
		log.Fatal(err)
	}
	return pool
}

// An API accepts the pool's access tokens. A bad token gets 401. A token that
// cannot be checked at the moment gets 503.
func ExampleVerifier_VerifyAccess() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		claims, err := verifier.VerifyAccess(r.Context(), cognito.AccessToken(token))
		switch {
		case errors.Is(err, cognito.ErrKeysUnavailable):
			http.Error(w, "try again later", http.StatusServiceUnavailable)
		case err != nil:
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "not signed in", http.StatusUnauthorized)
		default:
			fmt.Fprintf(w, "hello %s of %v", claims.Username, claims.Groups)
		}
	})

	call := func(token cognito.AccessToken) {
		r := httptest.NewRequest("GET", "/orders", nil)
		r.Header.Set("Authorization", "Bearer "+string(token))
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, r)
		fmt.Println(rec.Code, strings.TrimSpace(rec.Body.String()))
	}
	call(pool.AccessToken("jane"))
	call(cognito.AccessToken(pool.IDToken("jane"))) // an ID token is none
	// Output:
	// 200 hello jane of [admins]
	// 401 not signed in
}

// Verify the ID token of a sign-in, together with the nonce that was sent and
// the access token that came with it.
func ExampleVerifier_VerifyID() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	tokens := pool.Tokens("jane")
	claims, err := verifier.VerifyID(context.Background(), tokens.ID, cognito.IssuedWith(tokens.Access))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(claims.Name, claims.Email, claims.EmailVerified, claims.Custom["plan"])

	_, err = verifier.VerifyID(context.Background(), tokens.ID, cognito.Nonce("of-another-login"))
	var refused *cognito.VerifyError
	fmt.Println(errors.As(err, &refused), refused.Check)
	// Output:
	// Jane jane@example.com true gold
	// true nonce
}

// NewVerifier fetches nothing, so a service can start while Cognito cannot be
// reached. Warm fetches the keys early, so that the first request does not
// wait for them.
func ExampleNewVerifier() {
	verifier, err := cognito.NewVerifier(cognito.Config{
		UserPoolID: "eu-west-1_aB3dE5gH7",
		ClientID:   "7exampleclientid0a1b2c3d",
		HTTPClient: &http.Client{Transport: roundTripper(unreachable)},
		Logger:     slog.New(slog.DiscardHandler),
	})
	if err != nil {
		log.Fatal(err)
	}
	verifier.Warm(context.Background())

	_, err = verifier.VerifyAccess(context.Background(), examplePool().AccessToken("jane", func(c cognitotest.Claims) {
		c["iss"] = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7"
	}))
	fmt.Println(errors.Is(err, cognito.ErrKeysUnavailable))
	// Output: true
}

// A verifier with fixed keys never makes a network call.
func ExampleNewVerifier_offline() {
	pool := examplePool()
	config := pool.Config()
	config.HTTPClient = nil
	config.JWKS = pool.JWKS() // as read from a file
	verifier, err := cognito.NewVerifier(config)
	if err != nil {
		log.Fatal(err)
	}
	claims, err := verifier.VerifyAccess(context.Background(), pool.AccessToken("jane"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(claims.Username)
	// Output: jane
}

// Wait for the keys before the first request, but not for long.
func ExampleVerifier_Warm() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	verifier.Warm(ctx)
	fmt.Println(pool.Events()[0].Op)
	// Output: jwks
}

// The nonce of a login is sent to Cognito, kept for the browser that began it,
// and must come back in the ID token.
func ExampleNonce() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	token := pool.IDToken("jane", func(c cognitotest.Claims) { c["nonce"] = "of-this-login" })
	_, err = verifier.VerifyID(context.Background(), token, cognito.Nonce("of-this-login"))
	fmt.Println(err)
	_, err = verifier.VerifyID(context.Background(), token, cognito.Nonce("of-another-login"))
	fmt.Println(err)
	// Output:
	// <nil>
	// cognito: verify nonce: the ID token belongs to another login
}

func ExampleIssuedWith() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	one, other := pool.Tokens("jane"), pool.Tokens("jane")
	_, err = verifier.VerifyID(context.Background(), one.ID, cognito.IssuedWith(other.Access))
	fmt.Println(err)
	// Output: cognito: verify at_hash: the ID token belongs to another access token
}

// A refreshed ID token has the nonce of the first login, or none.
func ExampleTokens_RefreshedNonce() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	old := cognito.Tokens{Nonce: "of-the-login"}
	refreshed := pool.IDToken("jane")
	_, err = verifier.VerifyID(context.Background(), refreshed, old.RefreshedNonce())
	fmt.Println(err)
	// Output: <nil>
}

func ExampleConfigFromEnv() {
	os.Setenv("COGNITO_USER_POOL_ID", "eu-west-1_aB3dE5gH7")
	os.Setenv("COGNITO_DOMAIN", "My App")
	defer os.Unsetenv("COGNITO_USER_POOL_ID")
	defer os.Unsetenv("COGNITO_DOMAIN")

	_, err := cognito.ConfigFromEnv()
	fmt.Println(err)

	os.Setenv("COGNITO_CLIENT_ID", "7exampleclientid0a1b2c3d")
	os.Setenv("COGNITO_DOMAIN", "my-app")
	defer os.Unsetenv("COGNITO_CLIENT_ID")
	config, err := cognito.ConfigFromEnv()
	fmt.Println(config.Region(), config.DomainURL(), err)
	// Output:
	// cognito: COGNITO_CLIENT_ID: missing: it is in the user pool under App clients and has about 26 characters
	// cognito: COGNITO_DOMAIN: "My App" is not a domain prefix: lower-case letters, digits and hyphens, at most 63
	// eu-west-1 https://my-app.auth.eu-west-1.amazoncognito.com <nil>
}

// All URLs of a Config are computed; nothing is fetched.
func ExampleConfig() {
	config := cognito.Config{
		UserPoolID: "us-gov-west-1_aB3dE5gH7",
		ClientID:   "7exampleclientid0a1b2c3d",
		Domain:     "my-app",
	}
	fmt.Println(config.DomainURL())
	fmt.Println(config.JWKSURL())
	for _, iss := range config.Issuers() {
		fmt.Println(iss)
	}
	// Output:
	// https://my-app.auth-fips.us-gov-west-1.amazoncognito.com
	// https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_aB3dE5gH7/.well-known/jwks.json
	// https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_aB3dE5gH7
	// https://issuer-cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_aB3dE5gH7
}

func ExampleConfig_Validate() {
	err := cognito.Config{UserPoolID: "eu-west-1", ClockSkew: time.Hour}.Validate()
	fmt.Println(err)
	// Output:
	// cognito: UserPoolID: "eu-west-1" is not a user-pool id: it looks like eu-west-1_aB3dE5gH7
	// cognito: ClientID: missing: it is in the user pool under App clients and has about 26 characters
	// cognito: ClockSkew: 1h0m0s is more than 5m0s: set this machine's clock instead
}

func ExampleConfig_WithDefaults() {
	config := cognito.Config{Timeout: 3 * time.Second}.WithDefaults()
	fmt.Println(config.Timeout, config.ClockSkew)
	// Output: 3s 1m0s
}

// A secret does not appear in a log. The conversion string(s) gives its
// value.
func ExampleSecret() {
	config := cognito.Config{ClientID: "7exampleclientid0a1b2c3d", ClientSecret: "correct horse battery staple"}
	fmt.Printf("%v %q %x\n", config.ClientSecret, config.ClientSecret, config.ClientSecret)
	doc, _ := json.Marshal(map[string]any{"secret": config.ClientSecret})
	fmt.Println(string(doc))
	fmt.Println(string(config.ClientSecret))
	// Output:
	// [redacted] [redacted] [redacted]
	// {"secret":"[redacted]"}
	// correct horse battery staple
}

func ExampleTokens() {
	tokens := cognito.Tokens{Access: "eyJraWQiOiJ4", Refresh: "eyJjdHkiOiJK"}
	fmt.Printf("%s|%s|%s\n", tokens.ID, tokens.Access, tokens.Refresh)
	// Output: |[redacted]|[redacted]
}

// A handler asks who is signed in. The answer has the same form for a session
// and for a bearer token.
func ExampleFromContext() {
	account := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := cognito.FromContext(r.Context())
		if user == nil {
			http.Error(w, "not signed in", http.StatusUnauthorized)
			return
		}
		fmt.Fprintln(w, "hello", user.Username)
	})

	r := httptest.NewRequest("GET", "/account", nil)
	r = r.WithContext(cognito.NewContext(r.Context(), &cognito.Identity{Username: "jane"})) // as a middleware does
	rec := httptest.NewRecorder()
	account.ServeHTTP(rec, r)
	fmt.Print(rec.Body)
	// Output: hello jane
}

func ExampleNewContext() {
	ctx := cognito.NewContext(context.Background(), &cognito.Identity{Subject: "a334"})
	fmt.Println(cognito.FromContext(ctx).Subject, cognito.FromContext(context.Background()) == nil)
	// Output: a334 true
}

func ExampleAnyGroup() {
	staff := cognito.AnyGroup("admins", "editors")
	fmt.Println(staff)
	fmt.Println(staff.Check(context.Background(), &cognito.Identity{Groups: []string{"editors"}}, time.Now()) == nil)
	fmt.Println(staff.Check(context.Background(), &cognito.Identity{Groups: []string{"readers"}}, time.Now()) == nil)
	// Output:
	// any group of admins, editors
	// true
	// false
}

func ExampleAllGroups() {
	both := cognito.AllGroups("admins", "auditors")
	fmt.Println(both.Check(context.Background(), &cognito.Identity{Groups: []string{"admins"}}, time.Now()) == nil)
	// Output: false
}

// Before a step that cannot be undone, the user has to sign in again.
func ExampleSignedInWithin() {
	fresh := cognito.SignedInWithin(10 * time.Minute)
	user := &cognito.Identity{AuthTime: time.Now().Add(-time.Hour)}
	fmt.Println(cognito.CodeOf(fresh.Check(context.Background(), user, time.Now())))
	// Output: stale_sign_in
}

func ExampleSatisfies() {
	plans := func(ctx context.Context, user string) (string, error) { return "", ctx.Err() } // a database
	gold := cognito.Satisfies("has the gold plan", func(ctx context.Context, user *cognito.Identity) (bool, error) {
		plan, err := plans(ctx, user.Subject)
		return plan == "gold", err
	})
	fmt.Println(gold.Check(context.Background(), &cognito.Identity{}, time.Now()))

	down, cancel := context.WithCancel(context.Background())
	cancel()
	fmt.Println(cognito.CodeOf(gold.Check(down, &cognito.Identity{}, time.Now())))
	// Output:
	// cognito: policy (has the gold plan): forbidden
	// policy_unchecked
}

// A policy without conditions is a mistake: it refuses every user.
func ExamplePolicy_Err() {
	var groups []string // forgotten in the settings
	policy := cognito.AnyGroup(groups...)
	fmt.Println(policy.Err())
	fmt.Println(policy.Check(context.Background(), &cognito.Identity{Groups: []string{"admins"}}, time.Now()) == nil)
	// Output:
	// cognito: a group policy needs at least one group
	// false
}

// Read claims that a pre-token-generation trigger has added.
func ExampleIdentity_Claims() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	token := pool.IDToken("jane", func(c cognitotest.Claims) {
		c["tenant"] = map[string]any{"id": 7, "name": "Shop"}
	})
	claims, err := verifier.VerifyID(context.Background(), token)
	if err != nil {
		log.Fatal(err)
	}
	user := claims.Identity()
	var more struct {
		Tenant struct {
			ID   int
			Name string
		}
	}
	if err := user.Claims(&more); err != nil {
		log.Fatal(err)
	}
	fmt.Println(more.Tenant.ID, more.Tenant.Name)
	// Output: 7 Shop
}

func ExampleIdentity_Claim() {
	pool := examplePool()
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	claims, err := verifier.VerifyID(context.Background(), pool.IDToken("jane", func(c cognitotest.Claims) { c["tenants"] = []int{7, 8} }))
	if err != nil {
		log.Fatal(err)
	}
	user := claims.Identity()
	tenants, ok := user.Claim("tenants")
	fmt.Println(string(tenants), ok)
	fmt.Println(user.Attribute("custom:plan"), user.HasGroup("admins"))
	// Output:
	// [7,8] true
	// gold true
}

// An identity has a compact binary form, which sessions use.
func ExampleIdentity_MarshalBinary() {
	form, err := (&cognito.Identity{Subject: "a334", Username: "jane"}).MarshalBinary()
	if err != nil {
		log.Fatal(err)
	}
	var again cognito.Identity
	if err := again.UnmarshalBinary(form); err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.Username)
	// Output: jane
}
